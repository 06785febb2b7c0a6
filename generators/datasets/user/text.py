"""A text for a language model: windows of tokens, each to be told from those before it.

Tokens are characters, or what a tokenizer.json makes of the text. A window is ``T`` tokens and the ``T`` that follow
each; windows do not overlap, so that every token but the first is told once, and what is left at the end is dropped.
Characters that the vocabulary lacks are left out and counted.
"""

from __future__ import annotations

import json
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from generators.datasets.user.collection import Collection
from generators.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

WINDOW = 128
"""How many tokens a window has where nothing says it."""
ABSENT_SHARE = 0.01
"""The share of a text that a vocabulary may lack."""
NAMED_AT_MOST = 5
CHUNK = 1 << 20
SPECIAL = re.compile(r"<[^<>]+>|\[[^\[\]]+\]")
"""Labels that stand for no text, such as ``<pad>``."""


class Windows:
    """Windows of a sequence of tokens."""

    y = None

    def __init__(self, tokens: np.ndarray, length: int, skipped: list[tuple[str, str]]) -> None:
        """``tokens`` (n,); ``length`` of a window; ``skipped``: which characters are left out, and how often."""
        self._tokens, self._length, self.skipped = tokens, length, skipped

    def __len__(self) -> int:
        return (len(self._tokens) - 1) // self._length

    def read(self, index: np.ndarray) -> tuple[Tensor, Tensor]:
        """See ``Examples``; x (n, T) int64 and y (n, T) int64, the token that follows each."""
        import torch

        places = index[:, None] * self._length + np.arange(self._length + 1)
        tokens = torch.from_numpy(self._tokens[places].astype(np.int64))
        return tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()


def collect(path: Path, length: int | None, labels: Sequence[str], tokenizer: Path | None) -> Collection:
    """Open a text; the vocabulary is its characters, sorted, where nothing says it."""
    length = length or WINDOW
    if tokenizer:
        tokens, vocabulary, absent = _tokenized(path, tokenizer, labels)
    else:
        vocabulary = tuple(labels) or tuple(sorted(set().union(*_chunks(path))))
        tokens, absent = _characters(path, vocabulary)
    _check(path, len(tokens), absent)
    if len(tokens) <= length:
        raise UsageError(
            f"{path} has {len(tokens):,} tokens: expected more than {length}, what the network reads at once"
        )
    skipped = [(character, f"is not in the vocabulary, {times:,} times") for character, times in sorted(absent.items())]
    windows = Windows(tokens, length, skipped)
    return Collection(
        path.stem, windows, np.zeros(len(windows), np.int64), vocabulary, lambda _, x: x.numpy(), 16 * length
    )


def _chunks(path: Path) -> Iterator[str]:
    """The text, some of it at a time; line ends as they are."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is no text in UTF-8: byte {error.object[error.start]:#04x} stands for nothing"
        ) from error
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error


def _characters(path: Path, vocabulary: Sequence[str]) -> tuple[np.ndarray, Counter[str]]:
    """The tokens of a text whose tokens are characters, and the characters that the vocabulary lacks."""
    if words := [token for token in vocabulary if len(token) != 1 and not SPECIAL.fullmatch(token)]:
        raise UsageError(
            f"{path} cannot be cut into tokens such as {words[0]!r} by labels alone: "
            "let labels name the tokenizer.json that does it"
        )
    place = {token: i for i, token in enumerate(vocabulary)}
    if len(place) < len(vocabulary):
        twice = next(token for token, times in Counter(vocabulary).items() if times > 1)
        raise UsageError(f"{path} cannot be read with labels of which {twice!r} is there twice")
    tokens, absent = array("i"), Counter[str]()
    for chunk in _chunks(path):
        here = [place.get(character, -1) for character in chunk]
        if -1 in here:
            absent.update(character for character, token in zip(chunk, here, strict=True) if token < 0)
            here = [token for token in here if token >= 0]
        tokens.extend(here)
    return np.frombuffer(tokens, np.int32) if tokens else np.empty(0, np.int32), absent


def _tokenized(path: Path, tokenizer: Path, labels: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...], Counter[str]]:
    """The tokens that a tokenizer makes of a text; of those that stand for the unknown, how many."""
    if find_spec("tokenizers") is None:
        raise UsageError(f"{tokenizer} needs tokenizers: pip install 'neuron-series[transformers]'")
    from tokenizers import Tokenizer

    try:
        cutter = Tokenizer.from_file(str(tokenizer))
        unknown = json.loads(tokenizer.read_text(encoding="utf-8"))["model"].get("unk_token")
    except Exception as error:  # the library raises plain ones
        raise UsageError(f"{tokenizer} is no tokenizer that can be read: {' '.join(str(error).split())}") from error
    cutter.no_truncation()
    cutter.no_padding()
    tokens = array("i")
    for chunk in _lines(path):
        tokens.extend(cutter.encode(chunk, add_special_tokens=False).ids)
    vocabulary = tuple(labels) or tuple(cutter.id_to_token(i) or "" for i in range(cutter.get_vocab_size()))
    found = np.frombuffer(tokens, np.int32) if tokens else np.empty(0, np.int32)
    if len(found) and int(found.max()) >= len(vocabulary):
        wanted = f"expected less than {len(vocabulary)}, one for each label"
        raise UsageError(f"{tokenizer} gives tokens up to {int(found.max())}: {wanted}")
    number = cutter.token_to_id(unknown) if unknown else None
    times = int((found == number).sum()) if number is not None else 0
    return found, vocabulary, Counter({unknown: times} if times else {})


def _lines(path: Path) -> Iterator[str]:
    """The text, cut only behind line ends: a tokenizer may look a few characters ahead, rarely over a line's end."""
    kept = ""
    for chunk in _chunks(path):
        whole, end, rest = (kept + chunk).rpartition("\n")
        if end:
            yield whole + end
        kept = rest
    if kept:
        yield kept


def _check(path: Path, tokens: int, absent: Counter[str]) -> None:
    """UsageError where the vocabulary lacks too much of the text."""
    missing = absent.total()
    if missing > ABSENT_SHARE * (tokens + missing):
        some = ", ".join(f"{character!r} ({times:,})" for character, times in absent.most_common(NAMED_AT_MOST))
        raise UsageError(
            f"{path} has {missing:,} characters that are not in the vocabulary, more than {ABSENT_SHARE:.0%}: {some}"
        )
