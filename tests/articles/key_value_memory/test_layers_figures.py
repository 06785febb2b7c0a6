"""Curves over layers hold the result's numbers, whatever a network lacks; facts have the names that pages quote."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from generators.articles.key_value_memory.facts.memories import memories as facts
from generators.articles.key_value_memory.figures import layers as figures
from generators.articles.key_value_memory.results.memories import Layer, Memories
from generators.drawing import files
from tests.articles.key_value_memory.results import memories

CURVES: dict[Callable[[Memories], go.Figure], tuple[Callable[[Layer], Any], ...]] = {
    figures.agreement_by_layer: (
        lambda each: each.agreement.control,
        lambda each: each.agreement.top1,
        lambda each: each.agreement_norm.top1,
        lambda each: each.agreement.top25,
    ),
    figures.purity_by_layer: (
        lambda each: np.nanmean(each.last_purity),
        lambda each: np.nanmean(each.next_purity),
    ),
    figures.shortened_by_layer: (
        lambda each: each.first_removed,
        lambda each: each.random_removed,
        lambda each: each.last_removed,
    ),
    figures.activity_by_layer: (
        lambda each: each.active.mean(),
        lambda each: (each.active == 0).mean(),
        lambda each: each.dominant_share,
    ),
    figures.composition_by_layer: (
        lambda each: each.any_agrees,
        lambda each: each.any_control,
        lambda each: each.lens.argmax_same,
    ),
    figures.trajectory: (lambda each: each.lens.same, lambda each: each.lens.loss),
    figures.removal_by_layer: (lambda each: each.removal.own, lambda each: each.removal.own_random),
    figures.foreseen_by_layer: (
        lambda each: each.removal.effect_correlation,
        lambda each: each.removal.effect_control,
    ),
}
"""What each curve of a figure is at a layer, in the order of its traces."""


def varied(seed: int = 0, n_layers: int = 3) -> Memories:
    """Memories by lot in which no two scores of a layer, and none of two layers, are equal."""
    random, result = np.random.default_rng(seed), memories(seed, n_layers)

    def shaken(part: Any) -> Any:
        changes = {name: float(random.uniform(0, 1)) for name, value in vars(part).items() if isinstance(value, float)}
        return replace(part, **changes)

    return replace(
        result,
        layers=tuple(
            replace(
                shaken(each),
                **{name: shaken(getattr(each, name)) for name in ("agreement", "agreement_norm", "lens", "removal")},
            )
            for each in result.layers
        ),
    )


def lacking() -> dict[str, Memories]:
    """Results without some of what is measured: in all layers, in the first, in the last, as numbers that are none."""
    result = varied()
    nothing = {"agreement": None, "agreement_norm": None, "lens": None, "removal": None, "against": None}
    never = {name: np.full(12, np.nan) for name in ("last_purity", "next_purity", "agreed", "without_last")}
    scores = dict.fromkeys(("first_removed", "random_removed", "last_removed"), np.nan)
    dead = nothing | never | scores | {"active": np.zeros(12), "against_control": None}
    first, *middle, last = result.layers
    unknown = [
        replace(each, **scores, removal=replace(each.removal, effect_correlation=np.nan, effect_control=np.nan))
        for each in result.layers
    ]
    changed = {
        "no head": (*(replace(each, **nothing, against_control=None) for each in result.layers),),
        "first is dead": (replace(first, **dead), *middle, last),
        "last is dead": (first, *middle, replace(last, **dead)),
        "all are dead": tuple(replace(each, **dead) for each in result.layers),
        "no blocks": tuple(replace(each, lens=None) for each in result.layers),
        "nothing known of the effect": tuple(unknown),
        "one layer": (first,),
    }
    found = {name: replace(result, layers=layers) for name, layers in changed.items()}
    return found | {"no head": replace(found["no head"], has_head=False, loss=None)}


LACKING = lacking()


@pytest.mark.parametrize("draw", CURVES)
@pytest.mark.parametrize("seed", range(2))
def test_curves_hold_the_results_numbers(draw: Callable[[Memories], go.Figure], seed: int) -> None:
    result = varied(seed)
    figure = draw(result)
    assert len(figure.data) == len(CURVES[draw])
    for trace, read in zip(figure.data, CURVES[draw], strict=True):
        assert np.round(trace.x).astype(int).tolist() == [1, 2, 3]
        assert list(trace.y) == [read(each) for each in result.layers]


def test_spreads_are_drawn_beside_what_they_are_of() -> None:
    result = varied()
    most = figures.agreement_by_layer(result).data[0]
    np.testing.assert_allclose(np.add(most.y, most.error_y.array), [a.agreement.control_most for a in result.layers])
    assert not np.any(most.error_y.arrayminus)
    for trace, name in zip(figures.removal_by_layer(result).data, ("own_half", "own_random_half"), strict=True):
        assert list(trace.error_y.array) == [getattr(each.removal, name) for each in result.layers]


def test_chance_levels_are_lines_of_their_own() -> None:
    result = varied()
    for draw, level in (
        (figures.agreement_by_layer, 1 / len(result.tokens)),
        (figures.purity_by_layer, result.purity_chance),
    ):
        (line,) = draw(result).layout.shapes
        assert line.y0 == line.y1 == level


@pytest.mark.parametrize("draw", CURVES)
@pytest.mark.parametrize("result", LACKING.values(), ids=LACKING)
def test_figures_can_be_drawn_whatever_is_lacking(draw: Callable[[Memories], go.Figure], result: Memories) -> None:
    """What is no number is a gap, and no file has a word for it that JSON does not know."""
    figure = draw(result)
    for axis in (
        figure.layout.xaxis,
        figure.layout.yaxis,
        *([figure.layout.yaxis2] if "yaxis2" in figure.layout else []),
    ):
        assert axis.title.text
    for trace in figure.data:
        assert trace.name and len(trace.x) == len(trace.y) == len(result.layers)
    assert len({(trace.marker.symbol, trace.line.dash) for trace in figure.data}) == len(figure.data), "colour alone"
    for name, content in files(figure).items():
        if name.endswith(".json"):
            json.loads(content, parse_constant=pytest.fail)


def test_layers_are_numbered_from_one_and_not_all_where_there_are_many() -> None:
    axis = figures.activity_by_layer(memories(0, 40)).layout.xaxis
    assert axis.title.text == "layer"
    assert axis.tickvals[0] == 1 and len(axis.tickvals) <= 16 and axis.range[1] > 40


@pytest.mark.parametrize("result", [varied(), *LACKING.values()], ids=["all", *LACKING])
def test_the_tables_have_every_layer_beside_its_controls(result: Memories) -> None:
    agreement, removal = figures.agreement_table(result), figures.removal_table(result)
    for k, (said, done, layer) in enumerate(zip(agreement.rows, removal.rows, result.layers, strict=True), start=1):
        assert said["layer"] == done["layer"] == k
        assert said["dead"] == (layer.active == 0).mean() and said["active"] == layer.active.mean()
        if found := layer.agreement:
            assert [said[name] for name in ("agrees", "by lot", "by lot, at most")] == [
                found.top1,
                found.control,
                found.control_most,
            ]
        if gone := layer.removal:
            assert [*done.values()][1:] == [
                *(gone.own, gone.own_random, gone.text, gone.text_random, gone.whole, gone.whole_dealt),
                *(gone.effect_correlation, gone.effect_control),
            ]
    for table in (agreement, removal):
        assert b"nan" not in files(table)["table.json"].lower()


def test_facts_have_the_names_that_pages_quote() -> None:
    result = varied()
    found = facts(result)
    for k, layer in enumerate(result.layers, start=1):
        expected = {
            "agreement_top1": layer.agreement.top1,
            "agreement_control": layer.agreement.control,
            "active_share": layer.active.mean(),
            "dead_share": (layer.active == 0).mean(),
            "dominant_share": layer.dominant_share,
            "removal_own": layer.removal.own,
            "removal_own_random": layer.removal.own_random,
            "lens_same": layer.lens.same,
            "none_agrees": 1 - layer.any_agrees,
            "identity_error": layer.identity_error,
        }
        assert {name: found[f"{name}_{k}"] for name in expected} == pytest.approx(expected)
    assert found["validation_loss"] == result.loss and found["chance"] == 1 / len(result.tokens)
    assert found["n_memories"] == 36 and found["n_dead"] == 3 and found["n_layers"] == 3
    tops = [each.agreement.top1 for each in result.layers]
    assert (found["agreement_top1_least"], found["agreement_top1_most"]) == (min(tops), max(tops))


@pytest.mark.parametrize("result", LACKING.values(), ids=LACKING)
def test_facts_are_numbers_or_are_not_there(result: Memories) -> None:
    found = facts(result)
    assert all(math.isfinite(value) for value in found.values() if not isinstance(value, str))
    assert ("validation_loss" in found) == (result.loss is not None)
    for k, layer in enumerate(result.layers, start=1):
        assert (f"agreement_top1_{k}" in found) == (layer.agreement is not None)
        assert (f"lens_loss_{k}" in found) == (layer.lens is not None)
        assert (f"removal_own_{k}" in found) == (layer.removal is not None)
        assert (f"last_purity_{k}" in found) == (not np.isnan(layer.last_purity).all())
    assert ("agreement_top1_least" in found) == any(layer.agreement for layer in result.layers)
