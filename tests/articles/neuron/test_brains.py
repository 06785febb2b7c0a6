"""Counts of nervous systems: sources, ranges and ratios; the map and the table hold them."""

import tomllib

import numpy as np
import pytest

from generators.articles.neuron.analysis.brains import compare
from generators.articles.neuron.facts.brains import ratios
from generators.articles.neuron.figures import brains as figures
from generators.drawing import files
from generators.networks.spec import SHAPES, spec
from generators.paths import REPOSITORY


@pytest.fixture(scope="module")
def comparison():
    return compare()


def test_every_count_lies_in_the_range_of_its_sources(comparison):
    for count in comparison.brains:
        for value, limits in ((count.neurons, count.neurons_range), (count.synapses, count.synapses_range)):
            assert limits is None or limits[0] <= value <= limits[1], count.name
        assert count.source and count.note and count.reference


def test_networks_are_counted_not_copied(comparison):
    found = {count.name: (count.neurons, count.synapses) for count in comparison.networks}
    assert found == {spec(name).title: (spec(name).neurons, spec(name).synapses) for name in SHAPES}


def test_points_are_in_order_of_size(comparison):
    for counts in (comparison.brains, comparison.networks):
        assert [count.neurons for count in counts] == sorted(count.neurons for count in counts)


def test_the_cortical_mean_is_of_the_cortex(comparison):
    brains = {count.name: count for count in comparison.brains}
    cortex = brains["human neocortex"]
    assert cortex.synapses_per_neuron == pytest.approx(comparison.cortical_mean, rel=0.1)
    low, high = brains["human brain"].synapses_range
    assert low < ratios(comparison)["simple_product"] == pytest.approx(6.0e14, rel=0.01) and high > low


def test_the_ratios_that_the_prose_quotes(comparison):
    facts = ratios(comparison)
    assert facts["gpt3_per_neuron_over_cortex"] == pytest.approx(16_384 / 7_000)
    assert facts["cortex_neurons_over_gpt3"] == pytest.approx(20e9 / 10_616_832)
    assert facts["brain_neurons_over_gpt3"] == pytest.approx(8_110, rel=1e-3)
    assert facts["cortex_synapses_over_gpt3"] == pytest.approx(862, rel=1e-3)
    assert facts["largest_network"] == "DeepSeek-V3"
    assert facts["fly_per_neuron"] == pytest.approx(391, rel=1e-2)
    assert all(isinstance(value, int | float | str) for value in facts.values())


def test_the_map_holds_every_count(comparison):
    figure = figures.brains(comparison)
    drawn = {trace.name.split(" ")[0]: trace for trace in figure.data if "text" in (trace.mode or "")}
    for name, counts in (("brains", comparison.brains), ("networks", comparison.networks)):
        np.testing.assert_allclose(drawn[name].x, [count.neurons for count in counts])
        np.testing.assert_allclose(drawn[name].y, [count.synapses for count in counts])
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("neurons", "synapses")


def test_every_name_on_the_map_is_a_point(comparison):
    assert set(figures.LABELS) <= {count.name for count in (*comparison.brains, *comparison.networks)}


def test_every_point_is_inside_the_axes(comparison):
    for count in (*comparison.brains, *comparison.networks):
        assert figures.X_RANGE[0] < np.log10(count.neurons) < figures.X_RANGE[1]
        assert figures.Y_RANGE[0] < np.log10(count.synapses) < figures.Y_RANGE[1]


def test_range_bars_reach_to_the_sources(comparison):
    bars = {trace.name: trace for trace in figures.brains(comparison).data if trace.name.startswith("range")}
    for axis, name in (("x", "range of neurons"), ("y", "range of synapses")):
        trace = bars[name]
        reach = trace[f"error_{axis}"]
        found = [(v - down, v + up) for v, down, up in zip(trace[axis], reach.arrayminus, reach.array, strict=True)]
        limits = [count.neurons_range if axis == "x" else count.synapses_range for count in comparison.brains]
        np.testing.assert_allclose(found, [limit for limit in limits if limit])


def test_guides_are_lines_of_equal_synapses_per_neuron(comparison):
    guides = [trace for trace in figures.brains(comparison).data if trace.mode == "lines"]
    assert [trace.y[0] / trace.x[0] for trace in guides] == pytest.approx(list(figures.GUIDES))


def test_files_can_be_written(comparison):
    assert "data.csv" in files(figures.brains(comparison))
    table = files(figures.brains_table(comparison))["data.csv"].decode()
    assert all(count.source.split(";")[0] in table for count in comparison.brains)


@pytest.mark.parametrize(
    ("number", "words"), [(302, "302"), (54.5e6, "54.5 million"), (86.1e9, "86.1 billion"), (1.5e14, "150 trillion")]
)
def test_large_numbers_are_said_in_words(number, words):
    assert figures.in_words(number) == words


def test_every_source_is_in_the_references(comparison):
    known = tomllib.loads((REPOSITORY.site_src / "references.toml").read_text("utf-8"))
    assert {count.reference for count in comparison.brains} <= set(known)
