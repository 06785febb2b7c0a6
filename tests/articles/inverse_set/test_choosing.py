"""Which neurons are shown: η² against an analysis of variance, and the rules of the choice."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy import stats
from torch import nn

from generators.articles.inverse_set.analysis import choosing
from generators.articles.inverse_set.analysis.choosing import activations, chosen, pictures, selectivity
from generators.datasets import Split
from generators.datasets.examples import Generated
from generators.errors import UsageError
from tests.articles.inverse_set import tiny


@pytest.mark.parametrize("shift", [0.0, 100.0])
def test_selectivity_is_that_of_a_one_way_analysis_of_variance(shift):
    """η² = F (k − 1) / (F (k − 1) + n − k)."""
    random = np.random.default_rng(0)
    y = random.integers(0, 4, 120)
    values = random.normal(size=(120, 6)) + shift + y[:, None] * np.linspace(0, 2, 6)
    f = stats.f_oneway(*(values[y == k] for k in range(4))).statistic
    found = selectivity(torch.from_numpy(values), torch.from_numpy(y))
    np.testing.assert_allclose(found.numpy(), f * 3 / (f * 3 + 116), rtol=1e-9)


def test_selectivity_is_1_for_a_class_detector_and_0_for_what_never_changes():
    y = torch.tensor([0, 2, 2, 0, 2])  # no picture of class 1
    values = torch.stack([(y == 2).float() + 1e3, torch.full((5,), 0.1), torch.tensor([1.0, 1, 2, 2, 1.5])], 1)
    assert selectivity(values, y).tolist() == pytest.approx([1, 0, 0])
    assert selectivity(values, torch.full((5,), -1)).tolist() == [0, 0, 0]


def test_the_mean_of_a_class_that_does_not_occur_is_no_largest_one():
    values, y = torch.tensor([[1.0], [3.0], [5.0], [9.0]]), torch.tensor([2, 2, 0, -1])
    assert choosing._class_means(values, y).tolist() == [[5.0], [0.0], [2.0]]


@pytest.mark.parametrize("value", [0.1, 1e6 / 3])
def test_the_rounding_of_a_mean_is_no_change(value):
    for n in range(3, 40):
        assert float(selectivity(torch.full((n, 1), value, dtype=torch.float64), torch.arange(n) % 2)) == 0


def test_layers_are_read_as_their_neurons_are():
    """A map's channel by its mean, over all the data in batches."""
    of = tiny.network()
    found, y = activations(of, ["maps", "units"], 1000)
    assert of.dataset is not None
    every = torch.cat([of.dataset.train.x, of.dataset.test.x])
    classes = torch.cat([of.dataset.train.y, of.dataset.test.y])
    assert torch.equal(y.sort().values, classes.sort().values)
    expected = torch.relu(of.module.conv(every)).mean((2, 3))  # type: ignore[operator]
    torch.testing.assert_close(found["maps"].sum(0), expected.sum(0))
    assert not any(each._forward_hooks for each in of.module.modules())


class TestChoice:
    def test_the_most_selective_of_hidden_layers_are_chosen(self):
        of = tiny.network()
        found = chosen(of, 2)
        assert {each.layer for each in found} <= {"conv", "hidden"}  # layers with weights, never the answer
        values, y = activations(of, ["conv", "hidden"], choosing.LOOKED_AT)
        shares = {
            (layer, k): float(share) for layer, each in values.items() for k, share in enumerate(selectivity(each, y))
        }
        best = max(shares, key=lambda each: shares[each])
        assert (found[0].layer, found[0].index) == best
        ranks = [shares[each.layer, each.index] for each in found]
        assert ranks == sorted(ranks, reverse=True)

    def test_each_speaks_of_another_class_while_there_are_others(self):
        of = tiny.network()
        found = chosen(of, 3)
        values, y = activations(of, ["conv", "hidden"], 1000)
        best = {
            int(torch.stack([values[each.layer][y == k, each.index].mean() for k in range(3)]).argmax())
            for each in found
        }
        assert len(best) == len(found) == 3

    @pytest.mark.parametrize("seed", range(5))
    def test_layers_and_classes_take_turns(self, seed):
        """No layer gives more than two where there are enough layers, no class comes twice where there are others."""
        layers = [each for _ in range(3) for each in (nn.Linear(64, 64), nn.ReLU())]
        wide = nn.Sequential(nn.Flatten(), *layers, nn.Linear(64, 3))
        with torch.no_grad():
            for k, parameter in enumerate(wide.parameters()):
                parameter.copy_(0.2 * torch.randn(parameter.shape, generator=tiny.numbers(10 * seed + k)))
        of = tiny.network(wide)
        five = [each.layer for each in chosen(of, 5)]
        assert len(five) == 5 and max(five.count(each) for each in five) == 2
        three = chosen(of, 3)
        values, y = activations(of, ["1", "3", "5"], 1000)
        means = torch.stack(
            [torch.stack([values[each.layer][y == k, each.index].mean() for each in three]) for k in range(3)]
        )
        assert sorted(means.argmax(0).tolist()) == [0, 1, 2]

    def test_those_that_are_named_come_in_their_order(self):
        found = chosen(tiny.network(), ["head:2", "maps:0", "units:1"])
        assert [each.name for each in found] == ["third", "maps:0", "units:1"]
        assert [each.reading for each in found] == ["value", "mean", "value"]

    def test_a_hidden_layer_as_wide_as_the_answer_is_not_called_after_classes(self):
        like = nn.Sequential(nn.Flatten(), nn.Linear(64, 3), nn.ReLU(), nn.Linear(3, 3))
        found = chosen(tiny.network(like), ["1:0", "2:1", "3:1"])
        assert [each.name for each in found] == ["1:0", "2:1", tiny.LABELS[1]]

    def test_a_neuron_that_is_not_there_is_said(self):
        with pytest.raises(UsageError, match=r"^neuron 'gone:3' of network 'tiny' is in a layer that gives no numbers"):
            chosen(tiny.network(), ["head:0", "gone:3"])

    def test_a_network_of_one_layer_has_none_to_choose(self):
        flat = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
        with pytest.raises(UsageError, match=r"network 'tiny' has no hidden layer with weights: name neurons"):
            chosen(tiny.network(flat), 2)

    def test_a_network_that_never_changes_has_none(self):
        dead = nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.ReLU(), nn.Linear(4, 3))
        with torch.no_grad():
            for parameter in dead.parameters():
                parameter.zero_()
        with pytest.raises(UsageError, match=r"no neuron of network 'tiny' changes over 90 pictures of its data"):
            chosen(tiny.network(dead), 2)

    @pytest.mark.parametrize("n_classes", [0, 1])
    def test_without_two_classes_nothing_is_selective_and_that_is_said(self, n_classes):
        data = tiny.data(n_classes=1)
        if not n_classes:  # every picture has several answers
            data = replace(
                data,
                **{
                    name: Split(each.x, each.y[:, None].repeat(1, 2), each.raw)
                    for name, each in (("train", data.train), ("test", data.test))
                },
            )
        with pytest.raises(UsageError, match=r"the data of network 'tiny' have .*: expected two .*, or neurons named"):
            chosen(tiny.network(dataset=data), 2)
        assert chosen(tiny.network(dataset=data), ["maps:1"])[0].name == "maps:1"


class TestPictures:
    def test_all_are_read_once_in_an_order_that_is_the_same_again(self):
        of = tiny.network()
        (x, y), (again, _) = ([torch.cat(part) for part in zip(*pictures(of, 1000), strict=True)] for _ in range(2))
        assert torch.equal(x, again) and len(x) == len(y) == 90
        assert of.dataset is not None
        every = torch.cat([of.dataset.train.x, of.dataset.test.x])
        assert torch.equal(x.flatten(1).sum(1).sort().values, every.flatten(1).sum(1).sort().values)
        assert not torch.equal(x, every)

    @pytest.mark.parametrize("most", [1, 60, 90])
    def test_no_more_than_asked_for(self, most):
        assert sum(len(x) for x, _ in pictures(tiny.network(), most)) == most

    def test_a_collection_is_read_in_batches_and_answers_of_several_numbers_are_no_class(self):
        data = tiny.data()
        given = Generated(700, lambda index: (torch.zeros(len(index), 1, 8, 8) + index[:, None, None, None], index))
        parts = [*pictures(tiny.network(dataset=replace(data, examples=given)), 300)]
        assert [len(x) for x, _ in parts] == [256, 44] and all(len(x) == len(y) for x, y in parts)
        many = Generated(50, lambda index: (torch.zeros(len(index), 1, 8, 8), index[:, None].repeat(1, 2)))
        ((x, y),) = pictures(tiny.network(dataset=replace(data, examples=many)), 30)
        assert len(x) == 30 and y.tolist() == [-1] * 30
