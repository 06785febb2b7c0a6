"""The regions of a partition as the cells of a mosaic, and the shades that cells are given by a number."""

from collections.abc import Iterator

import numpy as np

from generators.articles.multi_neuron.results.plane import BORDER, PlanePartition, SwitchLayer
from generators.drawing.mosaic import Cells, CodeLayer, Shade

DECISION = "argmax"
"""The kind of the layer whose switches are no neurons: its edges are drawn heavy instead."""
NOUNS = {"hardtanh": "threshold", "max": "comparison"}
"""What a switch of a layer is called, where it is no neuron's only one."""
FAINTEST, STRONGEST = 0.05, 0.85
"""Opacities of the first and the last shade of a scale."""
_AT_ONCE = 4096


def cells(partition: PlanePartition, shade: np.ndarray, label: str = "") -> Cells:
    """Give each region its shade, int[n_regions], and lay heavy lines where the answer changes, if there is any.

    A code has a bit for each neuron that switches somewhere in the domain.
    """
    layers = [layer for layer in partition.layers if layer.kind != DECISION]
    ends = max((layer.start + layer.size for layer in layers), default=0)
    return Cells(
        vertices=partition.vertices,
        corner_start=partition.corner_start,
        corners=partition.corners,
        shade=shade,
        codes=np.concatenate(list(_packed(partition, partition.switches < ends))),
        layers=[_layer(partition, layer) for layer in layers],
        heavy=partition.edges[_decisive(partition)],
        label=label,
    )


def tones(values: np.ndarray, n: int) -> np.ndarray:
    """Number each value by the ``n`` shades of a scale, from the least to the greatest of them: int[…]."""
    low, high = values.min(), values.max()
    return ((values - low) * (n - 1) / max(high - low, 1e-300) + 0.5).astype(int)


def scale(colour: str, n: int, words: str = "") -> list[Shade]:
    """Make ``n`` shades of one colour, from faint to strong; ``words`` say what all such cells are."""
    return [Shade(colour, round(float(opacity), 3), words) for opacity in np.linspace(FAINTEST, STRONGEST, n)]


def _layer(partition: PlanePartition, layer: SwitchLayer) -> CodeLayer:
    whole = np.unpackbits(partition.constant_code, bitorder="little")[layer.start : layer.start + layer.size]
    mine = partition.switches - layer.start
    neurons = mine[(mine >= 0) & (mine < layer.size)]
    name = f"layer {layer.name}" if layer.name.isdigit() else layer.name
    return CodeLayer(name, layer.size, neurons, int(whole.sum()), NOUNS.get(layer.kind, "neuron"))


def _packed(partition: PlanePartition, wanted: np.ndarray) -> Iterator[np.ndarray]:
    for first in range(0, partition.n_regions, _AT_ONCE):
        yield np.packbits(partition.bits(slice(first, first + _AT_ONCE))[:, wanted], axis=1, bitorder="little")


def _decisive(partition: PlanePartition) -> np.ndarray:
    """Find the edges on whose sides the answers differ: bool[n_edges]."""
    if partition.answer is None:
        return np.zeros(partition.n_edges, bool)
    left, right = partition.edge_regions.T
    return (left != BORDER) & (right != BORDER) & (partition.answer[left] != partition.answer[right])
