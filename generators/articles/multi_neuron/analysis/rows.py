"""The preactivations of one dense layer at every vertex, from those of the layer before.

At the vertices that were there already this is a matrix product. A new vertex lies on a segment between two older ones,
and along a segment the next layer is linear but for a kink at each switch that cuts it. So its row is the mean of the
rows at both ends, weighted, and one column of the weights for each of those switches, of which there are few: n numbers
where a matrix product takes n².
"""

import numpy as np

from generators.articles.multi_neuron.analysis.compiled import compiled
from generators.articles.multi_neuron.analysis.operations import ROUNDING
from generators.articles.multi_neuron.analysis.piecewise import Dense
from generators.articles.multi_neuron.analysis.subdivision import Segments

AT_ONCE = 1024
"""Rows of a matrix product that stay in the processor's cache."""


def activate(layer: Dense, z: np.ndarray) -> np.ndarray:
    """Apply a layer's activation to preactivations float64[V, n], in place."""
    if layer.thresholds == (0.0,) and not layer.slopes[0].any() and (layer.slopes[1] == 1).all():
        return np.maximum(z, 0, out=z)  # ReLU
    bends = [
        np.maximum(z - threshold, 0) * (after - before)
        for threshold, before, after in zip(layer.thresholds, layer.slopes[:-1], layer.slopes[1:], strict=True)
    ]
    z *= layer.slopes[0]
    z += layer.offset
    for each in bends:
        z += each
    return z


def values(layer: Dense, z: np.ndarray) -> np.ndarray:
    """The switches of preactivations float64[V, n]: against each threshold in turn, float64[V, n · thresholds]."""
    return z if layer.thresholds == (0.0,) else np.concatenate([z - each for each in layer.thresholds], 1)


def blur(layer: Dense, inputs: np.ndarray, inputs_blur: np.ndarray, constant: np.ndarray) -> np.ndarray:
    """How far rounding may move each preactivation, float64[n].

    ``inputs`` float64[m] are how large the inputs get and ``inputs_blur`` how blurred they are themselves; ``constant``
    float64[n] is the size of what is added to them. Errors of different inputs are taken to be independent: bounds that
    add them up grow without end from layer to layer, unlike the errors.
    """
    own = ROUNDING * (np.abs(layer.weight) @ inputs + constant)
    return np.sqrt(own**2 + layer.weight**2 @ inputs_blur**2)


def switch_blur(layer: Dense, preactivations_blur: np.ndarray) -> np.ndarray:
    """The same of each switch, float64[n · thresholds]."""
    return np.concatenate([preactivations_blur + ROUNDING * abs(each) for each in layer.thresholds])


def first_rows(layer: Dense, points: np.ndarray) -> np.ndarray:
    """Preactivations float64[V, n] of the first layer at points float64[V, 2] of the plane."""
    return points @ layer.weight.T + layer.bias


def second_rows(first: Dense, second: Dense, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Preactivations of the second layer at points of the plane, and how far the first layer's activations reach."""
    rows, reached = np.empty((len(points), len(second.weight))), np.zeros(len(first.weight))
    for start in range(0, len(points), AT_ONCE):
        here = slice(start, start + AT_ONCE)
        _product(first, second, first_rows(first, points[here]), rows[here], reached)
    return rows, reached


def next_rows(
    layer: Dense, following: Dense, z: np.ndarray, segments: Segments, n_vertices: int
) -> tuple[np.ndarray, np.ndarray]:
    """The preactivations float64[n_vertices, m] that follow float64[V, n] of the older vertices, which it changes."""
    rows, reached = np.empty((n_vertices, len(following.weight))), np.zeros(len(layer.weight))
    for start in range(0, len(z), AT_ONCE):
        here = slice(start, min(start + AT_ONCE, len(z)))
        _product(layer, following, z[here], rows[here], reached)
    kinks = (layer.slopes[1:] - layer.slopes[:-1]).ravel()
    _fill(rows, segments, kinks, np.ascontiguousarray(following.weight.T))
    return rows, reached


def _product(layer: Dense, following: Dense, z: np.ndarray, rows: np.ndarray, reached: np.ndarray) -> None:
    active = activate(layer, z)
    np.maximum(reached, active.max(0), out=reached)
    np.maximum(reached, -active.min(0), out=reached)
    np.matmul(active, following.weight.T, out=rows)
    rows += following.bias


@compiled
def _fill(rows: np.ndarray, segments: Segments, kinks: np.ndarray, columns: np.ndarray) -> None:
    """Write the rows of new vertices, segment after segment; ``columns`` float64[n, m] are those of the weights."""
    n, m = columns.shape
    for s in range(len(segments.ends)):
        p, q = segments.ends[s]
        begin, end = segments.start[s], segments.start[s + 1]
        before = -1
        for at in range(begin, end):
            v, t = segments.vertex[at], segments.place[at]
            if v == before:
                continue
            before = v
            for i in range(m):
                rows[v, i] = (1 - t) * rows[p, i] + t * rows[q, i]
            for k in range(begin, end):
                other, j = segments.place[k], segments.switch[k]
                share = kinks[j] * segments.step[k] * (min(t, other) * (1 - max(t, other)))
                column = columns[j % n]
                for i in range(m):
                    rows[v, i] -= share * column[i]
