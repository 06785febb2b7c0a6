"""Networks made by hand, on which careless algorithms fail, each with the number of its regions by theory.

Lines meet in one point, lie on one another, on the domain's edge and through its corners; layers are dead, folded, or
say again what the layer before said. Where no theory is given the slow method in ``exact.py`` counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from tests.articles.multi_neuron.modules import Abs, MaxOut, Residual

BOX = ((-1.0, 1.0), (-1.0, 1.0))
UNIT = ((0.0, 1.0), (0.0, 1.0))
TRIANGLE = np.array([(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)])
HALF = np.array([(-1.0, -1.0), (1.0, 1.0), (-1.0, 3.0)])
SQUARE_ON_ITS_CORNER = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])


@dataclass(frozen=True)
class Case:
    name: str
    module: nn.Module
    n_regions: int | None
    """By theory, which the comment beside each says; None where only the slow method knows."""
    domain: object = BOX


def linear(weight: Sequence, bias: Sequence | float = 0.0) -> nn.Linear:
    """A layer of given weights; one bias is that of every neuron."""
    rows = torch.as_tensor(np.asarray(weight, float))
    layer = nn.Linear(rows.shape[1], rows.shape[0], dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(rows)
        layer.bias.copy_(torch.as_tensor(np.asarray(bias, float)).expand(len(rows)))
    return layer


def lines(*rows: tuple[float, float, float]) -> nn.Sequential:
    """One layer of ReLU neurons, each a·x + b·y + c."""
    table = np.array(rows, float)
    return nn.Sequential(linear(table[:, :2], table[:, 2]), nn.ReLU())


def pencil(n: int, x: float = 0.0, y: float = 0.0) -> nn.Sequential:
    """n different lines through one point, of 20 bits."""
    angle = np.arange(n) * np.pi / n
    normal = np.round(2**20 * np.stack([np.cos(angle), np.sin(angle)], 1)) / 2**20
    return lines(*np.c_[normal, -(normal @ (x, y))])


def relu(*layers: tuple[Sequence, Sequence | float]) -> nn.Sequential:
    """Layers of weights and biases with a ReLU behind each."""
    return nn.Sequential(*(part for layer in layers for part in (linear(*layer), nn.ReLU())))


def folds(k: int) -> nn.Sequential:
    """Fold both axes k times in the middle: |x| − 1/2, then |x| − 1/4 …; each axis of the box has 2^k pieces."""
    parts: list[nn.Module] = []
    for depth in range(k):
        parts += [linear(np.eye(2), 0.0 if depth == 0 else -(0.5**depth)), Abs()]
    return nn.Sequential(*parts)


def triangle_waves(k: int) -> nn.Sequential:
    """x ↦ 2·relu(x) − 4·relu(x − 1/2), k times: the sawtooth of M. Telgarsky (2015), beside an idle y."""
    parts: list[nn.Module] = [linear([[1, 0], [1, 0]], [0, -0.5]), nn.ReLU()]
    for _ in range(k - 1):
        parts += [linear([[2, -4], [2, -4]], [0, -0.5]), nn.ReLU()]
    return nn.Sequential(*parts)


def hats(centres: Sequence[float]) -> nn.Sequential:
    """Hat functions of width 1 around centres on either axis, then one neuron that is 1/2 below their sum."""
    ends = [(c + d, s) for c in centres for d, s in ((-0.5, 2.0), (0.0, -4.0), (0.5, 2.0))]
    first = [(1.0, 0.0, -t) for t, _ in ends] + [(0.0, 1.0, -t) for t, _ in ends]
    table = np.array(first)
    return relu((table[:, :2], table[:, 2]), ([[s for _, s in ends] * 2], -0.5))


def checkerboard(n: int) -> nn.Sequential:
    """Waves of n periods along both axes of the unit square, a and b: |a − b| − |a + b| has the sign of a field.

    Its zero lines go through the crossings of second-layer lines, which go through those of first-layer lines: each of
    the (2n)² cells of the first layer has 8 regions around its centre.
    """
    knots = np.arange(2 * n) / (2 * n)
    slopes = np.array([2 * n, *(4 * n * (-1) ** k for k in range(1, 2 * n))])
    first = np.concatenate([np.stack([knots * 0 + 1, knots * 0], 1), np.stack([knots * 0, knots * 0 + 1], 1)])
    a, b = np.concatenate([slopes, 0 * slopes]), np.concatenate([0 * slopes, slopes])
    second = [a - b, b - a, a + b, -a - b]
    return relu((first, -np.tile(knots, 2)), (second, [0, 0, -1, 1]), ([[1, 1, -1, -1]], 0))


THROUGH_ONE_POINT = ((1, 0, 0), (0, 1, 0), (1, 1, 0))
GRID = ((1, 0, -0.25), (1, 0, 0.25), (0, 1, -0.25), (0, 1, 0.25))
THREE = ((2, 1, -0.5), (-1, 3, 0.25), (1, -1, 0.5))

ZOO = (
    # Lines through one point: two regions a line.
    Case("16 lines through the origin", pencil(16), 32),
    Case("50 lines through a corner of the domain", pencil(50, -1, -1), 25),  # 24 go in
    Case("16 lines through a point that floats miss", pencil(16, 0.3, 0.1), 32),
    Case("three lines through one point, 6 instead of 7", lines(*THROUGH_ONE_POINT), 6),
    Case("one point in tenths", lines((1, 0, -0.1), (0, 1, -0.2), (1, 1, -0.3), (1, -2, 0.3)), 8),
    # 1 + lines + for each crossing one less than the lines there. Of the first grid's 4 corners two lie on a diagonal
    # each, and two on none; each diagonal meets two more lines: 1 + 6 + (2·2 + 2·1) + 4 = 17. Of the second's, one
    # diagonal each; the other crossings lie on the border: 1 + 8 + 4·2 = 17. A careless algorithm finds 21 and 27.
    Case("3×3 grid with the diagonals x − y = ±1/2 through corners", lines(*GRID, (1, -1, 0.5), (1, -1, -0.5)), 17),
    Case(
        "3×3 grid of halves with the diagonals ±x ± y = 1 through its corners and the box's middles",
        lines((1, 0, -0.5), (1, 0, 0.5), (0, 1, -0.5), (0, 1, 0.5), (1, 1, -1), (1, 1, 1), (1, -1, -1), (1, -1, 1)),
        17,
    ),
    Case("3×3 grid with both diagonals of the box", lines(*GRID, (1, -1, 0), (1, 1, 0)), 16),
    Case("a grid in thirds, with both diagonals", lines(
        (1, 0, -1 / 3), (1, 0, 1 / 3), (0, 1, -1 / 3), (0, 1, 1 / 3), (1, -1, 0), (1, 1, 0)), 16),
    Case("parallel lines", lines(*((1, 2, t / 4) for t in range(-3, 4))), 8),
    # The same line again.
    Case("duplicates", lines(*THREE, *THREE, *THREE), 7),
    Case("negated duplicates", lines(*THREE, *((-a, -b, -c) for a, b, c in THREE)), 7),
    Case("duplicates of another length", lines(*THREE, *((4 * a, 4 * b, 4 * c) for a, b, c in THREE)), 7),
    Case("duplicates up to rounding", lines(*THREE, *((-0.3 * a, -0.3 * b, -0.3 * c) for a, b, c in THREE)), 7),
    Case("zero neurons", lines((0, 0, 0), (0, 0, 1), *THREE, (0, 0, -1), (0, 0, 0)), 7),
    Case("only zero neurons", lines((0, 0, 0), (0, 0, 1), (0, 0, -1)), 1),
    # The domain's border.
    Case("diagonals through the box's corners", lines((1, 1, 0), (1, -1, 0)), 4),
    Case("lines that touch a corner only", lines((1, 1, -2), (1, -1, 2), (2, 1, 3)), 1),
    Case("lines along the border", lines((1, 0, -1), (1, 0, 1), (0, 1, -1), (0, 1, 1)), 1),
    Case("lines along the border and through its ends", lines((1, 0, -1), (0, 1, 1), (1, 1, 0), (1, 1, 0)), 2),
    Case("a triangle cut along its sides", lines((0, 1, 0), (1, -1, 0), (1, 0, -1)), 1, TRIANGLE),
    Case("a triangle cut along its medians", lines((1, -2, 0), (1, 1, -1), (2, -1, -1)), 6, TRIANGLE),
    Case("a square on its corner, cut through corners", lines(*THROUGH_ONE_POINT), 6, SQUARE_ON_ITS_CORNER),
    Case("a tiny box far from the origin", lines((1, 0, -1000), (0, 1, -1000), (1, 1, -2000)), 6,
         ((1000 - 2**-12, 1000 + 2**-12), (1000 - 2**-12, 1000 + 2**-12))),
    Case("a huge box", lines(*THREE, (0, 1, 2**20)), 11, ((-(2.0**24), 2.0**24), (-(2.0**24), 2.0**24))),
    # Dead layers, and layers that say again what was said.
    Case("a layer that is off everywhere", relu((np.eye(2), 0), ([[1, 1], [1, -1]], -100), ([[1, 1]], 0)), 4),
    Case("a neuron that is 0 on a whole region", relu((np.eye(2), 0), ([[1, 1], [1, 2]], 0)), 4),
    Case("neurons that are 0 on the border only", relu(([[1, 1], [2, 2], [3, 3]], [-2, -4, -6]),
         ([[1, -1, 0.25], [2, -1, -0.25], [-1, 0.75, -0.125]], 0)), 1, HALF),
    Case("the difference of neurons that are both off", relu((np.eye(2), 0), ([[1, -1]], 0)), 5),
    Case("identical layers", relu((np.eye(2), 0), (np.eye(2), 0), (np.eye(2), 0)), 4),
    Case("a layer of no weight between two", relu((np.eye(2), 0), (np.zeros((2, 2)), [0, 1]), (np.eye(2), 0)), 4),
    Case("the identity from two halves", relu(([[1, 0], [-1, 0], [0, 1], [0, -1]], 0),
         ([[1, -1, 1, -1], [1, -1, -1, 1]], 0)), 8),  # x = relu(x) − relu(−x): second lines are straight again
    # Deep nets with exact coincidences.
    Case("XOR of a corner", relu(([[1, 1], [1, 1]], [0, -1]), ([[1, -2]], 0)), 3),  # 0 on first lines, and in a corner
    Case("XOR with a threshold", relu(([[1, 1], [1, 1]], [0, -1]), ([[1, -2]], -0.5)), 5),
    Case("XOR, twice the same", relu(([[1, 1], [1, 1]], [0, -1]), ([[1, -2], [-2, 4], [3, -6]], -0.0)), 3),
    Case("a second line through a first vertex", relu((np.eye(2), [-0.5, -0.5]), ([[1, -1], [1, 1]], [0, -0.5])), None),
    Case("a second line along two first lines", relu(([[1, 0], [1, 0]], [0, -0.5]), ([[2, -4]], 0), ([[1]], 0)), None),
    Case("third lines through second vertices", relu(
        ([[1, 0], [0, 1], [1, 1]], 0), ([[1, 1, -1], [1, -1, 0], [0, 1, -1]], 0),
        ([[1, 1, 1], [1, -1, 0], [1, 0, -1]], 0), ([[1, -1, 1], [1, 1, -2]], -0.5)), None),
    *(Case(f"both axes folded {k} times", folds(k), 4**k) for k in (1, 2, 3, 4)),
    *(Case(f"a triangle wave of {k} layers", triangle_waves(k), 2**k, UNIT) for k in (1, 2, 3, 6)),
    Case("hats", hats([-0.5, 0.5]), None),
    Case("hats side by side", hats([-0.75, -0.25, 0.25, 0.75]), None),
    *(Case(f"a checkerboard of {n} periods", checkerboard(n), 32 * n * n, UNIT) for n in (1, 2)),
    # Other switches.
    Case("hard-tanh: three by three", nn.Sequential(linear(np.eye(2) * 2), nn.Hardtanh()), 9),
    Case("hard-tanh up to the border", nn.Sequential(linear(np.eye(2)), nn.Hardtanh()), 1),
    Case("ReLU6 of six", nn.Sequential(linear(np.eye(2) * 12), nn.ReLU6()), 9),
    Case("ReLU6 whose thresholds coincide", nn.Sequential(linear([[6, 0], [-6, 0], [6, 0]], [0, 6, 6]), nn.ReLU6()), 2),
    Case("a leaky slope of 1", nn.Sequential(linear([[1, 0], [1, 1]]), nn.LeakyReLU(1.0), linear([[1, 1]]),
         nn.ReLU()), 6),
    Case("a leaky slope below 0", nn.Sequential(linear([[1, 0], [0, 1]]), nn.LeakyReLU(-1.0), linear([[1, 1]], -1),
         nn.ReLU()), 8),
    Case("the absolute value of what is not negative", nn.Sequential(*relu((np.eye(2), 0)), Abs()), 4),
    Case("steep hard-tanh, then differences", nn.Sequential(linear([[1000, 0], [0, 1000], [1000, 1000]]),
         nn.Hardtanh(), linear([[1, -1, 0], [1, 0, -1], [0, 1, -1]]), nn.ReLU()), None),
    # Maxima: who wins counts, not who loses to whom.
    Case("the largest of ±x and ±y", nn.Sequential(linear([[1, 0], [-1, 0], [0, 1], [0, -1]]), MaxOut(4)), 4),
    Case("the larger of twins", nn.Sequential(linear([[1, 0], [1, 0]]), MaxOut(2)), 1),
    Case("a candidate that ties only", nn.Sequential(linear([[1, 0], [0, 1], [0.5, 0.5]]), MaxOut(3)), 2),
    Case("0, x, y and x + y", nn.Sequential(linear([[0, 0], [1, 0], [0, 1], [1, 1]]), MaxOut(4)), 4),
    Case("a tropical curve", nn.Sequential(linear(
        [[0, 0], [1, 0], [0, 1], [1, 1], [2, 0], [0, 2]], [0, 0, 0, 0, -0.5, -0.5]), MaxOut(6)), None),
    Case("losers change places", nn.Sequential(linear([[0, 0], [1, 0], [0, 1], [1, 1]], [3, 0, 0, 0]), MaxOut(4)), 1),
    Case("two groups with one boundary", nn.Sequential(linear([[1, 0], [0, 1], [0, 1], [1, 0]]), MaxOut(2)), 2),
    Case("a maximum of dead neurons", nn.Sequential(*relu(([[1, 0], [0, 1], [1, 1], [1, -1]], [-0.5, -0.5, -1, -1])),
         MaxOut(2), linear([[1, -1]]), nn.ReLU()), None),
    Case("steep hard-tanh, then a maximum", nn.Sequential(linear(1000 * np.eye(2)), nn.Hardtanh(), MaxOut(2)), None),
    # Residual connections.
    Case("x + relu(x)", nn.Sequential(Residual(relu((np.eye(2), 0))), linear([[1, 1], [1, -1]]), nn.ReLU()), 8),
    Case("x − relu(x) + …: the other half", nn.Sequential(Residual(nn.Sequential(*relu((np.eye(2), 0)),
         linear(-np.eye(2)))), linear([[1, -1]]), nn.ReLU()), 5),
    Case("no switch at all", nn.Sequential(linear([[1, 2], [3, 4]])), 1),
)  # fmt: skip
