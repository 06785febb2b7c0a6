"""What a network is, by content: each tensor, the code that runs and loads it, preprocessing, data, labels, generator.

Found by reading files, never by importing torch. A weights file saved again with other metadata is the same network;
one changed weight makes another. Which layers and neurons are to be looked at is no part of it.
"""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from generators import datasets
from generators.datasets import user
from generators.errors import UsageError
from generators.fingerprint import Fingerprint, Sources, digest
from generators.fingerprint.memo import Memo
from generators.networks import tensors
from generators.networks.bundled import BUNDLED
from generators.networks.configuration import Entry, entry
from generators.networks.sources import Source
from generators.paths import REPOSITORY, Paths

LOADING = "generators.networks.network:load"
"""What stands between a weights file and the network that an analysis sees."""
READING = "generators.datasets.user:load"
"""What stands between a user's files and the examples that a network sees."""


def fingerprint(
    name: str, paths: Paths = REPOSITORY, file: Path | None = None, memo: Memo | None = None
) -> Fingerprint:
    """Fingerprint a network; ``memo`` remembers the hashes of files that have not changed."""
    network, memo = entry(name, paths, file), memo or Memo()
    return Fingerprint(
        {
            **_weights(network, memo),
            "forward code": _forward_code(network, memo),
            "loading code": Sources([REPOSITORY.root], memo).closure(LOADING).digest,
            "preprocessing": _preprocessing(network, memo),
            "data": _data(network, memo),
            "labels": _labels(network, memo),
            **_generator(network, memo),
            **_checkpoints(network, memo),
        }
    )


def _weights(network: Entry, memo: Memo) -> dict[str, str]:
    """Hash the tensors of the weights file, or of every such file in a Hugging Face folder."""
    if network.weights:
        return _hashes(network.weights, memo)
    if network.source.scheme == "hf" and network.source.path:
        folder = network.source.path
        files = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
        return {part: value for file in files for part, value in _hashes(file, memo).items()}
    return {}


def _hashes(path: Path, memo: Memo) -> dict[str, str]:
    try:
        return memo.recall("tensors", path, tensors.hashes)
    except OSError as error:
        raise UsageError(f"there are no weights to read at {path}: {error.strerror}") from error


def _forward_code(network: Entry, memo: Memo) -> str:
    try:
        return _code(network.source, memo)
    except UsageError as error:
        raise UsageError(f"network {network.name!r} from {network.source}: {error}") from error


def _code(source: Source, memo: Memo) -> str:
    """Hash the code that makes a module, or for a package's architectures its version."""
    if source.scheme == "bundled":
        return Sources([REPOSITORY.root], memo).closure(BUNDLED[source.name].make).digest
    if source.scheme == "file" and source.path:
        return Sources([source.path.parent], memo).closure(f"{source.path.stem}:{source.name}").digest
    configuration = source.path and memo.file_digest(source.path / "config.json")
    return digest(source.name, configuration, _version("transformers" if source.scheme == "hf" else source.scheme))


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _preprocessing(network: Entry, memo: Memo) -> str:
    """Hash how raw data become inputs: the entry's numbers, and the code that prepares the data."""
    given = network.input.model_dump(exclude_none=True) if network.input else None
    match network.data:
        case str(name):
            return digest(given, Sources([REPOSITORY.root], memo).closure(datasets.BUNDLED[name].source).digest)
        case Path():
            return digest(given, Sources([REPOSITORY.root], memo).closure(READING).digest)
        case None:
            return digest(given)


def _data(network: Entry, memo: Memo) -> str:
    match network.data:
        case str(name):
            return datasets.fingerprint(name, memo)
        case Path() as path:
            return user.fingerprint(path, memo)
        case None:
            return digest(None)


def _labels(network: Entry, memo: Memo) -> str:
    """Hash what the outputs are called, and how a text becomes tokens."""
    return digest(list(network.labels), network.tokenizer and memo.file_digest(network.tokenizer))


def _generator(network: Entry, memo: Memo) -> dict[str, str]:
    """Hash what makes pictures for the network, if anything does: its code, its weights, how long its codes are."""
    if (made := network.generator) is None:
        return {}
    weights = _hashes(made.weights, memo) if made.weights else None
    return {"generator": digest(_code(made.source, memo), weights, made.code)}


def _checkpoints(network: Entry, memo: Memo) -> dict[str, str]:
    """Hash a bundled network's weights along its training, where they are kept."""
    if not network.is_bundled or network.weights is None:
        return {}
    file = network.weights.with_suffix(".checkpoints.safetensors")
    return {"checkpoints": digest(_hashes(file, memo))} if file.is_file() else {}
