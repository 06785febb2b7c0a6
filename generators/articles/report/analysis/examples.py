"""Pick the pictures that a report shows: by lot, so that they are typical, and mistakes, the surest first."""

import numpy as np
from torch import Tensor
from torch.nn.functional import interpolate

from generators.articles.report.analysis.answers import EXAMPLES_AT_MOST, answers, truth
from generators.articles.report.results.examples import Examples
from generators.networks import Network

LARGEST_PX = 96
"""Larger pictures are shown smaller."""


def pick(network: Network, by_lot: int, mistakes: int, classes: int, seed: int) -> Examples:
    """Draw ``by_lot`` pictures of each class, then add its surest mistakes; of evenly spread classes where many."""
    y, p = truth(network), answers(network)
    answer, random = p.argmax(1), np.random.default_rng(seed)
    there = np.unique(y)
    shown = there[np.unique(np.linspace(0, len(there) - 1, min(classes, len(there))).round().astype(int))]
    index, lot = [], []
    for label in shown:
        drawn, wrong = _of_class(np.flatnonzero(y == label), answer != y, p.max(1), by_lot, mistakes, random)
        index += [*drawn, *wrong]
        lot += [True] * len(drawn) + [False] * len(wrong)
    chosen = np.array(index, dtype=np.int64)
    return Examples(
        pictures=pictures(network.dataset.test.x[:EXAMPLES_AT_MOST], chosen, network.dataset.mean, network.dataset.std),
        index=chosen,
        truth=y[chosen].astype(np.int64),
        answer=answer[chosen].astype(np.int64),
        probability=p[chosen, answer[chosen]].astype(np.float64),
        by_lot=np.array(lot),
        labels=network.labels,
        n_classes=len(network.labels),
        n_examples=len(y),
        n_wrong=int((answer != y).sum()),
    )


def _of_class(
    mine: np.ndarray, wrong: np.ndarray, sure: np.ndarray, by_lot: int, mistakes: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw some of a class in their own order; of the rest, take what the network is most surely wrong about."""
    drawn = np.sort(random.choice(mine, min(by_lot, len(mine)), replace=False))
    rest = np.setdiff1d(mine[wrong[mine]], drawn)
    return drawn, rest[np.argsort(-sure[rest], kind="stable")][:mistakes]


def pictures(x: Tensor, index: np.ndarray, mean: tuple[float, ...], std: tuple[float, ...]) -> np.ndarray:
    """Undo the preprocessing of some of ``x`` (n, channels, height, width); levels are stretched over all of ``x``."""
    channels = x.shape[1]
    scale, offset = (
        x.new_tensor(values).reshape(-1, 1, 1).expand(channels, 1, 1) for values in (std or (1,), mean or (0,))
    )
    axes = (0, 2, 3)
    low, high = (
        (x.amin(axes)[:, None, None] * scale + offset).min(),
        (x.amax(axes)[:, None, None] * scale + offset).max(),
    )
    shown = (x[index] * scale + offset - low) / (high - low).clamp(min=1e-12)
    if max(shown.shape[2:]) > LARGEST_PX:
        factor = LARGEST_PX / max(shown.shape[2:])
        shown = interpolate(shown, scale_factor=factor, mode="bilinear", antialias=True)
    if channels not in (1, 3):
        shown = shown.mean(1, keepdim=True)
    return (shown.clamp(0, 1) * 255).round().byte().movedim(1, -1).contiguous().numpy()
