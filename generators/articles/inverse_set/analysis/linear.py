"""The linear neuron's inverse set, sampled every way, and each sample's errors against the truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from generators.articles.inverse_set.analysis.linear_neuron import Slab, quantile
from generators.articles.inverse_set.analysis.linear_neuron.known import known_samples
from generators.articles.inverse_set.analysis.linear_neuron.published import climbing
from generators.articles.inverse_set.analysis.linear_neuron.samplers import Settings, anywhere, sample_every_way
from generators.articles.inverse_set.analysis.linear_neuron.shape import faces, polygon
from generators.articles.inverse_set.analysis.linear_neuron.verdict import Verdict
from generators.articles.inverse_set.analysis.linear_neuron.yardstick import Yardstick, ks_exact
from generators.articles.inverse_set.results.linear import Calibration, Case, Collapse, Linear, Method
from generators.progress import report

LENGTH = 4.0
"""|w| of the neurons drawn by lot."""
FRAMES = 24
"""Of the collapse, about."""
DIRECTIONS = 200
"""Along which widths are measured."""
NEAR = 0.02
"""Points of the square nearer than this count as one."""
CHANCE = 4000
"""Samples for the mean of a distance that has no short formula."""


def sample_linear(
    n: int,
    square: Sequence[float],
    cube: Sequence[float],
    dims: Sequence[int],
    shares: Sequence[float],
    members: int,
    repeats: int,
    moves: int,
    pool: int,
    steps: int,
    step: float,
    k: int,
    k_step: float,
    seed: int,
) -> Linear:
    """Sample the set between two quantiles of the activation, ``shares``, n points each way.

    ``square`` and ``cube`` are the weights in two and three dimensions; those in each of ``dims`` are drawn by lot. The
    bias is such that the middle of the cube has the activation ½. ``members`` independent members stand for the truth,
    ``repeats`` independent samples say which errors are worse than chance; samples with a known fault are judged too,
    in the fewest and in the most dimensions. The rest is what the samplers are asked for, see ``Settings``.
    """
    settings = Settings(moves, pool, steps, step, k, k_step)
    neurons = [np.array(square, float), np.array(cube, float), *(_by_lot(d, seed) for d in dims)]
    cases, calibrations = [], []
    for index, w in enumerate(neurons):
        report(index, len(neurons), "dimensions")
        case, yardstick, verdict = _case(w, shares, n, members, repeats, settings, seed)
        cases.append(case)
        if index in (0, len(neurons) - 1):
            calibrations += _calibrate(yardstick, verdict, n, seed)
        if index == 0:
            collapse = _collapse(yardstick, n, settings, seed)
    return Linear(
        square=cases[0],
        polygon=polygon(_slab(cases[0])),
        cube=cases[1],
        faces=faces(_slab(cases[1])),
        cases=tuple(_without_points(case) for case in cases),
        collapse=collapse,
        calibrations=tuple(calibrations),
        n=n,
    )


def _by_lot(d: int, seed: int) -> np.ndarray:
    w = np.random.default_rng([seed, d]).normal(size=d)
    return LENGTH * w / np.linalg.norm(w)


def _case(
    w: np.ndarray, shares: Sequence[float], n: int, members: int, repeats: int, settings: Settings, seed: int
) -> tuple[Case, Yardstick, Verdict]:
    b = -float(w.sum()) / 2
    z1, z2 = (1 / (1 + math.exp(-quantile(w, share) - b)) for share in shares)
    slab, random = Slab.of_neuron(w, b, z1, z2), np.random.default_rng([seed, len(w), 1])
    yardstick = Yardstick.of(slab, members, DIRECTIONS, random)
    verdict = Verdict.by([yardstick.errors(slab.members(n, random)) for _ in range(repeats)])
    methods = []
    for name, drawn in sample_every_way(slab, n, settings, seed).items():
        errors = yardstick.errors(drawn.points, drawn.seconds, drawn.peak_bytes)
        methods.append(Method(name, drawn.points, errors, verdict.failed(errors)))
    case = Case(
        w=w,
        b=b,
        z1=z1,
        z2=z2,
        low=slab.low,
        high=slab.high,
        share=slab.share,
        spread_most=len(w) / 2,
        spread_of_set=float(2 * yardstick.members.var(0).sum()),
        ks_expected=expected_ks(n, seed),
        methods=tuple(methods),
    )
    return case, yardstick, verdict


def _slab(case: Case) -> Slab:
    return Slab(case.w, case.low, case.high)


def _without_points(case: Case) -> Case:
    return replace(case, methods=tuple(replace(each, points=each.points[:0]) for each in case.methods))


def expected_ks(n: int, seed: int) -> float:
    """Mean distance of n independent members from their law, whichever continuous law it is (A. Kolmogorov, 1933)."""
    return float(np.mean([ks_exact(each) for each in np.random.default_rng(seed).random((CHANCE, n))]))


def _collapse(yardstick: Yardstick, n: int, settings: Settings, seed: int) -> Collapse:
    shown = np.unique(np.concatenate([[0], np.geomspace(1, settings.steps, FRAMES).round().astype(int)]))
    way = climbing(yardstick.slab, anywhere(yardstick.slab, n, seed), settings.step, settings.steps)
    seen = np.array([points for index, points in enumerate(way) if index in shown])
    errors = [yardstick.errors(points) for points in seen]
    return Collapse(
        steps=shown,
        points=seen,
        spread=np.array([each.spread for each in errors]),
        fill_mean=np.array([each.fill_mean for each in errors]),
        distinct=np.array([clumps(points, NEAR) for points in seen]),
    )


def clumps(points: np.ndarray, near: float) -> int:
    """How many groups of points (n, d) there are when neighbours nearer than ``near`` belong together."""
    together = np.linalg.norm(points[:, None] - points[None], axis=2) < near
    label = np.arange(len(points))
    while (lowest := np.where(together, label, len(points)).min(1)).tolist() != label.tolist():
        label = lowest
    return len(np.unique(label))


def _calibrate(yardstick: Yardstick, verdict: Verdict, n: int, seed: int) -> list[Calibration]:
    """Judge another independent sample, and four whose fault is known."""
    slab, found = yardstick.slab, []
    for name, points in known_samples(slab, n, np.random.default_rng([seed, len(slab.w), 2])).items():
        errors = yardstick.errors(points)
        failed = verdict.failed(errors)
        found.append(Calibration(name, len(slab.w), errors, not failed, failed))
    return found
