"""Fitting: a compact VAE-GAN (A. Larsen and others, 2016) on a network's own pictures, once, and kept by content.

An encoder gives each picture a cloud of codes, a decoder paints it back, and a discriminator, which tells painted from
real pictures, says in its own features how far apart two of them look. What is kept is known by the pictures
themselves, this code and the number of steps; it is whole or absent, and a fit that was cut short begins again.
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from blake3 import blake3
from torch import Tensor, nn
from torch.nn import functional as F

from generators.fingerprint import Sources, digest
from generators.fingerprint.memo import Memo
from generators.networks import tensors
from generators.networks.training import arithmetic
from generators.paths import REPOSITORY
from generators.progress import report

if TYPE_CHECKING:
    from generators.networks.network import Network

CODE_SIZE = 64
SEED = 0
BATCH = 32
RATE = 2e-3
WIDTHS = (16, 32, 64, 96)
"""Channels at full size and after each halving."""
SMALLEST = 4
LARGEST = 64
"""Pictures are painted at most this high and wide, and enlarged from there."""
DIVERGENCE, FEATURES, ADVERSARY = 0.02, 1.0, 0.03
"""Weights of the code's divergence from its prior, of likeness in features, and of the discriminator's verdict."""


def fitted(network: Network, pictures: Tensor, steps: int) -> Decoder:
    """Return the decoder fitted on pictures (n, c, h, w) in 0..1, from the network's cache where it is there."""
    decoder = Decoder(tuple(pictures.shape[1:]))
    path = network.cache / "generators" / f"{_key(pictures, steps)}.safetensors"
    if not path.is_file():
        _keep(fit(pictures, steps, network.device), path)
    tensors.fit(decoder, tensors.read(path), path)
    return decoder.eval().requires_grad_(False).to(network.device)


def _key(pictures: Tensor, steps: int) -> str:
    """What a fit depends on: the pictures to the byte, the number of steps, and this code."""
    levels = blake3((pictures * 255).round().to(torch.uint8).numpy().tobytes()).hexdigest()
    code = Sources([REPOSITORY.root], Memo()).closure("generators.networks.generative.fitting:fit").digest
    return digest(levels, list(pictures.shape), steps, code)


def _keep(decoder: Decoder, path: Path) -> None:
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.new")
    save_file({name: tensor.cpu().contiguous() for name, tensor in decoder.state_dict().items()}, beside)
    beside.replace(path)


def fit(pictures: Tensor, steps: int, device: str = "cpu") -> Decoder:
    """Fit encoder, decoder and discriminator for ``steps`` steps of 32 pictures (n, c, h, w); return the decoder."""
    state = torch.random.get_rng_state()
    torch.manual_seed(SEED)
    try:
        return _fit(pictures, steps, device)
    finally:
        torch.random.set_rng_state(state)


def _fit(pictures: Tensor, steps: int, device: str) -> Decoder:
    shape = tuple(pictures.shape[1:])
    encoder, decoder, critic = Encoder(shape).to(device), Decoder(shape).to(device), Critic(shape).to(device)
    average = Decoder(shape).to(device)
    average.load_state_dict(decoder.state_dict())
    painter = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], RATE, betas=(0.5, 0.99))
    judge = torch.optim.Adam(critic.parameters(), RATE / 4, betas=(0.0, 0.99))
    for step in range(steps):
        real = pictures[torch.randint(len(pictures), (BATCH,))].to(device)
        with arithmetic(device):
            mean, spread = encoder(real)
            painted = decoder(mean + spread * torch.randn_like(mean))
            dreamt = decoder(torch.randn_like(mean))
            _judge(critic, judge, real, torch.cat([painted, dreamt]).detach())
            _paint(critic, painter, real, painted, dreamt, mean, spread)
        _follow(average, decoder, step)
        report(step + 1, steps, "generator's steps")
    return average


def _judge(critic: Critic, judge: torch.optim.Optimizer, real: Tensor, painted: Tensor) -> None:
    """One step of the discriminator, by the hinge loss."""
    loss = F.relu(1 - critic(real)[0]).mean() + F.relu(1 + critic(painted)[0]).mean()
    judge.zero_grad()
    loss.backward()
    judge.step()


def _paint(
    critic: Critic,
    painter: torch.optim.Optimizer,
    real: Tensor,
    painted: Tensor,
    dreamt: Tensor,
    mean: Tensor,
    spread: Tensor,
) -> None:
    """One step of encoder and decoder: look like the picture, keep codes normal, please the discriminator."""
    with torch.no_grad():
        features_real = critic(real)[1]
    verdict, features = critic(torch.cat([painted, dreamt]))
    divergence = 0.5 * (mean.square() + spread.square() - 2 * spread.log() - 1).sum(1).mean()
    alike = F.l1_loss(painted, real) * 10 + FEATURES * F.mse_loss(features[: len(real)], features_real)
    loss = alike + DIVERGENCE * divergence - ADVERSARY * verdict.mean()
    painter.zero_grad()
    loss.backward()
    painter.step()


@torch.no_grad()
def _follow(average: Decoder, decoder: Decoder, step: int) -> None:
    """Let the kept decoder follow the one that learns, at first quickly."""
    share = max(0.005, 1 / (step / 10 + 1))
    for kept, learnt in zip(average.parameters(), decoder.parameters(), strict=True):
        kept.lerp_(learnt, share)


def _sizes(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Heights and widths from the smallest map to the picture's, each about twice the one before."""
    sizes = [(min(shape[1], LARGEST), min(shape[2], LARGEST))]
    while min(sizes[0]) > SMALLEST and len(sizes) < len(WIDTHS):
        sizes.insert(0, (-(-sizes[0][0] // 2), -(-sizes[0][1] // 2)))
    return sizes


class Decoder(nn.Module):
    """Code (n, 64) to pictures (n, c, h, w) in 0..1."""

    code_size = CODE_SIZE

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape, self.sizes = shape, _sizes(shape)
        widths = WIDTHS[: len(self.sizes)][::-1]
        height, width = self.sizes[0]
        self.first = nn.Linear(CODE_SIZE, widths[0] * height * width)
        self.convolutions = nn.ModuleList(nn.Conv2d(before, after, 3, padding=1) for before, after in pairwise(widths))
        self.scales = nn.ModuleList(nn.Linear(CODE_SIZE, 2 * after) for after in widths[1:])
        self.last = nn.Conv2d(widths[-1], shape[0], 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = F.leaky_relu(self.first(z), 0.2).view(len(z), -1, *self.sizes[0])
        for convolution, scale, size in zip(self.convolutions, self.scales, self.sizes[1:], strict=True):
            x = F.group_norm(convolution(F.interpolate(x, size=size)), num_groups=4)
            gain, shift = scale(z)[:, :, None, None].chunk(2, dim=1)
            x = F.leaky_relu(x * (1 + gain) + shift, 0.2)
        x = torch.sigmoid(self.last(x).float())
        return x if x.shape[2:] == self.shape[1:] else F.interpolate(x, size=self.shape[1:], mode="bilinear")


class _Halving(nn.Module):
    """What encoder and discriminator share: convolutions that halve the picture down to a few numbers."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.sizes = _sizes(shape)
        widths = [shape[0], *WIDTHS][: len(self.sizes) + 1]
        self.convolutions = nn.ModuleList(nn.Conv2d(before, after, 3, padding=1) for before, after in pairwise(widths))
        self.n_features = widths[-1] * self.sizes[0][0] * self.sizes[0][1]

    def features(self, x: Tensor) -> Tensor:
        x = F.adaptive_avg_pool2d(x, self.sizes[-1])
        for index, convolution in enumerate(self.convolutions):
            if index:
                x = F.avg_pool2d(x, 2, ceil_mode=True)
            x = F.leaky_relu(convolution(x), 0.2)
        return x.flatten(1)


class Encoder(_Halving):
    """Pictures to the mean and spread of their codes, (n, 64) each."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        self.last = nn.Linear(self.n_features, 2 * CODE_SIZE)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, spread = self.last(self.features(x)).float().chunk(2, dim=1)
        return mean, F.softplus(spread + 0.5) + 1e-3


class Critic(_Halving):
    """Pictures to a verdict (n,), higher for real ones, and the features it rests on."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        normal = nn.utils.parametrizations.spectral_norm
        self.convolutions = nn.ModuleList(normal(each) for each in self.convolutions)
        self.last = normal(nn.Linear(self.n_features, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        features = self.features(x)
        return self.last(features)[:, 0].float(), features.float()
