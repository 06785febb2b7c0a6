"""Cut hand-made networks rightly and carelessly.

Lines of which no three meet cut a convex polygon into ``1 + lines + crossings`` pieces. A careless algorithm takes that
for a law: it computes where each two lines cross and counts every crossing once. Lines that pass through one point, lie
on one another or on the border break it. Of a deeper network it counts inside each region of the layers before, which
it is given.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn

from generators.articles.multi_neuron.analysis.domain import polygon_of
from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.articles.multi_neuron.results.degenerate import Case, Degenerate

Box = tuple[tuple[float, float], tuple[float, float]]
Neuron = tuple[float, float, float]
Layer = tuple[Sequence[Sequence[float]], Sequence[float]]
SQUARE: Box = ((-1.0, 1.0), (-1.0, 1.0))
AROUND: Box = ((-0.9, 1.1), (-0.9, 1.1))
"""For the star: in a square with the origin in its middle all rounding errors would cancel."""
N_STAR = 16
TRIANGLE: tuple[Neuron, ...] = ((2, 1, -0.5), (-1, 3, 0.25), (1, -1, 0.5))
EDGE: Neuron = (1, 0, 1)
GRID = ((1, 0, -0.5), (1, 0, 0.5), (0, 1, -0.5), (0, 1, 0.5))
DIAGONALS = ((1, 1, -1), (1, 1, 1), (1, -1, -1), (1, -1, 1))
HALVES: Layer = (((1, 0), (-1, 0), (0, 1), (0, -1)), (0, 0, 0, 0))
KALEIDOSCOPE: Layer = (((1, 1, -1, -1), (2, 2, -1, -1), (1, 1, -2, -2), (1, 1, 1, 1)), (0, 0, 0, -1))
"""Behind ``HALVES``: |x| − |y|, 2|x| − |y|, |x| − 2|y| and |x| + |y| − 1."""


def cut_by_hand() -> Degenerate:
    """Cut every case both ways."""
    weight = star(N_STAR)
    module = network((weight.tolist(), [0.0] * N_STAR))
    cases = (("star", f"{N_STAR} lines through the origin", module, AROUND, ()), *_small())
    crossings = np.concatenate([met for _, met in careless(module, AROUND)])
    return Degenerate(tuple(_case(*each) for each in cases), weight, crossings)


def _small() -> Iterator[tuple[str, str, nn.Sequential, Box, Sequence[Neuron]]]:
    yield "three", "Three lines through one point", lines((1, 0, 0), (0, 1, 0), (1, 1, 0)), SQUARE, ()
    yield "twice", "One of three neurons, twice", lines(*TRIANGLE, TRIANGLE[0]), SQUARE, TRIANGLE[:1]
    yield "grid", "A grid, diagonals through its corners", lines(*GRID, *DIAGONALS), SQUARE, ()
    yield "edge", "A line along the left edge", lines(EDGE, (1, 2, 0.25), (1, -1, 0.25)), SQUARE, (EDGE,)
    yield "layers", "Layer 2 through a vertex of layer 1", network(HALVES, KALEIDOSCOPE), SQUARE, ()


def _case(slug: str, title: str, module: nn.Sequential, box: Box, marked: Sequence[Neuron]) -> Case:
    n_careless = sum(n for n, _ in careless(module, box))
    return Case(slug, title, partition_plane(module, box), n_careless, np.array(marked, float).reshape(-1, 3))


def star(n: int) -> np.ndarray:
    """Weights float64[n, 2] of lines at even angles, none of them upright."""
    angle = (np.arange(n) + 0.5) * np.pi / n
    return np.stack([np.cos(angle), np.sin(angle)], 1)


def lines(*rows: Neuron) -> nn.Sequential:
    """One layer of neurons a·x + b·y + c."""
    return network(([row[:2] for row in rows], [row[2] for row in rows]))


def network(*layers: Layer) -> nn.Sequential:
    """Layers of weights and biases with a ReLU behind each, in float64."""
    modules: list[nn.Module] = []
    for weight, bias in layers:
        linear = nn.Linear(len(weight[0]), len(bias), dtype=torch.float64)
        linear.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)})
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules)


@torch.no_grad()
def careless(module: nn.Sequential, box: Box) -> Iterator[tuple[int, np.ndarray]]:
    """For each region of all layers but the last: its pieces by ``1 + lines + crossings``, and the crossings."""
    before, last = module[:-2], module[-2]
    regions = [polygon_of(box)]
    if len(before):
        given = partition_plane(before, box)
        regions = [given.polygon(region) for region in range(given.n_regions)]
    for corners in regions:
        yield pieces(corners, last(before(torch.from_numpy(corners))).numpy())


def pieces(corners: np.ndarray, values: np.ndarray) -> tuple[int, np.ndarray]:
    """Count the pieces of a polygon float64[k, 2] by neurons with values[k, n] at its corners, as if none met."""
    rows = np.concatenate([corners, values], 1)
    chords = {k: ends for k in range(2, rows.shape[1]) if len(ends := _zeros(rows, k))}
    met = [_zeros(ends, j)[0, :2] for i, ends in chords.items() for j in chords if i < j and len(_zeros(ends, j))]
    return 1 + len(chords) + len(met), np.array(met).reshape(-1, 2)


def _zeros(rows: np.ndarray, column: int) -> np.ndarray:
    """Where a column changes sign around a polygon, or along the chord between two ends, all columns in between."""
    here, there = rows, np.roll(rows, -1, axis=0)
    changes = (here[:, column] > 0) != (there[:, column] > 0)
    here, there = here[changes], there[changes]
    t = here[:, column] / (here[:, column] - there[:, column])
    return here + t[:, None] * (there - here)
