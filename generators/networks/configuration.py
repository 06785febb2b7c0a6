"""networks.toml: which networks there are, checked as a whole before anything runs.

Nothing here imports torch. Every mistake in the file is named at once, with its line.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from generators import datasets
from generators.datasets import user
from generators.errors import UsageError, nearest
from generators.networks import labels, sources, tables
from generators.networks.bundled import BUNDLED
from generators.networks.cards import weights_file
from generators.networks.mistakes import Mistake, Place, from_pydantic, refuse
from generators.networks.sources import Source
from generators.networks.tables import GeneratorTable, Input, Kind, Table
from generators.paths import REPOSITORY, Paths

WEIGHTS_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
TAKEN = {"reference": "the exhibits that depend on no network", "index": "the page that lists all networks"}


@dataclass(frozen=True)
class GeneratorEntry:
    """What makes pictures for a network out of codes."""

    source: Source
    weights: Path | None
    """``None`` where the source brings its own."""
    code: int
    """How many numbers a code has."""


@dataclass(frozen=True)
class Entry:
    """One network as configured, with every default filled in and every path made whole."""

    name: str
    source: Source
    weights: Path | None
    """``None`` where the source brings its own."""
    kind: str
    input: Input | None
    data: str | Path | None
    """The name of a bundled data set, or a user's files; see ``generators.datasets.user``."""
    labels: tuple[str, ...]
    """Empty where nothing says them."""
    tokenizer: Path | None = None
    """The tokenizer.json that the labels are from."""
    layers: tuple[str, ...] = ()
    """The modules to look at, by name; empty where none were chosen."""
    neurons: tuple[str, ...] = ()
    """The neurons to look at, each ``"layer:index"``; empty where none were chosen."""
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Of some of ``neurons``, the activations between which its inputs are wanted."""
    generator: GeneratorEntry | None = None
    file: Path | None = None
    """Where it is written."""

    @property
    def is_bundled(self) -> bool:
        """Whether these are the weights and data that came with the project, so that their card applies."""
        if self.source.scheme != "bundled" or self.input:
            return False
        return self.weights == weights_file(self.source.name) and self.data == BUNDLED[self.source.name].data

    def refuse(self, *mistakes: Mistake) -> None:
        """Raise one UsageError that names mistakes found in this entry later, each with its line; nothing for none."""
        assert self.file is not None
        placed = (Mistake(("networks", self.name, *each.place), each.sentence) for each in mistakes)
        refuse(self.file, self.file.read_text(encoding="utf-8"), placed)


def entries(paths: Paths = REPOSITORY, file: Path | None = None) -> Mapping[str, Entry]:
    """Read networks.toml, and the ``file`` given beside it; UsageError that names every mistake in one of them."""
    if file is None:
        return _read(paths.networks_toml)
    own, others = _read(file), _read(paths.networks_toml) if paths.networks_toml.is_file() else {}
    if twice := sorted(own.keys() & others.keys()):
        raise UsageError(f"{file} names {twice[0]!r}, which {paths.networks_toml} has already: give it another name")
    return {**others, **own}


def _read(file: Path) -> Mapping[str, Entry]:
    try:
        text = file.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        raise UsageError(f"there is no file {file}: expected a list of networks, as in networks.toml") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file} does not parse: {error}") from None
    mistakes = [
        Mistake((key,), f"there is no such key: {nearest(key, ['networks'])}") for key in tables if key != "networks"
    ]
    networks = tables.get("networks", {})
    if not isinstance(networks, dict):
        mistakes.append(Mistake(("networks",), "should be tables, one [networks.NAME] for each network"))
        networks = {}
    read = {name: _Reader(name, file, mistakes).entry(table) for name, table in networks.items()}
    refuse(file, text, mistakes)
    return {name: entry for name, entry in read.items() if entry}


def entry(name: str, paths: Paths = REPOSITORY, file: Path | None = None) -> Entry:
    """One network by name; UsageError with the nearest name when there is none."""
    known = entries(paths, file)
    if name not in known:
        raise UsageError(f"there is no network {name!r} in {file or paths.networks_toml}: {nearest(name, known)}")
    return known[name]


class _Reader:
    """Checks one table; notes what is wrong with it, wherever it is wrong."""

    def __init__(self, name: str, file: Path, mistakes: list[Mistake]) -> None:
        self.name, self.file, self.mistakes = name, file, mistakes
        self.at: Place = ("networks", name)

    def entry(self, table: object) -> Entry | None:
        before = len(self.mistakes)
        self.check_name()
        if not isinstance(table, dict):
            self.note(f"should be a table, [networks.{self.name}], and is {table!r}")
            return None
        written = self.written(table)
        if table.get("source") == "":
            self.note(f"is empty: expected {sources.FORMS}", "source")
        source = self.source(written.source)
        weights = self.weights(written.weights, source)
        data = written.data if source is None else written.data or self.bundled(source, "data")
        kind = self.kind(written, table, source)
        labels, tokenizer = self.labels(written.labels, data, kind, source)
        generator = self.generator(written.generator)
        found = self.data(data)
        intervals = self.intervals(written)
        self.check_input(written.input, kind, needed=isinstance(found, Path) and "input" not in table)
        if len(self.mistakes) > before or source is None or kind is None:
            return None
        chosen = tuple(written.layers or ()), tuple(written.neurons or ()), intervals
        return Entry(
            self.name, source, weights, kind, written.input, found, labels, tokenizer, *chosen, generator, self.file
        )

    def intervals(self, written: Table) -> dict[str, tuple[float, float]]:
        """The entry's intervals; notes those of neurons that it does not name."""
        given, named = written.intervals or {}, written.neurons or []
        for neuron in given:
            if neuron not in named:
                self.note(f"{neuron!r} is none of this entry's neurons: {nearest(neuron, named)}", "intervals")
        return {neuron: (low, high) for neuron, (low, high) in given.items()}

    def note(self, sentence: str, *keys: str) -> None:
        self.mistakes.append(Mistake((*self.at, *keys), sentence))

    def path(self, written: str, *keys: str) -> Path | None:
        try:
            return sources.place(written, self.file.parent)
        except UsageError as error:
            self.note(str(error), *keys)
            return None

    def check_name(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            self.note("a name is lower-case letters and digits with single hyphens: it becomes an address")
        if self.name in TAKEN:
            self.note(f"this name is taken by {TAKEN[self.name]}")

    def written(self, table: dict[str, Any]) -> Table:
        """The table as pydantic reads it, or where it has mistakes, what of it has none."""
        try:
            return Table.model_validate(table)
        except ValidationError as error:
            self.mistakes += from_pydantic(error, Table, self.at)
            wrong = {each["loc"][0] for each in error.errors()}
            return Table.model_validate({"source": "", **{key: table[key] for key in table if key not in wrong}})

    def bundled(self, source: Source, key: str) -> str | None:
        """What a bundled network is known to be."""
        return getattr(BUNDLED[source.name], key) if source.scheme == "bundled" else None

    def source(self, text: str, *keys: str) -> Source | None:
        if not text:
            return None
        try:
            source = sources.parse(text, self.file.parent)
        except UsageError as error:
            self.note(str(error), *keys, "source")
            return None
        if source.scheme == "spec":
            self.note(f"{text!r} is a shape without weights: `inspect` counts it", *keys, "source")
        return source

    def weights(self, written: str | None, source: Source | None, *keys: str) -> Path | None:
        if not written:
            if source and source.scheme in sources.ZOOS:
                self.note(f"is missing: {source} is made without weights, and none are downloaded", *keys, "weights")
            return weights_file(source.name) if source and source.scheme == "bundled" else None
        path = self.path(written, *keys, "weights")
        if path is None:
            return None
        if path.suffix not in WEIGHTS_SUFFIXES:
            wanted = ", ".join(WEIGHTS_SUFFIXES)
            self.note(f"{written!r} is no weights file: expected one of {wanted}", *keys, "weights")
        elif not path.is_file():
            self.note(f"there is no file {path}", *keys, "weights")
        return path

    def kind(self, written: Table, table: Mapping[str, Any], source: Source | None) -> str | None:
        if "kind" not in table and not str(table.get("source")).startswith("bundled:"):
            self.note(f"is missing: expected one of {', '.join(get_args(Kind))}", "kind")
        return written.kind or (self.bundled(source, "kind") if source else None)

    def data(self, written: str | None) -> str | Path | None:
        if not written or written in datasets.BUNDLED:
            return written
        path = self.path(written, "data")
        if path is None:
            return None
        if not path.exists() and Path(written).name == Path(written).stem == written:
            known = nearest(written, datasets.BUNDLED)
            self.note(f"{written!r} is neither a bundled set nor a file or folder, {path}: {known}", "data")
            return None
        try:
            user.kind_of(path)
        except UsageError as error:
            self.note(str(error), "data")
        return path

    def check_input(self, given: Input | None, kind: str | None, needed: bool) -> None:
        example = "{ length = 64 }" if kind in user.READS_TEXT else "{ size = [32, 32], channels = 3 }"
        if needed:
            self.note(f"is missing: data in a file needs it, to be shown as the network expects: {example}", "input")
        elif given and kind and (given.length is not None) != (kind in user.READS_TEXT):
            self.note(f"does not suit a {kind}: expected one like {example}", "input")

    def labels(
        self, written: Any, data: str | None, kind: str | None, source: Source | None
    ) -> tuple[tuple[str, ...], Path | None]:
        """The labels that the entry, its file of labels or a bundled data set says; and the tokenizer they are from."""
        match written:
            case str():
                return self.labels_in(self.path(written, "labels"))
            case list():
                if wrong := tables.names(written):
                    self.note(wrong, "labels")
                return tuple(written), None
            case None if known := datasets.BUNDLED.get(data or ""):
                return known.labels, None
            case None:
                beside = source.path / "tokenizer.json" if source and source.scheme == "hf" and source.path else None
                reads = kind in user.READS_TEXT and beside and beside.is_file()
                return self.labels_in(beside if reads else None)
        self.note(f"should be a list of names or a file that has them, and is {written!r}", "labels")
        return (), None

    def labels_in(self, path: Path | None) -> tuple[tuple[str, ...], Path | None]:
        if path is None:
            return (), None
        try:
            found = labels.read(path)
            return found.names, path if found.tokenizes else None
        except UsageError as error:
            self.note(str(error), "labels")
            return (), None

    def generator(self, written: GeneratorTable | None) -> GeneratorEntry | None:
        if written is None:
            return None
        source = self.source(written.source, "generator")
        if source and source.scheme not in ("file", "bundled", "spec"):
            self.note(f"{source} makes no pictures: expected path/to/file.py:function or bundled:NAME", "generator")
        weights = self.weights(written.weights, source, "generator")
        return GeneratorEntry(source, weights, written.code) if source else None
