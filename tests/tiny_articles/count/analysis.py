import os
import time
from pathlib import Path

import numpy as np

from generators.progress import report

from .helper import total
from .results import Sums


def sum_weights(network, power=1, seconds=0.0, seed=0):
    """Sum each row of weights, raised to a power."""
    _note("sum_weights", network.name)
    for step in range(3):
        report(step + 1, 3, "rows")
        time.sleep(seconds / 3)
    rows = np.array([total(row) for row in np.asarray(network.weights) ** power])
    return Sums(rows, float(rows.sum()))


def fail(network):
    """Fail, as analyses do."""
    raise ValueError("the weights are in the wrong mood\nsecond line")


def die(network):
    """End the process without a word."""
    os._exit(7)


def _note(what, name):
    """Leave a trace that this ran, for tests that count."""
    if trace := os.environ.get("TINY_TRACE"):
        with Path(trace).open("a") as file:
            file.write(f"{what} {name}\n")
