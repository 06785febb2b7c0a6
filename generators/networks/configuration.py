"""networks.toml: which networks there are, checked as a whole before anything runs.

Nothing here imports torch. Every mistake in the file is named at once, with its line.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from generators import datasets
from generators.errors import UsageError, nearest
from generators.networks import sources
from generators.networks.bundled import BUNDLED
from generators.networks.cards import weights_file
from generators.networks.mistakes import Mistake, from_pydantic, refuse
from generators.networks.sources import Source
from generators.paths import REPOSITORY, Paths

Kind = Literal["image-classifier", "classifier", "sequence-classifier", "language-model", "plane"]
WEIGHTS_SUFFIXES = (".safetensors", ".pt", ".pth", ".bin")
TAKEN = {"reference": "the exhibits that depend on no network"}


class Input(BaseModel):
    """What one example is before the network sees it: its size and the numbers it is standardised by."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    size: Annotated[list[Annotated[int, Field(gt=0)]], Field(min_length=1, max_length=2)]
    """Height and width, or the number of features."""
    channels: Annotated[int, Field(gt=0)] | None = None
    mean: list[float] = [0.0]
    """Subtracted, for each channel, from levels scaled to 0..1."""
    std: list[Annotated[float, Field(gt=0)]] = [1.0]

    @model_validator(mode="after")
    def one_for_each_channel(self) -> "Input":
        for name in ("mean", "std"):
            given = len(getattr(self, name))
            wanted = self.channels or self.size[-1]
            if given not in (1, wanted):
                raise ValueError(f"{name} has {given} numbers: expected 1{f' or {wanted}' if wanted > 1 else ''}")
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example, channels first."""
        return ((self.channels,) if self.channels else ()) + tuple(self.size)


class Table(BaseModel):
    """One ``[networks.NAME]`` as it is written."""

    model_config = ConfigDict(extra="forbid", strict=True)

    source: str
    weights: str | None = None
    kind: Kind | None = None
    input: Input | None = None
    data: str | None = None
    labels: Annotated[list[str], Field(min_length=1)] | None = None


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
    """The name of a bundled data set, or an npz file with x and y."""
    labels: tuple[str, ...]
    """Empty where nothing says them."""

    @property
    def is_bundled(self) -> bool:
        """Whether these are the weights that came with the project, so that their card applies."""
        return self.source.scheme == "bundled" and self.weights == weights_file(self.source.name)


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
    read = {name: _entry(name, table, file.parent, mistakes) for name, table in networks.items()}
    refuse(file, text, mistakes)
    return {name: entry for name, entry in read.items() if entry}


def entry(name: str, paths: Paths = REPOSITORY, file: Path | None = None) -> Entry:
    """One network by name; UsageError with the nearest name when there is none."""
    known = entries(paths, file)
    if name not in known:
        raise UsageError(f"there is no network {name!r} in {file or paths.networks_toml}: {nearest(name, known)}")
    return known[name]


def _entry(name: str, table: object, folder: Path, mistakes: list[Mistake]) -> Entry | None:
    """Check one table; note what is wrong with it."""
    at = ("networks", name)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        mistakes.append(
            Mistake(at, "a name is lower-case letters and digits with single hyphens: it becomes an address")
        )
    if name in TAKEN:
        mistakes.append(Mistake(at, f"this name is taken by {TAKEN[name]}"))
    if not isinstance(table, dict):
        mistakes.append(Mistake(at, f"should be a table, [networks.{name}], and is {table!r}"))
        return None
    before = len(mistakes)
    try:
        written = Table.model_validate(table)
    except ValidationError as error:
        mistakes += from_pydantic(error, Table, at)
        readable: dict[str, Any] = {key: value for key, value in table.items() if isinstance(value, str)}
        written = Table.model_construct(**readable)
    source = _source(written, folder, at, mistakes)
    weights = _weights(written, source, folder, at, mistakes)
    data = _data(table, written, folder, at, mistakes)
    kind: str | None = written.kind
    if source and source.scheme == "bundled":
        kind = kind or BUNDLED[source.name].kind
        data = data or BUNDLED[source.name].data
    elif "kind" not in table and not str(table.get("source")).startswith("bundled:"):
        mistakes.append(Mistake((*at, "kind"), f"is missing: expected one of {', '.join(get_args(Kind))}"))
    if len(mistakes) > before or source is None or kind is None:
        return None
    labels = tuple(written.labels or ())
    if not labels and isinstance(data, str):
        labels = datasets.BUNDLED[data].labels
    return Entry(name, source, weights, kind, written.input, data, labels)


def _source(written: Table, folder: Path, at: tuple[str, ...], mistakes: list[Mistake]) -> Source | None:
    if (text := getattr(written, "source", None)) is None:
        return None
    try:
        source = sources.parse(text, folder)
    except UsageError as error:
        mistakes.append(Mistake((*at, "source"), str(error)))
        return None
    if source.scheme == "spec":
        mistakes.append(Mistake((*at, "source"), f"{text!r} is a shape without weights: `inspect` counts it"))
    return source


def _weights(
    written: Table, source: Source | None, folder: Path, at: tuple[str, ...], mistakes: list[Mistake]
) -> Path | None:
    if not written.weights:
        return weights_file(source.name) if source and source.scheme == "bundled" else None
    path = (folder / written.weights).resolve()
    if path.suffix not in WEIGHTS_SUFFIXES:
        wanted = ", ".join(WEIGHTS_SUFFIXES)
        mistakes.append(Mistake((*at, "weights"), f"{written.weights!r} is no weights file: expected one of {wanted}"))
    elif not path.is_file():
        mistakes.append(Mistake((*at, "weights"), f"there is no file {path}"))
    return path


def _data(table: dict, written: Table, folder: Path, at: tuple[str, ...], mistakes: list[Mistake]) -> str | Path | None:
    if not written.data or written.data in datasets.BUNDLED:
        return written.data
    path = (folder / written.data).resolve()
    if path.suffix != ".npz":
        known = nearest(written.data, datasets.BUNDLED)
        mistakes.append(Mistake((*at, "data"), f"{written.data!r} is neither an .npz file nor a bundled set: {known}"))
    elif not path.is_file():
        mistakes.append(Mistake((*at, "data"), f"there is no file {path}"))
    elif "input" not in table:
        mistakes.append(
            Mistake((*at, "input"), "is missing: data in a file needs it, to be shown as the network expects")
        )
    return path
