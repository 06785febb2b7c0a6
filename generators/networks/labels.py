"""Labels in files: the names of a network's outputs, in the order of its outputs.

``.txt`` has a label a line, ``.json`` a list, and a ``tokenizer.json``, as the tokenizers library writes it, the text
of every token. None of them needs torch.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from generators.datasets import vocabulary
from generators.errors import UsageError


@dataclass(frozen=True)
class Labels:
    """What a file of labels says."""

    names: tuple[str, ...]
    tokenizes: bool = False
    """Whether it also says how a text becomes tokens."""


def read(path: Path) -> Labels:
    """Read the labels of a file; UsageError when it is none, or has none."""
    try:
        stat = path.stat()
    except OSError:
        raise UsageError(f"there is no file {path}") from None
    return _read(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int, _size: int) -> Labels:
    if path.suffix == ".txt":
        found = Labels(tuple(line.strip() for line in _text(path).splitlines() if line.strip()))
    elif path.suffix == ".json":
        found = _of_json(path)
    else:
        raise UsageError(f"{path} is no file of labels: expected .txt with a label a line, .json or a tokenizer.json")
    if not found.names:
        raise UsageError(f"{path} has no labels: expected one for each output of the network")
    if broken := next((name for name in found.names if not _can_be_written(name)), None):
        raise UsageError(f"{path} has a label {broken!a}, half of a character: expected text that can be written")
    return found


def _can_be_written(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as text: {error}") from None


def _of_json(path: Path) -> Labels:
    try:
        content = json.loads(_text(path))
    except ValueError as error:
        raise UsageError(f"{path} does not parse: {error}") from None
    match content:
        case list() if all(isinstance(each, str) for each in content):
            return Labels(tuple(content))
        case {"model": {"vocab": _}}:
            return Labels(vocabulary.texts(path), tokenizes=True)
    raise UsageError(f"{path} has neither a list of texts nor a tokenizer: expected one label for each output")
