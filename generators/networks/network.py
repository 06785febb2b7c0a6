"""Network: a trained module with its data, ready to be analysed; and the checks that it is what it claims to be."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generators import datasets
from generators.datasets import Dataset
from generators.errors import UsageError
from generators.fingerprint.memo import Memo
from generators.networks import choice, heads, quality, running, sources, tensors
from generators.networks.configuration import Entry, entry
from generators.networks.identity import fingerprint
from generators.paths import REPOSITORY, Paths

if TYPE_CHECKING:
    from torch import Tensor, nn


@dataclass(frozen=True, eq=False)
class Network:
    """A network as an analysis receives it."""

    name: str
    kind: str
    module: nn.Module
    """In eval mode, its parameters frozen."""
    dataset: Dataset | None
    labels: tuple[str, ...]
    fingerprint: str
    quality: dict[str, float]
    """What it reaches on held-out examples beside what chance would; empty without data. See ``quality.py``."""
    device: str
    example_shape: tuple[int, ...] | None
    """The shape of one input, without the batch axis; ``None`` where neither data nor the entry says it."""
    entry: Entry
    """What was asked for: the layers and neurons to look at, what makes pictures."""
    cache: Path
    """Where more of it may be kept, by its fingerprint."""


def load(name: str, paths: Paths = REPOSITORY, device: str = "cpu", file: Path | None = None) -> Network:
    """Load a network of networks.toml, or of ``file``; UsageError when anything about it does not fit."""
    about = entry(name, paths, file)
    with closing(Memo(paths.cache / "memo.sqlite")) as memo:
        identity = fingerprint(name, paths, file, memo).digest
    device = _device(device)
    module = running.still(_module(about), device)
    if about.kind == "text-encoder":
        running.answer_with_hidden_states(module)
    dataset = _dataset(about)
    example = _example(about, dataset)
    about.refuse(*heads.misfits(about, dataset, module))
    answer = None if example is None else running.run(name, module, example, device)
    _refuse(about, module, dataset, example, answer, device)
    labels = about.labels if answer is None else heads.labels(about, dataset, answer)
    measured = quality.known(about, module, dataset, device, identity, paths.cache / "quality") if dataset else {}
    shape = None if example is None else tuple(example.shape[1:])
    return Network(name, about.kind, module, dataset, labels, identity, measured, device, shape, about, paths.cache)


def _example(about: Entry, dataset: Dataset | None) -> Tensor | None:
    """One example (1, …), of the data where there are any."""
    if dataset:
        return dataset.test.x[:1]
    return running.blank(about.kind, about.input.shape) if about.input else None


def _refuse(
    about: Entry, module: nn.Module, dataset: Dataset | None, example: Tensor | None, answer: Tensor | None, device: str
) -> None:
    """UsageError that names at once every way in which the entry does not suit the network that it makes."""
    shapes = {}
    if example is not None and about.neurons:
        shapes = running.output_shapes(about.name, module, example, device)
    wrong = [] if answer is None else heads.mistakes(about, dataset, answer)
    about.refuse(*wrong, *choice.mistakes(about, module, shapes))


def _device(device: str) -> str:
    """Choose the device that ``auto`` stands for."""
    import torch

    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise UsageError(f"device {device!r} is not there: torch {torch.__version__} sees no GPU; use cpu or auto")
    return device


def _module(about: Entry) -> nn.Module:
    """Make the module and put its weights in."""
    module = sources.make(about.source)
    _check_initialised(about, module)
    if about.weights:
        read = tensors.read(about.weights)
        tensors.check_finite(read, about.weights)
        tensors.fit(module, read, about.weights)
    else:
        tensors.check_finite(module.state_dict(), str(about.source))
    return module


def _check_initialised(about: Entry, module: nn.Module) -> None:
    """UsageError for lazy modules, which have no weights until they have seen an input, and for mere shapes."""
    from torch.nn.parameter import is_lazy

    stored = [*module.named_parameters(), *module.named_buffers()]
    if waiting := sorted({path.rpartition(".")[0] or "itself" for path, each in stored if is_lazy(each)}):
        raise UsageError(
            f"network {about.name!r} has lazy modules without weights ({', '.join(waiting)}): "
            f"let {about.source.name} call the network once on an example before it returns it"
        )
    if any(each.is_meta for _, each in stored):
        raise UsageError(f"network {about.name!r} is on the meta device, without numbers: return it on the CPU")


def _dataset(about: Entry) -> Dataset | None:
    match about.data:
        case str(name):
            return datasets.load(name)
        case Path() as path:
            from generators.datasets import user

            assert about.input is not None
            given = about.input
            return user.load(path, about.kind, given.shape, given.mean, given.std, about.labels, about.tokenizer)
        case None:
            return None
