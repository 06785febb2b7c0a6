"""Network: a trained module with its data, ready to be analysed; and the checks that it is what it claims to be."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generators import datasets
from generators.datasets import Dataset
from generators.errors import UsageError
from generators.networks import cards, sources, tensors
from generators.networks.configuration import Entry, entry
from generators.networks.identity import fingerprint
from generators.paths import REPOSITORY, Paths

if TYPE_CHECKING:
    from torch import Tensor, nn

BATCH = 256
EXAMPLES_AT_MOST = 10_000
"""How many held-out examples accuracy is measured on."""

_measured: dict[str, dict[str, float]] = {}
"""Fingerprint -> quality, so that a network loaded for many exhibits is measured once."""


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
    """``accuracy`` on held-out examples and ``chance``, what a constant answer would reach; empty without data."""
    device: str
    example_shape: tuple[int, ...] | None
    """The shape of one input, without the batch axis; ``None`` where neither data nor the entry says it."""


def load(name: str, paths: Paths = REPOSITORY, device: str = "cpu", file: Path | None = None) -> Network:
    """Load a network of networks.toml, or of ``file``; UsageError when anything about it does not fit."""
    about = entry(name, paths, file)
    identity = fingerprint(name, paths, file)
    device = _device(device)
    module = _module(about).eval().requires_grad_(False).to(device)
    dataset = _dataset(about)
    example = tuple(dataset.test.x.shape[1:]) if dataset else about.input.shape if about.input else None
    if dataset and identity.digest not in _measured:
        _measured[identity.digest] = _measure(about, module, dataset, device)
    quality = dict(_measured.get(identity.digest, {}))
    labels = about.labels or (dataset.labels if dataset else ())
    return Network(name, about.kind, module, dataset, labels, identity.digest, quality, device, example)


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
            from generators.datasets import arrays

            assert about.input is not None
            given = about.input
            return arrays.load(path, given.shape, given.mean, given.std, about.labels)
        case None:
            return None


def _measure(about: Entry, module: nn.Module, dataset: Dataset, device: str) -> dict[str, float]:
    """Measure accuracy on held-out examples; the bundled weights must reach what their card says."""
    outputs = run(about.name, module, dataset.test.x[:EXAMPLES_AT_MOST], device)
    y = dataset.test.y[:EXAMPLES_AT_MOST]
    if outputs.ndim != 2 or outputs.shape[1] <= int(dataset.test.y.max()):
        shape = "×".join(map(str, outputs.shape[1:])) or "one number"
        wanted = int(dataset.test.y.max()) + 1
        raise UsageError(
            f"network {about.name!r} answers {shape} for an example: expected {wanted} numbers, one a label"
        )
    if about.labels and len(about.labels) != outputs.shape[1]:
        raise UsageError(f"network {about.name!r} has {outputs.shape[1]} outputs and {len(about.labels)} labels")
    accuracy = float((outputs.argmax(1) == y).double().mean())
    if about.is_bundled:
        _compare(about, accuracy, len(y))
    return {"accuracy": accuracy, "chance": dataset.chance}


def _compare(about: Entry, accuracy: float, n: int) -> None:
    """UsageError when accuracy is more than two examples away from the card's: other hardware may round one over."""
    card = cards.read(about.source.name)
    if abs(accuracy - card["quality"]["accuracy"]) > 2.5 / n:
        raise UsageError(
            f"network {about.name!r} is right about {accuracy:.1%} of the held-out examples and its card says "
            f"{card['quality']['accuracy']:.1%}: its weights, data or preprocessing are not those it was trained with; "
            f"run {card['script']} again"
        )


def run(name: str, module: nn.Module, x: Tensor, device: str) -> Tensor:
    """Give the network examples, in batches; UsageError when it cannot take them."""
    import torch

    try:
        with torch.no_grad():
            return torch.cat([module(batch.to(device)).cpu() for batch in x.split(BATCH)])
    except (RuntimeError, TypeError, ValueError, IndexError, AttributeError) as error:
        shape = "×".join(map(str, x.shape[1:]))
        said = " ".join(str(error).split())
        raise UsageError(
            f"network {name!r} cannot take an example of shape {shape}: {type(error).__name__}: {said}"
        ) from error
