"""What the prose says of spike timing and of the two signs of synapse."""

from generators.articles.neuron.results.spiking import SpikeCode, SpikeMap, SynapseSigns
from generators.exhibit import Scalar


def codes(code: SpikeCode) -> dict[str, Scalar]:
    """Name every case's counts: ``weak_uniform``, ``weak_bunched`` …"""
    facts: dict[str, Scalar] = {
        "membrane_ms": code.membrane.membrane_ms,
        "synapse_ms": code.membrane.synapse_ms,
        "refractory_ms": code.membrane.refractory_ms,
        "single_lift": code.single_lift,
    }
    for case in code.cases:
        facts |= {f"{case.name}_n_spikes": case.n_spikes, f"{case.name}_weight": case.weight}
        facts |= {
            f"{case.name}_{pattern.name}": count for pattern, count in zip(code.patterns, case.counts, strict=True)
        }
    return facts


def grid(spike_map: SpikeMap) -> dict[str, Scalar]:
    """Count the settings where bunching adds spikes, removes some and changes nothing, ``silent`` among the last."""
    difference = spike_map.difference
    return {
        "settings": int(difference.size),
        "more": int((difference > 0).sum()),
        "fewer": int((difference < 0).sum()),
        "unchanged": int((difference == 0).sum()),
        "silent": int(((spike_map.uniform == 0) & (spike_map.bunched == 0)).sum()),
        "largest_gain": int(difference.max()),
        "largest_loss": int(-difference.min()),
    }


def signs(opposed: SynapseSigns) -> dict[str, Scalar]:
    """Count the spikes during inhibition, and how strong it must be to silence the neuron."""
    silent = opposed.inhibitory_weights[opposed.counts == 0]
    during = opposed.run.spikes_ms >= opposed.inhibition_ms[0]
    return {
        "excitatory_weight": opposed.run.weights[0],
        "inhibitory_weight": opposed.run.weights[1],
        "spikes_before": int((~during).sum()),
        "spikes_during": int(during.sum()),
        "spikes_without_inhibition": int(opposed.counts[0]),
        "silencing_weight": float(silent.max()),
    }
