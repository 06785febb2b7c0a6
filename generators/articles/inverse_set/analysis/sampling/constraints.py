"""Constraints: functions of a point, and the interval that each of them has to lie in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


def at_once(make: Callable[[Tensor], Any], x: Tensor) -> list[Any]:
    """All points together."""
    return [make(x)]


@dataclass(frozen=True, eq=False)
class Constraints:
    """m functions of a point, computed together."""

    values: Callable[[Tensor], Tensor]
    """Points (n, k) -> (n, m); differentiable where a sampler is to move points towards the set."""
    low: Tensor
    """(m,)"""
    high: Tensor
    """(m,), all above ``low``."""
    in_parts: Callable[[Callable[[Tensor], Any], Tensor], list[Any]] = at_once
    """How many points are computed together: calls a function with parts of them, in order."""

    def holds(self, values: Tensor) -> Tensor:
        """Say of values (n, m) which rows lie in every interval, ends included: bool (n,)."""
        low, high = self.low.to(values), self.high.to(values)
        return ((values >= low) & (values <= high)).all(1)

    @torch.no_grad()
    def inside(self, x: Tensor) -> Tensor:
        """Say which points (n, k) are wanted: bool (n,)."""
        return torch.cat(self.in_parts(lambda part: self.holds(self.values(part)), x)) if len(x) else x.new_zeros(0) > 0

    def linearised(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Values (n, m) and their gradients (n, m, k) at points (n, k), at least one."""
        values, slopes = zip(*self.in_parts(self._linearised, x), strict=True)
        return torch.cat(values), torch.cat(slopes)

    def _linearised(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = x.detach().requires_grad_(True)
        with torch.enable_grad():
            values = self.values(x)
            m = values.shape[1]
            slopes = [torch.autograd.grad(values[:, j].sum(), x, retain_graph=j < m - 1)[0] for j in range(m)]
        return values.detach(), torch.stack(slopes, 1).nan_to_num(0, 0, 0)


def together(constraints: Sequence[Constraints]) -> Constraints:
    """Several as one: a point is wanted when all of them want it."""
    return Constraints(
        lambda x: torch.cat([each.values(x) for each in constraints], 1),
        torch.cat([each.low for each in constraints]),
        torch.cat([each.high for each in constraints]),
        constraints[0].in_parts,
    )
