"""A ``Triangles`` result made with numpy alone, by throwing away."""

import numpy as np

from generators.articles.inverse_set.results.feasible import Triangles

AREA, PERIMETER = (0.1, 0.12), (1.6, 1.9)


def measures(corners: np.ndarray) -> np.ndarray:
    """Heron's formula: area and perimeter of (n, 3, 2)."""
    a, b, c = (np.linalg.norm(corners[:, k] - corners[:, (k + 1) % 3], axis=1) for k in range(3))
    s = (a + b + c) / 2
    return np.stack([np.sqrt((s * (s - a) * (s - b) * (s - c)).clip(0)), 2 * s], 1)


def triangles(n: int = 24) -> Triangles:
    corners = np.random.default_rng(0).random((200_000, 3, 2))
    found = measures(corners)
    inside = ((found > (AREA[0], PERIMETER[0])) & (found < (AREA[1], PERIMETER[1]))).all(1)
    members, half = found[inside], int(inside.sum()) // 2
    return Triangles(
        area=AREA,
        perimeter=PERIMETER,
        corners=corners[inside][half - n : half],
        sampled=members[:half],
        rejected=members[half : 2 * half],
        tried=100_000,
        evaluations=12_000,
        ks=0.03,
        ks_chance=0.05,
    )
