"""Spike trains and membrane traces as SVG, for every figure that simulates a neuron.

The browser redraws them (``assets/diagrams/traces.js``), with the geometry of the ``data-`` attributes written here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from generators.articles.neuron.results.spiking import Run
from generators.drawing.svg import element

FIRED = 1.5
"""Spikes are drawn up to here, in units of the threshold; the model has no spike shape of its own."""


@dataclass(frozen=True)
class Lane:
    """Where one simulated neuron is drawn: its time axis, two rows of input ticks, and the voltage below them."""

    name: str
    left: float
    right: float
    stop_ms: float
    """Time at ``right``; ``left`` is ``start_ms``."""
    rows: tuple[float, ...]
    """Middle of each input's row of ticks."""
    rest: float
    """Height of voltage 0."""
    threshold: float
    """Height of voltage 1."""
    start_ms: float = 0.0
    tick: float = 12.0
    """Height of an input tick."""

    def x(self, time_ms: float) -> float:
        """Place a time."""
        return self.left + (self.right - self.left) * (time_ms - self.start_ms) / (self.stop_ms - self.start_ms)

    def y(self, voltage: float) -> float:
        """Place a voltage."""
        return self.rest - (self.rest - self.threshold) * voltage

    def geometry(self) -> dict[str, Any]:
        """Say the same to the script."""
        return {
            "data_lane": self.name,
            "data_left": self.left,
            "data_right": self.right,
            "data_start": self.start_ms,
            "data_stop": self.stop_ms,
            "data_rest": self.rest,
            "data_threshold": self.threshold,
            "data_rows": " ".join(f"{row:g}" for row in self.rows),
            "data_tick": self.tick,
        }


def lane(place: Lane, run: Run) -> str:
    """Draw what arrives, the threshold, the voltage and the spikes of one run."""
    inputs = (
        element(
            "path",
            d=ticks(place, row, train),
            stroke="var(--nf-positive)" if weight >= 0 else "var(--nf-negative)",
            stroke_width=1.6,
            data_role=f"input-{index}",
        )
        for index, (row, train, weight) in enumerate(zip(place.rows, run.arrivals_ms, run.weights, strict=True))
    )
    return element(
        "g",
        element("path", d=f"M{place.left:g} {place.rest:g}H{place.right:g}", stroke="var(--nf-faint)"),
        element(
            "path",
            d=f"M{place.left:g} {place.threshold:g}H{place.right:g}",
            stroke="var(--nf-muted)",
            stroke_dasharray="4 3",
        ),
        *inputs,
        element(
            "path",
            d=voltage(place, run),
            fill="none",
            stroke="var(--nf-ink)",
            stroke_width=1.6,
            stroke_linejoin="round",
            data_role="voltage",
        ),
        element(
            "path", d=strokes(place, run.spikes_ms), stroke="var(--nf-accent)", stroke_width=2.4, data_role="spikes"
        ),
        **place.geometry(),
    )


def ticks(place: Lane, row: float, times_ms: Iterable[float]) -> str:
    """Write one path with a tick at each time inside the lane."""
    return "".join(
        f"M{place.x(time):.1f} {row - place.tick / 2:g}v{place.tick:g}"
        for time in times_ms
        if place.start_ms <= time <= place.stop_ms
    )


def voltage(place: Lane, run: Run) -> str:
    """Write the voltage as one path."""
    points = [
        f"{place.x(time):.1f} {place.y(value):.1f}"
        for time, value in zip(run.times_ms.tolist(), run.voltages.tolist(), strict=True)
        if place.start_ms <= time <= place.stop_ms
    ]
    return "M" + "L".join(point for point, before in zip(points, [None, *points], strict=False) if point != before)


def strokes(place: Lane, spikes_ms: Iterable[float]) -> str:
    """Write one path with a stroke above the threshold for each spike."""
    return "".join(
        f"M{place.x(time):.1f} {place.y(1):.1f}V{place.y(FIRED):.1f}"
        for time in spikes_ms
        if place.start_ms <= time <= place.stop_ms
    )


def time_axis(place: Lane, y: float, every_ms: float, title: str, size: float = 13) -> str:
    """Draw the time axis at height ``y`` with labels below."""
    steps = int((place.stop_ms - place.start_ms) / every_ms)
    times = [place.start_ms + every_ms * step for step in range(steps + 1)]
    return element(
        "g",
        element("path", d=f"M{place.left:g} {y:g}H{place.right:g}", stroke="var(--nf-muted)"),
        element("path", d="".join(f"M{place.x(time):.1f} {y:g}v5" for time in times), stroke="var(--nf-muted)"),
        *(
            element("text", text=f"{time:g}", x=place.x(time), y=y + 6 + size, text_anchor="middle", font_size=size)
            for time in times
        ),
        element(
            "text",
            text=title,
            x=(place.left + place.right) / 2,
            y=y + 10 + 2 * size,
            text_anchor="middle",
            font_size=size,
        ),
        fill="var(--nf-muted)",
    )
