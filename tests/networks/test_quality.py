"""Measured quality: by a second method, once for a network, and held to the card of what comes with the project."""

import json
import math
import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from generators.datasets import Dataset, Split
from generators.errors import UsageError
from generators.networks import cards, load, quality


class Bigram(nn.Module):
    """A language model that knows how often each token follows another."""

    def __init__(self, rows):
        super().__init__()
        self.table = nn.Parameter(rows.log())

    def forward(self, x):
        return self.table[x]


def dataset(x, y, floor=None):
    split = Split(x, y, y.numpy())
    labels = tuple(map(str, range(int(y.max()) + 1)))
    return Dataset("data", Split(x[:0], y[:0], y[:0].numpy()), split, labels, (), (), (), floor=floor)


def chain(n, length, rows, seed=0):
    """Texts (n, length + 1) in which every token depends on the last."""
    random = torch.Generator().manual_seed(seed)
    token = torch.randint(len(rows), (n,), generator=random)
    text = [token]
    for _ in range(length):
        text.append(torch.multinomial(rows[text[-1]], 1, generator=random)[:, 0])
    return torch.stack(text, 1)


ROWS = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25]])


def test_accuracy_is_how_often_the_largest_output_is_right():
    x = torch.randn(700, 4)
    y = x.argmax(1)
    y[:70] = (y[:70] + 1) % 4
    found = quality.measure("net", "classifier", nn.Identity(), dataset(x, y), "cpu")
    assert found == {"accuracy": 0.9, "chance": pytest.approx(float(y.bincount().max()) / 700)}
    assert quality.measure("net", "classifier", nn.Identity(), dataset(x, y), "cpu", examples=70)["accuracy"] == 0


def test_the_loss_of_a_language_model_is_what_was_unexpected_token_by_token():
    text = chain(6, 40, ROWS)
    x, y = text[:, :-1], text[:, 1:]
    found = quality.measure("net", "language-model", Bigram(ROWS), dataset(x, y, floor=0.5), "cpu")
    pairs = list(zip(x.flatten().tolist(), y.flatten().tolist(), strict=True))
    often = [sum(after == token for _, after in pairs) / len(pairs) for token in range(3)]
    assert found == {
        "loss": pytest.approx(-sum(math.log(ROWS[before, after]) for before, after in pairs) / len(pairs), rel=1e-5),
        "chance_loss": pytest.approx(-sum(share * math.log(share) for share in often)),
        "accuracy": sum(int(ROWS[before].argmax()) == after for before, after in pairs) / len(pairs),
        "chance": max(often),
        "floor": 0.5,
    }


def test_a_model_that_knows_the_chain_reaches_its_entropy():
    text = chain(400, 200, ROWS)
    found = quality.measure("net", "language-model", Bigram(ROWS), dataset(text[:, :-1], text[:, 1:]), "cpu")
    stationary = torch.linalg.matrix_power(ROWS, 64)[0]
    entropy = float(-(stationary[:, None] * ROWS * ROWS.log()).sum())
    assert found["loss"] == pytest.approx(entropy, abs=0.01)
    assert "floor" not in found


def test_a_long_text_is_measured_here_and_there(monkeypatch):
    monkeypatch.setattr(quality, "TOKENS_AT_MOST", 100)
    x = torch.arange(1000).repeat_interleave(10).reshape(1000, 10) % 3
    shown = []
    module = Bigram(ROWS)
    module.register_forward_pre_hook(lambda _, inputs: shown.append(inputs[0]))
    quality.measure("net", "language-model", module, dataset(x, x), "cpu")
    assert torch.equal(torch.cat(shown), x[torch.linspace(0, 999, 10).round().long()])


@pytest.mark.parametrize("kind", ["classifier", "language-model"])
def test_answers_that_are_no_numbers_are_refused(kind):
    x, y = (torch.ones(8, 3), torch.zeros(8).long()) if kind == "classifier" else (torch.ones(8, 5).long(),) * 2
    module = nn.Linear(3, 2) if kind == "classifier" else Bigram(ROWS)
    next(module.parameters()).data[1, 1] = torch.nan
    with pytest.raises(UsageError, match="network 'net' answers 8 of 8 held-out examples with NaN: expected numbers"):
        quality.measure("net", kind, module, dataset(x, y), "cpu")


def test_the_layer_that_gives_no_numbers_first_is_named():
    module = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 2))
    module[0].weight.data[:] = torch.nan
    with pytest.raises(UsageError, match="with NaN, the first of its layers to give no numbers being '0': expected"):
        quality.measure("net", "classifier", module, dataset(torch.ones(8, 3), torch.zeros(8).long()), "cpu")


def test_a_text_encoder_is_not_measured_and_has_to_give_numbers():
    x = torch.ones(9, 5).long()
    assert quality.measure("net", "text-encoder", nn.Embedding(3, 2), dataset(x, x), "cpu") == {}
    broken = nn.Embedding(3, 2)
    broken.weight.data[1] = torch.nan
    with pytest.raises(UsageError, match="network 'net' answers 8 of 8 held-out examples with NaN: expected numbers"):
        quality.measure("net", "text-encoder", broken, dataset(x, x), "cpu")


def test_another_process_does_not_measure_again(nothing_measured_yet):
    load("iris-net-2")
    [file] = nothing_measured_yet.iterdir()
    program = (
        "import sys; from pathlib import Path\n"
        "from generators.networks import load, quality; from generators.paths import Paths\n"
        "Paths.cache = property(lambda self: Path(sys.argv[1]))\n"
        "quality.measure = None\n"
        "print(load('iris-net-2').quality['accuracy'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, file.parent.parent], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) == cards.read("iris-net-2")["quality"]["accuracy"]


def test_one_process_measures_once_and_gives_each_its_own(monkeypatch):
    first = load("iris-net-2")
    monkeypatch.setattr(quality, "measure", lambda *_: pytest.fail("measured again"))
    assert load("iris-net-2").quality == first.quality
    first.quality.clear()
    assert load("iris-net-2").quality


@pytest.mark.parametrize("content", ["", "{", "[]", '{"quality": {"accuracy": 0}, "torch": "0.1"}', '{"torch": "x"}'])
def test_what_was_kept_is_whole_or_measured_again(nothing_measured_yet, monkeypatch, content):
    found = load("iris-net-2").quality
    [file] = nothing_measured_yet.iterdir()
    assert json.loads(file.read_text())["quality"] == found
    file.write_text(content)
    monkeypatch.setattr(quality, "_measured", {})
    assert load("iris-net-2").quality == found
    assert [each.name for each in nothing_measured_yet.iterdir()] == [file.name]


def test_a_disk_that_may_only_be_read_costs_nothing_but_time(nothing_measured_yet):
    nothing_measured_yet.write_text("a file where a folder should be")
    assert load("iris-net-2").quality


class TestCards:
    @pytest.fixture
    def card(self, monkeypatch):
        card = {"quality": {"accuracy": 0.5, "chance": 0.25}, "script": "scripts/train.py"}
        monkeypatch.setattr(cards, "read", lambda name: card)
        return card

    def known(self, kind="classifier", module=None, right=0.5, n=200):
        x = torch.eye(2).repeat(n // 2, 1)
        y = x.argmax(1)
        y[: round(n * (1 - right))] ^= 1
        about = SimpleNamespace(name="net", kind=kind, is_bundled=True, source=SimpleNamespace(name="net"))
        return quality._held_to_card(about, module or nn.Identity(), dataset(x, y), "cpu")

    def test_the_same_quality_is_accepted_and_so_is_rounding(self, card):
        assert self.known()["accuracy"] == 0.5
        assert self.known(right=0.51)["accuracy"] == 0.51

    def test_another_is_refused(self, card):
        with pytest.raises(
            UsageError, match=r"'net' is right about 52.0% .* its card says 50.0%: .*run scripts/train.py"
        ):
            self.known(right=0.52)

    def test_a_check_is_measured_in_place_of_the_whole(self, card):
        card["check"] = {"examples": 20, "accuracy": 0.0}
        assert self.known() == {"accuracy": 0.5, "chance": 0.25}
        card["check"] = {"examples": 20, "accuracy": 0.5}
        with pytest.raises(UsageError, match=r"right about 0.0% .* its card says 50.0%"):
            self.known()

    def test_the_loss_of_a_language_model_is_compared_too(self, card):
        text = chain(6, 40, ROWS)
        data = dataset(text[:, :-1], text[:, 1:])
        about = SimpleNamespace(name="net", kind="language-model", is_bundled=True, source=SimpleNamespace(name="net"))
        card["quality"] = quality.measure("net", "language-model", Bigram(ROWS), data, "cpu")
        assert quality._held_to_card(about, Bigram(ROWS), data, "cpu") == card["quality"]
        card["quality"]["loss"] += 0.006
        with pytest.raises(UsageError, match=r"has a held-out loss of .* nats a token and its card says"):
            quality._held_to_card(about, Bigram(ROWS), data, "cpu")
