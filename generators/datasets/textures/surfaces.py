"""Surfaces made by people and bees: patterns that repeat."""

import torch
from torch import Tensor

from generators.datasets.textures.canvas import Canvas, mix, soft_edge


def honeycomb(c: Canvas) -> Tensor:
    """Wax walls around hexagonal cells, lit from one side."""
    x, y = c.frame(zoom=(0.7, 1.3))
    cells = c.factor("cells", 3, 4.5, "per half picture")
    x, y, tall = x * cells, y * cells, 3**0.5
    here = (x + 0.5).remainder(1) - 0.5, y.remainder(tall) - tall / 2
    there = x.remainder(1) - 0.5, (y + tall / 2).remainder(tall) - tall / 2
    nearer = here[0] ** 2 + here[1] ** 2 < there[0] ** 2 + there[1] ** 2
    dx, dy = (torch.where(nearer, a, b) for a, b in zip(here, there, strict=True))
    distance = torch.maximum(dx.abs(), dx.abs() / 2 + dy.abs() * tall / 2)  # 0.5 on the hexagon's edge
    fill = c.chance(torch.floor((x - dx) * 2 + 0.5), torch.floor((y - dy) * 2 / tall + 0.5))
    depth = (0.9 * fill + 0.25 * (dx + dy)).clamp(0, 1)
    inside = mix(c.colour("shade", (0.45, 0.22, 0.03)), c.colour("honey", (0.95, 0.62, 0.1)), depth)
    inside = inside * (1 - 0.5 * soft_edge(distance - 0.28, 0.2))[:, None]
    wall = soft_edge(distance - c.factor("opening", 0.36, 0.43, "share of a cell"), 0.06)
    return c.lit(mix(inside, c.colour("wax", (1.0, 0.8, 0.3)), wall))


RECIPES = (honeycomb,)
