"""One pass over a corpus: what fires each memory most, how often it fires, and how strongly.

Memory stays flat: of every batch each layer's activations are looked at and let go.
"""

import time
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis.anatomy import Anatomy
from generators.articles.key_value_memory.analysis.hooks import activations, by_text, run
from generators.articles.key_value_memory.analysis.strongest import Spread, Strongest
from generators.datasets.corpus import Corpus
from generators.errors import UsageError
from generators.networks import Network
from generators.progress import report

FACTOR = 6364136223846793005
"""Of the congruential generator of Knuth's MMIX; numbers of texts are taken modulo 2^64."""


@dataclass(frozen=True)
class Read:
    """What one pass found of one layer, by memory; behind a gate each is turned so that it is largest above zero."""

    sign: Tensor
    """float (f,), 1 or -1: what activations and values were multiplied by."""
    activation: Tensor
    """float (f, k), of its strongest texts, descending; 0 where there are fewer."""
    place: Tensor
    """int64 (f, k), of the tokens that fire it; -1 where there are fewer."""
    before: Tensor
    """float (f, k), the activation one token earlier; NaN where there is none."""
    n_active: Tensor
    """int64 (f,), how many tokens give it an activation above zero."""
    histogram: Tensor
    """int64 (f, bins)"""
    low: Tensor
    high: Tensor
    n_tokens: int
    seconds: float
    """CPU seconds of the pass, of all layers together."""


def read(network: Network, anatomy: Anatomy, corpus: Corpus, k: int) -> list[Read]:
    """Let the network read the corpus once; keep each memory's ``k`` strongest texts. UsageError for numbers that are
    not finite."""
    kept = [_Layer(layer.n_memories, layer.is_signed, k, network.device) for layer in anatomy.layers]
    began, done = time.process_time(), 0
    with activations(anatomy) as found:
        for windows, x, _ in corpus.batches():
            run(network, x)
            first = torch.from_numpy(windows * corpus.length).to(network.device)
            texts = number_texts(x).to(network.device)
            for layer, each, activation in zip(anatomy.layers, kept, found, strict=True):
                if not torch.isfinite(activation.sum(dtype=torch.float32)):
                    raise UsageError(
                        f"network {network.name!r} has activations before {layer.path!r} that are no finite numbers, "
                        f"in window {windows[0] + 1:,} of its text or after: expected numbers that can be compared"
                    )
                each.add(by_text(activation, len(x)).float(), first, texts)
            done += len(x)
            report(done, len(corpus.chosen), "windows read")
    seconds = time.process_time() - began
    return [each.finished(corpus.n_tokens, seconds) for each in kept]


def number_texts(x: Tensor) -> Tensor:
    """Give each beginning of each window (n, t) a number, int64 (n, t), that equal beginnings share."""
    number = torch.full((len(x),), x.shape[1], dtype=torch.long)
    numbers = torch.empty_like(x)
    for t in range(x.shape[1]):
        number = number * FACTOR + x[:, t] + 1
        numbers[:, t] = number
    return numbers


class _Layer:
    """One layer's memories during the pass; behind a gate each is kept as it is, and as its opposite."""

    def __init__(self, n_memories: int, is_signed: bool, k: int, device: str) -> None:
        self.n, self.is_signed = n_memories, is_signed
        self.strongest = Strongest(n_memories * (1 + is_signed), k, device)
        self.spread = Spread(n_memories, is_signed, device)
        self.n_above = torch.zeros(n_memories, dtype=torch.long, device=device)

    def add(self, activation: Tensor, first: Tensor, texts: Tensor) -> None:
        both = torch.cat([activation, -activation], 2) if self.is_signed else activation
        self.strongest.add(both, first, texts)
        rows = activation.flatten(0, 1)
        self.spread.add(rows)
        self.n_above += (rows > 0).sum(0)

    def finished(self, n_tokens: int, seconds: float) -> Read:
        value, place, before = self.strongest.value, self.strongest.place, self.strongest.before
        counts, low, high = self.spread.counts, self.spread.low, self.spread.high
        sign, n_active = torch.ones(self.n, device=value.device), self.n_above
        if self.is_signed:
            turned = value[self.n :, 0] > value[: self.n, 0]
            sign[turned] = -1
            choose = torch.arange(self.n, device=value.device) + turned * self.n
            value, place, before = value[choose], place[choose], before[choose]
            n_active = torch.where(turned, counts[:, : counts.shape[1] // 2].sum(1), n_active)
            counts = torch.where(turned[:, None], counts.flip(1), counts)
        return Read(sign, value, place, before, n_active, counts, low, high, n_tokens, seconds)
