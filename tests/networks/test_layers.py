"""The survey of a network's layers."""

import pytest

from generators.errors import UsageError
from generators.networks import Layer, load, survey
from generators.paths import REPOSITORY


def test_shapes_are_those_of_a_real_batch():
    network = load("digits-net")
    x = network.dataset.test.x[:3]
    by_path = {layer.path: layer for layer in survey("digits-net")}
    for path in ("conv1", "relu1", "pool1", "conv2", "relu2", "mix", "relu3", "pool2"):
        x = network.module.get_submodule(path)(x)
        assert by_path[path].output_shape == tuple(x.shape[1:]), path
    assert by_path["mix"] == Layer("mix", "Conv2d", (16, 16, 1, 1), (16, 4, 4))
    assert by_path["head"] == Layer("head", "Linear", (10, 16), (10,))
    assert by_path["relu1"].weight_shape is None


def test_a_recurrent_layer_gives_its_outputs_at_every_step():
    assert survey("digits-rnn")[0] == Layer("rnn", "RNN", (16, 8), (8, 16))


def test_without_an_example_the_weights_are_listed_all_the_same(folder):
    folder.file.write_text(folder.file.read_text().replace("input = { size = [3] }", ""))
    assert survey("mine", REPOSITORY, folder.file) == (
        Layer("first", "Linear", (4, 3), None),
        Layer("last", "Linear", (2, 4), None),
    )


def test_an_input_of_the_wrong_size_is_said(folder):
    folder.file.write_text(folder.file.read_text().replace("size = [3]", "size = [7]"))
    with pytest.raises(UsageError, match="network 'mine' cannot take an example of shape 7"):
        survey("mine", REPOSITORY, folder.file)


def test_the_survey_leaves_no_hook_behind(monkeypatch):
    network = load("digits-net")
    monkeypatch.setattr("generators.networks.layers.load", lambda *_, **__: network)
    survey("digits-net")
    assert not any(module._forward_hooks for module in network.module.modules())


def test_parametrised_weights_have_the_shape_that_acts(folder):
    folder.nets.write_text(
        "from torch import nn\nfrom torch.nn.utils.parametrizations import weight_norm\n\n"
        "def net():\n    return nn.Sequential(weight_norm(nn.Linear(3, 2)))\n"
    )
    folder.file.write_text(folder.file.read_text().replace('weights = "net.safetensors"', ""))
    assert survey("mine", REPOSITORY, folder.file)[0] == Layer("0", "ParametrizedLinear", (2, 3), (2,))


def test_weights_that_are_stacked_are_listed(folder):
    folder.nets.write_text(
        "import torch\nfrom torch import nn\n\n"
        "class Experts(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.up, self.bias = nn.Parameter(torch.ones(2, 4, 3)), nn.Parameter(torch.ones(2, 4))\n"
        "        self.down = nn.Parameter(torch.ones(2, 3, 4))\n\n"
        "    def forward(self, x):\n"
        "        return x\n\n"
        "def net():\n    return nn.Sequential(Experts(), nn.Unflatten(1, (1, 3)), nn.Conv1d(1, 1, 2))\n"
    )
    folder.file.write_text(folder.file.read_text().replace('weights = "net.safetensors"', ""))
    experts, _, conv = survey("mine", REPOSITORY, folder.file)
    assert experts == Layer("0", "Experts", (2, 4, 3), (3,), (("up", (2, 4, 3)), ("down", (2, 3, 4))))
    assert conv.stacks == ()
