"""The texts of tokens, read from a tokenizer.json."""

import pytest

from generators.datasets import vocabulary
from generators.errors import UsageError


def test_a_vocabulary_with_scores_and_added_tokens(tmp_path):
    file = tmp_path / "tokenizer.json"
    file.write_text('{"model": {"vocab": [["a", 0.5], ["▁b", 1]]}, "added_tokens": [{"id": 2, "content": "<s>"}]}')
    assert vocabulary.texts(file) == ("a", "▁b", "<s>")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[]", "is no vocabulary: expected a tokenizer.json"),
        ("{", "is no vocabulary"),
        ('{"model": {}}', "is no vocabulary"),
        ('{"model": {"vocab": {"a": 0, "b": 2}}}', "numbers 2 tokens up to 2: expected each once"),
    ],
)
def test_what_is_no_vocabulary(tmp_path, content, sentence):
    file = tmp_path / "tokenizer.json"
    file.write_text(content)
    with pytest.raises(UsageError, match=sentence):
        vocabulary.texts(file)
