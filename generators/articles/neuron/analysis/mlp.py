"""Follow real inputs through a multi-layer perceptron: y = W_L relu(… relu(W_1 x)), no biases."""

import numpy as np
import torch

from generators.articles.neuron.analysis.listening import array
from generators.articles.neuron.results.mlp import Passage, Perceptron
from generators.networks import Network


def trace_perceptron(network: Network) -> Perceptron:
    """Read the weights, and take the surest and the least sure held-out input of each class through them."""
    test = network.dataset.test
    mean, scale = np.array(network.dataset.mean), np.array(network.dataset.std)
    weights = tuple(_linear_weights(network.module))
    logits = array(network.module(test.x.to(network.device)))
    every = [flow(weights, x) for x in (test.raw - mean) / scale]
    probabilities = np.array([softmax(z[-1]) for z, _ in every])
    truth = test.y.numpy()
    passages = tuple(
        Passage(
            name=f"{network.labels[truth[k]]}, {how} (held-out flower {k + 1})",
            label=network.labels[truth[k]],
            raw=test.raw[k],
            preactivations=every[k][0],
            activations=every[k][1],
            probabilities=probabilities[k],
        )
        for k, how in _surest_and_least_sure(probabilities, truth)
    )
    raw = np.concatenate([network.dataset.train.raw, test.raw])
    return Perceptron(
        weights=weights,
        features=tuple(network.dataset.features),
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


def flow(weights: tuple[np.ndarray, ...], x: np.ndarray) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Take one input through: every layer's preactivations, and every activation from the input to the output."""
    preactivations, activations = [], [x]
    for depth, weight in enumerate(weights, start=1):
        preactivations.append(weight @ activations[-1])
        activations.append(preactivations[-1] if depth == len(weights) else np.maximum(preactivations[-1], 0))
    return tuple(preactivations), tuple(activations)


def softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def _linear_weights(module: torch.nn.Module) -> list[np.ndarray]:
    return [array(m.weight) for m in module.modules() if isinstance(m, torch.nn.Linear)]


def _surest_and_least_sure(probabilities: np.ndarray, truth: np.ndarray) -> list[tuple[int, str]]:
    picked = []
    for label in range(probabilities.shape[1]):
        (members,) = np.nonzero(truth == label)
        order = members[np.argsort(probabilities[members, label], kind="stable")]
        picked += [(int(order[-1]), "clear"), (int(order[0]), "doubtful")]
    return picked


def _most_telling(passages: tuple[Passage, ...]) -> int:
    """Prefer a rightly classified input that some gates stop and some pass."""

    def balance(passage: Passage) -> float:
        hidden = np.concatenate(passage.preactivations[:-1])
        return float(abs((hidden > 0).mean() - 0.6))

    return min(range(len(passages)), key=lambda k: (round(balance(passages[k]), 6), k))
