"""Sensitivity: one layer's activations laid out again and again, each time with one thing changed.

What every layout has in common is of the layer. Two controls say what none of it would look like: the same numbers
shuffled, each neuron's by themselves, so that nothing holds them together; and the reference's places dealt anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from generators.articles.activation_atlas.analysis.layout import (
    Graph,
    agreement,
    aligned,
    clipped,
    equalised,
    lay_out,
    neighbours,
    placeable,
    quality,
    stability,
)
from generators.articles.activation_atlas.analysis.pipeline import collected, placed
from generators.articles.activation_atlas.analysis.steps import answers
from generators.articles.activation_atlas.results.sensitivity import Sensitivity, Variation
from generators.networks import Network
from generators.progress import report

NEIGHBORS, MIN_DIST = 15, 0.5
OTHER_NEIGHBORS = 50, 200
OTHER_DISTS = 0.05, 0.9
PUBLISHED = 50, 0.05
"""Neighbours and least distance of the published atlases' late layers (Carter et al., 2019)."""
SEEDS = 5
SAMPLED = 0.8
SHOWN = 2
"""Of the classes, so many that keep their neighbours best, and so many that do worst."""
ENOUGH = 20
"""Points of a class to judge it by, where one has as many."""


@dataclass(frozen=True)
class Setting:
    """One way to lay activations out."""

    kind: str
    method: str
    neighbors: int
    min_dist: float
    metric: str
    seed: int


def vary_layout(
    network: Network, layers: list[str], images: int, path: str, points: int, methods: list[str], seed: int
) -> Sensitivity:
    """Lay ``points`` of the activations collected out in many ways; the first of ``methods`` is the reference's."""
    found, lies = collected(network, tuple(layers), images, seed), placed(network, tuple(layers), images, path, seed)
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(lies.kept)[:points])
    classes, knows_truth = answers(found)
    made, stable = vary(np.asarray(found.layers[path].vectors[rows], np.float32), methods, seed)
    return Sensitivity(
        path,
        len(rows),
        network.labels,
        classes[rows].astype(np.int16),
        knows_truth,
        telling(classes[rows], stable).astype(np.int16),
        made,
        stable,
        made[-1].agreement.neighbors,
    )


def vary(vectors: np.ndarray, methods: list[str], seed: int) -> tuple[tuple[Variation, ...], np.ndarray]:
    """Every variation of a layout of vectors (n, d), all placeable, and the stability of its points over the seeds."""
    reference, *others = settings(methods, seed)
    graph = neighbours(vectors, max(each.neighbors for each in others), "cosine", seed)
    laid = _laid(vectors, reference, graph)
    random = np.random.default_rng(seed)
    made, seeds = [_judged(vectors, laid, laid, reference)], [laid]
    for index, setting in enumerate(others):
        report(index, len(others), f"layouts; now another {setting.kind.replace('_', ' ')}")
        if setting.kind == "shuffled":
            made.append(_shuffled(vectors, setting, random))
            continue
        there = _laid_as(vectors, laid, setting, graph, random)
        made.append(_judged(vectors, there, laid, setting))
        if setting.kind == "seed":
            seeds.append(there)
    return tuple(made), stability(seeds)


def settings(methods: list[str], seed: int) -> Iterator[Setting]:
    """The reference, then what differs from it in one thing, then the two controls."""
    reference = Setting("reference", methods[0], NEIGHBORS, MIN_DIST, "cosine", seed)
    yield reference
    for n in OTHER_NEIGHBORS:
        yield replace(reference, kind="neighbors", neighbors=n)
    for min_dist in OTHER_DISTS:
        yield replace(reference, kind="min_dist", min_dist=min_dist)
    yield replace(reference, kind="metric", metric="euclidean")
    for method in methods[1:]:
        yield replace(reference, kind="method", method=method)
    yield replace(reference, kind="sample")
    yield replace(reference, kind="published", neighbors=PUBLISHED[0], min_dist=PUBLISHED[1])
    for other in range(1, SEEDS):
        yield replace(reference, kind="seed", seed=seed + other)
    yield replace(reference, kind="start")
    yield replace(reference, kind="shuffled")
    yield replace(reference, kind="dealt")


def telling(classes: np.ndarray, stable: np.ndarray) -> np.ndarray:
    """The classes whose points keep their neighbours best, then those that do worst: int (at most 4,)."""
    counts = np.bincount(classes)
    names = np.flatnonzero(counts >= min(ENOUGH, counts.max()))
    order = names[np.argsort([-stable[classes == name].mean() for name in names], kind="stable")]
    return order if len(order) <= 2 * SHOWN else np.concatenate([order[:SHOWN], order[-SHOWN:]])


def _laid(vectors: np.ndarray, how: Setting, graph: Graph | None, start: np.ndarray | None = None) -> np.ndarray:
    return lay_out(vectors, how.method, how.neighbors, how.min_dist, how.metric, how.seed, start, graph)


def _laid_as(
    vectors: np.ndarray, reference: np.ndarray, how: Setting, graph: Graph, random: np.random.Generator
) -> np.ndarray:
    """Lay vectors out as ``how`` says: float32 (n, 2), nan where they were not to be laid out."""
    match how.kind:
        case "dealt":
            return random.permutation(reference)
        case "start":
            return _laid(vectors, how, graph, random.random(reference.shape, np.float32))
        case "metric":
            return _laid(vectors, how, None)
        case "sample":
            there = np.full_like(reference, np.nan)
            rows = np.sort(random.permutation(len(vectors))[: round(SAMPLED * len(vectors))])
            there[rows] = _laid(vectors[rows], how, None)
            return there
    return _laid(vectors, how, graph)


def _judged(vectors: np.ndarray, laid: np.ndarray, reference: np.ndarray, how: Setting) -> Variation:
    """Turn a layout as the reference lies, stretch it over the map, and compare it with activations and reference."""
    own = np.isfinite(laid).all(1)
    points = np.full_like(laid, np.nan)
    turned = aligned(laid[own], reference[own])
    points[own] = clipped(turned) if how.kind == "published" else equalised(turned)
    on = np.isfinite(points).all(1)
    return Variation(
        how.kind,
        how.method,
        how.neighbors,
        how.min_dist,
        how.metric,
        how.seed,
        points,
        int(on.sum()),
        quality(vectors[on], points[on], how.seed, how.method),
        agreement(laid[own], reference[own]),
    )


def _shuffled(vectors: np.ndarray, how: Setting, random: np.random.Generator) -> Variation:
    """Shuffle each neuron's activations by themselves, lay them out, and compare two seeds."""
    mixed = random.permuted(vectors, axis=0)
    mixed = mixed[placeable(mixed)]
    graph = neighbours(mixed, how.neighbors, how.metric, how.seed)
    one, other = (_laid(mixed, replace(how, seed=seed), graph) for seed in (how.seed, how.seed + 1))
    made = _judged(mixed, one, other, how)
    points = np.full((len(vectors), 2), np.nan, np.float32)
    points[: len(mixed)] = made.points
    return replace(made, points=points)
