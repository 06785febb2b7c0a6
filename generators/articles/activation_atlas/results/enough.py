"""How many pictures are enough: an atlas of fewer beside that of all, on the same regions of the same map."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """What the first n pictures give."""

    n: int
    cells: int
    """Cells with at least 5 activations."""
    per_cell: float
    """Activations in one of these, in the median."""
    cosine: float
    """Centred cosine between a cell's mean of n and of all pictures, in the mean over cells; 1 where n is all, nan
    of fewer than 10 cells."""
    cosine_p10: float
    """Its 10th percentile."""
    apart: float
    """The same between two samples of n that share no picture, the mean over cells that both fill; NaN where there are
    not two."""
    apart_p10: float


@dataclass(frozen=True)
class Layer:
    """One layer of a network."""

    path: str
    samples: tuple[Sample, ...]
    """In order of n."""
    chance: float
    """Centred cosine between the means of two different cells of all pictures, in the mean."""


@dataclass(frozen=True)
class Enough:
    """Samples that contain one another, of some layers."""

    grid: int
    n: int
    """All pictures."""
    layers: tuple[Layer, ...]


def at(layer: Layer, n: int) -> Sample:
    """The sample of a size."""
    return next(sample for sample in layer.samples if sample.n == n)
