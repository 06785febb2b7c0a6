"""The steps of a build as a worker process runs them: survey, analyse, facts, draw, stills.

Each puts what it makes into the store as objects and returns their names, so that no result travels between processes.
Networks are loaded once for each process.
"""

import math
import platform
import random
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from generators.errors import UsageError
from generators.executor import memory
from generators.executor.worker import hand_over
from generators.paths import Paths
from generators.store.codec import check_trusted, decode, encode, result_types
from generators.store.objects import Objects

_PACKAGES = ("numpy", "scipy", "scikit-learn", "torch")
"""What results may depend on: recorded whether or not this process happens to have imported it."""


@dataclass(frozen=True)
class Place:
    """Where a step finds networks and puts what it makes."""

    root: Path
    networks: str
    """The package that loads them, ``generators.networks``."""
    file: Path | None
    """A list of networks, beside networks.toml."""
    stills: str
    """The module that takes them, ``generators.stills``."""
    trusted: tuple[str, ...]
    """Packages whose dataclasses a result may hold."""

    @property
    def paths(self) -> Paths:
        return Paths(self.root)

    @property
    def objects(self) -> Objects:
        return Objects(self.paths.cache / "objects")


def check_device(device: str) -> None:
    """Raise UsageError when a GPU is asked for and there is none."""
    import torch

    if device.startswith("cuda") and not torch.cuda.is_available():
        raise UsageError(f"there is no device {device!r}: torch {torch.__version__} sees no GPU; use cpu or auto")


def survey(place: Place, network: str) -> list[dict[str, Any]]:
    """List a network's layers, as JSON."""
    return [asdict(layer) for layer in import_module(place.networks).survey(network, place.paths, place.file)]


def analyse(
    place: Place, reference: str, network: str | None, params: Mapping[str, Any], device: str
) -> tuple[dict[str, str], dict[str, Any]]:
    """Run an analysis and keep its result; also say on which device, with which versions, and the memory it needed."""
    run = _function(reference)
    arguments = [_network(place, network, _device(device))] if network else []
    _seed(params.get("seed", 0))
    memory.start()
    start = time.perf_counter()
    data = encode(run(*arguments, **params))
    seconds = time.perf_counter() - start
    check_trusted(result_types(data), place.trusted)
    record = {
        "seconds": round(seconds, 3),
        "device": arguments[0].device if arguments else "cpu",
        "versions": _versions(),
        "peak_memory_bytes": memory.peak_bytes(),
        "network_fingerprint": arguments[0].fingerprint if arguments else None,
        "quality": {name: round(value, 4) for name, value in arguments[0].quality.items()} if arguments else {},
    }
    return {"result": place.objects.put(data)}, {"types": result_types(data), "record": record}


def facts(place: Place, reference: str, result: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Give a result's facts, each a finite number, text or a truth value."""
    found = {name: _scalar(name, value) for name, value in _function(reference)(_result(place, result)).items()}
    return {}, {"facts": found}


def draw(place: Place, reference: str, result: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Draw a result and keep the drawing's files."""
    from generators import drawing

    drawn = _function(reference)(_result(place, result))
    outputs = {name: place.objects.put(data) for name, data in drawing.files(drawn).items()}
    width, height = drawing.size(drawn)
    meta = {"kind": drawing.kind(drawn), "script": getattr(drawn, "script", None), "width": width, "height": height}
    return outputs, meta


def stills(place: Place, figures: Mapping[str, str]) -> list[str]:
    """Take the stills of many plots in one browser, handing over each by key; return what a person should be told."""
    warnings: list[str] = []
    plots = {key: place.objects.read(figure) for key, figure in figures.items()}
    for key, files in import_module(place.stills).export(plots, warn=warnings.append):
        hand_over((key, {name: place.objects.put(data) for name, data in files.items()}))
    return warnings


def _function(reference: str) -> Any:
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


@lru_cache(maxsize=4)
def _network(place: Place, name: str, device: str) -> Any:
    return import_module(place.networks).load(name, place.paths, device=device, file=place.file)


@lru_cache(maxsize=4)
def _result(place: Place, name: str) -> Any:
    return decode(place.objects.read(name), place.trusted)


@cache
def _device(device: str) -> str:
    if device != "auto":
        return device
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _seed(seed: Any) -> None:
    """Seed every generator that code may reach without asking for one."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % 2**32 if isinstance(seed, int) else 0)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(seed if isinstance(seed, int) else 0)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _scalar(name: str, value: Any) -> int | float | str | bool:
    plain = value.item() if hasattr(value, "item") else value
    if not isinstance(plain, int | float | str):
        raise TypeError(f"fact {name!r} is a {type(value).__name__}; a fact is a number, text or a truth value")
    if isinstance(plain, float) and not math.isfinite(plain):
        raise ValueError(f"fact {name!r} is {plain}; a fact that a page quotes is finite")
    return plain
