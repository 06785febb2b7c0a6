"""What Series 1 shows: of every network its counts, of small ones their neurons one by one, and what needs no network.

A network gets the drawings that its own layers allow; the rules below are about shapes, never about names.
"""

from generators.exhibit import Exhibit, Figure, Json, Profile
from generators.networks.subject import Layer, Subject

LEGIBLE = {"linear": (16, 24), "mlp": (6, 6)}
"""The most rows and columns of a matrix whose weights can still be read one by one."""
LEGIBLE_KERNELS, LEGIBLE_SIDE, LEGIBLE_MAP, LEGIBLE_BAND, LEGIBLE_HIDDEN = 16, 5, 25, 12, 16
"""The same for kernels and their side, their maps, the side of a map written as a matrix, and recurrent neurons."""


def exhibits(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """List the exhibits of one network, or with ``REFERENCE`` those that depend on no network."""
    if subject.kind == "reference":
        return _reference(profile)
    if not subject.has_data or any(layer.output_shape is None for layer in subject.layers):
        return (_counts(),)  # without data of its own there is nothing to watch it do
    weighted = [layer for layer in subject.layers if layer.weight_shape]
    return (
        _counts(),
        *_perceptron(subject.layers, weighted),
        *_linear(weighted),
        *_convolution(weighted),
        *_pointwise(weighted),
        *_recurrent(weighted),
    )


def _counts() -> Exhibit:
    return Exhibit(
        "counting",
        "analysis.counting:count_network",
        (
            Figure(
                "counts",
                "figures.counting:counts",
                "A table of the network's layers, with neurons and synapses.",
                "Neurons and synapses, layer by layer",
            ),
            Figure(
                "counts-by-layer",
                "figures.counting:counts_by_layer",
                "For every layer a mark for its neurons and a mark for its synapses on a logarithmic axis.",
                "From neurons to synapses",
            ),
            Figure(
                "inspect-output",
                "figures.counting:inspect_output",
                "What the command line prints: a tree of the network's layers with neurons, synapses and connections.",
                "The same, as the command line prints it",
            ),
        ),
        "facts.counting:counts",
    )


def _perceptron(layers: tuple[Layer, ...], weighted: list[Layer]) -> tuple[Exhibit, ...]:
    """Draw the whole network where it is nothing but a few small linear layers with ReLU between them."""
    plain = all(layer.type in {"Linear", "ReLU"} for layer in layers)
    if not plain or not 2 <= len(weighted) <= 4 or not all(_fits(layer, LEGIBLE["mlp"]) for layer in weighted):
        return ()
    number = {2: "two", 3: "three", 4: "four"}[len(weighted)]
    drawn = Figure(
        f"mlp-{number}",
        "figures.mlp:perceptron",
        "A row of weight matrices above the same network as circles joined by lines, for one input; closed ReLU "
        "gates are bars behind which the lines fade.",
        "The whole network, as matrices and as neurons",
    )
    return (Exhibit("mlp", "analysis.mlp:trace_perceptron", (drawn,), "facts.mlp:perceptron"),)


def _linear(weighted: list[Layer]) -> tuple[Exhibit, ...]:
    """Take the last layer apart where it is linear and small, in a network that looks at pictures."""
    if not any(layer.type == "Conv2d" for layer in weighted) or not _fits(weighted[-1], LEGIBLE["linear"]):
        return ()
    drawn = Figure(
        "linear-layer",
        "figures.linear:linear_layer",
        "A heatmap of weights, one row a neuron, beside the neurons joined to their inputs by lines; one row and "
        "its neuron stand out, and bars below show what each synapse adds to its sum.",
        "The last layer, one row a neuron",
    )
    params = {"layer": weighted[-1].path}
    return (Exhibit("linear", "analysis.linear:dissect_linear", (drawn,), "facts.linear:linear_layer", params),)


def _convolution(weighted: list[Layer]) -> tuple[Exhibit, ...]:
    """Show the first convolution where it reads one channel with a few small kernels."""
    match next((layer for layer in weighted if layer.type == "Conv2d"), None):
        case Layer(path=path, weight_shape=(out, 1, high, wide), output_shape=(_, *sides)) if (
            out <= LEGIBLE_KERNELS and high == wide <= LEGIBLE_SIDE and max(sides) <= LEGIBLE_MAP
        ):
            band = (_conv_as_matrix(path),) if max(sides) <= LEGIBLE_BAND else ()
            return (_activations(path), _kernels(path), *band)
    return ()


def _pointwise(weighted: list[Layer]) -> tuple[Exhibit, ...]:
    """Hold the first 1×1 convolution to a linear layer."""
    one = next(
        (layer for layer in weighted if layer.type == "Conv2d" and (layer.weight_shape or ())[2:] == (1, 1)), None
    )
    if one is None:
        return ()
    compare, facts = "analysis.convolution:compare_one_by_one", "facts.convolution:one_by_one"
    return (Exhibit("one-by-one", compare, (), facts, {"layer": one.path}),)


def _activations(path: str) -> Exhibit:
    drawn = Figure(
        "activations",
        "figures.activations:activations",
        "Four curves, identity, ReLU, tanh and GELU, each above a histogram of the same preactivations whose bars fade "
        "where the function is flat.",
        "The first layer’s preactivations through four functions",
    )
    return Exhibit(
        "activations", "analysis.activations:modify", (drawn,), "facts.activations:activations", {"layer": path}
    )


def _kernels(path: str) -> Exhibit:
    drawn = Figure(
        "kernels",
        "figures.convolution:kernels",
        "A picture beside the layer's kernels, each above the map it makes of the picture; below, one patch of the "
        "picture times one kernel gives one number of one map.",
        "The first layer’s kernels, and what they make of a picture",
    )
    return Exhibit(
        "kernels", "analysis.convolution:apply_kernels", (drawn,), "facts.convolution:kernels", {"layer": path}
    )


def _conv_as_matrix(path: str) -> Exhibit:
    drawn = Figure(
        "conv-as-matrix",
        "figures.convolution:conv_as_matrix",
        "A square matrix, empty but for three diagonal bands in which the same weights stand again and again, beside "
        "the picture, the kernel and the map that it connects.",
        "The same convolution as one matrix",
    )
    return Exhibit(
        "conv-as-matrix", "analysis.convolution:unroll", (drawn,), "facts.convolution:conv_as_matrix", {"layer": path}
    )


def _recurrent(weighted: list[Layer]) -> tuple[Exhibit, ...]:
    """Unroll a small plain recurrent layer that a linear layer reads out."""
    match weighted:
        case [Layer(type="RNN", weight_shape=(hidden, _)) as layer, Layer(type="Linear") as head] if (
            hidden <= LEGIBLE_HIDDEN
        ):
            drawn = Figure(
                "recurrent",
                "figures.recurrent:recurrent",
                "One layer whose output turns back into it, beside the same layer drawn once for each step of an "
                "input, with the probability of every answer above each.",
                "One layer, folded and unrolled",
            )
            params = {"layer": layer.path, "head": head.path}
            return (
                Exhibit("recurrent", "analysis.recurrent:read_rows", (drawn,), "facts.recurrent:recurrent", params),
            )
    return ()


def _reference(profile: Profile) -> tuple[Exhibit, ...]:
    """List what depends on no network: cells and blocks by shape, published counts, brains, spikes, energy."""
    return (*_shapes(), *_brains(), *_spikes(coarse=profile == "smoke"), *_energy())


def _shapes() -> tuple[Exhibit, ...]:
    gates = Figure(
        "gates",
        "figures.recurrent:gates",
        "The weights of an RNN, a GRU and an LSTM as one, three and four blocks of rows to the same scale, each block "
        "split into inputs and own outputs.",
    )
    block = Figure(
        "gpt-block",
        "figures.gpt_block:gpt_block",
        "A transformer block along its residual stream; attention and MLP opened to their matrices, drawn in "
        "proportion, with rows for neurons and columns for synapses.",
    )
    calculator = Figure(
        "calculator",
        "figures.gpt_block:calculator",
        "Counts of a transformer's neurons and synapses, part by part, for a shape that the reader chooses.",
    )
    table = Figure(
        "models-table",
        "figures.published:models_table",
        "A table of published networks with their neurons, synapses, synapses per neuron and parameters.",
    )
    cells: dict[str, Json] = {"n_inputs": 8, "n_hidden": 16}
    return (
        Exhibit("gates", "analysis.recurrent:count_gates", (gates,), "facts.recurrent:gates", cells),
        Exhibit("gpt-block", "analysis.gpt_block:open_block", (block,), "facts.gpt_block:block", {"network": "gpt3"}),
        Exhibit(
            "calculator", "analysis.gpt_block:list_presets", (calculator,), "facts.gpt_block:presets", {"shown": "gpt3"}
        ),
        Exhibit("published", "analysis.published:count_published", (table,), "facts.published:published"),
    )


def _brains() -> tuple[Exhibit, ...]:
    brains = Figure(
        "brains",
        "figures.brains:brains",
        "Neurons against synapses on logarithmic axes: published networks lie between the lines of 500 and 25,000 "
        "synapses per neuron; the human brain and neocortex lie far to their right.",
    )
    table = Figure(
        "brains-table",
        "figures.brains:brains_table",
        "A table of nervous systems with their neurons, synapses, ranges and sources.",
    )
    return (Exhibit("brains", "analysis.brains:compare", (brains, table), "facts.brains:ratios"),)


def _spikes(coarse: bool) -> tuple[Exhibit, ...]:
    code = Figure(
        "spike-code",
        "figures.spiking:spike_code",
        "Two trains of input spikes, the membrane voltage with its threshold, and the output spikes, for evenly spaced "
        "and for bunched input.",
    )
    grid = Figure(
        "spike-map",
        "figures.spiking:spike_map",
        "A grid of synaptic weight against number of input spikes; its colour is how many more spikes bunched input "
        "causes than even input.",
    )
    sign = Figure(
        "synapse-sign",
        "figures.spiking:synapse_sign",
        "An excitatory train makes a neuron fire until an inhibitory train, in the second half, silences it.",
    )
    ears = Figure(
        "coincidence",
        "figures.coincidence:coincidence",
        "A head, a sound on its left, and five neurons tuned from far left to far right; of their output spikes "
        "against the time between the two ears, only those of the neuron tuned to the left are not 0.",
    )
    cases: dict[str, Json] = {"weak": [10, 1.5], "medium": [20, 1.0], "strong": [20, 3.0], "draw": [20, 2.0]}
    settings: dict[str, Json] = {
        "n_spikes": list(range(2, 31, 8 if coarse else 2)),
        "weights": [step / 4 for step in range(1, 17, 5 if coarse else 1)],
    }
    return (
        Exhibit(
            "spike-code",
            "analysis.spiking:compare_codes",
            (code,),
            "facts.spiking:codes",
            {"cases": cases, "shown": "medium", "seed": 7},
        ),
        Exhibit("spike-map", "analysis.spiking:map_codes", (grid,), "facts.spiking:grid", settings),
        Exhibit("synapse-sign", "analysis.spiking:oppose_signs", (sign,), "facts.spiking:signs"),
        Exhibit(
            "coincidence",
            "analysis.coincidence:tune_bank",
            (ears,),
            "facts.coincidence:bank",
            {"step_ms": 0.05 if coarse else 0.01},
        ),
    )


def _energy() -> tuple[Exhibit, ...]:
    scale = Figure(
        "energy",
        "figures.energy:energy",
        "Ten amounts of energy on a logarithmic axis, from one answer of a language model through an hour and a life "
        "of a brain to the training of a network, each with the time that a brain runs on it.",
    )
    tolls = Figure(
        "memory-beside-computation",
        "figures.energy:memory_beside_computation",
        "Two pairs of squares to scale: fetching a weight beside multiplying it, in a processor, and sending spikes "
        "beside computing, in the human cortex; moving is the far larger square in both.",
    )
    return (
        Exhibit("energy", "analysis.energy:compare_energy", (scale,), "facts.energy:scale"),
        Exhibit("tolls", "analysis.energy:weigh_tolls", (tolls,), "facts.energy:tolls"),
    )


def _fits(layer: Layer, largest: tuple[int, int]) -> bool:
    """Tell whether a layer is linear and small enough."""
    match layer:
        case Layer(type="Linear", weight_shape=(rows, columns)):
            return rows <= largest[0] and columns <= largest[1]
    return False
