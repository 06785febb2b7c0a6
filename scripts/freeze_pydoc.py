"""Freeze the text of pydoc-gpt, its vocabulary and its licence, out of the Python that runs this.

    python3.11 scripts/freeze_pydoc.py

The frozen files lie in generators/datasets/texts/ and are those of Python 3.11.7; another Python has other topics, and
networks trained on the old ones would not fit the new vocabulary.
"""

import gzip
import sysconfig
from itertools import pairwise
from pathlib import Path
from pydoc_data.topics import topics

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from generators.datasets import pydoc

PACKAGE = Path(pydoc.__file__).parent.parent
N_TOKENS = 2000
WIDTH = 70
"""Of the lines of the topics, in characters."""
SHORT = 60
"""Shorter paragraphs, such as "For example:", may come again."""


def unwrap(text: str) -> str:
    """Make each paragraph one line again: a line was broken where its next word would not have fitted.

    A word that stood at the beginning of a line is then the same tokens as anywhere else.
    """
    lines = text.split("\n")
    joined = [lines[0]]
    for before, line in pairwise(lines):
        words = line.split()
        fitted = not words or len(before) + 1 + len(words[0]) <= WIDTH
        if fitted or not before.strip() or not _continues(before, line):
            joined.append(line)
        else:
            joined[-1] += " " + line.strip()
    return "\n".join(joined)


def _continues(before: str, line: str) -> bool:
    """Whether a line is as far from the margin as the one before, whose bullet counts as distance."""
    margins = [len(each) - len(each.lstrip(" ")) for each in (before.replace("* ", "  ", 1), line)]
    return margins[0] == margins[1] and not set(before.strip()) <= set("*=-~+|^")


def without_repetition(texts: list[str]) -> str:
    """Join texts, leaving out the paragraphs that have been there before."""
    seen, kept = set[str](), list[str]()
    for text in texts:
        for paragraph in text.strip("\n").split("\n\n"):
            if paragraph not in seen or len(paragraph) < SHORT:
                kept.append(paragraph)
                seen.add(paragraph)
    return "\n\n".join(kept) + "\n"


def train_tokenizer(text: str) -> Tokenizer:
    """Find the byte pairs of what is learned from; any text can be written in them, as every byte is a token."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=N_TOKENS, initial_alphabet=alphabet, show_progress=False)
    made.train_from_iterator(pydoc.divide(text)[0], trainer)
    return made


if __name__ == "__main__":
    text = unwrap(without_repetition([topics[name] for name in sorted(topics)]))
    (PACKAGE / pydoc.TEXT_FILE).write_bytes(gzip.compress(text.encode(), mtime=0))
    train_tokenizer(text).save(str(PACKAGE / pydoc.TOKENIZER_FILE))
    licence = Path(sysconfig.get_path("stdlib"), "LICENSE.txt").read_text("utf-8")
    (PACKAGE / "datasets/texts/LICENSE.python.txt").write_text(licence, "utf-8")
    print(f"{len(text):,} characters of {sum(map(len, topics.values())):,}")
