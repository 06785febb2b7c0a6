"""The gallery as numbers: ``NEURON_LEVEL_SELECTION_SCORE``, ``SELECTION_SCORE`` as the mean over all, and counts."""

from dataclasses import fields
from math import isfinite
from statistics import fmean

from generators.articles.inverse_set.facts.naming import called, plain
from generators.articles.inverse_set.results.gallery import Gallery, Inverse, Level, Selection
from generators.articles.inverse_set.results.scores import Scores
from generators.exhibit import Scalar

SCORES = tuple(field.name for field in fields(Scores) if field.name != "n")


def gallery(result: Gallery) -> dict[str, Scalar]:
    """Say every score of every selection, what the draws and the data have in each interval, and means.

    A number that is none is left out.
    """
    facts: dict[str, Scalar] = {
        "n": result.n,
        "n_draws": result.n_draws,
        "n_data": result.n_data,
        "n_neurons": len(result.inverses),
        "n_refused": len(result.refused),
        "generator": result.generator,
        "code_size": result.code_size,
        "n_sets": sum(len(inverse.levels) for inverse in result.inverses),
        "n_pictures": sum(len(level.pictures) for inverse in result.inverses for level in inverse.levels),
        "feasible_share": result.feasible_share,
    }
    for index, sentence in enumerate(result.refused):
        facts[f"refused_{index + 1}"] = sentence
    for name, inverse in zip(called([each.neuron for each in result.inverses]), result.inverses, strict=True):
        facts |= _inverse(name, inverse)
    facts |= _means([level for inverse in result.inverses for level in inverse.levels])
    return {name: value for name, value in facts.items() if not isinstance(value, float) or isfinite(value)}


def _inverse(name: str, inverse: Inverse) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {
        f"{name}_selectivity": inverse.selectivity,
        f"{name}_most": float(inverse.prior[-1]),
        f"{name}_data_most": float(inverse.data[-1]),
    }
    for level in inverse.levels:
        facts |= _level(f"{name}_{plain(level.name)}", level)
    return facts


def _level(name: str, level: Level) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {
        f"{name}_low": level.low,
        f"{name}_high": level.high,
        f"{name}_prior_share": level.prior_share,
        f"{name}_data_count": level.data_count,
        f"{name}_projected_share": level.projected_share,
        f"{name}_starts": level.starts,
    }
    for selection in level.selections:
        facts |= {f"{name}_{key}": value for key, value in _scores(selection).items()}
    return facts


def _scores(selection: Selection) -> dict[str, Scalar]:
    return {f"{plain(selection.name)}_{score}": getattr(selection.scores, score) for score in SCORES}


def _means(levels: list[Level]) -> dict[str, Scalar]:
    """Mean over neurons and intervals; ``SELECTION_filled_best`` counts the sets where its mean hole is smallest."""
    shown = [level for level in levels if level.selections]
    facts: dict[str, Scalar] = {
        "without_data": sum(level.data_count == 0 for level in levels),
        "projected": sum(level.starts == "projection" for level in levels),
        "unreached": sum(bool(level.unreached) for level in levels),
    }
    for name in dict.fromkeys(level.name for level in levels):
        same = [level for level in levels if level.name == name]
        counts = [level.data_count for level in same]
        facts |= {f"{plain(name)}_data_least": min(counts), f"{plain(name)}_data_most": max(counts)}
        if any(level.starts == "projection" for level in same):
            facts[f"{plain(name)}_projected_least"] = min(level.projected_share for level in same)
    names = dict.fromkeys(selection.name for level in shown for selection in level.selections)
    for name in names:
        mine = [selection for level in shown for selection in level.selections if selection.name == name]
        scores = {score: fmean(getattr(each.scores, score) for each in mine) for score in SCORES}
        facts |= {f"{plain(name)}_{score}": value for score, value in scores.items()}
        best = [min(level.selections, key=lambda each: each.scores.fill_mean).name for level in shown]
        facts[f"{plain(name)}_filled_best"] = best.count(name)
    return facts
