"""Put a bundled network's kept weights back, one checkpoint after the other, and measure each."""

import copy

import numpy as np

from generators.articles.report.results.learning import Learning
from generators.networks import Network
from generators.networks.checkpoints import load_checkpoints
from generators.networks.running import run
from generators.progress import report

EXAMPLES_AT_MOST = 4_000


def follow(network: Network, bundled: str, checkpoints: str) -> Learning:
    """Measure every checkpoint of ``bundled``; ``checkpoints`` is a hash of them, so that others are measured anew."""
    steps, states = load_checkpoints(bundled)
    module = copy.deepcopy(network.module)
    shares = []
    for done, state in enumerate(states):
        report(done, len(states), "checkpoints")
        module.load_state_dict(state)
        shares.append([_accuracy(network, module, split) for split in (network.dataset.test, network.dataset.train)])
    test, train = np.array(shares).T
    return Learning(np.array(steps, dtype=np.int64), test, train, network.dataset.chance)


def _accuracy(network: Network, module, split) -> float:
    x, y = split.x[:EXAMPLES_AT_MOST], split.y[:EXAMPLES_AT_MOST]
    return float((run(network.name, module, x, network.device).argmax(1) == y).double().mean())
