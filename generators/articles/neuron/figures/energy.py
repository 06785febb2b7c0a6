"""Energy on one scale, in watt-hours and in the time a brain would run on it; and the toll of moving a number."""

from dataclasses import dataclass
from math import log10, sqrt

from generators.articles.neuron.results.energy import EnergyScale, Spending, Toll, Tolls
from generators.drawing import Diagram
from generators.drawing.svg import element, svg


@dataclass(frozen=True)
class Layout:
    """Where the columns of ``energy`` stand on a page or on a phone."""

    width: float
    left: float
    """Of the log axis, and its right end."""
    right: float
    top: float
    pitch: float
    """From one amount to the next."""
    bar: float
    """From a row's first line of text down to its bar."""
    amount: float
    """Right edge of the column of amounts, and of the column of times."""
    time: float
    second: float
    """From a row's first line down to its second."""


WIDE = Layout(width=760, left=236, right=510, top=66, pitch=41, bar=2, amount=606, time=744, second=17)
NARROW = Layout(width=360, left=10, right=350, top=64, pitch=66, bar=17, amount=350, time=350, second=34)
KINDS = {
    "answer": ("square", "var(--nf-1)"),
    "brain": ("circle", "var(--nf-2)"),
    "training": ("diamond", "var(--nf-4)"),
}
"""Kind -> its mark, which says it beside the colour."""
RANGE = (-1.0, 9.4)
"""Powers of ten of a watt-hour."""
TICKS = ((1.0, "1 Wh"), (1e3, "1 kWh"), (1e6, "1 MWh"), (1e9, "1 GWh"))
UNITS = ((1e9, "GWh"), (1e6, "MWh"), (1e3, "kWh"), (1, "Wh"))


def energy(scale: EnergyScale) -> Diagram:
    """Place every amount on a log axis, with the time that a brain runs on it."""
    return Diagram(
        svg=_energy(scale, WIDE),
        narrow=_energy(scale, NARROW),
        data={"brain_watts": scale.brain_watts, "spendings": [vars(spending) for spending in scale.spendings]},
        rows=[
            {
                "what": spending.name,
                "energy (Wh)": spending.watt_hours,
                "a brain runs on it (s)": round(spending.brain_seconds, 1),
                "what is in it": spending.note,
                "source": spending.source,
            }
            for spending in scale.spendings
        ],
    )


def _energy(scale: EnergyScale, layout: Layout) -> str:
    bottom = layout.top + layout.pitch * len(scale.spendings) - 8
    wide = layout is WIDE
    heads = (
        ("energy", layout.amount if wide else layout.left, "end" if wide else "start"),
        (f"a {scale.brain_watts:g} W brain runs", layout.time, "end"),
    )
    return svg(
        *(
            element("path", d=f"M{x_of(watt_hours, layout):.1f} {layout.top - 22:g}V{bottom:g}",
                    stroke="var(--nf-faint)")
            for watt_hours, _ in TICKS
        ),
        *(
            element("text", text=label, x=x_of(watt_hours, layout), y=bottom + 18, text_anchor="middle", font_size=13,
                    fill="var(--nf-muted)")
            for watt_hours, label in TICKS
        ),
        *(
            element("text", text=head, x=x, y=26, text_anchor=anchor, font_size=13.5, fill="var(--nf-muted)")
            for head, x, anchor in heads
        ),
        *(
            _spending(spending, layout.top + layout.pitch * index, layout)
            for index, spending in enumerate(scale.spendings)
        ),
        width=layout.width,
        height=bottom + 30,
        font_size=14,
        fill="var(--nf-ink)",
    )  # fmt: skip


def x_of(watt_hours: float, layout: Layout) -> float:
    """Place an energy on the log axis."""
    return layout.left + (layout.right - layout.left) * (log10(watt_hours) - RANGE[0]) / (RANGE[1] - RANGE[0])


def _spending(spending: Spending, y: float, layout: Layout) -> str:
    mark, colour = KINDS[spending.kind]
    wide, x, line = layout is WIDE, x_of(spending.watt_hours, layout), y + layout.bar
    name = layout.left - 224 if wide else layout.left
    return element(
        "g",
        element("title", text=f"{spending.name}: {spending.note}"),
        element("path", d=f"M{layout.left:g} {line:g}H{x:.1f}", stroke=colour, stroke_width=3, opacity=0.4),
        _mark(mark, x, line, colour),
        element("text", text=spending.name, x=name, y=y + 4, font_weight=600),
        element("text", text=spending.source, x=name, y=y + 4 + layout.second, font_size=12.5, fill="var(--nf-muted)"),
        element("text", text=amount(spending.watt_hours), x=layout.amount, y=y + 4, text_anchor="end", font_weight=600,
                fill=colour),
        element("text", text=duration(spending.brain_seconds), x=layout.time, y=y + 4 + (0 if wide else layout.second),
                text_anchor="end", font_size=13.5),
        data_kind=spending.kind,
    )  # fmt: skip


def _mark(mark: str, x: float, y: float, colour: str) -> str:
    if mark == "circle":
        return element("circle", cx=x, cy=y, r=6, fill=colour)
    turned = f"rotate(45 {x:.1f} {y:.1f})" if mark == "diamond" else None
    return element("rect", x=x - 5.5, y=y - 5.5, width=11, height=11, fill=colour, transform=turned)


def amount(watt_hours: float) -> str:
    """Write an energy in the unit that keeps it short."""
    size, unit = next(((size, unit) for size, unit in UNITS if watt_hours >= size), UNITS[-1])
    return f"{watt_hours / size:,.3g} {unit}" if size < 1e9 else f"{watt_hours / 1e6:,.0f} MWh"


def duration(seconds: float) -> str:
    """Write a time in its largest fitting unit; up to two minutes in seconds."""
    for size, unit, least in ((31557600, "year", 1), (86400, "day", 1), (3600, "hour", 1), (60, "minute", 2)):
        if (count := round(seconds / size)) >= least:
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:,.0f} seconds"


UNIT_PX = 15
"""Side of the square that stands for computing, the same for both; areas are to scale."""


def memory_beside_computation(tolls: Tolls) -> Diagram:
    """Draw computing and moving as areas, the same square for computing in both machines."""
    processor, cortex = _side(tolls.processor), _side(tolls.cortex)
    return Diagram(
        svg=svg(
            _toll(tolls.processor, 24, 30), _toll(tolls.cortex, 426, 30 + processor - cortex),
            width=760, height=processor + 128, font_size=14, fill="var(--nf-ink)",
        ),
        narrow=svg(
            _toll(tolls.processor, 8, 26), _toll(tolls.cortex, 8, processor + 166),
            width=360, height=processor + cortex + 262, font_size=14, fill="var(--nf-ink)",
        ),
        data={name: vars(toll) | {"ratio": toll.ratio} for name, toll in vars(tolls).items()},
        rows=[
            {
                "machine": toll.name,
                "unit": toll.unit,
                "computing": toll.computing,
                "moving": toll.moving,
                "moving over computing": round(toll.ratio, 1),
                "source": toll.source,
            }
            for toll in (tolls.processor, tolls.cortex)
        ],
    )  # fmt: skip


def _side(toll: Toll) -> float:
    return UNIT_PX * sqrt(toll.ratio)


def _toll(toll: Toll, left: float, top: float) -> str:
    side = _side(toll)
    beside, bottom = side + 14, 16 + side
    lines = (
        (f"{toll.moving:g} {toll.unit}", 30, 17, 700, "var(--nf-4)"),
        (toll.moving_is, 48, 13.5, 400, "var(--nf-ink)"),
        (f"{toll.ratio:.0f} times as much", 65, 13.5, 400, "var(--nf-muted)"),
        (f"{toll.computing:g} {toll.unit}", bottom - 17, 17, 700, "var(--nf-1)"),
        (toll.computing_is, bottom, 13.5, 400, "var(--nf-ink)"),
    )
    return element(
        "g",
        element("text", text=toll.name[0].upper() + toll.name[1:], x=0, y=0, font_size=16, font_weight=700),
        element("rect", x=0, y=16, width=side, height=side, fill="var(--nf-4)", fill_opacity=0.22, stroke="var(--nf-4)",
                stroke_width=1.5),
        element("rect", x=0, y=bottom - UNIT_PX, width=UNIT_PX, height=UNIT_PX, fill="var(--nf-1)"),
        *(
            element("text", text=line, x=beside, y=y, font_size=size, font_weight=weight, fill=colour)
            for line, y, size, weight, colour in lines
        ),
        element("text", text=toll.says[0], x=0, y=bottom + 26, font_size=14),
        element("text", text=toll.says[1], x=0, y=bottom + 45, font_size=14),
        element("text", text=toll.source, x=0, y=bottom + 66, font_size=12.5, fill="var(--nf-muted)"),
        transform=f"translate({left:g} {top:.1f})",
    )  # fmt: skip
