"""What the prose says of hearing where a sound is."""

from generators.articles.neuron.results.coincidence import CoincidenceBank
from generators.exhibit import Scalar


def bank(tuned: CoincidenceBank) -> dict[str, Scalar]:
    """Give the neuron's selectivity and the head's limit."""
    return {
        "membrane_ms": tuned.membrane.membrane_ms,
        "cycles": tuned.n_cycles,
        "half_width_ms": tuned.half_width_ms,
        "reach_ms": tuned.reach_ms,
        "head_radius_cm": 100 * tuned.head_radius_m,
        "single_peak": tuned.single_peak,
        "together_peak": tuned.together_peak,
        "neurons": len(tuned.best_ms),
        "shown_ms": tuned.shown_ms,
        "shown_spikes": int(tuned.counts[:, tuned.differences_ms == tuned.shown_ms].max()),
    }
