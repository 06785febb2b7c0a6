"""What is left of a memory's activation when a token is taken from the texts that fire it (Geva et al., 2021)."""

import numpy as np
import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis.anatomy import Anatomy
from generators.articles.key_value_memory.analysis.hooks import activations, by_text, run
from generators.articles.key_value_memory.analysis.reading import Read
from generators.datasets.corpus import Corpus
from generators.networks import Network
from generators.progress import report

SHORTEST = 3
"""A text has a token that is neither first nor last."""
ROWS_AT_ONCE = 64

Taken = tuple[float, float, float]


def without_last(read: Read) -> Tensor:
    """Share of the activation that is left without the last token, mean over a memory's texts: float64 (f,)."""
    left = read.before.clamp_min(0).double() / read.activation.double()
    return left.nanmean(1)


def shorten(
    network: Network, anatomy: Anatomy, corpus: Corpus, reads: list[Read], memories: int, texts: int, seed: int
) -> list[Taken]:
    """Take the first token, one by lot between first and last, or the last from ``texts`` of the strongest texts of
    ``memories`` memories of each layer, drawn by lot; return the shares of the activation that are left, by layer."""
    draw, found = np.random.default_rng(seed), []
    for index, read in enumerate(reads):
        report(index, len(reads), "layers with shortened texts")
        alive = np.flatnonzero((read.place[:, 0] >= 0).cpu().numpy())
        chosen = draw.permutation(alive)[:memories]
        rows = [
            (memory, place, float(read.activation[memory, rank]))
            for memory in chosen.tolist()
            for rank, place in enumerate(read.place[memory, :texts].tolist())
            if place >= 0 and place % corpus.length + 1 >= SHORTEST
        ]
        found.append(_shares(network, anatomy, corpus, index, read, rows, draw))
    return found


def _shares(
    network: Network,
    anatomy: Anatomy,
    corpus: Corpus,
    index: int,
    read: Read,
    rows: list[tuple[int, int, float]],
    draw: np.random.Generator,
) -> Taken:
    if not rows:
        return (np.nan, np.nan, np.nan)
    rows = sorted(rows, key=lambda row: row[1] % corpus.length)
    left: list[list[float]] = []
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[begin : begin + ROWS_AT_ONCE]
        lengths = [place % corpus.length + 1 for _, place, _ in part]
        windows, _ = corpus.read(np.array([place // corpus.length for _, place, _ in part]))
        taken = [(0, int(draw.integers(1, n - 1)), n - 1) for n in lengths]
        shares = []
        for which in range(3):
            short = torch.stack([_without(text, gone[which]) for text, gone in zip(windows, taken, strict=True)])
            with activations(anatomy) as seen:
                run(network, short[:, : max(lengths) - 1])
            activation = by_text(seen[index], len(part)).float()
            last = [
                float(activation[k, n - 2, memory] * read.sign[memory])
                for k, (n, (memory, _, _)) in enumerate(zip(lengths, part, strict=True))
            ]
            shares.append([max(0.0, a) / before for a, (_, _, before) in zip(last, part, strict=True)])
        left += list(zip(*shares, strict=True))
    first, lot, last = np.mean(left, 0).tolist()
    return first, lot, last


def _without(text: Tensor, position: int) -> Tensor:
    """Take one token out."""
    return torch.cat([text[:position], text[position + 1 :]])
