"""Stages: costly steps inside an analysis that several analyses share, computed once and kept beside the results.

A stage is a function of a network and of JSON parameters. It is known as an analysis is, by the code that it can reach,
its parameters and its network's fingerprint; so a new grid over the same activations does not collect them again. What
a process makes of code that changed while it ran serves itself alone. No page shows a stage: ``neuron-series clean``
forgets them all. In ``.cache/stages/``, by key:

    lock     held by whoever makes it, while others wait
    value    what it returned, as ``store.codec`` writes it, and a check sum
    …        what a stage too large for memory keeps there itself; see ``folder``
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blake3 import blake3

from generators.fingerprint import Fingerprint, Sources, digest
from generators.fingerprint.memo import Memo
from generators.paths import REPOSITORY
from generators.store.codec import check_trusted, decode, encode, result_types
from generators.store.lock import awaited
from generators.store.objects import published

if TYPE_CHECKING:
    from generators.networks import Network

FORMAT = 1
"""Of the key and of the files."""
STAGES = "stages"
_SUM_BYTES = 32
_codes: dict[tuple[Path, Callable[..., Any]], str] = {}
"""What the code is called that each function reaches."""


def stage(network: Network, make: Callable[..., Any], **params: Any) -> Any:
    """Return what ``make(network, **params)`` returned, computing it if it was never computed; arrays are read-only.

    ``make`` is a function of a module; it returns what ``store.codec`` can write, and its parameters are JSON.
    """
    place, trusted = folder(network, make, **params), ("generators", make.__module__.partition(".")[0])
    with awaited(place / "lock"):
        if (found := kept(place / "value", trusted)) is None:
            value = make(network, **params)
            _own_if_young(network.cache, make)  # of the old code then, or in part of the new
            place = folder(network, make, **params)
            keep(place / "value", value, trusted)
            found = kept(place / "value", trusted)
    return found


def folder(network: Network, make: Callable[..., Any], **params: Any) -> Path:
    """Return the folder of a stage, which need not be there yet: for shards of what has no room in memory.

    Hold ``store.lock.awaited(folder / "lock")`` while changing anything in it.
    """
    if (network.cache, make) not in _codes:
        _codes[network.cache, make] = _reach(network.cache, make).digest
        _own_if_young(network.cache, make)
    return network.cache / STAGES / digest(FORMAT, _codes[network.cache, make], params, network.fingerprint)


def keep(place: Path, value: Any, trusted: Sequence[str]) -> None:
    """Write a value whole, or, where it cannot be written, nothing."""
    data = encode(value)
    check_trusted(result_types(data), trusted)
    published(data + blake3(data).digest(), place)


def kept(place: Path, trusted: Sequence[str]) -> Any:
    """Read a value; ``None`` where there is none, or a damaged one."""
    with suppress(OSError):
        data = place.read_bytes()
        data, check = data[:-_SUM_BYTES], data[-_SUM_BYTES:]
        return decode(data, trusted) if blake3(data).digest() == check else None
    return None


def _own_if_young(cache: Path, make: Callable[..., Any]) -> None:
    """Where code changed while this process ran, call it from now on by a name that no other process will use."""
    code = _reach(cache, make)
    if _is_young(code):
        _codes[cache, make] = digest(code.digest, os.getpid(), _BEGAN)


def _reach(cache: Path, make: Callable[..., Any]) -> Fingerprint:
    """The code that a function can reach, as it was when this process first asked."""
    return _sources(cache, _root(make.__module__)).closure(f"{make.__module__}:{make.__qualname__}")


@lru_cache
def _sources(cache: Path, root: Path) -> Sources:
    """All code, read once in a process, and remembered for others."""
    return Sources(list(dict.fromkeys([REPOSITORY.root, root])), Memo(cache / "memo.sqlite"))


def _root(module: str) -> Path:
    """The folder in which a module's top package lies."""
    file = Path(sys.modules[module].__file__ or "").resolve()
    return file.parents[module.count(".") + (file.name == "__init__.py")]


def _is_young(code: Fingerprint) -> bool:
    """Say whether a file of this code changed while this process ran."""
    modules = {part.rpartition(".")[0] for part in code.parts}
    files = {getattr(sys.modules.get(module), "__file__", None) for module in modules}
    return any(os.stat(file).st_mtime > _BEGAN for file in files if file)


def _began() -> float:
    """When this process began, as files tell time; where the system does not say, now."""
    with suppress(OSError, AttributeError):
        ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
        return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / os.sysconf("SC_CLK_TCK")
    return time.time()


_BEGAN = _began()
