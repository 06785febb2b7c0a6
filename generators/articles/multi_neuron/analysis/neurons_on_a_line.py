"""A layer with one input: where its neurons switch, and how often a random one has a wanted change of signs.

Neuron i gives ``y_i = w_i x + b_i`` and passes the threshold ``t_i`` at ``(t_i - b_i) / w_i``. With x uniform on an
interval, y_i is uniform between its values at the ends, so that its q-quantile is its value at the input that leaves
the share 1 - q of the interval on the side towards which the neuron grows.
"""

from collections.abc import Sequence

import numpy as np

from generators.articles.multi_neuron.results.neurons_on_a_line import Cut, NeuronsOnALine
from generators.errors import UsageError


def cut(weight: np.ndarray, bias: np.ndarray, low: float, high: float, quantile: float | None = None) -> Cut:
    """Cut an interval where neurons, weight[n] and bias[n], pass 0, or the quantile of their outputs on it."""
    if quantile is None:
        thresholds, crossings = np.zeros(len(weight)), crossing(weight, bias, 0.0)
    else:
        share = np.where(weight > 0, quantile, 1 - quantile)
        crossings = np.where(weight == 0, np.inf, low + share * (high - low))
        thresholds = np.where(weight == 0, bias, weight * (low + share * (high - low)) + bias)
    breakpoints = np.unique(crossings[(low < crossings) & (crossings < high)])
    ends = np.concatenate([[low], breakpoints, [high]])
    codes = np.outer((ends[:-1] + ends[1:]) / 2, weight) + bias > thresholds
    return Cut(low, high, quantile, thresholds, crossings, breakpoints, codes)


def crossing(weight: np.ndarray, bias: np.ndarray, threshold: float) -> np.ndarray:
    """Solve ``weight x + bias = threshold``; inf where the output does not depend on x."""
    flat = weight == 0
    return np.where(flat, np.inf, (threshold - bias) / np.where(flat, 1, weight))


def draw(seed: int, n_neurons: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw weights and biases as PyTorch does for a layer with one input: uniform between -1 and 1."""
    weight, bias = np.random.default_rng(seed).uniform(-1, 1, (2, n_neurons))
    return weight, bias


def turns_alone(weight: np.ndarray, bias: np.ndarray, turning: int, first: float, second: float) -> bool:
    """Tell whether ``turning`` is on at the first input and off at the second, and no other neuron changes sign."""
    before, after = weight * first + bias > 0, weight * second + bias > 0
    return bool(before[turning] and np.flatnonzero(before != after).tolist() == [turning])


def probability(n_neurons: int, first: float, second: float) -> float:
    """Give the chance of ``turns_alone`` for inputs between -1 and 1.

    The ratio of two numbers drawn uniformly between -1 and 1 has the density 1/4 there, and falls as often as it rises.
    """
    changes = abs(second - first) / 4
    return changes / 2 * (1 - changes) ** (n_neurons - 1)


def find_neurons(
    n_neurons: int = 8,
    turning: int = 2,
    inputs: Sequence[float] = (0.3, 0.7),
    ends: Sequence[float] = (-1.0, 1.0),
    quantile: float = 0.95,
    at_least: int = 7,
    apart: float = 0.06,
    n_draws: int = 20_000,
) -> NeuronsOnALine:
    """Keep the first seed whose neuron ``turning``, alone, turns off between the inputs, and that can be drawn legibly.

    Legible is a draw with ``at_least`` breakpoints between the ends, all of them ``apart`` from one another, from the
    ends, from 0 and from the inputs. All ``n_draws`` seeds are looked at, to say how rare that is.
    """
    (first, second), (low, high) = inputs, ends
    matching = [seed for seed in range(n_draws) if turns_alone(*draw(seed, n_neurons), turning, first, second)]
    marks = [low, 0.0, first, second, high]
    legible = [seed for seed in matching if _stand_apart(*draw(seed, n_neurons), marks, at_least, apart)]
    if not legible:
        raise UsageError(
            f"none of {n_draws:,} draws of {n_neurons} neurons has neuron {turning + 1} alone turn off between "
            f"{first:g} and {second:g} with {at_least} breakpoints {apart:g} apart; ask for fewer or draw more"
        )
    weight, bias = draw(legible[0], n_neurons)
    return NeuronsOnALine(
        weight=weight[:, None],
        bias=bias,
        seed=legible[0],
        turning=turning,
        first=first,
        second=second,
        apart=apart,
        n_draws=n_draws,
        n_turning=len(matching),
        n_legible=len(legible),
        probability=probability(n_neurons, first, second),
        whole=cut(weight, bias, low, high),
        positive=cut(weight, bias, 0.0, high),
        whole_quantile=cut(weight, bias, low, high, quantile),
        positive_quantile=cut(weight, bias, 0.0, high, quantile),
    )


def _stand_apart(weight: np.ndarray, bias: np.ndarray, marks: Sequence[float], at_least: int, apart: float) -> bool:
    """Tell whether enough breakpoints lie between the first mark and the last, none too near to anything marked."""
    crossings = crossing(weight, bias, 0.0)
    inside = crossings[(marks[0] < crossings) & (crossings < marks[-1])]
    places = np.sort(np.concatenate([inside, marks]))
    return len(inside) >= at_least and bool(np.diff(places).min() >= apart)
