"""What one gradient of the published objective costs: from every pair, K at a time, and exactly in linear time."""

from collections.abc import Mapping
from dataclasses import dataclass

PAIRS, CDIST, ONE_BATCH, OURS, K_ROAD = ROADS = (
    "every pair",
    "every pair, cdist",
    "identity, one batch",
    "identity, micro-batches",
    "K at a time",
)
"""The sum as it is written; the same from a matrix of distances; its linear form in one batch and in micro-batches; and
what is asked instead of it, every K against K that are fixed."""


@dataclass(frozen=True)
class Measurement:
    """One road at one size."""

    road: str
    n: int
    """Samples."""
    seconds: float
    """Of the processor, for one gradient of the objective, the best of several tries; of ``K at a time`` for one of
    every K, until there are as many samples."""
    extra_megabytes: float
    """What the process grew by."""


@dataclass(frozen=True)
class Cost:
    """What ``scripts/bench/inverse_set.py --json`` measured."""

    date: str
    """ISO 8601."""
    processor: str
    threads: int
    torch: str
    """Its version."""
    shape: str
    """Generator and network in words."""
    k: int
    micro_batch: int
    measurements: tuple[Measurement, ...]
    gradient_error: float
    """Largest relative difference, over samples, between the gradient of pairs and the linear one, in 64 bits."""
    gradient_error_single: float
    """The same in 32 bits."""
    exponents: Mapping[str, float]
    """Road -> e where seconds grow as n^e, by least squares from ``fitted_from`` samples on."""
    fitted_from: int

    def of(self, road: str) -> tuple[Measurement, ...]:
        """What was measured of a road, in order of n."""
        return tuple(sorted((each for each in self.measurements if each.road == road), key=lambda each: each.n))
