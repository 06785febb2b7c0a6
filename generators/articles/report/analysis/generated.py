"""Draw from a network's generators and measure what they make beside real pictures."""

import torch

from generators.articles.report.analysis.examples import pictures
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
    made = generator.prepare(generator(z.to(network.device), y.to(network.device))).cpu()
    probability, answer = run(network.name, network.module, made, network.device).softmax(1).max(1)
    return Made(
        name=generator.name,
        origin=generator.origin,
        code_size=generator.code_size,
        pictures=pictures(made, torch.arange(len(made)).numpy(), network.dataset.mean, network.dataset.std),
        answer=answer.numpy(),
        probability=probability.double().numpy(),
        n=quality.n,
        confident=quality.confident,
        covered=quality.covered,
        frechet=quality.frechet,
        nearest=quality.nearest,
        nearest_back=quality.nearest_back,
    )
