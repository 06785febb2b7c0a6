"""A network 3 -> 8 -> 2 as keys and values, y = W_value relu(W_key x), found by lot, and its output added up both ways.

Neuron by neuron, output j is the sum over its synapses, y_j = sum_i W_value[j, i] a_i. Direction by direction, the
output is the sum of the values, each times its key, y = sum_i a_i v_i (Geva et al., 2021). Both are one matrix product.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.errors import UsageError

MOST, STEP = 1.0, 0.1
"""The largest input that a reader can choose, and from one to the next."""
CLEAR, SHORTEST = 0.05, 0.7
"""Least preactivation, either way, and least length of a scaled value."""
APART_DEGREES, FAN_DEGREES = 30.0, 10.0
"""Least angle between the lines of two scaled values, and between two values."""
CHUNK = 50_000
"""Networks drawn at a time."""

Draw = tuple[np.ndarray, np.ndarray, np.ndarray]
"""W_key[8, 3], W_value[2, 8] and x[3]."""


def find_network(
    wanted: Sequence[int] = (4, 6, 7),
    within: float = 4.5,
    n_draws: int = 1_000_000,
    n_inputs: int = 100_000,
    seed: int = 0,
) -> KeyValue:
    """Keep the first draw for whose input exactly the ``wanted`` keys, counted from 1, fire, and that is legible.

    Legible is a draw whose scaled values are neither short nor parallel and pull either output both ways, whose sums
    stay ``within`` for every input, and whose every key fires for some change of a single input. All ``n_draws`` are
    looked at, to say how rare that is. Both ways of adding are compared for ``n_inputs`` random inputs.
    """
    keys = np.array(wanted) - 1
    matching = list(_matching(keys, n_draws, seed))
    legible = [(number, draw) for number, draw in matching if _is_legible(*draw, within)]
    if not legible:
        raise UsageError(
            f"none of {n_draws:,} draws of 8 keys has keys {', '.join(map(str, wanted))} alone fire and sums within "
            f"{within:g}; ask for other keys, for wider sums, or draw more"
        )
    number, (w_key, w_value, x) = legible[0]
    preactivations = np.round(w_key @ x, 2)
    activations = np.maximum(preactivations, 0)
    contributions = np.round(w_value * activations, 2) + 0.0  # no −0
    paths = _paths(w_key, w_value, _choices())
    same, opposite, single = _differences(w_key, w_value, n_inputs, seed)
    return KeyValue(
        w_key=w_key,
        w_value=w_value,
        x=x,
        preactivations=preactivations,
        activations=activations,
        contributions=contributions,
        path=np.round(np.vstack([np.zeros(2), contributions.T.cumsum(0)]), 2) + 0.0,
        most=MOST,
        step=STEP,
        largest_key=float(np.abs(preactivations).max()),
        low=np.round(np.minimum(paths.min((0, 2)), w_value.min(1)), 2),
        high=np.round(np.maximum(paths.max((0, 2)), w_value.max(1)), 2),
        seed=seed,
        draw=number,
        n_draws=n_draws,
        n_wanted=len(matching),
        n_legible=len(legible),
        n_inputs=n_inputs,
        same_order_error=same,
        identity_error=opposite,
        identity_error_float32=single,
    )


def neuron_wise(w_value: np.ndarray, activations: np.ndarray, order: Sequence[int]) -> np.ndarray:
    """Add, for one output after the other, what its synapses bring: activations[n, 8] -> y[n, 2]."""
    outputs = []
    for row in w_value:
        total = np.zeros(len(activations), activations.dtype)
        for i in order:
            total = total + row[i] * activations[:, i]
        outputs.append(total)
    return np.stack(outputs, axis=1)


def direction_wise(w_value: np.ndarray, activations: np.ndarray, order: Sequence[int]) -> np.ndarray:
    """Add one value after the other, each times its key: activations[n, 8] -> y[n, 2]."""
    y = np.zeros((len(activations), len(w_value)), activations.dtype)
    for i in order:
        y = y + activations[:, i, None] * w_value[:, i]
    return y


def _matching(keys: np.ndarray, n_draws: int, seed: int) -> Iterator[tuple[int, Draw]]:
    """Draw networks with inputs, and give those in which exactly ``keys`` fire, with their numbers from 1.

    Keys are drawn in fifths, values in halves and inputs in tenths, so that all sums have two decimals.
    """
    lot = np.random.RandomState(seed)
    fifths, halves = np.delete(np.arange(-5, 6), 5), np.delete(np.arange(-4, 5), 4)
    tenths = np.concatenate([np.arange(-9, -1), np.arange(2, 10)])
    wanted = np.isin(np.arange(8), keys)
    for first in range(0, n_draws, CHUNK):
        n = min(CHUNK, n_draws - first)
        w_key, w_value, x = lot.choice(fifths, (n, 8, 3)), lot.choice(halves, (n, 2, 8)), lot.choice(tenths, (n, 3))
        fires = np.einsum("nij,nj->ni", w_key, x) > 0
        for k in np.flatnonzero((fires == wanted).all(1)):
            yield first + int(k) + 1, (w_key[k] / 5, w_value[k] / 2, x[k] / 10)


def _is_legible(w_key: np.ndarray, w_value: np.ndarray, x: np.ndarray, within: float) -> bool:
    z = w_key @ x
    arrows = (w_value * z)[:, z > 0]
    lengths = np.linalg.norm(arrows, axis=0)
    return bool(
        np.abs(z).min() >= CLEAR
        and lengths.min() >= SHORTEST
        and (arrows.min(1) < 0).all()
        and (arrows.max(1) > 0).all()
        and _least_angle(arrows, signed=False) >= APART_DEGREES
        and _least_angle(w_value, signed=True) >= FAN_DEGREES
        and _all_can_fire(w_key, x)
        and np.abs(_paths(w_key, w_value, _choices())).max() <= within
    )


def _least_angle(arrows: np.ndarray, signed: bool) -> float:
    """Give the least angle between arrows[2, n], or between the lines they lie on, in degrees."""
    units = arrows / np.linalg.norm(arrows, axis=0)
    cosines = (units.T @ units)[np.triu_indices(units.shape[1], 1)]
    return float(np.degrees(np.arccos(np.clip((cosines if signed else np.abs(cosines)).max(), -1, 1))))


def _steps() -> np.ndarray:
    n = round(MOST / STEP)
    return np.arange(-n, n + 1) * STEP


def _choices() -> np.ndarray:
    """List every input that a reader can choose: [n, 3]."""
    return np.array(list(product(_steps(), repeat=3)))


def _all_can_fire(w_key: np.ndarray, x: np.ndarray) -> bool:
    """Tell whether every key fires for some input that differs from ``x`` in one number."""
    neighbours = [np.where(np.arange(3) == j, value, x) for j in range(3) for value in _steps()]
    return bool((np.round(np.array(neighbours) @ w_key.T, 2) > 0).any(0).all())


def _paths(w_key: np.ndarray, w_value: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Give every running sum of scaled values: [n, 2, 8]."""
    return (np.maximum(inputs @ w_key.T, 0)[:, None] * w_value).cumsum(2)


def _differences(w_key: np.ndarray, w_value: np.ndarray, n_inputs: int, seed: int) -> tuple[float, float, float]:
    """Compare both ways of adding: in one order, in opposite orders, and so in float32."""
    x = np.random.RandomState(seed).uniform(-MOST, MOST, (n_inputs, 3))
    activations, forth, back = np.maximum(x @ w_key.T, 0), range(8), range(7, -1, -1)

    def off(order: Sequence[int], dtype: type[np.floating]) -> float:
        values, keys = w_value.astype(dtype), activations.astype(dtype)
        return float(np.abs(neuron_wise(values, keys, forth) - direction_wise(values, keys, order)).max())

    return off(forth, np.float64), off(back, np.float64), off(back, np.float32)
