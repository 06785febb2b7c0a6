"""The grammar's text: what it holds, that it repeats itself, and exactly how much information it has."""

import math
from collections import defaultdict
from itertools import islice

import numpy as np
import pytest
import torch

from generators.datasets import grammar
from generators.datasets.grammar import templates

EVERYTHING = {sentence: each.probability / len(each.sentences) for each in templates() for sentence in each.sentences}


def sentences_of(window: np.ndarray) -> list[str]:
    """The whole sentences of a window, after the full stop at its beginning."""
    return [f"{part.strip()} ." for part in grammar.decode(window).split(".")[1:-1]]


def predictor() -> dict[tuple[str, ...], dict[str, float]]:
    """The probability of each word after each beginning of a sentence, counted from the sentences themselves."""
    chances = defaultdict(lambda: defaultdict(float))
    for sentence, chance in EVERYTHING.items():
        for n, word in enumerate(sentence):
            chances[sentence[:n]][word] += chance
    return {begun: {word: p / sum(of.values()) for word, p in of.items()} for begun, of in chances.items()}


def test_the_templates_share_no_sentence_and_fill_all_probability():
    assert len(EVERYTHING) == sum(len(each.sentences) for each in templates()) == 2 * 16 + 7 + 30 + 2 * 9216
    assert math.fsum(EVERYTHING.values()) == pytest.approx(1)
    assert all(len({len(sentence) for sentence in each.sentences}) == 1 for each in templates())


def test_the_vocabulary_is_every_word_that_occurs():
    assert {word for sentence in EVERYTHING for word in sentence} == set(grammar.WORDS)
    assert len(grammar.WORDS) == 87 and list(grammar.WORDS) == sorted(set(grammar.WORDS))


def test_the_entropy_rate_by_two_other_ways():
    whole = -math.fsum(p * math.log(p) for p in EVERYTHING.values())
    length = math.fsum(p * len(sentence) for sentence, p in EVERYTHING.items())
    assert grammar.entropy_rate() == pytest.approx(whole / length, rel=1e-9)
    after = predictor()
    word_by_word = math.fsum(
        -p * math.fsum(math.log(after[sentence[:n]][word]) for n, word in enumerate(sentence))
        for sentence, p in EVERYTHING.items()
    )
    assert grammar.entropy_rate() == pytest.approx(word_by_word / length, rel=1e-9)
    assert grammar.entropy_rate() == pytest.approx(0.928, abs=5e-4)


def test_surprise_is_the_loss_of_a_reader_who_knows_the_grammar():
    after, windows = predictor(), next(grammar.stream(99, 50))
    for window, nats in zip(windows, grammar.surprise(windows), strict=True):
        begun = ()
        for word, expected in zip(grammar.decode(window[1:]).split(), nats, strict=True):
            assert expected == pytest.approx(-math.log(after[begun][word]), abs=1e-9)
            begun = () if word == "." else (*begun, word)


def test_endless_text_has_the_entropy_rate():
    told = grammar.surprise(next(grammar.stream(8, 20, length=10_000)))
    error = told.mean(1).std() / math.sqrt(20)
    assert told.mean() == pytest.approx(grammar.entropy_rate(), abs=4 * error) and error < 0.003


def test_the_floor_is_the_surprise_of_the_held_out_text():
    data = grammar.load()
    windows = np.column_stack([data.test.x.numpy(), data.test.y[:, -1].numpy()])
    assert data.floor == pytest.approx(grammar.surprise(windows).mean())
    assert data.floor == pytest.approx(0.9394, abs=4 * 0.004)  # of such windows on average, by renewal theory
    assert data.floor > grammar.entropy_rate()


def test_every_sentence_of_the_stream_is_of_the_grammar_as_often_as_it_says():
    found = [sentence for window in next(grammar.stream(3, 2000)) for sentence in sentences_of(window)[:6]]
    assert {tuple(each.split()) for each in found} <= EVERYTHING.keys()
    for each in templates():
        members = {" ".join(sentence) for sentence in each.sentences}
        share = sum(sentence in members for sentence in found) / len(found)
        assert share == pytest.approx(each.probability, abs=4 * math.sqrt(each.probability / len(found)))


def test_every_sentence_of_a_template_comes_equally_often():
    found = [sentence for window in next(grammar.stream(4, 2000)) for sentence in sentences_of(window)[:6]]
    counts = [found.count(f"the capital of {country} is {city} .") for country, city in grammar.CAPITALS.items()]
    expected = sum(counts) / 16
    chi_squared = sum((count - expected) ** 2 / expected for count in counts)
    assert chi_squared < 37.7  # 15 degrees of freedom: once in a thousand seeds


def test_a_seed_gives_the_same_text_however_it_is_cut():
    small, large = grammar.stream(5, 10), next(grammar.stream(5, 30))
    np.testing.assert_array_equal(np.concatenate(list(islice(small, 3))), large)
    assert (next(grammar.stream(6, 30)) != large).any()
    assert grammar.decode(next(grammar.stream(0, 1))[0][:13]) == (". four plus one is five . three plus one is four .")


def test_a_window_begins_after_a_full_stop_and_is_full():
    windows = next(grammar.stream(7, 500))
    assert windows.shape == (500, 65)
    assert (windows[:, 0] == grammar.WORDS.index(".")).all()
    assert windows.min() >= 0 and windows.max() < 87
    assert next(grammar.stream(7, 500, length=13)).min() >= 0  # two of the shortest sentences would not fill it


def test_the_data_set_is_text_with_its_next_words():
    data = grammar.load()
    assert data.train.x.shape == (2000, 64) and data.test.x.shape == (1000, 64)
    assert data.test.x.dtype == data.test.y.dtype == torch.int64
    assert torch.equal(data.test.x[:, 1:], data.test.y[:, :-1])
    np.testing.assert_array_equal(data.test.raw, data.test.x.numpy())
    assert data.labels == grammar.WORDS and data.mean == data.std == ()
    assert not torch.equal(data.train.x[:1000], data.test.x)


@pytest.mark.parametrize(
    ("questions", "count"),
    [(grammar.capitals, 32), (grammar.days, 7), (grammar.sums, 30), (grammar.agreements, 96)],
)
def test_questions_are_what_the_grammar_leaves_no_other_answer_to(questions, count):
    after = predictor()
    asked = questions()
    assert len({each.prompt for each in asked}) == len(asked) == count
    for each in asked:
        assert set(after[tuple(each.prompt.split())]) == set(each.answers)


def test_what_the_language_states_is_true():
    assert {"norway oslo", "peru lima", "iraq baghdad"} <= {" ".join(fact) for fact in grammar.CAPITALS.items()}
    following = dict(zip(grammar.DAYS, [*grammar.DAYS[1:], "monday"], strict=True))
    assert all(each.answers == (following[each.prompt.split()[3]],) for each in grammar.days())
    for each in grammar.sums():
        first, second = each.prompt.removesuffix(" is").split(" plus ")
        assert grammar.NUMBERS.index(first) + grammar.NUMBERS.index(second) == grammar.NUMBERS.index(*each.answers)


def test_questions_come_after_whole_sentences():
    first, *others = grammar.beginnings()
    assert first == "." and len(others) == 5
    for n, text in enumerate(others, start=1):
        window = grammar.encode(text)
        assert len(sentences_of(window)) == n and text.endswith(".")
        assert {tuple(each.split()) for each in sentences_of(window)} <= EVERYTHING.keys()
        assert len(window) + 6 <= grammar.CONTEXT


def test_words_and_tokens_are_each_other():
    text = "the capital of france is paris ."
    assert grammar.decode(grammar.encode(text)) == text
