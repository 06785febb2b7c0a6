"""The lines of the plane on which neurons with two inputs give 0: ``w · x + b = 0``."""

import numpy as np


def draw(seed: int, n_neurons: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw weight[n, 2] and bias[n] as PyTorch does for a layer with two inputs: uniform between ∓1/√2."""
    drawn = np.random.default_rng(seed).uniform(-1, 1, (n_neurons, 3)) / np.sqrt(2)
    return drawn[:, :2], drawn[:, 2]


def crossings(weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Where each two of the lines cross: float64[n (n - 1) / 2, 2], by Cramer's rule; not finite where parallel."""
    i, j = np.triu_indices(len(bias), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        met = np.stack(
            [weight[i, 1] * bias[j] - weight[j, 1] * bias[i], weight[j, 0] * bias[i] - weight[i, 0] * bias[j]]
        )
        return (met / (weight[i, 0] * weight[j, 1] - weight[i, 1] * weight[j, 0])).T


def border_ends(weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Where the lines pass the border of the square from -1 to 1: float64[…, 3], the line and the place."""
    found = []
    for axis in (0, 1):
        for side in (-1.0, 1.0):
            with np.errstate(divide="ignore", invalid="ignore"):
                along = -(bias + weight[:, axis] * side) / weight[:, 1 - axis]
            k = np.flatnonzero(np.abs(along) <= 1)
            place = np.empty((len(k), 2))
            place[:, axis], place[:, 1 - axis] = side, along[k]
            found.append(np.column_stack([k, place]))
    return np.concatenate(found)


def room(weight: np.ndarray, bias: np.ndarray) -> float:
    """The least distance in the square from a crossing or a line's end to another line, the border or a corner."""
    met = crossings(weight, bias)
    met = met[(np.abs(met) < 1).all(1)]
    ends = border_ends(weight, bias)[:, 1:]
    away = np.sort(np.abs(np.concatenate([met, ends]) @ weight.T + bias) / np.linalg.norm(weight, axis=1), axis=1)
    return float(min(
        away[: len(met), 2].min(initial=1),
        away[len(met) :, 1].min(initial=1),
        (1 - np.abs(met)).min(initial=1),
        (1 - np.abs(ends).min(1)).min(initial=1),
    ))  # fmt: skip
