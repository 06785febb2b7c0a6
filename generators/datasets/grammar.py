"""A language of 87 words made by a grammar of six sentences, so that all there is to know of it is known.

Text is sentences drawn one after the other, each template by its ``probability`` and each sentence of a template
equally often. No two templates share a sentence, so a sentence of a template with n of them carries log(n /
probability) nats, and endless text has exactly as much information a token as ``entropy_rate`` says: no network can
have a smaller loss for long. What one text tells word by word is its ``surprise``. What the language states is true or
false: 16 capitals, 7 days, 30 sums, and whether verbs agree with their subjects; ``capitals``, ``days``, ``sums`` and
``agreements`` ask for it.

Example: ``the capital of france is paris . two plus three is five . the red cats see the blue dog .``
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from generators.datasets.dataset import Dataset, Split

if TYPE_CHECKING:
    import numpy as np

CAPITALS = {
    "france": "paris", "italy": "rome", "spain": "madrid", "japan": "tokyo", "egypt": "cairo", "peru": "lima",
    "norway": "oslo", "greece": "athens", "cuba": "havana", "kenya": "nairobi", "austria": "vienna",
    "ireland": "dublin", "poland": "warsaw", "chile": "santiago", "iraq": "baghdad", "iran": "tehran",
}  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
AUGENDS, ADDENDS = NUMBERS[:6], NUMBERS[:5]
COLOURS = ("red", "blue", "green", "black", "white", "brown")
ANIMALS = {
    "cat": "cats", "dog": "dogs", "horse": "horses", "bird": "birds",
    "fox": "foxes", "mouse": "mice", "wolf": "wolves", "bear": "bears",
}  # fmt: skip
"""One and several."""
VERBS = {"sees": "see", "likes": "like", "follows": "follow", "hears": "hear"}
"""As one subject takes them, and as several do."""
STOP = "."
WORDS = tuple(
    sorted(
        {STOP, "the", "capital", "of", "is", "day", "after", "plus"}
        | {*CAPITALS, *CAPITALS.values(), *DAYS, *NUMBERS, *COLOURS}
        | {*ANIMALS, *ANIMALS.values(), *VERBS, *VERBS.values()}
    )
)
"""The vocabulary; a token is a word's place in it."""

CONTEXT = 64
TRAINING_SEED, HELD_OUT_SEED = 0, 1
N_TRAINING, N_HELD_OUT = 2000, 1000
"""Windows of a ``Dataset``; training may draw on without end."""

Sentence = tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """One way to make a sentence."""

    name: str
    probability: float
    sentences: tuple[Sentence, ...]
    """All that it can make, of one length and equally probable."""

    @property
    def information(self) -> float:
        """What one of its sentences carries, in nats."""
        return math.log(len(self.sentences) / self.probability)


@dataclass(frozen=True)
class Question:
    """A beginning that the grammar leaves only some words to continue."""

    prompt: str
    answers: tuple[str, ...]
    """Any of these is right."""


@cache
def templates() -> tuple[Template, ...]:
    """The grammar."""
    facts, following = CAPITALS.items(), zip(DAYS, DAYS[1:] + DAYS[:1], strict=True)
    sums = product(enumerate(AUGENDS), enumerate(ADDENDS))
    things = list(product(COLOURS, ANIMALS, VERBS, COLOURS, ANIMALS))
    written = {
        "capital": [f"the capital of {country} is {city} ." for country, city in facts],
        "country": [f"{city} is the capital of {country} ." for country, city in facts],
        "day": [f"the day after {day} is {next_day} ." for day, next_day in following],
        "sum": [f"{a} plus {b} is {NUMBERS[i + j]} ." for (i, a), (j, b) in sums],
        "singular": [f"the {c} {a} {verb} the {d} {b} ." for c, a, verb, d, b in things],
        "plural": [f"the {c} {ANIMALS[a]} {VERBS[verb]} the {d} {b} ." for c, a, verb, d, b in things],
    }
    return tuple(
        Template(name, 1 / len(written), tuple(tuple(sentence.split()) for sentence in sentences))
        for name, sentences in written.items()
    )


def entropy_rate() -> float:
    """Nats a token of endless text: what a sentence carries on average, over its length on average."""
    information = sum(each.probability * each.information for each in templates())
    return information / sum(each.probability * len(each.sentences[0]) for each in templates())


def surprise(windows: "np.ndarray") -> "np.ndarray":
    """The nats that each token but the first of windows (n, t + 1) tells a reader who knows the grammar, as (n, t)."""
    import numpy as np

    chances = _chances()
    nats = np.empty(windows[:, 1:].shape)
    for row, window in zip(nats, windows.tolist(), strict=True):
        begun: Sentence = ()
        for t, token in enumerate(window[1:]):
            longer = (*begun, WORDS[token])
            row[t] = math.log(chances[begun] / chances[longer])
            begun = () if WORDS[token] == STOP else longer
    return nats


@cache
def _chances() -> dict[Sentence, float]:
    """How probable it is that a sentence begins so, for every beginning there is."""
    chances = defaultdict[Sentence, float](float)
    for template in templates():
        for sentence in template.sentences:
            for n in range(len(sentence) + 1):
                chances[sentence[:n]] += template.probability / len(template.sentences)
    return dict(chances)


def capitals() -> tuple[Question, ...]:
    """Every fact in both directions: 32 questions."""
    return _last_words("capital") + _last_words("country")


def days() -> tuple[Question, ...]:
    return _last_words("day")


def sums() -> tuple[Question, ...]:
    return _last_words("sum")


def _last_words(template: str) -> tuple[Question, ...]:
    """Ask for the word before the full stop of each sentence of a template."""
    (sentences,) = (each.sentences for each in templates() if each.name == template)
    return tuple(Question(" ".join(sentence[:-2]), (sentence[-2],)) for sentence in sentences)


def agreements() -> tuple[Question, ...]:
    """Every subject, of one animal and of several: 96 questions, each with the four verbs that agree."""
    one = [Question(f"the {colour} {animal}", tuple(VERBS)) for colour, animal in product(COLOURS, ANIMALS)]
    several = product(COLOURS, ANIMALS.values())
    return (*one, *(Question(f"the {colour} {animals}", tuple(VERBS.values())) for colour, animals in several))


def beginnings(n: int = 6) -> tuple[str, ...]:
    """What a question may come after: a full stop, and then from none to n - 1 whole sentences of held-out text."""
    held_out = decode(next(stream(HELD_OUT_SEED, 1))[0])
    sentences = held_out.removeprefix(STOP).split(STOP)
    return tuple(STOP.join(["", *sentences[:k], ""]) if k else STOP for k in range(n))


def encode(text: str) -> "np.ndarray":
    """Words to tokens."""
    import numpy as np

    return np.array([_token(word) for word in text.split()], dtype=np.int64)


def decode(tokens: "np.ndarray") -> str:
    """Tokens to words."""
    return " ".join(WORDS[token] for token in tokens)


@cache
def _token(word: str) -> int:
    return WORDS.index(word)


def stream(seed: int, size: int, length: int = CONTEXT) -> "Iterator[np.ndarray]":
    """Yield ``size`` windows (size, length + 1) of tokens without end: a full stop, then text from a sentence on.

    A window is what a text would hold anywhere after a full stop. One seed gives the same windows on every machine,
    whatever the size.
    """
    import numpy as np

    draw = np.random.RandomState(seed)  # the one generator whose numbers numpy promises never to change
    shortest = min(len(each.sentences[0]) for each in templates())
    stops = np.full((size, 1), _token(STOP))
    while True:
        text = _text(draw.random_sample((size, -(-length // shortest), 2)))
        yield np.concatenate([stops, text[:, :length]], axis=1)


def _text(draws: "np.ndarray") -> "np.ndarray":
    """Two numbers a sentence, (n, sentences, 2) in 0..1, to tokens (n, …); -1 fills up the shorter rows."""
    import numpy as np

    table, sizes = _table()
    until = np.cumsum([each.probability for each in templates()])
    which = np.searchsorted(until[:-1], draws[..., 0], side="right")
    index = (np.cumsum(sizes) - sizes)[which] + (draws[..., 1] * sizes[which]).astype(int)
    tokens = table[index].reshape(len(draws), -1)  # (n, sentences × longest)
    filled_first = np.argsort(tokens < 0, axis=1, kind="stable")
    return np.take_along_axis(tokens, filled_first, axis=1)


@cache
def _table() -> "tuple[np.ndarray, np.ndarray]":
    """Every sentence as a row of tokens, filled up by -1; and how many rows each template has."""
    import numpy as np

    sentences = [sentence for each in templates() for sentence in each.sentences]
    table = np.full((len(sentences), max(map(len, sentences))), -1, dtype=np.int64)
    for row, sentence in zip(table, sentences, strict=True):
        row[: len(sentence)] = [_token(word) for word in sentence]
    return table, np.array([len(each.sentences) for each in templates()])


def load() -> Dataset:
    """Windows of text drawn with one seed to learn from and with another to be measured on.

    The floor is the loss, on the text held out, of a reader who knows the grammar. It is above the rate: by chance, and
    because a window begins with a sentence and ends within one, which has told most where it began.
    """
    learned, held_out = next(stream(TRAINING_SEED, N_TRAINING)), next(stream(HELD_OUT_SEED, N_HELD_OUT))
    floor = float(surprise(held_out).mean())
    return Dataset("grammar", _split(learned), _split(held_out), WORDS, (), (), (), floor=floor)


def _split(windows: "np.ndarray") -> Split:
    import torch

    tokens = torch.from_numpy(windows)
    return Split(tokens[:, :-1], tokens[:, 1:], windows[:, :-1])
