"""Energies by another road: units, published equivalents, and areas to scale."""

import tomllib
from xml.etree import ElementTree

import numpy as np
import pytest

from generators.articles.neuron.analysis.energy import compare_energy, weigh_tolls
from generators.articles.neuron.facts import energy as facts
from generators.articles.neuron.figures import energy as figures
from generators.drawing import files
from generators.paths import REPOSITORY


def test_a_brain_day_is_480_watt_hours_and_runs_a_day():
    day = next(spending for spending in compare_energy().spendings if spending.name == "a brain, a day")
    assert (day.watt_hours, day.brain_seconds) == (480, 86_400)


def test_the_published_equivalents():
    named = facts.scale(compare_energy())
    assert named["gemini_brain_seconds"] == pytest.approx(43.2)
    assert named["gpt3_brain_years"] == pytest.approx(7_341, abs=1)
    assert named["gpt3_megawatt_hours"] == 1287
    assert named["brain_day_watt_hours"] == 480


def test_moving_costs_more_than_computing_in_both():
    named = facts.tolls(weigh_tolls())
    assert named["processor_ratio"] == pytest.approx(139, abs=0.5)
    assert named["cortex_ratio"] == pytest.approx(35)


def test_smallest_first():
    amounts = [spending.watt_hours for spending in compare_energy().spendings]
    assert amounts == sorted(amounts)


def test_the_drawing_says_every_amount_and_time_in_order():
    scale = compare_energy()
    drawn = figures.energy(scale)
    for picture in (drawn.svg, drawn.narrow):
        said = [node.text for node in ElementTree.fromstring(picture).iter() if node.tag.endswith("text")]
        for spending in scale.spendings:
            assert spending.source in said
        places = [said.index(spending.name) for spending in scale.spendings]
        assert places == sorted(places)
        assert [said[place + 2 : place + 4] for place in places] == [
            [figures.amount(spending.watt_hours), figures.duration(spending.brain_seconds)]
            for spending in scale.spendings
        ]


def test_a_thousandfold_is_the_same_step_everywhere():
    for layout in (figures.WIDE, figures.NARROW):
        places = [figures.x_of(watt_hours, layout) for watt_hours, _ in figures.TICKS]
        assert np.diff(places) == pytest.approx(np.diff(places)[0])
        for spending in compare_energy().spendings:
            assert layout.left < figures.x_of(spending.watt_hours, layout) < layout.right


def test_every_kind_has_its_own_mark_and_colour():
    assert {spending.kind for spending in compare_energy().spendings} == set(figures.KINDS)
    assert (
        len({mark for mark, _ in figures.KINDS.values()}) == len({colour for _, colour in figures.KINDS.values()}) == 3
    )


@pytest.mark.parametrize(
    ("watt_hours", "words"), [(0.24, "0.24 Wh"), (480, "480 Wh"), (175_320, "175 kWh"), (1287e6, "1,287 MWh")]
)
def test_amounts_are_said_in_a_short_unit(watt_hours, words):
    assert figures.amount(watt_hours) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(43.2, "43 seconds"), (61.2, "61 seconds"), (3_600, "1 hour"), (86_400, "1 day"), (2.317e11, "7,342 years")],
)
def test_durations_are_said_in_a_fitting_unit(seconds, words):
    assert figures.duration(seconds) == words


def test_areas_are_to_scale():
    tolls = weigh_tolls()
    root = ElementTree.fromstring(figures.memory_beside_computation(tolls).svg)
    sides = [float(node.get("width")) for node in root.iter() if node.tag.endswith("rect")]
    for toll, moving, computing in ((tolls.processor, *sides[:2]), (tolls.cortex, *sides[2:])):
        assert moving**2 / computing**2 == pytest.approx(toll.ratio, rel=1e-3)


def test_files_can_be_written():
    for drawn in (figures.energy(compare_energy()), figures.memory_beside_computation(weigh_tolls())):
        assert {"narrow.svg", "data.csv"} <= set(files(drawn))


def test_every_source_is_in_the_references():
    known = tomllib.loads((REPOSITORY.site_src / "references.toml").read_text("utf-8"))
    assert {spending.reference for spending in compare_energy().spendings} <= set(known)
