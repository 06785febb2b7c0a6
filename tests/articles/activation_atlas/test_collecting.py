"""What is collected: the same whatever the batches or interruptions, where it says, of what it says."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis.collecting import (
    Collected,
    collect,
    gathering,
    positions,
    reading,
    shards,
)
from generators.errors import UsageError
from generators.progress import listening
from tests.articles.activation_atlas import tiny

LAYERS, N = ("early", "late"), 150


def arrays(found: Collected) -> dict[str, np.ndarray]:
    """All that was collected, by name."""
    flat = {name: getattr(found, name) for name in ("index", "truth", "answers", "classes")}
    for path, layer in found.layers.items():
        flat |= {f"{path} {name}": value for name, value in vars(layer).items() if isinstance(value, np.ndarray)}
    return flat


def assert_same(one: Collected, other: Collected) -> None:
    first, second = arrays(one), arrays(other)
    assert first.keys() == second.keys()
    for name, each in first.items():
        if each.dtype == np.float16:  # the last bit may differ with what else is in a batch
            np.testing.assert_allclose(each, second[name], rtol=2e-3, atol=1e-5, err_msg=name)
        else:
            np.testing.assert_array_equal(each, second[name], err_msg=name)


@pytest.mark.parametrize(("height", "width"), [(3, 5), (6, 6), (9, 4)])
def test_every_inner_position_is_taken_equally_often_and_no_other(height: int, width: int) -> None:
    drawn = positions.draw(tiny.Pictures(torch.zeros(40_000), torch.zeros(40_000)), 40_000, 0)
    places = positions.places(drawn.shares, height, width)
    assert places.min() >= 1
    assert (places < np.array([height, width]) - 1).all()
    counts = np.bincount((places[:, 0] - 1) * (width - 2) + places[:, 1] - 1, minlength=(height - 2) * (width - 2))
    expected = len(places) / len(counts)
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    freedom = len(counts) - 1
    assert chi_square < freedom + 5 * (2 * freedom) ** 0.5 + 5


def test_shares_just_below_one_stay_inside() -> None:
    edge = np.full((1, 2), np.nextafter(np.float32(1), np.float32(0)))
    assert positions.places(edge, 10_002, 4).tolist() == [[10_000, 2]]


def test_a_smaller_draw_is_the_beginning_of_a_larger_one() -> None:
    examples = tiny.Pictures(torch.zeros(1000), torch.zeros(1000))
    few, many = (positions.draw(examples, n, 3) for n in (200, 900))
    assert len(np.unique(many.index)) == 900
    assert np.array_equal(few.index, many.index[:200])
    assert np.array_equal(few.shares, many.shares[:200])
    assert not np.array_equal(few.index, positions.draw(examples, 200, 4).index)


def test_chunks_are_opened_one_after_another_and_what_they_gave_is_in_random_order(tmp_path: Path, monkeypatch) -> None:
    """The first rows are taken for a sample of all, however the data are stored."""
    monkeypatch.setattr(shards, "SHARD", 50)
    lost = (3, 77, *range(100, 170))
    given = [tiny.data(250, unreadable=lost) for _ in range(2)]
    given[1].examples.starts = [0, 125]  # type: ignore[union-attr]
    as_drawn, chunked = (
        collect(tiny.network(tmp_path / name, dataset=data), LAYERS, 220, 0)
        for name, data in zip(("whole", "chunks"), given, strict=True)
    )
    assert (np.diff(as_drawn.index) < 0).any()
    for name, array in arrays(as_drawn).items():
        assert np.array_equal(array, arrays(chunked)[name]), name
    drawn = positions.draw(given[1].examples, 220, 0)  # type: ignore[arg-type]
    assert (np.diff(drawn[positions.to_read(given[1].examples, drawn)].index) > 0).all()  # type: ignore[arg-type]


def test_vectors_are_what_a_hook_sees(tmp_path: Path) -> None:
    network = tiny.network(tmp_path)
    found = collect(network, LAYERS, N, 0)
    assert network.dataset is not None
    everything = torch.cat([network.dataset.test.x, network.dataset.train.x])
    answers = torch.cat([network.dataset.test.y, network.dataset.train.y])
    heard: dict[str, Tensor] = {}
    for path in LAYERS:
        network.module.get_submodule(path).register_forward_hook(
            lambda _module, _inputs, output, path=path: heard.__setitem__(path, output.clone())
        )
    logits = network.module(everything[torch.from_numpy(found.index.copy())])
    assert len(found.index) == len(np.unique(found.index)) == N
    assert np.array_equal(found.truth, answers.numpy()[found.index])
    assert np.array_equal(found.answers, logits.argmax(1))
    for path, layer in found.layers.items():
        assert layer.shape == heard[path].shape[1:]
        seen = heard[path].numpy()[np.arange(N), :, layer.places[:, 0], layer.places[:, 1]]
        assert layer.vectors.dtype == np.float16
        assert np.abs(seen).max() > 0.5
        np.testing.assert_allclose(layer.vectors, seen, rtol=1e-3, atol=1e-6)


def test_the_largest_attributions_are_named(tmp_path: Path) -> None:
    found = collect(tiny.network(tmp_path), LAYERS, N, 0)
    assert found.classes.tolist() == list(range(tiny.CLASSES))
    for layer in found.layers.values():
        order = np.sort(layer.attribution, 1)[:, ::-1][:, :5]
        np.testing.assert_array_equal(layer.top_values, order)
        np.testing.assert_array_equal(np.take_along_axis(layer.attribution, layer.top, 1), order)


def test_fewer_classes_than_are_named(tmp_path: Path) -> None:
    found = collect(tiny.network(tmp_path, tiny.Net(3), tiny.data(classes=3)), LAYERS, N, 0)
    for layer in found.layers.values():
        assert (layer.top[:, :3] >= 0).all()
        assert (layer.top[:, 3:] == -1).all()
        assert (layer.top_values[:, 3:] == 0).all()


def test_of_many_classes_those_are_kept_that_are_answered_most(tmp_path: Path) -> None:
    network = tiny.network(tmp_path, tiny.Net(90), tiny.data(classes=90))
    found = collect(network, LAYERS, 300, 0)
    counts = np.bincount(found.answers, minlength=90)
    assert len(found.classes) == 40
    assert (np.diff(found.classes) > 0).all()
    assert counts[found.classes].min() >= np.delete(counts, found.classes).max()
    late = found.layers["late"]
    exact = late.vectors.astype(np.float32) @ network.module.head.weight.numpy().T / 36  # type: ignore[union-attr, operator]
    np.testing.assert_allclose(late.attribution, exact[:, found.classes], atol=2e-3)


def test_the_same_seed_gives_the_same_whatever_the_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = collect(tiny.network(tmp_path / "a"), LAYERS, N, 1)
    monkeypatch.setitem(reading.AT_ONCE, "cpu", 7)
    monkeypatch.setattr(shards, "SHARD", 40)
    assert_same(found, collect(tiny.network(tmp_path / "b"), LAYERS, N, 1))
    other = collect(tiny.network(tmp_path / "b"), LAYERS, N, 2)
    assert not np.array_equal(found.index, other.index)


def test_what_was_collected_is_only_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = collect(tiny.network(tmp_path), LAYERS, N, 0)
    monkeypatch.setattr(tiny.Net, "forward", lambda *_: pytest.fail("it runs"))
    again = collect(tiny.network(tmp_path), LAYERS, N, 0)
    assert_same(found, again)
    for name, each in arrays(again).items():
        assert isinstance(each, np.memmap) or name == "classes"
    assert not list(tmp_path.glob("stages/*/shard*"))
    assert not list(tmp_path.glob("stages/*/*.partial"))


def test_a_file_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    collect(tiny.network(tmp_path / "a"), LAYERS, N, 0)
    (file,) = tmp_path.glob("a/stages/*/1-vectors.npy")
    file.write_bytes(file.read_bytes()[:-1])
    assert_same(
        collect(tiny.network(tmp_path / "a"), LAYERS, N, 0), collect(tiny.network(tmp_path / "b"), LAYERS, N, 0)
    )


def test_it_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD", 100)
    heard: list[tuple[int, int, str]] = []
    with listening(lambda *said: heard.append(said)):
        collect(tiny.network(tmp_path), LAYERS, N, 0)
    assert heard == [(done, N, "activations") for done in (64, 100, 150)]


def _die_in_the_third_shard(cache: Path) -> None:
    writes, write = [], shards.Shards.write

    def count(self: shards.Shards, number: int, given: dict[str, np.ndarray]) -> None:
        if len(writes) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        writes.append(number)
        write(self, number, given)

    shards.SHARD, shards.Shards.write = 40, count  # type: ignore[method-assign, assignment]
    collect(tiny.network(cache), LAYERS, N, 0)


def test_a_killed_process_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shards, "SHARD", 40)
    killed = multiprocessing.get_context("fork").Process(target=_die_in_the_third_shard, args=(tmp_path / "a",))
    killed.start()
    killed.join(300)
    assert killed.exitcode == -signal.SIGKILL
    kept = sorted(tmp_path.glob("a/stages/*/shard*"))
    assert len(kept) == 2
    kept[0].write_bytes(kept[0].read_bytes()[:-100])  # as a crash of the machine may leave it
    written = []
    write = shards.Shards.write
    monkeypatch.setattr(
        shards.Shards, "write", lambda self, number, given: (written.append(number), write(self, number, given))
    )
    found = collect(tiny.network(tmp_path / "a"), LAYERS, N, 0)
    assert written == [0, 2, 3]
    assert_same(found, collect(tiny.network(tmp_path / "b"), LAYERS, N, 0))


def test_pictures_that_cannot_be_read_are_absent(tmp_path: Path) -> None:
    network = tiny.network(tmp_path, dataset=tiny.data(250, unreadable=(3, 77)))
    found = collect(network, LAYERS, 1000, 0)
    assert sorted(found.index) == sorted(set(range(250)) - {3, 77})
    assert all(len(each) == 248 for name, each in arrays(found).items() if name != "classes")


def test_a_file_of_nothing_but_unreadable_pictures_is_passed_over(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(shards, "SHARD", 50)
    drawn = positions.draw(tiny.data(250, unreadable=()).examples, 1000, 0)
    lost = set(drawn.index[50:100].tolist())
    network = tiny.network(tmp_path, dataset=tiny.data(250, unreadable=tuple(lost)))
    found = collect(network, LAYERS, 1000, 0)
    assert sorted(found.index) == sorted(set(range(250)) - lost)


def test_a_layer_that_says_nothing_of_pictures_is_collected_as_it_is(tmp_path: Path) -> None:
    net = tiny.Net()
    net.second.weight *= 0
    late = collect(tiny.network(tmp_path, net), LAYERS, N, 0).layers["late"]
    assert (late.vectors == late.vectors[0]).all()
    assert (late.attribution == late.attribution[0]).all()


def test_few_pictures_are_refused(tmp_path: Path) -> None:
    for network, n in ((tiny.network(tmp_path), 99), (tiny.network(tmp_path, dataset=tiny.data(60)), 1000)):
        with pytest.raises(UsageError, match=r"network 'tiny' from (99|60) pictures .* expected at least 100"):
            collect(network, LAYERS, n, 0)


def test_numbers_beyond_16_bits_are_refused_with_the_layer(tmp_path: Path) -> None:
    net = tiny.Net()
    net.second.bias += 1e5
    with pytest.raises(UsageError, match=r"layer 'late' of network 'tiny' gives .* beyond ±65,504"):
        collect(tiny.network(tmp_path, net), LAYERS, N, 0)


class Short(tiny.Net):
    """Has room for so many pictures at once."""

    room = 10

    def forward(self, x: Tensor) -> Tensor:
        if len(x) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return super().forward(x)


def test_where_memory_is_short_passes_are_smaller(tmp_path: Path) -> None:
    found = collect(tiny.network(tmp_path / "a", Short()), LAYERS, N, 0)
    assert_same(found, collect(tiny.network(tmp_path / "b"), LAYERS, N, 0))


def test_no_room_for_one_picture_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = reading.Reader(tiny.network(tmp_path, net := Short()), LAYERS, tiny.Pictures(*_some()))
    net.room = 0
    with pytest.raises(UsageError, match=r"'tiny' has no room for one picture on cpu"):
        reader.answers(np.arange(20))


def _some() -> tuple[Tensor, Tensor]:
    return torch.zeros(20, 3, tiny.SIDE, tiny.SIDE), torch.zeros(20, dtype=torch.long)


def _collect_and_count(cache: Path, passes: str) -> None:
    class Slow(tiny.Net):
        def forward(self, x: Tensor) -> Tensor:
            if len(x) > 1:
                time.sleep(0.05)
                with open(passes, "a") as file:
                    file.write("x")
            return super().forward(x)

    collect(tiny.network(cache, Slow()), LAYERS, N, 0)


def test_two_processes_do_the_work_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    both = [
        context.Process(target=_collect_and_count, args=(tmp_path / "cache", str(tmp_path / "passes"))) for _ in "ab"
    ]
    for each in both:
        each.start()
    for each in both:
        each.join(300)
    assert [each.exitcode for each in both] == [0, 0]
    batches = -(-N // reading.AT_ONCE["cpu"])
    assert len((tmp_path / "passes").read_text()) == batches * len(LAYERS)


def test_another_seed_looks_at_other_places() -> None:
    examples = tiny.Pictures(torch.zeros(1000), torch.zeros(1000))
    one, other = (positions.draw(examples, 200, seed).shares for seed in (3, 4))
    assert not np.isin(one, other).any()


def test_classes_are_chosen_by_pictures_from_all_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a collection is stored class by class, the first of those drawn are of few classes."""
    asked: list[np.ndarray] = []
    monkeypatch.setattr(gathering, "ASKED", 5)
    monkeypatch.setattr(
        reading.Reader, "answers", lambda _self, index: (asked.append(index), np.zeros(len(index), int))[1]
    )
    found = collect(tiny.network(tmp_path, tiny.Net(90), tiny.data(classes=90)), LAYERS, 300, 0)
    assert asked[0].tolist() == found.index[[0, 74, 149, 224, 299]].tolist()


@pytest.mark.parametrize(("classes", "kept"), [(50, 50), (51, 40)])
def test_of_up_to_fifty_classes_all_are_kept(tmp_path: Path, classes: int, kept: int) -> None:
    network = tiny.network(tmp_path, tiny.Net(classes), tiny.data(classes=classes))
    assert len(collect(network, ["late"], 100, 0).classes) == kept


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    net = tiny.Net()
    net.second.bias[0] = torch.nan
    with pytest.raises(UsageError, match=r"of network 'tiny' gives activations or attributions that are NaN"):
        collect(tiny.network(tmp_path, net), LAYERS, N, 0)
