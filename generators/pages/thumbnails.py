"""Thumbnails: what stands for a network on the index, made from the figure that shows most at a small size.

Pictures come first, then a gallery's, then a plot's still, then a diagram, which stands in the page as it is.
"""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from generators.store import Drawn, Made

COLUMNS, ROWS = 6, 4
"""Pictures of a thumbnail."""
WIDTH_PX = 512
"""Nearly twice what a card is wide, for sharp screens."""
QUALITY = 86
GAP = 16
"""Between two pictures lies this part of one's width, through which the page shows."""
_VERSION = b"4"  # part of what a kept thumbnail is known by: change it with the layout


@dataclass(frozen=True)
class Thumbnail:
    """A small picture: image files by theme (``light`` and ``dark``, or one for ``both``), or a diagram's SVG."""

    made: "Made"
    drawn: "Drawn"
    images: dict[str, Path]
    width: int
    height: int

    @property
    def is_diagram(self) -> bool:
        return not self.images


def choose(exhibits: Iterable["Made"], kept: Path) -> Thumbnail | None:
    """Make the thumbnail of a network from its figures; ``None`` where none can stand for it."""
    figures = [(made, drawn) for made in exhibits for drawn in made.figures]
    for is_one, make in (
        (lambda drawn: drawn.kind == "pictures", _mosaic),
        (lambda drawn: drawn.kind == "gallery" and _hung(drawn), _gallery),
        (lambda drawn: {"light.webp", "dark.webp"} <= drawn.files.keys(), _stills),
        (lambda drawn: drawn.kind == "diagram", _diagram),
    ):
        for made, drawn in figures:
            if is_one(drawn):
                return make(made, drawn, kept)
    return None


def _diagram(made: "Made", drawn: "Drawn", kept: Path) -> Thumbnail:
    return Thumbnail(made, drawn, {}, drawn.width, drawn.height)


def _stills(made: "Made", drawn: "Drawn", kept: Path) -> Thumbnail:
    images = {theme: drawn.files[f"{theme}.webp"] for theme in ("light", "dark")}
    small = {theme: _kept(path.read_bytes(), kept, lambda data: _smaller(data)) for theme, path in images.items()}
    return Thumbnail(made, drawn, small, *_size(small["light"]))


def _mosaic(made: "Made", drawn: "Drawn", kept: Path) -> Thumbnail:
    layout = drawn.files["pictures.json"].read_bytes()
    sheet = drawn.files["sheet.webp"].read_bytes()
    image = _kept(sheet + layout, kept, lambda _: _cut(sheet, json.loads(layout)))
    return Thumbnail(made, drawn, {"both": image}, *_size(image))


def _gallery(made: "Made", drawn: "Drawn", kept: Path) -> Thumbnail:
    layout = drawn.files["gallery.json"].read_bytes()
    sheet = drawn.files[json.loads(layout)["file"]].read_bytes()
    image = _kept(sheet + layout, kept, lambda _: _cut(sheet, json.loads(layout) | {"rows": _hung(drawn)}))
    return Thumbnail(made, drawn, {"both": image}, *_size(image))


def _hung(drawn: "Drawn") -> list[dict[str, Any]]:
    """Shelves on which anything hangs in a gallery as the page shows it."""
    shelves = json.loads(drawn.files["gallery.json"].read_bytes())["shelves"]
    return [shelf for shelf in shelves if shelf["pictures"]]


def _smaller(still: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(still))
    image.thumbnail((WIDTH_PX, WIDTH_PX), Image.Resampling.LANCZOS)
    return image


def _cut(sheet: bytes, layout: dict[str, Any]) -> Image.Image:
    """Lay the first pictures of evenly chosen rows side by side, row after row of the thumbnail."""
    pixels = np.asarray(Image.open(io.BytesIO(sheet)).convert("RGBA"))
    height, width = layout["height"], layout["width"]
    chosen = spread([row["pictures"] for row in layout["rows"]], COLUMNS * ROWS)
    columns = min(COLUMNS, len(chosen))
    chosen = chosen[: len(chosen) // columns * columns]
    tiles, gap = [], max(1, width // GAP)
    for picture in chosen:
        top, left = (round(-picture[edge] / 100 * size) for edge, size in (("top", height), ("left", width)))
        tiles.append(np.pad(pixels[top : top + height, left : left + width], ((0, gap), (0, gap), (0, 0))))
    grid = np.stack(tiles).reshape(-1, columns, height + gap, width + gap, 4).swapaxes(1, 2)
    image = Image.fromarray(grid.reshape(-1, columns * (width + gap), 4)[:-gap, :-gap])
    factor = max(1, WIDTH_PX // image.width)
    resampling = Image.Resampling.NEAREST if width <= 32 else Image.Resampling.LANCZOS
    return image.resize((image.width * factor, image.height * factor), resampling)


def spread(rows: Sequence[Sequence[Any]], n: int) -> list[Any]:
    """Take at most ``n``: the first of each row, of evenly chosen rows where there are too many, then the second …"""
    if len(rows) > n:
        rows = [rows[index * len(rows) // n] for index in range(n)]
    return [each for turn in zip_longest(*rows) for each in turn if each is not None][:n]


def _kept(source: bytes, folder: Path, make: Callable[[bytes], Image.Image]) -> Path:
    path = folder / f"thumbnail-{sha256(_VERSION + source).hexdigest()[:24]}.webp"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        image, written = make(source), io.BytesIO()
        few = len(image.getcolors(1 << 24) or ()) <= 256
        image.save(
            written, "WEBP", method=4, **({"lossless": True} if few else {"quality": QUALITY, "alpha_quality": 80})
        )
        beside = path.with_suffix(".new")
        beside.write_bytes(written.getvalue())
        beside.replace(path)
    return path


def _size(image: Path) -> tuple[int, int]:
    with Image.open(image) as opened:
        return opened.size
