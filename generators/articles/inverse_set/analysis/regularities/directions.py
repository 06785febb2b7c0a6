"""Directions of code space that a set keeps to, found on some of its members so that others can tell whether they do.

A covariance of some hundred codes of a hundred numbers spreads widely by chance alone. So directions are looked for
only where the activation changes: in the active subspace (P. Constantine, "Active subspaces", 2015), which gradients
find, and in it along the principal directions of the members.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

ACTIVE = 12
"""Directions of the active subspace, at most."""
PER_DIRECTION = 4
"""Members for each of them, at least."""


@dataclass(frozen=True, eq=False)
class Active:
    """The space in which the activation changes most."""

    basis: Tensor
    """(d, a), orthonormal columns."""
    share: float
    """Share of the squared gradients, each made as long as any other, that lies in it."""


def active(gradients: Tensor, n_members: int) -> Active:
    """Find where the activation changes most, by its gradients (n, d); every gradient counts as much as any other.

    What a renderer has rims of is steep in places and level elsewhere; one steep place would hide all else.
    """
    unit = gradients.double() / gradients.double().norm(dim=1, keepdim=True).clamp(min=1e-12)
    values, vectors = torch.linalg.eigh(unit.T @ unit)
    size = max(1, min(ACTIVE, n_members // PER_DIRECTION, gradients.shape[1]))
    kept = values[-size:].sum() / values.sum().clamp(min=1e-300)
    return Active(vectors[:, -size:], float(kept))


def kept(members: Tensor, basis: Tensor, n: int) -> Tensor:
    """The ``n`` directions of a space (d, a) along which members (m, d), two at least, vary least: rows (≤ n, d)."""
    inside = members.double() @ basis
    _, vectors = torch.linalg.eigh(torch.cov(inside.T).reshape(basis.shape[1], -1))
    return _upright((basis @ vectors).T[:n], members)


def towards_mean(members: Tensor, basis: Tensor) -> Tensor:
    """The direction (d,) in a space (d, a) that leads from the prior's middle towards the mean of members (m, d)."""
    mean = basis @ (members.double() @ basis).mean(0)
    return mean / mean.norm().clamp(min=1e-12)


def by_lot(d: int, random: torch.Generator) -> Tensor:
    """A direction (d,), each as likely as any other."""
    way = torch.randn(d, generator=random, dtype=torch.float64)
    return way / way.norm()


def _upright(directions: Tensor, members: Tensor) -> Tensor:
    """Turn each direction so that the members lie on its positive side, on average."""
    side = directions @ members.double().mean(0)
    return directions * torch.where(side < 0, -1.0, 1.0)[:, None]
