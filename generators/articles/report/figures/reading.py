"""Text as a language model saw it come, and its loss by position."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go

from generators.articles.report.results.reading import Reading
from generators.drawing import Diagram
from generators.drawing.svg import Child, element, svg
from generators.drawing.tokens import MONOSPACE, n_columns, visible

CHARACTER_PX, LINE_PX, SIZE_PX = 8.4, 23, 14
"""Advance of a monospaced character 14 px high, from one line to the next, and that height."""
WIDTH, NARROW = 760.0, 360.0
GAP_PX = 20
TONES = (0.02, 0.1, 0.3, 0.6, 0.9)
"""Probabilities from which a ground is one tone stronger."""
STRONGEST = 0.5


def passages(result: Reading) -> Diagram:
    """Set every passage in lines, each token on a ground as strong as the probability it was given."""
    rows = list(_rows(result))
    return Diagram(_drawn(result, WIDTH), {"tokens": rows}, rows, narrow=_drawn(result, NARROW))


def _rows(result: Reading) -> Iterator[dict]:
    for passage, tokens in enumerate(result.tokens):
        for position, token in enumerate(tokens):
            p = result.probability[passage, position]
            yield {
                "passage": passage + 1,
                "position": position + 1,
                "token": token,
                "probability": None if np.isnan(p) else float(p),
                "likelier tokens": None if np.isnan(p) else int(result.rank[passage, position]),
                "likeliest": result.expected[passage][position],
            }


def _drawn(result: Reading, width: float) -> str:
    y, parts = (34.0, _key(4.0, 14.0)) if width == WIDTH else (54.0, _key(4.0, 34.0))
    for passage, tokens in enumerate(result.tokens):
        for token, column, line, shown in _set(tokens, int((width - 8) / CHARACTER_PX), _gap(result)):
            parts.append(_token(result, passage, token, column, y + line * LINE_PX, shown))
            lines = line + 1
        y += lines * LINE_PX + GAP_PX
    return svg(*parts, width=width, height=y - GAP_PX + 4, font_family=MONOSPACE, font_size=SIZE_PX)


def _gap(result: Reading) -> int:
    """Columns between tokens: one where they are words that bring no spaces of their own."""
    return 0 if any(" " in token for passage in result.tokens for token in passage) else 1


def _set(tokens: tuple[str, ...], columns: int, gap: int = 0) -> Iterator[tuple[int, int, int, str]]:
    """Place each token's pieces: token, column, line, text. A line ends where the text says so, or at the edge."""
    column, line = 0, 0
    for index, token in enumerate(tokens):
        pieces = token.split("\n")
        for number, piece in enumerate(pieces):
            if number:
                column, line = 0, line + 1
            shown = visible(piece) + ("↵" if number < len(pieces) - 1 else "")
            if column and column + n_columns(shown) > columns:
                column, line = 0, line + 1
            if shown:
                yield index, column, line, shown[:columns]
            column += n_columns(shown)
        column += gap if column else 0


def _token(result: Reading, passage: int, token: int, column: int, y: float, shown: str) -> Child:
    p, x, width = result.probability[passage, token], 4 + column * CHARACTER_PX, n_columns(shown) * CHARACTER_PX
    written = element(
        "text", text=shown, x=x, y=y + 16, textLength=width, lengthAdjust="spacingAndGlyphs",
        fill="var(--nf-muted)" if np.isnan(p) else "var(--nf-ink)", style="white-space:pre",
    )  # fmt: skip
    if np.isnan(p):
        return written
    said = visible(result.tokens[passage][token])
    told = f"“{said}”: probability {p:.3f}, {_rank(int(result.rank[passage, token]))}"
    if result.rank[passage, token]:
        told += f"; expected “{visible(result.expected[passage][token])}”"
    ground = element(
        "rect", element("title", text=told), x=x, y=y, width=width - 1, height=LINE_PX - 3, rx=2,
        fill="var(--nf-accent)", fill_opacity=opacity(p),
    )  # fmt: skip
    return ground + element("g", written, pointer_events="none")


def opacity(probability: float) -> float:
    """How strong a token's ground is: one of six tones, none for what was not seen coming."""
    return round(STRONGEST * sum(probability >= tone for tone in TONES) / len(TONES), 2)


def _key(x: float, y: float) -> list[Child]:
    """Say what the tones mean: behind the words, or below them where ``y`` is that of a second line."""
    words = "probability it was given:"
    font = {"font_size": 12, "fill": "var(--nf-muted)"}
    parts = [element("text", text=words, x=x, y=14, **font)]
    if y == 14:
        x += 7.4 * len(words) + 8
    for low, high in pairwise((0.0, *TONES, 1.0)):
        label = f"<{high:g}" if not low else f"{low:g}"
        ground = {"fill": "var(--nf-accent)", "fill_opacity": opacity(low), "stroke": "var(--nf-faint)"}
        parts.append(element("rect", x=x, y=y - 11, width=14, height=14, rx=2, **ground))
        parts.append(element("text", text=label, x=x + 18, y=y, **font))
        x += 24 + 7.4 * len(label)
    return parts


def _rank(likelier: int) -> str:
    return "the likeliest" if not likelier else f"{likelier:,} likelier"


def loss_by_position(result: Reading) -> go.Figure:
    """Mean loss at each position with its interval, over the loss of guessing by frequency."""
    x = np.arange(1, len(result.loss) + 1)
    low, high = result.loss - result.half, result.loss + result.half
    figure = go.Figure()
    figure.add_scatter(
        x=np.concatenate([x, x[::-1]]), y=np.concatenate([high, low[::-1]]),
        fill="toself", fillcolor="var(--nf-faint)", line={"width": 0}, opacity=0.6, hoverinfo="skip", mode="lines",
        name="95% of the mean", showlegend=False,
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=result.loss, mode="lines", name="mean loss", line={"color": "var(--nf-1)", "width": 2}, showlegend=False,
        hovertemplate="position %{x}: %{y:.3f} nats<extra></extra>",
    )  # fmt: skip
    for value, name, side in (
        (result.chance_loss, "guessing by frequency", "bottom"),
        (result.floor, "the least possible", "top"),
    ):
        if value is not None:
            figure.add_hline(y=value, line={"color": "var(--nf-muted)", "width": 1, "dash": "dash"})
            figure.add_annotation(
                x=1, xref="paper", xanchor="right", y=value, yanchor=side, showarrow=False, text=name,
                font={"color": "var(--nf-muted)", "size": 13}, bgcolor="var(--nf-paper)", opacity=0.85,
            )  # fmt: skip
    figure.update_xaxes(title="position in the context (tokens)")
    figure.update_yaxes(title="loss (nats a token)", rangemode="tozero")
    return figure.update_layout(height=380, margin={"t": 16})
