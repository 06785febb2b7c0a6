"""Cut the plane in which the inputs of a language model's MLP vary most by the keys of that MLP."""

import numpy as np
import torch
from torch import Tensor

from generators.articles.multi_neuron.analysis.checks import check
from generators.articles.multi_neuron.analysis.domain import Slice, example
from generators.articles.multi_neuron.analysis.piecewise import read
from generators.articles.multi_neuron.analysis.plane import partition_plane
from generators.articles.multi_neuron.results.slices import MemorySlice, Uncut
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.running import run

WIDE = 1.15
"""The window's half side, over the distance that all but a few of the inputs keep from the middle."""
MOST = 0.99


def cut_memory(network: Network, layer: str, sequences: int, shown: int, points: int, seed: int) -> MemorySlice | Uncut:
    """Partition the plane of the two strongest directions of what reaches the MLP ``layer``, after its norm.

    ``sequences`` held-out texts are read; ``shown`` of their tokens are marked, drawn by lot.
    """
    tokens = network.dataset.test.x[:sequences]
    inputs = _inputs(network, layer, tokens)  # (tokens, d)
    mean = inputs.mean(0)
    _, size, axes = np.linalg.svd(inputs - mean, full_matrices=False)
    places = (inputs - mean) @ axes[:2].T
    half = WIDE * float(np.quantile(np.abs(places).max(1), MOST))
    corners = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
    plane = Slice(mean, axes[0], axes[1], corners)
    module = network.module.get_submodule(layer)
    try:
        partition = partition_plane(module, plane, name=f"{network.name} {layer}")
    except UsageError as error:
        return Uncut(str(error))
    bits = partition.bits()
    inside = np.flatnonzero(np.abs(places).max(1) < half)
    marked = np.random.default_rng(seed).choice(inside, min(shown, len(inside)), replace=False)
    said = [network.labels[token] for token in tokens.flatten()[marked].tolist()]
    return MemorySlice(
        partition=partition,
        layer=layer,
        share=float((size[:2] ** 2).sum() / (size**2).sum()),
        places=places[marked],
        tokens=tuple(said),
        n_keys=partition.layers[0].size,
        n_inputs=inputs.shape[1],
        always=int(bits.all(0).sum()),
        never=partition.n_switches - int(bits.any(0).sum()),
        checks=check(partition, read(module, example(plane)), plane, points, seed),
    )


def _inputs(network: Network, layer: str, tokens: Tensor) -> np.ndarray:
    """What reaches a layer when texts are read: float64[all their tokens, d]."""
    found: list[Tensor] = []
    hook = network.module.get_submodule(layer).register_forward_hook(
        lambda _module, args, _output: found.append(args[0].cpu())
    )
    try:
        run(network.name, network.module, tokens, network.device)
    finally:
        hook.remove()
    return torch.cat([each.flatten(0, -2) for each in found]).double().numpy()
