"""The still of a mosaic: what its canvas shows of the whole plane, in both themes, without axes or words.

Cells are painted by ``rasters``, finer than the picture and then averaged. Hair lines fade where cells are crowded, and
a hair line where the thinner of its two cells is thin, so that one sees colours and not a grey mesh of lines.
"""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from generators.drawing.rasters import cell_of_pixels
from generators.drawing.tiling import OUTSIDE, Tiling
from generators.style import PALETTE, THEMES, Theme, resolve

SCALE = 2
"""Pixels of a still per CSS pixel, for sharp screens."""
FINE = 2
"""Samples per pixel in each direction."""
LARGEST_BYTES = 140_000
QUALITIES = (90, 75, 55, 35, 20)
"""Tried in turn until the file is small enough; noise without end is left at the last."""


@dataclass(frozen=True)
class Lines:
    """How lines are drawn; lengths in CSS pixels."""

    hair: float = 0.75
    heavy: float = 2.4
    strength: float = 0.5
    """Opacity of a hair line between large cells."""
    halo: float = 1.3
    """Paper on each side of a heavy line."""
    thin: float = 0.75
    """A cell so thick has no hair lines around it."""
    thick: float = 5.0
    """From this thickness on they have their whole strength."""
    crowded: float = 2.0
    """Where a square of a cell's mean area has this side there are no hair lines at all."""
    loose: float = 10.0
    """From this side on they have their whole strength."""


LINES = Lines()


@dataclass(frozen=True)
class Plate:
    """What is drawn: one state of a mosaic."""

    tiling: Tiling
    colours: np.ndarray
    """int[n_cells], indices into the shades."""
    shades: list[tuple[str, float]]
    """CSS variable and opacity over paper."""
    heavy: np.ndarray
    """int[n_heavy, 2], the vertices at both ends of each heavy line."""
    box: tuple[float, float, float, float]
    """``(x0, x1, y0, y1)``, the whole picture."""
    width: int
    """In CSS pixels."""
    height: int


def stills(plate: Plate) -> dict[str, bytes]:
    """Draw the plate in both themes: ``light.webp`` and ``dark.webp``."""
    cells = cell_of_samples(plate, SCALE * FINE)
    strength, heavy, halo = _hair_lines(plate), _heavy_lines(plate, 0.0), _heavy_lines(plate, LINES.halo)
    made = {}
    for theme in THEMES:
        paper, ink = (rgb(PALETTE[theme][role]) for role in ("paper", "ink"))
        shades = np.stack([*(blended(each, theme) for each in plate.shades), paper]).astype(np.uint8)
        shade = np.append(plate.colours, len(plate.shades))[cells]
        image = Image.fromarray(shades[shade])
        for colour, mask in ((ink, strength), (paper, halo), (ink, heavy)):
            image.paste(tuple(int(part) for part in colour), (0, 0), mask)
        made[f"{theme}.webp"] = _webp(image.reduce(FINE))
    return made


def cell_of_samples(plate: Plate, per_px: int) -> np.ndarray:
    """Give the cell at each sample, of which a CSS pixel has ``per_px`` in each direction: int32[…, …]."""
    tiling = plate.tiling
    edges = tiling.edges
    ends = tiling.vertices[np.stack([tiling.corners[edges], tiling.heads[edges]], 1)]
    sides = np.stack([tiling.cell[edges], tiling.neighbours[edges]], 1)
    return cell_of_pixels(ends, sides, plate.box, plate.width * per_px, plate.height * per_px)


def blended(shade: tuple[str, float], theme: Theme) -> np.ndarray:
    """Lay a shade over the theme's paper: float64[3], from 0 to 255."""
    colour, opacity = shade
    return np.rint(opacity * rgb(resolve(colour, theme)) + (1 - opacity) * rgb(PALETTE[theme]["paper"]))


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], float)


def _hair_lines(plate: Plate) -> Image.Image:
    """Draw every edge between cells, the stronger over the weaker, as opacity."""
    tiling = plate.tiling
    inside = tiling.edges[tiling.neighbours[tiling.edges] != OUTSIDE]
    thin = np.minimum(tiling.thickness[tiling.cell[inside]], tiling.thickness[tiling.neighbours[inside]])
    unit = plate.width / (plate.box[1] - plate.box[0])
    room = _share(unit * np.sqrt(tiling.area.mean()), LINES.crowded, LINES.loose)
    opacity = np.rint(255 * LINES.strength * room * _share(unit * thin, LINES.thin, LINES.thick))
    order = np.argsort(opacity, kind="stable")
    order = order[opacity[order] > 0]
    ends = np.stack([tiling.corners[inside], tiling.heads[inside]], 1)[order]
    return _drawn(plate, ends, opacity[order], LINES.hair)


def _share(value: np.ndarray, low: float, high: float) -> np.ndarray:
    return ((value - low) / (high - low)).clip(0, 1)


def _heavy_lines(plate: Plate, halo: float) -> Image.Image:
    return _drawn(plate, plate.heavy, np.full(len(plate.heavy), 255), LINES.heavy + 2 * halo, is_round=True)


def _drawn(plate: Plate, ends: np.ndarray, opacity: np.ndarray, width_px: float, is_round: bool = False) -> Image.Image:
    x0, x1, y0, y1 = plate.box
    size = plate.width * SCALE * FINE, plate.height * SCALE * FINE
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    thick = round(width_px * SCALE * FINE)
    places = (plate.tiling.vertices - (x0, y1)) * (size[0] / (x1 - x0), size[1] / (y0 - y1))
    for (start, end), value in zip(places[ends].tolist(), opacity.astype(int).tolist(), strict=True):
        pen.line((*start, *end), fill=value, width=thick)
        if is_round:
            for x, y in (start, end):
                pen.circle((x, y), thick / 2, fill=value)
    return mask


def _webp(image: Image.Image) -> bytes:
    for quality in QUALITIES:
        lossy = _written(image, quality=quality)
        if len(lossy) <= LARGEST_BYTES:
            break
    is_simple = quality == QUALITIES[0] and len(lossy) < LARGEST_BYTES / 2  # only then is the slow exact file small
    exact = _written(image, lossless=True) if is_simple else lossy
    return exact if len(exact) <= LARGEST_BYTES else lossy


def _written(image: Image.Image, **how: bool | int) -> bytes:
    written = io.BytesIO()
    image.save(written, "WEBP", method=4, **how)
    return written.getvalue()
