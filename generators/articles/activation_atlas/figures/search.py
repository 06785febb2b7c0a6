"""The patch search: the cells that it ranks first, what their patches do, pictures that wear them, and other pairs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from generators.articles.activation_atlas.results.search import (
    BEST,
    CORNERS,
    DRAWN,
    THIRD,
    Control,
    Effect,
    Rate,
    Search,
    TriedCell,
    TriedPair,
)
from generators.drawing import Pictures, Table, text
from generators.drawing import gallery as drawing

LOOKS = {
    "real patches": ("circle", "var(--nf-positive)"),
    "its icon": ("diamond-open", "var(--nf-accent)"),
    "controls": ("square-open", "var(--nf-muted)"),
}
"""What is pasted -> symbol and colour."""
SORTS = {BEST: ("circle", "var(--nf-1)"), THIRD: ("diamond", "var(--nf-2)"), DRAWN: ("x-thin-open", "var(--nf-muted)")}
NAMED = 0.2
"""Pairs turned more often than this are named on the plot."""
HEADROOM = 1.4
"""Names stand to the right of pairs, within so many times the largest need."""
ROW_PX = 27
SHOWN = 4
"""Real patches of a cell, and patches of a control but one: with the icon a row fits on a phone."""


def cells(result: Search) -> Pictures:
    """Show the first cells of the ranking, each with its icon and its most typical real patches; then the controls."""
    pictures, rows, about, captions = [], [], [], []
    for rank, cell in enumerate(result.cells, start=1):
        shown = cell.patches[:SHOWN]
        pictures += [cell.icon, *shown]
        rows.append((f"{rank} {cell.truth}", 1 + len(shown)))
        about += [_cell_about(rank, cell, what) for what in ("icon", *["real patch"] * len(shown))]
        captions += [f"icon {percent(cell.by_icon.fixed[-1])}", *_first(percent(cell.by_patch.fixed[-1]), len(shown))]
    for control in result.controls:
        shown = control.patches[: SHOWN + 1]
        pictures += list(shown)
        rows.append((control.name, len(shown)))
        about += [_control_about(control)] * len(shown)
        captions += _first(percent(control.effect.fixed[-1]), len(shown))
    return Pictures(np.stack(pictures), rows, about, captions)


def _first(caption: str, n: int) -> list[str]:
    """A caption of n pictures stands below the first."""
    return [caption, *[""] * (n - 1)]


def _cell_about(rank: int, cell: TriedCell, what: str) -> dict[str, Any]:
    turned = (cell.by_icon if what == "icon" else cell.by_patch).fixed[-1].share
    place = {"column": cell.column, "row": cell.row, "members": cell.count, "moves": cell.moves}
    return {"what": what, "rank": rank, "class": cell.truth, "turned": turned, **place}


def _control_about(control: Control) -> dict[str, Any]:
    return {"what": control.name, "rank": None, "class": None, "turned": control.effect.fixed[-1].share}


def rates(result: Search) -> go.Figure:
    """Draw for each cell, in the order of the ranking, the share of pictures that its patches turn; controls below."""
    named = [f"{rank} {text(cell.truth)}" for rank, cell in enumerate(result.cells, start=1)]
    controls = [text(control.name) for control in result.controls]
    figure = go.Figure()
    _add(figure, "real patches", named, [cell.by_patch.fixed[-1] for cell in result.cells])
    _add(figure, "its icon", named, [cell.by_icon.fixed[-1] for cell in result.cells])
    _add(figure, "controls", controls, [control.effect.fixed[-1] for control in result.controls])
    figure.update_xaxes(title=f"called {text(result.target)}", tickformat=".0%", range=[-0.02, 1.02])
    figure.update_yaxes(
        categoryorder="array", categoryarray=[*named, *controls][::-1], showgrid=False, ticklabelstandoff=6
    )
    return figure.update_layout(
        height=130 + ROW_PX * (len(named) + len(controls)),
        margin={"t": 40},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
    )


def _add(figure: go.Figure, name: str, at: Sequence[str], rates: Sequence[Rate]) -> None:
    symbol, colour = LOOKS[name]
    figure.add_scatter(
        x=[each.share for each in rates],
        y=list(at),
        name=name,
        mode="markers",
        error_x=_error(rates, colour),
        marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 1.5, "color": colour}},
        hovertemplate=f"%{{y}}, {name}: %{{x:.0%}}<extra></extra>",
    )


def _error(rates: Sequence[Rate], colour: str) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, each.high - each.share) for each in rates],
        "arrayminus": [max(0.0, each.share - each.low) for each in rates],
        "color": colour,
        "thickness": 1.2,
        "width": 3,
    }


def turned(result: Search) -> Table:
    """List every cell and control with the shares that it turns at each size, and with the best size and corner."""
    cells = [_turned_row(result, rank, cell) for rank, cell in enumerate(result.cells, start=1)]
    blank = dict.fromkeys(cells[0]) if cells else {}
    controls = [blank | {"patch": each.name, **_shares(result, each.effect)} for each in result.controls]
    return Table([*cells, *controls], {name: ".0%" for name in blank if name not in ("rank", "patch", "speaks for")})


def _turned_row(result: Search, rank: int, cell: TriedCell) -> dict[str, Any]:
    return {
        "rank": rank,
        "patch": cell.truth,
        "speaks for": ", ".join(cell.top if cell.has_two else cell.top[:1]),
        "must cover": cell.need,
        **_shares(result, cell.by_patch),
        "icon": cell.by_icon.fixed[-1].share,
    } | ({result.cue: cell.cue_share} if result.cue else {})


def _shares(result: Search, effect: Effect) -> dict[str, float]:
    fixed = {f"{side} px": each.share for side, each in zip(result.sizes, effect.fixed, strict=True)}
    return {**fixed, "best place": effect.anywhere.share}


def pairs(result: Search) -> go.Figure:
    """Draw for each pair what the map promises, to the right, and what pasting does, upwards."""
    figure = go.Figure()
    figure.add_scatter(
        x=[result.covered] * 2,
        y=[0, 1],
        name="what the patch covers",
        mode="lines",
        line={"dash": "dot", "color": "var(--nf-ink)", "width": 1.5},
        hoverinfo="skip",
    )
    for why, (symbol, colour) in SORTS.items():
        mine = [pair for pair in result.pairs if pair.why == why]
        if not mine:
            continue
        figure.add_scatter(
            x=[pair.need for pair in mine],
            y=[pair.cell.share for pair in mine],
            name=why,
            mode="markers",
            error_y=_error([pair.cell for pair in mine], colour),
            marker={"symbol": symbol, "size": 9, "color": colour, "line": {"width": 1.5, "color": colour}},
            customdata=[[_arrow(pair), text(pair.truth), pair.random_cells.share] for pair in mine],
            hovertemplate=(
                "%{customdata[0]}, patches of %{customdata[1]}<br>must cover %{x:.0%}, turns %{y:.0%}; "
                "random cells %{customdata[2]:.0%}<extra></extra>"
            ),
        )
    for pair in result.pairs:
        if pair.cell.share > NAMED:
            figure.add_annotation(
                x=pair.need, y=pair.cell.share, text=_arrow(pair), showarrow=False, xanchor="left", xshift=9,
                font={"size": 12}, bgcolor="var(--nf-paper)", borderpad=0,
            )  # fmt: skip
    furthest = HEADROOM * max((pair.need for pair in result.pairs), default=result.covered)
    figure.update_xaxes(title="must cover, by the map", tickformat=".0%", range=[0, furthest])
    figure.update_yaxes(title="pictures turned", tickformat=".0%", range=[-0.03, 1.05])
    return figure.update_layout(
        height=460, margin={"t": 24}, legend={"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"}
    )


def _arrow(pair: TriedPair) -> str:
    return f"{text(pair.source)} → {text(pair.target)}"


BRIEFLY = {BEST: "best", THIRD: "third class", DRAWN: "at random"}
"""How a pair came to be tested, for a narrow column."""


def pair_table(result: Search) -> Table:
    """List the pairs that were tested."""
    return Table(
        [
            {
                "chosen": BRIEFLY[pair.why],
                "from": pair.source,
                "to": pair.target,
                "patches of": pair.truth,
                "must cover": pair.need,
                "turned": pair.cell.share,
                "interval": _interval(pair.cell),
                "random cells": pair.random_cells.share,
                "noise": max(pair.white_noise.share, pair.smooth_noise.share),
                "works": "yes" if pair.works else "no",
            }
            for pair in result.pairs
        ],
        dict.fromkeys(("must cover", "turned", "random cells", "noise"), ".0%"),
    )


def pasted(result: Search) -> drawing.Gallery:
    """Hang pictures of the source with a patch in each corner: choose the patch and its size."""
    kinds = [_kind(result, name) for name in result.pasted.kinds]
    rooms = [_room(result, kind, size) for kind in range(len(kinds)) for size in range(len(result.sizes))]
    return drawing.Gallery(
        questions=(
            drawing.Question("Patch", kinds),
            drawing.Question("Side", [f"{side} px" for side in result.sizes], slides=True),
        ),
        rooms=rooms,
        formats={"answer": "", result.target: ".0%", result.source: ".0%"},
        companion="without the patch",
        companion_formats={result.target: ".0%", result.source: ".0%"},
        start=len(result.sizes) * max(result.patch_rank - 1, 0) + len(result.sizes) - 1 if _is_shown(result) else 0,
    )


def _is_shown(result: Search) -> bool:
    return f"cell {max(result.patch_rank, 1)}" in result.pasted.kinds


def _kind(result: Search, name: str) -> str:
    """Name a patch as the ranking does."""
    if not name.startswith("cell "):
        return name
    rank = int(name.removeprefix("cell "))
    return f"cell {rank}: {result.cells[rank - 1].truth}"


def _room(result: Search, kind: int, size: int) -> drawing.Room:
    made, squares = result.pasted, result.pasted.patches[size][:, kind]
    places = [(number, corner) for number in range(len(made.pictures)) for corner in range(len(CORNERS))]
    pictures = [paste(made.pictures[number], squares[number], corner) for number, corner in places]
    notes = (
        drawing.Note(f"mean probability of {result.target}, before", _share(made.target_before)),
        drawing.Note("with the patch", _share(made.target_after(kind, size))),
    )
    return drawing.Room(
        (_room_said(result, kind, size),),
        np.stack(pictures),
        [_pasted_about(result, number, kind, size, corner) for number, corner in places],
        ((drawing.Shelf(f"{len(made.pictures)} pictures of {result.source}", np.arange(len(places)), notes),),),
        drawing.Companions(
            made.pictures,
            [{result.target: float(target), result.source: float(source)} for source, target in made.before],
            [number for number, _ in places],
        ),
    )


def _room_said(result: Search, kind: int, size: int) -> str:
    name = result.pasted.kinds[kind]
    rank = int(name.removeprefix("cell ")) if name.startswith("cell ") else 0
    controls = {control.name: control.effect for control in result.controls}
    effect = result.cells[rank - 1].by_patch if rank else controls[name]
    return (
        f"With {result.sizes[size]} px in a corner, {percent(effect.fixed[size])} of {result.n_pictures} pictures "
        f"of {result.source} are called {result.target} (95% interval {_interval(effect.fixed[size])})."
    )


def _pasted_about(result: Search, number: int, kind: int, size: int, corner: int) -> dict[str, Any]:
    source, target = result.pasted.after[number, kind, size, corner].tolist()
    return {
        "answer": result.labels[int(result.pasted.answers[number, kind, size, corner])],
        result.target: target,
        result.source: source,
        "corner": CORNERS[corner],
        "picture": number + 1,
    }


def paste(picture: np.ndarray, square: np.ndarray, corner: int) -> np.ndarray:
    """Cover a corner of a picture (h, w, c) by a square (k, k, c)."""
    worn, side = picture.copy(), len(square)
    rows = slice(0, side) if CORNERS[corner].startswith("upper") else slice(-side, None)
    columns = slice(0, side) if CORNERS[corner].endswith("left") else slice(-side, None)
    worn[rows, columns] = square
    return worn


def percent(rate: Rate) -> str:
    return _share(rate.share)


def _interval(rate: Rate) -> str:
    return f"{100 * rate.low:.0f}–{100 * rate.high:.0f}%"


def _share(value: float) -> str:
    """Write a share in percent; nothing where it is none."""
    return f"{100 * value:.0f}%" if np.isfinite(value) else ""
