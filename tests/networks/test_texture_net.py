"""texture-net: its layers, folding, and what the cards say of the three of them."""

import torch
from torch import nn

from generators.networks.texture_net import CONVOLUTIONS, TextureNet, folded, normalised


def test_folding_changes_nothing_that_the_network_says():
    torch.manual_seed(0)
    network = normalised(TextureNet()).eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            for each in (module.weight, module.running_var):
                nn.init.uniform_(each, 0.5, 2)
            for each in (module.bias, module.running_mean):
                nn.init.normal_(each, std=0.3)
    x = torch.randn(3, 3, 64, 64)
    before, folded_network = network(x), folded(network)
    assert (folded_network(x) - before).abs().max() < 1e-5 * before.abs().max().clamp(min=1)
    assert torch.equal(network(x), before), "the network that was folded is as it was"
    assert not any(isinstance(module, nn.BatchNorm2d) for module in folded_network.modules())
    assert [name for name, _ in folded_network.named_parameters()] == [
        name for name, _ in TextureNet().named_parameters()
    ]


def test_folding_in_the_midst_of_training_leaves_it_in_training():
    network = normalised(TextureNet()).train()
    folded(network)
    assert all(module.training for module in network.modules())


def test_each_convolution_is_followed_by_its_rectifier():
    network, order = TextureNet(), []
    for name, module in network.named_children():
        module.register_forward_hook(lambda _m, _i, output, name=name: order.append((name, tuple(output.shape[1:]))))
    network(torch.zeros(1, 3, 64, 64))
    names = [name for name, _ in order]
    for name in CONVOLUTIONS:
        assert names[names.index(name) + 1] == name.replace("conv", "relu")
    shapes = dict(order)
    assert shapes["relu3b"] == (64, 16, 16) and shapes["relu5"] == (160, 8, 8) and shapes["head"] == (27,)


def test_a_neuron_of_the_third_layers_sees_26_pixels():
    network, x = TextureNet(), torch.randn(1, 3, 64, 64, requires_grad=True)
    seen: list[torch.Tensor] = []
    network.conv3b.register_forward_hook(lambda _m, _i, output: seen.append(output))
    network(x)
    seen[0][0, :, 8, 8].sum().backward()
    rows = x.grad.abs().sum((0, 1, 3)).nonzero().flatten()
    assert rows[-1] - rows[0] + 1 == 26
