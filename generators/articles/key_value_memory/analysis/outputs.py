"""What each layer adds for a token, and how it is made up of memories: on a sample of tokens.

The residual stream after a layer is read as if it were the last (the logit lens: nostalgebraist, 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear, normalize

from generators.articles.key_value_memory.analysis.anatomy import Anatomy
from generators.articles.key_value_memory.analysis.hooks import activations, by_text, logits, residuals, run
from generators.articles.key_value_memory.analysis.projection import likeliest
from generators.articles.key_value_memory.results.memories import Lens
from generators.datasets.corpus import Corpus
from generators.networks import Network
from generators.progress import report

ROWS_AT_ONCE = 512
ADDED_UP = 256
"""On how many tokens a layer's output is added up in two ways."""


@dataclass
class Outputs:
    """Sums over tokens of what is measured of one layer."""

    n: int = 0
    dominant: float = 0.0
    half: float = 0.0
    any_agrees: int = 0
    any_control: int = 0
    argmax_same: int = 0
    lens_same: int = 0
    lens_loss: float = 0.0
    difference: float = 0.0
    largest: float = 0.0
    values: Tensor = field(default_factory=lambda: torch.empty(0))
    """float (f, d), turned as activations are."""
    said: Tensor = field(default_factory=lambda: torch.empty(0))
    """int64 (f,), each value's likeliest token."""

    @property
    def identity_error(self) -> float:
        return self.difference / self.largest if self.largest else 0.0

    def lens(self) -> Lens:
        return Lens(self.lens_same / self.n, self.lens_loss / self.n, self.argmax_same / self.n)


def look(network: Network, anatomy: Anatomy, corpus: Corpus, signs: Sequence[Tensor]) -> list[Outputs]:
    """Look at every layer's output for every token of a (small) corpus, memories turned by ``signs`` (f,)."""
    turned = [layer.values() * sign[:, None] for layer, sign in zip(anatomy.layers, signs, strict=True)]
    found = [Outputs(values=values) for values in turned]
    if anatomy.head is not None:
        for each in found:
            each.said = likeliest(anatomy, each.values)[1][:, 0]
    done = 0
    with activations(anatomy) as seen, residuals(network, anatomy) as streams:
        for _, x, y in corpus.batches():
            final = None
            if anatomy.head is None:
                run(network, x)
            else:
                final = logits(network, x).flatten(0, 1).argmax(1)
            for layer, each, activation, sign in zip(anatomy.layers, found, seen, signs, strict=True):
                stream = streams.get(layer.block) if layer.block else None
                _add(anatomy, each, by_text(activation, len(x)).flatten(0, 1).float() * sign, final)
                if final is not None and stream is not None:
                    _read_out(anatomy, each, stream.flatten(0, 1), final, y.flatten().to(final.device))
            done += len(x)
            report(done, len(corpus.chosen), "windows looked at")
    return found


def _add(anatomy: Anatomy, found: Outputs, activation: Tensor, final: Tensor | None) -> None:
    """Take in the activations (n, f) of some tokens."""
    values = found.values
    lengths = values.norm(dim=1)
    if found.n == 0:
        difference, found.largest = both_ways(activation[:ADDED_UP], values)
        found.difference = difference
    for begin in range(0, len(activation), ROWS_AT_ONCE):
        part = activation[begin : begin + ROWS_AT_ONCE]
        added = (part.abs() * lengths).sort(descending=True).values.cumsum(1)  # (rows, f)
        whole = added[:, -1:]
        found.dominant += float((added[:, 0] / whole[:, 0]).nansum())
        found.half += int((added < whole / 2).sum()) + int((whole > 0).sum())
        if final is not None:
            assert anatomy.head is not None
            layer_says = (part @ values @ anatomy.head.T).argmax(1)
            says_it = (found.said == layer_says[:, None]) & (part > 0)
            others = (found.said == layer_says.roll(len(part) // 2)[:, None]) & (part > 0)
            found.any_agrees += int(says_it.any(1).sum())
            found.any_control += int(others.any(1).sum())
            found.argmax_same += int((layer_says == final[begin : begin + ROWS_AT_ONCE]).sum())
    found.n += len(activation)


def _read_out(anatomy: Anatomy, found: Outputs, stream: Tensor, final: Tensor, following: Tensor) -> None:
    """Take in the residual stream (n, d) after the layer's block, as if the network ended there."""
    assert anatomy.head is not None
    for begin in range(0, len(stream), ROWS_AT_ONCE):
        rows = slice(begin, begin + ROWS_AT_ONCE)
        says = linear(anatomy.norm(stream[rows]), anatomy.head, anatomy.head_bias)
        found.lens_same += int((says.argmax(1) == final[rows]).sum())
        found.lens_loss += float(cross_entropy(says.float(), following[rows], reduction="sum"))


def both_ways(activation: Tensor, values: Tensor) -> tuple[float, float]:
    """Add up what memories write, neuron by neuron and direction by direction.

    The first takes each output number by itself and sums over its synapses; the second adds one scaled value after the
    other. Returns the largest difference between the two, and the largest output, of activations (n, f) and values
    (f, d).
    """
    by_neuron = torch.stack([(activation * column).sum(1) for column in values.T], 1)
    by_direction = torch.zeros_like(by_neuron)
    for memory, value in enumerate(values):
        by_direction += activation[:, memory, None] * value
    return float((by_neuron - by_direction).abs().max()), float(by_direction.abs().max())


def cosines(values: Tensor, seed: int) -> tuple[float, float]:
    """Find how near to parallel the nearest other value is: the mean largest |cosine|, and that of random vectors."""
    draw = torch.Generator().manual_seed(seed)
    return _nearest(values), _nearest(torch.randn(values.shape, generator=draw).to(values.device))


def _nearest(vectors: Tensor) -> float:
    unit = normalize(vectors.float(), dim=1)
    found = []
    for begin in range(0, len(unit), ROWS_AT_ONCE):
        cosine = (unit[begin : begin + ROWS_AT_ONCE] @ unit.T).abs()
        cosine.diagonal(begin).zero_()
        found.append(cosine.amax(1))
    return float(torch.cat(found).mean())
