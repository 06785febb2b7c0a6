"""A text for a language model: every token is told once, from those before it."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.datasets import user
from generators.datasets.examples import batches
from generators.errors import UsageError


def load(path, labels=(), length=8, tokenizer=None):
    return user.load(path, "language-model", (length,), [], [], labels, tokenizer)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=300), st.integers(1, 20))
def test_windows_are_the_text_again_and_answers_what_follows(disk, text, length):
    path = disk.write("a.txt", text)
    if "\0" in text or len(text) <= length:
        with pytest.raises(UsageError):
            load(path, length=length)
        return
    data = load(path, length=length)
    assert data.labels == tuple(sorted(set(text))) and data.mean == data.std == ()
    told = "".join(data.labels[token] for token in data.test.x.flatten())
    follows = "".join(data.labels[token] for token in data.test.y.flatten())
    assert text.startswith(told) and text[1:].startswith(follows)
    assert len(text) - len(told) <= length
    assert data.test.x.dtype == data.test.y.dtype and data.test.x.shape == data.test.y.shape
    np.testing.assert_array_equal(data.test.raw, data.test.x)


def test_a_long_text_is_held_in_part_and_read_as_a_whole(disk, monkeypatch):
    monkeypatch.setattr("generators.datasets.user.sampling.TEST_AT_MOST", 20)
    monkeypatch.setattr("generators.datasets.user.text.CHUNK", 1000)
    text = "".join(chr(97 + i * i % 26) for i in range(8 * 400 + 1))
    data = load(disk.write("a.txt", text))
    assert len(data.test) == 20 and len(data.examples) == 400 and data.examples.y is None
    read = np.concatenate([batch.x.numpy().ravel() for batch in batches(data.examples, 64)])
    assert "".join(data.labels[token] for token in read) == text[:-1]


def test_chance_is_the_most_frequent_token(disk):
    assert load(disk.write("a.txt", "aab" * 27), length=3).chance == pytest.approx(2 / 3)


def test_the_order_of_labels_is_kept_and_special_ones_stand_for_no_text(disk):
    data = load(disk.write("a.txt", "abba" * 5), ("<pad>", "b", "a", "[UNK]", "z"))
    assert data.labels == ("<pad>", "b", "a", "[UNK]", "z") and data.test.x[0, :4].tolist() == [2, 1, 1, 2]


def test_characters_that_the_vocabulary_lacks_are_left_out_and_counted(disk):
    data = load(disk.write("a.txt", "ab" * 200 + "é" + "ab" * 5), ("a", "b"))
    assert data.examples.skipped == [("é", "is not in the vocabulary, 1 times")]
    assert data.test.x.flatten().tolist() == [0, 1] * 204
    with pytest.raises(
        UsageError, match=r"has 6 characters that are not in the vocabulary, more than 1%: 'é' \(4\), '\\n'"
    ):
        load(disk.write("b.txt", "ab" * 200 + "é" * 4 + "\n\n"), ("a", "b"))


@pytest.mark.parametrize(
    ("content", "labels", "sentence"),
    [
        (b"\xff\xfe\x00abc", (), "no data that can be read"),
        (b"a" * 70_000 + b"\xff", (), "is no text in UTF-8: byte 0xff stands for nothing"),
        (b"", (), "no data that can be read"),
        ("abc", (), "has 3 tokens: expected more than 8"),
        (
            "the cat",
            ("the", "cat", " "),
            "cannot be cut into tokens such as 'the' by labels alone: let labels name the",
        ),
        ("abab", ("a", "b", "a"), "cannot be read with labels of which 'a' is there twice"),
    ],
)
def test_texts_that_cannot_be_read_are_refused(disk, content, labels, sentence):
    with pytest.raises(UsageError, match=sentence):
        load(disk.write("a.txt", content), labels)


def test_the_kind_of_network_and_of_data_must_fit(disk, columns):
    with pytest.raises(UsageError, match="is a text, and a network of kind image-classifier is watched on examples"):
        user.load(disk.write("a.txt", "abc"), "image-classifier", (1, 4, 4), [0.0], [1.0])
    with pytest.raises(
        UsageError, match="is a folder of pictures, and a network of kind language-model is watched on a"
    ):
        user.load(disk.pictures(cat=1), "language-model", (8,), [], [])


# tokenizers


@pytest.fixture
def tokenizer(disk):
    """Words and spaces, of which some are known."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    words = {"[UNK]": 0, "the": 1, "cat": 2, "sat": 3, " ": 4, "\n": 5}
    made = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Split(Regex(r"\s"), "isolated")
    made.save(str(disk / "tokenizer.json"))
    return disk / "tokenizer.json"


def test_a_tokenizer_cuts_the_text(disk, tokenizer, monkeypatch):
    monkeypatch.setattr("generators.datasets.user.text.CHUNK", 7)
    path = disk.write("a.txt", "the cat sat\n" * 20)
    data = load(path, length=6, tokenizer=tokenizer)
    assert data.labels == ("[UNK]", "the", "cat", "sat", " ", "\n")
    assert data.test.x[0].tolist() == [1, 4, 2, 4, 3, 5] and data.test.y[0].tolist() == [4, 2, 4, 3, 5, 1]
    assert load(path, data.labels, 6, tokenizer).labels == data.labels
    with pytest.raises(UsageError, match="gives tokens up to 5: expected less than 3, one for each label"):
        load(path, ("a", "b", "c"), 6, tokenizer)


def test_tokens_that_stand_for_the_unknown_are_counted(disk, tokenizer):
    data = load(disk.write("a.txt", "the cat sat\n" * 20 + "the dog sat\n"), length=6, tokenizer=tokenizer)
    assert data.examples.skipped == [("[UNK]", "is not in the vocabulary, 1 times")]
    with pytest.raises(
        UsageError, match=r"has 20 characters that are not in the vocabulary, more than 1%: '\[UNK\]' \(20"
    ):
        load(disk.write("b.txt", "the dog sat\n" * 20), length=6, tokenizer=tokenizer)


@pytest.mark.parametrize("content", [b"", b"{}", json.dumps({"model": {"type": "BPE"}}).encode(), b"\xff"])
def test_what_is_no_tokenizer_is_refused(disk, content):
    with pytest.raises(UsageError, match=r"tokenizer.json is no tokenizer that can be read: "):
        load(disk.write("a.txt", "the cat"), tokenizer=disk.write("tokenizer.json", content))
