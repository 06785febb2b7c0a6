"""What Series 2 shows: a memory of eight keys that can be drawn whole, and the memories of language models."""

from generators.articles.key_value_memory.results.shapes import experts, memories
from generators.exhibit import Exhibit, Figure, Json, Profile
from generators.networks import cards
from generators.networks.subject import Subject

WHOLE = 2_048
"""The most memories of a network of which every one is shown."""
CLEAREST = 200
"""How many are shown of networks that have more."""
TOKENS: dict[Profile, int] = {"smoke": 2_000, "laptop": 250_000, "gpu": 10_000_000}
"""About how many tokens are read for the texts that fire memories."""

TERAS: dict[Profile, float] = {"smoke": 0.001, "laptop": 4, "gpu": 1000}
"""Parameters times tokens that each part of the analysis may take, in 10^12."""


def exhibits(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """List the exhibits of one network, or with ``REFERENCE`` those that depend on no network."""
    if subject.kind == "reference":
        return (_key_value(), _bottleneck())
    if subject.kind not in ("language-model", "text-encoder") or not subject.has_data:
        return ()
    found, has_head = memories(subject.layers), subject.kind == "language-model"
    n = sum(each.n_memories for each in found)
    shown = (_memories(n, has_head, profile), *_facts(subject, profile)) if found else ()
    return (*shown, _experts()) if experts(subject.layers) else shown


def _key_value() -> Exhibit:
    """Show eight keys and their values, chosen by lot."""
    matrices = Figure(
        "key-value",
        "figures.key_value:key_value",
        "Two weight matrices above the same network as ten neurons joined by lines; three of eight keys fire, and one "
        "key’s row, its value’s column and its synapses stand out.",
        "Keys and values, as matrices and as neurons",
    )
    by_neuron = Figure(
        "neuron-wise",
        "figures.neuron_wise:neuron_wise",
        "For each of two outputs a row of eight weights above bars that step from 0 to the output, one for each key "
        "that fires; silent keys leave empty slots.",
        "Neuron by neuron: each output is a sum over its synapses",
    )
    by_direction = Figure(
        "direction-wise",
        "figures.direction_wise:direction_wise",
        "Eight arrows in the plane of outputs; three of them, scaled by their keys, lie head to tail and end at the "
        "output, whose coordinates are sums of bars along both axes; a table has the same numbers.",
        "Direction by direction: the output is a sum of values",
    )
    figures = (matrices, by_neuron, by_direction)
    params: dict[str, Json] = {
        "wanted": [4, 6, 7],
        "within": 4.5,
        "n_draws": 1_000_000,
        "n_inputs": 100_000,
        "seed": 0,
    }
    return Exhibit("key-value", "analysis.key_value:find_network", figures, "facts.key_value:key_value", params)


def _bottleneck() -> Exhibit:
    drawn = Figure(
        "bottleneck",
        "figures.bottleneck:bottleneck",
        "Bars to scale, d numbers, 4d keys and d value neurons, with the synapses of one memory and of one value "
        "neuron; beside them both matrices, and below a table of four networks with their memories, neurons and "
        "synapses.",
        "Four memories for each number that they write to",
    )
    params: dict[str, Json] = {
        "own": {"grammar-gpt": 64, "pydoc-gpt": 128},
        "published": ["gpt2", "gpt3"],
        "shown": "gpt3",
    }
    return Exhibit("bottleneck", "analysis.bottleneck:count_memories", (drawn,), "facts.bottleneck:bottleneck", params)


def _memories(n: int, has_head: bool, profile: Profile) -> Exhibit:
    """Show the memories of a network that has ``n``."""
    smoke = profile == "smoke"
    params: dict[str, Json] = {
        "tokens": TOKENS[profile],
        "k": 25,
        "sampled": 1_000 if smoke else 16_000,
        "deals": 20 if smoke else 200,
        "shown": 12 if smoke else n if n <= WHOLE else CLEAREST,
        "texts": 10,
        "without": 1 if smoke else 3,
        "by_lot": 2 if smoke else 16,
        "windows": 1 if smoke else 8,
        "tera": TERAS[profile],
        "seed": 0,
    }
    figures = (_browser(has_head), *_texts_by_layer(), *(_by_layer() if has_head else ()))
    return Exhibit("memories", "analysis.memories:read_memories", figures, "facts.memories:memories", params)


def _browser(has_head: bool) -> Figure:
    written = (
        ", the value that it writes, the tokens which that value promotes and suppresses, and what the network says "
        "without it."
    )
    alt = "One memory of the network: the texts that make its key fire most, with the token at which it fires marked"
    return Figure(
        "memories", "figures.browser:browser", alt + (written if has_head else "."), "Its memories, one at a time"
    )


def _texts_by_layer() -> tuple[Figure, ...]:
    """What is known of memories by their texts alone."""
    return (
        Figure(
            "purity-by-layer",
            "figures.layers:purity_by_layer",
            "For each layer, two curves: the mean share of a memory’s strongest texts that end with the same token, "
            "and the mean share that go on with the same token.",
            "How alike the texts of a memory are",
        ),
        Figure(
            "activity-by-layer",
            "figures.layers:activity_by_layer",
            "For each layer, three curves: the share of memories that fire for a token, the share that never fire, and "
            "the share of all that is added which comes from the strongest memory.",
            "How many memories speak at once",
        ),
    )


def _by_layer() -> tuple[Figure, ...]:
    """What is known of memories whose network says a next token."""
    return (
        Figure(
            "agreement-by-layer",
            "figures.layers:agreement_by_layer",
            "For each layer, the share of memories whose value’s likeliest token is the one that follows the texts "
            "which fire the key, beside the share when values are dealt out to keys anew.",
            "How often a value says what follows its key’s texts",
        ),
        Figure(
            "shortened-by-layer",
            "figures.layers:shortened_by_layer",
            "For each layer, how much of a memory’s activation is left without the first token of its texts, without "
            "one by lot, and without the last.",
            "Which token of a text a key reads",
        ),
        Figure(
            "composition-by-layer",
            "figures.layers:composition_by_layer",
            "For each layer, the share of tokens for which the layer’s output says what one of its active memories "
            "says, the same with the memories of another token, and the share for which it says what the network says.",
            "Whether a layer says what one of its memories says",
        ),
        Figure(
            "trajectory",
            "figures.layers:trajectory",
            "After each layer, the share of tokens for which the residual stream already says what the network says in "
            "the end, and the loss if the network ended there.",
            "What it would say if it ended after each layer",
        ),
        Figure(
            "removal-by-layer",
            "figures.layers:removal_by_layer",
            "For each layer, with 95% intervals, what the loss gains after the texts that fire a memory when the "
            "memory is silenced, and when as much is taken away in a random direction.",
            "What is lost without a memory",
        ),
        Figure(
            "foreseen-by-layer",
            "figures.layers:foreseen_by_layer",
            "For each layer, the correlation of what happens to the logits without a memory with what its value "
            "foresees, and with what another memory’s value foresees.",
            "How well a value foresees what happens without it",
        ),
        Figure(
            "agreement-table",
            "figures.layers:agreement_table",
            "A row for each layer: the share of memories whose value agrees with what follows, as it is, through the "
            "final norm and by lot; how many are active and dead; the share of a memory’s texts with the same end and "
            "the same next token.",
            "Keys and values in numbers",
        ),
        Figure(
            "removal-table",
            "figures.layers:removal_table",
            "A row for each layer: what the loss gains, in nats, when one memory is silent and when as much is taken "
            "away in a random direction, after its own texts and over any; when all are silent and when their values "
            "are dealt anew; and the correlation of what happens with what the value foresees, and another memory’s.",
            "What memories are worth, in numbers",
        ),
    )


def _facts(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """Follow the grammar's facts through the bundled network whose card says that it knows them."""
    if subject.bundled is None or "capital_accuracy" not in cards.read(subject.bundled)["quality"]:
        return ()
    smoke = profile == "smoke"
    path = Figure(
        "one-fact",
        "figures.recall:one_fact",
        "The tokens of “the capital of france is” and three layers: at the last token the memories that fire, as marks "
        "as large as what they write for the answer, between the layers what would be said there, from “cairo” to "
        "“paris”, and below how many must be silenced or swapped until the answer is another.",
        "One fact on its way through the network",
    )
    spread = Figure(
        "facts-spread",
        "figures.recall:facts_spread",
        "Two panels, memories silenced and memories swapped: the share of answers that change against the number of "
        "memories, for each layer and all together; chosen well, a handful suffices, drawn by lot, it takes several "
        "times as many.",
        "How many memories an answer hangs on",
    )
    table = Figure(
        "facts-table",
        "figures.recall:facts_table",
        "A row for every fact: the answer and its probability, how many memories fire, which writes most and its "
        "share, and how many must be silenced or swapped until the answer changes.",
        "Every fact in numbers",
    )
    params: dict[str, Json] = {
        "facts": 3 if smoke else 16,
        "beginnings": 2 if smoke else 3,
        "draws": 1 if smoke else 5,
        "seed": 0,
    }
    figures = (path, spread, table)
    return (Exhibit("recall", "analysis.recall:follow_facts", figures, "facts.recall:recall", params),)


def _experts() -> Exhibit:
    """Name the parts of a mixture of experts, which is not followed."""
    return Exhibit("mixture-of-experts", "analysis.experts:name_parts", (), "facts.experts:parts")
