"""Giving a network examples, and what is said of a network that does not take them."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from generators.errors import UsageError
from generators.networks import running


class Wrapped(nn.Module):
    """Answers as language models of libraries do."""

    def forward(self, x):
        return SimpleNamespace(logits=2 * x)


def test_answers_come_in_order_whatever_the_batches():
    x = torch.randn(10, 3)
    module = nn.Linear(3, 2)
    batches = list(running.answers("net", module, x, "cpu", size=4))
    assert [len(each) for each in batches] == [4, 4, 2]
    torch.testing.assert_close(torch.cat(batches), module(x).detach())
    torch.testing.assert_close(running.run("net", module, x, "cpu"), module(x).detach())


def test_an_answer_may_be_wrapped():
    x = torch.randn(2, 3)
    assert torch.equal(running.run("net", Wrapped(), x, "cpu"), 2 * x)
    assert running.output_shapes("net", Wrapped(), x) == {"": (3,)}


def test_an_answer_that_is_no_tensor():
    class Pair(nn.Module):
        def forward(self, x):
            return x, x

    with pytest.raises(UsageError, match="network 'net' answers with a tuple: expected a tensor, or an object with"):
        running.run("net", Pair(), torch.zeros(1, 3), "cpu")


class Does(nn.Module):
    """Answers with whatever a function makes of its input."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: x.mean(0, keepdim=True), "answers 4 examples with a tensor of 1×3: expected one answer for each"),
        (lambda x: x.sum(), "answers 4 examples with a tensor of no axis"),
        (lambda x: x > 0, "answers with numbers of type torch.bool: expected floating-point ones"),
        (lambda x: x.argmax(1), "answers with numbers of type torch.int64"),
    ],
)
def test_an_answer_that_is_not_one_of_logits_for_each_example(function, said):
    with pytest.raises(UsageError, match=f"network 'net' {said}"):
        running.run("net", Does(function), torch.zeros(4, 3), "cpu")


@pytest.mark.parametrize("error", [KeyError("gone"), ZeroDivisionError("by zero"), SystemExit(3), Exception("own")])
def test_whatever_a_network_raises_is_one_sentence(error):
    def fails(_x):
        raise error

    with pytest.raises(UsageError, match=f"cannot take an example of shape 3: {type(error).__name__}: {error}"):
        running.run("net", Does(fails), torch.zeros(4, 3), "cpu")


@pytest.mark.parametrize("shape", [(3, 10**6, 10**6), (10**30,)])
def test_an_example_that_has_no_room(shape):
    with pytest.raises(UsageError, match=f"an example of shape {'×'.join(map(str, shape))} has no room in memory"):
        running.blank("image-classifier", shape)


def test_a_network_is_still_whatever_its_own_methods_return():
    class Careless(nn.Sequential):
        def train(self, mode=True):
            super().train(mode)

    module = running.still(Careless(nn.Linear(3, 2), nn.Dropout()), "cpu")
    assert not any(each.training for each in module.modules())
    assert not any(each.requires_grad for each in module.parameters())


@pytest.mark.parametrize(("module", "said"), [(nn.Linear(4, 2), "RuntimeError: "), (nn.Embedding(4, 2), "")])
def test_an_example_that_a_network_cannot_take(module, said):
    with pytest.raises(UsageError, match=f"network 'net' cannot take an example of shape 3: {said}"):
        running.run("net", module, torch.full((1, 3), 9.0), "cpu")


def test_a_language_model_is_shown_tokens():
    assert running.blank("language-model", (5,)).dtype == running.blank("text-encoder", (5,)).dtype == torch.long
    assert running.blank("plane", (2,)).dtype == torch.float
    assert running.output_shapes("net", nn.Embedding(4, 2), running.blank("language-model", (5,))) == {"": (5, 2)}


def test_shapes_are_of_the_first_use_and_leave_no_hook():
    class Reads(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn, self.shared = nn.LSTM(3, 5, batch_first=True), nn.Linear(5, 5)

        def forward(self, x):
            return self.shared(self.shared(self.rnn(x)[0])[:, -1])

    module = Reads()
    assert running.output_shapes("net", module, torch.zeros(1, 7, 3)) == {"rnn": (7, 5), "shared": (7, 5), "": (5,)}
    assert not any(each._forward_hooks for each in module.modules())


def test_the_first_module_without_numbers_is_named():
    class Overflows(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second, self.third = (nn.Linear(1, 1, bias=False) for _ in range(3))
            for each in self.children():
                nn.init.constant_(each.weight, 1e20)

        def forward(self, x):
            return self.third(self.second(self.first(x)))

    module = Overflows()
    assert running.first_without_numbers("net", module, torch.tensor([[0.0], [1.0]]), "cpu") == "second"
    assert running.first_without_numbers("net", module, torch.tensor([[0.0], [1e-10]]), "cpu") == "third"
    assert running.first_without_numbers("net", module, torch.zeros(2, 1), "cpu") == ""
    assert not any(each._forward_hooks for each in module.modules())


def test_hidden_states_are_the_answer_of_an_encoder():
    class Encoder(nn.Module):
        def forward(self, x):
            return SimpleNamespace(last_hidden_state=3 * x, pooler_output=x[:, 0])

    module, x = Encoder(), torch.randn(2, 4, 3)
    running.answer_with_hidden_states(module)
    assert torch.equal(running.run("net", module, x, "cpu"), 3 * x)
    plain = nn.Identity()
    running.answer_with_hidden_states(plain)
    assert torch.equal(running.run("net", plain, x, "cpu"), x)
