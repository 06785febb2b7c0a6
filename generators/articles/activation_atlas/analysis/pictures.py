"""Pictures: those of a network's data by their levels, and the patches of them that positions of a layer see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from generators.datasets.dataset import Dataset
from generators.datasets.examples import Batch, Examples, batches
from generators.datasets.user.collection import Chosen
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.generative.generator import scale

LEVELS = 255
TRIED = 8
"""Pictures on which it is tried what a position sees, half of them noise: a neuron that is off shows nothing."""
MIDDLE = 6
"""Positions on the diagonal of a map at which it is tried, in its middle."""


@dataclass(frozen=True)
class Receptive:
    """The squares of input pixels that the positions of a layer see."""

    px: int
    """Their side; at most that of the picture."""
    stride: float
    """Pixels from one position to the next."""
    offset: float
    """The middle of what the first position sees: row or column i sees ``offset + stride * i ± (px - 1) / 2``."""

    def middles(self, places: np.ndarray) -> np.ndarray:
        """The pixels in the middle of what positions (n, 2) see, as a row and a column: float (n, 2)."""
        return self.offset + self.stride * places


def readable(network: Network) -> Examples:
    """The pictures of a network, by index: the whole collection, or what is held of it, held-out ones first."""
    data = _data(network)
    return _Held(data) if data.examples is None else data.examples


class _Held:
    """A data set in memory as examples."""

    def __init__(self, data: Dataset) -> None:
        self._parts = [split for split in (data.test, data.train) if len(split)]

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        """See ``Examples``."""
        first, rows = len(self._parts[0]), torch.from_numpy(index)
        x, y = self._parts[0].x, self._parts[0].y
        if len(self._parts) == 1:
            return x[rows], y[rows]
        late, other = rows >= first, self._parts[1]
        early_rows, late_rows = rows.clamp(max=first - 1), (rows - first).clamp(min=0)
        return (
            torch.where(late.reshape(-1, *[1] * (x.ndim - 1)), other.x[late_rows], x[early_rows]),
            torch.where(late, other.y[late_rows], y[early_rows]),
        )


def pictures(network: Network, index: np.ndarray) -> Tensor:
    """The levels from 0 to 255 of examples: uint8 (n, channels, height, width); black where one cannot be read."""
    shape, examples = input_shape(network), readable(network)
    found = torch.zeros(len(index), *shape, dtype=torch.uint8)
    for batch in batches(Chosen(examples, np.asarray(index, np.int64))):
        found[torch.from_numpy(batch.index)] = _levels(network, batch).reshape(-1, *shape)
    return found


def _levels(network: Network, batch: Batch) -> Tensor:
    mean, std = _scale(network, batch.x)
    return ((batch.x * std + mean) * LEVELS).round().clamp(0, LEVELS).byte()


def standardised(network: Network, levels: Tensor) -> Tensor:
    """Pictures (n, channels, height, width) from 0 to 1 as the network takes them; gradients flow."""
    assert network.example_shape is not None
    x = levels.reshape(len(levels), *network.example_shape[:-2], *levels.shape[2:])
    mean, std = _scale(network, x)
    return (x - mean) / std


def _scale(network: Network, x: Tensor) -> tuple[Tensor, Tensor]:
    """What pictures like ``x`` are standardised by, white being 1, shaped to go with them."""
    axes = (-1, 1, 1) if x.ndim == 4 else (-1,)
    mean, std = (torch.tensor(each, device=x.device).reshape(axes) for each in scale(_data(network)))
    return mean, std


def _data(network: Network) -> Dataset:
    if network.dataset is None:
        raise UsageError(
            f"network {network.name!r} has no data: an atlas is of the activations that pictures give; expected data = "
            "… in its entry"
        )
    return network.dataset


def input_shape(network: Network) -> tuple[int, int, int]:
    """Channels, height and width of a network's pictures; UsageError where it reads none."""
    shape = network.example_shape or ()
    if len(shape) not in (2, 3):
        raise UsageError(
            f"network {network.name!r} takes examples of {'×'.join(map(str, shape)) or 'no shape'}: expected pictures, "
            "channels×height×width"
        )
    channels, height, width = (1, *shape)[-3:]
    return channels, height, width


@lru_cache(maxsize=64)
def receptive(network: Network, path: str) -> Receptive:
    """Find out, by gradients at some positions for some inputs, which pixels the positions of a layer see.

    A layer whose positions see no bounded square, or a larger one than the picture, sees the whole picture.
    """
    _, height, width = input_shape(network)
    side = min(height, width)
    x = _tried_on(network)
    rows, columns = _maps(network, path, x[:1]).shape[2:]
    whole = Receptive(side, height / rows, (height / rows - 1) / 2)
    diagonal = _middle(min(rows, columns))
    first, last = _seen(network, path, x, diagonal)
    inside_first, inside_last = first > 0, (last >= 0) & (last < side - 1)
    stride = _stride(first, inside_first) or _stride(last, inside_last)
    if not stride or not inside_first.any() or not inside_last.any():
        return whole
    begin = float((first - stride * diagonal)[inside_first].min())
    end = float((last - stride * diagonal)[inside_last].max())
    return Receptive(min(side, round(end - begin + 1)), stride, (begin + end) / 2)


def _middle(count: int) -> np.ndarray:
    """At most ``MIDDLE`` neighbours in the middle of ``count`` positions."""
    begin = max(0, (count - MIDDLE) // 2)
    return np.arange(begin, min(count, begin + MIDDLE))


def _stride(ends: np.ndarray, inside: np.ndarray) -> float:
    """How far one end of what positions see moves from one to the next; 0 where no two neighbours tell."""
    steps = np.diff(ends)[inside[1:] & inside[:-1]]
    return float(np.median(steps)) if len(steps) else 0.0


def _tried_on(network: Network) -> Tensor:
    """Inputs (8, …): real ones and noise like them."""
    examples = readable(network)
    real = examples.read(np.arange(min(TRIED // 2, len(examples))))[0]
    noise = torch.randn(TRIED - len(real), *real.shape[1:], generator=torch.Generator().manual_seed(0))
    return torch.cat([real, noise]).to(network.device)


def _seen(network: Network, path: str, x: Tensor, diagonal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first and last row or column int64 (p,) of what some positions on the diagonal see; -1 where nothing."""
    seen = [_pixels(network, path, x, int(place)) for place in diagonal]
    first = [int(each.nonzero()[0]) if each.any() else -1 for each in seen]
    last = [int(each.nonzero()[-1]) if each.any() else -1 for each in seen]
    return np.array(first), np.array(last)


def _pixels(network: Network, path: str, x: Tensor, place: int) -> Tensor:
    """Which rows or columns of the pictures a position on the diagonal sees: bool (side,)."""
    inputs = x.clone().requires_grad_()
    with torch.enable_grad():
        activations = _maps(network, path, inputs)[:, :, place, place]
    if not activations.requires_grad:
        raise UsageError(
            f"network {network.name!r} cannot be differentiated from the layer {path!r} to its pictures: expected "
            "steps that torch can follow"
        )
    # of one size and sign for all neurons, a sum could cancel
    weights = torch.rand(activations.shape[1], generator=torch.Generator().manual_seed(1)).to(activations) + 0.5
    (gradient,) = torch.autograd.grad(activations, inputs, weights.expand_as(activations))
    pixels = (gradient != 0).reshape(-1, *gradient.shape[-2:]).any(0)
    side = min(pixels.shape)
    return pixels.any(0)[:side] | pixels.any(1)[:side]


def _maps(network: Network, path: str, x: Tensor) -> Tensor:
    """What a layer gives first: (n, channels, rows, columns)."""
    given: list[Tensor] = []
    hook = network.module.get_submodule(path).register_forward_hook(lambda _module, _inputs, out: given.append(out))
    try:
        network.module(x)
    finally:
        hook.remove()
    return given[0]


def patches(network: Network, path: str, index: np.ndarray, places: np.ndarray, px: int | None = None) -> np.ndarray:
    """Cut out what positions (n, 2) of a layer see of the examples of an index: uint8 (n, q, q, channels).

    ``px`` asks for a square of another side around the same middle. At the edge of a picture a square is moved inside.
    """
    field = receptive(network, path)
    levels = pictures(network, index).numpy()
    q = min(px or field.px, *levels.shape[2:])
    most = np.array(levels.shape[2:]) - q
    begin = np.floor(field.middles(places) - (q - 1) / 2 + 0.5).astype(np.int64).clip(0, most)
    windows = np.lib.stride_tricks.sliding_window_view(levels, (q, q), (2, 3))  # (n, channels, rows, columns, q, q)
    cut = windows[np.arange(len(levels)), :, begin[:, 0], begin[:, 1]]
    return np.ascontiguousarray(cut.transpose(0, 2, 3, 1))
