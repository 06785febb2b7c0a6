"""A square cut by random lines, cell after cell and slowly, and a mosaic's files as a browser reads them."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from generators.drawing.mosaic import Cells, CodeLayer, Mosaic, Shade

SHADES = [Shade("var(--nf-1)", 0.2, "inside"), Shade("var(--nf-2)", 0.6), Shade("var(--nf-accent)", 1.0, "outside")]
SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


@dataclass(frozen=True)
class Arrangement:
    """Lines ``a x + b y + c = 0`` and the cells between them."""

    lines: np.ndarray
    vertices: np.ndarray
    polygons: list[list[int]]

    def signs(self, points: np.ndarray) -> np.ndarray:
        """On which side of each line points lie: bool[n, lines]."""
        return points @ self.lines[:, :2].T + self.lines[:, 2] > 0

    @property
    def middles(self) -> np.ndarray:
        return np.array([self.vertices[polygon].mean(0) for polygon in self.polygons])

    def cells(self, seed: int = 0, **more) -> Cells:
        """Make two layers of the lines, every second shade at random."""
        bits = self.signs(self.middles)
        half = len(self.lines) // 2
        layers = [
            CodeLayer("first", half + 3, np.arange(half) + 3, n_always_on=2),
            CodeLayer("second", len(self.lines) - half, np.arange(len(self.lines) - half)),
        ]
        given = {
            "vertices": self.vertices,
            "corner_start": np.cumsum([0, *map(len, self.polygons)]),
            "corners": np.concatenate(self.polygons),
            "shade": np.random.default_rng(seed).integers(0, len(SHADES), len(self.polygons)),
            "codes": np.packbits(bits, axis=1, bitorder="little"),
            "layers": layers,
        }
        return Cells(**given | more)


def arrange(n_lines: int, seed: int, domain: np.ndarray = SQUARE) -> Arrangement:
    """Cut a convex polygon by random lines through it."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, np.pi, n_lines)
    through = random.uniform(domain.min(0), domain.max(0), (n_lines, 2)) * 0.9
    normal = np.stack([np.cos(angle), np.sin(angle)], 1)
    lines = np.column_stack([normal, -(normal * through).sum(1)])
    vertices, polygons = [tuple(corner) for corner in domain], [list(range(len(domain)))]
    for a, b, c in lines:
        height = [a * x + b * y + c for x, y in vertices]
        crossings: dict[tuple[int, int], int] = {}
        pieces = []
        for polygon in polygons:
            pieces += _cut(polygon, height, vertices, crossings)
        polygons = pieces
    return Arrangement(lines, np.array(vertices), polygons)


def _cut(polygon: list[int], height: list[float], vertices: list, crossings: dict) -> list[list[int]]:
    above: list[int] = []
    below: list[int] = []
    for u, v in pairwise([*polygon, polygon[0]]):
        (above if height[u] > 0 else below).append(u)
        if (height[u] > 0) != (height[v] > 0):
            key = (min(u, v), max(u, v))
            if key not in crossings:
                (x0, y0), (x1, y1) = vertices[key[0]], vertices[key[1]]
                t = height[key[0]] / (height[key[0]] - height[key[1]])
                crossings[key] = len(vertices)
                vertices.append((x0 + t * (x1 - x0), y0 + t * (y1 - y0)))
            above.append(crossings[key])
            below.append(crossings[key])
    return [piece for piece in (above, below) if len(piece) > 2]


def mosaic(*states: Cells, **more) -> Mosaic:
    given = {
        "shades": SHADES,
        "x_title": "width (m)",
        "y_title": "height (m)",
        "legend": [("inside", 0), ("outside", 2)],
        "slider": "Layers" if len(states) > 1 else "",
    }
    return Mosaic(states, **given | more)


@dataclass(frozen=True)
class Read:
    """One state of a mosaic, from its files."""

    polygons: list[np.ndarray]
    shade: np.ndarray
    heavy: np.ndarray
    """float64[n, 2, 2]"""
    bits: np.ndarray
    """bool[n_cells, n_bits]"""
    neurons: list[np.ndarray]
    told: Mapping


def read(files: Mapping[str, bytes], state: int = 0) -> Read:
    data = json.loads(files["data.json"])
    told = data["states"][state]
    n = told["cells"]
    counts, corners, x, y, shade, heavy = _unpacked(
        files[f"cells-{state}.bin"], [n, told["corners"], told["vertices"], told["vertices"], n, 2 * told["heavy"]]
    )
    x0, x1, y0, y1 = data["box"]
    grid = np.stack([np.cumsum(x), np.cumsum(y)], 1) / data["grid"]
    vertices = (x0, y0) + grid * (x1 - x0, y1 - y0)
    named, new = [], 0
    for below in corners:
        named.append(new - below)
        new += below == 0
    starts = np.cumsum([0, *counts])
    polygons = [vertices[named[a:b]] for a, b in pairwise(starts)]
    widths = [layer["bits"] for layer in told["layers"]]
    corner, differing, flipped, *neurons = _unpacked(files[f"codes-{state}.bin"], [n, n, told["differing"], *widths])
    beyond = {}
    for cell, (a, b) in enumerate(pairwise(starts)):
        for k, u in enumerate(named[a:b]):
            beyond[named[a + (k + 1) % (b - a)], u] = cell
    flips = np.split(flipped, np.cumsum(differing)[:-1])
    bits = np.zeros((n, sum(widths)), bool)
    for cell in range(n):
        here = cell
        while True:
            bits[cell, flips[here]] ^= True
            if not corner[here]:
                break
            at = starts[here] + corner[here] - 1
            after = at + 1 if at + 1 < starts[here + 1] else starts[here]
            here = beyond[named[at], named[after]]
    return Read(polygons, shade, vertices[heavy.reshape(-1, 2)], bits, neurons, told)


def _unpacked(data: bytes, lengths: list[int]) -> list[np.ndarray]:
    planes = np.frombuffer(gzip.decompress(data), np.uint8).reshape(4, -1).astype(np.int64)
    zigzag = planes[0] + (planes[1] << 8) + (planes[2] << 16) + (planes[3] << 24)
    numbers = np.where(zigzag % 2, -(zigzag + 1) // 2, zigzag // 2)
    assert len(numbers) == sum(lengths)
    return np.split(numbers, np.cumsum(lengths)[:-1])
