"""A head, a sound, and a row of neurons of which those tuned to its direction fire."""

from dataclasses import dataclass
from math import acos, cos, pi, sin

from generators.articles.neuron.figures.spiking import spikes
from generators.articles.neuron.figures.traces import Lane, lane, time_axis
from generators.articles.neuron.results.coincidence import CoincidenceBank
from generators.drawing import Diagram
from generators.drawing.svg import element, svg


@dataclass(frozen=True)
class Layout:
    """Where the head, the two neurons at work and the tuning curves stand."""

    width: float
    height: float
    head: tuple[float, float]
    """Its middle."""
    far: float
    """Distance of the source from it."""
    lanes: tuple[Lane, Lane]
    axis: float
    """Height of the lanes' time axis."""
    curves: tuple[float, float, float, float]
    """Left, top, right and bottom of the tuning curves."""
    crowded: bool
    """Whether labels must stand on two lines to keep apart."""


WIDE = Layout(
    width=760,
    height=474,
    head=(122, 124),
    far=96,
    lanes=(
        Lane("neuron-0", 298, 506, 14, (48, 66), 172, 112, start_ms=2),
        Lane("neuron-1", 540, 748, 14, (48, 66), 172, 112, start_ms=2),
    ),
    axis=190,
    curves=(84, 290, 716, 422),
    crowded=False,
)
NARROW = Layout(
    width=360,
    height=722,
    head=(180, 116),
    far=92,
    lanes=(
        Lane("neuron-0", 52, 190, 14, (298, 316), 410, 358, start_ms=2),
        Lane("neuron-1", 210, 348, 14, (298, 316), 410, 358, start_ms=2),
    ),
    axis=426,
    curves=(66, 520, 322, 652),
    crowded=True,
)
FIRING, SILENT = 0.75, 0.06
"""How strongly a tuning curve is filled."""
NAMES = ("far left", "left", "ahead", "right", "far right")
HEAD = 38
SKIN = 41
"""Sound creeps round the head at this distance from its middle."""


def coincidence(bank: CoincidenceBank) -> Diagram:
    """Draw the sound's direction, what reaches two of the neurons, and every neuron's tuning curve."""
    return Diagram(
        svg=_coincidence(bank, WIDE),
        narrow=_coincidence(bank, NARROW),
        data={
            "membrane": vars(bank.membrane),
            "weight": bank.weight,
            "period_ms": bank.period_ms,
            "n_cycles": bank.n_cycles,
            "end_ms": bank.end_ms,
            "best_ms": bank.best_ms.tolist(),
            "difference_ms": bank.shown_ms,
            "limit_ms": float(bank.differences_ms[-1]),
            "reach_ms": bank.reach_ms,
            "head_radius_m": bank.head_radius_m,
            "sound_speed_m_s": bank.sound_speed_m_s,
            "neurons": list(bank.shown_neurons),
        },
        rows=[
            {"interaural time difference (ms)": difference}
            | {
                f"spikes of the neuron tuned to {best:g} ms": count
                for best, count in zip(bank.best_ms.tolist(), counts, strict=True)
            }
            for difference, counts in zip(bank.differences_ms.tolist(), bank.counts.T.tolist(), strict=True)
        ],
        script="coincidence",
    )


def _coincidence(bank: CoincidenceBank, layout: Layout) -> str:
    shown = bank.differences_ms.tolist().index(bank.shown_ms)
    counts = bank.counts[:, shown].tolist()
    return svg(
        _head(bank, layout),
        *(
            _neuron(layout, place, NAMES[neuron], counts[neuron], lane(place, run))
            for place, neuron, run in zip(layout.lanes, bank.shown_neurons, bank.runs, strict=True)
        ),
        *(time_axis(place, layout.axis, 4, "time (ms)", size=12.5) for place in layout.lanes),
        *_curves(bank, counts, layout),
        width=layout.width,
        height=layout.height,
        font_size=14,
        fill="var(--nf-ink)",
    )


def _head(bank: CoincidenceBank, layout: Layout) -> str:
    """The head from above, nose up, with the source on its circle and a ray to each ear."""
    x, y = layout.far * sin(bank.shown_azimuth), -layout.far * cos(bank.shown_azimuth)
    return element(
        "g",
        element("circle", r=layout.far, fill="none", stroke="var(--nf-faint)", stroke_dasharray="2 5"),
        *(element("path", d=ray(bank.shown_azimuth, layout.far, side), fill="none", stroke="var(--nf-positive)",
                  stroke_width=1.6, data_ray=side) for side in (-1, 1)),
        element("path", d=f"M-7 {-HEAD + 1}L0 {-HEAD - 11}L7 {-HEAD + 1}", fill="var(--nf-surface)",
                stroke="var(--nf-ink)", stroke_width=1.8, stroke_linejoin="round"),
        *(element("ellipse", cx=side * (HEAD + 2), cy=0, rx=5, ry=10, fill="var(--nf-surface)",
                  stroke="var(--nf-ink)", stroke_width=1.8) for side in (-1, 1)),
        element("circle", r=HEAD, fill="var(--nf-surface)", stroke="var(--nf-ink)", stroke_width=1.8),
        element("text", text="left", x=-8, y=5, text_anchor="end", font_size=12.5, fill="var(--nf-muted)"),
        element("text", text="right", x=6, y=5, font_size=12.5, fill="var(--nf-muted)"),
        element(
            "g",
            element("circle", r=6, fill="var(--nf-positive)"),
            element("circle", r=11, fill="none", stroke="var(--nf-positive)", stroke_width=1.4, opacity=0.7),
            element("circle", r=16, fill="none", stroke="var(--nf-positive)", stroke_width=1.2, opacity=0.4),
            transform=f"translate({x:.1f} {y:.1f})",
            data_role="source",
            data_far=layout.far,
            data_skin=SKIN,
        ),
        element("text", text=said(bank.shown_ms), x=0, y=layout.far + 22, text_anchor="middle", font_size=13.5,
                data_role="said"),
        transform=f"translate({layout.head[0]:g} {layout.head[1]:g})",
    )  # fmt: skip


def ray(azimuth: float, far: float, side: int) -> str:
    """Lead the sound to the left (-1) or right (1) ear: straight, or to where it touches the head and then round it."""
    touching = azimuth + side * acos(SKIN / far)
    start = f"M{far * sin(azimuth):.1f} {-far * cos(azimuth):.1f}"
    if side * touching >= pi / 2:
        return f"{start}L{side * SKIN} 0"
    x, y = SKIN * sin(touching), -SKIN * cos(touching)
    return f"{start}L{x:.1f} {y:.1f}A{SKIN} {SKIN} 0 0 {int(side > 0)} {side * SKIN} 0"


def said(difference_ms: float) -> str:
    """Say which ear leads."""
    if not difference_ms:
        return "both ears at once"
    return f"{'left' if difference_ms < 0 else 'right'} ear first, by {abs(difference_ms):.2f} ms"


def _neuron(layout: Layout, place: Lane, name: str, count: int, drawn: str) -> str:
    labels = (("left", place.rows[0]), ("right", place.rows[1])) if place is layout.lanes[0] else ()
    above = place.rows[0] - 20
    return element(
        "g",
        element("text", text=f"tuned {name}", x=place.left, y=above - 18 * layout.crowded, font_weight=600),
        element("text", text=spikes(count), x=place.left if layout.crowded else place.right, y=above, font_weight=600,
                text_anchor="start" if layout.crowded else "end", fill="var(--nf-accent)",
                data_role=f"{place.name}-count"),
        *(element("text", text=label, x=place.left - 8, y=y + 4.5, text_anchor="end", font_size=13,
                  fill="var(--nf-positive)") for label, y in labels),
        drawn,
    )  # fmt: skip


def _curves(bank: CoincidenceBank, counts: list[int], layout: Layout) -> list[str]:
    """Every neuron's spikes against the difference, row by row, and a marker at the present difference."""
    left, top, right, bottom = layout.curves
    limit = float(bank.differences_ms[-1])
    pitch = (bottom - top) / len(counts)

    def x(difference: float) -> float:
        return left + (right - left) * (difference + limit) / (2 * limit)

    def row(neuron: int, count: int) -> str:
        base = top + pitch * (neuron + 1) - 4

        def y(spikes: int) -> float:
            return base - (pitch - 8) * spikes / bank.n_cycles

        corners = "L".join(f"{x(d):.1f} {y(c):.1f}" for d, c in _corners(bank, neuron))
        return element(
            "g",
            element("path", d=f"M{left:g} {base:g}H{right:g}", stroke="var(--nf-faint)"),
            element("path", d=f"M{corners}Z", fill="var(--nf-accent)", fill_opacity=FIRING if count else SILENT,
                    stroke="var(--nf-accent)", stroke_width=1.4, stroke_linejoin="round", data_role="curve"),
            element("text", text=NAMES[neuron], x=left - 10, y=base - 3, text_anchor="end", font_size=13.5),
            element("text", text=str(count), x=right + 30, y=base - 2, text_anchor="end", font_size=15, font_weight=600,
                    fill="var(--nf-accent)", data_role="count"),
            data_neuron=neuron,
        )  # fmt: skip

    marks = [-limit, -limit / 2, 0, limit / 2, limit]
    edge = x(limit) - x(bank.reach_ms)
    small = {"font_size": 13, "fill": "var(--nf-muted)"}
    return [
        *(element("rect", x=start, y=top - 4, width=edge, height=bottom - top + 4, fill="var(--nf-surface)")
          for start in (left, right - edge)),
        element("text", text="neuron", x=left - 10, y=top - 10, text_anchor="end", **small),
        element("text", text="spikes", x=right + 30, y=top - 10, text_anchor="end", **small),
        *(row(neuron, count) for neuron, count in enumerate(counts)),
        element("path", d=f"M{left:g} {bottom:g}H{right:g}", stroke="var(--nf-muted)"),
        *(element("path", d=f"M{x(mark):.1f} {bottom:g}v5", stroke="var(--nf-muted)") for mark in marks),
        *(element("text", text=f"{mark:g}".replace("-", "−"), x=x(mark), y=bottom + 19, text_anchor="middle", **small)
          for mark in marks),
        element("text", text="interaural time difference (ms)", x=(left + right) / 2, y=bottom + 39,
                text_anchor="middle", **small),
        element("text", text="left first", x=left, y=bottom + 39 + 16 * layout.crowded, **small),
        element("text", text="right first", x=right, y=bottom + 39 + 16 * layout.crowded, text_anchor="end", **small),
        element("path", d=f"M0 {top - 4:g}V{bottom:g}", transform=f"translate({x(bank.shown_ms):.1f} 0)",
                stroke="var(--nf-positive)", stroke_width=2, data_role="marker", data_left=left, data_right=right),
    ]  # fmt: skip


def _corners(bank: CoincidenceBank, neuron: int) -> list[tuple[float, int]]:
    """The curve's points with the repeated ones left out, closed along the axis."""
    points = list(zip(bank.differences_ms.tolist(), bank.counts[neuron].tolist(), strict=True))
    kept = [
        point
        for before, point, after in zip([None, *points], points, [*points[1:], None], strict=False)
        if not (before and after and before[1] == point[1] == after[1])
    ]
    return [(points[0][0], 0), *kept, (points[-1][0], 0)]
