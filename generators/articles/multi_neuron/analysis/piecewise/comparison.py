"""One operation that compares numbers: which axis runs over examples, what its switches are."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from generators.articles.multi_neuron.analysis.piecewise import tournament
from generators.articles.multi_neuron.analysis.piecewise.activations import Activation
from generators.articles.multi_neuron.analysis.piecewise.tournament import Candidates, Tournament
from generators.articles.multi_neuron.analysis.piecewise.tracing import Switching, operand
from generators.errors import UsageError


@dataclass(frozen=True, eq=False)
class Comparison:
    position: int
    """Among all operations of the network; behind the last is the choice among its outputs."""
    name: str
    """Of the operation."""
    where: str
    kind: str
    axis: int
    """Of its operand, the one that runs over examples."""
    n: int
    """How many numbers of one example it reads."""
    act: Activation | None = None
    contest: Tournament | None = None

    @property
    def sizes(self) -> list[int]:
        """How many switches it has, stage after stage."""
        if self.contest is not None:
            return [len(each.first) for each in self.contest.rounds]
        return [self.n * len(self.act.thresholds)]

    def operand(self, args: tuple, rows: int) -> Tensor:
        """What it compares, an example a row: (rows, n)."""
        read = operand(self.name, args).movedim(self.axis, 0).reshape(rows, self.n)
        return pad(read, (0, 1)) if self.kind == "argmax" and self.n == 1 else read

    def switches(self, x: Tensor, index: int) -> Tensor:
        """The values whose signs switch at one of its stages: (V, n) to (V, size)."""
        if self.contest is not None:
            return self.contest.differences(x, index)
        values = [x - threshold if threshold else x for threshold in self.act.thresholds]
        return values[0] if len(values) == 1 else torch.cat(values, 1)


def comparison(network: str, found: Switching, again: Switching, rows: tuple[int, int]) -> Comparison:
    """Make one of an operation that was seen with two numbers of examples; UsageError where these are not an axis."""
    changed = [axis for axis, sizes in enumerate(zip(found.read, again.read, strict=True)) if sizes[0] != sizes[1]]
    if len(changed) != 1 or any(each.read[changed[0]] % n for each, n in zip((found, again), rows, strict=True)):
        raise mixed(network, found.where)
    axis = changed[0]
    rest = list(found.read[:axis] + found.read[axis + 1 :])
    shape = [found.read[axis] // rows[0], *rest]
    contest = None if found.act else Tournament(_candidates(network, found, axis, shape))
    return Comparison(
        found.position,
        found.name,
        found.where,
        found.act.kind if found.act else "max",
        axis,
        int(np.prod(shape)),
        found.act,
        contest,
    )


def choice(position: int, outputs: int) -> Comparison:
    """Which of the outputs is largest; of a single one, whether it is above 0."""
    labels = np.arange(outputs) if outputs > 1 else np.array([1, 0])
    contest = Tournament(Candidates(np.arange(len(labels)), np.zeros_like(labels), labels))
    return Comparison(position, "argmax", "argmax", "argmax", 0, outputs, None, contest)


def mixed(network: str, where: str) -> UsageError:
    return UsageError(
        f"network {network!r} mixes the examples of a batch in {where}: an exact partition needs each example to be "
        "answered by itself"
    )


def _candidates(network: str, found: Switching, axis: int, shape: list[int]) -> Candidates:
    """The windows of a maximum over examples of that shape, the axis of the examples moved to the front."""
    if "pool" in found.name:
        axes = 3 if "3d" in found.name else 2
        if axis >= len(found.read) - axes:
            raise mixed(network, found.where)
        return tournament.pooling(shape, found.made[-axes:], found.given)
    over = [each % len(found.read) for each in _axes(found)]
    if axis in over:
        raise mixed(network, found.where)
    return tournament.over_axes(shape, [each + 1 if each < axis else each for each in over])


def _axes(found: Switching) -> list[int]:
    """The axes of the operand that a maximum is taken over."""
    if found.name in ("maximum", "minimum", "fmax", "fmin"):
        return [-1]
    dim = found.given.get("dim")
    if isinstance(dim, int):
        return [dim]
    return list(dim) if dim else list(range(len(found.read)))
