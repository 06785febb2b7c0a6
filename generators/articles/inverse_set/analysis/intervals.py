"""Intervals of activations, from weak to stronger than any draw, said in quantiles of the generator's prior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from torch import Tensor

from generators.articles.inverse_set.results.gallery import Neuron
from generators.errors import UsageError

LEVELS = {"weak": (0.30, 0.50), "middling": (0.70, 0.85), "strong": (0.85, 0.97), "very strong": (0.97, 0.999)}
"""Quantiles between which the prior's activations lie."""
FIRST = 400
BEYOND = (0.1, 0.6)
"""The strongest interval begins and ends so many deviations above the largest of the first draws."""


@dataclass(frozen=True)
class Interval:
    name: str
    low: float
    high: float


def intervals(neuron: Neuron, prior: Tensor, wanted: Mapping[str, Sequence[float]] | None = None) -> list[Interval]:
    """Five intervals for a neuron whose activations for the generator's draws are (n,), and the one that is wanted.

    ``wanted`` has some neurons' own intervals by ``"layer:index"``. UsageError for a dead neuron, or one that gives no
    number.
    """
    values = prior.double()
    if not bool(values.isfinite().all()):
        raise UsageError(
            f"neuron {neuron.name!r} gives {_said(values)} for some pictures of the generator: not a number"
        )
    if float(values.max() - values.min()) <= 1e-6 * max(1.0, float(values.abs().max())):
        raise UsageError(
            f"neuron {neuron.name!r} gives {float(values[0]):.4g} for all {len(values):,} pictures of the generator: "
            "it is dead, and its inverse set is everything or nothing"
        )
    found = []
    for name, shares in LEVELS.items():
        low, high = (float(values.quantile(share)) for share in shares)
        if float(values.min()) < low < high:  # a neuron that is silent for most pictures has no weak interval
            found.append(Interval(name, low, high))
    first = values[:FIRST]
    low, high = (float(first.max() + share * first.std()) for share in BEYOND)
    if low < high:
        found.append(Interval("strongest", low, high))
    if own := (wanted or {}).get(f"{neuron.layer}:{neuron.index}"):
        check(neuron, *own)
        found.append(Interval("wanted", *own))
    return found


def check(neuron: Neuron, low: float, high: float) -> None:
    """UsageError unless an interval has a beginning below its end."""
    if not low < high:
        raise UsageError(
            f"the interval of neuron {neuron.name!r} is [{low:g}, {high:g}]: expected z1 below z2, the smaller "
            "activation first"
        )


def unreached(neuron: Neuron, low: float, high: float, prior: Tensor, tried: int) -> str:
    """Say in one sentence that nothing was found, how far the neuron goes, and the nearest interval that is reached."""
    least, most = float(prior.min()), float(prior.max())
    width = min(high - low, most - least)
    near = (most - width, most) if low > most else (least, least + width) if high < least else _gap(prior, low, high)
    return (
        f"no picture drives {neuron.name!r} to [{low:.4g}, {high:.4g}]: the generator’s {len(prior):,} draws lie "
        f"between {least:.4g} and {most:.4g}, none of {tried:,} that were moved arrived, and the nearest interval of "
        f"this width that is reached is {_outward(*near)}"
    )


def _gap(prior: Tensor, low: float, high: float) -> tuple[float, float]:
    """An interval as wide as [low, high] around the draw nearest to its middle."""
    nearest = float(prior[(prior - (low + high) / 2).abs().argmin()])
    return nearest - (high - low) / 2, nearest + (high - low) / 2


def _outward(low: float, high: float) -> str:
    """Say an interval in four digits, rounded so that it loses nothing."""
    step = 10.0 ** (floor(log10(max(abs(low), abs(high)))) - 3)
    return f"[{floor(low / step) * step:.4g}, {ceil(high / step) * step:.4g}]"


def _said(values: Tensor) -> str:
    return "NaN" if bool(values.isnan().any()) else "infinity"
