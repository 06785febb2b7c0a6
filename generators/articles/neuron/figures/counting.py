"""How one network's count is shown: a table, neurons and synapses by layer, and what ``inspect`` prints."""

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from generators.articles.neuron.results.counting import NetworkCount
from generators.articles.neuron.results.outline import Branch, Line, lines, outline, per_neuron, remarks
from generators.drawing import Diagram, Table, text
from generators.drawing.svg import element, svg
from generators.style import QUALITATIVE

MONOSPACE = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"
CHARACTER_PX = 8.5
"""Advance of a 14 px monospaced character, with a little to spare."""
LINE_PX = 21


def counts(result: NetworkCount) -> Table:
    """The modules of a network in order; equal blocks are told once, with how many there are."""
    unrolled = any(row.connections is not None for row in result.modules)
    rows = []
    for path, branch, times in _leaves(outline(result)):
        row: dict[str, object] = {
            "Module": path,
            "Type": branch.note,
            "Neurons": branch.neurons,
            "Synapses": branch.synapses,
            "Synapses per neuron": branch.synapses / branch.neurons if branch.neurons else "n/a",
        }
        if times > 1:
            row["Type"] = f"{branch.note}, {times} of them"
        if unrolled:
            row["Connections"] = branch.connections or 0
        rows.append(row)
    formats = {"Neurons": ",d", "Synapses": ",d", "Synapses per neuron": ",.1f"}
    return Table(rows, formats | ({"Connections": ",d"} if unrolled else {}))


def counts_by_layer(result: NetworkCount) -> go.Figure:
    """Neurons and synapses of every layer on one logarithmic axis: the distance between them is synapses per neuron."""
    leaves = list(_leaves(outline(result)))
    names = [text(path + (f" ×{times}" if times > 1 else "")) for path, _, times in leaves]
    neurons = [branch.neurons for _, branch, _ in leaves]
    synapses = [branch.synapses for _, branch, _ in leaves]
    fan_in = [per_neuron(n, s) for n, s in zip(neurons, synapses, strict=True)]
    beyond = [None if branch.connections == branch.synapses else branch.connections for _, branch, _ in leaves]
    figure = go.Figure(_spans(names, neurons, synapses))
    figure.add_scatter(
        x=neurons, y=names, mode="markers", name="neurons",
        marker={"symbol": "circle", "size": 12, "color": QUALITATIVE[0]},
        hovertemplate="%{y}: %{x:,} neurons<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=synapses, y=names, mode="markers", name="synapses",
        marker={"symbol": "diamond", "size": 12, "color": QUALITATIVE[1]}, customdata=fan_in,
        hovertemplate="%{y}: %{x:,} synapses, %{customdata} a neuron<extra></extra>",
    )  # fmt: skip
    if any(beyond):
        figure.add_scatter(
            x=beyond, y=names, mode="markers", name="connections over the whole input",
            marker={"symbol": "triangle-right-open", "size": 12, "color": QUALITATIVE[2], "line": {"width": 2}},
            hovertemplate="%{y}: %{x:,} connections<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        width=760,
        height=130 + 44 * max(3, len(names)),
        margin={"l": 10, "r": 20, "t": 50, "b": 60},
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"},
        xaxis={"type": "log", "title": {"text": "how many (logarithmic)"}, "dtick": 1, "exponentformat": "power"},
        yaxis={
            "title": {"text": "layer, first at the top", "standoff": 16},
            "automargin": True,
            "categoryorder": "array",
            "categoryarray": names[::-1],
        },
    )
    return figure


def inspect_output(result: NetworkCount) -> Diagram:
    """What ``neuron-series inspect`` prints for the network, to the letter."""
    told = lines(result)
    below = list(remarks(result))
    rows = [{"line": str(line)} for line in told] + [{"line": remark} for remark in below]
    command = f"neuron-series inspect {result.network}"
    return Diagram(
        svg=_printed(command, told, below, with_notes=True),
        narrow=_printed(command, told, below, with_notes=False),
        data={"command": command, "lines": [row["line"] for row in rows]},
        rows=rows,
    )


def _leaves(branches: Sequence[Branch], path: str = "", times: int = 1) -> Iterator[tuple[str, Branch, int]]:
    """The outline's modules with their whole paths, and how many equal ones each stands for."""
    for branch in branches:
        name = branch.name.removesuffix(", each")
        here = f"{path}.{name}" if path else name
        if branch.children:
            yield from _leaves(branch.children, here, times * branch.alike)
        else:
            yield here, branch, times * branch.alike


def _spans(names: Sequence[str], neurons: Sequence[int], synapses: Sequence[int]) -> go.Scatter:
    """A line from a layer's neurons to its synapses."""
    gap = [None] * len(names)
    x = [value for triple in zip(neurons, synapses, gap, strict=True) for value in triple]
    y = [value for triple in zip(names, names, gap, strict=True) for value in triple]
    line = {"color": "var(--nf-faint)", "width": 6}
    return go.Scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _printed(command: str, told: Sequence[Line], below: Sequence[str], *, with_notes: bool) -> str:
    """Lines of a terminal; the narrow form leaves the notes out and breaks the remarks."""
    columns = [len(f"{line.guide}{line.name}{line.numbers}") for line in told]
    n_columns = max(columns)
    if with_notes:
        n_columns = max(n_columns, *(len(str(line)) for line in told), 64)
    written = [element("tspan", text="$ ", fill="var(--nf-muted)") + element("tspan", text=command)]
    for line in told:
        parts = [(line.guide, "var(--nf-muted)"), (line.name, None), (line.numbers, "var(--nf-1)")]
        if with_notes:
            parts.append((line.note, "var(--nf-muted)"))
        written.append("".join(element("tspan", text=part, fill=fill) for part, fill in parts if part))
    for remark in below:
        written += [element("tspan", text=broken, fill="var(--nf-muted)") for broken in _broken(remark, n_columns)]
    width, height = n_columns * CHARACTER_PX + 32, len(written) * LINE_PX + 28
    page = element("rect", width=float(width), height=float(height), rx=8, fill="var(--nf-surface)")
    texts = [
        element(
            "text", content, x=16, y=float(14 + LINE_PX * (index + 0.75)), font_family=MONOSPACE, font_size=14,
            fill="var(--nf-ink)", style="white-space:pre",
        )
        for index, content in enumerate(written)
    ]  # fmt: skip
    return svg(page, *texts, width=float(width), height=float(height))


def _broken(remark: str, n_columns: int) -> Iterator[str]:
    """A remark in lines of at most ``n_columns`` characters, the later ones indented."""
    line = ""
    for word in remark.split(" "):
        if line.strip() and len(line) + 1 + len(word) > n_columns:
            yield line
            line = "  " + word
        else:
            line = f"{line} {word}" if line else word
    yield line
