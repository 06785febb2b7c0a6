"""What the steps of a partition left behind, put together to a result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from generators.articles.multi_neuron.analysis import subdivision
from generators.articles.multi_neuron.analysis.operations import operations
from generators.articles.multi_neuron.analysis.piecewise import Piecewise, Plain
from generators.articles.multi_neuron.analysis.subdivision import Subdivision
from generators.articles.multi_neuron.results.plane import PADDING, PlanePartition, SwitchLayer

WORD = 64


@dataclass(frozen=True)
class Step:
    """What one switching operation did."""

    codes: np.ndarray
    """uint64[F, words], a code for each face that it left."""
    parents: np.ndarray
    """int32[F], the face before the operation in which each lies."""
    columns: np.ndarray | None
    """int64[bits], the switches of the operation that have a bit; ``None`` where all have."""
    constant: np.ndarray
    """bool[size], the switches that are positive everywhere; False for those that have a bit."""

    @property
    def n_regions(self) -> int:
        return len(self.parents)

    @property
    def size(self) -> int:
        return len(self.constant)

    def listed(self) -> np.ndarray:
        """The switch of each bit: int64[64 · words], ``PADDING`` where there is none."""
        columns = np.arange(self.size) if self.columns is None else self.columns
        listed = np.full(WORD * self.codes.shape[1], PADDING)
        listed[: len(columns)] = columns
        return listed


def assemble(corners: np.ndarray, sub: Subdivision, network: Piecewise | Plain, steps: list[Step]) -> PlanePartition:
    """Make the result of the subdivision that the last step left."""
    starts = np.cumsum([0, *(step.size for step in steps)])
    around, area = subdivision.loops(sub)
    return PlanePartition(
        domain=corners,
        vertices=sub.vertices,
        edges=sub.edges,
        edge_switch=np.maximum(sub.labels, -1),
        edge_regions=subdivision.sides(sub),
        corner_start=sub.start,
        corners=around,
        area=area,
        layers=tuple(
            SwitchLayer(network.stages[first].name, network.stages[first].kind, int(start), step.size, step.n_regions)
            for (first, _), start, step in zip(operations(network), starts, steps, strict=False)
        ),
        codes=np.concatenate([np.zeros((len(area), 0), np.uint8), *map(_bytes, final_codes(steps))], 1),
        code_switches=np.concatenate([np.zeros(0, np.int64), *map(_listed, starts, steps)]),
        constant_code=np.packbits(np.concatenate([[], *(step.constant for step in steps)]) > 0, bitorder="little"),
        answer=_answers(network, steps),
    )  # fmt: skip


def _listed(start: int, step: Step) -> np.ndarray:
    """The switch of each bit of a step, among all switches."""
    listed = step.listed()
    return np.where(listed == PADDING, PADDING, start + listed)


def final_codes(steps: list[Step]) -> list[np.ndarray]:
    """The codes of each step for the faces that the last one left: uint64[F, words] for each."""
    found: list[np.ndarray] = []
    face = None  # none before the last step's own
    for step in reversed(steps):
        found.append(step.codes if face is None else step.codes.take(face, 0))
        face = step.parents if face is None else step.parents.take(face)
    return found[::-1]


def bits(step: Step, words: np.ndarray) -> np.ndarray:
    """All switches of a step for faces with these codes, the constant ones too: bool[F, size]."""
    listed = step.listed()
    every = np.repeat(step.constant[None], len(words), 0)
    unpacked = np.unpackbits(_bytes(words), axis=1, bitorder="little").astype(bool)
    every[:, listed[listed != PADDING]] = unpacked[:, listed != PADDING]
    return every


def _bytes(words: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(words.astype("<u8", copy=False)).view(np.uint8)


def _answers(network: Piecewise | Plain, steps: list[Step]) -> np.ndarray | None:
    """The winning output of each face, where the last step was the decision."""
    if isinstance(network, Plain) or not network.stages or (last := network.stages[-1]).kind != "argmax":
        return None
    return network.winners(last.contest, bits(steps[-1], steps[-1].codes))[:, 0]
