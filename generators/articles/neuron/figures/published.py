"""How the published networks' counts are shown as a table."""

from generators.articles.neuron.results.published import Published
from generators.drawing import Table


def models_table(result: Published) -> Table:
    """Every published network, fewest synapses first: the body's counts, the head's beside them."""
    rows = [
        {
            "Network": network.title,
            "Year": network.year,
            "Neurons": network.neurons,
            "Synapses": network.synapses,
            "Synapses per neuron": network.synapses_per_neuron,
            "Synapses used by one token": network.active_synapses,
            "Parameters": network.parameters,
            "Head: neurons": network.head_neurons,
            "Head: synapses": network.head_synapses,
            "Shape published by": network.source,
            "Name for inspect": f"spec:{network.name}",
        }
        for network in result.networks
    ]
    integers = ("Neurons", "Synapses", "Synapses used by one token", "Parameters", "Head: neurons", "Head: synapses")
    return Table(rows, dict.fromkeys(integers, ",d") | {"Synapses per neuron": ",.1f", "Year": "d"})
