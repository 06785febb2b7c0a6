"""Inverting: the picture whose activation, in one layer, points where the mean of a cell points.

``spectrum`` says what a picture is made of, ``canvas`` how large it is, ``transforms`` how it is shaken while it forms,
``objectives`` what it aims at, ``descent`` how it gets there; ``fidelity`` measures how far it got.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis.inverting import objectives
from generators.articles.activation_atlas.analysis.inverting.canvas import Canvas, canvas
from generators.articles.activation_atlas.analysis.inverting.descent import Task, descend
from generators.articles.activation_atlas.analysis.inverting.fidelity import measure, nearest_icons
from generators.articles.activation_atlas.analysis.inverting.objectives import whitening
from generators.articles.activation_atlas.analysis.inverting.parts import in_parts
from generators.articles.activation_atlas.analysis.inverting.reading import maps, read
from generators.articles.activation_atlas.analysis.inverting.spectrum import Spectrum, spectrum
from generators.articles.activation_atlas.analysis.inverting.transforms import Strength, transformed
from generators.networks import Network
from generators.networks.training import arithmetic

__all__ = ["Inverted", "activated", "invert", "measure", "nearest_icons", "whitening"]

LEVELS = 255
FAITHFUL, VIVID, PUBLISHED, WHITENED = "faithful", "vivid", "published", "whitened"
"""What an icon may aim at; see ``objectives``."""
AT_ONCE = 256
"""Icons in one forward pass."""
WHOLE, PART = Strength(degrees=10, shift=0.06, scale=0.08), Strength(degrees=5, shift=0.05, scale=0.04)
"""Transforms of pictures as large as the network's input, and of smaller ones."""
VARIATION = {objectives.FAITHFUL: 0.3, objectives.VIVID: 0.3}
"""The weight of the total variation; the published objectives have none."""


@dataclass(frozen=True)
class Inverted:
    icons: np.ndarray
    """uint8 (c, px, px, channels); grey where a target is the mean, so that it points nowhere."""
    steps: np.ndarray
    """int32 (c,), how many each took."""


def invert(
    network: Network,
    path: str,
    targets: np.ndarray | Tensor,
    mean: np.ndarray | Tensor,
    objective: str,
    fill: bool,
    steps: int,
    seed: int,
    whitening: np.ndarray | Tensor | None = None,
    start: np.ndarray | Tensor | None = None,
) -> Inverted:
    """Find an icon for each target (c, d), the mean activation of a cell; ``mean`` (d,) is that of the layer.

    With ``fill`` all positions within the edges have this activation in the mean, else the middle one has it.
    ``start`` are icons (c, px, px, channels) to begin from, such as those of a coarser grid: that takes fewer steps.
    """
    plan, device = canvas(network, path, fill), network.device
    v, middle = (torch.as_tensor(each, dtype=torch.float, device=device) for each in (targets, mean))
    S = None if whitening is None else torch.as_tensor(whitening, dtype=torch.float, device=device)
    aim = objectives.objective(objective, v, middle, S)
    transform = spectrum(plan.channels, plan.height, plan.width, device)
    about = _Making(network, path, fill, plan, aim, transform, VARIATION.get(objective, 0.0))
    begin = None if start is None else transform.coefficients(plan.lay(_levels(start, device)))
    task = Task(about.loss, about.value, (plan.channels, *transform.shape), begin, steps, seed, device)
    icons = np.full((len(targets), plan.px, plan.px, plan.channels), LEVELS // 2, np.uint8)
    taken = np.zeros(len(targets), np.int32)
    for numbers, x, age in descend(task, aim.defined.nonzero()[:, 0].tolist(), f"icons of {path}"):
        if numbers:
            icons[numbers], taken[numbers] = _shown(plan.cut(transform.picture(x))), age.cpu().numpy()
    return Inverted(icons, taken)


@torch.no_grad()
def activated(network: Network, path: str, icons: np.ndarray | Tensor, fill: bool) -> Tensor:
    """What icons uint8 (c, px, px, channels), as they are published and untransformed, activate: float32 (c, d)."""
    plan = canvas(network, path, fill)

    def seen(part: slice) -> Tensor:
        return read(maps(network, path, plan.lay(_levels(icons[part], network.device))), fill).cpu()

    return in_parts(seen, len(icons), AT_ONCE)[0]


@dataclass(frozen=True, eq=False)
class _Making:
    """Icons of one layer in the making."""

    network: Network
    path: str
    fill: bool
    plan: Canvas
    aim: objectives.Objective
    spectrum: Spectrum
    variation: float

    def loss(self, x: Tensor, which: Tensor, draws: Tensor) -> Tensor:
        """What is to fall (n,), for coefficients x (n, …)."""
        picture = self.spectrum.picture(x)
        shaken = transformed(picture, draws, WHOLE if self.plan.whole else PART)
        return self.variation * _total_variation(picture) - self.aim.value(self.seen(shaken), which)

    def value(self, x: Tensor, which: Tensor) -> Tensor:
        """What is to grow (n,), of pictures that are not shaken."""
        return self.aim.value(self.seen(self.spectrum.picture(x)), which)

    def seen(self, picture: Tensor) -> Tensor:
        """Activations (n, d) in the arithmetic that is quickest."""
        with arithmetic(self.network.device.split(":")[0]):
            found = maps(self.network, self.path, picture)
        return read(found, self.fill)


def _total_variation(picture: Tensor) -> Tensor:
    """The mean difference between neighbours in a row, and in a column: (n,)."""
    across, down = picture.diff(dim=3), picture.diff(dim=2)
    return across.abs().mean((1, 2, 3)) + down.abs().mean((1, 2, 3))


def _levels(icons: np.ndarray | Tensor, device: str) -> Tensor:
    """Icons uint8 (c, px, px, channels) as pictures (c, channels, px, px), 0 to 1."""
    return torch.tensor(np.asarray(icons)).to(device).movedim(-1, 1).float() / LEVELS


def _shown(picture: Tensor) -> np.ndarray:
    return (picture * LEVELS).round().byte().movedim(1, -1).cpu().numpy()
