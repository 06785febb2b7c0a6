"""Whether groups of positions agree in a label, by voting: each tenth of the windows is guessed from the other nine.

The guess for a position is the most frequent label of its group, or of all where no other window has its group. A
window is in one tenth as a whole: its positions have much in common.
"""

import numpy as np

TENTHS = 10
SHUFFLES = 5


def judged(group: np.ndarray, label: np.ndarray, window: np.ndarray, seed: int) -> tuple[float, float]:
    """Share of positions (m,) whose label is guessed, and the mean share where labels are dealt at random."""
    draw = np.random.default_rng(seed)
    by_lot = [guessed(group, draw.permutation(label), window, seed) for _ in range(SHUFFLES)]
    return guessed(group, label, window, seed), float(np.mean(by_lot))


def guessed(group: np.ndarray, label: np.ndarray, window: np.ndarray, seed: int) -> float:
    """Share of positions (m,) whose label is guessed."""
    groups, labels = (np.unique(each, return_inverse=True)[1] for each in (group, label))
    _, number = np.unique(window, return_inverse=True)
    tenth = np.random.default_rng(seed).permutation(number.max() + 1)[number] % TENTHS
    right = 0
    for held_out in range(min(TENTHS, number.max() + 1)):
        away = tenth == held_out
        guess = _votes(groups[~away], labels[~away], groups.max() + 1)
        right += int((guess[groups[away]] == labels[away]).sum())
    return right / len(group)


def _votes(group: np.ndarray, label: np.ndarray, n_groups: int) -> np.ndarray:
    """The most frequent label of each group, of all for a group without members."""
    table = np.zeros((n_groups, label.max(initial=0) + 1), np.int32)
    np.add.at(table, (group, label), 1)
    return np.where(table.any(1), table.argmax(1), table.sum(0).argmax())
