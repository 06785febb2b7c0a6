"""A transformer block as neurons and synapses, and the shapes of published decoders for the calculator.

Every number comes from the published shapes in closed form (``generators.networks.spec``).
"""

from dataclasses import fields

from generators.articles.neuron.results.gpt_block import Calculator, GptBlock, Part, Preset
from generators.networks.spec import SHAPES, Decoder, Map, Spec, spec

PARTS = {
    "attention.query": ("Query", "what a token looks for: {d_head} numbers", "for each of {n_heads} heads"),
    "attention.key": ("Key of the attention", "what a token offers to later ones:", "{d_head} numbers a head"),
    "attention.value": ("Value of the attention", "what a token hands over", "to those that attend to it"),
    "attention.output": ("Output of the attention", "gathers the answers of all heads", "and adds to the stream"),
    "feed_forward.key": ("Key of the MLP", "each watches the stream for a pattern;", "its activation is a score"),
    "feed_forward.value": ("Value of the MLP", "each sums what the active keys say", "for one number of the stream"),
}
"""Path inside a block -> title, and what its neurons do, on two lines."""


def open_block(network: str = "gpt3") -> GptBlock:
    """Take the first block of a published GPT apart."""
    whole, shape = spec(network), SHAPES[network]
    assert isinstance(shape, Decoder)
    size = {"d_head": shape.d_query // shape.n_heads, "n_heads": shape.n_heads}
    maps = {path: _find(whole, f"blocks.0.{path}") for path in PARTS}
    parts = tuple(
        Part(
            name=path.replace(".", "-").replace("_", "-"),
            title=title,
            says=(first.format(**size), second.format(**size)),
            neurons=maps[path].neurons,
            synapses_per_neuron=maps[path].synapses // maps[path].neurons,
            synapses=maps[path].synapses,
            synapses_in_all_blocks=sum(row.synapses for row in whole.maps if row.path.endswith(f".{path}")),
        )
        for path, (title, first, second) in PARTS.items()
    )
    attention, mlp = parts[:4], parts[4:]
    mlp_neurons = sum(part.neurons for part in mlp)
    copied = 2 * mlp_neurons * shape.n_layers
    return GptBlock(
        title=whole.title,
        d_model=shape.d_model,
        n_layers=shape.n_layers,
        **size,
        parts=parts,
        attention_neurons=sum(part.neurons for part in attention),
        attention_synapses=sum(part.synapses for part in attention),
        mlp_neurons=mlp_neurons,
        mlp_synapses=sum(part.synapses for part in mlp),
        neurons=sum(part.neurons for part in parts),
        synapses=sum(part.synapses for part in parts),
        neurons_in_all_blocks=whole.neurons,
        synapses_in_all_blocks=whole.synapses,
        synapses_per_neuron=whole.synapses / whole.neurons,
        copied_neurons=copied,
        copied_synapses_per_neuron=whole.synapses / copied,
    )


def _find(whole: Spec, path: str) -> Map:
    return next(row for row in whole.maps if row.path == path)


def list_presets(shown: str = "gpt3") -> Calculator:
    """Offer every published decoder of equal blocks."""
    return Calculator(
        tuple(preset(name, shape, spec(name)) for name, shape in SHAPES.items() if isinstance(shape, Decoder)), shown
    )


def preset(name: str, shape: Decoder, whole: Spec) -> Preset:
    """Write a shape as plain numbers beside its counts."""
    numbers = {
        field.name: int(getattr(shape, field.name) or 0)
        for field in fields(shape)
        if field.name not in ("title", "source", "year")
    }
    attention = sum(row.synapses for row in whole.maps if ".attention." in row.path)
    head, tables = whole.others["head"], whole.others.get("lookup tables", 0)
    return Preset(
        name=name,
        title=shape.title,
        shape=numbers | {"n_kv_heads": shape.n_kv_heads or shape.n_heads, "d_head": shape.d_query // shape.n_heads},
        neurons=whole.neurons,
        synapses=whole.synapses,
        synapses_per_neuron=whole.synapses / whole.neurons,
        active_neurons=sum(row.active_neurons for row in whole.maps),
        active_synapses=sum(row.active_synapses for row in whole.maps),
        parameters=whole.parameters,
        groups={
            "attention": attention,
            "feed_forward": whole.synapses - attention,
            "head": head,
            "tables": tables,
            "rest": whole.parameters - whole.synapses - head - tables,
        },
    )
