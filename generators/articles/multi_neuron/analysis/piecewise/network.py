"""``Piecewise``: a network that was read, its stages, and the values whose signs switch at each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from generators.articles.multi_neuron.analysis.piecewise import replay
from generators.articles.multi_neuron.analysis.piecewise.chain import Dense
from generators.articles.multi_neuron.analysis.piecewise.comparison import Comparison
from generators.articles.multi_neuron.analysis.piecewise.tournament import Tournament

ROWS = (2, 3)
"""How many examples a network is read with, twice: the axis that changes is theirs."""
ROUNDING = 1e-9
"""How far, in units of the largest number beside them, the values of an example alone may be from those in a batch."""


@dataclass(frozen=True)
class Stage:
    """Comparisons that are made at once."""

    name: str
    """Dotted path of the module, such as ``relu1``; where a ``forward`` calls a function, its name behind."""
    kind: str
    """``relu``, ``leaky_relu``, ``prelu``, ``abs``, ``hardtanh`` …; ``max`` or ``argmax`` for a round of a maximum."""
    size: int
    """How many switches one example has."""
    contest: int
    """The stages of one maximum share a number; −1 for activations."""


@dataclass(frozen=True, eq=False)
class Piecewise:
    """A piecewise-linear network, stage by stage."""

    network: str
    module: nn.Module
    """Its own copy, in float64 and eval mode."""
    example: Tensor
    stages: tuple[Stage, ...]
    dense: tuple[Dense, ...] | None
    """A layer for each stage before the decision, where the network is a chain of linear layers."""
    calls: tuple[torch._ops.OpOverload, ...]
    """Every operation of its forward pass."""
    steps: tuple[tuple[Comparison, int], ...]
    """For each stage its comparison, and which of its rounds it is."""

    def switches(self, stage: int, x: Tensor) -> tuple[Tensor, float]:
        """The values of one stage's switches at inputs (V, …), float64[V, size]; and the largest number compared."""
        step, index = self.steps[stage]
        inputs = self._at_least_two(x)
        read = self._operands(inputs, (step,))[0]
        low, high = torch.aminmax(read)
        return step.switches(read, index)[: len(x)], max(-float(low), float(high))

    def all_switches(self, x: Tensor) -> list[Tensor]:
        """The values of every stage's switches at inputs (V, …), in one run: float64[V, size] each."""
        comparisons = list(dict.fromkeys(step for step, _ in self.steps))
        read = dict(zip(comparisons, self._operands(self._at_least_two(x), comparisons), strict=True))
        return [step.switches(read[step], index)[: len(x)] for step, index in self.steps]

    def outputs(self, x: Tensor) -> Tensor:
        """What the network answers to inputs (V, …)."""
        inputs = self._at_least_two(x)
        answer = replay.run(self.network, self.module, inputs, self.calls)
        return replay.row_each(self.network, answer, len(inputs))[: len(x)]

    def relevant(self, contest: int, bits: np.ndarray) -> np.ndarray:
        """Mark the comparisons on the winners' paths; ``bits`` are bool[R, switches of all stages of the contest]."""
        return self._tournament(contest).relevant(bits)

    def winners(self, contest: int, bits: np.ndarray) -> np.ndarray:
        """The winner of each window, int64[R, windows]: its index as torch gives it; of the decision, the class."""
        return self._tournament(contest).winners(bits)

    def answers_apart(self) -> bool:
        """Whether examples are answered each by itself: by trying a few, together and alone."""
        steps = tuple(dict.fromkeys(step for step, _ in self.steps))
        x = spread(self.example, ROWS[1])
        together = (*self._operands(x, steps), self.outputs(x))
        for row, one in enumerate(x.split(1)):
            alone = (*self._operands(self._at_least_two(one), steps), self.outputs(one))
            for of_all, of_one in zip(together, alone, strict=True):
                if not torch.allclose(of_all[row], of_one[0], rtol=0, atol=ROUNDING * float(of_all.abs().max())):
                    return False
        return True

    def _operands(self, x: Tensor, steps: Sequence[Comparison]) -> list[Tensor]:
        """What these comparisons, in their order, read of the inputs: (V, n) each."""
        left = {step.position: step for step in steps}
        read: list[Tensor] = []

        def visit(position: int, args: tuple) -> None:
            read.append(left[position].operand(args, len(x)))
            if len(read) == len(left):
                raise replay.Enough

        answer = replay.run(self.network, self.module, x, self.calls, left, visit)
        if len(read) < len(left):
            read.append(steps[-1].operand((replay.row_each(self.network, answer, len(x)),), len(x)))  # the decision
        return read

    def _tournament(self, contest: int) -> Tournament:
        step = next(step for stage, (step, _) in zip(self.stages, self.steps, strict=True) if stage.contest == contest)
        assert step.contest is not None
        return step.contest

    def _at_least_two(self, x: Tensor) -> Tensor:
        """A copy, never of one example: torch rearranges a single one in other ways than many."""
        x = x.to(self.example, copy=True)
        return x if len(x) >= 2 else torch.cat([x, self.example, self.example])


def spread(example: Tensor, rows: int) -> Tensor:
    """That many inputs around an example, the same at every call."""
    noise = torch.randn((rows, *example.shape[1:]), generator=torch.Generator().manual_seed(0), dtype=example.dtype)
    return example + noise.to(example.device)
