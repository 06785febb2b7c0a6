"""How well angles of edges are measured, tried where the renderer knows them."""

import torch

from generators.articles.inverse_set.analysis.truth import attributes
from generators.datasets import textures


def error(kind: str, n: int, seed: int) -> float:
    """Median difference in degrees between the angle of edges as measured and as the renderer has it, for one class.

    The class's edges run along the x axis of its own turned frame, as the courses of bricks do.
    """
    z = torch.randn(n, textures.CODE_SIZE, generator=torch.Generator().manual_seed(seed))
    across, _ = attributes.edges(attributes.brightness(textures.render(kind, z)))
    known = torch.pi / 2 - textures.factors(kind, z)["angle"].values
    off = (across - known + torch.pi / 2).remainder(torch.pi) - torch.pi / 2
    return float(off.abs().rad2deg().median())
