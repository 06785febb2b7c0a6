"""Atlases: of each class two maps, by rank and by magnitude, and of each pair one."""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.class_atlases.between import pair_map
from generators.articles.activation_atlas.analysis.class_atlases.choosing import (
    Layer,
    by_magnitude,
    by_rank,
    enough,
    layer,
)
from generators.articles.activation_atlas.analysis.class_atlases.mapped import mapped
from generators.articles.activation_atlas.analysis.labels import shown
from generators.articles.activation_atlas.analysis.layout import equalised, lay_out
from generators.articles.activation_atlas.analysis.pipeline import collected
from generators.articles.activation_atlas.results.classes import MAGNITUDE, RANK, ClassAtlases, ClassMap
from generators.networks import Network
from generators.progress import report

GRID = 8
PERPLEXITY = 30


def map_classes(
    network: Network,
    layers: list[str],
    images: int,
    path: str,
    classes: list[str],
    pairs: list[list[str]],
    most: int,
    steps: int,
    seed: int,
) -> ClassAtlases:
    """Map ``classes`` and ``pairs`` of one layer by name, ``most`` activations of each class by magnitude.

    UsageError where a class is unknown, has no example, or too few activations speak for it.
    """
    of = layer(collected(network, tuple(layers), images, seed), path)
    labels = [shown(network, of.found, name) for name in classes]
    for pair in pairs:
        for name in pair:
            shown(network, of.found, name)
    done, total = 0, 2 * len(labels) + len(pairs)
    maps, between = [], []
    for label in labels:
        for how in (RANK, MAGNITUDE):
            report(done, total, f"class maps made; now {network.labels[label]} by {how}")
            maps.append(_class_map(network, of, label, how, most, steps, seed))
            done += 1
    for left, right in pairs:
        report(done, total, f"class maps made; now {left} and {right}")
        between.append(pair_map(network, of, (left, right), most, steps, seed))
        done += 1
    kept = np.asarray(of.found.classes, np.int16)
    return ClassAtlases(path, network.labels, kept, tuple(maps), tuple(between))


def _class_map(network: Network, of: Layer, label: int, how: str, most: int, steps: int, seed: int) -> ClassMap:
    name = network.labels[label]
    if how == RANK:
        rows = enough(network, by_rank(of, label), name, "speak for no class more than for")
    else:
        rows = enough(network, by_magnitude(of, label, most), name, "speak for")
    points = equalised(lay_out(of.vectors[rows], "tsne", PERPLEXITY, metric="cosine", seed=seed))
    truth = of.truth(rows)
    known = truth[truth >= 0]
    return ClassMap(
        label,
        how,
        float((known == label).mean()) if len(known) else float("nan"),
        len(np.setdiff1d(known, [label])),
        mapped(network, of, rows, points, GRID, steps, seed),
    )
