"""Labels in files: a label a line, a list, a tokenizer; and what is said of files that have none."""

import json

import pytest

from generators.errors import UsageError
from generators.networks import labels


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_label_a_line(tmp_path):
    path = written(tmp_path, "labels.txt", "\ufeffcat\n great white shark \n\ndog\n")
    assert labels.read(path) == labels.Labels(("cat", "great white shark", "dog"))


def test_a_list_keeps_every_character(tmp_path):
    assert labels.read(written(tmp_path, "labels.json", [" ", "\n", "e"])).names == (" ", "\n", "e")


def test_an_edited_file_is_read_again(tmp_path):
    path = written(tmp_path, "labels.json", ["a"])
    labels.read(path)
    assert labels.read(written(tmp_path, "labels.json", ["a", "b"])).names == ("a", "b")


def test_the_tokens_of_a_tokenizer_are_those_that_the_library_decodes(tmp_path):
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.ByteLevelBPETokenizer()
    made.train_from_iterator(["def f(x):\n    return x"] * 3, vocab_size=300, min_frequency=1)
    made.save(str(tmp_path / "tokenizer.json"))
    found = labels.read(tmp_path / "tokenizer.json")
    assert found.tokenizes
    kept = [token for token, text in enumerate(found.names) if text.isascii() and "\\" not in text]
    assert len(kept) > 100
    assert [found.names[token] for token in kept] == [made.decode([token]) for token in kept]


def test_a_tokenizer_whose_tokens_are_plain(tmp_path):
    content = {"model": {"vocab": {"b": 1, "a": 0}}, "added_tokens": [{"id": 2, "content": "<pad>"}], "decoder": None}
    assert labels.read(written(tmp_path, "tokenizer.json", content)).names == ("a", "b", "<pad>")
    content["model"]["vocab"] = [["▁a", -1.0], ["b", -2.0]]
    assert labels.read(written(tmp_path, "tokenizer.json", content)).names == ("▁a", "b", "<pad>")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("labels.csv", "a,b", "is no file of labels: expected .txt with a label a line, .json or a tokenizer.json"),
        ("labels.txt", "\n\n", "has no labels: expected one for each output"),
        ("labels.json", [], "has no labels"),
        ("labels.json", ["a", 3], "has neither a list of texts nor a tokenizer"),
        ("labels.json", {"a": 0}, "has neither a list of texts nor a tokenizer"),
        ("labels.json", "[", "does not parse: "),
        ("labels.json", '["a", "\\ud800"]', r"has a label '\\ud800', half of a character"),
        (
            "tokenizer.json",
            {"model": {"vocab": {"a": 0, "b": 7}}},
            "numbers 2 tokens up to 7: expected each once",
        ),
    ],
)
def test_a_file_that_has_none_is_answered_in_one_sentence(tmp_path, name, content, sentence):
    with pytest.raises(UsageError, match=sentence):
        labels.read(written(tmp_path, name, content))


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(UsageError, match="there is no file"):
        labels.read(tmp_path / "labels.txt")
    (tmp_path / "labels.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="cannot be read as text"):
        labels.read(tmp_path / "labels.txt")
