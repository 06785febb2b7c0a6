"""What is true of inverse sets where the generator is the renderer that made the data: it names every factor.

A learned generator's sets stand beside them, at the same intervals of activations.
"""

from dataclasses import dataclass

import numpy as np

from generators.articles.inverse_set.results.gallery import Neuron

OF_RANGE = "of its range"
"""The unit of a colour's brightness and warmth: −1 and 1 are the ends of what its class allows."""
UPRIGHT = 0.04
"""A set that leans less than this is said to keep to the middle or to both ends."""


@dataclass(frozen=True)
class Compared:
    """One interval: the set by classes, exact and as the learned generator has it.

    Without a learned generator its arrays are empty and its numbers NaN.
    """

    name: str
    low: float
    high: float
    n: int
    """Draws of the exact prior that lie in it, all of them looked at."""
    learned_n: int
    """Of as many draws of the learned generator, those that do."""
    classes: np.ndarray
    """float64[classes], share of the set in each class; the prior gives each the same."""
    learned_classes: np.ndarray
    """float64[classes], the same by the class that the learned generator's codes ask for most."""
    total_variation: float
    """Half the sum of the differences between the two."""
    total_variation_chance: float
    """What two draws of the exact set, with as many members, differ by at most in 95 of 100."""
    strange: float
    """Share of the learned set that is farther from the exact set, as the encoder sees it, than 95 in 100 of its own
    members: what the learned generator shows and the truth has not."""
    missed: float
    """Share of the exact set that is as far from the learned set: what it does not show; chance alone gives 0.05."""


@dataclass(frozen=True)
class FactorShift:
    """One factor of one class, inside a neuron's set and under the prior."""

    factor: str
    """A colour gives two: how bright and how warm, of what its class allows."""
    unit: str
    edges: np.ndarray
    """float64[bins + 1], values of the factor between which the prior has even shares; of one in whole numbers each
    number has its own bin."""
    inside: np.ndarray
    """int64[bins], members of the set."""
    prior: np.ndarray
    """float64[bins], the share that the prior has there, by its own law."""
    lean: float
    """Mean rank of the members among the prior's draws, less a half: from −0.5, all at the lower end, to 0.5."""
    ks: float
    """Kolmogorov–Smirnov distance of the set's factor from the prior's law."""
    ks_chance: float
    """What the largest over all the class's factors is at most in 95 of 100 for as many draws of the prior."""

    @property
    def ends(self) -> tuple[str, str]:
        """What lies at either end: the two things of a choice, the numbers of a count, else the values."""
        low, high = float(self.edges[0]), float(self.edges[-1])
        if self.unit.startswith("0 "):
            first, _, second = self.unit.removeprefix("0 ").partition(", 1 ")
            return first, second
        if self.unit.startswith("whole"):
            return f"{low + 0.5:.0f}", f"{high - 0.5:.0f}"
        if self.unit == OF_RANGE:
            return ("dark", "bright") if self.factor.endswith("brightness") else ("cool", "warm")
        return f"{low:.2g}".replace("-", "−"), f"{high:.2g}".replace("-", "−")

    @property
    def said(self) -> str:
        """Where the set lies among the prior's values, in words."""
        if self.ks <= self.ks_chance:
            return "no more off than chance"
        outer = float(self.inside[0] + self.inside[-1]) / float(self.inside.sum())
        if abs(self.lean) < UPRIGHT and len(self.inside) > 2:
            return "the middle of its range" if outer < 2 / len(self.inside) else "both ends of its range"
        return f"towards {self.ends[self.lean > 0]}"


@dataclass(frozen=True)
class Attribute:
    """Something measured on any picture, such as its brightness, so that both generators can be compared."""

    name: str
    unit: str
    prior: np.ndarray
    """float64[k], quantiles under the exact prior, evenly spaced from the least to the largest."""
    inside: np.ndarray
    """float64[k], in the exact set."""
    learned_prior: np.ndarray
    """float64[k], under the learned generator's prior; empty without one, as is ``learned``."""
    learned: np.ndarray
    """float64[k], in its set; empty where it has no member."""


@dataclass(frozen=True)
class Told:
    """What is true of one neuron, and what a learned generator would have shown."""

    neuron: Neuron
    sets: tuple[Compared, ...]
    """The weaker interval first."""
    attributes: tuple[Attribute, ...]
    """Of the last of ``sets``."""
    main_class: int
    """The most frequent class of that set."""
    low: float
    high: float
    """The interval in which that class's factors are looked at: what a tenth of its draws reach."""
    n: int
    """Members in it."""
    shifts: tuple[FactorShift, ...]
    """All of the class's factors, the most shifted first."""


@dataclass(frozen=True)
class Truth:
    """Each neuron shown."""

    network: str
    classes: tuple[str, ...]
    generator: str
    learned: str
    """The learned generator's name, empty without one."""
    n_draws: int
    """Draws of either prior."""
    n_class_draws: int
    """More draws of each main class, among which its factors are looked at."""
    told: tuple[Told, ...]
    refused: tuple[str, ...]
    """One sentence for each neuron of which nothing can be told."""
    angle_class: str
    """A class of straight edges whose angle the renderer knows, on which the measure of angles was tried."""
    angle_error_degrees: float
    """By how much it is off, at most, for half of that class's pictures; a guess would be off by 45."""
