"""How the published networks' counts are shown as a table."""

from generators.articles.neuron.results.published import Published
from generators.drawing import Table


def models_table(result: Published) -> Table:
    """Every published network, most synapses first: the body's counts, one short line each."""
    rows = [
        {
            "Network": network.title,
            "Neurons": network.neurons,
            "Synapses": network.synapses,
            "Per neuron": network.synapses_per_neuron,
            "Active synapses": None if network.active_synapses == network.synapses else network.active_synapses,
            "Parameters": network.parameters,
            "Published": f"{network.source.partition(',')[0]} {network.year}",
        }
        for network in reversed(result.networks)
    ]
    integers = ("Neurons", "Synapses", "Active synapses", "Parameters")
    return Table(rows, dict.fromkeys(integers, ",d") | {"Per neuron": ",.1f"})
