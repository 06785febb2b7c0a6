"""Class atlases as numbers: ``CLASS_rank_…`` and ``CLASS_magnitude_…`` of classes, ``LEFT_RIGHT_…`` of pairs."""

import numpy as np

from generators.articles.activation_atlas.facts.naming import plain
from generators.articles.activation_atlas.results.classes import ClassAtlases, ClassMap, PairMap
from generators.exhibit import Scalar


def classes(result: ClassAtlases) -> dict[str, Scalar]:
    """Say how many activations each map holds and of what classes; a number that is none is left out."""
    facts: dict[str, Scalar] = {"layer": result.path, "n_maps": len(result.maps), "n_pair_maps": len(result.pairs)}
    for each in result.maps:
        name = f"{plain(result.labels[each.label])}_{each.how}"
        facts |= {f"{name}_{key}": value for key, value in _class(each).items()}
    for pair in result.pairs:
        name = f"{plain(result.labels[pair.left])}_{plain(result.labels[pair.right])}"
        facts |= {f"{name}_{key}": value for key, value in _pair(pair).items()}
    return {key: value for key, value in facts.items() if isinstance(value, str) or np.isfinite(value)}


def _class(each: ClassMap) -> dict[str, Scalar]:
    return {
        "n": each.layer.n_placed,
        "cells": len(each.layer.levels[0].counts),
        "of_class": each.of_class,
        "n_others": each.n_others,
        "icon_cosine": each.layer.fidelity[0].cosine_mean,
        "trustworthiness": each.layer.layout.trustworthiness,
    }


def _pair(pair: PairMap) -> dict[str, Scalar]:
    """Numbers of a pair; ``middle`` is of the two columns in the middle, taken together."""
    half = len(pair.columns) // 2
    middle = slice(half - 1, half + 1)
    n_middle = int(pair.columns[middle].sum())
    return {
        "n": pair.layer.n_placed,
        "cells": len(pair.layer.levels[0].counts),
        "n_left": pair.n_left,
        "n_right": pair.n_right,
        "correlation": pair.correlation,
        "ordered": pair.ordered,
        "middle_n": n_middle,
        "middle_others": float(pair.columns[middle, 2].sum() / n_middle) if n_middle else float("nan"),
        "middle_wrong_n": int(pair.wrong[middle].sum()),
        "wrong_n": int(pair.wrong.sum()),
        "icon_cosine": pair.layer.fidelity[0].cosine_mean,
    }
