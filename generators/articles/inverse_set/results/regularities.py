"""What the members of an inverse set have in common: their mean in code space, and the directions they keep to."""

from dataclasses import dataclass

import numpy as np

from generators.articles.inverse_set.results.gallery import Neuron


@dataclass(frozen=True)
class Strip:
    """One direction of code space, found on one half of the set's members and measured on the other; and pictures."""

    name: str
    """``mean``, towards the members' mean; ``direction 1`` and ``direction 2``, along which they vary least; all three
    in the space in which the activation changes most. ``random direction``, by lot, for comparison."""
    parts: tuple[tuple[str, float], ...]
    """The largest parts of the direction, the factor that each number of the code drives and its weight, from −1 to 1;
    empty where the code's numbers have no names."""
    at: np.ndarray
    """float64[k], how far along the pictures' codes are, in deviations of the prior."""
    pictures: np.ndarray
    """uint8[k, height, width, c], of one member whose code is moved along the direction and nowhere else."""
    activation: np.ndarray
    """float64[k]"""
    place: float
    """Where along the direction the members are on average; the prior's draws are at 0."""
    place_chance: float
    """How far from 0 as many draws of the prior are on average, at most, in 95 of 100."""
    variance: float
    """Of the members along the direction, where the prior's is 1."""
    variance_chance: tuple[float, float]
    """Between which it lies in 95 of 100 for as many draws of the prior."""
    slope: float
    """Correlation of the activation with the place along the direction, over draws in and out of the set."""

    @property
    def made_of(self) -> str:
        """Its largest parts in words, such as ``zoom 0.94; stones −0.26``; empty where there are none."""
        return "; ".join(f"{name} {weight:.2f}".replace("-", "−") for name, weight in self.parts)


@dataclass(frozen=True)
class Regularity:
    """One neuron's set at one interval, in one class of the generator."""

    neuron: Neuron
    low: float
    high: float
    """The interval that a tenth of the draws reach."""
    kind: int
    """The generator's class, an index into ``Regularities.classes``; -1 where codes have none."""
    n: int
    """Members."""
    mean_length: float
    """Euclidean norm of the mean of their codes."""
    mean_length_chance: tuple[float, float]
    """Between which it lies in 95 of 100 for as many draws of the prior."""
    n_active: int
    """Of how many directions the space is in which the activation changes most."""
    active_share: float
    """Share of the activation's squared gradients, each made as long as any other, that lies in it."""
    strips: tuple[Strip, ...]


@dataclass(frozen=True)
class Regularities:
    """Each neuron shown."""

    network: str
    generator: str
    classes: tuple[str, ...]
    code_size: int
    n_draws: int
    """Of the class, or of the prior where codes have none, among which the members were found."""
    found: tuple[Regularity, ...]
    refused: tuple[str, ...]
    """One sentence for each neuron that has nothing to show."""
