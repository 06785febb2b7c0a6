"""The Python language reference, as Python 3.11 carries it in ``pydoc_data.topics``: real text, small and well known.

The copy in ``texts/`` is frozen, because the topics change with every Python. Two things differ from theirs: paragraphs
that repeat those of an earlier topic are left out, so that no text is both learned and held out, and paragraphs are
not broken into lines. ``scripts/freeze_pydoc.py`` made it and its vocabulary. Copyright © 2001-2023 Python Software
Foundation; the licence lies beside it.

Every tenth block of some 4,000 characters is held out. Tokens are byte pairs (Sennrich et al., 2016), found in the
other nine blocks.
"""

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from generators.datasets import vocabulary
from generators.datasets.dataset import Dataset, Split

if TYPE_CHECKING:
    import numpy as np
    from tokenizers import Tokenizer

TEXT_FILE, TOKENIZER_FILE = "datasets/texts/pydoc.txt.gz", "datasets/texts/pydoc.tokenizer.json"
FILES = (TEXT_FILE, TOKENIZER_FILE)
CONTEXT = 128
TRAINING_SEED = 0
BLOCK_CHARACTERS = 4000
HELD_OUT_EVERY = 10
_PACKAGE = Path(__file__).parent.parent


def text() -> str:
    return gzip.decompress((_PACKAGE / TEXT_FILE).read_bytes()).decode()


@cache
def tokenizer() -> "Tokenizer":
    from tokenizers import Tokenizer

    return Tokenizer.from_file(str(_PACKAGE / TOKENIZER_FILE))


def divide(whole: str) -> tuple[list[str], list[str]]:
    """Cut a text into blocks that end with a paragraph; return the runs of nine to learn from, and those held out."""
    runs, held_out, block, n_blocks = [""], list[str](), "", 0
    for paragraph in whole.split("\n\n"):
        block += paragraph + "\n\n"
        if len(block) < BLOCK_CHARACTERS:
            continue
        n_blocks += 1
        if n_blocks % HELD_OUT_EVERY:
            runs[-1] += block
        else:
            held_out.append(block)
            runs.append("")
        block = ""
    runs[-1] += block
    return [run for run in runs if run], held_out


@cache
def tokens() -> "tuple[list[np.ndarray], list[np.ndarray]]":
    """The runs to learn from and the blocks held out, as tokens (t,)."""
    import numpy as np

    encode = tokenizer().encode_batch
    runs, held_out = ([np.array(each.ids) for each in encode(part)] for part in divide(text()))
    return runs, held_out


def stream(seed: int, size: int, length: int = CONTEXT) -> "Iterator[np.ndarray]":
    """Yield ``size`` windows (size, length + 1) of tokens to learn from without end, from anywhere in the runs."""
    import numpy as np

    draw, text = np.random.RandomState(seed), np.concatenate(tokens()[0])
    while True:
        starts = (draw.random_sample(size) * (len(text) - length)).astype(int)
        yield text[starts[:, None] + np.arange(length + 1)]


def encode(text: str) -> "np.ndarray":
    """A text to tokens."""
    import numpy as np

    return np.array(tokenizer().encode(text).ids, dtype=np.int64)


def decode(tokens: "np.ndarray") -> str:
    """Tokens to a text."""
    return tokenizer().decode(list(tokens))


def load() -> Dataset:
    """Windows of ``CONTEXT`` tokens, side by side; what is left at the end of a run or block is not used."""
    train, test = map(_split, tokens())
    return Dataset("pydoc", train, test, vocabulary.texts(_PACKAGE / TOKENIZER_FILE), (), (), ())


def _split(parts: "list[np.ndarray]") -> Split:
    import numpy as np
    import torch

    starts = [(part, start) for part in parts for start in range(0, len(part) - CONTEXT, CONTEXT)]
    windows = np.stack([part[start : start + CONTEXT + 1] for part, start in starts])  # (n, CONTEXT + 1)
    both = torch.from_numpy(windows)
    return Split(both[:, :-1], both[:, 1:], windows[:, :-1])
