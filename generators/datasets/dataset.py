"""Dataset and Split: inputs as a network takes them, and as a person reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch

    from generators.datasets.examples import Examples


@dataclass(frozen=True, eq=False)
class Split:
    """One part of a data set."""

    x: torch.Tensor
    """float32, preprocessed; the first axis counts examples. Text: int64, the tokens (n, T)."""
    y: torch.Tensor
    """int64, the index of each example's label. Text: the token (n, T) that follows each of x."""
    raw: np.ndarray
    """The same examples in the units they were measured in: centimetres, ink from 0 to 16, tokens."""

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Examples to learn from and examples held out; ``x = (raw - mean) / std``, feature by feature."""

    name: str
    train: Split
    test: Split
    labels: tuple[str, ...]
    """What each answer means; of text, what each token says."""
    features: tuple[str, ...]
    """What each number of a raw example is, with its unit; empty for pictures."""
    mean: tuple[float, ...]
    std: tuple[float, ...]
    examples: Examples | None = None
    """The whole collection, read as it is asked for; ``None`` where ``train`` and ``test`` are all there is."""
    floor: float | None = None
    """The least loss that any network can reach, in nats for each answer, where it is known."""
    white: float = 1.0
    """Of pictures: what ``raw`` is where they are brightest; black is 0."""

    @property
    def chance(self) -> float:
        """Held-out accuracy of always giving the answer that is most frequent among the other examples, if any."""
        known = self.train.y if len(self.train) else self.test.y
        favourite = int(known.flatten().bincount().argmax())
        return float((self.test.y == favourite).double().mean())
