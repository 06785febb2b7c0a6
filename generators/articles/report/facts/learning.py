"""Where training began, where it ended, and how soon it was nearly there."""

import numpy as np

from generators.articles.report.results.learning import Learning
from generators.exhibit import Scalar


def learning(result: Learning) -> dict[str, Scalar]:
    """Accuracy before and after, and the first checkpoint at nine tenths of what was gained in all."""
    first, last = float(result.test[0]), float(result.test[-1])
    near = int(np.argmax(result.test >= first + 0.9 * (last - first)))
    return {
        "checkpoints": len(result.steps),
        "first_accuracy": first,
        "last_accuracy": last,
        "steps": int(result.steps[-1]),
        "steps_to_nine_tenths": int(result.steps[near]),
    }
