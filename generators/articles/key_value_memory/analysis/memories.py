"""Read everything that Series 2 says of a language model's memories."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis import anatomy as anatomies
from generators.articles.key_value_memory.analysis.agreement import (
    against,
    agreed,
    agreement,
    purity,
    purity_by_lot,
    usual,
)
from generators.articles.key_value_memory.analysis.anatomy import Anatomy, MemoryLayer
from generators.articles.key_value_memory.analysis.clearness import clearest, clearness
from generators.articles.key_value_memory.analysis.outputs import Outputs, cosines, look
from generators.articles.key_value_memory.analysis.projection import likeliest
from generators.articles.key_value_memory.analysis.reading import Read, read
from generators.articles.key_value_memory.analysis.removal import (
    Effects,
    over_text,
    over_text_whole,
    silence,
    texts_of,
)
from generators.articles.key_value_memory.analysis.shortening import Taken, shorten, without_last
from generators.articles.key_value_memory.results.memories import Agreement, Layer, Memories, Removal, Shown
from generators.datasets.corpus import Corpus, held_out, whole
from generators.networks import Network

PROMOTED, SUPPRESSED = 8, 4
LOT_TOKENS = 100_000
"""Of how many tokens the frequencies are known that purity is compared with."""
TEXT_TOKENS = 12
"""How many tokens of a text are shown."""


@dataclass(frozen=True)
class Amount:
    """How much is looked at."""

    tokens: int
    """Of the corpus, by the pass."""
    k: int
    """Strongest texts that are kept of each memory."""
    sampled: int
    """Tokens whose layer outputs are looked at."""
    deals: int
    """How often values are dealt out anew."""
    shown: int
    """Memories of all layers together."""
    texts: int
    """Of each that are shown."""
    without: int
    """Of those, how many are read without the memory."""
    by_lot: int
    """Memories of each layer that are removed from held-out text, or whose texts are shortened."""
    windows: int
    """Of held-out text."""
    tera: float
    """Parameters of the network times tokens that it may read, for each of the parts above, in 10^12."""


def affordable(much: Amount, n_parameters: int, n_head: int, n_layers: int, length: int) -> tuple[Amount, int, int]:
    """Cut down what would be too much for a large network, and say of how many memories of each layer texts are read
    without them, and how many texts of a memory are shortened.

    Where a layer's output is looked at, the head of ``n_head`` weights reads it out twice: the layer's own, and the
    stream after it.
    """
    tokens = int(much.tera * 1e12 / n_parameters)
    looked_at = int(much.tera * 1e12 / (n_parameters + 2 * n_layers * n_head))
    by_lot = min(much.by_lot, max(1, tokens // (2 * n_layers * length)))
    less = replace(
        much,
        tokens=min(much.tokens, tokens),
        sampled=min(much.sampled, looked_at),
        by_lot=by_lot,
        windows=min(much.windows, max(1, tokens // (2 * by_lot * n_layers * length))),
    )
    n_shortened = min(much.texts, max(1, tokens // (3 * by_lot * n_layers * length)))
    return less, max(1, tokens // (3 * much.without * n_layers * length)), n_shortened


def read_memories(network: Network, seed: int, **amount: Any) -> Memories:
    """Let a network read its corpus and its held-out text; of ``Amount``, a large one reads what is ``affordable``.

    UsageError where it has no memories, or numbers that are not finite.
    """
    data = network.dataset
    anatomy = anatomies.find(network)
    if anatomy.head is not None:
        anatomy = _reading_out(anatomy, anatomy.head, len(network.labels))
    n_parameters = sum(each.numel() for each in network.module.parameters())
    corpus = whole(data)
    n_head = 0 if anatomy.head is None else anatomy.head.numel()
    much, n_silenced, n_shortened = affordable(
        Amount(**amount), n_parameters, n_head, len(anatomy.layers), corpus.length
    )
    corpus = corpus.some(much.tokens)
    reads = read(network, anatomy, corpus, much.k)
    outputs = look(network, anatomy, held_out(data).some(much.sampled), [each.sign for each in reads])
    shortened = [(np.nan,) * 3] * len(reads)
    if anatomy.head is not None:
        shortened = shorten(network, anatomy, corpus, reads, much.by_lot, n_shortened, seed)
    lot = torch.cat([x.flatten() for _, x, _ in corpus.some(LOT_TOKENS).batches()])
    frequency = lot.bincount(minlength=max(len(network.labels), int(lot.max()) + 1)).double() / len(lot)
    known = [_Known(anatomy, layer, each, corpus, frequency) for layer, each in zip(anatomy.layers, reads, strict=True)]
    chosen = clearest([each.clearness for each in known], much.shown)
    layers = []
    for index, (mine, (memories, order)) in enumerate(zip(known, chosen, strict=True)):
        effects = removal = None
        if anatomy.head is not None and (mine.following[memories, 0] >= 0).any():
            clear = np.argsort(order)[:n_silenced]
            texts = texts_of(mine.read, memories, clear, much.without, corpus.length)
            effects = silence(network, anatomy, index, corpus, texts, seed + index)
            removal = _removal(network, anatomy, index, effects, mine, much, seed)
        shown = _shown(anatomy, mine, corpus, memories, order, much, effects)
        layers.append(_layer(anatomy, mine, outputs[index], removal, shortened[index], shown, much, seed))
    return Memories(
        tokens=network.labels,
        layers=tuple(layers),
        n_tokens=corpus.n_tokens,
        context=corpus.length,
        k=much.k,
        purity_chance=purity_by_lot(lot, much.k, seed),
        n_sampled=outputs[0].n,
        n_deals=much.deals,
        has_head=anatomy.head is not None,
        is_tied=anatomy.is_tied,
        loss=network.quality.get("loss"),
        seconds=reads[0].seconds,
    )


def _reading_out(anatomy: Anatomy, head: Tensor, n_tokens: int) -> Anatomy:
    """Read out in float32, whatever the network calculates in, and no outputs that no token has."""
    bias = None if anatomy.head_bias is None else anatomy.head_bias[:n_tokens].float()
    norm = anatomy.norm
    return replace(anatomy, head=head[:n_tokens].float(), head_bias=bias, norm=lambda x: norm(x.to(head.dtype)).float())


class _Known:
    """One layer after the pass: its texts as tokens, its values as they are turned, and what those say."""

    def __init__(self, anatomy: Anatomy, layer: MemoryLayer, found: Read, corpus: Corpus, frequency: Tensor) -> None:
        self.layer, self.read = layer, found
        self.values = layer.values().float() * found.sign[:, None]
        last, self.following = corpus.around(found.place.cpu(), 1)
        self.last = last[..., 0]
        self.likeliest = likeliest(anatomy, self.values)[1][:, 0].cpu() if anatomy.head is not None else None
        self.last_purity, self.next_purity = purity(self.last).numpy(), purity(self.following).numpy()
        nothing = torch.full((layer.n_memories,), torch.nan)
        self.agreed = (nothing if self.likeliest is None else agreed(self.likeliest, self.following)).double().numpy()
        self.agrees = self.agreed > 0 if self.likeliest is None else (self.following[:, 0] == self.likeliest).numpy()
        self.n_texts = (self.last >= 0).sum(1).numpy()
        self.clearness = clearness(
            self.n_texts / self.last.shape[1],
            self.last_purity - usual(self.last, frequency).numpy(),
            self.next_purity - usual(self.following, frequency).numpy(),
            self.agreed - (0 if self.likeliest is None else frequency[self.likeliest].numpy()),
        )


def _layer(
    anatomy: Anatomy, mine: _Known, outputs: Outputs, removal: Removal | None, shortened: Taken, shown: Shown,
    much: Amount, seed: int,
) -> Layer:  # fmt: skip
    layer, found = mine.layer, mine.read
    raw, normed = _agreements(anatomy, mine, much.deals, seed)
    away, away_control = _against(anatomy, mine, much.deals, seed)
    nearest, nearest_random = cosines(mine.values, seed)
    first, lot, last = shortened
    return Layer(
        path=layer.path,
        keys=layer.keys,
        activation=layer.activation,
        n_memories=layer.n_memories,
        d_model=layer.d_model,
        is_signed=layer.is_signed,
        active=(found.n_active.double() / found.n_tokens).cpu().numpy(),
        largest=found.activation[:, 0].cpu().numpy(),
        n_texts=mine.n_texts,
        last_purity=mine.last_purity,
        next_purity=mine.next_purity,
        agrees=mine.agrees,
        agreed=mine.agreed,
        without_last=_without_last(anatomy, found),
        value_norm=mine.values.norm(dim=1).cpu().numpy(),
        agreement=raw,
        agreement_norm=normed,
        dominant_share=outputs.dominant / outputs.n,
        half_memories=outputs.half / outputs.n,
        any_agrees=outputs.any_agrees / outputs.n,
        any_control=outputs.any_control / outputs.n,
        lens=outputs.lens() if anatomy.head is not None and layer.block else None,
        removal=removal,
        against=away,
        against_control=away_control,
        identity_error=outputs.identity_error,
        cosine=nearest,
        cosine_random=nearest_random,
        first_removed=first,
        random_removed=lot,
        last_removed=last,
        shown=shown,
    )


def _without_last(anatomy: Anatomy, found: Read) -> np.ndarray:
    """An encoder, which has no head, reads what follows too: what it had one token earlier says nothing of a text."""
    left = without_last(found).cpu().numpy()
    return left if anatomy.head is not None else np.full_like(left, np.nan)


def _agreements(anatomy: Anatomy, mine: _Known, deals: int, seed: int) -> tuple[Agreement | None, Agreement | None]:
    """Compare values with what follows, raw and through the final norm; none without a head, or where all is dead."""
    if mine.likeliest is None or not (mine.following[:, 0] >= 0).any():
        return None, None
    normed = likeliest(anatomy, mine.values, normed=True)[1][:, 0].cpu()
    raw, through = (agreement(said, mine.following, deals, seed) for said in (mine.likeliest, normed))
    return raw, through


def _against(anatomy: Anatomy, mine: _Known, deals: int, seed: int) -> tuple[float | None, float | None]:
    if anatomy.head is None or not (mine.last[:, 0] >= 0).any():
        return None, None
    return against(anatomy.head, mine.values, mine.last, deals, seed)


def _removal(
    network: Network, anatomy: Anatomy, index: int, effects: Effects, mine: _Known, much: Amount, seed: int
) -> Removal:
    text_held_out = held_out(network.dataset)
    data = text_held_out.some(much.windows * text_held_out.length)
    alive = np.flatnonzero(mine.following[:, 0] >= 0)
    drawn = np.random.default_rng(seed).permutation(alive)[: much.by_lot]
    text, text_random = over_text(network, anatomy, index, data, drawn, seed)
    own, own_random = effects.rises(), effects.rises(random=True)
    whole, whole_dealt = over_text_whole(network, anatomy, index, data, seed)
    means = {"own": own, "own_random": own_random, "text": text, "text_random": text_random}
    return Removal(
        **{name: float(each.mean()) for name, each in means.items()},
        **{f"{name}_half": _half(each) for name, each in means.items()},
        whole=whole,
        whole_dealt=whole_dealt,
        n_memories=len(own),
        n_texts=much.without,
        n_drawn=len(drawn),
        n_windows=len(data.chosen),
        effect_correlation=effects.correlation,
        effect_control=effects.correlation_control,
    )


def _half(each: Tensor) -> float:
    """Half of the 95 % interval of a mean."""
    return float(1.96 * each.std(correction=0) / len(each) ** 0.5)


def _shown(
    anatomy: Anatomy, mine: _Known, corpus: Corpus, memories: np.ndarray, order: np.ndarray, much: Amount,
    effects: Effects | None,
) -> Shown:  # fmt: skip
    found = mine.read
    texts, following = corpus.around(found.place.cpu()[memories, : much.texts], TEXT_TOKENS)
    values = mine.values[memories]
    promoted, promoted_norm, suppressed = (
        _said(anatomy, values, PROMOTED),
        _said(anatomy, values, PROMOTED, normed=True),
        _said(anatomy, -values, SUPPRESSED),
    )
    answers = _answers(effects, len(memories), much.without)
    return Shown(
        index=memories,
        order=order,
        texts=texts.int().numpy(),
        following=following.int().numpy(),
        activation=found.activation.cpu()[memories, : much.texts].numpy(),
        n_without=answers[0].shape[1],
        before=answers[0], after=answers[1], said=answers[2], said_without=answers[3],
        histogram=found.histogram.cpu()[memories].numpy(),
        low=found.low.double().cpu()[memories].numpy(),
        high=found.high.double().cpu()[memories].numpy(),
        value=values.cpu().numpy(),
        promoted=promoted[1], promoted_score=promoted[0], promoted_norm=promoted_norm[1], suppressed=suppressed[1],
    )  # fmt: skip


def _said(anatomy: Anatomy, values: Tensor, n: int, normed: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """The products and tokens of :func:`likeliest` as arrays (m, n); of no columns without a head."""
    if anatomy.head is None or not len(values):
        return np.zeros((len(values), 0), np.float32), np.zeros((len(values), 0), np.int32)
    scores, tokens = likeliest(anatomy, values, min(n, len(anatomy.head)), normed)
    return scores.float().cpu().numpy(), tokens.int().cpu().numpy()


def _answers(effects: Effects | None, n: int, without: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Probabilities and likeliest tokens before and after, (n, without); NaN and -1 where a memory has fewer texts."""
    columns = without if effects else 0
    probabilities = [np.full((n, columns), np.nan, np.float32) for _ in range(2)]
    said = [np.full((n, columns), -1, np.int32) for _ in range(2)]
    if effects:
        place = effects.texts.row.numpy(), effects.texts.rank.numpy()
        for which, answer in enumerate((effects.before, effects.after)):
            probabilities[which][place], said[which][place] = answer.log_p.exp().numpy(), answer.said.numpy()
    return (*probabilities, *said)  # type: ignore[return-value]
