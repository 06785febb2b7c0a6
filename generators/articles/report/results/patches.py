"""What a small patch in a corner makes of pictures of one class."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Worn:
    """Pictures that the network names rightly, with patches on, and its answers."""

    source: str
    """The class of the pictures."""
    target: str
    """The class whose mark one of the patches is."""
    kinds: tuple[str, ...]
    sizes: np.ndarray
    """int64[sizes], sides of the patches in pixels."""
    n: int
    """Pictures, each with a patch of its own."""
    share: np.ndarray
    """float64[kinds, sizes], the share that is called ``target``, patched in a fixed corner, in the mean of four."""
    low: np.ndarray
    """float64[kinds, sizes], the lower end of its 95 % interval over pictures."""
    high: np.ndarray
    shown_size: int
    """The side of the patches that are shown."""
    pictures: np.ndarray
    """uint8[1 + kinds, shown, height, width, 3]: bare, then with a patch of each kind in the upper left corner."""
    answer: np.ndarray
    """int64[1 + kinds, shown]."""
    labels: tuple[str, ...]
