"""A plane of inputs, cut exactly where a piecewise-linear network changes from one affine map to another.

A **switch** is a number whose sign decides which piece is active: the preactivation of a ReLU neuron, the difference of
two inputs that a maximum compares. All switches of a network are counted through, layer after layer. A region is a
convex polygon on which no switch changes sign; its **code** has a bit for each switch, 1 where that is positive.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

BORDER = -1
"""The switch of an edge that lies on the border of the domain, and the region outside it."""
PADDING = -1
"""The switch of a bit that only fills a code up to whole bytes."""


@dataclass(frozen=True)
class SwitchLayer:
    """The switches of one layer."""

    name: str
    """Dotted path of the module that switches, such as ``relu1``; of a function in a ``forward``, its name."""
    kind: str
    """``relu``, ``leaky_relu``, ``abs``, ``hardtanh``, ``max`` …; ``argmax`` for the decision of the last layer."""
    start: int
    """The first of its switches among all."""
    size: int
    """How many it has: one a neuron, two where a neuron has two thresholds, and fewer than pairs for a maximum."""
    n_regions: int
    """Regions once this layer and all before it have cut."""


@dataclass(frozen=True)
class PlanePartition:
    """The regions of a polygon of the plane; every array is exact to the rounding of float64."""

    domain: np.ndarray
    """float64[corners, 2], the polygon that was asked for, counter-clockwise."""
    vertices: np.ndarray
    """float64[n_vertices, 2]"""
    edges: np.ndarray
    """int32[n_edges, 2], the vertices at both ends."""
    edge_switch: np.ndarray
    """int32[n_edges], the switch that is 0 along the edge; ``BORDER`` on the border."""
    edge_regions: np.ndarray
    """int32[n_edges, 2], the region on the left of the edge and the one on its right; ``BORDER`` outside."""
    corner_start: np.ndarray
    """int64[n_regions + 1]: region r has ``corners[corner_start[r] : corner_start[r + 1]]``."""
    corners: np.ndarray
    """int32[…], the vertices around each region, counter-clockwise."""
    area: np.ndarray
    """float64[n_regions], in units of the plane squared."""
    layers: tuple[SwitchLayer, ...]
    codes: np.ndarray
    """uint8[n_regions, bytes], the code of each region, packed, the first bit lowest; see ``code_switches``."""
    code_switches: np.ndarray
    """int64[8 · bytes], the switch of each bit of a code; ``PADDING`` where there is none."""
    constant_code: np.ndarray
    """uint8[⌈n_switches / 8⌉], 1 for the switches that are positive everywhere and so have no bit in ``codes``."""
    answer: np.ndarray | None = None
    """int64[n_regions], the index of the largest output, where the decision was asked for."""

    @property
    def n_regions(self) -> int:
        return len(self.area)

    @property
    def n_vertices(self) -> int:
        return len(self.vertices)

    @property
    def n_edges(self) -> int:
        return len(self.edges)

    @property
    def n_switches(self) -> int:
        return sum(layer.size for layer in self.layers)

    @cached_property
    def switches(self) -> np.ndarray:
        """The switches that have a bit in ``codes``, ascending; all others have one sign on the whole domain."""
        return self.code_switches[self.code_switches != PADDING]

    def bits(self, region: int | slice | np.ndarray = slice(None)) -> np.ndarray:
        """The codes as bool[…, n], one column for each of ``switches``."""
        every = np.unpackbits(self.codes[region], axis=-1, bitorder="little").astype(bool)
        return every[..., self.code_switches != PADDING]

    def polygon(self, region: int) -> np.ndarray:
        """The corners of one region: float64[corners, 2], counter-clockwise."""
        return self.vertices[self.corners[self.corner_start[region] : self.corner_start[region + 1]]]

    def layer_of(self, switch: int) -> SwitchLayer:
        """The layer that a switch belongs to."""
        return next(layer for layer in self.layers if layer.start <= switch < layer.start + layer.size)
