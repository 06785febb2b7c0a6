"""Fingerprints: what a thing depends on, as named parts with a hash each, so that a change can be told in words.

Code is fingerprinted by reading it, never by importing it: the closure of first-party symbols that a function can
reach, through helpers, constants, classes, re-exports and whatever runs when their modules are imported. Where a name
cannot be followed (a star import, a module passed around as a value, ``__getattr__``), the whole module counts. What
stays unseen is code chosen by a string at run time; such a function should name its candidates.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from blake3 import blake3

from generators.errors import UsageError, nearest
from generators.fingerprint import symbols
from generators.fingerprint.memo import Memo, file_digest
from generators.fingerprint.symbols import SIDE, Table, read_symbols

_READER = file_digest(Path(symbols.__file__))
"""What reads symbols: where it changes, remembered tables are read anew."""


def digest(*parts: Any) -> str:
    """Hash JSON values, bytes or text; equal values give equal digests in any process."""
    hasher = blake3()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True, ensure_ascii=False).encode()
        hasher.update(len(data).to_bytes(8, "little") + data)
    return hasher.hexdigest(20)


@dataclass(frozen=True)
class Fingerprint:
    """A thing's identity, by parts."""

    parts: Mapping[str, str]
    """Name, such as ``generators.fingerprint.symbols.canonical`` or ``tensor conv1.weight`` -> hash."""

    @cached_property
    def digest(self) -> str:
        return digest(dict(self.parts))

    def __or__(self, other: "Fingerprint") -> "Fingerprint":
        return Fingerprint({**self.parts, **other.parts})

    def changed(self, before: Mapping[str, str]) -> list[str]:
        """Name the parts that were added, removed or changed since ``before``."""
        names = sorted({*self.parts, *before})
        return [name for name in names if self.parts.get(name) != before.get(name)]


class Sources:
    """First-party code: the modules found in some folders, each read once in the life of this object."""

    def __init__(self, roots: Sequence[Path], memo: Memo | None = None) -> None:
        self.roots = tuple(roots)
        self._memo = memo or Memo()
        self._tables: dict[str, Table | None] = {}
        self._closures: dict[tuple[str, ...], Fingerprint] = {}

    def closure(self, *references: str) -> Fingerprint:
        """Fingerprint all that some ``"module:function"`` can reach; UsageError when there is no such function."""
        if references not in self._closures:
            if len(references) == 1:
                self._check(references[0])
                module, _, name = references[0].partition(":")
                parts = _Walk(self).reach(module, name)
            else:
                parts = {name: value for each in references for name, value in self.closure(each).parts.items()}
            self._closures[references] = Fingerprint(parts)
        return self._closures[references]

    def knows(self, reference: str) -> bool:
        """Say whether there is such a function or class."""
        module, _, name = reference.partition(":")
        table = self.table(module)
        return table is not None and (name in table["symbols"] or name in table["imports"] or bool(table["stars"]))

    def _check(self, reference: str) -> None:
        module, _, name = reference.partition(":")
        table = self.table(module)
        if table is None:
            raise UsageError(f"there is no module {module!r} for {reference!r}")
        if not self.knows(reference):
            raise UsageError(f"{module} has no {name!r}; {nearest(name, table['symbols'])}")

    def table(self, module: str) -> Table | None:
        """Return a module's symbols, ``None`` when it is not first-party."""
        if module not in self._tables:
            kind = f"symbols {_READER} {module}"
            file = self._find(module)
            self._tables[module] = self._memo.recall(kind, file, partial(_read, module)) if file else None
        return self._tables[module]

    def _find(self, module: str) -> Path | None:
        head, *rest = module.split(".")
        for root in self.roots:
            if head in self._heads[root]:
                place = os.path.join(root, head, *rest)
                for file in (f"{place}.py", os.path.join(place, "__init__.py")):
                    if os.path.isfile(file):
                        return Path(file)
        return None

    @cached_property
    def _heads(self) -> dict[Path, set[str]]:
        """What each root has that may be a module; all else is third-party, and not looked for on the disk."""
        return {root: {name.removesuffix(".py") for name in os.listdir(root)} for root in self.roots}


def _read(module: str, file: Path) -> Table:
    try:
        return read_symbols(file.read_text(encoding="utf-8"), module, file.name == "__init__.py")
    except SyntaxError as error:
        raise UsageError(f"{file}, line {error.lineno}, does not parse: {error.msg}") from None


class _Walk:
    """One walk over everything reachable."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.hashes: dict[str, str] = {}
        self.visited: set[tuple[str, str | None, tuple[str, ...]]] = set()
        self.loaded: set[str] = set()
        self.ahead: list[tuple[str, str | None, tuple[str, ...]]] = []

    def reach(self, module: str, name: str) -> dict[str, str]:
        self.ahead.append((module, name, ()))
        while self.ahead:
            self.visit(*self.ahead.pop())
        return dict(sorted(self.hashes.items()))

    def visit(self, module: str, name: str | None, rest: tuple[str, ...]) -> None:
        table = self.sources.table(module)
        if table is None or (module, name, rest) in self.visited:
            return
        self.visited.add((module, name, rest))
        self.load(module)
        if name is not None and name in table["symbols"]:
            self.symbol(module, name, table)
        elif name is not None and name in table["imports"]:
            self.follow(*table["imports"][name], rest)
        else:
            for every in table["symbols"]:
                self.symbol(module, every, table)
            for imported in table["imports"].values():
                self.follow(*imported, ())

    def symbol(self, module: str, name: str, table: Table) -> None:
        part = f"{module}.{name}"
        if part in self.hashes:
            return
        symbol = table["symbols"][name]
        self.hashes[part] = symbol["hash"]
        inner = symbol.get("imports", {})
        for loaded in symbol.get("loads", []):
            self.load(loaded)
        for reference in symbol["refers"]:
            if reference.startswith("import:"):
                self.ahead.append((reference.removeprefix("import:"), None, ()))
                continue
            head, *rest = reference.split(".")
            if head in inner:
                self.follow(*inner[head], tuple(rest))
            elif head in table["symbols"]:
                self.ahead.append((module, head, ()))
            elif head in table["imports"]:
                self.follow(*table["imports"][head], tuple(rest))

    def follow(self, module: str, name: str | None, rest: tuple[str, ...]) -> None:
        """Go where an imported name leads; to a whole module where only the module itself is named."""
        if name is not None and not self.defines(module, name) and self.sources.table(f"{module}.{name}"):
            module, name = f"{module}.{name}", None
        while name is None and rest:
            name, *after = rest
            rest = tuple(after)
            if not self.defines(module, name) and self.sources.table(f"{module}.{name}"):
                module, name = f"{module}.{name}", None
            else:
                break
        self.ahead.append((module, name, rest))

    def defines(self, module: str, name: str) -> bool:
        table = self.sources.table(module)
        return table is not None and (name in table["symbols"] or name in table["imports"])

    def load(self, module: str) -> None:
        """Count what runs when a module is imported: its own top level, its packages', that of all it imports."""
        if module in self.loaded:
            return
        self.loaded.add(module)
        if "." in module:
            self.load(module.rpartition(".")[0])
        table = self.sources.table(module)
        if table is None:
            return
        if SIDE in table["symbols"]:
            self.symbol(module, SIDE, table)
        for star in table["stars"]:
            self.ahead.append((star, None, ()))
        for loaded in table["loads"]:
            self.load(loaded)
