"""Where in a sentence of the project's grammar a word stands: which templates are possible there, and after how many
words."""

from functools import cache

import numpy as np
import torch

from generators.datasets import Dataset, grammar
from generators.datasets.corpus import Corpus

LONGEST = max(len(each.sentences[0]) for each in grammar.templates())


def states(data: Dataset, texts: np.ndarray) -> np.ndarray | None:
    """Number the states after texts (m, w), w at least ``LONGEST``, int32 (m,); ``None`` where the data are others.

    Two positions are in one state when the sentence is as long so far and the same templates may have made it.
    """
    if (data.name, data.labels) != ("grammar", grammar.WORDS):
        return None
    known = _known()
    found = [known[_sentence(text)] for text in texts.tolist()]
    return np.unique(found, return_inverse=True)[1].astype(np.int32)


def _sentence(text: list[int]) -> tuple[str, ...]:
    """The words after the last full stop."""
    words = [grammar.WORDS[token] for token in text]
    after = len(words) - words[::-1].index(grammar.STOP)
    return tuple(words[after:])


@cache
def _known() -> dict[tuple[str, ...], int]:
    """Every beginning of a sentence, and the number of its state."""
    possible: dict[tuple[str, ...], int] = {}
    for index, template in enumerate(grammar.templates()):
        for sentence in template.sentences:
            for n in range(len(sentence)):
                possible[sentence[:n]] = possible.get(sentence[:n], 0) | 1 << index
    return {begun: len(begun) << len(grammar.templates()) | which for begun, which in possible.items()}


def windows_before(corpus: Corpus, places: np.ndarray) -> np.ndarray:
    """The tokens up to each place that a sentence may have, (m, LONGEST)."""
    return corpus.around(torch.from_numpy(places), LONGEST)[0].numpy()
