"""Random numbers by address: the same for the same seed, index and place on every machine, in any order.

A counter-based generator: splitmix64 (Steele, Lea and Flood, 2014) of seed and counter, in 64-bit integers that wrap,
so that CPU and GPU agree to the bit and a million pictures need neither a state nor a file.
"""

import torch
from torch import Tensor

_GOLDEN, _FIRST, _SECOND = (value - 2**64 for value in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def bits(seed: int, index: Tensor, k: int) -> Tensor:
    """Return 64 random bits for each of ``k`` places of each index: int64 (n, k)."""
    streams = _mix(index.to(torch.int64) + _mix(torch.tensor(seed, device=index.device)))  # (n,)
    return _mix(streams[:, None] + _GOLDEN * torch.arange(1, k + 1, device=index.device))


def uniform(seed: int, index: Tensor, k: int) -> Tensor:
    """Return numbers in (0, 1): float64 (n, k), of 2^52 equal steps."""
    return ((_shift(bits(seed, index, k), 12)).double() + 0.5) / 2**52


def normal(seed: int, index: Tensor, k: int) -> Tensor:
    """Return standard normal numbers: float32 (n, k)."""
    return torch.special.ndtri(uniform(seed, index, k)).float()


def grain(seed: int, index: Tensor, k: int) -> Tensor:
    """Return nearly normal numbers of mean 0 and deviation 1, four times as fast: float32 (n, k), k even.

    Each is the sum of four bytes (Irwin and Hall's law), so none is beyond 3.5.
    """
    pairs = _halves_added(bits(seed, index, k // 2), 8, 0x00FF00FF00FF00FF)
    sums = _halves_added(pairs, 16, 0x0000FFFF0000FFFF).view(torch.int32)  # (n, k), each in 0..1020
    return (sums.float() - 4 * 127.5) * (12 / (4 * (2**16 - 1))) ** 0.5


def _halves_added(x: Tensor, width: int, mask: int) -> Tensor:
    """Add each odd field of ``width`` bits to the even one before it, all at once."""
    return (x & mask) + ((x >> width) & mask)


def _mix(x: Tensor) -> Tensor:
    x = x + _GOLDEN
    x = (x ^ _shift(x, 30)) * _FIRST
    x = (x ^ _shift(x, 27)) * _SECOND
    return x ^ _shift(x, 31)


def _shift(x: Tensor, by: int) -> Tensor:
    """Shift right, filling with zeros: torch's own shift repeats the sign."""
    return (x >> by) & ((1 << (64 - by)) - 1)
