"""What a network's generators make, and how far that is from real pictures."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Made:
    """One generator: some of its pictures, and all of them measured as the network sees them."""

    name: str
    origin: str
    """``exact``: it rendered the data; ``given``: the reader's; ``bundled``; ``fitted``: on the network's pictures."""
    code_size: int
    pictures: np.ndarray
    """uint8[n, height, width, channels]."""
    answer: np.ndarray
    """int64[n], the label that the network finds likeliest."""
    probability: np.ndarray
    """float64[n], what it gives that answer."""
    n: int
    """How many pictures the measures below compare, of each kind."""
    confident: float
    """Share of them of which the network is more than 90 % sure."""
    covered: int
    """Classes that get at least half of their share of those."""
    frechet: float
    """Fréchet distance to real pictures, in what the network's last linear layer reads."""
    nearest: float
    """Mean distance of a generated picture to the nearest real one."""
    nearest_back: float
    """Mean distance of a real picture to the nearest generated one."""


@dataclass(frozen=True)
class Generated:
    """A network's generators, and the same measures of real pictures against other real ones."""

    generators: tuple[Made, ...]
    labels: tuple[str, ...]
    n_classes: int
    confident_real: float
    covered_real: int
    frechet_real: float
    nearest_real: float
