"""How good a generator is, seen by the network whose neurons it serves; every number beside what real pictures get.

Features are what the network's last linear layer reads. Fréchet distance: M. Heusel and others, "GANs trained by a two
time-scale update rule converge to a local Nash equilibrium", 2017, with these features in place of Inception's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from generators.errors import UsageError
from generators.networks import running

if TYPE_CHECKING:
    from generators.networks.generative.generator import Generator
    from generators.networks.network import Network

CONFIDENT = 0.9
"""The probability of one class above which a network is called confident."""
BATCH = 100


@dataclass(frozen=True)
class Quality:
    """Generated pictures against as many real ones; distances are Euclidean, between features."""

    n: int
    """Pictures compared, of each kind."""
    confident: float
    """Share of generated pictures of which the network is confident, whatever the class."""
    confident_real: float
    intended: float | None
    """Share that the network takes for the class they were made for; ``None`` where codes say no class."""
    n_classes: int
    covered: int
    """Classes with at least half the confident pictures that even shares of the real ones would give each."""
    covered_real: int
    frechet: float
    """Fréchet distance of generated to real pictures."""
    frechet_real: float
    """The same between two halves of the real ones: what chance alone gives."""
    nearest: float
    """Mean distance of a generated picture to the nearest real one: fidelity."""
    nearest_real: float
    """The same of a real picture to the nearest other."""
    nearest_back: float
    """Mean distance of a real picture to the nearest generated one: diversity."""


@torch.no_grad()
def measure(generator: Generator, network: Network, real: Tensor, seed: int = 0) -> Quality:
    """Compare n generated pictures with real ones (2n, c, h, w), as the network takes them; needs n ≥ 2."""
    n = len(real) // 2
    z, y = generator.draw(n, seed)
    made = torch.cat([generator(z[part], y[part]) for part in torch.arange(n).split(BATCH)])
    features, chances = _see(network, generator.prepare(made))
    features_real, chances_real = _see(network, real)
    first, second = features_real[:n], features_real[n : 2 * n]
    sure, answer = chances.max(1)
    sure_real, answer_real = chances_real[n : 2 * n].max(1)
    n_classes = chances.shape[1]
    confident, confident_real = sure > CONFIDENT, sure_real > CONFIDENT
    enough = max(1.0, float(confident_real.double().mean()) * n / n_classes / 2)
    per_class, per_class_real = (
        torch.bincount(answers[sure], minlength=n_classes)
        for answers, sure in ((answer, confident), (answer_real, confident_real))
    )
    return Quality(
        n=n,
        confident=float(confident.double().mean()),
        confident_real=float(confident_real.double().mean()),
        intended=float((answer == y).double().mean()) if generator.classes else None,
        n_classes=n_classes,
        covered=int((per_class >= enough).sum()),
        covered_real=int((per_class_real >= enough).sum()),
        frechet=frechet(features, first),
        frechet_real=frechet(second, first),
        nearest=_nearest(features, first),
        nearest_real=_nearest(second, first),
        nearest_back=_nearest(first, features),
    )


def frechet(first: Tensor, second: Tensor) -> float:
    """|m₁ − m₂|² + tr(C₁ + C₂ − 2 (C₁ C₂)^½) of two clouds of points (n, d), by their means and covariances."""
    first, second = first.double(), second.double()
    apart = (first.mean(0) - second.mean(0)).square().sum()
    cov_first, cov_second = (torch.atleast_2d(torch.cov(cloud.T)) for cloud in (first, second))
    roots = torch.linalg.eigvals(cov_first @ cov_second).real.clamp(min=0).sqrt()
    return float(apart + cov_first.trace() + cov_second.trace() - 2 * roots.sum())


def _nearest(from_: Tensor, to: Tensor) -> float:
    return float(torch.cdist(from_, to).min(1).values.mean())


def _see(network: Network, x: Tensor) -> tuple[Tensor, Tensor]:
    """What the last linear layer reads (n, d), and the probabilities (n, classes)."""
    head = next((each for each in reversed(list(network.module.modules())) if isinstance(each, nn.Linear)), None)
    if head is None:
        raise UsageError(f"network {network.name!r} has no linear layer, whose input would measure a generator")
    read: list[Tensor] = []
    hook = head.register_forward_pre_hook(lambda _module, given: read.append(given[0].flatten(1).cpu()))
    try:
        chances = running.run(network.name, network.module, x, network.device).softmax(1)
    finally:
        hook.remove()
    return torch.cat(read), chances
