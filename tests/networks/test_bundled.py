"""The networks that come with the project: what is said of them, their cards, and that they can be made again."""

import os
import subprocess
import sys
from hashlib import sha256

import pytest
import torch
from torch import nn

from generators.networks import cards, entries, load
from generators.networks.bundled import BUNDLED
from generators.networks.cards import WEIGHTS, weights_file
from generators.networks.generative.generator import LEARNED
from generators.paths import REPOSITORY

ENOUGH = {
    "digits-net": 0.975,
    "iris-net-2": 0.93,
    "iris-net-4": 0.93,
    "digits-rnn": 0.90,
    "moons-net": 0.96,
    "spirals-net": 0.99,
    "picture-net": 0.97,
    "texture-net": 0.97,
    "texture-net-plain": 0.97,
    "grammar-gpt": 0.66,
    "pydoc-gpt": 0.25,
}


def weights_of(module: nn.Module) -> list[torch.Tensor]:
    return [each for each in module.parameters() if each.ndim > 1]


def test_every_bundled_network_is_listed():
    assert list(entries()) == list(BUNDLED)
    learned = {name for name, _ in LEARNED.values()}
    assert {path.name.partition(".")[0] for path in WEIGHTS.iterdir()} == set(BUNDLED) | learned


@pytest.mark.parametrize("name", BUNDLED)
def test_cards_are_true(name):
    card, network = cards.read(name), load(name)
    assert card["name"] == name
    assert card["sha256"] == sha256(weights_file(name).read_bytes()).hexdigest()
    assert card["parameters"] == sum(each.numel() for each in network.module.parameters())
    assert card["architecture"] == str(network.module).splitlines()
    if "check" not in card:  # else more were used than the data set holds
        assert card["examples"] == {"train": len(network.dataset.train), "test": len(network.dataset.test)}
    if card["steps"]:
        assert card["quality"]["accuracy"] >= ENOUGH[name] > 1.5 * card["quality"]["chance"]
    assert {"data", "training", "steps", "seed", "seconds", "device", "torch", "script"} <= card.keys()
    assert (REPOSITORY.root / card["script"]).is_file()


@pytest.mark.parametrize(("name", "neurons", "synapses"), [("iris-net-2", 4, 10), ("iris-net-4", 12, 36)])
def test_the_drawn_networks_have_the_counts_of_the_article(name, neurons, synapses):
    weights = weights_of(load(name).module)
    assert sum(len(each) for each in weights) == neurons
    assert sum(each.numel() for each in weights) == synapses
    assert all(each.ndim == 2 for each in load(name).module.parameters())


def test_digits_net_has_a_one_by_one_convolution_and_a_head_to_draw():
    module = load("digits-net").module
    assert module.mix.weight.shape == (16, 16, 1, 1)
    assert module.head.weight.shape == (10, 16)


def test_digits_rnn_reads_rows_one_after_the_other():
    network = load("digits-rnn")
    x = network.dataset.test.x[:5]
    rnn, state = network.module.rnn, torch.zeros(5, 16)
    for row in x[:, 0].unbind(1):
        state = torch.tanh(row @ rnn.weight_ih_l0.T + rnn.bias_ih_l0 + state @ rnn.weight_hh_l0.T + rnn.bias_hh_l0)
    torch.testing.assert_close(network.module(x), network.module.head(state))
    torch.testing.assert_close(network.module(x[:, 0]), network.module(x))


def test_the_seed_of_an_iris_network_was_chosen_by_training_loss_alone():
    for name in ("iris-net-2", "iris-net-4"):
        card = cards.read(name)
        losses = card["seed_search"]["training_loss"]
        assert losses[card["seed"]] == min(losses)


def train(script: str, *arguments: str | os.PathLike[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, REPOSITORY.root / "scripts" / f"{script}.py", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY.root)},
    )


@pytest.mark.parametrize(
    ("script", "name"),
    [
        ("train_digits", "digits-rnn"),
        ("train_digits", "digits-net"),
        ("train_iris", "iris-net-2"),
        ("train_plane", "moons-net"),
    ],
)
def test_training_again_gives_the_same_network(tmp_path, script, name):
    """The published weights, or on a processor that rounds differently at least the same as good ones every time."""
    run = train(script, name, "--out", tmp_path)
    assert run.returncode == 0, run.stderr
    assert "held-out accuracy" in run.stdout
    again, published = cards.read(name, tmp_path), cards.read(name)
    if again["sha256"] != published["sha256"]:
        train(script, name, "--out", tmp_path)
        assert cards.read(name, tmp_path)["sha256"] == again["sha256"]
        assert again["quality"]["accuracy"] == pytest.approx(published["quality"]["accuracy"], abs=0.02)


def test_an_unknown_network_to_train_is_refused(tmp_path):
    run = train("train_iris", "iris", "--out", tmp_path)
    assert run.returncode == 2 and "there is no network 'iris'; there is iris-net-2, iris-net-4" in run.stderr
