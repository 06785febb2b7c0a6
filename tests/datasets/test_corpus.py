"""A corpus is read once in order, in part, or around a place, whether it is held in memory or not."""

import numpy as np
import pytest
import torch
from torch import Tensor

from generators.datasets import Dataset, Split, corpus
from generators.datasets.corpus import held_out, whole
from generators.datasets.examples import Generated

CONTEXT = 8


def windows(n: int) -> Tensor:
    return torch.randint(11, (n, CONTEXT + 1), generator=torch.Generator().manual_seed(0))


def data(texts: Tensor) -> Dataset:
    """A set of texts, the last five held out."""
    train, test = (Split(part[:, :-1], part[:, 1:], part[:, :-1].numpy()) for part in (texts[:-5], texts[-5:]))
    return Dataset("random", train, test, (), (), (), ())


def test_all_text_is_read_once_in_order_with_what_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "TOKENS_AT_ONCE", 3 * CONTEXT)
    texts = windows(20)
    numbers, x, y = zip(*whole(data(texts)).batches(), strict=True)
    assert np.concatenate(numbers).tolist() == [*range(20)] and max(map(len, x)) == 3
    assert torch.equal(torch.cat(x), texts[:, :-1]) and torch.equal(torch.cat(y), texts[:, 1:])
    assert torch.equal(torch.cat([x for _, x, _ in held_out(data(texts)).batches()]), texts[15:, :-1])


def test_a_collection_is_read_instead_of_its_parts() -> None:
    texts = windows(20)
    found = data(texts)
    made = Dataset(
        found.name, found.train, found.test, (), (), (), (), Generated(7, lambda k: (texts[k, :-1], texts[k, 1:]))
    )
    assert whole(made).n_tokens == 7 * CONTEXT
    assert torch.equal(torch.cat([x for _, x, _ in whole(made).batches()]), texts[:7, :-1])


def test_a_corpus_looks_up_the_tokens_around_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus, "WINDOWS_AT_ONCE", 3)
    texts = windows(20)
    read = whole(data(texts))
    place = torch.randint(-1, 20 * CONTEXT, (9, 4), generator=torch.Generator().manual_seed(0))
    place[0, 0] = -1
    found, following = read.around(place, 3)
    for index in np.ndindex(9, 4):
        window, position = divmod(int(place[index]), CONTEXT)
        text = [-1, -1, *texts[window, : position + 1].tolist()][-3:]
        expected = (text, int(texts[window, position + 1])) if place[index] >= 0 else ([-1] * 3, -1)
        assert (found[index].tolist(), int(following[index])) == expected


def test_some_of_a_corpus_are_windows_from_all_over_it() -> None:
    read = whole(data(windows(50)))
    assert read.n_tokens == 50 * CONTEXT
    assert read.some(5 * CONTEXT).chosen.tolist() == [0, 12, 24, 37, 49]
    assert read.some(1).chosen.tolist() == [0] and read.some(10**9).chosen.tolist() == list(range(50))
    read_again = torch.cat([x for _, x, _ in read.some(5 * CONTEXT).batches()])
    assert torch.equal(read_again, read.read(np.array([0, 12, 24, 37, 49]))[0])
