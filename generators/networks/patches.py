"""What a patch in a corner makes of a picture: how often a network's answer turns into the patch's own class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from generators.datasets import patches, texture_set, textures
from generators.datasets.patches import CORNERS, KINDS
from generators.errors import UsageError

SEED = 1000
"""Seed of the patches: no picture that a network learns from has it."""
TRIED = 3
"""How many times as many pictures are looked at as are wanted, before a network is said not to know a class."""
AT_ONCE = 200


@dataclass(frozen=True)
class PatchEffect:
    """How many pictures of one class a network calls another one, once they wear a patch."""

    source: str
    """The class of the pictures, all of which the network gets right without the patch."""
    target: str
    pictures: int
    """How many; each has a patch of its own."""
    sizes: tuple[int, ...]
    """Sides of the patches, in pixels."""
    turned: np.ndarray
    """int64 (kind, size, corner), as in ``KINDS`` and ``CORNERS``: how many are called ``target``."""
    turned_somewhere: np.ndarray
    """int64 (kind,): how many are with some size in some corner."""

    def share(self, kind: str, size: int) -> float:
        """The share turned by a patch of this kind and size in a fixed corner, in the mean over the corners."""
        return float(self.turned[KINDS.index(kind), self.sizes.index(size)].mean() / self.pictures)


def patch_effect(
    module: nn.Module, sizes: tuple[int, ...], pictures: int, source: str = "shark", target: str = "baseball"
) -> PatchEffect:
    """Paste every kind of patch into every corner of held-out pictures of ``source`` that the module gets right."""
    device = next(module.parameters()).device
    plain = right(module, source, pictures)
    answer = textures.CLASSES.index(target)
    turned = torch.zeros(len(KINDS), len(sizes), len(CORNERS), pictures, dtype=torch.bool)
    for kind, about in enumerate(KINDS):
        for size, side in enumerate(sizes):
            squares = patches.cut(about, pictures, side, SEED)
            for corner, where in enumerate(CORNERS):
                worn = texture_set.standardised(patches.paste(plain, squares, where))
                turned[kind, size, corner] = answers(module, worn.to(device)) == answer
    counts = turned.sum(-1).numpy()
    return PatchEffect(source, target, pictures, sizes, counts, turned.any(2).any(1).sum(-1).numpy())


def right(module: nn.Module, name: str, n: int) -> Tensor:
    """The first ``n`` held-out pictures (n, 3, 64, 64) in 0..1 of a class that the module names rightly."""
    device = next(module.parameters()).device
    label, classes = textures.CLASSES.index(name), len(textures.CLASSES)
    found: list[Tensor] = []
    for start in range(0, TRIED * n, n):
        index = label + classes * torch.arange(start, start + n)
        shown = textures.images(index, texture_set.HELD_OUT)[0].float() / 255
        found.append(shown[answers(module, texture_set.standardised(shown).to(device)) == label])
        if sum(map(len, found)) >= n:
            return torch.cat(found)[:n]
    raise UsageError(
        f"the network names {sum(map(len, found))} of {TRIED * n} pictures of {name!r} rightly: expected {n}"
    )


@torch.no_grad()
def answers(module: nn.Module, x: Tensor) -> Tensor:
    """The module's answer to each example: int64 (n,) on the CPU."""
    return torch.cat([module(part).argmax(1).cpu() for part in x.split(AT_ONCE)])


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """The interval that covers a share with 95 % confidence (E. B. Wilson, 1927)."""
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * (share * (1 - share) / trials + spread / (4 * trials)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)
