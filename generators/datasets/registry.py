"""Which data sets there are, where their bytes lie, and what identifies their content."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from generators.datasets import digits, iris
from generators.datasets.dataset import Dataset
from generators.errors import UsageError, nearest


@dataclass(frozen=True)
class Bundled:
    """What is known of a data set without loading it."""

    source: str
    """``"package.module:function"`` that returns it."""
    package: str
    """The installed package that carries the file."""
    file: str
    """Where in that package."""
    labels: tuple[str, ...]


BUNDLED: Mapping[str, Bundled] = {
    "digits": Bundled("generators.datasets.digits:load", "sklearn", digits.FILE, digits.LABELS),
    "iris": Bundled("generators.datasets.iris:load", "sklearn", iris.FILE, iris.LABELS),
    "iris-pair": Bundled("generators.datasets.iris:load_pair", "sklearn", iris.FILE, iris.PAIR),
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
    """The files whose bytes are the data; found without importing the package that carries them."""
    entry = bundled(name)
    spec = find_spec(entry.package)
    if spec is None or spec.origin is None:
        raise UsageError(f"data set {name!r} is a file of the package {entry.package!r}, which is not installed")
    return (Path(spec.origin).parent / entry.file,)


def fingerprint(name: str) -> str:
    """Hash the content of a data set's files."""
    from blake3 import blake3

    digest = blake3()
    for path in data_files(name):
        digest.update(path.read_bytes())
    return digest.hexdigest()
