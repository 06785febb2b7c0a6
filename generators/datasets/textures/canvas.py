"""Canvas: what a class of pictures is painted with; its factors of variation, its noise, its coordinates.

Three shapes meet in a recipe: a *factor* is one number a picture (n, 1, 1); a *field* one number a pixel (n, 64, 64);
a *colour* (n, 3, 1, 1), which broadcasts to a *picture* (n, 3, 64, 64). x runs from −1 at the left edge to 1 at the
right, y from −1 at the top to 1 at the bottom. Everything is differentiable almost everywhere in the code.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional as F

from generators.datasets.textures import randomness

SIZE = 64
"""Pixels on a side."""
N_FACTORS, N_GRAIN = 40, 88
CODE_SIZE = N_FACTORS + N_GRAIN
"""How many normal numbers a picture is made from: 40 for its factors, 88 for its noise."""
N_LATTICES, PERIOD = 6, 16
"""Noise comes from six lattices of 16 by 16 numbers, each repeated without end."""
FINE = 4
"""A lattice is interpolated once to this many times its resolution, and linearly from there."""
MARGIN = 2
RARITY = 10
EDGE = 0.04
"""The default width of an edge: 1.3 pixels, wide enough to have a gradient, narrow enough to look sharp."""
PI = math.pi


@dataclass(frozen=True)
class Factor:
    """One named way in which the pictures of a class differ."""

    values: Tensor
    """(n,), or (n, 3) for a colour: red, green and blue from 0 to 1."""
    unit: str
    low: float
    high: float
    place: int
    """Which of the code's first 40 numbers it is drawn from; a colour also from the next."""
    steepness: float = 1.0
    """low + (high − low) · u ** steepness is the value, u uniform in 0..1."""

    def share(self, value: Tensor) -> Tensor:
        """The u that gives a value; for whole numbers the middle of those that give it."""
        if self.unit.startswith(("whole", "0 ")):
            return (value - self.low + 0.5) / (self.high - self.low + 1)
        return ((value - self.low) / (self.high - self.low)) ** (1 / self.steepness)


class Canvas:
    """Paint for a batch of pictures of one class; every factor that a recipe asks for is remembered by its name."""

    def __init__(self, z: Tensor) -> None:
        self.n = len(z)
        self.factors: dict[str, Factor] = {}
        self._uniform = torch.special.ndtr(z[:, :N_FACTORS]).clamp(1e-4, 1 - 1e-4)
        self._used = 0
        lattices = (z[:, N_FACTORS:] @ _weaving(z.device, z.dtype)).view(self.n, N_LATTICES, PERIOD, PERIOD)
        enlarge = _enlarging(z.device, z.dtype)
        self._noise = enlarge @ lattices @ enlarge.T  # (n, 6, 84, 84)
        self._chances = torch.special.ndtr(lattices).flatten(2)  # (n, 6, 256), uniform in 0..1
        centres = (torch.arange(SIZE, device=z.device, dtype=z.dtype) + 0.5) / SIZE * 2 - 1
        self.x = centres[None, None, :].expand(self.n, SIZE, SIZE)
        self.y = centres[None, :, None].expand(self.n, SIZE, SIZE)

    # factors

    def factor(self, name: str, low: float, high: float, unit: str = "") -> Tensor:
        """Draw one number a picture, uniform in [low, high]."""
        return self._remember(name, low + (high - low) * self._draw(), unit, low, high)

    def rare(self, name: str, most: float, unit: str) -> Tensor:
        """Draw one number a picture in [0, most], the tenth power of a uniform one: above half of most in 7 %."""
        return self._remember(name, most * self._draw() ** RARITY, unit, 0, most, RARITY)

    def count(self, name: str, low: int, high: int) -> Tensor:
        """Draw one whole number a picture, low to high inclusive; it has no gradient."""
        value = (low + torch.floor(self._draw() * (high - low + 1))).detach()
        return self._remember(name, value, "whole number", low, high)

    def choice(self, name: str, first: str, second: str) -> Tensor:
        """Toss a coin a picture: 0 for the first, 1 for the second; it has no gradient."""
        value = (self._draw() > 0.5).float().detach()
        return self._remember(name, value, f"0 {first}, 1 {second}", 0, 1)

    def colour(
        self, name: str, red_green_blue: Sequence[float], brightness: float = 0.18, warmth: float = 0.08
    ) -> Tensor:
        """Draw a colour a picture: the given one times 1 ± brightness, shifted by ± warmth from blue to red."""
        given = self.x.new_tensor([red_green_blue])
        bright, warm = ((2 * self._draw() - 1) * spread for spread in (brightness, warmth))
        shift = torch.stack([warm, 0.2 * warm, -warm], dim=1)
        value = (given * (1 + bright)[:, None] + shift).clamp(0, 1)  # (n, 3)
        return self._remember(name, value, "red, green, blue", 0, 1, n_draws=2)

    def _draw(self) -> Tensor:
        value = self._uniform[:, self._used]
        self._used += 1
        return value

    def _remember(
        self, name: str, value: Tensor, unit: str, low: float, high: float, steepness: float = 1.0, n_draws: int = 1
    ) -> Tensor:
        """Note what was just drawn, and give it the axes of a factor."""
        assert name not in self.factors, f"the factor {name!r} is drawn twice"
        self.factors[name] = Factor(value, unit, low, high, self._used - n_draws, steepness)
        return value[..., None, None]

    # coordinates

    def frame(self, zoom: tuple[float, float], turn: float = PI, shift: float = 0.6) -> tuple[Tensor, Tensor]:
        """Turn, zoom and shift the coordinates by factors of their own: ``angle``, ``zoom``, ``across``, ``down``."""
        x, y = rotate(self.x, self.y, self.factor("angle", -turn, turn, "radians"))
        scale = self.factor("zoom", *zoom, "times")
        across, down = (self.factor(name, -shift, shift, "half pictures") for name in ("across", "down"))
        return x / scale + across, y / scale + down

    # noise

    def noise(self, x: Tensor, y: Tensor, lattice: int = 0) -> Tensor:
        """Smooth noise of mean 0 and deviation about 0.8 at fields x, y; one lattice step is 1 in x or y."""
        side = FINE * (PERIOD + 2 * MARGIN + 1)
        place = torch.stack([x, y], dim=-1).remainder(PERIOD)
        place = (place * FINE + FINE * (MARGIN + 0.5) - 0.5) * (2 / side) + (1 / side - 1)
        return F.grid_sample(self._noise[:, lattice : lattice + 1], place, mode="bilinear", align_corners=False)[:, 0]

    def fbm(self, x: Tensor, y: Tensor, lattice: int = 0, octaves: int = 3) -> Tensor:
        """Fractal noise: octaves of noise, each twice as fine and half as strong as the one before."""
        total = self.noise(x, y, lattice)
        for octave in range(1, octaves):
            at = x * 2**octave + 5.3 * octave, y * 2**octave + 2.7 * octave
            total = total + self.noise(*at, (lattice + octave) % N_LATTICES) * 0.5**octave
        return total

    def chance(self, column: Tensor, row: Tensor, lattice: int = 0) -> Tensor:
        """A number in 0..1 for each cell of a grid, the same wherever the cell is asked for; column, row are fields."""
        place = (row.remainder(PERIOD) * PERIOD + column.remainder(PERIOD)).long()
        return self._chances[:, lattice].gather(1, place.flatten(1)).view(place.shape)

    def worley(self, x: Tensor, y: Tensor, lattice: int = 0, jitter: float = 0.9) -> "Worley":
        """Cells around one random point in each unit square; uses ``lattice`` and the next."""
        column, row = torch.floor(x), torch.floor(y)
        first = torch.full_like(x, 9.0)
        second, to_x, to_y, at_column, at_row = first, first, first, column, row
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                c, r = column + right, row + down
                dx = c - x + (0.5 - jitter / 2) + jitter * self.chance(c, r, lattice)
                dy = r - y + (0.5 - jitter / 2) + jitter * self.chance(c, r, lattice + 1)
                square = dx * dx + dy * dy
                nearer = square < first
                second = torch.where(nearer, first, torch.minimum(second, square))
                first = torch.where(nearer, square, first)
                to_x, to_y = torch.where(nearer, dx, to_x), torch.where(nearer, dy, to_y)
                at_column, at_row = torch.where(nearer, c, at_column), torch.where(nearer, r, at_row)
        return Worley((first + 1e-4).sqrt(), (second + 1e-4).sqrt(), to_x, to_y, at_column, at_row)

    # finish

    def lit(self, picture: Tensor, slope: float = 0.3) -> Tensor:
        """Light a picture from one side: a ramp of up to ± slope across and down, and an exposure of 0.85 to 1.15."""
        across, down = (self.factor(f"light {way}", -slope, slope, "share of brightness") for way in ("right", "below"))
        exposure = self.factor("exposure", 0.85, 1.15, "times")
        return picture * ((1 + across * self.x + down * self.y) * exposure)[:, None]

    def backdrop(self) -> Tensor:
        """A blurred ground of two colours behind a single object: a picture."""
        near = self.colour("ground", (0.55, 0.6, 0.6), 0.5, 0.25)
        far = self.colour("ground above", (0.5, 0.55, 0.5), 0.6, 0.25)
        tilt = self.factor("ground tilt", -0.5, 0.5, "slope")
        edge = self.y * self.factor("ground turn", -1, 1, "slope") + self.x * tilt
        return mix(near, far, soft_edge(edge + 0.2 * self.fbm(self.x * 3, self.y * 3, 5, 2), 0.6))


@dataclass(frozen=True)
class Worley:
    """The nearest random point to every pixel (S. Worley, 1996)."""

    nearest: Tensor
    """Distance to the nearest point; a field."""
    second: Tensor
    """Distance to the one after."""
    to_x: Tensor
    """From the pixel to the nearest point."""
    to_y: Tensor
    column: Tensor
    """The unit square that the nearest point belongs to."""
    row: Tensor


@cache
def _weaving(device: torch.device, dtype: torch.dtype) -> Tensor:
    """The fixed matrix by which 88 numbers become six lattices of unit variance."""
    rows = randomness.normal(7, torch.arange(N_GRAIN), N_LATTICES * PERIOD**2)
    return (rows / rows.square().sum(0).sqrt()).to(device, dtype)


@cache
def _enlarging(device: torch.device, dtype: torch.dtype) -> Tensor:
    """The fixed matrix (84, 16) that interpolates one side of a lattice, bicubically; the lattice repeats."""
    once = F.pad(torch.eye(PERIOD)[None, None], (MARGIN, MARGIN + 1, 0, 0), mode="circular")  # (1, 1, 16, 21)
    wide = F.interpolate(once, size=(PERIOD, FINE * once.shape[-1]), mode="bicubic", align_corners=False)
    return wide[0, 0].T.to(device, dtype)


def soft_edge(distance: Tensor, width: Tensor | float = EDGE) -> Tensor:
    """1 inside, where the signed distance is positive, 0 outside, and a smooth step of about ``width`` between."""
    return torch.sigmoid(distance * (2 / width))


def mix(first: Tensor, second: Tensor, share: Tensor) -> Tensor:
    """Blend two colours or pictures by a field or factor: the first where it is 0, the second where it is 1."""
    return first + (second - first) * (share[:, None] if share.ndim == 3 else share)


def rotate(x: Tensor, y: Tensor, angle: Tensor) -> tuple[Tensor, Tensor]:
    c, s = torch.cos(angle), torch.sin(angle)
    return c * x - s * y, s * x + c * y


def fract(x: Tensor) -> Tensor:
    """The part after the point, in 0..1; its gradient is that of x."""
    return x - torch.floor(x)


def length(x: Tensor, y: Tensor) -> Tensor:
    """Distance from the origin, rounded off near it, so that its gradient stays within 1."""
    return (x * x + y * y + 1e-4).sqrt()


def bump(x: Tensor, width: Tensor | float) -> Tensor:
    """exp(−(x/width)²): 1 on a line, 0 away from it."""
    return torch.exp(-((x / width) ** 2))
