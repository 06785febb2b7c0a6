"""Regions of networks of two inputs, as numbers."""

from generators.articles.multi_neuron.facts.checks import checked
from generators.articles.multi_neuron.results.layers import LayerByLayer, Sampled, ThroughTraining
from generators.exhibit import Scalar


def layers(result: LayerByLayer) -> dict[str, Scalar]:
    """Regions after each layer, the most there could be, and what random points find."""
    last = result.partitions[-1]
    facts: dict[str, Scalar] = {
        "n_regions": last.n_regions,
        "n_vertices": last.n_vertices,
        "n_edges": last.n_edges,
        "n_decided": result.decided.n_regions,
        "n_layers": len(result.partitions),
        "n_neurons": int(result.n_neurons.sum()),
        "bound": float(result.bound[-1]),
        "share_of_bound": last.n_regions / float(result.bound[-1]),
        "seen_share": int(result.n_seen[-1]) / last.n_regions,
        "missed_share": 1 - int(result.n_seen[-1]) / last.n_regions,
    }
    facts |= {f"n_regions_{k}": each.n_regions for k, each in enumerate(result.partitions, start=1)}
    return facts | checked(result.checks)


def training(result: ThroughTraining) -> dict[str, Scalar]:
    """Regions and accuracy before training, at their least, and after it."""
    least = int(result.n_hidden.argmin())
    return {
        "n_times": len(result.steps),
        "n_steps": int(result.steps[-1]),
        "first_regions": int(result.n_hidden[0]),
        "last_regions": int(result.n_hidden[-1]),
        "growth": float(result.n_hidden[-1] / result.n_hidden[0]),
        "least_regions": int(result.n_hidden[least]),
        "least_step": int(result.steps[least]),
        "first_accuracy": float(result.accuracy[0]),
        "last_accuracy": float(result.accuracy[-1]),
        "chance": result.chance,
    }


def sampled(result: Sampled) -> dict[str, Scalar]:
    """What random points find of a network that others have counted too."""
    n = result.partition.n_regions
    facts: dict[str, Scalar] = {
        "n_regions": n,
        "n_vertices": result.partition.n_vertices,
        "n_edges": result.partition.n_edges,
        "n_seen": int(result.n_seen[-1]),
        "missed_share": 1 - int(result.n_seen[-1]) / n,
        "widths": " × ".join(map(str, result.widths)),
    }
    return facts | checked(result.checks)
