"""What is told of inverse sets whose members' factors are known: laws, closed forms and second opinions."""

import itertools
import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from scipy import stats

from generators import networks
from generators.articles.inverse_set.analysis import truth
from generators.articles.inverse_set.analysis.truth import angles, attributes, compared, factors
from generators.articles.inverse_set.analysis.truth.draws import Draws
from generators.articles.inverse_set.facts.truth import truth as facts
from generators.articles.inverse_set.figures import truth as figures
from generators.articles.inverse_set.results.truth import OF_RANGE, FactorShift, Truth
from generators.datasets import textures
from generators.drawing import files
from generators.errors import UsageError

VOLCANO, GRAVEL = "head:24", "relu4b:5"
NAMES = list(attributes.UNITS)


@pytest.fixture(scope="module")
def told() -> Truth:
    return truth.tell_truth(networks.load("texture-net"), 150, 40, [VOLCANO, GRAVEL], 0)


def codes(n: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, textures.CODE_SIZE, generator=torch.Generator().manual_seed(seed))


def waves(angle_degrees: float, frequency: float, side: int = 64) -> torch.Tensor:
    """A grating (1, 3, side, side) whose brightness changes in one direction, downwards from the right."""
    at = (torch.arange(side, dtype=torch.float64) + 0.5) / side
    angle = math.radians(angle_degrees)
    along = at[None, :] * math.cos(angle) + at[:, None] * math.sin(angle)
    return (0.5 + 0.3 * torch.sin(2 * math.pi * frequency * along)).expand(1, 3, side, side)


@pytest.mark.parametrize("angle", [0.0, 17.0, 45.0, 80.0, 90.0, -30.0, -65.0])
@pytest.mark.parametrize("frequency", [4.0, 9.0])
def test_a_grating_has_its_own_angle_and_frequency(angle: float, frequency: float) -> None:
    across, alike = attributes.edges(attributes.brightness(waves(angle, frequency)))
    off = (math.degrees(float(across[0])) - angle + 90) % 180 - 90
    measured = dict(zip(NAMES, attributes.measure(waves(angle, frequency))[0].tolist(), strict=True))
    assert abs(off) < 1.5 and float(alike[0]) > 0.98
    assert measured["steepness of edges"] == pytest.approx(90 - abs(angle), abs=1.5)
    assert measured["grain"] == pytest.approx(frequency, rel=0.05)
    assert measured["contrast"] == pytest.approx(0.3 / math.sqrt(2), rel=0.05)


def test_an_even_picture_has_its_colour_and_nothing_else() -> None:
    picture = torch.tensor([0.2, 0.5, 0.9])[None, :, None, None].expand(1, 3, 16, 20)
    measured = dict(zip(NAMES, attributes.measure(picture)[0].tolist(), strict=True))
    assert [measured[name] for name in ("red", "green", "blue")] == pytest.approx([0.2, 0.5, 0.9])
    assert measured["brightness"] == pytest.approx(0.2126 * 0.2 + 0.7152 * 0.5 + 0.0722 * 0.9)
    assert measured["contrast"] == pytest.approx(0, abs=1e-6)


def test_a_grey_picture_is_measured_like_one_in_colour() -> None:
    grey = torch.rand(3, 1, 24, 24)
    assert torch.allclose(attributes.measure(grey), attributes.measure(grey.expand(-1, 3, -1, -1)))


def test_a_picture_on_its_side_has_the_same_edges_turned() -> None:
    pictures = textures.render("wood", codes(20))
    upright, turned = attributes.measure(pictures), attributes.measure(pictures.transpose(2, 3))
    at = NAMES.index("steepness of edges")
    assert torch.allclose(upright[:, at], 90 - turned[:, at], atol=1e-2)
    others = [k for k in range(len(NAMES)) if k != at]
    assert torch.allclose(upright[:, others], turned[:, others], atol=1e-4)


def test_angles_of_bricks_are_those_that_the_renderer_knows() -> None:
    assert angles.error("brick", 60, seed=3) < 6


@pytest.mark.parametrize("kind", ["volcano", "shark", "rope"])
def test_the_renderer_itself_puts_each_value_into_the_bin_that_its_rank_says(kind: str) -> None:
    z = codes(120)
    known = textures.factors(kind, z)
    for each in factors.ranked(kind, z):
        if each.unit == OF_RANGE:
            continue
        values = known[each.name].values.double().numpy()
        by_value = np.searchsorted(each.edges, values, "right") - 1
        by_rank = np.minimum((each.share * (len(each.edges) - 1)).astype(int), len(each.edges) - 2)
        assert (by_value == by_rank).mean() > 0.99, each.name
        assert not each.steps or np.allclose(each.share, (by_value + 0.5) / each.steps), each.name


def test_a_brighter_colour_ranks_higher() -> None:
    z = codes(120)
    shares = {each.name: each.share for each in factors.ranked("volcano", z)}
    colour = textures.factors("volcano", z)["rock"].values
    assert np.corrcoef(shares["rock, brightness"], colour.sum(1).numpy())[0, 1] > 0.9
    assert np.corrcoef(shares["rock, warmth"], (colour[:, 0] - colour[:, 2]).numpy())[0, 1] > 0.9


def test_draws_of_the_prior_are_shifted_no_more_than_chance_and_one_changed_factor_comes_first() -> None:
    z = codes(300, seed=5)
    assert all(shift.ks <= shift.ks_chance for shift in factors.shifts("gravel", z))
    low = textures.code_with("gravel", z, "zoom", torch.linspace(0.5, 0.8, 300))
    first, second, *_ = factors.shifts("gravel", low)
    assert first.factor == "zoom" and first.ks > first.ks_chance >= second.ks
    assert first.ks == pytest.approx(0.7, abs=0.01) and first.lean == pytest.approx(-0.35, abs=0.01)
    assert first.said == "towards 0.5" and first.inside[-4:].sum() == 0


def test_every_factor_has_a_name_for_its_place() -> None:
    named = factors.places("monastery")
    assert sorted(named) == list(range(len(named)))
    assert list(named.values()) == [each.name for each in factors.ranked("monastery", codes(2))]


def test_distances_of_laws_are_scipys(n: int = 57) -> None:
    share = np.random.default_rng(0).beta(2, 3, n)
    assert factors.ks_uniform(share) == pytest.approx(stats.kstest(share, "uniform").statistic)
    counts = np.array([3, 0, 9, 4])
    law = np.abs(np.cumsum(counts) / 16 - np.array([0.25, 0.5, 0.75, 1])).max()
    assert factors.ks_of_steps(counts) == pytest.approx(law) and factors.ks_of_steps(np.full(5, 3)) == pytest.approx(0)


@pytest.mark.parametrize(("n", "tries"), [(10, 1), (60, 30), (300, 40)])
def test_chance_is_kolmogorovs_exact_law(n: int, tries: int) -> None:
    assert factors.chance_ks(n, tries) == pytest.approx(stats.kstwo.ppf(0.95 ** (1 / tries), n), rel=0.02)


def test_total_variation_is_the_largest_difference_on_any_event() -> None:
    first, second = np.random.default_rng(1).dirichlet(np.ones(5), 2)
    events = itertools.chain.from_iterable(itertools.combinations(range(5), k) for k in range(6))
    most = max(abs(first[list(event)].sum() - second[list(event)].sum()) for event in events)
    assert compared.total_variation(first, second) == pytest.approx(most)


def test_two_draws_of_one_law_differ_by_less_than_chance_in_95_of_100() -> None:
    shares, random = np.random.default_rng(2).dirichlet(np.ones(6)), np.random.default_rng(3)
    apart = [
        compared.total_variation(random.multinomial(90, shares) / 90, random.multinomial(40, shares) / 40)
        for _ in range(500)
    ]
    assert 0.91 < np.mean(np.array(apart) <= compared.chance_variation(shares, 90, 40, 0)) < 0.98
    assert compared.chance_variation(np.eye(6)[2], 90, 40, 0) == 0


def cloud(n: int, seed: int, shift: float = 0.0) -> Draws:
    e = torch.randn(n, 4, generator=torch.Generator().manual_seed(seed)) + shift
    return Draws(e, e, e, e, torch.zeros(n, dtype=torch.int64))


def joined(first: Draws, second: Draws) -> Draws:
    e = torch.cat([first.embedding, second.embedding])[torch.randperm(len(first) + len(second))]
    return Draws(e, e, e, e, torch.zeros(len(e), dtype=torch.int64))


def test_a_set_is_no_stranger_to_itself_and_one_elsewhere_is_all_strange() -> None:
    strange, missed = compared.strangers(cloud(600, 0), cloud(600, 1))
    assert 0.02 < strange < 0.09 and 0.02 < missed < 0.09  # chance gives 0.05
    assert compared.strangers(cloud(600, 0), cloud(600, 1, 30.0)) == (1.0, 1.0)


def test_a_half_that_is_not_shown_is_missed_and_not_strange() -> None:
    strange, missed = compared.strangers(joined(cloud(300, 0), cloud(300, 1, 30.0)), cloud(300, 2))
    assert strange < 0.09 and 0.4 < missed < 0.65


def test_what_is_told_of_a_network_adds_up(told: Truth) -> None:
    assert [each.neuron.name for each in told.told] == ["volcano", GRAVEL] and not told.refused
    for each in told.told:
        assert [one.name for one in each.sets] == ["strong", "very strong"]
        for one in each.sets:
            assert one.classes.sum() == pytest.approx(1) and one.low < one.high
            assert one.learned_n == 0 or one.learned_classes.sum() == pytest.approx(1)
            assert one.n == pytest.approx(150 * (0.12 if one.name == "strong" else 0.029), abs=1)
        assert each.n == pytest.approx(40 * 0.099, abs=1) and each.low < each.high
        assert all(shift.inside.sum() == each.n for shift in each.shifts)
        assert all((np.diff(attribute.inside) >= 0).all() for attribute in each.attributes)
        assert [shift.ks for shift in each.shifts] == sorted((shift.ks for shift in each.shifts), reverse=True)
    assert told.classes[told.told[0].main_class] == "volcano"


def test_a_network_without_an_exact_renderer_is_refused() -> None:
    with pytest.raises(UsageError, match=r"digits-net.*expected the data set 'textures'"):
        truth.tell_truth(networks.load("digits-net"), 20, 20, 1, 0)


def test_a_generator_that_the_entry_names_is_not_the_exact_one() -> None:
    network = networks.load("texture-net")
    entry = replace(network.entry, generator=object())  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no generator in the entry"):
        truth.tell_truth(replace(network, entry=entry), 20, 20, [VOLCANO], 0)


def test_the_drawings_hold_what_the_result_holds(told: Truth) -> None:
    for draw in (figures.classes, figures.factors, figures.attributes):
        drawing = draw(told)
        assert files(drawing)
        for picture in (drawing.svg, drawing.narrow):
            said = " ".join(ElementTree.fromstring(picture).itertext())
            assert all(each.neuron.name in said for each in told.told)
    drawn = figures.factors(told).rows
    assert drawn[0]["factor"] == told.told[0].shifts[0].factor and drawn[0]["KS distance"] == told.told[0].shifts[0].ks
    shares = [row for row in figures.classes(told).rows if row["neuron"] == "volcano" and row["interval"] == "strong"]
    assert [row["share, renderer"] for row in shares] == told.told[0].sets[0].classes.tolist()
    medians = [row["50%"] for row in figures.attributes(told).rows if row["of"] == "renderer, set"]
    assert medians[0] == told.told[0].attributes[0].inside[10]


def test_the_drawings_stand_without_a_learned_generator_and_without_neurons(told: Truth) -> None:
    nothing, number = np.zeros(0), float("nan")
    alone = [
        replace(
            each,
            sets=tuple(
                replace(one, learned_n=0, learned_classes=nothing, total_variation=number, strange=number)
                for one in each.sets
            ),
            attributes=tuple(replace(a, learned=nothing, learned_prior=nothing) for a in each.attributes),
        )
        for each in told.told
    ]
    for result in (replace(told, learned="", told=tuple(alone)), replace(told, told=())):
        for draw in (figures.classes, figures.factors, figures.attributes):
            assert "learned" not in draw(result).svg or result.learned
            assert files(draw(result))
        assert all(isinstance(value, str) or np.isfinite(value) for value in facts(result).values())


@pytest.mark.parametrize(
    ("counts", "lean", "said"),
    [
        ([1, 2, 9, 12, 9, 3, 1, 1], 0.0, "the middle of its range"),
        ([12, 4, 1, 0, 0, 1, 5, 12], 0.0, "both ends of its range"),
        ([1, 2, 3, 4, 5, 6, 7, 8], 0.2, "towards warm"),
        ([8, 7, 6, 5, 4, 3, 2, 1], -0.2, "towards cool"),
    ],
)
def test_where_a_set_lies_is_said_in_words(counts: list[int], lean: float, said: str) -> None:
    shift = FactorShift(
        "sky, warmth", OF_RANGE, np.linspace(-1, 1, 9), np.array(counts), np.full(8, 1 / 8), lean, 0.5, 0.2
    )
    assert shift.said == said
    assert replace(shift, ks=0.1).said == "no more off than chance"


def test_facts_say_which_class_is_overstated(told: Truth) -> None:
    found = facts(told)
    one = told.told[0].sets[0]
    gap = one.learned_classes - one.classes
    assert found["volcano_strong_overstated"] == told.classes[int(gap.argmax())]
    assert found["volcano_strong_own_share"] == one.classes[told.told[0].main_class]
    assert found["volcano_main_class"] == "volcano"
