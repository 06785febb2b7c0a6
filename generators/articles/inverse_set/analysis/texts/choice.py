"""Which neurons are shown: those that the entry names, else five that the token at hand decides most.

Selective is what ``selectivity.py`` calls so. The layers are those that the entry names, else the hidden units of MLPs,
else all with tokens beside neurons but tables of tokens. From the ``PER_LAYER`` most selective of each layer the most
selective of all is taken first, then again and again the one whose largest correlation with those taken is least, but
at most ``TAKEN`` of a layer: five neurons, not one five times.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from generators.articles.inverse_set.analysis.texts.intervals import MANY, is_dead, silent_share
from generators.articles.inverse_set.analysis.texts.selectivity import OFTEN, best, selectivities
from generators.articles.inverse_set.analysis.texts.watching import example, given_by_token, watched
from generators.datasets.corpus import Corpus
from generators.errors import UsageError
from generators.networks import Network, choice, layers
from generators.networks.subject import Layer

N_NEURONS, PER_LAYER, TAKEN = 5, 8, 2


@dataclass(frozen=True, eq=False)
class Sampled:
    """A neuron, and what it gives to a sample of text."""

    layer: str
    index: int
    selectivity: float
    activation: np.ndarray
    """float32 (s,)"""


def chosen(
    network: Network, corpus: Corpus, neurons: Sequence[str], layers: Sequence[str]
) -> tuple[tuple[Sampled, ...], tuple[str, ...]]:
    """Take the neurons named, each ``"layer:index"``, or choose some of the layers named, or of all, on a sample.

    Also says which of those that were named never change.

    UsageError where there are none, or where a layer has no tokens beside its neurons.
    """
    named = [(layer, int(index)) for layer, _, index in (each.rpartition(":") for each in neurons)]
    paths = [layer for layer, _ in named] or looked_at(network, layers, example(corpus))
    ratios = selectivities(network, corpus, paths)
    if named:
        sampled = _sampled(network, corpus, named, ratios)
        told = tuple(_refusal(network, each) for each in sampled if is_dead(each.activation))
        alive = tuple(each for each in sampled if not is_dead(each.activation))
        if not alive:
            raise UsageError(told[0])
        return alive, told
    found = [(path, int(index)) for path, each in ratios.items() for index in best(each, PER_LAYER)]
    heard = [each for each in _sampled(network, corpus, found, ratios) if _is_heard(each.activation)] if found else []
    if not heard:
        raise UsageError(
            f"network {network.name!r} has no neuron in {', '.join(map(repr, ratios))} whose activation changes with "
            f"the tokens of its text: expected layers that are not constant, tokens that come at least {OFTEN} times"
        )
    return apart(heard), ()


def looked_at(network: Network, named: Sequence[str], tokens: Tensor) -> tuple[str, ...]:
    """The layers among whose neurons is chosen: a table of tokens is none of them, its numbers are the token's own."""
    if named:
        return tuple(named)
    modules = dict(network.module.named_modules())
    survey = [each for each in layers.of(network) if not isinstance(modules[each.path], nn.Embedding)]
    for paths in (hidden_units(survey), choice.layers(network.entry, survey)):
        if found := given_by_token(network, paths, tokens):
            return found
    raise UsageError(
        f"network {network.name!r} has no layer with tokens beside neurons: expected one whose output is a row of "
        "numbers for each token"
    )


def hidden_units(survey: Iterable[Layer]) -> tuple[str, ...]:
    """Layers that make many numbers out of few, after which a layer makes as few out of as many: the first of MLPs.

    Where they differ in how many they make, those that make most: attention may do the same on a smaller scale.
    """
    waiting: dict[frozenset[int], list[str]] = {}
    found: list[tuple[int, str]] = []
    for each in survey:
        sizes = frozenset(each.weight_shape or ())
        if not each.output_shape or len(each.weight_shape or ()) != 2 or len(sizes) != 2:
            continue
        if each.output_shape[-1] == max(sizes):
            waiting.setdefault(sizes, []).append(each.path)
        else:
            found += [(max(sizes), path) for path in waiting.pop(sizes, [])]
    most = max((width for width, _ in found), default=0)
    return tuple(path for width, path in found if width == most)


def _sampled(
    network: Network, corpus: Corpus, neurons: list[tuple[str, int]], ratios: dict[str, np.ndarray]
) -> list[Sampled]:
    """Read what some neurons give to a sample."""
    for layer, index in neurons:
        if index >= len(ratios[layer]):
            raise UsageError(
                f"neuron '{layer}:{index}' of network {network.name!r} is too large: the layer has "
                f"{len(ratios[layer]):,} neurons, 0 to {len(ratios[layer]) - 1:,}"
            )
    rows = []
    with watched(network, [layer for layer, _ in neurons], example(corpus)) as run:
        for _, x, _ in corpus.batches():
            given = run(x).layers
            rows.append(torch.stack([given[layer][:, index] for layer, index in neurons], 1).cpu())
    columns = torch.cat(rows).numpy().T
    return [
        Sampled(layer, index, float(ratios[layer][index]), each)
        for (layer, index), each in zip(neurons, columns, strict=True)
    ]


def _is_heard(activation: np.ndarray) -> bool:
    """Whether a neuron gives enough different activations to be cut into intervals."""
    return not is_dead(activation) and 1 - silent_share(activation) > MANY


def apart(found: list[Sampled]) -> tuple[Sampled, ...]:
    """Take neurons that are selective and have little to do with one another; the most selective first."""
    alike = abs(np.corrcoef([each.activation for each in found])).reshape(len(found), -1)
    taken = [int(np.argmax([each.selectivity for each in found]))]
    while len(taken) < N_NEURONS:
        full = {layer for layer, n in Counter(found[k].layer for k in taken).items() if n >= TAKEN}
        left = [k for k, each in enumerate(found) if k not in taken and each.layer not in full]
        if not left:
            break
        taken.append(min(left, key=lambda k: alike[k, taken].max()))
    return tuple(sorted((found[k] for k in taken), key=lambda each: -each.selectivity))


def _refusal(network: Network, each: Sampled) -> str:
    return (
        f"neuron '{each.layer}:{each.index}' of network {network.name!r} gives {each.activation[0]:.3g} for every one "
        f"of {len(each.activation):,} tokens: expected an activation that changes with the text"
    )
