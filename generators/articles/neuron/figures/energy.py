"""Energy on one scale, read in watt-hours and in the time a brain would run on it; and the toll of moving a number."""

from math import sqrt

import plotly.graph_objects as go

from generators.articles.neuron.results.energy import EnergyScale, Toll, Tolls
from generators.drawing import Diagram, text
from generators.svg import element, svg

KINDS = (
    ("one answer", "answer", "square", "var(--nf-1)"),
    ("a brain", "brain", "circle", "var(--nf-2)"),
    ("one training", "training", "diamond", "var(--nf-4)"),
)
RANGE = (-1.6, 11.4)
"""Powers of ten of a watt-hour."""
TIMES = (("1 min", 60), ("1 h", 3600), ("1 day", 86400), ("1 year", 31557600), ("100 years", 3155760000),
         ("10,000 years", 315576000000))  # fmt: skip
UNITS = ((1e9, "GWh"), (1e6, "MWh"), (1e3, "kWh"), (1, "Wh"))


def energy(scale: EnergyScale) -> go.Figure:
    """Place every amount on a log axis, with brain time along the top."""
    figure = go.Figure()
    order = [text(spending.name) for spending in scale.spendings]
    for label, kind, symbol, colour in KINDS:
        chosen = [spending for spending in scale.spendings if spending.kind == kind]
        names = [text(spending.name) for spending in chosen]
        figure.add_scatter(
            x=[x for spending in chosen for x in (10 ** RANGE[0], spending.watt_hours, None)],
            y=[y for name in names for y in (name, name, None)],
            mode="lines", line={"color": colour, "width": 2}, opacity=0.35, hoverinfo="skip", showlegend=False,
            name=f"{label}, stems",
        )  # fmt: skip
        figure.add_scatter(
            name=label,
            x=[spending.watt_hours for spending in chosen],
            y=names,
            mode="markers+text",
            marker={"symbol": symbol, "size": 11, "color": colour},
            text=[f"  {amount(spending.watt_hours)}" for spending in chosen],
            textposition="middle right",
            textfont={"size": 13},
            customdata=[
                [
                    amount(spending.watt_hours),
                    duration(spending.brain_seconds),
                    text(spending.note),
                    text(spending.source),
                ]
                for spending in chosen
            ],
            hovertemplate="<b>%{y}</b>: %{customdata[0]}<br>a brain runs on it for %{customdata[1]}"
            "<br>%{customdata[2]}<br><i>%{customdata[3]}</i><extra></extra>",
        )
    watt_hours = [scale.brain_watts * seconds / 3600 for _, seconds in TIMES]
    figure.add_scatter(
        x=watt_hours, y=[order[0]] * len(TIMES), xaxis="x2", opacity=0, hoverinfo="skip", showlegend=False,
        name="brain time",
    )  # fmt: skip
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1], showgrid=False, title="")
    return figure.update_layout(
        xaxis={"type": "log", "range": RANGE, "title": "energy", "tickvals": [1, 1e3, 1e6, 1e9],
               "ticktext": ["1 Wh", "1 kWh", "1 MWh", "1 GWh"]},
        xaxis2={"type": "log", "range": RANGE, "overlaying": "x", "side": "top", "showgrid": False,
                "title": f"how long a brain of {scale.brain_watts:g} watts runs on it",
                "tickvals": watt_hours, "ticktext": [label for label, _ in TIMES]},
        legend={"orientation": "h", "x": 0, "y": -0.2, "yanchor": "top"},
        width=760,
        height=500,
        margin={"l": 160, "r": 20, "t": 76, "b": 96},
    )  # fmt: skip


def amount(watt_hours: float) -> str:
    """Write an energy in the unit that keeps it short."""
    size, unit = next(((size, unit) for size, unit in UNITS if watt_hours >= size), UNITS[-1])
    return f"{watt_hours / size:,.3g} {unit}" if size < 1e9 else f"{watt_hours / 1e6:,.0f} MWh"


def duration(seconds: float) -> str:
    """Write a time in its largest fitting unit."""
    for size, unit in ((31557600, "years"), (86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
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
