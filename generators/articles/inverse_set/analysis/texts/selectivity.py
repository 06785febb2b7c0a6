"""How much of a neuron's activation the token at which it is read decides.

That is the share of its variance between tokens (the correlation ratio η², K. Pearson, 1905), less what as many groups
would explain by chance (ε², T. Kelley, 1935), measured on the tokens that are frequent in a sample.
"""

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.texts.watching import example, watched
from generators.datasets.corpus import Corpus
from generators.networks import Network
from generators.progress import report

OFTEN, GROUPS = 8, 512
"""How often a token comes that is a group of its own, and how many groups there are at most."""


def selectivities(network: Network, corpus: Corpus, paths: Iterable[str]) -> dict[str, np.ndarray]:
    """Measure each neuron of some layers: path -> float64 (f,), NaN where nothing varies or no token is frequent."""
    group, n_groups = _groups(corpus)
    ratios = {path: Ratio(n_groups) for path in paths}
    with watched(network, ratios, example(corpus)) as run:
        done = 0
        for _, x, _ in corpus.batches():
            of = group[x.flatten()]
            for path, activation in run(x).layers.items():
                ratios[path].add(activation, of.to(activation.device))
            done += len(x)
            report(done, len(corpus.chosen), "windows sampled")
    return {path: each.explained() for path, each in ratios.items()}


def _groups(corpus: Corpus) -> tuple[Tensor, int]:
    """Number the frequent tokens: token -> group, int64 (tokens,), -1 for others."""
    counts = torch.cat([x.flatten() for _, x, _ in corpus.batches()]).bincount()
    frequent = counts.argsort(descending=True, stable=True)[:GROUPS]
    frequent = frequent[counts[frequent] >= OFTEN]
    group = torch.full_like(counts, -1)
    group[frequent] = torch.arange(len(frequent))
    return group, len(frequent)


class Ratio:
    """The share of the variance of many columns that lies between groups of rows, which come a few at a time."""

    def __init__(self, n_groups: int) -> None:
        self.n_groups = n_groups
        self.n = self.sums = self.squares = torch.zeros(())

    def add(self, rows: Tensor, group: Tensor) -> None:
        """Take in rows (n, f) of groups int64 (n,); those of group -1 are left out."""
        if self.n.ndim == 0:
            self.n = rows.new_zeros(self.n_groups)
            self.sums, self.squares = (
                rows.new_zeros(self.n_groups, rows.shape[1]),
                rows.new_zeros(rows.shape[1]).double(),
            )
        rows, group = rows[group >= 0], group[group >= 0]
        self.n.index_add_(0, group, torch.ones_like(group, dtype=rows.dtype))
        self.sums.index_add_(0, group, rows)
        self.squares += rows.double().square().sum(0)

    def explained(self) -> np.ndarray:
        """ε² of each column, float64 (f,): 1 − (n − 1) / (n − g) of the share of variance within groups."""
        n, g = float(self.n.sum()), self.n_groups
        if not n > g > 1:
            return np.full(self.squares.shape, np.nan)
        sums = self.sums.double()
        around = sums.sum(0).square() / n
        whole = self.squares - around
        within = self.squares - (sums.square() / self.n[:, None]).sum(0)
        varies = whole > 1e-9 * self.squares
        share = torch.where(varies, within / whole.clamp_min(1e-300), torch.nan)
        return (1 - (n - 1) / (n - g) * share).cpu().numpy()


def best(selectivity: np.ndarray, n: int) -> np.ndarray:
    """The most selective of one layer (f,), at most ``n`` and those that can be told."""
    order = np.argsort(-selectivity, kind="stable")  # NaN is last
    return order[np.isfinite(selectivity[order])][:n]
