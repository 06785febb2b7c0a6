"""How far the data go, and how well selections do: the result's numbers in curves and tables."""

import numpy as np
import pytest
from plotly import graph_objects as go

from generators.articles.inverse_set.figures.data import data_counts, training_images
from generators.articles.inverse_set.figures.scores import COLUMNS, scores
from generators.articles.inverse_set.results.gallery import Gallery
from generators.drawing import Table, files
from tests.articles.inverse_set import tiny


@pytest.fixture(scope="module")
def result() -> Gallery:
    return tiny.gallery(["head:1", "units:0", "maps:2"])


@pytest.fixture(scope="module")
def figure(result) -> go.Figure:
    drawn = training_images(result)
    assert isinstance(drawn, go.Figure)
    return drawn


class TestCurves:
    def test_each_neuron_has_a_curve_of_draws_and_one_of_data(self, result, figure):
        assert len(figure.data) == 2 * len(result.inverses)
        for index, inverse in enumerate(result.inverses):
            draws, data = figure.data[2 * index : 2 * index + 2]
            np.testing.assert_array_equal(draws.x, inverse.prior)
            np.testing.assert_array_equal(data.x, inverse.data)
            np.testing.assert_allclose(draws.y, np.maximum(1 - result.quantiles, 1 / result.n_draws))
            np.testing.assert_allclose(data.y, np.maximum(1 - result.quantiles, 1 / result.n_data))
            assert draws.xaxis == data.xaxis and (draws.line.dash, data.line.dash) == ("solid", "dash")
            assert draws.line.color != data.line.color
        assert len({curve.xaxis for curve in figure.data}) == len(result.inverses)

    def test_a_curve_says_the_share_that_reaches_an_activation(self, result, figure):
        """At the end of an interval that draws lie in, its height is their share above."""
        inverse = result.inverses[0]
        level = next(each for each in inverse.levels if each.name == "strong")
        heights = np.interp([level.low, level.high], figure.data[0].x, figure.data[0].y)
        assert heights[0] - heights[1] == pytest.approx(level.prior_share, abs=0.02)

    def test_its_intervals_are_shaded_each_darker_than_the_one_before(self, result, figure):
        shapes = [(each.xref, each.x0, each.x1, each.opacity) for each in figure.layout.shapes]
        for index, inverse in enumerate(result.inverses):
            axis = "x" if not index else f"x{index + 1}"
            mine = [each for each in shapes if each[0] == axis]
            assert [(low, high) for _, low, high, _ in mine] == [(each.low, each.high) for each in inverse.levels]
            assert (np.diff([each[3] for each in mine]) > 0).all()

    def test_axes_have_titles_and_colours_are_the_palettes(self, figure):
        assert {figure.layout[f"xaxis{k}"].title.text for k in ("", "2", "3")} == {"activation"}
        assert figure.layout.yaxis.type == "log" and "1%" in figure.layout.yaxis.ticktext
        assert all(curve.line.color.startswith("var(--nf-") for curve in figure.data)
        assert [curve.showlegend for curve in figure.data] == [True, True] + [False] * 4
        assert figure.layout.legend.y == 1 and figure.layout.legend.yanchor == "top"  # higher is off the page
        assert figure.data[0].name == "200 draws of the generator" and figure.data[1].name == "60 pictures of the data"

    def test_names_are_text(self, figure):
        assert not any("<b>second" in each.text for each in figure.layout.annotations)


def test_the_data_are_counted_interval_by_interval(result):
    table = data_counts(result)
    assert [row["Neuron"] for row in table.rows] == ["<b>second</b>", "units:0", "maps:2"]
    headings = ["Neuron", "weak", "middling", "strong", "very strong", "strongest", "Strongest interval"]
    assert all([*row] == headings for row in table.rows)
    for row, inverse in zip(table.rows, result.inverses, strict=True):
        found = {level.name: level.data_count for level in inverse.levels}
        assert {name: row[name] for name in headings[1:6]} == {name: found.get(name) for name in headings[1:6]}
        strongest = inverse.levels[-1]
        low, _, high = row["Strongest interval"].partition(" to ")
        assert (float(low), float(high)) == pytest.approx((strongest.low, strongest.high), rel=0.01)
    assert files(table)


def test_scores_are_means_over_every_interval(result):
    table = scores(result)
    names = ["representative", "diverse", "farthest", "as published", "by lot", "published algorithm"]
    assert [row["Selection"] for row in table.rows] == names
    levels = [level for inverse in result.inverses for level in inverse.levels]
    for place, row in enumerate(table.rows):
        assert [*row] == ["Selection", *COLUMNS]
        for heading, (score, _) in COLUMNS.items():
            every = [getattr(level.selections[place].scores, score) for level in levels]
            assert row[heading] == pytest.approx(np.mean(every)), heading
    assert files(table)


def test_without_a_neuron_the_tables_are_empty_or_say_why():
    nothing = tiny.gallery([f"units:{tiny.DEAD}"])
    why = training_images(nothing)
    assert isinstance(why, Table) and [*why.rows[0].values()] == [nothing.refused[0]]
    assert not scores(nothing).rows and not data_counts(nothing).rows
