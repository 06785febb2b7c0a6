"""What the prose quotes of published networks; the source's slip is computed, not copied.

The source printed Q, K, V and O as 61,440 = 5d neurons, which is the feed-forward part's number, and so 10d a block.
"""

from generators.articles.neuron.results.published import FirstLayer, Published, PublishedNetwork
from generators.exhibit import Scalar


def published(result: Published) -> dict[str, Scalar]:
    """Every network's counts by name; then GPT-3 in detail, and the first layers of LeNet-5 and ResNet-50."""
    gpt3, d, layers = result.network("gpt3"), result.gpt3_d_model, result.gpt3_n_layers
    source_neurons = layers * (5 * d + 5 * d)
    checked = [network for network in result.networks if network.formula_synapses is not None]
    agreeing = [
        network
        for network in checked
        if (network.formula_neurons, network.formula_synapses) == (network.neurons, network.synapses)
    ]
    facts: dict[str, Scalar] = {"n_networks": len(result.networks)}
    for network in result.networks:
        facts |= _of_network(network)
    facts |= {
        "formulas_checked": len(checked),
        "formulas_agreeing": len(agreeing),
        "gpt3_d_model": d,
        "gpt3_layers": layers,
        "gpt3_attention_neurons": result.gpt3_attention_neurons,
        "gpt3_attention_synapses": result.gpt3_attention_synapses,
        "gpt3_mlp_neurons": result.gpt3_mlp_neurons,
        "gpt3_mlp_synapses": result.gpt3_mlp_synapses,
        "gpt3_block_neurons": result.gpt3_attention_neurons + result.gpt3_mlp_neurons,
        "gpt3_block_synapses": result.gpt3_attention_synapses + result.gpt3_mlp_synapses,
        "gpt3_source_attention_neurons": 5 * d,
        "gpt3_source_neurons": source_neurons,
        "gpt3_source_synapses_per_neuron": gpt3.synapses / source_neurons,
        "gpt3_parameters_gpt2_shaped": gpt3.parameters,
        "gpt3_other_parameters": gpt3.parameters - gpt3.synapses,
        "gpt3_embedding_parameters": gpt3.head_synapses,
        "gpt3_embedding_share_of_others": gpt3.head_synapses / (gpt3.parameters - gpt3.synapses),
        "mixtral_seen_by_linear_only": result.seen_by_linear_only,
    }
    return facts | _of_layer("lenet_c1", result.lenet_c1) | _of_layer("resnet_conv1", result.resnet_conv1)


def _of_network(network: PublishedNetwork) -> dict[str, Scalar]:
    name = network.name.replace("-", "_")
    facts: dict[str, Scalar] = {
        f"{name}_neurons": network.neurons,
        f"{name}_synapses": network.synapses,
        f"{name}_synapses_per_neuron": network.synapses_per_neuron,
        f"{name}_parameters": network.parameters,
        f"{name}_source": f"{network.source}, {network.year}",
    }
    if network.head_neurons:
        facts |= {f"{name}_head_neurons": network.head_neurons, f"{name}_head_synapses": network.head_synapses}
    if network.active_synapses != network.synapses:
        facts |= {f"{name}_active_neurons": network.active_neurons, f"{name}_active_synapses": network.active_synapses}
    if network.unrolled_synapses != network.synapses:
        facts |= {
            f"{name}_unrolled_neurons": network.unrolled_neurons,
            f"{name}_unrolled_synapses": network.unrolled_synapses,
        }
    return facts


def _of_layer(name: str, layer: FirstLayer) -> dict[str, Scalar]:
    return {
        f"{name}_neurons": layer.neurons,
        f"{name}_synapses": layer.synapses,
        f"{name}_parameters": layer.parameters,
        f"{name}_units": layer.units,
        f"{name}_connections": layer.connections,
        f"{name}_connections_with_bias": layer.connections_with_bias,
        f"{name}_real_connections": layer.real_connections,
        f"{name}_padding_connections": layer.connections - layer.real_connections,
    }
