"""Count the neurons and synapses of a network: ``NetworkCount`` of a torch module.

A neuron is one row of a learned linear map, a synapse one weight of it (Park 2023, Neurons in deep learning). Shared
weights count once, however often they are used; ``unrolled`` has every use. Works on the meta device.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.nn.utils import parametrize

from generators.articles.neuron.analysis.reading import Reading, experts_per_token, readings
from generators.articles.neuron.analysis.unrolling import Calls, example_of, unroll
from generators.articles.neuron.results.counting import Active, ModuleCount, NetworkCount, Unclassified, Unrolled
from generators.errors import UsageError
from generators.networks.running import blank

TABLES = re.compile(
    r"((^|_)emb(_|ed|$)|^p(e|os)$|position|pos_?(emb|bias|enc)|rel(ative)?_pos|(^|_)(latents?|probe|prompts?)$"
    r"|(class|cls|mask|dist|distillation|register|query|latent|group|segment|type)_?tokens?(_|$))"
)
"""Learned tables that are added or looked up and multiply no activation: positions, class and mask tokens."""
SCALES = re.compile(r"(^A_log$|scale|gamma|sinks|bias_[kv]$|^time_(mix|decay|first))")
"""Learned numbers that multiply or shift one value each."""


def count_network(network: Any, **params: Any) -> NetworkCount:
    """Count a loaded network; ``connections`` unroll over one of its own inputs, or a blank one of their shape."""
    example = None
    if network.dataset:
        example = network.dataset.test.x[:1]
    elif network.example_shape:
        example = blank(network.kind, network.example_shape)
    return count_module(network.module, name=network.name, example=example, **params)


def count_module(
    module: nn.Module, *, name: str = "", example: Tensor | Sequence[int] | None = None, experts_used: int | None = None
) -> NetworkCount:
    """Count a module.

    ``example`` is one input with its batch axis, or an input's shape without one: with it, connections are unrolled
    over positions and uses counted. ``experts_used`` overrides how many experts a token goes through. Raises
    ``UsageError`` for lazy modules and for an example that the module does not take.
    """
    _refuse_lazy(module, name)
    found = _find(module, name, example, experts_used)
    synapses = sum(row.synapses for row in found.rows)
    derived = sum(max(0, reading.synapses - _n_stored(reading)) for reading in found.readings)
    others, unclassified = _others(module, found)
    nonzero = [row.nonzero_synapses for row in found.rows]
    return NetworkCount(
        network=name,
        neurons=sum(row.neurons for row in found.rows),
        synapses=synapses,
        parameters=synapses - derived + sum(others.values()),
        other_parameters=sum(others.values()),
        modules=found.rows,
        active=_active(found.rows, found.experts),
        head=found.head and found.head[1],
        others=dict(sorted(others.items(), key=lambda item: -item[1])),
        unclassified=unclassified,
        derived_synapses=derived,
        nonzero_synapses=None if None in nonzero else sum(filter(None, nonzero)),
        unrolled=_unrolled(found.rows),
        input_shape=_input_shape(example),
    )


@dataclass(frozen=True)
class _Found:
    """The weights of a network, each once, and its head's apart."""

    readings: tuple[Reading, ...]
    rows: tuple[ModuleCount, ...]
    head: tuple[Reading, ModuleCount] | None
    experts: tuple[int, int] | None


def _find(module: nn.Module, name: str, example: Tensor | Sequence[int] | None, experts_used: int | None) -> _Found:
    """Read every module; the same parameters under a second module are the same neurons, used again."""
    paths: dict[nn.Module, list[str]] = {}
    for path, part in module.named_modules(remove_duplicate=False):
        paths.setdefault(part, []).append(path)
    found = {part: read for part in paths if (read := readings(part))}
    calls = _calls(module, name, found, example)
    head_module = _head(module)
    body: dict[tuple[int, ...], tuple[Reading, ModuleCount]] = {}
    head: tuple[Reading, ModuleCount] | None = None
    experts: tuple[int, int] | None = None
    for part, index, reading in ((part, *item) for part, read in found.items() for item in enumerate(read)):
        key = tuple(map(id, reading.stored))
        called = None if calls is None else calls.get((part, index), Calls())
        row = _row(part, paths[part], reading, called, example is not None)
        if part is head_module:
            head = reading, row
        elif key in body:
            body[key] = reading, _used_again(body[key][1], row)
        else:
            row, of_row = _routed(module, paths[part][0], part, reading, row, experts_used)
            body[key] = reading, row
            experts = experts or of_row
    if head is not None and tuple(map(id, head[0].stored)) in body:
        head = None
    return _Found(tuple(reading for reading, _ in body.values()), tuple(row for _, row in body.values()), head, experts)


def _refuse_lazy(module: nn.Module, name: str) -> None:
    for path, part in module.named_modules():
        tensors = (*part.named_parameters(recurse=False), *part.named_buffers(recurse=False))
        if lazy := [key for key, tensor in tensors if is_lazy(tensor)]:
            raise UsageError(
                f"network {name or type(module).__name__!r}: {lazy[0]!r} of module {path or 'itself'!r} "
                f"({type(part).__name__}) has no shape yet: run the lazy module once on an input before it is counted"
            )


def _head(module: nn.Module) -> nn.Module | None:
    """A language model's map to its vocabulary, as ``get_output_embeddings`` names it."""
    get = getattr(module, "get_output_embeddings", None)
    if not callable(get):
        return None
    head = get()
    return head if isinstance(head, nn.Module) and any(part is head for part in module.modules()) else None


def _calls(
    module: nn.Module, name: str, found: dict[nn.Module, tuple[Reading, ...]], example: Tensor | Sequence[int] | None
) -> dict[tuple[nn.Module, int], Calls] | None:
    if example is not None:
        given = example[:1] if isinstance(example, Tensor) else example_of(module, tuple(example))
        try:
            return unroll(module, found, (given,), {})
        except (RuntimeError, ValueError, TypeError, IndexError, AttributeError, NotImplementedError) as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise UsageError(
                f"network {name or type(module).__name__!r} does not take an input of shape {tuple(given.shape)}: "
                f"{reason}"
            ) from error
    if _applies_more_layers_than_it_stores(module):
        device = next(module.parameters()).device
        tokens = torch.zeros((1, 1), dtype=torch.long, device=device)
        try:
            return unroll(module, found, (), {str(module.main_input_name): tokens})
        except Exception:  # any network may refuse one token; then only the stored counts are known
            return None
    return None


def _applies_more_layers_than_it_stores(module: nn.Module) -> bool:
    """Whether a transformers configuration names more layers than any list of modules holds, as ALBERT's does."""
    wanted = getattr(getattr(module, "config", None), "num_hidden_layers", None)
    lists = [len(part) for part in module.modules() if isinstance(part, nn.ModuleList)]
    return isinstance(wanted, int) and bool(lists) and wanted > max(lists) and hasattr(module, "main_input_name")


def _row(
    part: nn.Module, paths: Sequence[str], reading: Reading, calls: Calls | None, positions_known: bool
) -> ModuleCount:
    total = calls.total if calls is not None and calls.uses and positions_known else None
    return ModuleCount(
        path=".".join(filter(None, (paths[0], reading.name))),
        type=type(part).__name__.removeprefix("Parametrized"),
        reading=reading.phrase,
        neurons=reading.neurons,
        synapses=reading.synapses,
        active_neurons=reading.neurons,
        active_synapses=reading.synapses,
        nonzero_synapses=_nonzero(reading.effective),
        uses=len(paths) if calls is None else len(calls.uses),
        units=None if total is None else total.units,
        connections=None if total is None else total.connections,
        real_connections=None if total is None else total.real_connections,
    )


def _n_stored(reading: Reading) -> int:
    return sum(tensor.numel() for tensor in reading.stored)


def _nonzero(tensors: Iterable[Tensor]) -> int | None:
    tensors = tuple(tensors)
    if any(tensor.is_meta for tensor in tensors):
        return None
    dense = (tensor.dequantize() if tensor.is_quantized else tensor for tensor in tensors)
    return sum(int(torch.count_nonzero(tensor)) for tensor in dense)


def _used_again(row: ModuleCount, other: ModuleCount) -> ModuleCount:
    """The same weights under a second module: the same neurons, used more often."""

    def total(name: str) -> int | None:
        known = [value for value in (getattr(row, name), getattr(other, name)) if value is not None]
        return sum(known) if known else None

    return replace(
        row,
        uses=row.uses + other.uses,
        units=total("units"),
        connections=total("connections"),
        real_connections=total("real_connections"),
    )


def _routed(
    root: nn.Module, path: str, part: nn.Module, reading: Reading, row: ModuleCount, experts_used: int | None
) -> tuple[ModuleCount, tuple[int, int] | None]:
    """Give an expert's row what one token uses of it: k of E stacked experts, or the first k of a list of E."""
    if reading.experts is not None:
        used = experts_used or experts_per_token(part) or _asked_nearby(root, path)
        if used is None:
            return row, None
        share = min(used, reading.experts)
        active = (row.neurons // reading.experts * share, row.synapses // reading.experts * share)
        return replace(row, active_neurons=active[0], active_synapses=active[1]), (reading.experts, share)
    if listed := re.match(r"(?P<list>(?:.*\.)?experts)\.(?P<index>\d+)(?:\.|$)", path):
        container = root.get_submodule(listed["list"])
        used = experts_used or _asked_nearby(root, listed["list"])
        if used is None or not isinstance(container, nn.ModuleList):
            return row, None
        if int(listed["index"]) >= used:
            row = replace(row, active_neurons=0, active_synapses=0)
        return row, (len(container), min(used, len(container)))
    return row, None


def _asked_nearby(root: nn.Module, path: str) -> int | None:
    """Experts per token as the parent of the experts, its children (the router) or the network's configuration say."""
    parent = root.get_submodule(path.rpartition(".")[0])
    for holder in (parent, *parent.children()):
        if used := experts_per_token(holder):
            return used
    for config in (getattr(root, "config", None), getattr(getattr(root, "config", None), "text_config", None)):
        names = ("num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_k")
        for name in names:
            if isinstance(used := getattr(config, name, None), int) and used > 0:
                return used
    return None


def _active(modules: Sequence[ModuleCount], experts: tuple[int, int] | None) -> Active | None:
    if experts is None:
        return None
    return Active(
        sum(row.active_neurons for row in modules), sum(row.active_synapses for row in modules), experts[0], experts[1]
    )


def _unrolled(modules: Sequence[ModuleCount]) -> Unrolled | None:
    ran = [row for row in modules if row.connections is not None]
    if not ran and all(row.uses == 1 for row in modules):
        return None

    def total(name: str) -> int | None:
        return sum(getattr(row, name) for row in ran) if ran else None

    return Unrolled(
        sum(row.neurons * row.uses for row in modules),
        sum(row.synapses * row.uses for row in modules),
        total("units"),
        total("connections"),
        total("real_connections"),
    )


def _others(module: nn.Module, found: _Found) -> tuple[dict[str, int], tuple[Unclassified, ...]]:
    """Sort what is stored beyond the body's synapses: the head, magnitudes of normalised weights, unread parameters."""
    heads = (found.head[0],) if found.head else ()
    seen = {id(tensor) for reading in (*found.readings, *heads) for tensor in reading.stored}
    kinds = Counter(head=sum(map(_n_stored, heads)))
    kinds["scales"] = sum(max(0, _n_stored(reading) - reading.synapses) for reading in found.readings)
    unclassified = []
    for path, part in module.named_modules():
        for name, parameter in part.named_parameters(recurse=False):
            if id(parameter) in seen:
                continue
            seen.add(id(parameter))
            kind = _kind(part, name, parameter)
            kinds[kind] += parameter.numel()
            if kind == "unclassified":
                where = ".".join(filter(None, (path, name)))
                unclassified.append(Unclassified(where, tuple(parameter.shape), parameter.numel()))
    return {kind: n for kind, n in kinds.items() if n}, tuple(unclassified)


def _kind(part: nn.Module, name: str, parameter: Tensor) -> str:
    type_name = type(part).__name__.lower()
    if isinstance(part, nn.Embedding | nn.EmbeddingBag) or type_name.endswith(("embedding", "embeddingbag")):
        return "lookup tables"
    if "norm" in type_name:
        return "norms"
    if TABLES.search(name):
        return "lookup tables"
    if SCALES.search(name) or isinstance(part, parametrize.ParametrizationList):
        return "scales"
    if "bias" in name:
        return "biases"
    return "unclassified" if parameter.ndim >= 2 else "scales"


def _input_shape(example: Tensor | Sequence[int] | None) -> tuple[int, ...] | None:
    if example is None:
        return None
    return tuple(example.shape[1:]) if isinstance(example, Tensor) else tuple(example)
