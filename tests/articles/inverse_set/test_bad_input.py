"""What has no inverse set, or only in part: each is said in one sentence, and all else is made."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from generators.articles.inverse_set import exhibits
from generators.articles.inverse_set.analysis.gallery import sample_gallery
from generators.articles.inverse_set.analysis.intersection import intersect
from generators.articles.inverse_set.facts.gallery import gallery as facts
from generators.articles.inverse_set.figures.data import data_counts, training_images
from generators.articles.inverse_set.figures.gallery import gallery as hung
from generators.articles.inverse_set.figures.intersection import intersection as met
from generators.articles.inverse_set.figures.scores import scores
from generators.articles.inverse_set.results.gallery import Gallery, Level
from generators.errors import UsageError
from generators.networks.configuration import GeneratorEntry
from generators.networks.sources import Source
from generators.networks.subject import Subject
from tests.articles.inverse_set import tiny


def levels(gallery: Gallery, neuron: int = 0) -> dict[str, Level]:
    return {level.name: level for level in gallery.inverses[neuron].levels}


def drawable(gallery: Gallery) -> None:
    """Every figure and fact can be made of it."""
    assert all(isinstance(value, str | int | float) for value in facts(gallery).values())
    for draw in (hung, training_images, data_counts, scores):
        assert draw(gallery) is not None


class Stepped(nn.Module):
    """A network through which no gradient goes."""

    def __init__(self, step) -> None:
        super().__init__()
        self.net, self.step = tiny.Net(), step
        self.head = nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.net(self.step(x)))


CUT = {
    "detached": lambda x: x.detach(),
    "by numpy": lambda x: torch.from_numpy(x.numpy()),
    "rounded": lambda x: (4 * x).round() / 4,
}


def said(gallery: Gallery) -> list[str]:
    """What stands beside the pictures, room by room."""
    return [sentence for room in hung(gallery).rooms for sentence in room.said]  # type: ignore[union-attr]


class TestIntervals:
    def test_one_that_ends_before_it_begins_is_refused_and_the_other_neurons_are_made(self):
        found = tiny.gallery(["head:0", "maps:2"], intervals={"head:0": [3.0, 1.0]})
        assert [inverse.neuron.name for inverse in found.inverses] == ["maps:2"]
        assert found.refused == (
            "the interval of neuron 'first' is [3, 1]: expected z1 below z2, the smaller activation first",
        )
        drawable(found)

    @pytest.mark.parametrize("bounds", [[500.0, 501.0], [-900.0, -899.5]])
    def test_one_that_nothing_reaches_is_said_with_the_range_and_the_nearest_that_is(self, bounds):
        found = tiny.gallery(["head:1", "maps:2"], intervals={"head:1": bounds})
        wanted = levels(found)["wanted"]
        assert wanted.unreached.startswith(f"no picture drives '<b>second</b>' to [{bounds[0]:g}, {bounds[1]:g}]: ")
        assert wanted.unreached.count("generator’s 200 draws lie between") == 1
        assert not wanted.selections and not len(wanted.pictures) and not len(wanted.real)
        assert wanted.pictures.shape == (0, tiny.SIDE, tiny.SIDE, 1) and wanted.counts.sum() == 0
        assert (wanted.prior_share, wanted.projected_share, wanted.pool, wanted.held_out) == (0, 0, 0, 0)
        assert all(level.selections for name, level in levels(found).items() if name != "wanted")
        assert len(found.inverses) == 2 and found.feasible_share == 1
        near = [float(each) for each in re.findall(r"-?[\d.]+", wanted.unreached.rpartition("that is reached is")[2])]
        again = levels(tiny.gallery(["head:1"], intervals={"head:1": near}))["wanted"]
        assert again.unreached == "" and again.prior_share > 0 and len(again.pictures)
        drawable(found)

    def test_one_that_every_picture_reaches(self):
        everything = levels(tiny.gallery(["head:1"], intervals={"head:1": [-1e6, 1e6]}, draws=10))["wanted"]
        assert everything.prior_share == 1 and everything.selections and not everything.unreached


class TestNetworks:
    def test_a_dead_neuron_is_said_and_the_others_are_made(self):
        found = tiny.gallery([f"units:{tiny.DEAD}", "head:1"])
        assert [inverse.neuron.name for inverse in found.inverses] == ["<b>second</b>"]
        assert found.refused == (
            "neuron 'units:5' gives 0 for all 200 pictures of the generator: it is dead, and its inverse set is "
            "everything or nothing",
        )
        drawable(found)

    def test_where_all_are_dead_the_figures_say_why(self):
        found = tiny.gallery([f"units:{tiny.DEAD}"])
        assert not found.inverses and np.isnan(found.feasible_share)
        assert hung(found).rows[0]["No inverse set can be shown"] == found.refused[0]  # type: ignore[union-attr]
        drawable(found)

    @pytest.mark.parametrize("cut", CUT)
    def test_one_without_gradients_has_the_intervals_that_draws_reach(self, cut):
        """With 2,000 draws all but the strongest; the sentence of that one says why."""
        of = tiny.network(Stepped(CUT[cut]))
        found = tiny.gallery(["net.head:1", "net.maps:2"], of, draws=2000, intervals={"net.head:1": [500.0, 501.0]})
        assert len(found.inverses) == 2 and not found.refused and found.feasible_share == 1
        for name in ("weak", "middling", "strong", "very strong"):
            level = levels(found)[name]
            assert level.starts == "rejection" and len(level.pictures) and not level.unreached
            assert {each.name for each in level.selections} >= {"representative", "diverse", "as published"}
            assert any(each.name == "published algorithm" for each in level.selections) == (cut == "rounded")
        said = levels(found)["wanted"].unreached
        assert said.startswith(
            "no picture drives '<b>second</b>'"
            if cut == "rounded"
            else "network 'tiny' and its generator cannot be differentiated from the code to '<b>second</b>'"
        )
        assert said.count(". ") == 0
        drawable(found)

    def test_moves_need_no_gradient(self):
        """Few draws lie in the interval, too few to choose from: they are moved about in it."""
        of = tiny.network(Stepped(CUT["detached"]))
        found = tiny.gallery(["net.head:1"], of)
        level = levels(found)["very strong"]
        assert level.starts == "projection" and np.isnan(level.projected_share)
        assert min(level.pool, level.held_out) >= 4
        assert level.prior_share < 0.05 and not level.unreached and found.feasible_share == 1
        assert not any("nan" in sentence.lower() for sentence in said(found))

    def test_an_intersection_without_gradients_has_what_draws_reach(self):
        of = tiny.network(Stepped(CUT["detached"]))
        with tiny.painting(tiny.generator()):
            found = intersect(of, 300, 60, 4, 4, 1, ["net.head:1", "net.units:2", "net.units:0"], 1, 0)
        assert [meeting.starts != "empty" for meeting in found.shown.meetings] == [
            meeting.both_share > 0 for meeting in found.shown.meetings
        ]
        words = [sentence for room in met(found).rooms for sentence in room.said]
        empty = [sentence.startswith("Empty at these bounds") for sentence in words[1::2]]
        assert empty == [meeting.starts == "empty" for meeting in found.shown.meetings] and {*empty} == {True, False}

    def test_a_neuron_that_is_not_there(self):
        with pytest.raises(UsageError, match=r"neuron 'gone:3' of network 'tiny' is in a layer that gives no numbers"):
            tiny.gallery(["head:1", "gone:3"])

    def test_an_encoder_that_gives_nan(self):
        """Dark pictures take the root of less than nothing."""
        net = tiny.Net()
        net.units.register_forward_hook(lambda _module, _inputs, output: (output - 0.5).sqrt())
        with pytest.raises(UsageError) as error:
            tiny.gallery(["maps:2"], tiny.network(net))
        assert str(error.value) == (
            "the encoder of network 'tiny' gives no number (NaN) for pictures of the generator 'paint': expected "
            "finite features, the input of its last linear layer"
        )

    def test_a_neuron_that_gives_nan(self):
        net = tiny.Net()
        side = nn.Identity()
        net.add_module("side", side)
        plain = net.forward

        def forward(x: Tensor) -> Tensor:
            side((x.flatten(1)[:, :3] + 1).log())
            return plain(x)

        net.forward = forward  # type: ignore[method-assign]
        found = tiny.gallery(["side:1", "head:1"], tiny.network(net))
        assert found.refused == ("neuron 'side:1' gives NaN for some pictures of the generator: not a number",)
        assert len(found.inverses) == 1

    def test_memory_that_runs_out_makes_smaller_parts_and_the_same_gallery(self):
        net, sizes = tiny.Net(), []

        def allocate(_module: nn.Module, inputs: tuple[Tensor]) -> None:
            sizes.append(len(inputs[0]))
            if len(inputs[0]) > 7:
                raise RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes")

        net.register_forward_pre_hook(allocate)  # type: ignore[arg-type]
        found, plain = tiny.gallery(["head:1"], tiny.network(net)), tiny.gallery(["head:1"])
        assert sizes[1] == 64 and max(sizes[8:]) <= 7
        for one, other in zip(found.inverses[0].levels, plain.inverses[0].levels, strict=True):
            assert (one.low, one.high) == pytest.approx((other.low, other.high), rel=1e-5)
            assert len(one.pictures) and one.starts == other.starts

    def test_no_room_for_one_picture(self):
        net = tiny.Net()
        count = [0]

        def allocate(_module: nn.Module, _inputs: object) -> None:
            count[0] += 1
            if count[0] > 1:  # one example goes through when the network is loaded
                raise MemoryError

        net.register_forward_pre_hook(allocate)
        with pytest.raises(UsageError, match=r"^network 'tiny' and its generator have no room for one picture on cpu"):
            tiny.gallery(["head:1"], tiny.network(net))


class TestGenerators:
    """The reader's own, tried before anything is drawn."""

    @pytest.mark.parametrize(
        ("made", "said"),
        [
            ("torch.zeros(len(z), 1, 9, 8)", r"makes \(4, 1, 9, 8\) of 4 codes: expected pictures of shape \(4, 1, 8,"),
            ("z.mean(1)[:, None, None, None].expand(-1, 1, 8, 8)", r"makes numbers from .* expected 0 to 1"),
        ],
    )
    def test_one_of_another_shape_or_range_is_refused(self, tmp_path: Path, made: str, said: str):
        file = tmp_path / "nets.py"
        file.write_text(
            "import torch\n\nclass Gan(torch.nn.Module):\n    def forward(self, z):\n        return " + made + "\n"
        )
        of = tiny.network()
        of.entry.generator = GeneratorEntry(Source("file", "Gan", file), None, 5)  # type: ignore[misc]
        with pytest.raises(UsageError, match=rf"the generator 'Gan' of network 'tiny' {said}"):
            exhibits_gallery(of)

    def test_one_that_always_paints_the_same(self):
        """Every neuron is dead for it."""
        found = tiny.gallery(["head:1"], by=tiny.generator((), lambda z, y: torch.full((len(z), 1, 8, 8), 0.5)))
        assert len(found.refused) == 1 and "it is dead" in found.refused[0]


def exhibits_gallery(of) -> Gallery:
    """As the exhibit calls it, with what makes pictures left to the network's entry."""
    return sample_gallery(of, **{**tiny.SMOKE, "neurons": ["head:1"]})


class TestData:
    def test_two_pictures(self):
        found = tiny.gallery(["head:1", "maps:2"], tiny.network(dataset=tiny.data(2)))
        assert found.n_data == 2 and len(found.inverses) == 2
        assert all(len(level.real) <= 2 for level in levels(found).values())
        drawable(found)

    def test_one_class(self):
        found = tiny.gallery(["head:1"], tiny.network(dataset=tiny.data(n_classes=1)))
        assert found.inverses[0].selectivity == pytest.approx(0)
        with pytest.raises(UsageError, match=r"the data of network 'tiny' have pictures of 1 class"):
            tiny.gallery(2, tiny.network(dataset=tiny.data(n_classes=1)))

    def test_fewer_members_than_a_selection_has(self):
        found = tiny.gallery(["head:1"], draws=60, n=12, pool=3)
        for level in levels(found).values():
            assert [len(each.members) for each in level.selections[:5]] == [3] * 5
            assert [each.scores.n for each in level.selections] == [3] * 5 + [12]
        drawable(found)

    def test_labels_that_look_like_markup_stay_text(self):
        found = tiny.gallery(["head:1"])
        assert found.inverses[0].neuron.name == "<b>second</b>" == found.labels[1]
        titles = [each.text for each in training_images(found).layout.annotations]
        assert any("second" in title for title in titles) and not any("<b>second" in title for title in titles)
        assert data_counts(found).rows[0]["Neuron"] == "<b>second</b>"  # a table's cells are text


def test_what_the_exhibits_ask_for_is_what_the_analyses_take():
    """The smallest profile on the tiny network, with the entry's own interval."""
    subject = Subject(
        "tiny", "image-classifier", (), tiny.LABELS, has_data=True, neurons=("head:1", "maps:2"),
        intervals={"head:1": (0.0, 1.0)},
    )  # fmt: skip
    made = {each.name: each for each in exhibits.exhibits(subject, "smoke")}
    with tiny.painting(tiny.generator()):
        gallery = sample_gallery(tiny.network(), **made["gallery"].params)
        pairs = intersect(tiny.network(), **made["intersection"].params)
    assert levels(gallery)["wanted"].low == 0.0 and levels(gallery)["wanted"].high == 1.0
    assert pairs.shown.first.name == "<b>second</b>" and pairs.shown.second.name == "maps:2"
