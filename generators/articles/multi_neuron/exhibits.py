"""What Series 3 shows: neurons that need no network, and how networks cut the space of their inputs."""

from hashlib import sha256
from math import prod
from pathlib import Path

from generators.exhibit import Exhibit, Figure, Json, Profile
from generators.networks import cards
from generators.networks.subject import Subject

READABLE = 12
"""The most neurons of a layer whose codes are drawn sign by sign."""
SMOOTH = {
    *("GELU", "SiLU", "Mish", "ELU", "SELU", "CELU", "Sigmoid", "Tanh", "Softplus", "Softmax", "LogSoftmax", "GLU"),
    *("LayerNorm", "GroupNorm", "RMSNorm", "InstanceNorm1d", "InstanceNorm2d", "LocalResponseNorm"),
    *("MultiheadAttention", "Embedding", "LSTM", "GRU", "RNN"),
}
"""Layers that are not piecewise linear, or read no numbers."""
FEW_NEURONS = 64
"""The most hidden neurons of a network whose regions are counted at every checkpoint of its training."""
MANY_ACTIVATIONS = (5_000, 20_000)
SLICE_REGIONS = (150_000, 10_000, 400)
"""About how many regions of a plane are wanted of networks with at most so many activations, or more."""
MATRIX = 2
"""Axes of a weight that maps inputs to outputs."""
DRAWS = 20_000
"""How many random layers are looked at for one that can be drawn legibly."""


def exhibits(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """List the exhibits of one network, or with ``REFERENCE`` those that depend on no network."""
    if subject.kind == "reference":
        return (
            _two_neurons(),
            _neurons_on_a_line(),
            _planes(),
            _random_regions(),
            _sampled(profile),
            _degenerate(),
            _cost(),
        )
    if not subject.has_data or any(layer.type in SMOOTH for layer in subject.layers):
        return _memory(subject, profile) if subject.has_data else ()
    return (*_regions(subject), *_layers(subject, profile), *_training(subject), *_slice(subject, profile))


def _two_neurons() -> Exhibit:
    drawn = Figure(
        "two-neurons",
        "figures.two_neurons:two_neurons",
        "Two neurons twice, as two lines over one input and as two planes over two inputs; each is red where its "
        "output is positive and blue where it is not, and the inputs from 0 on are yellow.",
    )
    return Exhibit("two-neurons", "analysis.two_neurons:place", (drawn,), "facts.two_neurons:pairs")


def _neurons_on_a_line() -> Exhibit:
    lines = Figure(
        "eight-neurons",
        "figures.eight_neurons:eight_neurons",
        "Eight lines over one input, solid red above zero and dashed blue below, cut by two inputs A and B; below, the "
        "signs of all eight at A and at B, of which only the third differs.",
    )
    boundary = Figure(
        "input-boundary",
        "figures.input_boundary:input_boundary",
        "The same eight lines over all inputs, a breakpoint where each crosses zero with an arrow to the side on which "
        "it is positive, and below a row for each neuron with its sign in every interval between breakpoints.",
    )
    return Exhibit(
        "neurons-on-a-line",
        "analysis.neurons_on_a_line:find_neurons",
        (lines, boundary),
        "facts.neurons_on_a_line:line",
        {"inputs": [0.3, 0.7], "quantile": 0.95, "n_draws": 20_000},
    )


def _planes() -> Exhibit:
    drawn = Figure(
        "planes",
        "figures.planes:planes",
        "Three planes over a square of two inputs, solid red above zero and dashed blue below; each meets zero in a "
        "line, drawn again on the floor below; beside them that floor from above, cut by the three lines into seven "
        "regions, each with three signs.",
    )
    params: dict[str, Json] = {"n_neurons": 3, "n_draws": DRAWS}
    return Exhibit("planes", "analysis.planes:draw_planes", (drawn,), "facts.planes:planes", params)


def _random_regions() -> Exhibit:
    drawn = Figure(
        "regions",
        "figures.regions:regions",
        "A square of two inputs cut into regions by eight numbered lines; a straight way leads from a region A, "
        "hatched sky blue, to a region B, hatched magenta, with a mark for each neuron that turns on or off along it; "
        "beside it the sign codes of both and a field of all 256 codes, of which few occur.",
    )
    params: dict[str, Json] = {"n_neurons": 8, "at_least": 20, "n_draws": DRAWS}
    return Exhibit("random-regions", "analysis.regions:draw_regions", (drawn,), "facts.regions:regions", params)


def _degenerate() -> Exhibit:
    drawn = Figure(
        "degenerate",
        "figures.degenerate:degenerate",
        "Sixteen lines through the origin of a square, and beside it the origin magnified, where their computed "
        "crossings lie at many points instead of one; below, five smaller squares, cut by lines that meet, coincide or "
        "run along the edge. Under each the right number of regions and the larger one of a careless count.",
    )
    return Exhibit("degenerate", "analysis.degenerate:cut_by_hand", (drawn,), "facts.degenerate:degenerate")


def _cost() -> Exhibit:
    drawn = Figure(
        "cost",
        "figures.cost:cost",
        "CPU seconds against regions, both logarithmic, one mark for each tool and network. Ours lie lowest, but for "
        "the smallest networks, near the line of a million regions per second; SplineCam's lie highest.",
    )
    table = Figure(
        "cost-table",
        "figures.cost:cost_table",
        "A row for each network and tool: regions, CPU seconds, how many times ours, regions per second, memory, and "
        "whether it counts as we do.",
    )
    measured = Path(__file__).with_name("analysis") / "measured.json"
    params: dict[str, Json] = {"measured": sha256(measured.read_bytes()).hexdigest()[:16]}
    return Exhibit("cost", "analysis.cost:read_measured", (drawn, table), "facts.cost:cost", params)


def _regions(subject: Subject) -> tuple[Exhibit, ...]:
    """Show the regions of a network of two inputs and one hidden layer, small enough for its codes to be read."""
    weighted = [layer for layer in subject.layers if layer.weight_shape]
    if subject.kind != "plane" or not subject.has_data or [layer.type for layer in weighted] != ["Linear", "Linear"]:
        return ()
    (n, inputs), (_, read) = (layer.weight_shape or () for layer in weighted)
    if inputs != 2 or read != n or n > READABLE:
        return ()
    drawn = Figure(
        "regions",
        "figures.regions:regions",
        f"The inputs around its data, cut into regions by the lines where its {n} hidden neurons are zero; a way leads "
        "from a region A to a region B, with a mark for each neuron that turns on or off along it, beside the sign "
        "codes of both and a field of all codes, of which few occur.",
        "The regions that its hidden layer cuts, and what changes between two of them",
    )
    return (
        Exhibit(
            "regions", "analysis.regions:cut_network", (drawn,), "facts.regions:regions", {"layer": weighted[0].path}
        ),
    )


def _sampled(profile: Profile) -> Exhibit:
    """Show what sampling misses on a network whose regions other programs have counted, too."""
    drawn = Figure(
        "regions-missed",
        "figures.layers:seen_by_sampling",
        "The share of a random network's regions in which at least one random point lies, rising with the number of "
        "points and still well below one at the end.",
    )
    params: dict[str, Json] = {"widths": [64, 64, 64], "points": 5_000 if profile == "smoke" else 200_000, "seed": 0}
    return Exhibit("sampled", "analysis.layers:sample_initial", (drawn,), "facts.layers:sampled", params)


def _layers(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """Cut the plane around the data of a network of two inputs, layer by layer."""
    if not _reads_points(subject):
        return ()
    regions = Figure(
        "layer-by-layer",
        "figures.layers:layer_by_layer",
        "The plane around the data cut into convex regions, after each hidden layer in turn and at last coloured by "
        "the network's answer, whose heavy boundary bends only where it meets the border of a region.",
        "The regions on which it is one linear map, layer by layer",
    )
    depth = Figure(
        "regions-by-depth",
        "figures.layers:regions_by_depth",
        "The number of regions after each hidden layer, on a logarithmic axis, below the most that layers of these "
        "widths could make.",
        "Regions after each layer, and the most there could be",
    )
    found = Figure(
        "regions-found",
        "figures.layers:seen_by_sampling",
        "The share of the network's regions in which at least one random point lies, against the number of points.",
        "How many of its regions random points find",
    )
    params: dict[str, Json] = {"points": 5_000 if profile == "smoke" else 200_000, "seed": 0}
    figures = (regions, depth, found) if len(_hidden(subject)) > 1 else (regions, found)
    return (Exhibit("layers", "analysis.layers:cut_layers", figures, "facts.layers:layers", params),)


def _training(subject: Subject) -> tuple[Exhibit, ...]:
    """Cut the plane at every checkpoint of a small bundled network's training."""
    if not _reads_points(subject) or subject.bundled is None or sum(_hidden(subject)) > FEW_NEURONS:
        return ()
    if not (taken := cards.read(subject.bundled).get("checkpoints")):
        return ()
    regions = Figure(
        "through-training",
        "figures.layers:through_training",
        "The plane around the data cut into regions coloured by the answer, at one of the moments of training that a "
        "slider chooses.",
        "Its regions while it learned",
    )
    counts = Figure(
        "regions-through-training",
        "figures.layers:regions_through_training",
        "Two curves against the step of training, the number of regions and the share of held-out points that is "
        "answered rightly.",
        "Regions and accuracy while it learned",
    )
    params: dict[str, Json] = {"bundled": subject.bundled, "checkpoints": taken["sha256"][:16]}
    analyse, facts = "analysis.layers:follow_training", "facts.layers:training"
    return (Exhibit("training", analyse, (regions, counts), facts, params),)


def _slice(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """Cut a plane through three pictures of three classes."""
    if subject.kind != "image-classifier" or len(subject.labels) <= MATRIX:
        return ()
    regions = Figure(
        "slice",
        "figures.slices:slice_regions",
        "The plane through three pictures, or a small window of it around the first where it has too many regions to "
        "be shown, cut into regions coloured by the answer.",
        "A plane through three of its pictures, cut exactly",
    )
    pictures = Figure(
        "slice-pictures",
        "figures.slices:slice_pictures",
        "A grid of pictures, what places all over the plane of the three look like, with the answer under each.",
        "What lies in the whole of that plane",
    )
    wanted = SLICE_REGIONS[sum(_activations(subject) > most for most in MANY_ACTIVATIONS)]
    params: dict[str, Json] = {
        "regions": min(wanted, 200) // 4 if profile == "smoke" else wanted,
        "points": 20_000 if wanted == SLICE_REGIONS[0] and profile != "smoke" else 200,
        "side": 5,
    }
    analyse, facts = "analysis.slices:cut_pictures", "facts.slices:pictures"
    return (Exhibit("slice", analyse, (regions, pictures), facts, params),)


def _memory(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """Cut the plane in which the inputs of a language model's middle MLP vary most, where a ReLU switches its keys."""
    mlps = _memories(subject)
    if subject.kind != "language-model" or not mlps:
        return ()
    drawn = Figure(
        "memory-plane",
        "figures.slices:memory_regions",
        "A plane of the residual stream cut into regions by the zero lines of an MLP's keys, the stronger the more "
        "keys are on, with the places of some tokens.",
        "Where its keys switch, on the plane in which their inputs vary most",
    )
    params: dict[str, Json] = {
        "layer": mlps[len(mlps) // 2],
        "sequences": 8 if profile == "smoke" else 64,
        "shown": 12,
        "points": 1_000 if profile == "smoke" else 20_000,
        "seed": 0,
    }
    return (Exhibit("memory", "analysis.memory:cut_memory", (drawn,), "facts.slices:memory", params),)


def _memories(subject: Subject) -> list[str]:
    """The paths of MLPs of keys and values, d to 4 d to d, as a GPT of this project has them."""
    shapes = {layer.path: layer.weight_shape for layer in subject.layers}
    found = []
    for path, shape in shapes.items():
        parent, _, name = path.rpartition(".")
        if name == "key" and shape and shape[0] == 4 * shape[1] and shapes.get(f"{parent}.value") == shape[::-1]:
            found.append(parent)
    return found


def _hidden(subject: Subject) -> list[int]:
    """Neurons of each layer that has a matrix of weights, but for the last."""
    shapes = [layer.weight_shape for layer in subject.layers if len(layer.weight_shape or ()) == MATRIX]
    return [shape[0] for shape in shapes[:-1] if shape]


def _reads_points(subject: Subject) -> bool:
    """Tell whether an input is two numbers: the first layer that has weights says so."""
    if subject.kind not in ("classifier", "plane") or not _hidden(subject):
        return False
    first = next(layer.weight_shape for layer in subject.layers if len(layer.weight_shape or ()) == MATRIX)
    return first is not None and first[1] == 2


def _activations(subject: Subject) -> int:
    """How many numbers the layers that have weights give of one input: what a run of the network costs, roughly."""
    return sum(prod(layer.output_shape) for layer in subject.layers if layer.weight_shape and layer.output_shape)
