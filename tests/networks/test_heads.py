"""What outputs stand for: as many labels as outputs and classes of the data, or a sentence that says which differ."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from generators.datasets import Dataset, Split
from generators.networks import heads


def entry(labels=(), kind="classifier", data=Path("x.npz"), tokenizer=None):
    return SimpleNamespace(name="net", labels=labels, kind=kind, data=data, tokenizer=tokenizer)


def data(labels, largest, text=False):
    y = torch.tensor([[0, largest]] if text else [0, largest])
    none = Split(y[:0], y[:0], y[:0].numpy())
    return Dataset("data", none, Split(y, y, y.numpy()), labels, (), (), ())


def answer(*shape):
    return torch.zeros(1, *shape)


def test_labels_of_the_entry_come_first():
    assert heads.labels(entry(("a", "b")), data(("x", "y"), 1), answer(2)) == ("a", "b")
    assert heads.labels(entry(), data(("x", "y"), 1), answer(2)) == ("x", "y")


def test_numbers_that_data_have_are_gone_on_with():
    assert heads.labels(entry(), data(("0", "1"), 1), answer(3)) == ("0", "1", "2")


@pytest.mark.parametrize("shape", [(1,), (), (3, 4, 4)])
def test_nobody_asks_what_outputs_mean_that_nothing_names(shape):
    assert heads.mistakes(entry(), None, answer(*shape)) == []


def test_a_vocabulary_may_be_filled_up():
    tokens = ("a", "b", "c")
    for about, dataset in (
        (entry(tokens, "language-model", tokenizer=Path("tokenizer.json")), None),
        (entry((), "language-model", "pydoc"), data(tokens, 2, text=True)),
    ):
        assert heads.mistakes(about, dataset, answer(2, 8)) == []
        assert heads.labels(about, dataset, answer(2, 8)) == tokens


@pytest.mark.parametrize(
    ("about", "dataset", "shape", "key", "sentence"),
    [
        (
            entry(("a", "b")),
            None,
            (3,),
            "labels",
            "the network has 3 outputs and 2 labels: expected one label for each output",
        ),
        (
            entry(("a", "b", "c")),
            None,
            (2,),
            "labels",
            "the network has 2 outputs and 3 labels: expected one label for each output",
        ),
        (
            entry(),
            data(("a", "b", "c"), 2),
            (2,),
            "data",
            "the network has 2 outputs and its data answers from 0 to 2: expected one",
        ),
        (
            entry(),
            data(("cat", "dog", "eel", "fox"), 3),
            (9,),
            "labels",
            "the network has 9 outputs and its data 4 classes (cat, dog, eel, …), which may be any of them: say labels",
        ),
        (entry(("a", "b")), None, (1,), "source", "answers an example with one number: expected one for each label"),
        (
            entry(("a", "b")),
            None,
            (2, 4, 4),
            "source",
            "answers an example with 2×4×4 numbers: expected one for each label",
        ),
        (
            entry(("a", "b"), "language-model"),
            None,
            (2,),
            "source",
            "answers an example with 2 numbers: expected for each token one number for every token of the vocabulary",
        ),
        (entry(("a", "b"), "language-model"), None, (2, 8), "labels", "the network has 8 outputs and 2 labels"),
        (
            entry((), "language-model"),
            data(("a", "b"), 1, text=True),
            (2, 8),
            "labels",
            "the network has 8 outputs and its data 2 classes",
        ),
    ],
)
def test_what_does_not_match_is_said(about, dataset, shape, key, sentence):
    [mistake] = heads.mistakes(about, dataset, answer(*shape))
    assert mistake.place == (key,)
    assert mistake.sentence.startswith(sentence)


def test_what_a_text_encoder_gives_has_no_names():
    about, tokens = entry(("0", "1"), "text-encoder"), data(("0", "1"), 1, text=True)
    assert heads.mistakes(about, tokens, answer(5, 8)) == []
    assert heads.labels(entry((), "text-encoder"), tokens, answer(5, 8)) == ("0", "1")
    [mistake] = heads.mistakes(about, tokens, answer(8))
    assert (
        mistake.sentence == "answers an example with 8 numbers: expected for each token the numbers that stand for it"
    )


@pytest.mark.parametrize("kind", ["language-model", "text-encoder"])
def test_a_vocabulary_that_does_not_fit_the_embedding(kind):
    module = torch.nn.Sequential(torch.nn.Embedding(2, 4), torch.nn.Embedding(3, 4))  # positions, perhaps, and tokens
    assert heads.misfits(entry(("a", "b", "c"), kind), None, module) == []
    [mistake] = heads.misfits(entry((), kind), data(("a", "b", "c", "d"), 1, text=True), module)
    assert mistake.place == ("labels",)
    assert mistake.sentence.startswith("the vocabulary has 4 tokens and the network an embedding of 3: expected the")
    assert heads.misfits(entry(("a", "b", "c", "d"), kind), None, torch.nn.Linear(3, 3)) == []
    assert heads.misfits(entry(("a", "b", "c", "d")), None, module) == []
