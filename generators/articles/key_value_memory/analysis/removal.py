"""What the network says without one of its memories.

A memory is silenced at every token of a text. Its control takes away as long a vector of random direction, as many
times: as much change, in another direction.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.func import jvp
from torch.nn.functional import cross_entropy, normalize

from generators.articles.key_value_memory.analysis.anatomy import Anatomy, MemoryLayer
from generators.articles.key_value_memory.analysis.hooks import changed, logits, residuals, without
from generators.articles.key_value_memory.analysis.reading import Read
from generators.datasets.corpus import Corpus
from generators.networks import Network
from generators.progress import report

TOKENS_AT_ONCE = 4096


@dataclass(frozen=True)
class Texts:
    """The strongest texts of some memories of one layer, the shortest first."""

    row: Tensor
    """int64 (n,), which of the memories that were asked for each is of."""
    rank: Tensor
    """int64 (n,), 0 for the memory's strongest text."""
    memory: Tensor
    """int64 (n,)"""
    place: Tensor
    """int64 (n,)"""
    activation: Tensor
    """float (n,), as the network has it: where the memory was turned, negative."""


@dataclass(frozen=True)
class Answer:
    """What the network says after each of some texts."""

    log_p: Tensor
    """float (n,), the logarithm of the probability of the token that follows."""
    said: Tensor
    """int64 (n,), the likeliest token."""


@dataclass(frozen=True)
class Effects:
    """What happens after the strongest texts of memories when each is silenced."""

    texts: Texts
    before: Answer
    after: Answer
    random: Answer
    correlation: float
    """Of what happens to the logits with what the projection says will, mean over the memories' strongest texts."""
    correlation_control: float
    """The same with the projection of another memory, that of the text before, where that is of another."""

    def rises(self, random: bool = False) -> Tensor:
        """How much the loss rises, in nats, mean over each memory's texts: float64 (m,)."""
        changed = self.random if random else self.after
        rise = (self.before.log_p - changed.log_p).double()
        n = int(self.texts.row.max()) + 1
        total = torch.zeros(n).double().index_add(0, self.texts.row, rise)
        count = self.texts.row.bincount(minlength=n)
        return (total / count)[count > 0]


def texts_of(read: Read, memories: np.ndarray, rows: np.ndarray, n: int, length: int) -> Texts:
    """List the ``n`` strongest texts of each memory of some ``rows``, as far as there are so many."""
    places = torch.full((len(memories), n), -1)
    places[rows] = read.place.cpu()[torch.from_numpy(memories[rows]), :n]
    row, rank = (places >= 0).nonzero(as_tuple=True)
    order = (places[row, rank] % length).argsort(stable=True)
    row, rank = row[order], rank[order]
    memory = torch.from_numpy(memories)[row]
    activation = (read.activation * read.sign[:, None]).cpu()[memory, rank]
    return Texts(row, rank, memory, places[row, rank], activation)


def silence(network: Network, anatomy: Anatomy, index: int, corpus: Corpus, texts: Texts, seed: int) -> Effects:
    """Let the network read each text as it is, without its memory, and with the control instead."""
    layer = anatomy.layers[index]
    values = layer.values()
    away = _random_directions(values, seed)
    answers: dict[str, list[tuple[Tensor, Tensor]]] = {"before": [], "after": [], "random": []}
    correlations: list[Tensor] = []
    for rows, x, y, last in _batches(corpus, texts):
        memory = texts.memory[rows].to(network.device)
        kept: dict[str, Tensor] = {}
        with residuals(network, anatomy) as streams:
            kept["before"] = _after(network, x, last)
            stream = streams.get(anatomy.layers[-1].block or "")
        with without(layer, memory):
            kept["after"] = _after(network, x, last)
        with without(layer, memory, away[memory]):
            kept["random"] = _after(network, x, last)
        for name, said in kept.items():
            log_p = said.log_softmax(1).gather(1, y[:, None].to(said.device))[:, 0]
            answers[name].append((log_p.cpu(), said.argmax(1).cpu()))
        if stream is not None:
            there = stream[torch.arange(len(x)), last].float()
            removed = -texts.activation[rows].to(there)[:, None] * values[memory]
            both = _correlated(anatomy, there, removed, kept["after"] - kept["before"])
            both[memory == memory.roll(1), 1] = torch.nan
            correlations.append(both)
        report(rows.stop, len(texts.place), f"texts without memories of {layer.path}")
    together = {name: Answer(*map(torch.cat, zip(*each, strict=True))) for name, each in answers.items()}
    found = torch.cat(correlations).double().nanmean(0) if correlations else torch.full((2,), torch.nan)
    return Effects(texts, **together, correlation=float(found[0]), correlation_control=float(found[1]))


def _batches(corpus: Corpus, texts: Texts) -> Iterator[tuple[slice, Tensor, Tensor, Tensor]]:
    """Read texts, cut behind the longest of each batch: rows, x (n, t), the token that follows and the last place."""
    begin, position = 0, texts.place % corpus.length
    while begin < len(position):
        most = max(1, TOKENS_AT_ONCE // corpus.length)
        while begin + most < len(position) and (int(position[begin + most]) + 1) * (most + 1) <= TOKENS_AT_ONCE:
            most += 1
        rows = slice(begin, min(begin + most, len(position)))
        x, y = corpus.read((texts.place[rows] // corpus.length).numpy())
        last = position[rows]
        yield rows, x[:, : int(last.max()) + 1], y[torch.arange(len(y)), last], last
        begin = rows.stop


def _after(network: Network, x: Tensor, last: Tensor) -> Tensor:
    """The logits after each text, float (n, n_tokens)."""
    return logits(network, x)[torch.arange(len(x)), last].float()


def _random_directions(values: Tensor, seed: int) -> Tensor:
    """Draw for each value a vector as long, of random direction."""
    drawn = torch.randn(values.shape, generator=torch.Generator().manual_seed(seed)).to(values)
    return normalize(drawn, dim=1) * values.norm(dim=1, keepdim=True)


def _correlated(anatomy: Anatomy, stream: Tensor, removed: Tensor, change: Tensor) -> Tensor:
    """Correlate changes of logits (n, n_tokens) with those that the projection foresees, and with their neighbours':
    float (n, 2).

    What is ``removed`` (n, d) from the last residual ``stream`` (n, d) changes, to first order, what the final norm
    gives, and so the logits; that later layers see the change too is what the projection leaves out.
    """
    assert anatomy.head is not None
    through = jvp(anatomy.norm, (stream,), (removed,))[1]
    foreseen = through @ anatomy.head.T
    return torch.stack([_pearson(foreseen, change), _pearson(foreseen.roll(1, 0), change)], 1)


def _pearson(a: Tensor, b: Tensor) -> Tensor:
    """Correlate row with row, float (n,); NaN where one does not vary."""
    a, b = (each.double() - each.double().mean(1, keepdim=True) for each in (a, b))
    return (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))


def over_text(
    network: Network, anatomy: Anatomy, index: int, held_out: Corpus, memories: np.ndarray, seed: int
) -> tuple[Tensor, Tensor]:
    """How much the loss of held-out text rises, in nats a token, without each of ``memories`` (m,) and with its
    control: float64 (m,) each."""
    layer = anatomy.layers[index]
    away = _random_directions(layer.values(), seed)
    x, y = held_out.read(held_out.chosen)
    base = _loss(network, x, y)
    rises: list[tuple[float, float]] = []
    for memory in memories.tolist():
        changes = (None, away[memory])
        silenced, control = (_loss(network, x, y, _one(layer, memory, instead)) for instead in changes)
        rises.append((silenced - base, control - base))
    both = torch.tensor(rises).double()
    return both[:, 0], both[:, 1]


def over_text_whole(network: Network, anatomy: Anatomy, index: int, held_out: Corpus, seed: int) -> tuple[float, float]:
    """How much the loss of held-out text rises, in nats a token, without any memory of a layer; and when every key
    writes another's value, dealt out by lot."""
    layer = anatomy.layers[index]
    dealt = torch.randperm(layer.n_memories, generator=torch.Generator().manual_seed(seed)).to(network.device)
    x, y = held_out.read(held_out.chosen)
    base = _loss(network, x, y)
    silent = _loss(network, x, y, lambda _n: changed(layer, torch.zeros_like))
    confused = _loss(network, x, y, lambda _n: changed(layer, lambda activation: activation[..., dealt]))
    return silent - base, confused - base


Change = Callable[[int], AbstractContextManager[None]]
"""What is done to the network while it reads a batch of so many windows."""


def _one(layer: MemoryLayer, memory: int, instead: Tensor | None) -> Change:
    """Silence one memory in every row, or its control."""
    device = layer.value.weight.device
    return lambda n: without(
        layer, torch.full((n,), memory, device=device), None if instead is None else instead.expand(n, -1)
    )


def _loss(network: Network, x: Tensor, y: Tensor, change: Change = lambda _n: nullcontext()) -> float:
    """Mean loss of windows (n, t) under a change."""
    total, size = 0.0, max(1, TOKENS_AT_ONCE // x.shape[1])
    for tokens, following in zip(x.split(size), y.split(size), strict=True):
        with change(len(tokens)):
            said = logits(network, tokens).flatten(0, 1).double()
        total += float(cross_entropy(said, following.flatten().to(said.device), reduction="sum"))
    return total / y.numel()
