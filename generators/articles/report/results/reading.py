"""How a language model reads text that it never saw: what it gave each token before seeing it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reading:
    """A few passages token by token, and the mean loss at each position over many."""

    tokens: tuple[tuple[str, ...], ...]
    """Passage by passage, what each token says; the first of a passage is only read."""
    probability: np.ndarray
    """float64[passages, tokens], what the network gave each token; NaN for the first."""
    rank: np.ndarray
    """int64[passages, tokens], how many tokens it thought likelier; −1 for the first."""
    expected: tuple[tuple[str, ...], ...]
    """The token it thought likeliest instead, or as well."""
    loss: np.ndarray
    """float64[positions], mean loss in nats over sequences, at each position of the context."""
    half: np.ndarray
    """float64[positions], half of the mean's 95 % interval."""
    n_sequences: int
    chance_loss: float | None
    """Loss of guessing by frequency; ``None`` where it was not measured."""
    floor: float | None
    """The least loss possible, where it is known."""
