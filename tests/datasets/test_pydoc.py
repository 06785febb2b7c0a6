"""The Python language reference: a frozen text, divided without overlap, in tokens that can be read."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest
import torch

from generators import datasets
from generators.datasets import pydoc
from generators.datasets.registry import data_files
from generators.paths import REPOSITORY


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("freeze_pydoc", REPOSITORY.root / "scripts" / "freeze_pydoc.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def paragraphs(parts: list[str]) -> list[str]:
    return [paragraph for part in parts for paragraph in part.split("\n\n")]


def test_the_text_is_that_of_python_3_11():
    text = pydoc.text()
    assert len(text) == 373_228
    assert text.startswith('The "assert" statement\n**********************\n')
    assert '"match" statement' in text and 'The "print" statement' not in text


def test_paragraphs_are_lines_and_code_keeps_its_own():
    text = pydoc.text()
    assert "Assert statements are a convenient way to insert debugging assertions into a program:\n\n" in text
    assert "\n\n   if __debug__:\n       if not expression: raise AssertionError\n\n" in text
    assert "\n* If the target is an identifier (name):\n\n  * If the name does not occur in a" in text


def test_a_line_is_joined_where_its_next_word_would_not_have_fitted(script):
    full = "x" * 68
    assert script.unwrap(f"{full}\nand") == f"{full} and"
    assert script.unwrap(f"{full}\na") == f"{full}\na"  # it would have fitted, so somebody broke the line
    assert script.unwrap(f"* {full}\n  and\n  more") == f"* {full} and\n  more"
    for apart in (f"{full}\n   code", f"{'*' * 68}\nand", f"{full}\n\nand"):
        assert script.unwrap(apart) == apart


@pytest.mark.skipif(sys.version_info[:3] != (3, 11, 7), reason="another Python has other topics")
def test_freezing_again_gives_the_same_text_and_vocabulary(script):
    text = script.unwrap(script.without_repetition([script.topics[name] for name in sorted(script.topics)]))
    assert text == pydoc.text()
    assert script.train_tokenizer(text).get_vocab() == pydoc.tokenizer().get_vocab()


def test_what_repeats_itself_is_left_out():
    long = [each for each in pydoc.text().split("\n\n") if len(each) >= 60]
    assert len(long) == len(set(long)) > 1300


def test_blocks_are_the_whole_text_each_once():
    runs, held_out = pydoc.divide(pydoc.text())
    assert sum(map(len, runs)) + sum(map(len, held_out)) == len(pydoc.text()) + 2  # a last paragraph's end
    woven = "".join(each for run, block in zip(runs, [*held_out, ""], strict=True) for each in (run, block))
    assert woven == pydoc.text() + "\n\n"


def test_no_paragraph_is_both_learned_and_held_out():
    runs, held_out = map(paragraphs, pydoc.divide(pydoc.text()))
    shared = set(runs) & set(held_out)
    assert all(len(each) < 60 for each in shared)
    assert sum(len(each) for each in held_out if each in shared) < 0.02 * sum(map(len, held_out))


def test_every_tenth_block_is_held_out():
    runs, held_out = pydoc.divide(pydoc.text())
    assert len(held_out) == len(runs) - 1 == 8
    assert all(4000 <= len(block) < 8000 for block in held_out)
    assert all(len(run) >= 9 * 4000 for run in runs[:-1])


def test_windows_are_text_with_its_next_tokens():
    data = datasets.load("pydoc")
    assert data.train.x.shape[1] == data.test.x.shape[1] == 128
    assert torch.equal(data.train.x[:, 1:], data.train.y[:, :-1])
    np.testing.assert_array_equal(data.test.raw, data.test.x.numpy())
    held_out = "".join(pydoc.divide(pydoc.text())[1])
    assert all(pydoc.decode(window.numpy()).strip("�") in held_out for window in data.test.x[::7])
    assert all(pydoc.decode(window.numpy()).strip("�") not in held_out for window in data.train.x[::50])
    parts = [part for parts in pydoc.tokens() for part in parts]
    assert 0 <= sum(map(len, parts)) - data.test.y.numel() - data.train.y.numel() <= 128 * len(parts)


def test_training_draws_from_what_may_be_learned_and_repeats_itself():
    first, again = next(pydoc.stream(3, 40)), next(pydoc.stream(3, 40))
    assert first.shape == (40, 129)
    np.testing.assert_array_equal(first, again)
    assert (next(pydoc.stream(4, 40)) != first).any()
    learned = "".join(pydoc.divide(pydoc.text())[0])
    assert all(pydoc.decode(window).strip("�") in learned for window in first)


@pytest.mark.parametrize("text", [pydoc.text()[:5000], "ß → 日本 \t\x00 naïve", "", "    indented\n\n\n"])
def test_any_text_can_be_written_in_tokens(text):
    assert pydoc.decode(pydoc.encode(text)) == text


def test_labels_are_the_texts_of_the_tokens():
    labels = datasets.load("pydoc").labels
    assert len(labels) == pydoc.tokenizer().get_vocab_size() <= 2000
    decoded = [pydoc.tokenizer().decode([token]) for token in range(len(labels))]
    whole = [(label, text) for label, text in zip(labels, decoded, strict=True) if "�" not in text]
    assert len(whole) > 1850 and all(label == text for label, text in whole)
    assert labels[pydoc.tokenizer().token_to_id("Ġthe")] == " the"
    partial = {label for label, text in zip(labels, decoded, strict=True) if text == "�"}
    assert "\\xe2" in partial and all(label.startswith("\\x") for label in partial)


def test_the_licence_lies_beside_the_text():
    licence = (data_files("pydoc")[0].parent / "LICENSE.python.txt").read_text()
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in licence
    assert "2023 Python Software Foundation" in licence


def test_what_is_known_without_torch():
    program = (
        "import sys; from generators import datasets; from generators.datasets import pydoc, vocabulary;"
        "vocabulary.texts(datasets.data_files('pydoc')[1]); datasets.fingerprint('pydoc'); pydoc.divide(pydoc.text());"
        "print([each for each in ('torch', 'numpy', 'tokenizers') if each in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "[]\n"
