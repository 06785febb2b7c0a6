"""How a sample stands for its set: holes, copies, what it counts for, and its law of activations."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling.selections import kernel


def fill(e: Tensor, held_out: Tensor) -> tuple[float, float]:
    """Mean and largest distance from members of the set that were held out (m, d) to the nearest of a sample (n, d)."""
    distance = torch.cdist(held_out.double(), e.double()).min(1).values
    return float(distance.mean()), float(distance.max())


def nearest_neighbour(e: Tensor) -> float:
    """Mean distance from one of a sample (n, d) to the nearest other; 0 of a single one."""
    if len(e) < 2:
        return 0.0
    distance = torch.cdist(e.double(), e.double()).fill_diagonal_(torch.inf)
    return float(distance.min(1).values.mean())


def vendi(e: Tensor, width: float) -> float:
    """exp of the entropy of the eigenvalues of the kernel over n: the effective number of different ones in a sample.

    D. Friedman and A. Dieng, "The Vendi score", 2022; between 1 and n.
    """
    values = torch.linalg.eigvalsh(kernel(e, width) / len(e)).clamp(min=1e-12)
    return float(torch.exp(-(values * values.log()).sum()))


def ks(first: np.ndarray, second: np.ndarray) -> float:
    """Kolmogorov and Smirnov's distance: the largest difference between two empirical distribution functions."""
    first, second = np.sort(first), np.sort(second)
    places = np.concatenate([first, second])
    shares = [np.searchsorted(each, places, "right") / len(each) for each in (first, second)]
    return float(np.abs(shares[0] - shares[1]).max())
