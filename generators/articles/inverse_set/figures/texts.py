"""The contexts that bring a language model's neuron into an interval: neuron and interval are the reader's to choose.

Without JavaScript it shows the strongest interval of the first neuron; ``inverse-texts.js`` shows the others.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from generators.articles.inverse_set.figures.texts_drawn import NARROW, WIDE, digits, draw
from generators.articles.inverse_set.results.texts import TextInverse, TextLevel, Texts
from generators.drawing import Diagram
from generators.drawing.tokens import between
from generators.drawing.weights import signed
from generators.exhibit import Json


def texts(result: Texts) -> Diagram:
    """Let a reader choose a neuron and an interval, and see how often text leads there, and which."""
    used = _used(result)
    first = result.inverses[0]
    level = next(level for level in reversed(first.levels) if len(level.texts) or level is first.levels[0])
    said = (*said_of(result, first), *said_of_level(result, level))
    return Diagram(
        draw(result, first, level, said, WIDE),
        data={
            "tokens": [result.tokens[token] for token in used],
            "inverses": [_inverse(result, each, used) for each in result.inverses],
            "refused": list(result.refused),
        },
        rows=list(_rows(result)),
        script="inverse-texts",
        narrow=draw(result, first, level, said, NARROW),
    )


def said_of(result: Texts, inverse: TextInverse) -> tuple[str, ...]:
    """What is known of a neuron over all text."""
    said = []
    if np.isfinite(inverse.selectivity):
        said.append(f"The token at hand explains {100 * max(0, inverse.selectivity):.0f}% of its variance.")
    if inverse.silent:
        said.append(f"It is silent for {inverse.silent:,} tokens; intervals are of the others.")
    return tuple(said)


def said_of_level(result: Texts, level: TextLevel) -> tuple[str, ...]:
    """How often an interval is reached, and how much the contexts shown differ."""
    many = f"{level.count:,}" if level.count else "None"
    give = "gives" if level.count == 1 else "give"
    n_digits = digits(level.low, level.high)
    bounds = f"from {signed(level.low, n_digits)} to {signed(level.high, n_digits)}"
    count = f"{many} of {result.n_tokens:,} tokens {give} an activation {bounds}."
    n = len(level.texts)
    if n < 2:
        return (count,)
    if level.n_pool == n:
        every = f"Their {n} different contexts are all here, {level.spread:.3g} apart on average"
        return count, f"{every}, {_ends(level)}."
    apart = f"{level.spread:.3g} apart on average ({level.spread_by_lot:.3g} by lot)"
    by_lot = "" if level.distinct_ends_by_lot == 1 else f" ({level.distinct_ends_by_lot:.1f} by lot)"
    return count, f"{n} different contexts, chosen to differ: {apart}, {_ends(level)}{by_lot}."


def _ends(level: TextLevel) -> str:
    n = level.distinct_ends
    return "all with the same last token" if n == 1 else f"with {n} different last tokens"


def _used(result: Texts) -> np.ndarray:
    """The tokens that occur, ascending."""
    levels = [level for inverse in result.inverses for level in inverse.levels]
    every = np.unique(np.concatenate([each.ravel() for level in levels for each in (level.texts, level.following)]))
    return every[every >= 0]


def _inverse(result: Texts, inverse: TextInverse, used: np.ndarray) -> dict[str, Any]:
    return {
        "name": f"{inverse.layer}:{inverse.index}",
        "said": " ".join(said_of(result, inverse)),
        "selectivity": inverse.selectivity,
        "silent": inverse.silent,
        "histogram": inverse.histogram,
        "low": inverse.low,
        "high": inverse.high,
        "digits": digits(inverse.low, inverse.high),
        "levels": [_level(result, level, used) for level in inverse.levels],
    }


def _level(result: Texts, level: TextLevel, used: np.ndarray) -> dict[str, Any]:
    places = [[int(np.searchsorted(used, token)) for token in text if token >= 0] for text in level.texts]
    return {
        "name": level.name,
        "low": level.low,
        "high": level.high,
        "digits": digits(level.low, level.high),
        "count": level.count,
        "said": " ".join(said_of_level(result, level)),
        "texts": places,
        "following": np.where(level.following < 0, -1, np.searchsorted(used, level.following)),
        "activation": [float(f"{value:.5g}") for value in level.activation],
        "spread": level.spread,
        "spread_by_lot": level.spread_by_lot,
        "distinct_ends": level.distinct_ends,
        "distinct_ends_by_lot": level.distinct_ends_by_lot,
    }


def _rows(result: Texts) -> Iterator[dict[str, Json]]:
    gap = between(result.tokens)
    for inverse in result.inverses:
        for level in inverse.levels:
            for text, following, activation in zip(level.texts, level.following, level.activation, strict=True):
                yield {
                    "neuron": f"{inverse.layer}:{inverse.index}",
                    "interval": level.name,
                    "from": level.low,
                    "to": level.high,
                    "tokens in it": level.count,
                    "of tokens": result.n_tokens,
                    "context": gap.join(result.tokens[token] for token in text if token >= 0),
                    "goes on with": result.tokens[following] if following >= 0 else "",
                    "activation": float(activation),
                }
