"""What the prose says of networks beside brains."""

from generators.articles.neuron.results.brains import Comparison
from generators.exhibit import Scalar


def ratios(comparison: Comparison) -> dict[str, Scalar]:
    """Set GPT-3 and the largest network against the human neocortex and brain."""
    brains = {count.name: count for count in comparison.brains}
    networks = {count.name: count for count in comparison.networks}
    gpt3, cortex, brain = networks["GPT-3 175B"], brains["human neocortex"], brains["human brain"]
    largest = max(comparison.networks, key=lambda count: count.synapses)
    densest = max(comparison.networks, key=lambda count: count.synapses_per_neuron)
    fly = brains["fruit fly"]
    return {
        "brains": len(brains),
        "networks": len(networks),
        "cortical_mean": comparison.cortical_mean,
        "cortex_neurons": cortex.neurons,
        "cortex_synapses": cortex.synapses,
        "cortex_per_neuron": cortex.synapses_per_neuron,
        "brain_neurons": brain.neurons,
        "brain_synapses_lowest": brain.synapses_range[0] if brain.synapses_range else brain.synapses,
        "brain_synapses_highest": brain.synapses_range[1] if brain.synapses_range else brain.synapses,
        "gpt3_per_neuron_over_cortex": gpt3.synapses_per_neuron / comparison.cortical_mean,
        "cortex_neurons_over_gpt3": cortex.neurons / gpt3.neurons,
        "cortex_synapses_over_gpt3": cortex.synapses / gpt3.synapses,
        "brain_neurons_over_gpt3": brain.neurons / gpt3.neurons,
        "simple_product": brain.neurons * comparison.cortical_mean,
        "fly_per_neuron": fly.synapses_per_neuron,
        "gpt3_synapses_over_fly": gpt3.synapses / fly.synapses,
        "largest_network": largest.name,
        "largest_network_synapses": largest.synapses,
        "densest_network": densest.name,
        "densest_network_per_neuron": densest.synapses_per_neuron,
    }
