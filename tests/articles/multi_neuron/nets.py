"""Random small networks of every kind of layer, most of them degenerate on purpose: whole and half weights coincide."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import numpy as np
import torch
from torch import nn

from generators.articles.multi_neuron.analysis.domain import Domain, Slice
from tests.articles.multi_neuron.exact import ExactPartition, corners_of, exact_partition
from tests.articles.multi_neuron.laws import Motion
from tests.articles.multi_neuron.modules import Abs, MaxOut, Residual

DOMAINS = (
    ((-1.0, 1.0), (-1.0, 1.0)),
    ((0.0, 1.0), (0.0, 1.0)),
    ((-0.5, 1.25), (-2.0, 0.75)),
    np.array([(0.0, 0.0), (2.0, 0.0), (0.0, 2.0)]),
    np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)]),
    np.array([(0.0, -1.0), (1.0, -0.5), (1.0, 0.5), (0.0, 1.0), (-1.0, 0.5), (-1.0, -0.5)]),
)
ACTIVATIONS: tuple[Callable[[], nn.Module], ...] = (
    nn.ReLU,
    nn.ReLU,
    nn.ReLU,
    Abs,
    lambda: nn.LeakyReLU(0.5),
    lambda: nn.LeakyReLU(-0.25),
    nn.Hardtanh,
    lambda: nn.Hardtanh(-0.5, 1.5),
    nn.ReLU6,
)


@dataclass(frozen=True)
class Subject:
    """A network, where it is looked at, and whether its decision is asked for too."""

    module: nn.Module
    domain: Domain
    decision: bool

    def exact(self) -> ExactPartition:
        if isinstance(self.domain, Slice):
            plane = (self.domain.origin, self.domain.across, self.domain.up)
            return exact_partition(self.module, self.domain.polygon, plane, plane[0].shape, self.decision)
        return exact_partition(self.module, corners_of(self.domain), decision=self.decision)

    def turned(self, random: Random) -> tuple["Subject", Motion]:
        """The same inputs in a plane that is turned, stretched and shifted: nothing coincides exactly now."""
        angle, stretch = random.uniform(0, 2 * math.pi), random.choice((1 / 3, 0.7, 1.0, 13.7))
        turn = np.array([(math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))]) * stretch
        given = self.domain
        if not isinstance(given, Slice):
            given = Slice(np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 1.0]), corners_of(given))
        shift = np.array([random.uniform(-1, 1), random.uniform(-1, 1)])
        motion = Motion(turn, shift - turn @ given.polygon.mean(0))
        axes = np.stack([given.across, given.up], 1) @ np.linalg.inv(turn)
        plane = Slice(given.origin - axes @ motion.shift, axes[:, 0], axes[:, 1], motion(given.polygon))
        return replace(self, domain=plane), motion

    def __repr__(self) -> str:
        tensors = {name: tensor.tolist() for name, tensor in self.module.state_dict().items()}
        return f"{self.module}\n{tensors}\n{self.domain} decision={self.decision}"


def random_subject(random: Random) -> Subject:
    """A network of one to three layers of switches, on two inputs or on a plane through more of them."""
    generic = random.random() < 0.3
    maker = Maker(random, generic)
    domain: Domain = random.choice(DOMAINS)
    d = 2
    if random.random() < 0.25:
        d = random.randint(1, 4)
        domain = Slice(*(maker.numbers(d) for _ in range(3)), corners_of(domain))
    parts, width = [], d
    for _ in range(random.choice((1, 2, 2, 2, 3))):
        block = random.choice((maker.dense,) * 6 + (maker.residual,) * 2 + (maker.line, maker.image))
        more, width = block(width)
        parts += more
    if random.random() < 0.6:
        n = random.randint(1, 3)
        parts, width = [*parts, maker.linear(width, n)], n
    return Subject(nn.Sequential(*parts).double().eval(), domain, width > 1 and random.random() < 0.3)


@dataclass(frozen=True)
class Maker:
    random: Random
    generic: bool
    """Whether weights are any numbers of size 1/4 to 9/4, instead of halves from −2 to 2."""

    def numbers(self, *shape: int) -> np.ndarray:
        return np.array([self.number() for _ in range(int(np.prod(shape)))]).reshape(shape)

    def number(self) -> float:
        """Of 13 bits: where weights are all but equal, float64 cannot tell where their difference changes its sign."""
        if not self.generic:
            return self.random.randint(-4, 4) / 2
        return self.random.choice((-1, 1)) * (0.25 + self.random.randint(0, 2**12) / 2**11)

    def filled(self, module: nn.Module) -> nn.Module:
        with torch.no_grad():
            for parameter in module.double().parameters():
                parameter.copy_(torch.from_numpy(self.numbers(*parameter.shape)))
        return module

    def linear(self, n: int, m: int) -> nn.Module:
        return self.filled(nn.Linear(n, m, bias=self.random.random() < 0.7))

    def activation(self, n: int) -> nn.Module:
        if self.random.random() < 0.1:
            return self.filled(nn.PReLU(self.random.choice((1, n))))
        return self.random.choice(ACTIVATIONS)()

    def dense(self, n: int) -> tuple[list[nn.Module], int]:
        m = self.random.randint(2, 6)
        if self.random.random() < 0.2:
            k = self.random.randint(2, 3)
            groups = self.random.randint(1, 3)
            return [self.linear(n, k * groups), MaxOut(k)], groups
        return [self.linear(n, m), self.activation(m)], m

    def residual(self, n: int) -> tuple[list[nn.Module], int]:
        body, m = self.dense(n)
        if self.random.random() < 0.5:
            return [Residual(nn.Sequential(*body), self.linear(n, m)), self.activation(m)], m
        return [Residual(nn.Sequential(*body, self.linear(m, n)))], n

    def line(self, n: int) -> tuple[list[nn.Module], int]:
        """Two channels of four places, convolved, perhaps normalised, perhaps pooled."""
        stride, groups = self.random.choice((1, 2)), self.random.choice((1, 2))
        layers = [
            self.linear(n, 8),
            nn.Unflatten(1, (2, 4)),
            self.filled(nn.Conv1d(2, 2, 3, stride, 1, groups=groups, bias=self.random.random() < 0.5)),
            *self.normalised(nn.BatchNorm1d),
            self.activation(2),
        ]
        pool = self.random.choice((None, nn.MaxPool1d(2), nn.AvgPool1d(2)))
        places = 4 // stride // (2 if pool else 1)
        return [*layers, *([pool] if pool else []), nn.Flatten()], 2 * places

    def image(self, n: int) -> tuple[list[nn.Module], int]:
        """One channel of 3 by 3 places to two, pooled where windows overlap."""
        pool = self.random.choice((nn.MaxPool2d(2, 1), nn.AvgPool2d(2, 1), nn.MaxPool2d(3, 2, 1)))
        layers = [
            self.linear(n, 9),
            nn.Unflatten(1, (1, 3, 3)),
            self.filled(nn.Conv2d(1, 2, 2, padding=(1, 0))),
            *self.normalised(nn.BatchNorm2d),
            self.activation(2),
            pool,
            nn.Flatten(),
        ]
        places = nn.Sequential(*layers).double().eval()(torch.zeros(1, n, dtype=torch.float64)).shape[1]
        return layers, places

    def normalised(self, kind: type[nn.BatchNorm1d | nn.BatchNorm2d]) -> list[nn.Module]:
        if self.random.random() < 0.5:
            return []
        norm = self.filled(kind(2, eps=0.0))
        norm.running_mean = torch.from_numpy(self.numbers(2))
        norm.running_var = torch.tensor([1.0, 4.0], dtype=torch.float64)
        return [norm]
