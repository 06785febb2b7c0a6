"""Draw from a network's generators and measure what they make beside real pictures."""

import numpy as np
import torch
from torch.nn.functional import interpolate

from generators.articles.report.analysis.examples import LARGEST_PX
from generators.articles.report.results.generated import Generated, Made
from generators.networks import Network, generative
from generators.networks.running import run


def sample(network: Network, shown: int, compared: int, steps: int, seed: int) -> Generated:
    """Show ``shown`` pictures of each generator and compare ``compared``; one is fitted where there is none."""
    data = network.dataset
    real = data.test.x[torch.randperm(len(data.test), generator=torch.Generator().manual_seed(seed))][: 2 * compared]
    measured = [(each, generative.measure(each, network, real, seed)) for each in generative.load(network, steps)]
    first = measured[0][1]
    return Generated(
        generators=tuple(_made(network, generator, quality, shown, seed) for generator, quality in measured),
        labels=network.labels,
        n_classes=first.n_classes,
        confident_real=first.confident_real,
        covered_real=first.covered_real,
        frechet_real=first.frechet_real,
        nearest_real=first.nearest_real,
    )


@torch.no_grad()
def _made(
    network: Network, generator: generative.Generator, quality: generative.Quality, shown: int, seed: int
) -> Made:
    z, y = generator.draw(shown, seed + 1)
    levels = generator(z.to(network.device), y.to(network.device))
    made = generator.prepare(levels).cpu()
    probability, answer = run(network.name, network.module, made, network.device).softmax(1).max(1)
    return Made(
        name=generator.name,
        origin=generator.origin,
        code_size=generator.code_size,
        pictures=_shown(levels.cpu()),
        answer=answer.numpy(),
        probability=probability.double().numpy(),
        n=quality.n,
        confident=quality.confident,
        covered=quality.covered,
        frechet=quality.frechet,
        nearest=quality.nearest,
        nearest_back=quality.nearest_back,
    )


def _shown(levels: torch.Tensor) -> np.ndarray:
    """Pictures (n, c, h, w) in 0..1 as levels of grey or colour: uint8 (n, height, width, c)."""
    if (side := max(levels.shape[2:])) > LARGEST_PX:
        levels = interpolate(levels, scale_factor=LARGEST_PX / side, mode="bilinear", antialias=True)
    if levels.shape[1] not in (1, 3):
        levels = levels.mean(1, keepdim=True)
    return (levels.clamp(0, 1) * 255).round().byte().movedim(1, -1).contiguous().numpy()
