"""A convolution is its matrix; a 1 × 1 convolution is a linear layer; a map is a sum over patches."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from generators.articles.neuron.analysis import convolution
from generators.articles.neuron.analysis.convolution import geometry, patches, place_weights, unrolled_matrix
from generators.articles.neuron.analysis.listening import array
from generators.articles.neuron.facts import convolution as facts
from generators.articles.neuron.figures import convolution as figures
from generators.errors import UsageError
from generators.networks import load


@pytest.fixture(scope="module")
def network():
    return load("digits-net")


@pytest.fixture(scope="module")
def kernels(network):
    return convolution.apply_kernels(network, "conv1")


@pytest.fixture(scope="module")
def unrolled(network):
    return convolution.unroll(network, "conv1")


shapes = st.fixed_dictionaries(
    {
        "in_channels": st.integers(1, 3),
        "out_channels": st.integers(1, 3),
        "kernel_size": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "stride": st.integers(1, 2),
        "padding": st.integers(0, 2),
        "dilation": st.integers(1, 2),
        "bias": st.booleans(),
    }
)


def place_by_hand(module: nn.Conv2d, height: int, width: int) -> np.ndarray:
    """Walk over places, channels and taps: the same as ``place_weights``, by index arithmetic."""
    (kh, kw), s, p, d = module.kernel_size, module.stride[0], int(module.padding[0]), module.dilation[0]
    rows = (height + 2 * p - d * (kh - 1) - 1) // s + 1
    columns = (width + 2 * p - d * (kw - 1) - 1) // s + 1
    sources = np.full((rows * columns, module.in_channels * height * width), -1)
    for r in range(rows):
        for c in range(columns):
            for channel in range(module.in_channels):
                for i in range(kh):
                    for j in range(kw):
                        y, x = r * s - p + i * d, c * s - p + j * d
                        if 0 <= y < height and 0 <= x < width:
                            pixel = (channel * height + y) * width + x
                            sources[r * columns + c, pixel] = (channel * kh + i) * kw + j
    return sources


@given(shapes, st.integers(5, 7), st.integers(5, 7), st.integers(0, 10_000))
def test_the_matrix_is_the_convolution(shape, height, width, seed):
    torch.manual_seed(seed)
    module = nn.Conv2d(**shape, dtype=torch.float64)
    sources = place_weights(module, (shape["in_channels"], height, width))
    np.testing.assert_array_equal(sources, place_by_hand(module, height, width))
    x = torch.randn(shape["in_channels"], height, width, dtype=torch.float64)
    bias = 0 if module.bias is None else module.bias.detach()[:, None, None].numpy()
    maps = module(x[None])[0].detach().numpy() - bias
    product = unrolled_matrix(array(module.weight), sources) @ x.flatten().numpy()
    np.testing.assert_allclose(product, maps.ravel(), atol=1e-12)


@given(st.integers(1, 3), st.integers(0, 2), st.integers(1, 3), st.integers(1, 2), st.integers(0, 10_000))
def test_patches_times_weights_are_the_map(side, padding, stride, dilation, seed):
    torch.manual_seed(seed)
    module = nn.Conv2d(1, 2, side, stride=stride, padding=padding, dilation=dilation, dtype=torch.float64)
    assert geometry(module) == (side, padding, stride, dilation)
    x = torch.randn(9, 8, dtype=torch.float64)
    sums = np.einsum("hwij,oij->ohw", patches(x.numpy(), side, padding, stride, dilation), array(module.weight)[:, 0])
    maps = module(x[None, None])[0].detach().numpy()
    np.testing.assert_allclose(sums + array(module.bias)[:, None, None], maps, atol=1e-12)


@pytest.mark.parametrize("padding", ["same", "valid"])
def test_padding_in_words_is_a_number(padding):
    assert geometry(nn.Conv2d(1, 1, 5, padding=padding)) == (5, 2 if padding == "same" else 0, 1, 1)


@pytest.mark.parametrize("odd", [{"kernel_size": (1, 3)}, {"kernel_size": 3, "padding": 1, "padding_mode": "reflect"}])
def test_what_cannot_be_drawn_is_refused(odd):
    with pytest.raises(UsageError, match="square kernels"):
        geometry(nn.Conv2d(1, 1, **odd))


def test_lenet_c1_has_117600_connections():
    """LeCun et al. 1998: 6 neurons, 5 × 5, on 32 × 32 pixels; with biases 122,304."""
    module = nn.Conv2d(1, 6, 5)
    sources = place_weights(module, (1, 32, 32))
    assert module.weight.numel() == 150
    assert 6 * int((sources >= 0).sum()) == 117_600
    assert 6 * int((sources >= 0).sum()) + 6 * len(sources) == 122_304


def test_the_measured_matrix_has_the_closed_forms(unrolled):
    said = facts.conv_as_matrix(unrolled)
    assert (said["rows"], said["columns"], said["synapses"]) == (512, 64, 72)
    assert said["connections"] == 8 * (3 * 8 - 2) ** 2
    assert said["nonzero_share"] == said["connections"] / (512 * 64)
    assert said["difference_float64"] < 1e-12
    assert said["difference_float32"] < 1e-5


def test_a_wrong_weight_in_the_matrix_would_be_measured(network, unrolled):
    matrix = unrolled_matrix(unrolled.weight, unrolled.sources)
    x = network.dataset.test.x
    assert convolution._difference(network.module.conv1, matrix, x, torch.float64) < 1e-12
    matrix[0, np.flatnonzero(matrix[0])[0]] += 0.25
    assert (
        convolution._difference(network.module.conv1, matrix, x, torch.float32) == 0
    )  # the first corner is blank paper
    matrix[27, np.flatnonzero(matrix[27])[4]] += 0.25
    assert convolution._difference(network.module.conv1, matrix, x, torch.float32) > 0.2


def test_a_map_is_the_sum_over_the_patch(kernels):
    shown = kernels.responses[kernels.shown]
    z = (kernels.patch * kernels.weight[kernels.neuron, 0]).sum() + kernels.bias[kernels.neuron]
    assert z == pytest.approx(shown.maps[kernels.neuron, kernels.row, kernels.column], abs=1e-5)
    assert shown.maps.max() == shown.maps[kernels.neuron, kernels.row, kernels.column]
    assert 0 < kernels.largest_sum_error < 1e-5


def test_moving_the_picture_moves_the_map(network):
    """Away from the border the neuron sees the same thing one pixel on."""
    x = network.dataset.test.x[:20]
    moved = torch.roll(x, 1, dims=-1)
    with torch.no_grad():
        here, there = network.module.conv1(x), network.module.conv1(moved)
    torch.testing.assert_close(here[..., 1:6], there[..., 2:7])


def test_kernels_say_how_many_neurons_and_synapses(kernels):
    said = facts.kernels(kernels)
    assert (said["neurons"], said["synapses_per_neuron"], said["synapses"], said["units"]) == (8, 9, 72, 512)


def test_one_by_one_is_a_linear_neuron(network):
    said = facts.one_by_one(convolution.compare_one_by_one(network, "mix"))
    assert (said["neurons"], said["synapses"]) == (16, 256)
    assert said["comparisons"] == 355 * 16 * 16
    assert said["difference_float64"] < 1e-12
    assert said["difference_float32"] < 1e-4 < said["largest_activation"]


def test_one_by_one_does_not_care_where_a_pixel_stands(network):
    x = torch.randn(4, 16, 4, 4)
    order = torch.randperm(16)
    shuffled = x.flatten(2)[:, :, order].reshape(x.shape)
    with torch.no_grad():
        plain, mixed = network.module.mix(x), network.module.mix(shuffled)
    torch.testing.assert_close(plain.flatten(2)[:, :, order], mixed.flatten(2))


def test_a_wider_kernel_is_not_a_linear_neuron(network):
    """The comparison can fail: give it a 3 × 3 convolution whose centre is all it may use."""
    module = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1))
    wide = SimpleNamespace(module=module, dataset=SimpleNamespace(test=SimpleNamespace(x=network.dataset.test.x)))
    assert convolution.compare_one_by_one(wide, "0").difference_float64 > 1e-3


def test_drawings_hold_kernels_maps_and_shared_weights(kernels, unrolled):
    drawn = figures.kernels(kernels)
    assert drawn.svg.count("data-map=") == drawn.narrow.count("data-map=") == 8
    assert len(drawn.rows) == 72
    matrix = figures.conv_as_matrix(unrolled)
    for picture in (matrix.svg, matrix.narrow):
        shared = [part for part in picture.split("<path") if "data-shared=" in part]
        assert len(shared) == 9
        assert sum(part.count("h.01") for part in shared) == (3 * 8 - 2) ** 2
