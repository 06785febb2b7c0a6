"""The inverse set of a language model's neuron over real text: which contexts bring its activation into an interval.

A sample of the text says which neurons are looked at (``choice.py``) and where their intervals lie
(``intervals.py``). Then all of it is read once, in flat memory: every token is counted, and of each interval some
different contexts are kept, a uniform draw (``pool.py``). Of those the shown ones are chosen so that the network's last
hidden states differ most (the mode of a determinantal process).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling.selections import diverse
from generators.articles.inverse_set.analysis.texts.choice import Sampled, chosen
from generators.articles.inverse_set.analysis.texts.intervals import LEVELS, Intervals, choose
from generators.articles.inverse_set.analysis.texts.pool import Pool, lots, number_ends
from generators.articles.inverse_set.analysis.texts.tally import Tally
from generators.articles.inverse_set.analysis.texts.watching import example, watched
from generators.articles.inverse_set.results.texts import TextInverse, TextLevel, Texts
from generators.datasets.corpus import Corpus, whole
from generators.networks import Network
from generators.progress import report

LETTERS = 48
"""About how many letters of a context are shown, and in ``SHORTEST`` to as many tokens; contexts that differ only
before are the same one."""
SHORTEST = 8


def read_texts(
    network: Network,
    tokens: int,
    sampled: int,
    pool: int,
    n: int,
    tera: float,
    seed: int,
    neurons: Sequence[str] = (),
    layers: Sequence[str] = (),
) -> Texts:
    """Read about so many tokens for ``n`` contexts in each interval of each neuron, chosen among ``pool``.

    Neurons are those named, each ``"layer:index"``, else the most selective of the layers named, else of all.
    ``sampled`` of the tokens say where intervals lie. A large network reads fewer: parameters times tokens are at most
    ``tera`` · 10¹². UsageError where no neuron changes, a layer has no tokens beside neurons, or numbers are infinite.
    """
    affordable = int(tera * 1e12 / max(1, sum(each.numel() for each in network.module.parameters())))
    corpus = whole(network.dataset).some(min(tokens, affordable))
    sample = corpus.some(sampled)
    alive, refused = chosen(network, sample, neurons, layers)
    found = [_Neuron(each, pool) for each in alive]
    w = shown_tokens(network.labels, sample)
    _read(network, corpus, found, w, seed)
    inverses = tuple(each.inverse(corpus, w, n) for each in found)
    return Texts(network.name, network.labels, corpus.n_tokens, sample.n_tokens, inverses, refused)


def shown_tokens(labels: Sequence[str], sample: Corpus) -> int:
    """How many tokens of a text have about ``LETTERS`` letters."""
    tokens = torch.cat([x.flatten() for _, x, _ in sample.batches()])
    letters = sum(len(labels[token]) for token in tokens.tolist())
    return min(LETTERS, max(SHORTEST, round(LETTERS * len(tokens) / max(1, letters))))


class _Neuron:
    """One neuron during the pass."""

    def __init__(self, sampled: Sampled, pool: int) -> None:
        self.sampled, self.silent = sampled, 0
        self.intervals: Intervals = choose(sampled.activation)
        self.tally = Tally(float(sampled.activation.min()), float(sampled.activation.max()))
        self.pools = [Pool(pool) for _ in LEVELS]

    def add(self, read: "_Batch", activation: Tensor, hidden: Tensor) -> None:
        self.tally.add(activation)
        self.silent += int((activation <= self.intervals.silence).sum())
        for pool, low, high in zip(self.pools, self.intervals.low, self.intervals.high, strict=True):
            rows = ((activation >= float(low)) & (activation <= float(high))).nonzero()[:, 0]
            pool.add(rows, read.lot, read.place, read.token, activation, hidden)

    def inverse(self, corpus: Corpus, w: int, n: int) -> TextInverse:
        counts, low, high = self.tally.histogram()
        bounds = zip(LEVELS, self.intervals.low, np.minimum(self.intervals.high, self.tally.largest), strict=True)
        levels = tuple(
            _level(name, float(low), float(high), pool, corpus, w, n)
            for (name, low, high), pool in zip(bounds, self.pools, strict=True)
        )
        about = self.sampled
        return TextInverse(about.layer, about.index, about.selectivity, self.silent, counts.numpy(), low, high, levels)


@dataclass(frozen=True)
class _Batch:
    """What is known of the tokens of a batch (n t,), whatever the network makes of them."""

    lot: Tensor
    place: Tensor
    token: Tensor


def _read(network: Network, corpus: Corpus, neurons: list[_Neuron], w: int, seed: int) -> None:
    """Let the network read the corpus once."""
    done = 0
    with watched(network, [each.sampled.layer for each in neurons], example(corpus)) as run:
        for windows, x, _ in corpus.batches():
            seen = run(x)
            place = torch.from_numpy(windows)[:, None] * corpus.length + torch.arange(corpus.length)
            batch = _Batch(lots(number_ends(x, w), seed).flatten(), place.flatten(), x.flatten())
            for each in neurons:
                activation = seen.layers[each.sampled.layer][:, each.sampled.index].cpu()
                each.add(batch, activation, seen.hidden)
            done += len(x)
            report(done, len(corpus.chosen), "windows read")


def _level(name: str, low: float, high: float, pool: Pool, corpus: Corpus, w: int, n: int) -> TextLevel:
    """Choose the contexts that are shown."""
    shown = diverse(pool.hidden, n) if len(pool.lot) else torch.empty(0, dtype=torch.long)
    shown = shown[pool.activation[shown].argsort(descending=True, stable=True)]
    texts, following = corpus.around(pool.place[shown], w)
    return TextLevel(
        name, low, high, pool.count, len(pool.lot),
        texts=texts.numpy().astype(np.int32),
        following=following.numpy().astype(np.int32),
        activation=pool.activation[shown].double().numpy(),
        spread=spread(pool.hidden[shown]),
        spread_by_lot=spread(pool.hidden),
        distinct_ends=len(pool.token[shown].unique()),
        distinct_ends_by_lot=distinct_by_lot(pool.token, len(shown)),
    )  # fmt: skip


def spread(hidden: Tensor) -> float:
    """Mean distance of all pairs of (p, d), which is also what pairs of so many by lot have on average; 0 for one."""
    return float(torch.pdist(hidden.double()).mean()) if len(hidden) > 1 else 0.0


def distinct_by_lot(token: Tensor, n: int) -> float:
    """How many different tokens n of (p,) have on average: each is missing where all n are of the others."""
    p = len(token)
    others = p - token.unique(return_counts=True)[1].double()  # (distinct,)
    k = torch.arange(n, dtype=torch.float64)
    missing = ((others[:, None] - k).clamp_min(0) / (p - k)).prod(1)
    return float((1 - missing).sum())
