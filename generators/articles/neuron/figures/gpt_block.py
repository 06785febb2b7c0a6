"""A transformer block whose matrices open to their neurons, and a calculator of any such network."""

from typing import Any

from generators.articles.neuron.results.gpt_block import Calculator, GptBlock, Part, Preset
from generators.drawing import Diagram
from generators.drawing.svg import element, svg

RED, BLUE, INK, MUTED, FAINT, SURFACE, ACCENT = (
    f"var(--nf-{role})" for role in ("positive", "negative", "ink", "muted", "faint", "surface", "accent")
)
SIDE = 38
"""A matrix of ``d_model`` by ``d_model``; every other one in proportion."""
CORNERS = {
    "attention-query": (84, 98),
    "attention-key": (184, 98),
    "attention-value": (284, 98),
    "attention-output": (126, 240),
    "feed-forward-key": (84, 366),
    "feed-forward-value": (182, 423),
}
STREAM = 24
SHORT = ("query", "key", "value", "output", "MLP key", "MLP value")


def gpt_block(block: GptBlock) -> Diagram:
    """Draw the residual stream, its two branches and their matrices in proportion; one of them is open."""
    shown = next(part for part in block.parts if part.name == "feed-forward-key")
    drawn = _block(block, shown)
    return Diagram(
        svg=svg(
            drawn, _panel(block, shown, 436, 118), width=760, height=572, font_size=14, fill=INK
        ),
        narrow=svg(drawn, _panel(block, shown, 22, 610), width=372, height=926, font_size=14, fill=INK),
        data={"parts": [_opened(block, part) for part in block.parts], "closed": _closed(block), "shown": shown.name},
        rows=[
            {
                "matrix": part.title,
                "neurons": part.neurons,
                "synapses per neuron": part.synapses_per_neuron,
                "synapses": part.synapses,
                f"synapses in {block.n_layers} blocks": part.synapses_in_all_blocks,
            }
            for part in block.parts
        ],
        script="gpt-block",
    )  # fmt: skip


def _block(block: GptBlock, shown: Part) -> str:
    top, attention_out, mlp_in, bottom = 58, CORNERS["attention-output"][1] + SIDE / 2, 330, 548
    value_x, value_y = CORNERS["feed-forward-value"]
    return element(
        "g",
        element("path", d=f"M{STREAM} 14V{bottom + 14}", stroke=FAINT, stroke_width=9, stroke_linecap="round"),
        element("text", text=f"residual stream: {block.d_model:,} numbers per token", x=STREAM + 16, y=22, fill=MUTED,
                font_size=13),
        *(_wire(path) for path in (
            f"M{STREAM} {top}H76", f"M146 {top}H303V78", f"M203 {top}V78", f"M146 {top}H103V78",
            *(f"M{x + SIDE / 2} {98 + SIDE + 22}V178" for x in (84, 184, 284)),
            "M145 202V219", f"M126 {attention_out}H{STREAM + 10}",
            f"M{STREAM} {mlp_in}H76", f"M103 {mlp_in + 12}V346",
            f"M122 {value_y + SIDE / 2}H{value_x}",
            f"M{value_x + 2 * SIDE} {value_y + SIDE + 22}V{bottom}H{STREAM + 10}",
        )),
        _pill("layer norm", 74, top - 12, 78),
        _pill("attention: softmax(q·k) mixes the v", 76, 178, 254),
        _pill("layer norm", 74, mlp_in - 12, 78),
        _pill("GELU", 131, value_y + SIDE / 2 - 12, 42),
        *(_plus(y) for y in (attention_out, bottom)),
        *(_total(title, neurons, synapses, y) for title, neurons, synapses, y in (
            ("attention", block.attention_neurons, block.attention_synapses, 262),
            ("MLP", block.mlp_neurons, block.mlp_synapses, 376),
        )),
        *(_matrix(block, part, label, part is shown) for part, label in zip(block.parts, SHORT, strict=True)),
    )  # fmt: skip


def _wire(path: str) -> str:
    return element("path", d=path, fill="none", stroke=MUTED, stroke_width=1.5)


def _pill(text: str, x: float, y: float, width: float) -> str:
    return element(
        "g",
        element("rect", x=x, y=y, width=width, height=24, rx=12, fill=SURFACE, stroke=FAINT),
        element("text", text=text, x=x + width / 2, y=y + 16.5, text_anchor="middle", font_size=12.5, fill=MUTED),
    )


def _plus(y: float) -> str:
    return element(
        "g",
        element("circle", cx=STREAM, cy=y, r=10, fill="var(--nf-paper)", stroke=MUTED, stroke_width=1.5),
        element("path", d=f"M{STREAM - 5} {y}h10M{STREAM} {y - 5}v10", stroke=INK, stroke_width=1.8),
    )


def _total(title: str, neurons: int, synapses: int, y: float) -> str:
    return element(
        "g",
        element("text", text=title, x=368, y=y - 17, text_anchor="end", font_size=13, font_weight=600),
        element("text", text=f"{neurons:,} neurons", x=368, y=y, text_anchor="end", font_size=12.5, fill=RED),
        element("text", text=f"{synapses:,} synapses", x=368, y=y + 16, text_anchor="end", font_size=12.5, fill=BLUE),
    )


def _matrix(block: GptBlock, part: Part, label: str, is_open: bool) -> str:
    """One matrix in proportion: rows in red, columns in blue, and one row, a neuron, drawn across it."""
    x, y = CORNERS[part.name]
    height = SIDE * part.neurons / block.d_model
    width = SIDE * part.synapses_per_neuron / block.d_model
    row = y + height * 0.36
    red = x + width + 14 if part.name in ("attention-output", "feed-forward-value") else x - 6
    return element(
        "g",
        element("rect", x=x - 20, y=y - 18, width=width + 38, height=height + 40, fill="transparent"),
        element("rect", x=x, y=y, width=width, height=height, fill=SURFACE, stroke=ACCENT if is_open else INK,
                stroke_width=3 if is_open else 1.4, data_role="frame"),
        element("path", d=f"M{x} {row:.1f}h{width}", stroke=RED, stroke_width=2),
        element("text", text=f"{part.neurons:,}", x=0, y=0, font_size=12, fill=RED, text_anchor="middle",
                transform=f"translate({red:g} {y + height / 2:g}) rotate(-90)"),
        element("text", text=f"{part.synapses_per_neuron:,}", x=x + width / 2, y=y - 5, font_size=12, fill=BLUE,
                text_anchor="middle"),
        element("text", text=label, x=x + width / 2, y=y + height + 15, font_size=13, text_anchor="middle",
                font_weight=600),
        data_part=part.name,
    )  # fmt: skip


def _panel(block: GptBlock, shown: Part, left: float, top: float) -> str:
    """One neuron of the open matrix, and the count it is part of."""
    opened = _opened(block, shown)
    dots = (0, 16, 32, 48, 96, 112, 128)
    lines = (
        ("neurons", 206, RED, 600, 15),
        ("each", 230, BLUE, 600, 15),
        ("synapses", 254, INK, 700, 15),
        ("everywhere", 278, MUTED, 400, 13.5),
    )
    return element(
        "g",
        element("text", text=opened["title"], x=0, y=0, font_size=17, font_weight=700, data_role="title"),
        element("text", text=opened["first"], x=0, y=24, font_size=13.5, fill=MUTED, data_role="first"),
        element("text", text=opened["second"], x=0, y=43, font_size=13.5, fill=MUTED, data_role="second"),
        element(
            "g",
            *(element("path", d=f"M58 {y}L196 64", stroke=BLUE, stroke_width=1.4) for y in dots),
            *(element("circle", cx=58, cy=y, r=4.5, fill=BLUE) for y in dots),
            *(element("circle", cx=58, cy=y, r=1.5, fill=BLUE) for y in (64, 72, 80)),
            element("path", d="M214 64H268", stroke=RED, stroke_width=2.4),
            element("circle", cx=200, cy=64, r=17, fill="var(--nf-paper)", stroke=RED, stroke_width=2.4),
            element("text", text="one neuron", x=200, y=100, text_anchor="middle", font_size=13, fill=RED),
            element("text", text="output", x=274, y=60, text_anchor="middle", font_size=13, fill=MUTED),
            element("text", text=opened["inputs"], x=0, y=0, text_anchor="middle", font_size=13, fill=BLUE,
                    transform="translate(38 64) rotate(-90)", data_role="inputs"),
            transform="translate(0 58)",
        ),
        *(
            element("text", text=opened[role], x=0, y=y + 14, font_size=size, font_weight=weight, fill=colour,
                    data_role=role)
            for role, y, colour, weight, size in lines
        ),
        transform=f"translate({left:g} {top:g})",
        data_role="panel",
    )  # fmt: skip


def _opened(block: GptBlock, part: Part) -> dict[str, Any]:
    """What the panel says of one matrix."""
    return {
        "name": part.name,
        "title": part.title,
        "first": part.says[0],
        "second": part.says[1],
        "inputs": f"{part.synapses_per_neuron:,} synapses",
        "neurons": f"{part.neurons:,} neurons, one per row",
        "each": f"× {part.synapses_per_neuron:,} synapses, one per column",
        "synapses": f"= {part.synapses:,} synapses",
        "everywhere": f"in {block.n_layers} blocks: {part.synapses_in_all_blocks:,}",
    }


def _closed(block: GptBlock) -> dict[str, str]:
    """What the panel says while no matrix is open."""
    return {
        "title": f"A block of {block.title}",
        "first": "open a matrix to see its neurons",
        "second": "",
        "inputs": f"{block.synapses_per_neuron:,.0f} on average",
        "neurons": f"{block.neurons:,} neurons",
        "each": f"× {block.synapses_per_neuron:,.0f} synapses on average",
        "synapses": f"= {block.synapses:,} synapses",
        "everywhere": f"in {block.n_layers} blocks: {block.synapses_in_all_blocks:,}",
    }


GROUPS = (
    ("attention", "attention", "synapses", BLUE),
    ("feed_forward", "feed-forward", "synapses", BLUE),
    ("head", "head", "to the vocabulary", "var(--nf-3)"),
    ("tables", "tables", "lookups", "var(--nf-4)"),
    ("rest", "the rest", "biases, norms", MUTED),
)
"""Kind of parameter, its label, what it is, its colour."""


def calculator(choices: Calculator) -> Diagram:
    """Draw one network's counts and where its parameters lie; the script recounts for any other."""
    shown = next(preset for preset in choices.presets if preset.name == choices.shown)
    return Diagram(
        svg=_calculator(shown, 760),
        narrow=_calculator(shown, 360),
        data={
            "shown": choices.shown,
            "presets": [
                {"name": preset.name, "title": preset.title, "shape": dict(preset.shape)} for preset in choices.presets
            ],
        },
        rows=[
            {
                "network": preset.title,
                "neurons": preset.neurons,
                "synapses": preset.synapses,
                "synapses per neuron": round(preset.synapses_per_neuron, 1),
                "synapses a token uses": preset.active_synapses,
                "parameters": preset.parameters,
            }
            for preset in choices.presets
        ],
        script="calculator",
    )


def _calculator(preset: Preset, width: float) -> str:
    wide = width > 400
    cells = (
        ("neurons", f"{preset.neurons:,}", RED),
        ("synapses", f"{preset.synapses:,}", BLUE),
        ("each", f"{preset.synapses_per_neuron:,.1f}", INK),
        ("parameters", f"{preset.parameters:,}", INK),
    )
    titles = {"neurons": "neurons", "synapses": "synapses", "each": "synapses per neuron", "parameters": "parameters"}
    corners = ((16, 60), (176, 60), (388, 60), (560, 60)) if wide else ((8, 60), (164, 60), (8, 136), (164, 136))
    top = 172 if wide else 236
    active = preset.active_synapses
    used = "every token uses them all" if active == preset.synapses else f"a token uses {active:,}"
    return svg(
        element("text", text=preset.title, x=corners[0][0], y=26, font_size=17, font_weight=700, data_role="title"),
        *(
            element(
                "g",
                element("text", text=titles[role], x=x, y=y, font_size=13.5, fill=MUTED),
                element(
                    "text",
                    text=number,
                    x=x,
                    y=y + 26,
                    font_size=19 if wide else 17,
                    font_weight=600,
                    fill=colour,
                    data_role=role,
                ),
            )
            for (role, number, colour), (x, y) in zip(cells, corners, strict=True)
        ),
        element(
            "text", text=used, x=corners[1][0], y=corners[1][1] + 46, font_size=12.5, fill=MUTED, data_role="active"
        ),
        element("text", text="where the parameters lie", x=corners[0][0], y=top - 16, font_size=13.5, fill=MUTED),
        *(
            _group(preset, kind, label, what, colour, top + 40 * index, width, wide)
            for index, (kind, label, what, colour) in enumerate(GROUPS)
        ),
        width=width,
        height=top + 40 * len(GROUPS) + 6,
        font_size=14,
        fill=INK,
    )


def _group(preset: Preset, kind: str, label: str, what: str, colour: str, y: float, width: float, wide: bool) -> str:
    number, share = preset.groups[kind], preset.groups[kind] / preset.parameters
    left, right = (16, width - 16) if wide else (8, width - 8)
    return element(
        "g",
        element(
            "text",
            element("tspan", text=label, font_weight=600),
            element("tspan", text=f" {what}", fill=MUTED, font_size=12.5) if wide or what != "synapses" else "",
            x=left,
            y=y + 12,
        ),
        element("text", text=f"{number:,}", x=right - 62, y=y + 12, text_anchor="end", font_size=13.5,
                data_role="count"),
        element("text", text=percent(share), x=right, y=y + 12, text_anchor="end", font_size=13.5, fill=MUTED,
                data_role="share"),
        element("rect", x=left, y=y + 19, width=right - left, height=7, rx=3.5, fill=FAINT, opacity=0.5),
        element("rect", x=left, y=y + 19, width=(right - left) * share, height=7, rx=3.5, fill=colour, data_role="bar",
                data_full=right - left),
        data_group=kind,
    )  # fmt: skip


def percent(share: float) -> str:
    """Write a share, and never nothing where there is something."""
    return "< 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"
