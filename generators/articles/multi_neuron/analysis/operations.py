"""What partitions of lines and of planes share: operations, how much is computed at once, what counts as 0."""

from collections.abc import Iterator

import numpy as np

from generators.articles.multi_neuron.analysis.piecewise import Piecewise, Plain

ROUNDING = 1e-13
"""A switch is 0 where it is smaller than this share of the terms it sums: some hundred times what float64 loses there,
because where many boundaries cross in one point at small angles, the crossings are blurred along them all."""
NOISE = 1e-13
"""The same as a share of the largest number so far, where the terms of one sum are not known."""
SPAN = 1e-13
"""The same as a share of how large the switch itself gets, there."""
ROWS, NUMBERS = 1024, 1 << 21
"""The most inputs, and the most values of a layer, that are computed together."""


def operations(network: Piecewise | Plain, first: int = 0) -> Iterator[tuple[int, int]]:
    """Give the first stage of each operation from ``first`` on and the one after its last.

    The rounds of a maximum belong together, every activation is an operation of its own.
    """
    stages = network.stages
    while first < len(stages):
        last = first + 1
        while last < len(stages) and stages[last].contest == stages[first].contest >= 0:
            last += 1
        yield first, last
        first = last


def batches(n: int, size: int, numbers: int = NUMBERS) -> Iterator[slice]:
    """Share out n inputs, each of which has ``size`` values, so that no more than ``numbers`` come together."""
    at_once = max(1, min(ROWS, numbers // max(size, 1)))
    for start in range(0, n, at_once):
        yield slice(start, start + at_once)


def tolerance(sizes: np.ndarray, largest: float) -> np.ndarray:
    """Below what a switch is 0, of values that reach ``sizes`` where numbers up to ``largest`` went before."""
    return np.maximum(SPAN * sizes, NOISE * largest)
