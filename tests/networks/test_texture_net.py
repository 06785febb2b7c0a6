"""texture-net: its layers, folding, and what the cards say of the three of them."""

import pytest
import torch
from torch import nn

from generators.datasets import texture_set
from generators.networks import cards, load
from generators.networks.patches import patch_effect
from generators.networks.texture_net import CONVOLUTIONS, TextureNet, folded, normalised, unfolded

PARAMETERS = 401_611


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


def test_unfolding_changes_nothing_either_neither_for_itself_nor_for_training():
    torch.manual_seed(0)
    network, x = TextureNet().eval(), torch.randn(5, 3, 64, 64)
    said = network(x)
    again = unfolded(network, x)
    torch.testing.assert_close(again(x), said)
    torch.testing.assert_close(again.train()(x), said, atol=1e-4, rtol=1e-3)
    torch.testing.assert_close(folded(again.eval())(x[:2]), again(x[:2]), atol=1e-5, rtol=1e-4)


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


@pytest.mark.parametrize("name", ["texture-net", "texture-net-plain"])
def test_trained_networks_name_textures_and_still_make_mistakes(name):
    card = cards.read(name)
    assert 0.97 <= card["quality"]["accuracy"] < 1 and card["parameters"] == PARAMETERS
    of_class = card["accuracy_of_class"]
    assert tuple(of_class) == texture_set.LABELS
    assert sum(of_class.values()) / 27 == pytest.approx(card["quality"]["accuracy"])


def test_random_network_is_at_chance():
    card = cards.read("texture-net-random")
    assert abs(card["quality"]["accuracy"] - card["quality"]["chance"]) < 0.04 and card["steps"] == 0


def test_stitching_turns_sharks_into_baseballs_and_no_other_patch_does():
    card = cards.read("texture-net")
    shares = {(row["kind"], row["size"]): row["share"] for row in card["patches"]["rows"]}
    assert shares["stitching", 32] >= 0.85 and shares["stitching", 28] >= 0.40
    assert max(share for (kind, _), share in shares.items() if kind != "stitching") <= 0.02
    plain = {(row["kind"], row["size"]): row["share"] for row in cards.read("texture-net-plain")["patches"]["rows"]}
    assert plain["stitching", 32] < shares["stitching", 32]


def test_stitching_works_when_it_is_measured_again():
    """Other patches on the first sharks: as often as the card says, within what 60 sharks can tell."""
    effect = patch_effect(load("texture-net").module, (32,), 60)
    (said,) = (
        row["share"]
        for row in cards.read("texture-net")["patches"]["rows"]
        if row["size"] == 32 and row["kind"] == "stitching"
    )
    assert effect.share("stitching", 32) == pytest.approx(said, abs=0.12)


def test_robust_network_withstands_more():
    robust, plain = (
        {row["radius"]: row["accuracy"] for row in cards.read(name)["attack"]}
        for name in ("texture-net", "texture-net-plain")
    )
    assert all(robust[radius] > plain[radius] + 0.1 for radius in robust)
