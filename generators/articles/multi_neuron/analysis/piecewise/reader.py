"""Reading a network: running a copy of it, watched, and finding the stages in what was seen."""

import copy
from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from generators.articles.multi_neuron.analysis.piecewise import replay
from generators.articles.multi_neuron.analysis.piecewise.comparison import Comparison, choice, comparison, mixed
from generators.articles.multi_neuron.analysis.piecewise.network import ROWS, Piecewise, Stage, spread
from generators.articles.multi_neuron.analysis.piecewise.tracing import Trace, where_it_runs
from generators.errors import UsageError


def read(module: nn.Module, example: Tensor, decision: bool = False, name: str = "") -> Piecewise:
    """Read a network by what it does to ``example`` (1, …); with ``decision``, also which of its outputs is largest.

    The module stays as it is. UsageError for what is not piecewise linear, and for what cannot be computed in float64.
    """
    name = name or type(module).__name__
    if not example.is_floating_point():
        raise UsageError(
            f"network {name!r} reads whole numbers ({example.dtype}): an exact partition needs inputs without gaps"
        )
    twin = _twin(name, module)
    example = example.to(next((each.device for each in twin.state_dict().values()), example.device), torch.float64)
    (trace, output), (again, _) = (_trace(name, twin, spread(example, rows)) for rows in ROWS)
    if trace.calls != again.calls:
        raise mixed(name, "its forward")
    found = [comparison(name, *both, ROWS) for both in zip(trace.switching, again.switching, strict=True)]
    dense = trace.chain.end(output) if all(each.act for each in found) else None
    if decision:
        found.append(_choice(name, output, len(trace.calls)))
    stages, steps = _stages(found)
    network = Piecewise(name, twin, example, stages, dense, tuple(trace.calls), steps)
    if dense is None and not network.answers_apart():  # a product with a matrix takes each row by itself
        raise mixed(name, "its forward")
    return network


def _twin(network: str, module: nn.Module) -> nn.Module:
    """A copy in float64 and eval mode; UsageError where its numbers are not finite."""
    made = (each for part in module.modules() for each in vars(part).values() if isinstance(each, Tensor))
    memo: dict[int, Any] = {id(each): each.detach().clone() for each in made if not each.is_leaf}  # pruned weights
    try:
        twin = copy.deepcopy(module, memo).double()
    except (RuntimeError, TypeError, NotImplementedError) as error:
        raise UsageError(f"network {network!r} cannot be brought to float64: {_said(error)}") from error
    for part in twin.modules():
        part.training = False  # whatever its own ``train`` does
        for key, value in list(vars(part).items()):
            if isinstance(value, Tensor) and value.is_floating_point():  # neither a parameter nor a buffer
                vars(part)[key] = value.double()
    for key, tensor in (*twin.named_parameters(), *twin.named_buffers()):
        if tensor.is_floating_point() and not tensor.isfinite().all():
            raise UsageError(
                f"network {network!r} has NaN or infinite numbers in {key!r}: an exact partition needs finite weights"
            )
    return twin


def _trace(network: str, twin: nn.Module, x: Tensor) -> tuple[Trace, Tensor]:
    """Watch one forward pass; UsageError where it fails or gives what is no finite tensor."""
    try:
        with torch.no_grad(), where_it_runs(twin) as here, Trace(network, x, here) as trace:
            answer = twin(x)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:  # it is the reader's code that runs
        shape = "×".join(map(str, x.shape[1:]))
        raise UsageError(
            f"network {network!r} cannot take examples of shape {shape} in float64: {_said(error)}"
        ) from error
    output = replay.row_each(network, answer, len(x))
    if not output.isfinite().all():
        raise UsageError(f"network {network!r} answers with NaN or infinite numbers: expected finite outputs")
    return trace, output


def _choice(network: str, output: Tensor, position: int) -> Comparison:
    if output[0].numel() not in output.shape[1:] and output.ndim > 1:
        raise UsageError(
            f"network {network!r} gives outputs of shape {tuple(output.shape[1:])}: a decision needs one number for "
            "each class"
        )
    return choice(position, output[0].numel())


def _stages(found: Sequence[Comparison]) -> tuple[tuple[Stage, ...], tuple[tuple[Comparison, int], ...]]:
    """The stages of all comparisons, each under a name of its own."""
    stages: list[Stage] = []
    steps: list[tuple[Comparison, int]] = []
    seen: Counter[str] = Counter()
    contests = 0
    for each in found:
        for index, size in enumerate(each.sizes):
            seen[each.where] += 1
            unique = each.where if seen[each.where] == 1 else f"{each.where}#{seen[each.where]}"
            stages.append(Stage(unique, each.kind, size, contests if each.contest else -1))
            steps.append((each, index))
        contests += each.contest is not None
    return tuple(stages), tuple(steps)


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
