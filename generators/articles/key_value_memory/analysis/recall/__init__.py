"""Follow facts through a language model: which memories recall them, what each writes, what changes the answer.

To give one run the activations of another is activation patching (Vig et al., 2020; Meng et al., 2022); to read a value
out through the head follows Geva et al. (2022).
"""

from itertools import permutations

import numpy as np
import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis.recall import writing
from generators.articles.key_value_memory.analysis.recall.asking import EVERYWHERE, LAST, Asked, ask, log_odds
from generators.articles.key_value_memory.analysis.recall.searching import (
    cost_of_each,
    right,
    right_without,
    silencing,
    swapping,
)
from generators.articles.key_value_memory.analysis.recall.writing import Written
from generators.articles.key_value_memory.results.recall import Recall, Scope, Trail
from generators.datasets import grammar
from generators.datasets.grammar import Question
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.gpt import GPT
from generators.progress import report

N_PROMOTED = 4


def follow_facts(network: Network, facts: int, beginnings: int, draws: int, seed: int) -> Recall:
    """Ask for ``facts`` of the grammar's capitals both ways, after none to ``beginnings`` - 1 > 0 sentences.

    Orders by lot are drawn with ``seed``, ``draws`` for silencing. UsageError unless it is one of the grammar's GPTs.
    """
    module, questions, starts = _gpt(network), _questions(facts), grammar.beginnings(beginnings)
    asked = [ask(module, start, questions, network.device) for start in starts]
    first, towards = asked[0], _towards(questions).to(network.device)
    written = writing.write(first)
    lens = writing.lens(module, written).transpose(0, 1)  # (q, l + 1, words)
    logits = torch.stack([each.unchanged() for each in asked])  # (b, q, words)
    costs, changes = zip(*(cost_of_each(first, at) for at in (LAST, EVERYWHERE)), strict=True)
    fires = torch.stack([_by_layer(each, each.last > 0) for each in asked])  # (b, q, l, f)
    pairs = _pairs(facts)
    return Recall(
        words=grammar.WORDS,
        prompts=tuple(each.prompt for each in questions),
        texts=_numpy(first.tokens),
        firing=_numpy((first.activations > 0).unflatten(-1, (-1, first.n_memories)).sum(-1)).astype(np.int16),
        subjects=np.concatenate([grammar.encode(_subject(each)) for each in questions]),
        answers=_numpy(first.answers),
        direction=np.repeat([0, 1], facts),
        beginnings=starts,
        said=_numpy(logits.argmax(-1)),
        probability=_of(logits.softmax(-1), first.answers[None, :, None])[..., 0],
        activation=_numpy(_by_layer(first, first.last)),
        contribution=_numpy(writing.read_memories(module, written, first.last, towards)),
        for_others=_for_others(first, written, towards, pairs),
        margin=_numpy((logits[0] * towards).sum(1).double()),
        parts=_numpy(writing.read_out(module, written, towards).T.double()),
        part_names=written.names,
        lens=_numpy(lens.argmax(-1)),
        lens_probability=_numpy(lens.max(-1).values.double()),
        lens_right=_of(lens, first.answers[:, None, None])[..., 0],
        promoted=_numpy(writing.promoted(module, N_PROMOTED)).astype(np.int16),
        odds=_numpy(log_odds(logits[0], first.answers).double()),
        cost=_numpy(torch.stack([_by_layer(first, each) for each in costs])),
        changes=np.stack([_numpy(each.sum(1)) for each in changes]),
        same_overlap=_overlap(fires[:1].expand_as(fires[1:]), fires[1:]),
        other_overlap=_overlap(*(fires[0, pairs[:, side]] for side in (0, 1))),
        pairs=pairs,
        scopes=tuple(_scopes(asked, torch.from_numpy(pairs).to(network.device), draws, seed)),
    )


def _scopes(asked: list[Asked], pairs: Tensor, draws: int, seed: int) -> list[Scope]:
    """Look at each layer, and at all together."""
    n_layers = len(asked[0].module.blocks)
    found: list[Scope] = []
    for layers in [*((layer,) for layer in range(n_layers)), tuple(range(n_layers))]:
        report(len(found), n_layers + 1, "searches")
        name = f"layer {layers[0] + 1}" if len(layers) == 1 else "all layers"
        found.append(_scope(name, layers, asked, pairs, draws, torch.Generator().manual_seed(seed)))
    return found


def _scope(
    name: str, layers: tuple[int, ...], asked: list[Asked], pairs: Tensor, draws: int, lots: torch.Generator
) -> Scope:
    first = asked[0]
    within = torch.zeros(len(first.module.blocks), first.n_memories, dtype=torch.bool, device=pairs.device)
    within[list(layers)] = True
    within = within.flatten()
    silence, swap = silencing(first, within), swapping(first, pairs, within)
    silenced = silence.found()
    return Scope(
        name=name,
        layers=layers,
        firing=_numpy(silence.open.sum(1)).astype(np.int16),
        silenced=silenced,
        silenced_at_random=np.stack([silence.by_lot(lots) for _ in range(draws)]),
        without=right_without(first, within, LAST),
        without_anywhere=right_without(first, within, EVERYWHERE),
        swapped=swap.found(),
        swapped_at_random=swap.by_lot(lots),
        differing=_numpy(swap.open.sum(1)).astype(np.int16),
        becomes=swap.with_all(),
        becomes_at_subject=_becomes_at_subject(first, pairs, within),
        stays=np.stack([right(first, *_from(each, within)) for each in asked[1:]]),
        silenced_after=np.stack([_wrong_after(each, silenced) for each in asked[1:]]),
    )


def _from(after: Asked, within: Tensor) -> tuple[Tensor, Tensor]:
    """What is kept of activations, and what is given in their place, when ``within`` takes those of ``after``."""
    return (~within).float().expand_as(after.last), after.last * within


def _wrong_after(after: Asked, silenced: Trail) -> np.ndarray:
    """Whether the memories of the trails that led to another answer change it here too."""
    kept = torch.ones_like(after.last)
    for row, (order, needed) in enumerate(zip(silenced.order, silenced.needed, strict=True)):
        kept[row, torch.from_numpy(order[: max(0, needed)]).long()] = 0
    return ~right(after, kept) & (silenced.needed >= 0)


def _becomes_at_subject(asked: Asked, pairs: Tensor, within: Tensor) -> np.ndarray:
    """Swap where the questions of a pair differ, which is at one token."""
    where = (asked.tokens[pairs[:, 0]] != asked.tokens[pairs[:, 1]]).int().argmax(1)
    becomes = np.zeros(len(pairs), dtype=bool)
    for position in where.unique().tolist():
        some = where == position
        becomes[_numpy(some)] = swapping(asked, pairs[some], within, slice(position, position + 1)).with_all()
    return becomes


def _gpt(network: Network) -> GPT:
    """The network's module, if it can be asked."""
    module = network.module
    if isinstance(module, GPT) and network.labels == grammar.WORDS:
        return module
    raise UsageError(
        f"facts are followed through a {GPT.__module__}.GPT of the grammar's {len(grammar.WORDS)} words, "
        f"but network {network.name!r} is a {type(module).__name__} with {len(network.labels):,} labels"
    )


def _questions(facts: int) -> tuple[Question, ...]:
    """The first ``facts`` of each direction."""
    every = grammar.capitals()
    half = len(every) // 2
    return every[:facts] + every[half : half + facts]


def _subject(question: Question) -> str:
    """The country, or the city, that is asked about."""
    return next(word for word in question.prompt.split() if word in {*grammar.CAPITALS, *grammar.CAPITALS.values()})


def _towards(questions: tuple[Question, ...]) -> Tensor:
    """Weights (q, words) that give the right answer's logit over the mean of the others of its kind."""
    weights = torch.zeros(len(questions), len(grammar.WORDS))
    for row, question in enumerate(questions):
        (answer,) = question.answers
        kind = grammar.CAPITALS.values() if answer in grammar.CAPITALS.values() else grammar.CAPITALS
        weights[row, grammar.encode(" ".join(kind))] = -1 / (len(kind) - 1)
        weights[row, grammar.encode(answer)] = 1
    return weights


def _pairs(facts: int) -> np.ndarray:
    """All pairs (n, 2) of questions of one direction."""
    return np.array([*permutations(range(facts), 2), *permutations(range(facts, 2 * facts), 2)])


def _for_others(asked: Asked, written: Written, towards: Tensor, pairs: np.ndarray) -> np.ndarray:
    """For each pair, the most that a memory of the first question writes for the second's answer."""
    mine, other = torch.from_numpy(pairs.T).to(towards.device)
    writes = writing.read_memories(asked.module, written.of(mine), asked.last[mine], towards[other])
    return _numpy(writes.flatten(1).max(1).values)


def _by_layer(asked: Asked, of_memories: Tensor) -> Tensor:
    """(q, m) as (q, l, f)."""
    return of_memories.view(len(of_memories), -1, asked.n_memories)


def _overlap(one: Tensor, other: Tensor) -> np.ndarray:
    """Of the memories that fire in either of two (…, l, f) the share that fire in both: mean for each layer."""
    both, either = (one & other).sum(-1).double(), (one | other).sum(-1)
    return _numpy((both / either).flatten(0, -2).nanmean(0))


def _of(probabilities: Tensor, words: Tensor) -> np.ndarray:
    return _numpy(probabilities.double().gather(-1, words.expand(*probabilities.shape[:-1], 1)))


def _numpy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy()
