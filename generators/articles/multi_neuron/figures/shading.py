"""How regions are coloured: by how many neurons are on, and by the network's answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generators.articles.multi_neuron.figures.mosaics import DECISION, scale, tones
from generators.articles.multi_neuron.results.plane import PlanePartition
from generators.drawing.mosaic import Shade
from generators.style import QUALITATIVE

TONES = 8
"""Strengths of one colour."""
OTHER = "var(--nf-muted)"


@dataclass(frozen=True)
class Shading:
    """A colour for each region of some partitions, from one list of them."""

    shades: tuple[Shade, ...]
    legend: tuple[tuple[str, int], ...]
    regions: tuple[np.ndarray, ...]
    """int[n_regions] for each partition, indices into ``shades``."""


def active(partition: PlanePartition) -> np.ndarray:
    """How many hidden switches are positive in each region: int64[n_regions]."""
    hidden = partition.n_switches - sum(layer.size for layer in partition.layers if layer.kind == DECISION)
    always = np.unpackbits(partition.constant_code, bitorder="little")[:hidden].sum()
    return partition.bits()[:, partition.switches < hidden].sum(1) + int(always)


def by_activity(partitions: Sequence[PlanePartition]) -> Shading:
    """The more neurons are on, the stronger; each partition from its own least to its own most."""
    shades = scale("var(--nf-accent)", TONES)
    legend = [("fewest neurons on", 0), *(("", k) for k in range(1, TONES - 1)), ("most", TONES - 1)]
    return Shading(tuple(shades), tuple(legend), tuple(tones(active(each), TONES) for each in partitions))


def by_answer(partitions: Sequence[PlanePartition], labels: Sequence[str]) -> Shading:
    """A colour for each answer, the one with the largest area first, in the strengths of ``by_activity``.

    There are six colours; further answers share a grey.
    """
    areas = sum(np.bincount(each.answer, each.area, len(labels)) for each in partitions if each.answer is not None)
    given = [int(k) for k in np.argsort(-np.asarray(areas), kind="stable") if np.asarray(areas)[k] > 0]
    named, rest = given[: len(QUALITATIVE)], given[len(QUALITATIVE) :]
    shades = [shade for k, colour in zip(named, QUALITATIVE, strict=False) for shade in scale(colour, TONES, labels[k])]
    shades += scale(OTHER, TONES, "another answer") if rest else []
    legend = [(labels[k], TONES * index + TONES - 2) for index, k in enumerate(named)]
    legend += [("another answer", TONES * len(named) + TONES - 2)] if rest else []
    place = np.full(len(labels), len(named))
    place[named] = np.arange(len(named))
    regions = [TONES * place[each.answer] + tones(active(each), TONES) for each in partitions]
    return Shading(tuple(shades), tuple(legend), tuple(regions))


def together(first: Shading, second: Shading) -> Shading:
    """One list of colours for the partitions of both."""
    shift = len(first.shades)
    return Shading(
        (*first.shades, *second.shades),
        (*first.legend, *((words, index + shift) for words, index in second.legend)),
        (*first.regions, *(each + shift for each in second.regions)),
    )
