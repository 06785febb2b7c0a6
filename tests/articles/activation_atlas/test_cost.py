"""What an atlas costs: the file that the benchmark writes is read as it is, and shown."""

import json

import pytest

from generators.articles.activation_atlas.analysis import cost as analysis
from generators.articles.activation_atlas.facts import cost as facts
from generators.articles.activation_atlas.figures import cost as figures
from generators.drawing import files

RUN = {"collecting_seconds": 2.0, "layout_seconds": 1.5, "icons_seconds": 80.0}
BYTES = {"bytes_on_disk": 440_000, "peak_bytes": 610_000_000, "grown_bytes": 120_000_000}
TOLD = {
    "date": "2026-11-28",
    "processor": "<some> & one",
    "threads": 1,
    "network": "texture-net",
    "layer": "relu5",
    "steps": 128,
    "published_steps": 4096,
    "runs": [
        {"images": 20_000, **RUN, **dict.fromkeys(BYTES), "layout_seconds": None},
        {"images": 1_000, **RUN, **BYTES},
    ],
    "rates": [
        {"program": "ours", "steps": 128, "tiles": 64, "tiles_per_cpu_second": 4.0},
        {"program": "ours", "steps": 128, "tiles": 1, "tiles_per_cpu_second": 1.0},
        {"program": "lucent", "steps": 128, "tiles": 64, "tiles_per_cpu_second": 1.6},
    ],
    "second_agreement": 0.5,
    "second_chance": 0.04,
    "second_accuracy": None,
    "other parts": {"are": "not read"},
}
NOTHING = TOLD | {"runs": [], "rates": [], "second_agreement": None, "second_chance": None}
DRAWN = figures.cost, figures.cost_table, figures.rates_table


@pytest.fixture(scope="module")
def cost():
    return analysis.understood(json.loads(json.dumps(TOLD)))


@pytest.fixture(scope="module")
def measured():
    """What the article says."""
    return analysis.read_measured("")


def test_runs_come_in_order_and_what_is_missing_has_no_sum(cost):
    assert [run.images for run in cost.runs] == [1_000, 20_000]
    assert [run.seconds for run in cost.runs] == [83.5, None]


def test_facts_compare_the_fastest_of_each_program(cost):
    told = facts.cost(cost)
    assert told["times_lucent"] == pytest.approx(2.5) and told["times_fewer_steps"] == 32


def test_facts_leave_out_what_was_not_measured(cost):
    told = facts.cost(cost)
    assert told["seconds_1000"] == 83.5 and told["second_agreement"] == 0.5
    assert told["largest"] == 1_000 and told["largest_megabytes_on_disk"] == 0.44
    assert not {"layout_seconds_20000", "seconds_20000", "peak_bytes_20000", "second_accuracy"} & set(told)


def test_the_figure_leaves_out_what_was_not_measured(cost):
    drawn = {trace.name: (list(trace.x), list(trace.y)) for trace in figures.cost(cost).data}
    assert drawn["layout"] == ([1_000], [1.5]) and drawn["collecting"] == ([1_000, 20_000], [2.0, 2.0])
    assert drawn["on disk"] == ([1_000], [440_000])


@pytest.mark.parametrize("told", [TOLD, NOTHING], ids=["some", "nothing"])
def test_whatever_was_measured_is_said_and_drawn(told):
    cost = analysis.understood(told)
    assert facts.cost(cost)["processor"] == told["processor"]
    assert all(files(draw(cost)) for draw in DRAWN)


class TestMeasured:
    def test_the_bars_of_the_article_were_reached(self, measured):
        told = facts.cost(measured)
        assert told["seconds_20000"] < 12 * 60 and told["times_lucent"] > 2 and told["times_fewer_steps"] >= 32
        assert told["second_agreement"] > 5 * told["second_chance"]

    def test_memory_is_flat_and_the_disk_is_not(self, measured):
        held = {run.images: run for run in measured.runs if run.peak_bytes is not None}
        least, most = held[min(held)], held[max(held)]
        assert most.images == 1_000_000 >= 10 * least.images and most.peak_bytes < 2e9
        assert most.peak_bytes < 1.25 * least.peak_bytes
        assert most.bytes_on_disk / most.images == pytest.approx(least.bytes_on_disk / least.images, rel=0.1)


def test_every_number_is_named_as_the_result_does(cost):
    told = facts.cost(cost)
    assert (told["largest_gigabytes"], told["largest_minutes"]) == (0.61, pytest.approx(2 / 60))
    assert (told["tiles_per_cpu_second_ours"], told["tiles_per_cpu_second_lucent"]) == (4.0, 1.6)
    assert list(figures.cost_table(cost).rows[0].items()) == [
        ("Pictures", 1_000), ("Collecting, s", 2.0), ("Layout, s", 1.5), ("Icons, s", 80.0), ("All, s", 83.5),
        ("On disk, MB", 0.44), ("In memory, MB", 610),
    ]  # fmt: skip
    assert list(figures.rates_table(cost).rows[0].values()) == ["ours", 128, 64, 4.0]
