"""What the objective costs: gradients that agree, a file that holds together, and a figure and facts that say it."""

import json
import runpy
from pathlib import Path

import pytest
import torch

from generators.articles.inverse_set.analysis import cost as analysis
from generators.articles.inverse_set.facts import cost as facts
from generators.articles.inverse_set.figures import cost as figures
from generators.articles.inverse_set.results.cost import CDIST, K_ROAD, ONE_BATCH, OURS, PAIRS, ROADS, Cost
from generators.drawing import files

BENCH = runpy.run_path(str(Path(__file__).parents[3] / "scripts" / "bench" / "inverse_set.py"))


@pytest.fixture(scope="module")
def told() -> dict:
    return json.loads(analysis.MEASURED.read_text())


@pytest.fixture(scope="module")
def cost() -> Cost:
    return analysis.read_measured("")


def bowl(x: torch.Tensor) -> torch.Tensor:
    """An embedding whose values share a large mean, as activations do."""
    return torch.stack([x.square().sum(1), x.sin().sum(1), x[:, 0]], 1) + 5


@pytest.mark.parametrize("road", [CDIST, ONE_BATCH, OURS])
@pytest.mark.parametrize("n", [1, 3, 130])
def test_every_exact_road_gives_the_gradient_of_pairs(road, n):
    x = torch.randn(n, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(n))
    roads = BENCH["roads"]()
    assert torch.allclose(roads[road](bowl, x), roads[PAIRS](bowl, x), rtol=1e-6, atol=1e-9)


def test_k_at_a_time_is_another_gradient_and_the_first_k_have_their_pairs_in_it():
    x = torch.randn(24, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    roads = BENCH["roads"]()
    found, whole = (roads[road](bowl, x) for road in (K_ROAD, PAIRS))
    assert not torch.allclose(found, whole, rtol=0.1)
    # among themselves and once more from their own copies, which stay where they are: 4 k and 2 k of (e − mean)
    assert torch.allclose(found[:8], 1.5 * roads[PAIRS](bowl, x[:8]))


def test_the_names_of_roads_are_the_results(told):
    assert tuple(BENCH[name] for name in ("PAIRS", "CDIST", "ONE_BATCH", "OURS", "K_ROAD")) == ROADS
    assert {row["road"] for row in told["measurements"]} == set(ROADS)


def test_an_exponent_is_that_of_a_power():
    sizes = [64, 128, 1024]
    assert BENCH["exponent"](sizes, [3 * n**1.7 for n in sizes]) == pytest.approx(1.7)


def test_every_road_was_measured_at_every_size(told):
    assert sorted((row["road"], row["n"]) for row in told["measurements"]) == sorted(
        (road, n) for road in ROADS for n in BENCH["SIZES"]
    )
    assert all(row["seconds"] > 0 and row["extra_megabytes"] > 0 for row in told["measurements"])
    assert told["threads"] == 1 and told["processor"] and told["date"] and "LeNet-5" in told["shape"]
    assert told["gradient_errors"][f"{OURS}, float64"] < 1e-6


def test_exponents_are_those_of_the_rows(told):
    for road, steep in told["exponents"].items():
        rows = [row for row in told["measurements"] if row["road"] == road and row["n"] >= told["fitted_from"]]
        assert BENCH["exponent"]([row["n"] for row in rows], [row["seconds"] for row in rows]) == pytest.approx(
            steep, abs=1e-3
        )


def test_linear_memory_is_flat_and_that_of_pairs_is_quadratic(cost):
    grown = {(each.road, each.n): each.extra_megabytes for each in cost.measurements}
    assert grown[OURS, 1536] < 40
    assert 3 < grown[PAIRS, 1024] / grown[PAIRS, 512] < 5
    assert grown[PAIRS, 1536] > 4 * 1536**2 * 84 / 1e6  # one tensor of all differences


def test_the_result_is_the_files(told, cost):
    assert [vars(each) for each in cost.measurements] == told["measurements"]
    assert cost.gradient_error == told["gradient_errors"][f"{OURS}, float64"]
    assert [each.n for each in cost.of(PAIRS)] == list(BENCH["SIZES"])


def test_the_facts_are_the_results(told, cost):
    said = facts.cost(cost)
    rows = {(row["road"], row["n"]): row for row in told["measurements"]}
    assert said["speedup_1536"] == rows[PAIRS, 1536]["seconds"] / rows[OURS, 1536]["seconds"]
    assert said["speedup_cdist_1536"] == rows[CDIST, 1536]["seconds"] / rows[OURS, 1536]["seconds"]
    assert said["memory_pairs_1536"] == rows[PAIRS, 1536]["extra_megabytes"]
    assert said["memory_linear_1536"] == rows[OURS, 1536]["extra_megabytes"]
    assert said["exponent_linear"] == told["exponents"][OURS]


def test_the_figure_holds_the_results_numbers(cost):
    figure = figures.cost(cost)
    assert len(figure.data) == 2 * len(ROADS)
    for index, road in enumerate(ROADS):
        found = cost.of(road)
        assert list(figure.data[index].x) == [each.n for each in found]
        assert list(figure.data[index].y) == [each.seconds for each in found]
        assert list(figure.data[index + len(ROADS)].y) == [each.extra_megabytes for each in found]
    assert len({(trace.marker.symbol, trace.marker.color) for trace in figure.data}) == len(ROADS)
    assert all(figure.layout[axis].type == "log" for axis in ("xaxis", "yaxis", "xaxis2", "yaxis2"))
    assert figure.layout.yaxis.title.text and figure.layout.yaxis2.title.text


def test_the_table_holds_them_too(cost):
    table = figures.cost_table(cost)
    assert set(files(table)) == {"table.json", "data.csv"}
    assert sorted(row["CPU seconds"] for row in table.rows) == sorted(each.seconds for each in cost.measurements)
