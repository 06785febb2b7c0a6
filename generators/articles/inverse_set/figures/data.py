"""How many pictures of the data reach an activation, beside the generator's draws, neuron by neuron; and as a table."""

from math import log10

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from generators.articles.inverse_set.figures.gallery import number
from generators.articles.inverse_set.results.gallery import Gallery, Inverse
from generators.drawing import Table, text

COLUMNS = 2
ROW_PX, AROUND_PX = 210, 110
SHARES = {1: "all", 0.1: "10%", 0.01: "1%", 0.001: "0.1%", 0.0001: "0.01%"}


def training_images(result: Gallery) -> go.Figure | Table:
    """The share of pictures with at least each activation, one panel a neuron, its five intervals shaded.

    Where no neuron has any, a table says why.
    """
    if not result.inverses:
        return Table([{"No activations can be shown": sentence} for sentence in result.refused])
    n_rows = -(-len(result.inverses) // COLUMNS)
    figure = make_subplots(
        n_rows,
        COLUMNS,
        subplot_titles=[text(inverse.neuron.name) for inverse in result.inverses],
        vertical_spacing=0.32 / n_rows,
        horizontal_spacing=0.12,
    )
    for index, inverse in enumerate(result.inverses):
        row, column = index // COLUMNS + 1, index % COLUMNS + 1
        _curves(figure, result, inverse, row, column, index == 0)
        _shade(figure, inverse, row, column)  # plotly leaves out what is put into a panel without curves
    least = min(1 / result.n_draws, 1 / result.n_data) / 2
    figure.update_yaxes(
        type="log", range=[log10(least), 0.1], tickvals=list(SHARES), ticktext=list(SHARES.values()), title=None
    )
    figure.update_xaxes(title={"text": "activation", "standoff": 4})
    return figure.update_layout(
        height=AROUND_PX + n_rows * ROW_PX,
        margin={"t": 60, "l": 60, "r": 16, "b": 48},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "top", "yref": "container"},
        showlegend=True,
    )


def _shade(figure: go.Figure, inverse: Inverse, row: int, column: int) -> None:
    """Put each interval behind the curves, the stronger the darker."""
    for place, level in enumerate(inverse.levels):
        figure.add_vrect(
            x0=level.low,
            x1=level.high,
            fillcolor="var(--nf-accent)",
            opacity=0.07 + 0.06 * place,
            line_width=0,
            layer="below",
            row=row,
            col=column,
        )


def _curves(figure: go.Figure, result: Gallery, inverse: Inverse, row: int, column: int, is_first: bool) -> None:
    draws, pictures = f"{result.n_draws:,} draws of the generator", f"{result.n_data:,} pictures of the data"
    least = [(1 / result.n_draws, draws, inverse.prior), (1 / result.n_data, pictures, inverse.data)]
    for (smallest, name, values), dash, colour in zip(
        least, ("solid", "dash"), ("var(--nf-1)", "var(--nf-4)"), strict=True
    ):
        shares = (1 - result.quantiles).clip(smallest)
        figure.add_scatter(
            x=values,
            y=shares,
            mode="lines",
            name=name,
            legendgroup=name,
            showlegend=is_first,
            line={"dash": dash, "color": colour, "width": 2},
            hovertemplate="%{y:.3~%} reach %{x:.3~g}<extra>" + name + "</extra>",
            row=row,
            col=column,
        )


def data_counts(result: Gallery) -> Table:
    """How many pictures of the data lie in each interval."""
    names = list(dict.fromkeys(level.name for inverse in result.inverses for level in inverse.levels))
    rows = []
    for inverse in result.inverses:
        counts = {level.name: level.data_count for level in inverse.levels}
        bounds = {level.name: f"{number(level.low)} to {number(level.high)}" for level in inverse.levels}
        rows.append(
            {"Neuron": inverse.neuron.name}
            | {name: counts.get(name) for name in names}
            | {"Strongest interval": bounds.get("strongest", "–")}
        )
    return Table(rows, dict.fromkeys(names, ",d"))
