"""Whether icons of a layer fill: are they made for all of its positions at once, or for the middle one alone."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis import inverting, pictures
from generators.articles.activation_atlas.analysis.inverting.parts import in_parts
from generators.articles.activation_atlas.analysis.inverting.reading import maps, read
from generators.networks import Network
from generators.stages import stage

BELOW = 0.5
"""A position that sees more than this share of a picture's side fills an icon by itself."""
TRIED, STEPS = 24, 64
"""Real activations for which both kinds of icon are made, and in how many steps."""
WORSE = 0.25
"""By how much less faithful icons may be that fill, as centred cosine: single activations are harder than means."""


def fills(network: Network, path: str) -> bool:
    """Say so where each position sees but a small part of a picture, and not one alone can be as it is.

    All positions together cannot show an edge with light to its left: another has it to its right.
    """
    assert network.example_shape
    sees_part = pictures.receptive(network, path).px <= BELOW * min(network.example_shape[-2:])
    return sees_part and stage(network, fill_as_well, path=path)


def fill_as_well(network: Network, path: str) -> bool:
    """Make icons of both kinds for what some pictures give in the middle, and compare how faithful they are."""
    shown = np.linspace(0, len(pictures.readable(network)) - 1, 4 * TRIED).astype(np.int64)
    levels = pictures.pictures(network, shown).float() / pictures.LEVELS

    @torch.no_grad()
    def given(part: slice) -> Tensor:
        return read(maps(network, path, levels[part].to(network.device)), False).cpu()

    found = in_parts(given, len(levels), len(levels))[0].numpy()
    targets, mean = found[:TRIED], found.mean(0)
    filling, alone = (_faithful(network, path, targets, mean, fill) for fill in (True, False))
    return bool(filling >= alone - WORSE)


def _faithful(network: Network, path: str, targets: np.ndarray, mean: np.ndarray, fill: bool) -> float:
    made = inverting.invert(network, path, targets, mean, inverting.FAITHFUL, fill, STEPS, 0)
    seen = np.asarray(inverting.activated(network, path, made.icons, fill))
    near, wanted = (inverting.fidelity.directions(each, mean) for each in (seen, targets))
    return float((near * wanted).sum(1)[wanted.any(1)].mean())
