"""A language model's memories layer by layer, every score beside its control."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from generators.articles.key_value_memory.results.memories import Agreement, Lens, Memories, Removal
from generators.drawing import Table

LEGEND = {"orientation": "h", "x": 0, "y": -0.24, "yanchor": "top"}
CONTROL = "var(--nf-muted)"
BETWEEN = 1.5
"""Where words stand that a layer's marks would cover."""
ASIDE = 0.05
"""How far beside its layer an interval stands that would cover another."""


def agreement_by_layer(result: Memories) -> go.Figure:
    """How often a value's likeliest token follows its key's strongest text, and how often by chance."""
    figure, n = _layers(result), len(result.tokens)
    most = [_of(each.agreement, lambda a: a.control_most) for each in result.layers]
    mean = [_of(each.agreement, lambda a: a.control) for each in result.layers]
    figure.add_scatter(
        x=_numbers(result), y=mean, name="values dealt out anew: mean and most",
        mode="markers", marker={"symbol": "line-ew-open", "size": 16, "color": CONTROL},
        error_y={
            "type": "data", "symmetric": False, "array": np.subtract(most, mean), "arrayminus": np.zeros(len(mean)),
            "color": CONTROL,
        },
        text=[
            f"layer {k}: {a:.2%} on average, {b:.2%} at most"
            for k, (a, b) in enumerate(zip(mean, most, strict=True), start=1)
        ],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
    for name, read, colour, symbol, dash in (
        ("strongest text, value as it is", lambda each: _of(each.agreement, lambda a: a.top1), "1", "circle", "solid"),
        ("through the final norm", lambda each: _of(each.agreement_norm, lambda a: a.top1), "3", "diamond", "dash"),
        (
            f"mean over {result.k} texts",
            lambda each: _of(each.agreement, lambda a: a.top25),
            "4",
            "square",
            "dot",
        ),
    ):
        _curve(figure, result, [read(each) for each in result.layers], name, colour, symbol, dash)
    _line(figure, 1 / n, f"one token in {n:,}")
    return _shares(figure, "share of memories")


def purity_by_layer(result: Memories) -> go.Figure:
    """How alike the strongest texts of a memory end, and go on."""
    figure = _layers(result)
    for name, values, colour, symbol, dash in (
        ("end with the same token", [each.last_purity for each in result.layers], "1", "circle", "solid"),
        ("go on with the same token", [each.next_purity for each in result.layers], "2", "square", "dash"),
    ):
        _curve(figure, result, [_mean(each) for each in values], name, colour, symbol, dash)
    _line(figure, result.purity_chance, f"{result.k} tokens by lot")
    return _shares(figure, f"share of the {result.k} texts")


def shortened_by_layer(result: Memories) -> go.Figure:
    """How much of an activation is left when one token is taken from the text."""
    figure = _layers(result)
    for name, values, colour, symbol, dash in (
        ("without the first token", [each.first_removed for each in result.layers], "4", "diamond", "dot"),
        ("without one by lot", [each.random_removed for each in result.layers], "3", "square", "dash"),
        ("without the last", [each.last_removed for each in result.layers], "1", "circle", "solid"),
    ):
        _curve(figure, result, values, name, colour, symbol, dash)
    return _shares(figure, "activation that is left")


def activity_by_layer(result: Memories) -> go.Figure:
    """How many memories fire, how many never do, and how much of what is added comes from one."""
    figure = _layers(result)
    for name, values, colour, symbol, dash in (
        ("fire for a token", [_mean(each.active) for each in result.layers], "1", "circle", "solid"),
        ("never fire", [float((each.active == 0).mean()) for each in result.layers], "2", "x", "dot"),
        ("share of the strongest one", [each.dominant_share for each in result.layers], "3", "square", "dash"),
    ):
        _curve(figure, result, values, name, colour, symbol, dash)
    return _shares(figure, "share")


def composition_by_layer(result: Memories) -> go.Figure:
    """Whether what a layer says is what one of its memories says, and whether it is what the network says."""
    figure = _layers(result)
    for name, values, colour, symbol, dash in (
        ("says what some active memory says", [each.any_agrees for each in result.layers], "1", "circle", "solid"),
        ("the same, memories of another token", [each.any_control for each in result.layers], "muted", "x", "dot"),
        ("says what the network says in the end", _read(result, "argmax_same"), "3", "square", "dash"),
    ):  # fmt: skip
        _curve(figure, result, values, name, colour, symbol, dash)
    return _shares(figure, "share of tokens")


def trajectory(result: Memories) -> go.Figure:
    """What the network would say if it ended after each layer."""
    figure = _layers(result)
    _curve(
        figure, result, _read(result, "same"),
        "already says what it says in the end", "1", "circle", "solid",
    )  # fmt: skip
    loss = _read(result, "loss")
    figure.add_scatter(
        x=_numbers(result), y=loss, yaxis="y2", name="loss, if the network ended here", mode="lines+markers",
        line={"color": "var(--nf-4)", "dash": "dash", "width": 2}, marker={"symbol": "square", "size": 8},
        hovertemplate="layer %{x}: %{y:.3f} nats a token<extra></extra>",
    )  # fmt: skip
    _shares(figure, "share of tokens")
    return figure.update_layout(
        margin={"r": 64},
        yaxis2={
            "title": "loss (nats a token)", "overlaying": "y", "side": "right", "rangemode": "tozero",
            "showgrid": False, "tickmode": "auto", "nticks": 6,
        },
    )  # fmt: skip


def removal_by_layer(result: Memories) -> go.Figure:
    """What the loss gains after the texts that fire a memory most, without it and with its control."""
    figure = _layers(result)
    for name, found, colour, symbol, aside in (
        ("without the memory", "own", "1", "circle", -ASIDE),
        ("as much taken away in a random direction", "own_random", "muted", "x", ASIDE),
    ):
        mean, half = _removed(result, found), _removed(result, f"{found}_half")
        figure.add_scatter(
            x=[k + aside for k in _numbers(result)], y=mean, name=name, mode="markers",
            marker={"symbol": symbol, "size": 9, "color": f"var(--nf-{colour})"},
            error_y={"type": "data", "array": half, "color": f"var(--nf-{colour})"},
            text=[f"layer {k}: {a:+.5f} ± {b:.5f} nats" for k, (a, b) in enumerate(zip(mean, half, strict=True), 1)],
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    figure.update_yaxes(title="gain of the loss (nats)", zeroline=True)
    return figure


def foreseen_by_layer(result: Memories) -> go.Figure:
    """How well the projection foresees what happens to the logits without a memory."""
    figure = _layers(result)
    for name, values, colour, symbol, dash in (
        ("with what its own value foresees", _removed(result, "effect_correlation"), "1", "circle", "solid"),
        ("with what another memory’s value foresees", _removed(result, "effect_control"), "muted", "x", "dot"),
    ):
        _curve(figure, result, values, name, colour, symbol, dash, ".3f")
    figure.update_yaxes(title="correlation", range=[-0.1, 1.06])
    return figure


def agreement_table(result: Memories) -> Table:
    """Every layer's texts and values, beside chance."""
    rows = []
    for k, each in enumerate(result.layers, start=1):
        rows.append(
            {
                "layer": k,
                "agrees": _of(each.agreement, lambda a: a.top1),
                "through the norm": _of(each.agreement_norm, lambda a: a.top1),
                "by lot": _of(each.agreement, lambda a: a.control),
                "by lot, at most": _of(each.agreement, lambda a: a.control_most),
                "active": _mean(each.active),
                "dead": float((each.active == 0).mean()),
                "same end": _mean(each.last_purity),
                "same next": _mean(each.next_purity),
            }
        )
    return Table(rows, dict.fromkeys(list(rows[0])[1:], ".1%"))


def removal_table(result: Memories) -> Table:
    """What every layer's memories are worth to the network, beside controls."""
    rows = []
    for k, each in enumerate(result.layers, start=1):
        found = each.removal
        rows.append(
            {
                "layer": k,
                "one silent": _of(found, lambda removal: removal.own),
                "random": _of(found, lambda removal: removal.own_random),
                "one, any": _of(found, lambda removal: removal.text),
                "random, any": _of(found, lambda removal: removal.text_random),
                "all silent": _of(found, lambda removal: removal.whole),
                "dealt anew": _of(found, lambda removal: removal.whole_dealt),
                "foreseen": _of(found, lambda removal: removal.effect_correlation),
                "by another": _of(found, lambda removal: removal.effect_control),
            }
        )
    one, rest = list(rows[0])[1:5], list(rows[0])[5:]
    formats = dict.fromkeys(one, ".4f") | dict.fromkeys(rest, ".2f")
    return Table(rows, formats)


def _layers(result: Memories) -> go.Figure:
    """An empty figure over the layers."""
    figure, n = go.Figure(), len(result.layers)
    step = -(-n // 16)
    figure.update_xaxes(title="layer", tickvals=list(range(1, n + 1, step)), range=[0.6, n + 0.4])
    return figure.update_layout(height=380, margin={"t": 12}, legend=LEGEND)


def _curve(
    figure: go.Figure, result: Memories, values: list[float], name: str, colour: str, symbol: str, dash: str,
    form: str = ".1%",
) -> None:  # fmt: skip
    figure.add_scatter(
        x=_numbers(result), y=values, name=name, mode="lines+markers",
        line={"color": f"var(--nf-{colour})", "dash": dash, "width": 2}, marker={"symbol": symbol, "size": 9},
        hovertemplate=f"layer %{{x}}, {name}: %{{y:{form}}}<extra></extra>",
    )  # fmt: skip


def _line(figure: go.Figure, y: float, words: str) -> None:
    """Draw a chance level."""
    figure.add_hline(y=y, line={"color": CONTROL, "width": 1, "dash": "dash"})
    figure.add_annotation(
        x=BETWEEN, y=y, yanchor="bottom", showarrow=False, text=words, font={"color": CONTROL, "size": 12}
    )


def _shares(figure: go.Figure, title: str) -> go.Figure:
    return figure.update_yaxes(title=title, tickformat=".0%", rangemode="tozero")


def _numbers(result: Memories) -> list[int]:
    return [k for k, _ in enumerate(result.layers, start=1)]


def _removed(result: Memories, name: str) -> list[float]:
    return [_of(each.removal, lambda removal: getattr(removal, name)) for each in result.layers]


def _read(result: Memories, name: str) -> list[float]:
    return [_of(each.lens, lambda lens: getattr(lens, name)) for each in result.layers]


def _of(found: Agreement | Lens | Removal | None, read: Callable[..., float]) -> float:
    """Read a number of what was found; NaN where nothing was."""
    return np.nan if found is None else read(found)


def _mean(values: np.ndarray) -> float:
    """Mean over the memories that fire."""
    return float(np.nanmean(values)) if not np.isnan(values).all() else np.nan
