"""Read convolutions as neurons: (out, in, k, k) is out neurons of in · k · k synapses, applied at every place."""

import copy

import numpy as np
import torch
from torch import Tensor, nn

from generators.articles.neuron.analysis.examples import pictures, typical_and_misread
from generators.articles.neuron.analysis.listening import array, listen
from generators.articles.neuron.results.convolution import Kernels, OneByOne, Response, UnrolledConvolution
from generators.errors import UsageError
from generators.networks import Network

SHOWN = 3
"""The still shows the typical three."""


def apply_kernels(network: Network, layer: str) -> Kernels:
    """Slide the kernels of a first layer over real pictures, and take one place of one map apart."""
    module = network.module.get_submodule(layer)
    weight, bias = _weights(module)
    responses, shown = _responses(network, module)
    side, padding, stride, dilation = geometry(module)
    maps = responses[shown].maps
    seen = [patches(r.pixels, side, padding, stride, dilation) for r in responses]
    sums = [np.einsum("hwij,oij->ohw", patch, weight[:, 0]) + bias[:, None, None] for patch in seen]
    neuron, row, column = (int(k) for k in np.unravel_index(maps.argmax(), maps.shape))
    return Kernels(
        path=layer,
        weight=weight,
        bias=bias,
        padding=padding,
        stride=stride,
        dilation=dilation,
        responses=responses,
        shown=shown,
        neuron=neuron,
        row=row,
        column=column,
        patch=seen[shown][row, column],
        largest_weight=float(np.abs(weight).max()),
        largest_preactivation=max(float(np.abs(r.maps).max()) for r in responses),
        positions=maps[0].size,
        largest_sum_error=max(float(np.abs(z - r.maps).max()) for z, r in zip(sums, responses, strict=True)),
    )


def compare_one_by_one(network: Network, layer: str) -> OneByOne:
    """Apply a 1 × 1 convolution, and a linear layer with its weights at every place, to what really comes in."""
    module = network.module.get_submodule(layer)
    _, x, _ = listen(network.module, module, network.dataset.test.x)  # (n, in, height, width)
    y, difference = {}, {}
    for dtype in (torch.float32, torch.float64):
        convolution = copy.deepcopy(module).to("cpu", dtype).requires_grad_(False)
        y[dtype] = convolution(x.to(dtype))  # (n, out, height, width)
        rows = x.to(dtype).movedim(1, -1)  # (n, height, width, in)
        linear = nn.functional.linear(rows, convolution.weight[:, :, 0, 0], convolution.bias)
        difference[dtype] = float((y[dtype] - linear.movedim(-1, 1)).abs().max())
    return OneByOne(
        path=layer,
        neurons=module.out_channels,
        synapses=module.weight.numel(),
        comparisons=y[torch.float32].numel(),
        difference_float32=difference[torch.float32],
        difference_float64=difference[torch.float64],
        largest_activation=float(y[torch.float64].abs().max()),
    )


def unroll(network: Network, layer: str) -> UnrolledConvolution:
    """Write a first layer's convolution as one matrix, and measure that both give the same."""
    module = network.module.get_submodule(layer)
    weight, bias = _weights(module)
    responses, shown = _responses(network, module)
    x = network.dataset.test.x  # (n, 1, height, width)
    sources = place_weights(module, x.shape[1:])
    matrix = unrolled_matrix(weight, sources)
    maps = responses[shown].maps
    neuron, row, column = (int(k) for k in np.unravel_index(maps.argmax(), maps.shape))
    return UnrolledConvolution(
        path=layer,
        weight=weight,
        bias=bias,
        sources=sources,
        height=maps.shape[1],
        width=maps.shape[2],
        responses=responses,
        shown=shown,
        neuron=neuron,
        unit=row * maps.shape[2] + column,
        largest_preactivation=max(float(np.abs(r.maps).max()) for r in responses),
        rows=matrix.shape[0],
        columns=matrix.shape[1],
        synapses=weight.size,
        connections=len(weight) * int((sources >= 0).sum()),
        difference_float32=_difference(module, matrix, x, torch.float32),
        difference_float64=_difference(module, matrix, x, torch.float64),
    )


def place_weights(module: nn.Conv2d, shape: tuple[int, ...]) -> np.ndarray:
    """Find which weight joins which pixel to which place, by sending numbered weights over one lit pixel at a time.

    Holds for every padding, stride and dilation of an ungrouped convolution. Returns int64[places, pixels], -1 where
    there is no synapse.
    """
    numbered = copy.deepcopy(module).to("cpu", torch.float64)
    one = torch.arange(1, module.weight[0].numel() + 1, dtype=torch.float64).reshape(module.weight[0].shape)
    with torch.no_grad():
        numbered.weight.copy_(one.expand_as(numbered.weight))
        lit = torch.eye(int(np.prod(shape)), dtype=torch.float64).reshape(-1, *shape)
        seen = numbered(lit)[:, 0] - (0 if numbered.bias is None else numbered.bias[0])  # (pixels, height, width)
    return seen.flatten(1).T.round().long().numpy() - 1


def unrolled_matrix(weight: np.ndarray, sources: np.ndarray) -> np.ndarray:
    """Put every neuron's weights where ``sources`` says, float64[out · places, pixels]."""
    flat = weight.reshape(len(weight), -1)
    return np.where(sources >= 0, flat[:, sources], 0.0).reshape(-1, sources.shape[1])


def patches(pixels: np.ndarray, side: int, padding: int, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """Give what a square kernel sees at every place: float64[height, width, side, side]."""
    reach = dilation * (side - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(pixels, padding), (reach, reach))
    return windows[::stride, ::stride, ::dilation, ::dilation]


def geometry(module: nn.Conv2d) -> tuple[int, int, int, int]:
    """Give kernel side, padding, stride and dilation, each the same in both directions.

    Raises ``UsageError`` where they are not, or where the border is not padded with zeros.
    """
    side, stride, dilation = module.kernel_size, module.stride, module.dilation
    padding = module.padding
    if isinstance(padding, str):
        padding = tuple(d * (k - 1) // 2 if padding == "same" else 0 for k, d in zip(side, dilation, strict=True))
    even = module.padding == "same" and side[0] % 2 == 0
    if any(len(set(pair)) > 1 for pair in (side, padding, stride, dilation)) or module.padding_mode != "zeros" or even:
        raise UsageError(f"expected a convolution with square kernels and a border of zeros to draw, got {module}")
    return side[0], padding[0], stride[0], dilation[0]


def _difference(module: nn.Conv2d, matrix: np.ndarray, x: Tensor, dtype: torch.dtype) -> float:
    convolution = copy.deepcopy(module).to("cpu", dtype)
    with torch.no_grad():
        maps = convolution(x.to(dtype))
        bias = 0 if convolution.bias is None else convolution.bias.repeat_interleave(maps[0, 0].numel())
        product = x.to(dtype).flatten(1) @ torch.from_numpy(matrix).to(dtype).T + bias
    return float((maps.flatten(1) - product).abs().max())


def _weights(module: nn.Conv2d) -> tuple[np.ndarray, np.ndarray]:
    weight = array(module.weight)
    bias = np.zeros(len(weight)) if module.bias is None else array(module.bias)
    return weight, bias


def _responses(network: Network, module: nn.Conv2d) -> tuple[tuple[Response, ...], int]:
    test = network.dataset.test
    logits, _, maps = listen(network.module, module, test.x)
    picked = typical_and_misread(array(logits), test.y.numpy(), network.labels)
    pixels, ink = array(test.x[:, 0]), pictures(test.x)
    responses = tuple(Response(name, pixels[k], ink[k], array(maps[k])) for k, name in picked)
    return responses, min(SHOWN, len(responses) - 1)
