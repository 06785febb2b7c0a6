"""How the weights of one module are read: which axis of which parameter runs over neurons, which over synapses.

``readings`` takes a module and gives a tuple of ``Reading``, one for every weight tensor or group of tensors that feed
the same neurons. A module type that torch defines is read by its type; others by structure, so that neither
transformers nor a list of its classes is needed: a transposed linear layer (``Conv1D``), stacked experts, a router, a
quantised layer.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize


@dataclass(frozen=True)
class Use:
    """What one call of a module makes of a weight: its neurons and synapses at every position."""

    units: int
    connections: int
    real_connections: int


@dataclass(frozen=True)
class Reading:
    """Weights read as neurons."""

    name: str
    """Parameter within the module, or empty when it is the module's only reading."""
    phrase: str
    neurons: int
    synapses: int
    stored: tuple[Tensor, ...]
    """The parameters behind the weight, by identity: the weight itself, or what it is computed from."""
    effective: tuple[Tensor, ...]
    """The weights as the forward pass uses them."""
    use: Callable[[tuple[Any, ...], Any], Use]
    """``use(arguments, output)`` of one call."""
    experts: int | None = None
    """Stacked experts, where there are any."""


@singledispatch
def readings(module: nn.Module) -> tuple[Reading, ...]:
    """Read a module's own weights, not those of its children; empty where it has none that are neurons."""
    if stores(module, "weight") and hasattr(module, "nf") and type(module).__name__ == "Conv1D":
        return (_rows(module, "weight", transposed=True),)
    if callable(getattr(module, "weight", None)) and hasattr(module, "_packed_params"):
        return (_quantised(module),)
    if callable(getattr(module, "get_weight", None)):
        return _quantised_recurrent(module)
    if stacked := _stacked_experts(module):
        return stacked
    if stores(module, "weight") and effective(module, "weight").ndim == 2 and _is_linear(module):
        return (_rows(module, "weight"),)
    return ()


@readings.register
def _(module: nn.Linear) -> tuple[Reading, ...]:
    return (_rows(module, "weight"),)


@readings.register(nn.Embedding)
@readings.register(nn.EmbeddingBag)
def _(module: nn.Module) -> tuple[Reading, ...]:
    return ()


@readings.register
def _(module: nn.Bilinear) -> tuple[Reading, ...]:
    weight = effective(module, "weight")
    n_rows, left, right = weight.shape
    return (_dense("", f"{n_rows} rows of {left}·{right}", n_rows, module, ("weight",)),)


@readings.register(nn.Conv1d)
@readings.register(nn.Conv2d)
@readings.register(nn.Conv3d)
def _(module: Any) -> tuple[Reading, ...]:
    weight = effective(module, "weight")
    n_rows, n_in, *kernel = weight.shape

    def use(arguments: tuple[Any, ...], output: Tensor) -> Use:
        positions = output.shape[-len(kernel) :]
        connections = weight.numel() * math.prod(positions)
        if module.padding_mode != "zeros":
            return Use(n_rows * math.prod(positions), connections, connections)
        before = module._reversed_padding_repeated_twice[::2][::-1]  # pairs (left, right), last axis first
        sizes = arguments[0].shape[-len(kernel) :]
        axes = zip(positions, sizes, kernel, module.stride, module.dilation, before, strict=True)
        real = n_rows * n_in * math.prod(_taps_inside(*axis) for axis in axes)
        return Use(n_rows * math.prod(positions), connections, real)

    return (
        Reading(
            "", _kernel_phrase(n_rows, n_in, kernel), n_rows, weight.numel(), behind(module, "weight"), (weight,), use
        ),
    )


@readings.register(nn.ConvTranspose1d)
@readings.register(nn.ConvTranspose2d)
@readings.register(nn.ConvTranspose3d)
def _(module: Any) -> tuple[Reading, ...]:
    weight = effective(module, "weight")
    n_in, n_rows_of_group, *kernel = weight.shape
    n_rows = n_rows_of_group * module.groups

    def use(arguments: tuple[Any, ...], output: Tensor) -> Use:
        sizes, positions = arguments[0].shape[-len(kernel) :], output.shape[-len(kernel) :]
        axes = zip(sizes, positions, kernel, module.stride, module.dilation, module.padding, strict=True)
        inside = n_in * n_rows_of_group * math.prod(_taps_inside(*axis) for axis in axes)
        return Use(n_rows * math.prod(positions), inside, inside)

    phrase = _kernel_phrase(n_rows, n_in // module.groups, kernel)
    return (Reading("", phrase, n_rows, weight.numel(), behind(module, "weight"), (weight,), use),)


@readings.register
def _(module: nn.MultiheadAttention) -> tuple[Reading, ...]:
    """The output projection is a child of its own, though attention applies it without calling it."""
    fused = stores(module, "in_proj_weight")
    names = ("in_proj",) if fused else ("q_proj", "k_proj", "v_proj")
    return tuple(_attention_rows(module, name, index, fused) for index, name in enumerate(names))


@readings.register
def _(module: nn.RNNBase) -> tuple[Reading, ...]:
    found = []
    for layer in range(module.num_layers):
        for direction in ("", "_reverse")[: 2 if module.bidirectional else 1]:
            at = f"l{layer}{direction}"
            found.append(_recurrent(module, at, (f"weight_ih_{at}", f"weight_hh_{at}")))
            if module.proj_size:
                found.append(_dense(f"{at}.projection", "", None, module, (f"weight_hr_{at}",), _steps))
    return tuple(found) if len(found) > 1 else (_named(found[0], ""),)


@readings.register
def _(module: nn.RNNCellBase) -> tuple[Reading, ...]:
    return (_recurrent(module, "", ("weight_ih", "weight_hh")),)


def stores(module: nn.Module, name: str) -> bool:
    """Whether ``name`` is a weight that the module learns, as it stands or parametrised or pruned."""
    return bool(behind(module, name))


def behind(module: nn.Module, name: str) -> tuple[Tensor, ...]:
    """The stored parameters that a weight is computed from: its own, ``torch.nn.utils.parametrizations``' originals,
    the ``_orig`` of pruning and the older spectral norm, the ``_g`` and ``_v`` of the older weight norm."""
    if parametrize.is_parametrized(module, name):
        chain: Any = module.parametrizations[name]
        return tuple(chain.parameters(recurse=False))
    own = (module._parameters.get(name + suffix) for suffix in ("", "_orig", "_g", "_v"))
    return tuple(parameter for parameter in own if parameter is not None)


def effective(module: nn.Module, name: str) -> Tensor:
    """The weight as the forward pass uses it; computing a parametrised one leaves the module as it was.

    A pruned weight is masked anew: its attribute is as old as the last forward pass.
    """
    if parametrize.is_parametrized(module, name):
        return _parametrised(module, name)
    mask, original = module._buffers.get(f"{name}_mask"), module._parameters.get(f"{name}_orig")
    with torch.no_grad():
        return getattr(module, name) if mask is None or original is None else original * mask


def _parametrised(module: nn.Module, name: str) -> Tensor:
    chain: Any = module.parametrizations[name]
    training = [part for part in chain.modules() if part.training]
    chain.eval()  # a spectral norm takes a step of its power iteration whenever it is read in training
    try:
        with torch.no_grad():
            return getattr(module, name)
    except (
        TypeError,
        RuntimeError,
    ):  # torch cannot compute some chains, nor an orthogonal weight made on the meta device
        return max(behind(module, name), key=Tensor.numel).to("meta")
    finally:
        for part in training:
            part.training = True


def _rows(module: nn.Module, name: str, *, transposed: bool = False) -> Reading:
    """A matrix whose rows are neurons, or whose columns are."""
    shape = effective(module, name).shape
    n_rows, fan_in = reversed(shape) if transposed else shape
    phrase = f"{n_rows:,} rows of {fan_in:,}" + (" (stored transposed)" if transposed else "")
    return _dense("", phrase, n_rows, module, (name,))


def _everywhere(arguments: tuple[Any, ...], output: Any, n_rows: int) -> int:
    """Positions at which a linear map was applied, from the size of its output."""
    first = output if isinstance(output, Tensor) else output[0]
    return first.numel() // n_rows if n_rows else 0


def _steps(arguments: tuple[Any, ...], output: Any, n_rows: int) -> int:
    """Time steps of a recurrent layer for one example."""
    sequence = arguments[0]
    return (sequence.data if isinstance(sequence, nn.utils.rnn.PackedSequence) else sequence).shape[:-1].numel()


def _dense(
    name: str,
    phrase: str,
    n_rows: int | None,
    module: nn.Module,
    weights: Sequence[str],
    positions: Callable[[tuple[Any, ...], Any, int], int] = _everywhere,
) -> Reading:
    tensors = tuple(effective(module, weight) for weight in weights)
    neurons = tensors[0].shape[0] if n_rows is None else n_rows
    synapses = sum(tensor.numel() for tensor in tensors)

    def use(arguments: tuple[Any, ...], output: Any) -> Use:
        times = positions(arguments, output, neurons)
        return Use(neurons * times, synapses * times, synapses * times)

    stored = tuple(parameter for weight in weights for parameter in behind(module, weight))
    fan_in = " + ".join(f"{tensor.shape[-1]:,}" for tensor in tensors)
    return Reading(name, phrase or f"{neurons:,} rows of {fan_in}", neurons, synapses, stored, tensors, use)


def _named(reading: Reading, name: str) -> Reading:
    return Reading(name, *(getattr(reading, field) for field in list(Reading.__dataclass_fields__)[1:]))


def _recurrent(module: Any, at: str, weights: tuple[str, str]) -> Reading:
    """Input and re-injected output feed the same neurons: two matrices, one set of rows."""
    of_input, of_output = (effective(module, weight) for weight in weights)
    gates = 4 if isinstance(module, nn.LSTM | nn.LSTMCell) else 3 if isinstance(module, nn.GRU | nn.GRUCell) else 1
    n_rows = of_input.shape[0]
    count = f"{gates}·{n_rows // gates:,} gate rows" if gates > 1 else f"{n_rows:,} rows"
    phrase = f"{count} of {of_input.shape[1]:,} + {of_output.shape[1]:,}"
    return _dense(at, phrase, n_rows, module, weights, _steps)


def _attention_rows(module: nn.MultiheadAttention, name: str, index: int, fused: bool) -> Reading:
    """Query, key and value rows; in the fused weight a third each."""
    weight = f"{name}_weight"
    tensor = effective(module, weight)
    n_rows, fan_in = tensor.shape

    def use(arguments: tuple[Any, ...], output: Any) -> Use:
        lengths = [argument.numel() // argument.shape[-1] for argument in arguments[:3]]
        times = sum(lengths) if fused else lengths[index]
        rows = n_rows // 3 if fused else n_rows
        return Use(rows * times, rows * fan_in * times, rows * fan_in * times)

    phrase = f"3·{n_rows // 3:,} rows of {fan_in:,} (query, key, value)" if fused else f"{n_rows:,} rows of {fan_in:,}"
    return Reading(name, phrase, n_rows, tensor.numel(), behind(module, weight), (tensor,), use)


def _kernel_phrase(n_rows: int, n_in: int, kernel: Iterable[int]) -> str:
    return f"{n_rows:,} rows of " + "·".join(f"{size:,}" for size in (n_in, *kernel))


def _taps_inside(n_steps: int, size: int, n_taps: int, stride: int, dilation: int, before: int) -> int:
    """How many of the taps of a 1-D kernel, over all its steps, fall on one of ``size`` positions."""
    inside = 0
    for tap in range(n_taps):
        offset = tap * dilation - before
        first, last = max(0, -(offset // stride)), min(n_steps - 1, (size - 1 - offset) // stride)
        inside += max(0, last - first + 1)
    return inside


def _quantised(module: Any) -> Reading:
    """A layer of ``torch.ao``, whose packed weight is no parameter."""
    weight = module.weight()
    n_rows, *fan_in = weight.shape
    if getattr(module, "transposed", False):
        n_rows, fan_in = n_rows, [weight.shape[0] // module.groups, *weight.shape[2:]]
        n_rows = weight.shape[1] * module.groups
    kernel = len(fan_in) - 1

    def use(arguments: tuple[Any, ...], output: Tensor) -> Use:
        positions = math.prod(output.shape[-kernel:]) if kernel else output.numel() // n_rows
        return Use(n_rows * positions, weight.numel() * positions, weight.numel() * positions)

    phrase = f"{n_rows:,} rows of " + "·".join(f"{size:,}" for size in fan_in) + " (quantised)"
    return Reading("", phrase, n_rows, weight.numel(), (weight,), (weight,), use)


def _quantised_recurrent(module: Any) -> tuple[Reading, ...]:
    """A recurrent layer of ``torch.ao``: its packed weights come by the names that plain ones have."""
    weights = module.get_weight()
    found = []
    for name in (name for name in weights if name.startswith("weight_ih")):
        at = name.removeprefix("weight_ih").removeprefix("_")
        tensors = weights[name], weights[name.replace("ih", "hh")]
        n_rows, n_inputs = tensors[0].shape
        synapses = tensors[0].numel() + tensors[1].numel()

        def use(arguments: tuple[Any, ...], output: Any, n_rows: int = n_rows, synapses: int = synapses) -> Use:
            steps = _steps(arguments, output, n_rows)
            return Use(n_rows * steps, synapses * steps, synapses * steps)

        phrase = f"{n_rows:,} rows of {n_inputs:,} + {tensors[1].shape[1]:,} (quantised)"
        found.append(Reading(at, phrase, n_rows, synapses, tensors, tensors, use))
    return tuple(found) if len(found) > 1 else tuple(_named(reading, "") for reading in found)


def _is_linear(module: nn.Module) -> bool:
    """Whether a module that stores a matrix multiplies by it: it is named for it, or it scores experts."""
    name = type(module).__name__.lower()
    return hasattr(module, "top_k") or name.endswith(("linear", "router", "gate"))


def _stacked_experts(module: nn.Module) -> tuple[Reading, ...]:
    """Experts as parameters (experts, rows, columns), or (experts, columns, rows) where module or biases say so."""
    names = sorted(
        {
            name.removesuffix("_orig")
            for name, parameter in module.named_parameters(recurse=False)
            if parameter.ndim == 3
        }
    )
    if not (type(module).__name__.lower().endswith("experts") or hasattr(module, "num_experts")):
        return ()
    transposed = getattr(module, "is_transposed", None)
    if transposed is None:
        transposed = _biases_run_over_last_axis(module, names)
    return tuple(_expert_rows(module, name, transposed) for name in names)


def _biases_run_over_last_axis(module: nn.Module, names: Sequence[str]) -> bool:
    """A bias has one value a neuron: its length tells the rows' axis, but for a square weight, which tells nothing."""
    for name in names:
        n_experts, first, last = effective(module, name).shape
        for bias in (getattr(module, f"{name}_bias", None), getattr(module, name.replace("weight", "bias"), None)):
            if bias is not None and bias.ndim == 2 and first != last:
                return bias.shape == (n_experts, last)
    return False


def _expert_rows(module: Any, name: str, transposed: bool) -> Reading:
    weight = effective(module, name)
    n_experts, n_rows, fan_in = weight.mT.shape if transposed else weight.shape
    per_token = experts_per_token(module)

    def use(arguments: tuple[Any, ...], output: Any) -> Use:
        times = (arguments[0].numel() // arguments[0].shape[-1]) * (per_token or n_experts)
        return Use(n_rows * times, n_rows * fan_in * times, n_rows * fan_in * times)

    phrase = f"{n_experts:,} × {n_rows:,} rows of {fan_in:,}" + (" (stored transposed)" if transposed else "")
    return Reading(name, phrase, n_experts * n_rows, weight.numel(), behind(module, name), (weight,), use, n_experts)


def experts_per_token(holder: Any) -> int | None:
    """How many experts a token goes through, where a module or a configuration says so."""
    for name in ("num_experts_per_tok", "num_experts_per_token", "experts_per_token", "top_k", "moe_k", "moe_top_k"):
        if isinstance(value := getattr(holder, name, None), int) and not isinstance(value, bool) and value > 0:
            return value
    return None
