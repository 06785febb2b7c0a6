"""The adversary: in closed form against a linear network, and within its radius against any."""

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from generators.networks.adversary import attack, norm, unit, within


@pytest.mark.parametrize("steps", [1, 5])
def test_against_two_linear_outputs_the_worst_change_is_straight_along_their_difference(steps):
    torch.manual_seed(0)
    module, x, y = nn.Linear(6, 2), torch.randn(4, 6), torch.tensor([0, 1, 1, 0])
    away = module.weight[1 - y] - module.weight[y]
    changed = attack(module, x, y, 0.5, steps)
    torch.testing.assert_close(changed, x + 0.5 * away / away.norm(dim=1, keepdim=True), atol=1e-4, rtol=0)


def test_change_stays_within_the_radius_raises_the_loss_and_leaves_the_network_alone():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 5)).requires_grad_(False)
    x, y = torch.randn(7, 3, 8, 8), torch.arange(7) % 5
    changed = attack(module, x, y, 1.0, 8)
    assert norm(changed - x).max() <= 1.0001 and norm(changed - x).shape == (7, 1, 1, 1)
    assert (cross_entropy(module(changed), y, reduction="none") > cross_entropy(module(x), y, reduction="none")).all()
    assert all(each.grad is None for each in module.parameters())
    more = attack(module, x, y, 2.0, 8)
    assert cross_entropy(module(more), y) > cross_entropy(module(changed), y)


def test_lengths():
    x = torch.tensor([[3.0, 4.0], [0.0, 0.0], [0.3, 0.4]])
    torch.testing.assert_close(unit(x), torch.tensor([[0.6, 0.8], [0.0, 0.0], [0.6, 0.8]]))
    torch.testing.assert_close(within(x, 1.0), torch.tensor([[0.6, 0.8], [0.0, 0.0], [0.3, 0.4]]))
