"""Descent: many icons at once by Adam, each for itself until it gains no more; its slot is then the next icon's.

What an icon becomes depends on its own seed and target alone, not on its neighbours in the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis.inverting.parts import in_parts
from generators.articles.activation_atlas.analysis.inverting.spectrum import NOISE
from generators.articles.activation_atlas.analysis.inverting.transforms import DRAWS
from generators.progress import report

AT_ONCE = {"cpu": 64, "cuda": 512}
RATE, DECAYS, EPSILON = 0.05, (0.9, 0.999), 1e-8
LOOK_EVERY, PATIENCE, GAIN = 16, 32, 0.004
"""An icon is looked at so often, and begins to settle when its value has not grown by this share in so many steps."""
SETTLING = 32
"""Its last steps, in which it is shaken and moved less and less."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be done for icons 0, 1, …, each known by its number."""

    loss: Callable[[Tensor, Tensor, Tensor], Tensor]
    """(coefficients (m, …), which (m,), draws (m, 4)) -> (m,), with a gradient."""
    value: Callable[[Tensor, Tensor], Tensor]
    """(coefficients (m, …), which (m,)) -> (m,), what is to grow."""
    shape: tuple[int, ...]
    """Of one icon's coefficients."""
    start: Tensor | None
    """Coefficients (n, …) of all icons at their first step, but for noise; ``None`` for noise alone."""
    steps: int
    """The most."""
    seed: int
    device: str


@dataclass(eq=False)
class _Slots:
    """The icons at work: one a row of each tensor."""

    which: Tensor
    draws: Tensor
    """(m, steps, 4)"""
    x: Tensor
    mean: Tensor
    """Adam's, of gradients."""
    square: Tensor
    age: Tensor
    best: Tensor
    """The largest value seen."""
    since: Tensor
    """The age at which it was seen."""
    end: Tensor
    """The age at which it will be finished."""

    def __getitem__(self, rows: Tensor) -> _Slots:
        return _Slots(**{name: each[rows] for name, each in vars(self).items()})

    def __add__(self, other: _Slots) -> _Slots:
        return _Slots(**{name: torch.cat([each, vars(other)[name]]) for name, each in vars(self).items()})


def descend(task: Task, icons: list[int], what: str) -> Iterator[tuple[list[int], Tensor, Tensor]]:
    """Finish icons in groups: their numbers, coefficients (m, …) and steps (m,)."""
    at_once = AT_ONCE.get(task.device.split(":")[0], AT_ONCE["cpu"])
    waiting, slots, done = list(icons), _begun(task, []), 0
    while waiting or len(slots.which):
        free = at_once - len(slots.which)
        slots, waiting = slots + _begun(task, waiting[:free]), waiting[free:]
        for _ in range(min(LOOK_EVERY, int((slots.end - slots.age).min()))):
            at_once = _step(task, slots, at_once)
        finished = _look(task, slots, at_once)
        done += int(finished.sum())
        report(done, len(icons), what)
        ended = slots[finished]
        yield ended.which.tolist(), ended.x, ended.age
        slots = slots[~finished]


def _begun(task: Task, icons: list[int]) -> _Slots:
    """Icons at their first step."""
    random = [np.random.default_rng([task.seed, each]) for each in icons]
    draws = np.array([each.uniform(-1, 1, (task.steps, DRAWS)) for each in random]).reshape(-1, task.steps, DRAWS)
    noise = np.array([NOISE * each.standard_normal(task.shape) for each in random]).reshape(-1, *task.shape)
    start, blank = torch.from_numpy(noise).float().to(task.device), torch.zeros(len(icons), device=task.device)
    if task.start is not None:
        start += task.start[torch.tensor(icons, dtype=torch.long, device=task.device)]
    return _Slots(
        which=torch.tensor(icons, dtype=torch.long, device=task.device),
        draws=torch.from_numpy(draws).float().to(task.device),
        x=start,
        mean=torch.zeros_like(start),
        square=torch.zeros_like(start),
        age=blank.long(),
        best=blank - torch.inf,
        since=blank.long(),
        end=blank.long() + task.steps,
    )


def _step(task: Task, slots: _Slots, at_once: int) -> int:
    """Move every icon one step, in parts that fit into memory; return how many fit."""
    left = ((slots.end - slots.age) / SETTLING).clamp(max=1)
    rows = torch.arange(len(slots.which), device=task.device)
    draws = slots.draws[rows, slots.age] * left[:, None]
    gradients, at_once = in_parts(lambda part: _gradient(task, slots, draws, part), len(rows), at_once)
    slots.age += 1
    first, second = DECAYS
    slots.mean.lerp_(gradients, 1 - first)
    slots.square.mul_(second).addcmul_(gradients, gradients, value=1 - second)
    age, rate = (each.view(-1, *[1] * len(task.shape)) for each in (slots.age, RATE * left))
    slots.x.addcdiv_(slots.mean * (-rate / (1 - first**age)), (slots.square / (1 - second**age)).sqrt_().add_(EPSILON))
    return at_once


def _gradient(task: Task, slots: _Slots, draws: Tensor, part: slice) -> Tensor:
    x = slots.x[part].detach().requires_grad_(True)
    return torch.autograd.grad(task.loss(x, slots.which[part], draws[part]).sum(), x)[0]


@torch.no_grad()
def _look(task: Task, slots: _Slots, at_once: int) -> Tensor:
    """Note each icon's value; bool (m,), which are finished."""
    value, _ = in_parts(lambda part: task.value(slots.x[part], slots.which[part]), len(slots.which), at_once)
    gained = value > slots.best + GAIN * slots.best.abs().nan_to_num(posinf=0)
    slots.best, slots.since = torch.where(gained, value, slots.best), torch.where(gained, slots.age, slots.since)
    still = slots.age - slots.since >= PATIENCE
    slots.end = torch.where(still, slots.end.minimum(slots.age + SETTLING), slots.end)
    return slots.age >= slots.end
