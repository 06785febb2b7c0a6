"""A layer with two inputs: planes over a square, and the codes that their signs form there."""

from itertools import product

import numpy as np

from generators.articles.multi_neuron.analysis.zero_lines import crossings, draw, room
from generators.articles.multi_neuron.results.planes import Planes
from generators.errors import UsageError

FLATTEST, HIGHEST = 0.5, 1.2
"""How steep a plane must be to be seen to rise, and how far it may."""


def draw_planes(n_neurons: int = 3, n_draws: int = 20_000) -> Planes:
    """Of many random layers, keep the one with most room between all that is drawn.

    A draw counts if all zero lines cross one another in the square from -1 to 1 and no plane is flat or tall.
    UsageError where none does.
    """
    drawn = [(seed, *draw(seed, n_neurons)) for seed in range(n_draws)]
    counting = [(room(weight, bias), -seed) for seed, weight, bias in drawn if _legible(weight, bias)]
    if not counting:
        raise UsageError(
            f"none of {n_draws:,} draws of {n_neurons} neurons has zero lines that all cross in the square; ask for "
            "fewer neurons or draw more"
        )
    return _placed(-max(counting)[1], n_neurons, n_draws)


def _legible(weight: np.ndarray, bias: np.ndarray) -> bool:
    steep, highest = np.linalg.norm(weight, axis=1), np.abs(weight).sum(1) + np.abs(bias)
    return bool(steep.min() > FLATTEST and highest.max() < HIGHEST and np.abs(crossings(weight, bias)).max() < 1)


def _placed(seed: int, n_neurons: int, n_draws: int) -> Planes:
    weight, bias = draw(seed, n_neurons)
    at = _aside(weight, bias)
    occurring = {tuple(code) for code in (_probes(weight, bias) @ weight.T + bias > 0).tolist()}
    every = list(product((False, True), repeat=n_neurons))
    return Planes(
        weight=weight,
        bias=bias,
        seed=seed,
        n_draws=n_draws,
        at=at,
        outputs=weight @ at + bias,
        codes=np.array([code for code in every if code in occurring]),
        absent=np.array([code for code in every if code not in occurring], bool).reshape(-1, n_neurons),
    )


def _aside(weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Choose, of four places near the corners, the one farthest from every zero line."""
    places = np.array(list(product((-0.8, 0.8), repeat=2)))
    away = np.abs(places @ weight.T + bias) / np.linalg.norm(weight, axis=1)
    return places[away.min(1).argmax()]


def _probes(weight: np.ndarray, bias: np.ndarray, step: float = 1e-6) -> np.ndarray:
    """Give a point in every region that touches a crossing: where all lines cross, these are all regions."""
    around = np.array([(np.cos(angle), np.sin(angle)) for angle in np.linspace(0, 2 * np.pi, 720, endpoint=False)])
    return (crossings(weight, bias)[:, None] + step * around).reshape(-1, 2)
