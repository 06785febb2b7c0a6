"""Which data sets there are, where their bytes lie or what code makes them, and what identifies their content."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from generators.datasets import digits, grammar, iris, plane, pydoc, texture_set
from generators.datasets.dataset import Dataset
from generators.errors import UsageError, nearest
from generators.fingerprint import Sources, digest
from generators.fingerprint.memo import Memo
from generators.paths import REPOSITORY


@dataclass(frozen=True)
class Bundled:
    """What is known of a data set without loading it: it is files of a package, or it is made by code alone."""

    source: str
    """``"package.module:function"`` that returns it."""
    labels: tuple[str, ...] = ()
    """Empty where they are read from the files."""
    package: str = "generators"
    """The installed package that carries the files."""
    files: tuple[str, ...] = ()
    """Where in that package; empty where code and a seed in it make the data."""


BUNDLED: Mapping[str, Bundled] = {
    "digits": Bundled("generators.datasets.digits:load", digits.LABELS, "sklearn", (digits.FILE,)),
    "iris": Bundled("generators.datasets.iris:load", iris.LABELS, "sklearn", (iris.FILE,)),
    "iris-pair": Bundled("generators.datasets.iris:load_pair", iris.PAIR, "sklearn", (iris.FILE,)),
    "moons": Bundled("generators.datasets.plane:load_moons", plane.MOONS),
    "spirals": Bundled("generators.datasets.plane:load_spirals", plane.SPIRALS),
    "picture": Bundled("generators.datasets.plane:load_picture", plane.COLOURS),
    "textures": Bundled("generators.datasets.texture_set:load", texture_set.LABELS),
    "grammar": Bundled("generators.datasets.grammar:load", grammar.WORDS),
    "pydoc": Bundled("generators.datasets.pydoc:load", files=pydoc.FILES),
}


def bundled(name: str) -> Bundled:
    if name not in BUNDLED:
        raise UsageError(f"there is no data set {name!r}: {nearest(name, BUNDLED)}")
    return BUNDLED[name]


def load(name: str) -> Dataset:
    """Load a data set by name; needs torch."""
    module, _, function = bundled(name).source.partition(":")
    return getattr(import_module(module), function)()


def data_files(name: str) -> tuple[Path, ...]:
    """The files whose bytes are the data, none where code makes them; found without importing their package."""
    entry = bundled(name)
    spec = find_spec(entry.package)
    if spec is None or spec.origin is None:
        raise UsageError(f"data set {name!r} is a file of the package {entry.package!r}, which is not installed")
    return tuple(Path(spec.origin).parent / file for file in entry.files)


def fingerprint(name: str, memo: Memo | None = None) -> str:
    """Hash the content of a data set's files, or the code that makes it; ``memo`` remembers files not changed."""
    memo = memo or Memo()
    if files := data_files(name):
        return digest([memo.file_digest(path) for path in files])
    return Sources([REPOSITORY.root], memo).closure(bundled(name).source).digest
