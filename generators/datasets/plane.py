"""Points of the plane and what each of them belongs to: two moons, two spirals, and a flat picture of a fish.

All three are made by the formulas below and a seed, lie in or about the square from −1 to 1, and are what a network
sees: nothing is scaled. Moons overlap, so no network is always right about them (``ceiling`` says how often one can
be); spirals and the picture's colours do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.datasets.dataset import Dataset, Split

if TYPE_CHECKING:
    import numpy as np

SEED = 0
FEATURES = ("x", "y")
MOONS = ("upper moon", "lower moon")
SPIRALS = ("first arm", "second arm")
COLOURS = ("water", "deep water", "orange", "white", "black")

MOON_RADIUS = 0.52
MOON_NOISE = 0.1
"""Standard deviation of what is added to each coordinate of a moon."""
TURNS = 1.75
SPIRAL_NOISE = 0.012
PIXELS = 128
"""The picture's height and width."""


def load_moons() -> Dataset:
    """Two half circles, each beginning inside the other, with so much noise that they overlap: 2 × 2,000 points."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    y = np.arange(4_000) % 2
    points = moon(y, chance.uniform(0, np.pi, len(y))) + MOON_NOISE * chance.standard_normal((len(y), 2))
    return _dataset("moons", points, y, MOONS)


def load_spirals() -> Dataset:
    """Two arms wound into each other, 1.75 turns each, a little blurred: 2 × 2,000 points."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    y = np.arange(4_000) % 2
    radius = np.sqrt(
        chance.uniform(0.006, 0.9, len(y))
    )  # square root: as many points on the outer turns as on the inner
    angle = 2 * np.pi * TURNS * radius + np.pi * y
    points = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return _dataset("spirals", points + SPIRAL_NOISE * chance.standard_normal(points.shape), y, SPIRALS)


def load_picture() -> Dataset:
    """The middles of the picture's 128 × 128 pixels, and the colour of each."""
    import numpy as np

    middles = (np.arange(PIXELS) + 0.5) / PIXELS * 2 - 1
    points = np.stack(np.meshgrid(middles, middles), -1).reshape(-1, 2)
    shuffled = np.random.default_rng(SEED).permutation(len(points))
    return _dataset("picture", points[shuffled], colour(points[shuffled]), COLOURS)


def moon(y: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """The points (n, 2) on the moons ``y`` (n,), 0 or 1, at ``angle`` (n,) from 0 to π, without noise."""
    import numpy as np

    side = 1 - 2 * y  # the lower moon is the upper one turned by half a circle about the origin
    on_circle = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], -1)
    return MOON_RADIUS * side[..., None] * on_circle


def ceiling(data: Dataset) -> float:
    """How often the best possible answer, the moon that is likelier at a point, is right about the held-out ones."""
    import numpy as np

    angles = (np.arange(720) + 0.5) / 720 * np.pi
    curves = [moon(np.full_like(angles, label), angles) for label in range(2)]  # 2 × (720, 2)
    points = data.test.raw[:, None]  # (n, 1, 2)
    likely = [np.exp(-((points - curve) ** 2).sum(-1) / (2 * MOON_NOISE**2)).mean(1) for curve in curves]
    return float((np.argmax(likely, 0) == data.test.y.numpy()).mean())


def colour(points: np.ndarray) -> np.ndarray:
    """The picture: which of ``COLOURS`` lies at each of the points (n, 2), as int64 (n,)."""
    import numpy as np

    x, y = points.T
    painted = np.where(y < -0.55 + 0.09 * np.sin(4.2 * x + 0.6), 1, 0)
    for shape, index in _fish(x, y):
        painted[shape] = index
    return painted


def _fish(x: np.ndarray, y: np.ndarray) -> list[tuple[np.ndarray, int]]:
    """A clownfish that swims to the left: where each part is and its colour, from the back to the front."""
    import numpy as np

    orange, white, black = (COLOURS.index(name) for name in ("orange", "white", "black"))
    body = _ellipse(x, y, -0.12, 0.0, 0.62, 0.40 * np.clip(1 - 0.28 * (x + 0.12), 0.3, None))
    tail = _ellipse(x, y, 0.68, 0.0, 0.22, 0.36)
    back = _ellipse(x, y, -0.02, 0.36, 0.36, 0.24)
    belly = _ellipse(x, y, 0.05, -0.38, 0.22, 0.20)
    fins = np.minimum(np.minimum(tail, back), belly)
    bend = x - 0.3 * y**2
    return [
        (fins < 1, black),
        (fins < 0.62, orange),
        (body < 1, orange),
        ((body < 1) & (abs(bend + 0.36) < 0.125), black),
        ((body < 1) & (abs(bend + 0.36) < 0.085), white),
        ((body < 1) & (abs(bend - 0.20) < 0.125), black),
        ((body < 1) & (abs(bend - 0.20) < 0.085), white),
        (_ellipse(x, y, -0.55, 0.08, 0.085, 0.085) < 1, white),
        (_ellipse(x, y, -0.565, 0.08, 0.05, 0.05) < 1, black),
    ]


def _ellipse(
    x: np.ndarray, y: np.ndarray, across: float, up: float, width: float, height: np.ndarray | float
) -> np.ndarray:
    """Squared distance from the middle, 1 on the rim."""
    return ((x - across) / width) ** 2 + ((y - up) / height) ** 2


def _dataset(name: str, points: np.ndarray, y: np.ndarray, labels: tuple[str, ...]) -> Dataset:
    """Hold out every fourth point of each label, in the order in which chance dealt them."""
    import torch

    from generators.datasets.splitting import held_out

    x, answers = torch.from_numpy(points).float(), torch.from_numpy(y).long()
    out = held_out(y, every=4)
    train, test = (Split(x[part], answers[part], points[part]) for part in (~out, out))
    return Dataset(name, train, test, labels, FEATURES, (0.0, 0.0), (1.0, 1.0))
