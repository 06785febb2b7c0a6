"""Networks on the plane: their shape, their training as its checkpoints tell it, and how near the best they are."""

import re
from hashlib import sha256

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from generators import datasets
from generators.errors import UsageError
from generators.networks import cards, load
from generators.networks.checkpoints import checkpoints_file, load_checkpoints, publish, spread
from generators.networks.plane_net import PlaneNet, moons_net, picture_net, spirals_net

MADE = {"moons-net": moons_net, "spirals-net": spirals_net, "picture-net": picture_net}


@pytest.mark.parametrize("name", MADE)
def test_layers_are_lines_and_bends_and_nothing_else(name):
    module = MADE[name]()
    assert isinstance(module, nn.Sequential)
    kinds = [type(each) for each in module]
    assert kinds == [nn.Linear, nn.ReLU] * (len(kinds) // 2) + [nn.Linear]
    parameters = sum(each.numel() for each in module.parameters())
    assert f"{parameters:,} parameters" in MADE[name].__doc__
    assert parameters == cards.read(name)["parameters"]


def test_a_plane_network_is_its_formula():
    torch.manual_seed(0)
    module, x = PlaneNet((5, 4), 3), torch.randn(7, 2)
    hidden = (x @ module.layer1.weight.T + module.layer1.bias).clamp(min=0)
    hidden = (hidden @ module.layer2.weight.T + module.layer2.bias).clamp(min=0)
    torch.testing.assert_close(module(x), hidden @ module.head.weight.T + module.head.bias)


@pytest.mark.parametrize("name", MADE)
def test_checkpoints_lead_from_chance_to_the_published_network(name):
    steps, states = load_checkpoints(name)
    card, data, module = cards.read(name), datasets.load(cards.read(name)["data"].partition(":")[0]), MADE[name]()
    assert len(steps) == len(states) >= 20 and steps[0] == 0 and steps[-1] == card["steps"]
    losses = []
    for state in states:
        module.load_state_dict(state)
        with torch.no_grad():
            losses.append(float(cross_entropy(module(data.train.x), data.train.y)))
    assert losses[-1] == min(losses) < 0.2 < 0.5 < losses[0]
    final = load(name).module.state_dict()
    assert all(torch.equal(states[-1][key], final[key]) for key in final)
    assert card["checkpoints"] == {
        "steps": list(steps),
        "sha256": sha256(checkpoints_file(name).read_bytes()).hexdigest(),
    }


def test_step_zero_is_the_seeded_initialisation():
    card = cards.read("moons-net")
    torch.manual_seed(card["seed"])
    first = load_checkpoints("moons-net")[1][0]
    assert all(torch.equal(first[key], tensor) for key, tensor in moons_net().state_dict().items())


def test_moons_are_told_apart_as_well_as_noise_allows():
    quality = cards.read("moons-net")["quality"]
    assert quality["accuracy"] >= quality["ceiling"] - 0.015
    assert quality["ceiling"] == datasets.plane.ceiling(datasets.load("moons"))


def test_spread_is_denser_early_and_ends_where_it_should():
    chosen = spread(6000, 24)
    assert len(chosen) == len(set(chosen)) == 24 and chosen[0] == 0 and chosen[-1] == 6000
    gaps = np.diff(chosen)
    assert gaps[0] == 1 and (np.diff(gaps) >= -1).all() and gaps[-1] > 1000


def test_published_checkpoints_come_back(tmp_path):
    taken = {step: {"a": torch.full((2, 3), float(step))} for step in (0, 1, 5)}
    said = publish("tiny", taken, tmp_path)
    steps, states = load_checkpoints("tiny", tmp_path)
    assert steps == (0, 1, 5) and said["steps"] == [0, 1, 5]
    assert [float(state["a"][1, 2]) for state in states] == [0, 1, 5]


def test_a_network_without_checkpoints_says_so(tmp_path):
    wanted = f"network 'digits-net' has no checkpoints: expected digits-net.checkpoints.safetensors in {tmp_path}"
    with pytest.raises(UsageError, match=re.escape(wanted)):
        load_checkpoints("digits-net", tmp_path)
