"""Generator: a code in, a picture out; and where a network gets its own from.

The entry's ``generator`` comes first, then the exact renderer of a bundled data set, with the learned one beside it;
where there is none, a small one is fitted on the network's pictures, once, and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from generators.datasets.examples import batches
from generators.errors import UsageError
from generators.networks import cards, running, sources, tensors
from generators.networks.generative import fitting

if TYPE_CHECKING:
    from generators.datasets import Dataset
    from generators.networks.configuration import GeneratorEntry
    from generators.networks.network import Network

Origin = Literal["exact", "given", "bundled", "fitted"]
RENDERERS = {"textures": "generators.datasets.textures"}
"""Data sets that are their own exact generator, and the module that renders them."""
LEARNED = {"textures": ("texture-gan", "generators.networks.texture_gan:TextureGAN")}
"""Data sets for which a learned generator is bundled: its name, and the class that makes it."""
LEARNT_FROM = 20_000
"""How many pictures a generator is fitted on, at most."""
TRIED = 4
SLACK = 1e-3


@dataclass(frozen=True, eq=False)
class Generator:
    """A function from codes to pictures, differentiable in the code."""

    name: str
    origin: Origin
    code_size: int
    classes: tuple[str, ...]
    """Where a code is a pair of numbers and a class, the classes; empty otherwise."""
    decode: Callable[[Tensor, Tensor], Tensor]
    """(z (n, code_size), y (n,) int64) -> pictures (n, channels, height, width) in 0..1."""
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    """How the network wants its pictures: (picture − mean) / std, channel by channel, white being 1."""

    def __call__(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """Make pictures (n, c, h, w) in 0..1 from codes (n, code_size) and, where there are classes, y (n,)."""
        return self.decode(z, torch.zeros(len(z), dtype=torch.int64, device=z.device) if y is None else y)

    def draw(self, n: int, seed: int) -> tuple[Tensor, Tensor]:
        """Draw codes from the prior: z standard normal (n, code_size), y (n,) taking turns."""
        z = torch.randn(n, self.code_size, generator=torch.Generator().manual_seed(seed))
        return z, torch.arange(n).remainder(max(1, len(self.classes)))

    def prepare(self, pictures: Tensor) -> Tensor:
        """Standardise pictures as the network takes them."""
        mean, std = (torch.tensor(each, device=pictures.device)[:, None, None] for each in (self.mean, self.std))
        return (pictures - mean) / std


def load(network: Network, steps: int) -> tuple[Generator, ...]:
    """Return the network's generators, the best first; one is fitted in ``steps`` steps where there is none.

    Raises UsageError for a network that sees no pictures, and where the reader's generator does not fit it.
    """
    dataset, shape = network.dataset, network.example_shape
    if dataset is None or shape is None or len(shape) != 3:
        raise UsageError(f"network {network.name!r} has no pictures to make a generator for: expected data of images")
    if network.entry.generator:
        return (_given(network, network.entry.generator),)
    mean, std = scale(dataset)
    if dataset.name in RENDERERS:
        return exact(dataset.name, mean, std), *_learned(dataset, network.device)
    decoder = fitting.fitted(network, _levels(network), steps)
    return (Generator("VAE-GAN", "fitted", decoder.code_size, (), lambda z, y: decoder(z), mean, std),)


def scale(dataset: Dataset) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The mean and deviation that pictures whose white is 1 are standardised by."""
    mean, std = (tuple(each / dataset.white for each in given) for given in (dataset.mean, dataset.std))
    return mean, std


def _levels(network: Network) -> Tensor:
    """At most 20,000 of a network's pictures, from 0, black, to 1, white: (n, c, h, w)."""
    data = network.dataset
    assert data is not None
    x = data.train.x if len(data.train) else data.test.x
    if data.examples is not None:
        found, n = [], 0
        for batch in batches(data.examples, seed=0):
            found.append(batch.x)
            n += len(batch.x)
            if n >= LEARNT_FROM:
                break
        x = torch.cat(found)[:LEARNT_FROM]
    if len(x) < 2:
        raise UsageError(f"network {network.name!r} has {len(x)} pictures: a generator is not fitted on fewer than 2")
    mean, std = (torch.tensor(each)[:, None, None] for each in scale(data))
    return (x * std + mean).clamp(0, 1)


def exact(name: str, mean: tuple[float, ...] = (0.0,), std: tuple[float, ...] = (1.0,)) -> Generator:
    """The renderer that made a data set."""
    renderer = import_module(RENDERERS[name])
    return Generator(
        name,
        "exact",
        renderer.CODE_SIZE,
        renderer.CLASSES,
        lambda z, y: renderer.render_mixed(y, z),
        mean,
        std,
    )


def _learned(dataset: Dataset, device: str) -> tuple[Generator, ...]:
    """The bundled generator that learned a data set, where there is one."""
    if dataset.name not in LEARNED or not cards.weights_file(LEARNED[dataset.name][0]).is_file():
        return ()
    name, made = LEARNED[dataset.name]
    module, _, make = made.partition(":")
    network = getattr(import_module(module), make)()
    weights = cards.weights_file(name)
    tensors.fit(network, tensors.read(weights), weights)
    network.eval().requires_grad_(False).to(device)
    return (Generator(name, "bundled", network.code_size, (), lambda z, y: network(z), *scale(dataset)),)


def _given(network: Network, entry: GeneratorEntry) -> Generator:
    """Load the reader's generator and try it on a few codes; UsageError when its pictures do not fit the network."""
    assert network.dataset is not None and network.example_shape is not None
    module = sources.make(entry.source)
    if entry.weights:
        tensors.fit(module, tensors.read(entry.weights), entry.weights)
    module = running.still(module, network.device)
    given = Generator(entry.source.name, "given", entry.code, (), lambda z, y: module(z), *scale(network.dataset))
    check(given, network)
    return given


@torch.no_grad()
def check(generator: Generator, network: Network) -> None:
    """UsageError when a generator's pictures are not of the network's size, or not numbers from 0 to 1."""
    assert network.example_shape is not None
    who = f"the generator {generator.name!r} of network {network.name!r}"
    try:
        z, y = generator.draw(TRIED, seed=0)
        pictures = generator(z.to(network.device), y.to(network.device))
    except (Exception, SystemExit) as error:  # it is the reader's code that runs
        said = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise UsageError(f"{who} cannot take a code of {generator.code_size} numbers: {said}") from error
    wanted = (TRIED, *network.example_shape)
    if not isinstance(pictures, Tensor) or tuple(pictures.shape) != wanted:
        got = tuple(pictures.shape) if isinstance(pictures, Tensor) else type(pictures).__name__
        raise UsageError(f"{who} makes {got} of {TRIED} codes: expected pictures of shape {wanted}")
    low, high = float(pictures.min()), float(pictures.max())
    if not (low >= -SLACK and high <= 1 + SLACK):  # NaN is refused too
        raise UsageError(
            f"{who} makes numbers from {low:.3g} to {high:.3g}: expected 0 to 1, so let its last step be a sigmoid, "
            "or (tanh + 1) / 2"
        )
