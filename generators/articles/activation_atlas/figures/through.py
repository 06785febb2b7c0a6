"""A class through the layers: for each a row of icons, and a row of the real positions nearest to their cells."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from generators.articles.activation_atlas.results.through import Stage, Through
from generators.drawing import Pictures


def through(found: Through) -> Pictures:
    """Draw the cells that hold most of the class, layer by layer; below each, how much of what it holds is of it."""
    side = max(stage.icons.shape[1] for stage in found.stages)
    pictures, rows, captions = [], [], []
    for stage in found.stages:
        pictures += [*_scaled(stage.icons, side), *_scaled(stage.patches, side)]
        rows += [(stage.path, len(stage.icons)), (f"{stage.path}, real", len(stage.patches))]
        captions += [""] * len(stage.icons) + [f"{100 * share:.0f}%" for share in stage.share]
    return Pictures(np.stack(pictures), rows, list(_about(found)), captions)


def _about(found: Through) -> Iterator[Mapping[str, Any]]:
    for stage in found.stages:
        for what in ("icon", "real patch"):
            yield from (_one(stage, what, index) for index in range(len(stage.icons)))


def _one(stage: Stage, what: str, index: int) -> dict[str, Any]:
    return {
        "layer": stage.path,
        "what": what,
        "attribution": float(stage.attribution[index]),
        "share of the class": float(stage.share[index]),
        "most frequent class": stage.others[index],
    }


def _scaled(pictures: np.ndarray, side: int) -> np.ndarray:
    """Repeat or leave out pixels until pictures are as large as others: uint8 (n, side, side, c)."""
    index = np.arange(side) * pictures.shape[1] // side
    return pictures[:, index][:, :, index]
