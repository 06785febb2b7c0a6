"""Follow real inputs through a multi-layer perceptron: y = W_L relu(… relu(W_1 x + b_1)) + b_L."""

from collections.abc import Sequence

import numpy as np
from torch import nn

from generators.articles.neuron.analysis.listening import array
from generators.articles.neuron.results.mlp import Passage, Perceptron
from generators.errors import UsageError
from generators.networks import Network


def trace_perceptron(network: Network) -> Perceptron:
    """Read the weights, and take the surest and the least sure held-out input of each class through them.

    Raises ``UsageError`` for a network that is more than linear layers with ReLU between them.
    """
    test = network.dataset.test
    features_shape = test.raw.shape[1:]  # one mean may stand for all features
    mean, scale = (
        np.broadcast_to(np.array(each), features_shape).copy() for each in (network.dataset.mean, network.dataset.std)
    )
    weights, biases = _linear_layers(network.module)
    logits = array(network.module(test.x.to(network.device)))
    every = [flow(weights, x, biases) for x in (test.raw - mean) / scale]
    _check(network, np.array([z[-1] for z, _ in every]), logits)
    probabilities = np.array([softmax(z[-1]) for z, _ in every])
    truth = test.y.numpy()
    passages = tuple(
        Passage(
            name=f"{network.labels[truth[k]]}, {how} (no. {k + 1})",
            label=network.labels[truth[k]],
            raw=test.raw[k],
            preactivations=every[k][0],
            activations=every[k][1],
            probabilities=probabilities[k],
        )
        for k, how in _surest_and_least_sure(probabilities, truth)
    )
    features = [_name_and_unit(text) for text in network.dataset.features] or [
        (f"input {j + 1}", "") for j in range(weights[0].shape[1])
    ]
    raw = np.concatenate([network.dataset.train.raw, test.raw])
    return Perceptron(
        weights=weights,
        biases=biases,
        features=tuple(name for name, _ in features),
        units=tuple(unit for _, unit in features),
        labels=tuple(network.labels),
        mean=mean,
        scale=scale,
        lowest=raw.min(0),
        highest=raw.max(0),
        passages=passages,
        shown=_most_telling(passages),
        largest_weight=float(max(np.abs(w).max() for w in weights)),
        largest_activation=float(max(np.abs(a).max() for _, activations in every for a in activations)),
        check_raw=test.raw,
        check_logits=logits,
        accuracy=network.quality["accuracy"],
        chance=network.quality["chance"],
    )


def flow(
    weights: Sequence[np.ndarray], x: np.ndarray, biases: Sequence[np.ndarray] | None = None
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Take one input through: every layer's preactivations, and every activation from the input to the output."""
    preactivations, activations = [], [x]
    for depth, weight in enumerate(weights):
        z = weight @ activations[-1] + (biases[depth] if biases else 0)
        preactivations.append(z)
        activations.append(z if depth == len(weights) - 1 else np.maximum(z, 0))
    return tuple(preactivations), tuple(activations)


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def _linear_layers(module: nn.Module) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    layers = [each for each in module.modules() if isinstance(each, nn.Linear)]
    biases = (np.zeros(each.out_features) if each.bias is None else array(each.bias) for each in layers)
    return tuple(array(each.weight) for each in layers), tuple(biases)


def _check(network: Network, mine: np.ndarray, logits: np.ndarray) -> None:
    off = float(np.abs(mine - logits).max())
    if off > 1e-3 * max(1.0, float(np.abs(logits).max())):
        raise UsageError(
            f"network {network.name!r}: expected linear layers with ReLU between them and nothing else, but following "
            f"its weights that way misses its own output by {off:.2g}"
        )


def _name_and_unit(text: str) -> tuple[str, str]:
    """Split ``"petal length (cm)"``."""
    name, _, unit = text.partition(" (")
    return name, unit.removesuffix(")")


def _surest_and_least_sure(probabilities: np.ndarray, truth: np.ndarray) -> list[tuple[int, str]]:
    picked = []
    for label in range(probabilities.shape[1]):
        (members,) = np.nonzero(truth == label)
        order = members[np.argsort(probabilities[members, label], kind="stable")]
        picked += (
            [(int(k), how) for k, how in zip(order[[-1, 0]], ("clear", "doubtful"), strict=True)] if len(order) else []
        )
    return picked


def _most_telling(passages: tuple[Passage, ...]) -> int:
    """Prefer a rightly classified input that some gates stop and some pass."""

    def balance(passage: Passage) -> float:
        hidden = np.concatenate(passage.preactivations[:-1])
        return float(abs((hidden > 0).mean() - 0.6))

    return min(range(len(passages)), key=lambda k: (round(balance(passages[k]), 6), k))
