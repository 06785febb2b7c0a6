"""What the ``inspect`` command shows: the neurons and synapses of any network, as a tree or as JSON.

A target is a name of networks.toml, ``spec:NAME`` (a published shape; torch is not imported), ``hf:DIR-or-ID`` (its
configuration; no weights are read) or ``path/to/file.py:function``.
"""

import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from rich.tree import Tree

from generators.articles.neuron.analysis.published import count_spec
from generators.articles.neuron.results.counting import ModuleCount, NetworkCount
from generators.articles.neuron.results.outline import Branch, Line, lines, outline, remarks
from generators.errors import UsageError, nearest
from generators.networks import entries, sources
from generators.networks.sources import Source
from generators.networks.spec import SHAPES, spec
from generators.paths import REPOSITORY, Paths

if TYPE_CHECKING:
    from torch import nn

BUILT_TWICE_AT_MOST = 2**27
"""Parameters up to which a network of a Python file is also made with its values, to see which synapses are zero."""


def inspect(target: str, paths: Paths = REPOSITORY, file: Path | None = None) -> NetworkCount:
    """Count the network that ``target`` names; ``file`` stands in for networks.toml."""
    if target.startswith("spec:"):
        return count_spec(spec(target.removeprefix("spec:")))
    if ":" in target or target.endswith(".py"):
        return _of_source(sources.parse(target), target)
    return _of_entry(target, paths, file)


def as_json(count: NetworkCount) -> dict[str, Any]:
    """The count as plain values, integers exact; keys beyond the documented ones come last."""
    active, head, unrolled = count.active, count.head, count.unrolled
    return {
        "network": count.network,
        "neurons": count.neurons,
        "synapses": count.synapses,
        "synapses_per_neuron": count.synapses_per_neuron,
        "parameters": count.parameters,
        "other_parameters": count.other_parameters,
        "active": None
        if active is None
        else {
            "neurons": active.neurons,
            "synapses": active.synapses,
            "experts": active.experts,
            "experts_per_token": active.experts_per_token,
        },
        "modules": [_module(row) for row in count.modules],
        "unclassified": [
            {"path": missed.path, "shape": list(missed.shape), "parameters": missed.parameters}
            for missed in count.unclassified
        ],
        "head": None if head is None else _module(head),
        "others": dict(count.others),
        "nonzero_synapses": count.nonzero_synapses,
        "derived_synapses": count.derived_synapses,
        "unrolled": None
        if unrolled is None
        else {
            "neurons": unrolled.neurons,
            "synapses": unrolled.synapses,
            "units": unrolled.units,
            "connections": unrolled.connections,
            "real_connections": unrolled.real_connections,
        },
        "input_shape": None if count.input_shape is None else list(count.input_shape),
    }


class Columns(Tree):
    """A tree that is never cropped to the terminal, with remarks below it."""

    def __init__(self, label: Text, width: int, below: Text) -> None:
        super().__init__(label, guide_style="dim")
        self.width, self.below = width, below

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from super().__rich_console__(console, options.update(width=max(self.width, options.max_width)))
        yield self.below


def tree(count: NetworkCount) -> Columns:
    """The count as a rich tree in aligned columns; names are text, never markup."""
    told = lines(count)
    heading, total, *rest = told
    label = Text.assemble((str(heading), "dim"), "\n", _label(total))
    root = Columns(label, max(len(str(line)) for line in told), _below(count))
    coming = iter(rest)
    _grow(root, outline(count), coming)
    for line in coming:
        root.add(_label(line))
    return root


def _below(count: NetworkCount) -> Text:
    """What the columns do not say, a line each; what no rule reads stands out."""
    return Text("\n").join(
        Text(remark, style="yellow" if remark.startswith("unclassified") else "") for remark in remarks(count)
    )


def _of_entry(name: str, paths: Paths, file: Path | None) -> NetworkCount:
    """Count a network of networks.toml with its weights and, where it has data, over one of its inputs."""
    known = entries(paths, file)
    if name not in known:
        if name in SHAPES:
            raise UsageError(f"there is no network {name!r} in networks.toml: did you mean 'spec:{name}'")
        raise UsageError(
            f"there is no network {name!r} in networks.toml: {nearest(name, known)}; "
            f"spec:NAME is a published shape, hf:DIR-or-ID a configuration, path/to/file.py:function your own"
        )
    if known[name].source.scheme == "spec":
        return count_spec(spec(known[name].source.name))
    from generators.articles.neuron.analysis.counting import count_network
    from generators.networks import load

    return count_network(load(name, paths, file=file))


def _of_source(source: Source, target: str) -> NetworkCount:
    from generators.articles.neuron.analysis.counting import count_module

    with redirect_stdout(sys.stderr):  # what the user's code prints is not part of the JSON
        module = _module_of(source)
    return count_module(module, name=target)


def _module_of(source: Source) -> "nn.Module":
    """Make the module without memory when its code allows; then, when it is small, with its values as well."""
    import torch

    if source.scheme != "file":
        return sources.make_shape(source)
    try:
        with torch.device("meta"):
            shape = sources.make(source)
    except UsageError:
        return sources.make(source)
    size = sum(parameter.numel() for parameter in shape.parameters() if not torch.nn.parameter.is_lazy(parameter))
    return sources.make(source) if size <= BUILT_TWICE_AT_MOST else shape


def _module(row: ModuleCount) -> dict[str, Any]:
    return {
        "path": row.path,
        "type": row.type,
        "neurons": row.neurons,
        "synapses": row.synapses,
        "synapses_per_neuron": row.synapses_per_neuron,
        "connections": row.connections,
        "reading": row.reading,
        "active_neurons": row.active_neurons,
        "active_synapses": row.active_synapses,
        "nonzero_synapses": row.nonzero_synapses,
        "uses": row.uses,
    }


def _label(line: Line) -> Text:
    return Text.assemble((line.name, "bold"), (line.numbers, "cyan"), (line.note, "dim"))


def _grow(parent: Tree, branches: tuple[Branch, ...], coming: Iterator[Line]) -> None:
    for branch in branches:
        _grow(parent.add(_label(next(coming))), branch.children, coming)
