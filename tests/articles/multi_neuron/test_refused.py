"""What cannot be cut exactly is refused in one sentence that says what and why."""

import numpy as np
import pytest
import torch
from torch import nn

from generators.articles.multi_neuron.analysis.domain import Slice
from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.errors import UsageError
from tests.articles.multi_neuron.zoo import BOX, linear, lines, relu


class Attention(nn.Module):
    def forward(self, x):
        return nn.functional.scaled_dot_product_attention(x[:, None], x[:, None], x[:, None])[:, 0]


class Gate(nn.Module):
    def forward(self, x):
        return x[:, :1] * x[:, 1:]


class Branch(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -2 * x


class Step(nn.Module):
    def forward(self, x):
        return (x > 0).to(x.dtype)


@pytest.mark.parametrize(
    ("layer", "named"),
    [
        (nn.GELU(), "gelu"),
        (nn.SiLU(), "silu"),
        (nn.Sigmoid(), "sigmoid"),
        (nn.Tanh(), "tanh"),
        (nn.Softmax(1), "softmax"),
        (nn.LayerNorm(2), "layer_norm"),
        (nn.GroupNorm(1, 2), "group_norm"),
        (Attention(), "attention"),
        (Gate(), "mul"),
        (Step(), "gt"),
        (Branch(), "branch"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, nn.Module) else "",
)
def test_what_is_not_piecewise_linear_is_refused_by_name(layer, named):
    with pytest.raises(UsageError) as refusal:
        partition_plane(nn.Sequential(linear(np.eye(2)), nn.ReLU(), layer), BOX)
    said = str(refusal.value)
    assert named in said.lower() and "\n" not in said


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_refused(number):
    with pytest.raises(UsageError, match=r"2\.weight"):
        partition_plane(relu((np.eye(2), 0), ([[1, number]], 0)), BOX)


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        (((0, 0), (-1, 1)), "no area"),
        (np.array([(0, 0), (1, 1), (2, 2)]), "no area"),
        (np.array([(0, 0), (2, 0), (0.5, 0.5), (0, 2)]), "not convex"),
        (((0, np.nan), (-1, 1)), "finite"),
        (np.zeros((3, 3)), "shape"),
        (np.array([(0, 0), (1, 1)]), "corners"),
    ],
)
def test_domains_without_an_inside_are_refused(domain, said):
    with pytest.raises(UsageError, match=said):
        partition_plane(relu((np.eye(2), 0)), domain)


def test_a_star_is_not_convex_though_it_turns_one_way():
    angles = 2 * np.pi * 2 * np.arange(5) / 5
    with pytest.raises(UsageError, match="not convex"):
        partition_plane(relu((np.eye(2), 0)), np.stack([np.cos(angles), np.sin(angles)], 1))


@pytest.mark.parametrize("third", [(2.0, 4.0, 6.0), (1.0, 2.0, 3.0), (0.1, 0.2, 0.3)])
def test_anchors_on_one_line_span_no_plane(third):
    with pytest.raises(UsageError, match="one line"):
        Slice.through(np.zeros(3), np.array([1.0, 2.0, 3.0]), np.array(third))
    with pytest.raises(UsageError, match="finite"):
        Slice.through(np.zeros(3), np.array([1.0, np.nan, 3.0]), np.array([1.0, 0.0, 0.0]))


def test_inputs_of_another_shape_are_refused():
    with pytest.raises(UsageError, match="shape"):
        partition_plane(nn.Linear(3, 2), BOX)


def test_more_regions_than_the_limit_stop_with_the_count_so_far():
    module = lines(*np.random.default_rng(0).normal(size=(200, 3)))
    with pytest.raises(UsageError, match=r"1,000 regions"):
        partition_plane(module, BOX, limit=1_000)
    n = partition_plane(module, BOX).n_regions
    assert partition_plane(module, BOX, limit=n).n_regions == n
    with pytest.raises(UsageError, match="limit"):
        partition_plane(module, BOX, limit=n - 1)


def test_the_limit_holds_in_deep_layers_too():
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
    n = partition_plane(module, BOX).n_regions
    assert partition_plane(module, BOX, limit=n).n_regions == n
    with pytest.raises(UsageError, match="limit"):
        partition_plane(module, BOX, limit=n - 1)
