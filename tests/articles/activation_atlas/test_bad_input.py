"""What has no map, or only in part: each is said in one sentence or borne, nothing is lost, and all else is made."""

import dataclasses
import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from generators.articles.activation_atlas.analysis import filling, inverting, levels, mapping, pipeline
from generators.articles.activation_atlas.analysis.collecting import unmappable
from generators.articles.activation_atlas.analysis.layout import lay_out
from generators.articles.activation_atlas.analysis.mapping import map_layers
from generators.articles.activation_atlas.facts.atlas import atlas as facts
from generators.articles.activation_atlas.figures.atlas import atlas as draw
from generators.articles.activation_atlas.figures.fidelity import fidelity, layouts
from generators.articles.activation_atlas.results.atlas import Atlas
from generators.datasets import Dataset, Split, user
from generators.drawing.atlas import check_atlas
from generators.errors import UsageError
from generators.networks import Network
from tests.articles.activation_atlas import tiny

IMAGES, GRIDS, STEPS, SEED = 240, [4, 8], 2, 0


@pytest.fixture(scope="module", autouse=True)
def _flat() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        _flatten(patch)
        yield


def _flatten(patch: pytest.MonkeyPatch) -> None:
    """Have layouts be principal components: UMAP takes many seconds to compile."""
    patch.setattr(pipeline, "lay_out", lambda vectors, **how: lay_out(vectors, "pca", seed=how["seed"]))
    for module in (levels, mapping):
        patch.setattr(module, "fills", lambda _network, path: path in ("early", "relu"))


def mapped(network: Network, layers: list[str], images: int = IMAGES, grids: list[int] = GRIDS) -> Atlas:
    """An atlas of which everything can be drawn."""
    atlas = map_layers(network, layers, images, grids, STEPS, SEED)
    check_atlas(draw(atlas))
    assert fidelity(atlas).rows and layouts(atlas).rows and facts(atlas)
    return atlas


def paths(atlas: Atlas) -> list[str]:
    return [layer.path for layer in atlas.layers]


def is_one_sentence(said: str) -> bool:
    return ". " not in said and not said.endswith(".") and "expected" in said


class Pair(nn.Module):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x.relu(), x


class Other(nn.Module):
    """Takes pictures of any size and number of channels, one without an axis for channels too."""

    def __init__(self, channels: int = 3, classes: int = 5) -> None:
        super().__init__()
        self.early, self.relu = nn.Conv2d(channels, 5, 3, padding=1), nn.ReLU()
        self.late, self.pair, self.head = nn.Conv2d(5, 6, 3, stride=2, padding=1), Pair(), nn.Linear(6, classes)
        draw = torch.Generator().manual_seed(0)
        for parameter in self.parameters():
            scale = 2 / parameter[0].numel() ** 0.5 if parameter.ndim > 1 else 0.3
            parameter.data = scale * torch.randn(parameter.shape, generator=draw)
            parameter.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        x = x[:, None] if x.ndim == 3 else x
        return self.head(self.pair(self.late(self.relu(self.early(x))))[0].mean((2, 3)))


def pictured(shape: tuple[int, ...], classes: int = 5) -> Dataset:
    """Random pictures of any shape."""
    raw = torch.randint(0, 256, (IMAGES, *shape), generator=torch.Generator().manual_seed(1)).float() / 255
    x, y, channels = (raw - 0.5) / 0.25, torch.arange(IMAGES) % classes, shape[0] if len(shape) == 3 else 1
    test, train = (Split(x[part], y[part], raw[part].numpy()) for part in (slice(100), slice(100, None)))
    return Dataset("random", train, test, tuple("abcde"), (), (0.5,) * channels, (0.25,) * channels, None)


class TestLayers:
    @pytest.mark.parametrize("layers", [["head", "early", "late"], ["early", "late", "head"]])
    def test_one_without_positions_is_said_and_the_others_are_made(self, tmp_path: Path, layers: list[str]) -> None:
        atlas = mapped(tiny.network(tmp_path), layers, grids=[4])
        assert paths(atlas) == ["early", "late"]
        assert atlas.refused == (
            "layer 'head' of network 'tiny' gives 7 for a picture: expected maps channels×height×width with at least 3 "
            "rows and columns, so that a position inside their edges is left; choose such a layer, as 'first', "
            "'early', 'pool', 'second', 'late'",
        )
        assert facts(atlas)["refused_1"] == atlas.refused[0] and "refused_2" not in facts(atlas)
        assert {mark.layer for mark in atlas.landmarks} == {0, 1} and {path.layer for path in atlas.paths} <= {1}

    def test_one_that_is_not_there_or_gives_several_things(self, tmp_path: Path) -> None:
        of = tiny.network(tmp_path, Other(), pictured((3, 12, 12)))
        atlas = mapped(of, ["relu", "pair", "laet"], grids=[4])
        assert paths(atlas) == ["relu"] and all(map(is_one_sentence, atlas.refused[:1]))
        assert atlas.refused[0].startswith("layer 'pair' of network 'tiny' gives a tuple for a picture: expected maps ")
        assert atlas.refused[1] == "network 'tiny' runs no layer 'laet': did you mean 'late'"

    def test_one_from_which_nothing_can_be_differentiated(self, tmp_path: Path) -> None:
        """Icons need the way from the pictures to the layer, attributions that from the layer to the logits."""
        net = tiny.Net()
        net.pool.register_forward_hook(
            lambda _module, _inputs, output: torch.from_numpy(output.detach().numpy().copy())
        )
        atlas = mapped(tiny.network(tmp_path, net), ["late", "early"], grids=[4])
        assert paths(atlas) == ["early"]
        assert atlas.refused == (
            "network 'tiny' cannot be differentiated from the layer 'late' to its pictures: expected steps that torch "
            "can follow",
        )

        class Cut(torch.autograd.Function):
            @staticmethod
            def forward(ctx: Any, x: Tensor) -> Tensor:
                return x.clone()

        net = tiny.Net()
        net.second.register_forward_pre_hook(lambda _module, inputs: (Cut.apply(inputs[0]),))
        refused = unmappable(tiny.network(tmp_path, net), ["early", "late"])
        assert list(refused) == ["early"] and is_one_sentence(refused["early"])
        assert "cannot be differentiated from the layer 'early' to its logits" in refused["early"]

    def test_where_no_layer_has_a_map_all_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as error:
            mapped(tiny.network(tmp_path), ["head", "gone"])
        assert "layer 'head'" in str(error.value) and "runs no layer 'gone'" in str(error.value)
        assert not list(tmp_path.rglob("shard*"))

    @pytest.mark.parametrize("bias", [-99.0, 0.5])
    def test_a_dead_layer_and_one_that_is_always_the_same(self, tmp_path: Path, bias: float) -> None:
        net = tiny.Net()
        net.second.weight *= 0
        net.second.bias.fill_(bias)
        atlas = mapped(tiny.network(tmp_path, net), ["early", "late"], grids=[4])
        assert paths(atlas) == ["early"] and len(atlas.refused) == 1 and is_one_sentence(atlas.refused[0])
        said = (
            "is silent: 0 of 240 activations" if bias < 0 else "gives the same activations wherever it looks: expected "
        )
        assert atlas.refused[0].startswith(f"layer 'late' of network 'tiny' {said}")

    @pytest.mark.parametrize(("bias", "enough"), [(-9.0, True), (-15.0, False)])
    def test_silent_positions_are_left_out_and_counted(self, tmp_path: Path, bias: float, enough: bool) -> None:
        net = tiny.Net()
        net.second.bias += bias
        of = tiny.network(tmp_path, net)
        vectors = np.asarray(pipeline.collected(of, ("late",), IMAGES, SEED).layers["late"].vectors)
        n = int((vectors != 0).any(1).sum())
        if enough:
            (layer,) = mapped(of, ["late"], grids=[4]).layers
            assert 100 < layer.n_placed == n < layer.n_images == IMAGES
        else:
            assert 0 < n < 100
            with pytest.raises(
                UsageError, match=rf"is silent: {n} of 240 activations are not all zero, expected at least"
            ):
                mapped(of, ["late"])


class TestPictures:
    def test_fewer_than_cells_leave_out_the_fine_grids(self, tmp_path: Path) -> None:
        atlas = mapped(tiny.network(tmp_path), ["early", "late"], 110, [4, 16, 64])
        assert [[level.grid for level in layer.levels] for layer in atlas.layers][1] == [4]
        assert all(layer.levels[0].grid == 4 and layer.levels[-1].grid < 64 for layer in atlas.layers)
        with pytest.raises(UsageError) as error:
            mapped(tiny.network(tmp_path), ["late"], 110, [64])
        assert str(error.value) == (
            "a grid of 64 has no cell with 5 of the 110 activations of layer 'late': expected more pictures, or a "
            "coarser grid"
        )

    def test_fewer_than_a_hundred_are_refused_once(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as error:
            mapped(tiny.network(tmp_path, dataset=tiny.data(60)), ["early", "late"])
        assert str(error.value) == (
            "an atlas of network 'tiny' from 60 pictures would show chance: expected at least 100"
        )

    def test_many_repeats(self, tmp_path: Path) -> None:
        data = tiny.data(300)
        repeated = {
            name: Split(*(each[np.arange(len(split)) % 3] for each in (split.x, split.y, split.raw)))
            for name, split in (("test", data.test), ("train", data.train))
        }
        atlas = mapped(
            tiny.network(tmp_path, dataset=dataclasses.replace(data, **repeated)), ["early", "late"], grids=[4]
        )
        for layer in atlas.layers:
            assert np.isfinite(dataclasses.astuple(layer.layout)[2:]).all() and layer.density.sum() == layer.n_placed

    def test_a_class_without_examples(self, tmp_path: Path) -> None:
        data = tiny.data(300)
        for split in (data.test, data.train):
            split.y.fill_(3)
        for layer in mapped(tiny.network(tmp_path, dataset=data), ["early", "late"], grids=[4]).layers:
            for level in layer.levels:
                assert (level.truth == [3, -1, -1]).all() and (level.truth_shares == [1, 0, 0]).all()
                assert len({*level.top[:, 0].tolist()}) > 1
            assert (layer.patch_truth == 3).all()

    @pytest.mark.parametrize("shape", [(3, 12, 20), (1, 20, 9), (12, 12)])
    def test_grey_and_oblong_ones(self, tmp_path: Path, shape: tuple[int, ...]) -> None:
        channels = shape[0] if len(shape) == 3 else 1
        of = tiny.network(tmp_path, Other(channels), pictured(shape), example_shape=shape)
        atlas = mapped(of, ["early", "late"], grids=[4])
        assert paths(atlas) == ["early", "late"] and not atlas.refused
        for layer in atlas.layers:
            assert layer.levels[0].icons.shape[-1] == layer.patches.shape[-1] == channels
            assert np.isfinite(layer.levels[0].icon_cosine).all()

    def test_a_folder_of_pictures_of_many_sizes_and_kinds(self, tmp_path: Path) -> None:
        random = np.random.default_rng(0)
        for number in range(130):
            size, channels = random.integers(5, 40, 2), 1 + 2 * (number % 2)
            levels = random.integers(0, 256, (*size, channels), np.uint8)
            place = tmp_path / "pictures" / "abc"[number % 3] / f"{number}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(levels.squeeze(), "L" if channels == 1 else "RGB").save(place)
        data = user.load(tmp_path / "pictures", "image-classifier", (3, 12, 12), tiny.MEAN, tiny.STD)
        atlas = mapped(tiny.network(tmp_path / "cache", Other(classes=3), data), ["early", "late"], 10_000, [4])
        assert [layer.n_images for layer in atlas.layers] == [130, 130] and atlas.labels == ("a", "b", "c")
        assert atlas.layers[0].patches.std() > 30

    def test_of_a_thousand_classes_the_largest_are_named(self, tmp_path: Path) -> None:
        """All after the late layer is linear: the mean of a cell says the attribution to each of them."""
        of = tiny.network(tmp_path, tiny.Net(1000), tiny.data(300, classes=1000))
        atlas = mapped(of, ["late"])
        assert len(atlas.labels) == 1000 and atlas.classes.shape == (40,)
        found = pipeline.collected(of, ("late",), IMAGES, SEED)
        level, late = atlas.layers[0].levels[0], found.layers["late"]
        assert level.attribution.shape == (len(level.counts), 40)
        lies = pipeline.placed(of, ("late",), IMAGES, "late", SEED)
        x, y = (lies.points * 4).astype(int).T
        exact = np.asarray(late.vectors, float) @ of.module.head.weight.numpy().T / 36  # type: ignore[union-attr, operator]
        for cell, (column, row) in enumerate(zip(level.columns, level.rows, strict=True)):
            sums: dict[int, float] = {}
            members = lies.kept[(x == column) & (y == row)]
            for member in members:
                for label in np.argsort(-exact[member])[:5]:
                    sums[label] = sums.get(label, 0.0) + exact[member, label] / len(members)
            wanted = sorted(sums.values(), reverse=True)[:5]
            np.testing.assert_allclose(level.top_values[cell], wanted, atol=5e-3)
            assert sums[level.top[cell, 0]] == pytest.approx(wanted[0], abs=5e-3)


class Short(tiny.Net):
    """Has room for ten pictures at once."""

    def forward(self, x: Tensor) -> Tensor:
        if len(x) > 10:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().forward(x)


def test_where_memory_is_short_everything_is_made_in_smaller_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "STEPS", 1)
    assert {filling.fill_as_well(tiny.network(tmp_path, net), "early") for net in (Short(), tiny.Net())} < {True, False}
    short, roomy = (
        mapped(tiny.network(tmp_path / name, net), ["early", "late"])
        for name, net in (("a", Short()), ("b", tiny.Net()))
    )
    assert paths(short) == paths(roomy) and short.refused == ()
    for one, other in zip(short.layers, roomy.layers, strict=True):
        assert one.n_placed == other.n_placed
        assert [len(level.counts) for level in one.levels] == [len(level.counts) for level in other.levels]
        apart = np.abs(one.levels[0].icons.astype(int) - other.levels[0].icons)
        assert np.median(apart) <= 1


def _die_at_the_second_level(cache: Path) -> None:
    made, invert = [], inverting.invert

    def count(*given: Any, **how: Any) -> inverting.Inverted:
        if len(made) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        made.append(given)
        return invert(*given, **how)

    with pytest.MonkeyPatch.context() as patch:
        _flatten(patch)
        patch.setattr(inverting, "invert", count)
        mapped(tiny.network(cache), ["early", "late"])


def test_a_build_that_was_killed_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = multiprocessing.get_context("spawn").Process(target=_die_at_the_second_level, args=(tmp_path,))
    killed.start()
    killed.join(120)
    assert killed.exitcode == -signal.SIGKILL
    made: list[int] = []
    invert = inverting.invert
    monkeypatch.setattr(
        inverting, "invert", lambda *given, **how: (made.append(len(given[2])), invert(*given, **how))[1]
    )
    monkeypatch.setattr(
        "generators.articles.activation_atlas.analysis.collecting.gathering.Reader.read",
        lambda *_: pytest.fail("it is collected again"),
    )
    atlas = mapped(tiny.network(tmp_path), ["early", "late"])
    sizes = [len(level.counts) for layer in (*atlas.layers, atlas.vivid) for level in layer.levels]
    assert len(sizes) == 6 and made == sizes[1:]
