"""The published objective, the sum of squared distances of every pair, exactly and in linear time.

Σᵢⱼ |eᵢ − eⱼ|² = 2n Σ|eᵢ|² − 2 |Σ eᵢ|². Both terms are large and nearly equal where the embeddings share a mean, so it
is taken away first, which changes no distance, and sums are in 64 bits. The gradient with respect to eᵢ is
4 n (eᵢ − mean): one pass without a graph gives the mean, a second in micro-batches the gradient of the codes, whatever
n is, in flat memory.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

AT_ONCE = 128
"""Points whose graph is held together: more are hardly faster, and take more memory."""


def spread(e: Tensor) -> Tensor:
    """Sum over all ordered pairs of embeddings (n, d) of their squared distance, float64."""
    centred = e.double() - e.double().mean(0)
    return 2 * len(e) * centred.square().sum() - 2 * centred.sum(0).square().sum()


def spread_of_pairs(e: Tensor) -> Tensor:
    """The same as it is written, from every pair: n² d numbers in memory."""
    return (e[:, None] - e[None]).square().sum()


def spread_gradient(embed: Callable[[Tensor], Tensor], x: Tensor, at_once: int = AT_ONCE) -> Tensor:
    """The gradient of ``spread(embed(x))`` with respect to x (n, k), with the graph of ``at_once`` points at a time."""
    with torch.no_grad():
        mean = sum(embed(part).double().sum(0) for part in x.split(at_once)) / len(x)
    return pulled_back(embed, x, lambda e, _rows: 4 * len(x) * (e.double() - mean), at_once)


def pulled_back(
    embed: Callable[[Tensor], Tensor], x: Tensor, slope: Callable[[Tensor, slice], Tensor], at_once: int = AT_ONCE
) -> Tensor:
    """Turn an objective's gradient with respect to embeddings into that of points (n, k).

    ``slope(e (r, d), rows)`` gives the gradient with respect to the embeddings of some rows.
    """
    parts = []
    for begin in range(0, len(x), at_once):
        rows = slice(begin, begin + at_once)
        part = x[rows].detach().requires_grad_(True)
        with torch.enable_grad():
            e = embed(part)
            parts.append(torch.autograd.grad(e, part, slope(e.detach(), rows).to(e))[0])
    return torch.cat(parts)
