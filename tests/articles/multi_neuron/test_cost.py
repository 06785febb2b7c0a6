"""What was measured: a file that holds together, and a figure, a table and facts that say what it says."""

import json
from hashlib import sha256

import pytest

from generators.articles.multi_neuron.analysis import cost as analysis
from generators.articles.multi_neuron.exhibits import exhibits
from generators.articles.multi_neuron.facts import cost as facts
from generators.articles.multi_neuron.figures import cost as figures
from generators.articles.multi_neuron.results.cost import NETWORKS, OURS, Cost
from generators.drawing import files
from generators.networks.subject import REFERENCE

KNOWN = {(16, 16): 127, (32,) * 3: 1_180, (64,) * 3: 6_668, (128,) * 3: 20_714, (256,) * 3: 79_783}
"""Regions of networks that several tools agree on."""
IN_FLOAT32 = "SyReNN core"


@pytest.fixture(scope="module")
def told() -> dict:
    return json.loads(analysis.MEASURED.read_text())


@pytest.fixture(scope="module")
def cost() -> Cost:
    return analysis.read_measured("")


def test_every_row_is_whole(told):
    keys = {"series", "tool", "widths", "init", "half", "regions", "vertices", "edges"}
    for row in told["rows"]:
        assert keys <= set(row)
        assert row["tool"] in told["tools"]
        for key in ("regions", "cut_seconds", "process_seconds", "peak_megabytes", "half"):
            assert row[key] > 0, (key, row)
        assert all(width > 0 for width in row["widths"])
    nets = [(row["tool"], row["series"], *row["widths"], row["init"], row["half"]) for row in told["rows"]]
    assert len(set(nets)) == len(nets)
    assert told["threads"] == 1
    assert told["processor"] and told["date"]


def test_vertices_edges_and_regions_keep_eulers_formula(told):
    for row in told["rows"]:
        if row["vertices"] is not None:
            assert row["vertices"] - row["edges"] + row["regions"] == 1


def test_counts_are_the_known_ones_and_differ_only_where_float32_loses_slivers(told):
    ours = {(row["series"], *row["widths"], row["half"]): row["regions"] for row in told["rows"] if row["tool"] == OURS}
    for row in told["rows"]:
        found = ours[(row["series"], *row["widths"], row["half"])]
        if row["tool"] != IN_FLOAT32:
            assert row["regions"] == found
        assert 0 <= found - row["regions"] <= 2e-5 * found
        if row["series"] == NETWORKS:
            assert found == KNOWN.get(tuple(row["widths"]), found)


def test_the_exhibit_is_anew_when_the_file_is():
    (declared,) = (each for each in exhibits(REFERENCE, "laptop") if each.name == "cost")
    assert declared.params == {"measured": sha256(analysis.MEASURED.read_bytes()).hexdigest()[:16]}


def test_the_result_is_the_files(told, cost):
    assert len(cost.measurements) == len(told["rows"])
    for row, each in zip(told["rows"], cost.measurements, strict=True):
        assert (each.tool, each.regions, each.seconds) == (row["tool"], row["regions"], row["cut_seconds"])
        assert each.network.startswith(str(row["widths"][0]))
        assert (each.tool == OURS) <= (each.times_ours == 1 and each.missed == 0)
    ours = {(each.series, each.network): each.regions for each in cost.of(OURS)}
    for each in cost.measurements:
        assert each.regions + each.missed == ours[each.series, each.network]
    assert cost.tools[0] == OURS
    assert set(cost.versions) >= set(cost.tools)


def test_the_times_are_of_the_same_network(told, cost):
    ours, theirs = (
        next(
            r["cut_seconds"]
            for r in told["rows"]
            if (r["tool"], r["series"], r["widths"]) == (tool, NETWORKS, [64] * 3)
        )
        for tool in (OURS, "SplineCam")
    )
    said = facts.cost(cost)
    assert said["times_splinecam_64x3"] == pytest.approx(theirs / ours)
    assert said["regions_per_second_64x3"] == pytest.approx(6_668 / ours)
    assert said["regions_64x3"] == 6_668


def test_the_facts_name_the_largest_network_of_each_tool(told, cost):
    said = facts.cost(cost)
    for tool, name in facts.NAMES.items():
        largest = max(r["regions"] for r in told["rows"] if r["series"] == NETWORKS and r["tool"] == tool)
        assert said[f"times_{name}"] == next(
            each.times_ours for each in cost.of(tool, NETWORKS) if each.regions == largest
        )
        ratios = [each.times_ours for each in cost.of(tool)]
        assert (said[f"least_times_{name}"], said[f"most_times_{name}"]) == (min(ratios), max(ratios))
    assert said["differing"] == sum(each.missed != 0 for each in cost.measurements)
    assert said["most_regions"] == max(r["regions"] for r in told["rows"] if r["tool"] == OURS)


def test_the_figure_holds_the_results_numbers(cost):
    figure = figures.cost(cost)
    traces = {trace.name: trace for trace in figure.data}
    for tool in cost.tools:
        found = cost.of(tool)
        assert list(traces[tool].x) == [each.regions for each in found]
        assert list(traces[tool].y) == [each.seconds for each in found]
        for each, said in zip(found, traces[tool].text, strict=True):
            assert f"{each.regions:,} regions" in said and f"{each.regions_per_second:,.0f} regions per second" in said
    guide = traces["a million regions per second"]
    assert [x / y for x, y in zip(guide.x, guide.y, strict=True)] == pytest.approx([1e6, 1e6])
    assert len({(trace.marker.symbol, trace.marker.color) for trace in figure.data}) == len(cost.tools) + 1
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"


def test_the_table_holds_them_too(cost):
    table = figures.cost_table(cost)
    assert set(files(table)) == {"table.json", "data.csv"}
    assert [row["CPU seconds"] for row in table.rows] == [each.seconds for each in cost.measurements]
    for row, each in zip(table.rows, cost.measurements, strict=True):
        if each.tool != OURS:
            assert row["Times ours"] == each.times_ours
            assert (row["Same count"] == "yes") == (each.missed == 0)
