"""A language model's token atlas: the map with its clusters, and how well clusters tell tokens beside what is known."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from generators.articles.activation_atlas.figures.tokens_drawn import draw
from generators.articles.activation_atlas.figures.tokens_listed import sentence
from generators.articles.activation_atlas.figures.tokens_named import NARROW, WIDE, name, said, shades
from generators.articles.activation_atlas.results.tokens import (
    CLUSTERS,
    STATE,
    TOKEN,
    Agreement,
    Excess,
    TokenAtlas,
    TokenMap,
)
from generators.drawing import Diagram, text
from generators.drawing.tokens import between
from generators.exhibit import Json

LATTICE = 1000
"""Points travel as whole numbers up to this."""
PANELS = {
    "read": "the token itself",
    "following": "the next token",
    "answer": "what the network says comes next",
    "state": "the place in the grammar",
}


def tokens(result: TokenAtlas) -> Diagram:
    """Let a reader point at clusters of positions and see their tokens and contexts, and look a token up."""
    used = _used(result)
    return Diagram(
        draw(result, WIDE),
        data={
            "tokens": [result.tokens[token] for token in used],
            "lattice": LATTICE,
            "maps": [_map(result, each, used) for each in result.maps],
        },
        rows=list(_rows(result)),
        script="atlas-tokens",
        narrow=draw(result, NARROW),
    )


def agreement(result: TokenAtlas) -> go.Figure:
    """A panel for each thing to guess, a row for each way to group positions, and a mark where chance is."""
    panels = [each for each in PANELS if result.n_states or each != "state"]
    titles = [f"share guessed: {PANELS[each]}" for each in panels]
    figure = make_subplots(rows=2, cols=2, shared_yaxes=True, horizontal_spacing=0.06, vertical_spacing=0.22)
    rows = [text(_grouping(result, each)) for each in result.agreements]
    for index, panel in enumerate(panels):
        row, column = index // 2 + 1, index % 2 + 1
        at: dict[str, Any] = {"row": row, "col": column, "mode": "markers", "showlegend": index == 0}
        which = list(PANELS).index(panel)
        figure.add_scatter(
            x=[each.chance[which] for each in result.agreements], y=rows, name="labels dealt at random",
            marker={"symbol": "circle-open", "color": "var(--nf-muted)", "size": 9}, legendgroup="chance",
            hovertemplate="%{x:.3f} by chance<extra>%{y}</extra>", **at,
        )  # fmt: skip
        for groups, label, symbol, colour in (
            (TOKEN, "groups: each token", "diamond", "var(--nf-4)"),
            (CLUSTERS, f"groups: {result.agreements[1].n_groups} clusters of a layer", "square", "var(--nf-1)"),
            (STATE, f"groups: {result.n_states} places in the grammar", "triangle-up", "var(--nf-3)"),
        ):
            there = [each for each in result.agreements if each.groups == groups]
            if there:
                figure.add_scatter(
                    x=[getattr(each, panel) for each in there], y=[text(_grouping(result, each)) for each in there],
                    name=label, marker={"symbol": symbol, "color": colour, "size": 11}, legendgroup=groups,
                    hovertemplate="%{x:.3f}<extra>%{y}</extra>", **at,
                )  # fmt: skip
        title = {"text": titles[index], "font": {"size": 13}}
        figure.update_xaxes(title=title, rangemode="tozero", tickformat=".0%", row=row, col=column)
    figure.update_yaxes(categoryorder="array", categoryarray=rows[::-1])
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    return figure.update_layout(height=240 + 44 * len(rows), legend=legend, margin={"t": 60})


def _grouping(result: TokenAtlas, each: Agreement) -> str:
    tables = [drawn.path for drawn in result.maps if drawn.by_token]
    path = f"{each.path}, no context" if each.path in tables else each.path
    return {TOKEN: "each token", STATE: "the grammar", CLUSTERS: path}[each.groups]


def _used(result: TokenAtlas) -> np.ndarray:
    """The tokens that occur, ascending."""
    shown = [np.concatenate([each.nearest.ravel() for each in result.maps])]
    rows = shown[0][shown[0] >= 0]
    of_clusters = [
        each.ravel() for drawn in result.maps for each in (drawn.read.tokens, drawn.following.tokens, drawn.predicted)
    ]
    of_positions = [result.texts[:, -1], result.texts[rows].ravel(), result.following[rows], result.predicted[rows]]
    every = np.unique(np.concatenate([*of_clusters, *(each.ravel() for each in of_positions)]))
    return every[every >= 0]


def _map(result: TokenAtlas, drawn: TokenMap, used: np.ndarray) -> dict[str, Any]:
    place = np.minimum((drawn.points * LATTICE).round(), LATTICE).astype(int)
    read = np.searchsorted(used, result.texts[drawn.kept, -1])
    marks = np.column_stack([place, read, drawn.cluster])
    marks, counts = np.unique(marks, axis=0, return_counts=True) if drawn.by_token else (marks, None)
    return {
        "path": drawn.path,
        "by_token": drawn.by_token,
        "said": sentence(result, drawn),
        "x": marks[:, 0],
        "y": marks[:, 1],
        "token": marks[:, 2],
        "cluster": marks[:, 3],
        "count": counts,
        "clusters": [_cluster(result, drawn, index, used) for index in range(len(drawn.counts))],
    }


def _cluster(result: TokenAtlas, drawn: TokenMap, index: int, used: np.ndarray) -> dict[str, Any]:
    return {
        "name": name(result, drawn, index, 60),
        "colour": shades(drawn.centres)[index] + 1,
        "n": int(drawn.counts[index]),
        "read": _excess(drawn.read, index, used),
        "following": _excess(drawn.following, index, used),
        "predicted": [
            [int(np.searchsorted(used, token)), float(f"{chance:.3g}")]
            for token, chance in zip(drawn.predicted[index], drawn.chances[index], strict=True)
            if token >= 0
        ],
        "contexts": [_context(result, int(row), used) for row in drawn.nearest[index] if row >= 0],
    }


def _excess(excess: Excess, index: int, used: np.ndarray) -> list[list[Any]]:
    return [
        [int(np.searchsorted(used, token)), round(float(share), 4), round(float(lift), 2)]
        for token, share, lift in zip(excess.tokens[index], excess.shares[index], excess.lifts[index], strict=True)
        if token >= 0
    ]


def _context(result: TokenAtlas, row: int, used: np.ndarray) -> dict[str, Any]:
    text = result.texts[row]
    return {
        "text": np.searchsorted(used, text[text >= 0]),
        "following": int(np.searchsorted(used, result.following[row])),
        "predicted": [
            [int(np.searchsorted(used, token)), float(f"{chance:.3g}")]
            for token, chance in zip(result.predicted[row], result.chances[row], strict=True)
        ],
    }


def _rows(result: TokenAtlas) -> Iterator[dict[str, Json]]:
    gap = between(result.tokens)
    for drawn in result.maps:
        for index, count in enumerate(drawn.counts.tolist()):
            row = drawn.nearest[index, 0]
            yield {
                "layer": drawn.path,
                "cluster": index + 1,
                "positions": count,
                "tokens read": " ".join(said(result, drawn.read, index)),
                "tokens that follow": " ".join(said(result, drawn.following, index)),
                "predicted": " ".join(result.tokens[token] for token in drawn.predicted[index] if token >= 0),
                "nearest context": gap.join(result.tokens[token] for token in result.texts[row] if token >= 0),
                "goes on with": result.tokens[result.following[row]],
            }
