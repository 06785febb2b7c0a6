"""Intervals of activations: the prior's quantiles, what is wanted, and what is said where nothing is found."""

import re

import numpy as np
import pytest
import torch

from generators.articles.inverse_set.analysis.intervals import LEVELS, check, intervals, unreached
from generators.articles.inverse_set.results.gallery import Neuron
from generators.errors import UsageError

NEURON = Neuron("<i>wave</i>", "maps", 3, "mean")


def prior(n: int = 5000, seed: int = 0) -> torch.Tensor:
    return 3 * torch.randn(n, generator=torch.Generator().manual_seed(seed)) + 1


def test_intervals_lie_between_the_priors_quantiles():
    values = prior()
    found = {each.name: (each.low, each.high) for each in intervals(NEURON, values)}
    assert [*found] == ["weak", "middling", "strong", "very strong", "strongest"]
    for name, shares in LEVELS.items():
        assert found[name] == pytest.approx(np.quantile(values.double().numpy(), shares))
        inside = (values >= found[name][0]) & (values <= found[name][1])
        assert float(inside.double().mean()) == pytest.approx(shares[1] - shares[0], abs=1e-3)
    first = values[:400].double()
    expected = [float(first.max()) + share * float(first.std()) for share in (0.1, 0.6)]
    assert found["strongest"] == pytest.approx(expected)


def test_levels_are_those_of_the_benchmark():
    assert LEVELS["strong"] == (0.85, 0.97) and LEVELS["weak"] == (0.3, 0.5)


def test_a_neuron_that_is_mostly_silent_has_no_weak_interval():
    """Nor one that begins where it is silent, most of whose pictures would be those of silence."""
    found = intervals(NEURON, (prior() - 4.2).clamp(min=0))
    assert [each.name for each in found] == ["very strong", "strongest"]
    assert all(0 < each.low < each.high for each in found)


def test_what_is_wanted_of_a_neuron_comes_last_and_of_another_not_at_all():
    found = intervals(NEURON, prior(), {"maps:3": [10, 12.5], "maps:4": [3, 4]})
    assert [(each.name, each.low, each.high) for each in found[5:]] == [("wanted", 10, 12.5)]
    assert len(intervals(NEURON, prior(), {"maps:4": [3, 4]})) == 5


@pytest.mark.parametrize(("low", "high"), [(3.0, 1.0), (2.0, 2.0), (float("nan"), 2.0)])
def test_an_interval_that_ends_before_it_begins_is_refused(low, high):
    with pytest.raises(UsageError) as error:
        check(NEURON, low, high)
    assert str(error.value) == (
        f"the interval of neuron '<i>wave</i>' is [{low:g}, {high:g}]: expected z1 below z2, the smaller activation "
        "first"
    )
    with pytest.raises(UsageError, match="expected z1 below z2"):
        intervals(NEURON, prior(), {"maps:3": [low, high]})


@pytest.mark.parametrize("value", [0.0, -3.5, 1e6])
def test_a_dead_neuron_is_said_to_be(value):
    almost = torch.full((300,), value) + 2e-8 * abs(value) * prior(300)
    with pytest.raises(UsageError) as error:
        intervals(NEURON, almost)
    assert str(error.value) == (
        f"neuron '<i>wave</i>' gives {float(almost[0]):.4g} for all 300 pictures of the generator: it is dead, and its "
        "inverse set is everything or nothing"
    )


@pytest.mark.parametrize(("wrong", "said"), [(float("nan"), "NaN"), (float("inf"), "infinity")])
def test_activations_that_are_no_numbers_are_said(wrong, said):
    values = prior()
    values[17] = wrong
    with pytest.raises(UsageError, match=rf"^neuron '<i>wave</i>' gives {said} for some pictures of the generator"):
        intervals(NEURON, values)


class TestUnreached:
    @pytest.mark.parametrize("seed", range(20))
    @pytest.mark.parametrize("place", ["above", "below", "gap", "wide"])
    def test_the_nearest_interval_that_is_named_is_reached(self, seed, place):
        """And it is as wide as what was asked for, and no nearer one of that width has a draw."""
        scale = 10.0 ** (seed % 7 - 3)
        values = scale * prior(200, seed)
        if place == "gap":
            values = torch.cat([values, values + 100 * scale])
        least, most = float(values.min()), float(values.max())
        width = 0.37 * scale if place != "wide" else 400 * scale
        low = {"above": most + scale, "below": least - scale - width, "gap": 50 * scale, "wide": most + scale}[place]
        said = unreached(NEURON, low, low + width, values, 17)
        assert said.count(". ") == 0 and "'<i>wave</i>'" in said and "none of 17 that were moved arrived" in said
        number = r"(-?[\d.]+(?:e[-+]\d+)?)"
        (found,) = re.findall(rf"that is reached is \[{number}, {number}\]", said)
        near = [float(each) for each in found]
        assert bool(((values >= near[0]) & (values <= near[1])).any()), said
        asked = min(width, most - least)
        assert near[1] - near[0] == pytest.approx(asked, rel=0.02, abs=2e-3 * max(abs(least), abs(most)))
        if place in ("above", "wide"):
            assert near[1] == pytest.approx(most, rel=1e-3)
        if place == "below":
            assert near[0] == pytest.approx(least, rel=1e-3)

    def test_the_sentence(self):
        values = torch.tensor([1.0, 2.0, 4.0])
        assert unreached(NEURON, 10, 11, values, 5) == (
            "no picture drives '<i>wave</i>' to [10, 11]: the generator’s 3 draws lie between 1 and 4, none of 5 that "
            "were moved arrived, and the nearest interval of this width that is reached is [3, 4]"
        )
        assert unreached(NEURON, 2.5, 3.3, values, 5).endswith("is [1.6, 2.4]")
