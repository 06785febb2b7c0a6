"""The inverse sets of a language model's neurons as numbers: of each neuron and interval, and over all of them."""

import numpy as np

from generators.articles.inverse_set.facts.naming import plain
from generators.articles.inverse_set.results.texts import TextInverse, TextLevel, Texts
from generators.exhibit import Scalar


def texts(result: Texts) -> dict[str, Scalar]:
    """Name a neuron by its layer and index, ``blocks_0_mlp_key_14_…``, and an interval by its word, ``very_strong``.

    A number that is none is left out.
    """
    facts: dict[str, Scalar] = {
        "n_tokens": result.n_tokens,
        "n_sampled": result.n_sampled,
        "n_neurons": len(result.inverses),
        "n_refused": len(result.refused),
    }
    for inverse in result.inverses:
        name = plain(f"{inverse.layer}_{inverse.index}")
        facts |= {f"{name}_{key}": value for key, value in _inverse(inverse, result.n_tokens).items()}
    levels = [level for inverse in result.inverses for level in inverse.levels if len(level.texts) > 1]
    selectivity = [each.selectivity for each in result.inverses]
    facts |= {
        "selectivity_least": min(selectivity),
        "selectivity_most": max(selectivity),
        "count_least": min(level.count for inverse in result.inverses for level in inverse.levels),
        "spread_mean": _mean([level.spread for level in levels]),
        "spread_by_lot_mean": _mean([level.spread_by_lot for level in levels]),
        "distinct_ends_mean": _mean([level.distinct_ends for level in levels]),
        "distinct_ends_by_lot_mean": _mean([level.distinct_ends_by_lot for level in levels]),
    }
    return {key: value for key, value in facts.items() if not np.isnan(float(value))}


def _inverse(inverse: TextInverse, n_tokens: int) -> dict[str, float]:
    facts = {"selectivity": inverse.selectivity, "silent_share": inverse.silent / n_tokens}
    for level in inverse.levels:
        facts |= {f"{plain(level.name)}_{key}": value for key, value in _level(level, n_tokens).items()}
    return facts


def _level(level: TextLevel, n_tokens: int) -> dict[str, float]:
    return {
        "low": level.low,
        "high": level.high,
        "count": level.count,
        "share": level.count / n_tokens,
        "shown": len(level.texts),
        "spread": level.spread,
        "spread_by_lot": level.spread_by_lot,
        "distinct_ends": level.distinct_ends,
        "distinct_ends_by_lot": level.distinct_ends_by_lot,
    }


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
