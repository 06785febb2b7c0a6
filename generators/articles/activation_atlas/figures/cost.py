"""What an atlas costs: seconds and memory against the number of pictures, and icons a second beside lucent's."""

from collections.abc import Mapping

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from generators.articles.activation_atlas.results.cost import Cost, Run
from generators.drawing import Table, text

PARTS = {
    "collecting_seconds": ("collecting", "circle", "solid", "var(--nf-1)"),
    "layout_seconds": ("layout", "square", "dash", "var(--nf-2)"),
    "icons_seconds": ("icons", "diamond", "dot", "var(--nf-3)"),
}
"""Field of a run -> its words, shape, dash and colour."""
BYTES = {
    "bytes_on_disk": ("on disk", "triangle-up", "solid", "var(--nf-4)"),
    "peak_bytes": ("in memory, at most", "x", "dash", "var(--nf-5)"),
}
NUMBERS = {10**3: "1k", 10**4: "10k", 10**5: "100k", 10**6: "1M"}
SECONDS = {1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min", 3600: "1 h"}
SIZES = {10**6: "1 MB", 10**7: "10 MB", 10**8: "100 MB", 10**9: "1 GB", 10**10: "10 GB"}


def cost(result: Cost) -> go.Figure:
    """Two panels over pictures, both logarithmic: processor seconds of each part, and bytes."""
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.24)
    for column, lines in ((1, PARTS), (2, BYTES)):
        for name, (words, shape, dash, colour) in lines.items():
            runs = [run for run in result.runs if getattr(run, name) is not None]
            figure.add_scatter(
                x=[run.images for run in runs], y=[getattr(run, name) for run in runs], row=1, col=column,
                mode="lines+markers", name=words, line={"color": colour, "dash": dash, "width": 2},
                marker={"symbol": shape, "size": 9, "color": colour},
                text=[_said(run) for run in runs], hovertemplate="%{text}<extra></extra>",
            )  # fmt: skip
    figure.update_xaxes(title="pictures", type="log", **_marks(NUMBERS))
    for column, title, units in ((1, "CPU time", SECONDS), (2, "bytes", SIZES)):
        figure.update_yaxes(title=title, type="log", row=1, col=column, **_marks(units))
    figure.update_yaxes(title={"font": {"size": 13}, "standoff": 4})
    return figure.update_layout(
        height=460, margin={"t": 12}, legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"}
    )


def cost_table(result: Cost) -> Table:
    """Runs as rows."""
    rows = [
        {
            "Pictures": run.images,
            "Collecting, s": run.collecting_seconds,
            "Layout, s": run.layout_seconds,
            "Icons, s": run.icons_seconds,
            "All, s": run.seconds,
            "On disk, MB": _mega(run.bytes_on_disk),
            "In memory, MB": _mega(run.peak_bytes),
        }
        for run in result.runs
    ]
    return Table(rows, {name: ",.0f" for name in rows[0] if name != "Pictures"} if rows else {})


def rates_table(result: Cost) -> Table:
    """Icons a second, program by program."""
    rows = [
        {
            "Program": each.program,
            "Steps": each.steps,
            "Icons at once": each.tiles,
            "Icons a CPU second": each.tiles_per_cpu_second,
        }
        for each in result.rates
    ]
    return Table(rows, {"Icons a CPU second": ".2f"} if rows else {})


def _marks(units: Mapping[int, str]) -> dict[str, list]:
    return {"tickvals": list(units), "ticktext": list(units.values())}


def _mega(count: int | None) -> float | None:
    return None if count is None else count / 1e6


def _said(run: Run) -> str:
    parts = [
        f"{words} {value:,.1f} s" for name, (words, *_) in PARTS.items() if (value := getattr(run, name)) is not None
    ] + [
        f"{words} {value / 1e6:,.0f} MB"
        for name, (words, *_) in BYTES.items()
        if (value := getattr(run, name)) is not None
    ]
    return text(f"{run.images:,} pictures: ") + "<br>".join(text(part) for part in parts)
