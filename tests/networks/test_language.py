"""How well a language model predicts, measured on networks whose answers are known beforehand."""

import pytest
import torch

from generators.datasets import grammar
from generators.networks import language


def test_questions_are_asked_of_the_network():
    """A network that knows the capitals of a dictionary, and nothing else."""

    class Knows(torch.nn.Module):
        def forward(self, tokens):
            logits = torch.zeros(*tokens.shape, 87)
            for i, row in enumerate(tokens.tolist()):
                for t, words in enumerate(grammar.decode(row[: t + 1]).split() for t in range(len(row))):
                    if words[-1] == "is" and words[-2] in grammar.CAPITALS:
                        logits[i, t, grammar.WORDS.index(grammar.CAPITALS[words[-2]])] = 1
            return logits

    assert language.share_right(Knows(), grammar.capitals()) == 0.5
    assert language.share_right(Knows(), grammar.sums()) == 0.0


def test_chance_is_the_best_that_a_constant_can_say():
    class Shares(torch.nn.Module):
        def __init__(self, y):
            super().__init__()
            self.logits = (y.flatten().bincount(minlength=87) / y.numel()).log()

        def forward(self, tokens):
            return self.logits.expand(*tokens.shape, 87)

    data = grammar.load()
    found = language.quality(Shares(data.test.y), data)
    assert found["loss"] == pytest.approx(found["chance_loss"], abs=1e-5)
    assert found["accuracy"] == pytest.approx(found["chance"])
    assert found["floor"] == data.floor < found["loss"]
