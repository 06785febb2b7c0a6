"""Cut the plane by a network of two inputs: layer by layer, through its training, and beside what random points see."""

import copy
from math import prod

import numpy as np
import torch
from torch import nn

from generators.articles.multi_neuron.analysis.checks import check, packed_codes, sample
from generators.articles.multi_neuron.analysis.domain import Domain, example
from generators.articles.multi_neuron.analysis.piecewise import Piecewise, read
from generators.articles.multi_neuron.analysis.plane import partition_layers, partition_plane
from generators.articles.multi_neuron.analysis.window import square
from generators.articles.multi_neuron.results.layers import LayerByLayer, Sampled, ThroughTraining
from generators.articles.multi_neuron.results.plane import PlanePartition
from generators.networks import Network
from generators.networks.checkpoints import load_checkpoints
from generators.networks.running import run
from generators.progress import report

STEPS = 12
"""At how many numbers of points the regions seen are counted."""


def cut_layers(network: Network, points: int, seed: int) -> LayerByLayer:
    """Partition the square around the data after each hidden layer, and try ``points`` random points of it."""
    domain = square(network)
    partitions = partition_layers(network.module, domain, name=network.name)
    widths = np.diff([0, *(layer.start + layer.size for layer in partitions[-1].layers)])
    known = read(network.module, example(domain), name=network.name)
    n_points, n_seen = seen(partitions[-1], known, domain, points, seed)
    return LayerByLayer(
        partitions=partitions,
        decided=partition_plane(network.module, domain, decision=True, name=network.name),
        n_neurons=widths,
        bound=np.array([float(prod(map(zaslavsky, widths[: k + 1].tolist()))) for k in range(len(widths))]),
        checks=check(partitions[-1], known, domain, points, seed),
        n_points=n_points,
        n_seen=n_seen,
        labels=network.labels,
        features=network.dataset.features or ("first number", "second number"),
    )


def zaslavsky(n: int) -> int:
    """The most regions into which n lines can cut a plane (Zaslavsky 1975): 1 + n + n(n − 1)/2."""
    return 1 + n + n * (n - 1) // 2


def seen(
    partition: PlanePartition, network: Piecewise, domain: Domain, points: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Count the regions that the first of ``points`` random points lie in, for growing numbers of them."""
    met = [
        code.tobytes()
        for _, found in packed_codes(partition, network, domain, sample(partition.domain, points, seed))
        for code in found
    ]
    n_points = np.unique(np.geomspace(min(points, 10), points, STEPS).round().astype(np.int64))
    first = {code: index for index, code in reversed(list(enumerate(met)))}
    order = np.sort(np.array(list(first.values())))
    return n_points, np.searchsorted(order, n_points)


def follow_training(network: Network, bundled: str, checkpoints: str) -> ThroughTraining:
    """Partition the square around the data at every checkpoint; ``checkpoints`` is a hash of them."""
    domain, test = square(network), network.dataset.test
    steps, states = load_checkpoints(bundled)
    module = copy.deepcopy(network.module)
    partitions, accuracy = [], []
    for done, state in enumerate(states):
        report(done, len(states), "checkpoints")
        module.load_state_dict(state)
        partitions.append(partition_plane(module, domain, decision=True, name=network.name))
        answers = run(network.name, module, test.x, network.device).argmax(1)
        accuracy.append(float((answers == test.y).double().mean()))
    return ThroughTraining(
        steps=np.array(steps, np.int64),
        partitions=tuple(partitions),
        n_hidden=np.array([each.layers[-2].n_regions for each in partitions]),
        accuracy=np.array(accuracy),
        chance=network.dataset.chance,
        labels=network.labels,
        features=network.dataset.features or ("first number", "second number"),
    )


def sample_initial(widths: list[int], points: int, seed: int) -> Sampled:
    """Partition the square from −1 to 1 by a network as torch initialises it, and try random points."""
    module, domain = initial(widths, seed), ((-1.0, 1.0), (-1.0, 1.0))
    partition = partition_plane(module, domain)
    known = read(module, example(domain))
    n_points, n_seen = seen(partition, known, domain, points, seed)
    return Sampled(partition, tuple(widths), seed, n_points, n_seen, check(partition, known, domain, points, seed))


def initial(widths: list[int], seed: int) -> nn.Module:
    """A network of two inputs with ReLU between layers of these widths, and one output, as torch initialises it."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        modules: list[nn.Module] = []
        for inputs, neurons in zip((2, *widths), widths, strict=False):
            modules += [nn.Linear(inputs, neurons), nn.ReLU()]
        return nn.Sequential(*modules, nn.Linear(widths[-1], 1))
