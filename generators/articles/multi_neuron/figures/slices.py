"""A plane through a space of many dimensions: its regions, and what lies in them."""

import plotly.graph_objects as go

from generators.articles.multi_neuron.figures.shading import by_activity, by_answer
from generators.articles.multi_neuron.figures.tiles import tiles
from generators.articles.multi_neuron.results.slices import MemorySlice, PictureSlice, Uncut
from generators.drawing import Diagram, Mosaic, Pictures
from generators.drawing.svg import element, svg

LINE = 64
"""Letters on a line of a sentence that stands for a figure."""


def slice_regions(result: PictureSlice | Uncut) -> go.Figure | Mosaic | Diagram:
    """The regions of the plane, coloured by the answer, with the three pictures marked."""
    if isinstance(result, Uncut):
        return _sentence(result)
    partition = result.partition
    low, high = partition.domain.min(0), partition.domain.max(0)
    shown = [
        (float(x), float(y), f"picture of {label}")
        for (x, y), label in zip(result.anchors, result.anchor_labels, strict=True)
        if low[0] <= x <= high[0] and low[1] <= y <= high[1]
    ]
    shading = by_answer([partition], result.labels)
    titles = ("towards the second picture (distance)", "towards the third (distance)")
    return tiles([partition], [""], shading, titles, points=shown)


def slice_pictures(result: PictureSlice | Uncut) -> Pictures | Diagram:
    """What places of the plane look like as pictures, with the answer under each."""
    if isinstance(result, Uncut):
        return _sentence(result)
    side = len(result.pictures)
    answers = [result.labels[k] for k in result.picture_answers.ravel()]
    return Pictures(
        result.pictures.reshape(-1, *result.pictures.shape[2:]),
        rows=[("", side)] * side,
        about=[{"row": k // side + 1, "column": k % side + 1, "answer": answer} for k, answer in enumerate(answers)],
        captions=answers,
        columns=[""] * side,
    )


def memory_regions(result: MemorySlice | Uncut) -> go.Figure | Mosaic | Diagram:
    """The regions that an MLP's keys cut, the stronger the more of them are on, with some tokens where they come."""
    if isinstance(result, Uncut):
        return _sentence(result)
    titles = ("strongest direction of the MLP's inputs", "second strongest")
    points = [(float(x), float(y), token) for (x, y), token in zip(result.places, result.tokens, strict=True)]
    return tiles([result.partition], [""], by_activity([result.partition]), titles, points=points)


def _sentence(result: Uncut) -> Diagram:
    """Say why there is nothing to draw."""
    lines = [""]
    for word in result.reason.split():
        if len(lines[-1]) + len(word) > LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    drawn = [
        element("text", text=line, x=0, y=24 + 22 * k, fill="var(--nf-ink)", font_size=16)
        for k, line in enumerate(lines)
    ]
    return Diagram(
        svg(*drawn, width=560, height=22 * len(lines) + 16), {"reason": result.reason}, [{"reason": result.reason}]
    )
