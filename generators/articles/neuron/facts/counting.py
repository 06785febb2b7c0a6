"""What the prose quotes of one network's count."""

from generators.articles.neuron.results.counting import NetworkCount
from generators.articles.neuron.results.outline import text
from generators.exhibit import Scalar


def counts(result: NetworkCount) -> dict[str, Scalar]:
    """The totals; ``inspect_output`` is what ``inspect`` prints, lines and all."""
    facts: dict[str, Scalar] = {
        "neurons": result.neurons,
        "synapses": result.synapses,
        "parameters": result.parameters,
        "other_parameters": result.other_parameters,
        "layers": len(result.modules),
        "inspect_output": text(result),
    }
    if result.synapses_per_neuron is not None:
        facts["synapses_per_neuron"] = result.synapses_per_neuron
    if result.nonzero_synapses is not None:
        facts["nonzero_synapses"] = result.nonzero_synapses
    if result.head is not None:
        facts |= {"head_neurons": result.head.neurons, "head_synapses": result.head.synapses}
    if result.active is not None:
        facts |= {"active_neurons": result.active.neurons, "active_synapses": result.active.synapses}
    if result.unrolled is not None and result.unrolled.connections is not None and result.unrolled.units is not None:
        facts |= {"units": result.unrolled.units, "connections": result.unrolled.connections}
        facts["input_shape"] = "×".join(map(str, result.input_shape or ()))
    return facts
