"""The published algorithm, as a baseline: S. Hada and M. Carreira-Perpiñán, "Sampling the inverse set of a neuron".

All points climb the sum of squared distances of their embeddings until they are in the set, and there they stop. To
make many, only the first K do that and become the seeds; the next K begin where the last K are, take one step up their
distances from one another and from the seeds, and go back into the set if that led out. Codes are not kept near the
prior, and nobody asks whether a point is like another.

The published slides give neither optimiser nor K nor lengths of steps. Here it is Adam on the objective, divided by
what it is for members of the set, less a penalty: the violation over the interval’s width, and its square.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling.constraints import Constraints
from generators.articles.inverse_set.analysis.sampling.objective import AT_ONCE, spread

Look = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Points (n, k) -> values (n, m) and embeddings (n, d), differentiable."""

PENALTY = 10.0
RATE = 0.05
"""Adam's, in units of the prior's deviation."""
STEP = 0.5
"""The length of the single step inside the set, in the same units."""


@dataclass(frozen=True)
class Settings:
    """How long it may take."""

    k: int
    first_steps: int
    """The most for the seeds."""
    next_steps: int
    """The most to come back into the set, for every K after them."""


def sample_as_published(
    constraints: Constraints, look: Look, start: Tensor, n: int, scale: float, settings: Settings
) -> Tensor:
    """Make ``n`` points from ``start`` (K, k), in the set or not; ``scale`` is Σ|eᵢ − eⱼ|² / n² for its members."""
    seeds = _into(constraints, look, start[: settings.k], settings.first_steps, scale, climbs=True)
    made, points = [seeds], seeds
    with torch.no_grad():
        fixed = look(seeds)[1]
    while sum(map(len, made)) < n:
        points = _into(constraints, look, _step(look, points, fixed), settings.next_steps, scale, climbs=False)
        made.append(points)
    return torch.cat(made)[:n]


def sample_jointly(constraints: Constraints, look: Look, start: Tensor, steps: int, scale: float) -> Tensor:
    """Let all points (n, k) climb together until they are in the set: without the second approximation.

    The gradient is exactly that of all pairs; time grows linearly with n, and memory does not.
    """
    return _into(constraints, look, start, steps, scale, climbs=True)


def _into(constraints: Constraints, look: Look, x: Tensor, steps: int, scale: float, climbs: bool) -> Tensor:
    """Climb the objective less the penalty, or the penalty alone, until every point is in the set."""
    x = x.detach().clone().requires_grad_(True)
    adam = torch.optim.Adam([x], RATE)
    low, high = constraints.low.to(x), constraints.high.to(x)
    for _ in range(steps):
        adam.zero_grad()
        mean = _mean(look, x) if climbs and len(x) > AT_ONCE else None
        arrived = True
        for part in torch.arange(len(x), device=x.device).split(AT_ONCE):
            with torch.enable_grad():
                values, e = look(x[part])
                off = (torch.relu(low - values) + torch.relu(values - high)) / (high - low)
                loss = PENALTY * (off + off.square()).sum() / len(x)
                if climbs:
                    away = e.detach() - (e.detach().mean(0) if mean is None else mean.to(e))
                    loss = loss - 4 * (away * e).sum() / (len(x) * scale)  # the gradient of the spread, over n² scale
                loss.backward()
            arrived = arrived and not bool((off > 0).any())
        if arrived:
            break
        adam.step()
    return x.detach()


@torch.no_grad()
def _mean(look: Look, x: Tensor) -> Tensor:
    """The mean of the embeddings of points (n, k), float64 (d,), with a few of them in memory."""
    return torch.stack([look(part)[1].double().sum(0) for part in x.split(AT_ONCE)]).sum(0) / len(x)


def _step(look: Look, x: Tensor, fixed: Tensor) -> Tensor:
    """One step up Σ|eᵢ − eⱼ|² among the points, and from them to the fixed seeds."""
    x = x.detach().clone().requires_grad_(True)
    with torch.enable_grad():
        e = look(x)[1]
        (way,) = torch.autograd.grad(spread(e) + torch.cdist(e, fixed).square().sum(), x)
    return (x + STEP * way / way.norm(dim=1, keepdim=True).clamp(min=1e-12)).detach()
