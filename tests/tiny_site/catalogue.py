"""What a store might hold: one drawing or more of each kind, of made-up networks, one of them with hostile names."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from generators.drawing import Diagram, Mosaic, Pictures, Table, files, kind, size
from generators.drawing.mosaic import Shade
from generators.drawing.svg import element, svg
from generators.store import Catalogue, Drawn, Made
from generators.style import PALETTE, THEMES
from tests.cells import arrange, mosaic

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "**bold**",
    "[x](javascript:alert(1))",
    "{{ 7*7 }}",
    "`code` _a_ | b \\ # 1. $x$ &amp; <b>",
)
"""Labels that would be markup if anything took them for it."""
HOSTILE_NETWORK = '<b>net</b> "quoted" [x](javascript:alert(1)) {{ 7*7 }} `a`'

RECORD = {
    "network_fingerprint": "3fa2b1c09d",
    "code_fingerprint": "77aa01",
    "params": {"grid": 20, "seed": 0},
    "seed": 0,
    "versions": {"python": "3.11.2", "torch": "2.13.0"},
    "device": "cpu",
    "seconds": 3.21,
    "peak_memory_bytes": 1_234_567,
    "commit": "58406bd0a1b2c3d4",
    "made_at": "2026-11-20T21:00:00+00:00",
    "result": "c0ffee",
}

FACTS = {
    "kind": "image-classifier",
    "parameters": 2730,
    "layers": 5,
    "examples": 355,
    "reads": "grey pictures of 8 × 8 pixels",
    "answers": "one of 10 labels",
    "accuracy": 0.986,
    "chance": 0.101,
}
"""What the portrait of a network says of it."""


def catalogue(folder: Path, stills: dict[str, Path] | None = None) -> Catalogue:
    """Write the figures' files below ``folder`` and list them as a store would."""
    layer, chain = _layer(), _chain()
    drawn = (
        _plot(folder, "weights", "The three weights of each of two neurons, as bars.", stills),
        _drawn(folder, "digits-net", "linear-layer", "Two neurons, each reading the same three inputs.", layer),
        _drawn(folder, "digits-net", "chain", "Four neurons in a row, each passing its output to the next.", chain),
    )
    table = Table(
        rows=[
            {"network": name, "neurons": 10 * index + 4, "note": label} for index, (name, label) in enumerate(_rows())
        ],
        formats={"neurons": ",d"},
    )
    hostile_facts: dict[str, int | str] = {f"label_{index}": label for index, label in enumerate(HOSTILE)}
    made = [
        Made(
            "neuron",
            "digits-net",
            "layer",
            {"neurons": 2, "synapses": 6, "share": 0.1234, "trained": True},
            drawn,
            RECORD,
        ),
        Made(
            "neuron",
            "iris-net",
            "layer",
            {"neurons": 4},
            (_drawn(folder, "iris-net", "chain", "Two rows.", chain),),
            RECORD,
        ),
        Made(
            "neuron",
            "reference",
            "published",
            {**hostile_facts, "gpt3_synapses": 173_946_175_488},
            (_drawn(folder, "reference", "published", f"A table of networks, one of them named {HOSTILE[0]}.", table),),
            RECORD | {"params": {"models": list(HOSTILE)}, "network_fingerprint": None},
        ),
        Made(
            "second",
            HOSTILE_NETWORK,
            "named",
            {"name": HOSTILE_NETWORK},
            (_drawn(folder, "hostile", "named", f"A chain of {HOSTILE_NETWORK}.", chain),),
            RECORD | {"params": {"label": HOSTILE[0][:20]}},
        ),
        Made(
            "report",
            HOSTILE_NETWORK,
            "examples",
            {"wrong": 1},
            (
                _drawn(folder, "hostile", "examples", "Pictures in two rows.", _pictures()),
                _drawn(folder, "hostile", "grid", "The same pictures in a grid.", _pictures(columns=HOSTILE[:3])),
            ),
            RECORD,
        ),
        Made(
            "report",
            HOSTILE_NETWORK,
            "plane",
            {"regions": 1},
            (_drawn(folder, "hostile", "regions", "A square cut by lines, one of its states.", _regions()),),
            RECORD,
        ),
        Made("report", "digits-net", "card", FACTS, (), RECORD | {"params": {"bundled": "digits-net"}}),
        Made("unwritten", "digits-net", "later", {"n": 1}, (), RECORD),
    ]
    return {(each.article, each.network, each.name): each for each in made}


def _rows() -> list[tuple[str, str]]:
    return [("GPT-2", "one row, one neuron"), *((label, label) for label in HOSTILE)]


def _drawn(folder: Path, network: str, name: str, alt: str, drawing: Diagram | Table | Pictures | Mosaic) -> Drawn:
    written = {file: _write(folder / network / name / file, content) for file, content in files(drawing).items()}
    script = drawing.script if isinstance(drawing, Diagram) else None
    return Drawn(name, kind(drawing), alt, script, written, *size(drawing))


def _pictures(columns: tuple[str, ...] = ()) -> Pictures:
    """Six pictures in two rows; of the captions one is hostile."""
    shades = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1) * 40 + np.zeros((6, 8, 8, 3), np.uint8)
    rows, captions = [(HOSTILE[0], 3), ("plain", 3)], ["", "", f"✗ {HOSTILE[4]}", "", "", ""]
    about = [{"label": label, "index": index} for index, label in enumerate([HOSTILE[0]] * 3 + ["plain"] * 3)]
    return Pictures(shades, rows, about, captions, [bool(caption) for caption in captions], columns)


def _regions() -> Mosaic:
    """Two states of cells, every word that travels with them hostile."""
    states = arrange(3, 1).cells(label=HOSTILE[1]), arrange(9, 1).cells(label=HOSTILE[2])
    return mosaic(
        *states,
        shades=[Shade("var(--nf-1)", 0.1 + 0.4 * k, HOSTILE[k]) for k in range(3)],
        legend=[(HOSTILE[0], 0), ("", 1), (HOSTILE[3], 2)],
        x_title=HOSTILE[3],
        y_title=HOSTILE[4],
        slider=HOSTILE[0],
        points=[(0.2, 0.3, HOSTILE[4])],
        start=1,
    )


def _plot(folder: Path, name: str, alt: str, stills: dict[str, Path] | None) -> Drawn:
    here = folder / "digits-net" / name
    written = {
        "figure.json": _write(here / "figure.json", b'{"data":[{"type":"bar","y":[1,-2,3]}],"layout":{}}'),
        "data.csv": _write(here / "data.csv", b"x,y\n0,1\n1,-2\n2,3\n"),
    }
    for scheme in THEMES:
        if stills is None:
            image = Image.new("RGBA", (1520, 880))
            ImageDraw.Draw(image).rectangle((200, 200, 900, 700), fill=PALETTE[scheme]["positive"])
            here.mkdir(parents=True, exist_ok=True)
            image.save(here / f"{scheme}.webp")
        written[f"{scheme}.webp"] = stills[scheme] if stills else here / f"{scheme}.webp"
    return Drawn(name, "plotly", alt, None, written, 760, 440)


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _layer() -> Diagram:
    inputs, neurons = [(60, 60), (60, 150), (60, 240)], [(360, 100), (360, 200)]
    lines = [
        element("line", x1=x, y1=y, x2=u, y2=v, stroke="var(--nf-faint)", stroke_width=3)
        for x, y in inputs
        for u, v in neurons
    ]
    dots = [element("circle", cx=x, cy=y, r=16, fill="var(--nf-negative)") for x, y in inputs]
    bodies = [element("circle", cx=x, cy=y, r=24, fill="var(--nf-positive)") for x, y in neurons]
    words = [element("text", text="inputs", x=60, y=285, text_anchor="middle", font_size=15, fill="var(--nf-ink)")]
    words += [element("text", text="neurons", x=360, y=285, text_anchor="middle", font_size=15, fill="var(--nf-ink)")]
    picture = svg(*lines, *dots, *bodies, *words, width=420, height=300)
    return Diagram(picture, data={"w": [1, 2]}, rows=[{"neuron": 1, "weight": 0.5}])


def _chain() -> Diagram:
    def row(step: int, width: int) -> str:
        dots = [element("circle", cx=40 + step * i, cy=50, r=18, fill=f"var(--nf-{i + 1})") for i in range(4)]
        label = element("text", text=HOSTILE[0], x=20, y=95, font_size=14, fill="var(--nf-ink)")
        return svg(*dots, label, width=width, height=110)

    more = {"one": {"label": HOSTILE[0]}, "two": {"label": HOSTILE[1]}}
    return Diagram(row(200, 700), data={}, rows=[{"neuron": 1}], narrow=row(90, 360), parts=more)
