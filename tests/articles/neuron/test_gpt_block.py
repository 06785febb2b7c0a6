"""The block's counts against published sums; the calculator against Python's closed form and real modules."""

import json
import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generators.articles.neuron.analysis import gpt_block as analysis
from generators.articles.neuron.facts import gpt_block as facts
from generators.articles.neuron.figures import gpt_block as figures
from generators.drawing import files
from generators.networks.spec import SHAPES, Decoder, count
from generators.paths import REPOSITORY

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js to run the browser's code")


def ask(script: str, given: object) -> list:
    """Run a line of the browser's code on each of ``given``."""
    program = f"""
        import * as decoder from "./site_src/assets/diagrams/decoder.js";
        const read = [];
        for await (const chunk of process.stdin) read.push(chunk);
        const exact = (key, value) => (typeof value === "bigint" ? String(value) : value);
        const one = (given) => {script};
        console.log(JSON.stringify(JSON.parse(read.join("")).map(one), exact));
    """
    run = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        input=json.dumps(given), cwd=REPOSITORY.root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(run.stdout)


def exact(counted: dict) -> dict:
    """Read the browser's BigInts, which travel as text."""
    return {
        key: {group: int(number) for group, number in value.items()} if key == "groups" else int(value)
        for key, value in counted.items()
    }


def expected(preset) -> dict:
    names = ("neurons", "synapses", "active_neurons", "active_synapses", "parameters")
    return {name: getattr(preset, name) for name in names} | {"groups": dict(preset.groups)}


@st.composite
def decoders(draw) -> Decoder:
    """Any shape that the calculator's fields can hold."""
    number, flag = (lambda most: draw(st.integers(1, most))), (lambda: draw(st.booleans()))
    n_kv_heads, n_experts = number(8), draw(st.integers(0, 64))
    flags = (
        "gated", "tied", "query_key_value_bias", "output_bias", "feed_forward_bias", "head_bias", "norm_bias",
        "embedding_norm", "query_key_norm", "sinks",
    )  # fmt: skip
    return Decoder(
        "random", "nobody", 2026,
        d_model=number(10_000_000), n_layers=number(300), n_heads=n_kv_heads * number(16), d_ff=number(10_000_000),
        n_vocabulary=number(10_000_000), n_kv_heads=n_kv_heads, d_head=number(1024), n_positions=number(8192),
        n_norms=number(4), n_experts=n_experts, n_experts_used=min(n_experts, number(8)),
        router_bias=flag(), **{name: flag() for name in flags},
    )  # fmt: skip


def test_gpt3_comes_to_the_published_sums():
    block = analysis.open_block("gpt3")
    assert (block.attention_neurons, block.attention_synapses) == (49_152, 603_979_776)
    assert (block.mlp_neurons, block.mlp_synapses) == (61_440, 1_207_959_552)
    assert (block.neurons_in_all_blocks, block.synapses_in_all_blocks) == (10_616_832, 173_946_175_488)
    assert block.synapses_per_neuron == 16_384
    assert sum(part.synapses_in_all_blocks for part in block.parts) == block.synapses_in_all_blocks


def test_the_sources_slip_is_reproduced():
    block = analysis.open_block("gpt3")
    assert block.copied_neurons == 11_796_480
    assert int(block.copied_synapses_per_neuron) == 14_745


@pytest.mark.parametrize("name", ["gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl", "gpt3"])
def test_a_gpt_has_4d_over_3_synapses_per_neuron(name):
    block = analysis.open_block(name)
    assert 3 * block.synapses == 4 * block.d_model * block.neurons
    assert block.neurons == 9 * block.d_model


def test_every_part_is_rows_times_columns():
    for part in analysis.open_block().parts:
        assert part.neurons * part.synapses_per_neuron == part.synapses


def test_facts_are_plain_numbers_by_name():
    named = facts.block(analysis.open_block())
    assert named["feed_forward_key_neurons"] == 49_152
    assert named["title"] == "GPT-3 175B"
    assert all(isinstance(value, int | float | str) for value in named.values())
    assert facts.presets(analysis.list_presets())["networks"] == sum(isinstance(s, Decoder) for s in SHAPES.values())


def test_matrices_are_drawn_in_proportion():
    block = analysis.open_block()
    drawn = figures.gpt_block(block)
    groups = {
        group.get("data-part"): group for group in ElementTree.fromstring(drawn.svg).iter() if group.get("data-part")
    }
    for part in block.parts:
        frame = next(node for node in groups[part.name].iter() if node.get("data-role") == "frame")
        shape = float(frame.get("height")) / float(frame.get("width"))
        assert shape == pytest.approx(part.neurons / part.synapses_per_neuron)


def test_the_still_says_what_the_script_would_say():
    drawn = figures.gpt_block(analysis.open_block())
    shown = next(part for part in drawn.data["parts"] if part["name"] == drawn.data["shown"])
    assert all(text in drawn.svg for text in shown.values() if text != shown["name"])


@pytest.mark.parametrize(
    "drawing",
    [lambda: figures.gpt_block(analysis.open_block()), lambda: figures.calculator(analysis.list_presets())],
    ids=["gpt-block", "calculator"],
)
def test_drawings_are_writable_and_fit_a_phone(drawing):
    assert set(files(drawing())) >= {"diagram.svg", "narrow.svg", "data.json", "data.csv"}


def test_groups_share_out_every_parameter():
    for preset in analysis.list_presets().presets:
        assert sum(preset.groups.values()) == preset.parameters
        assert preset.groups["attention"] + preset.groups["feed_forward"] == preset.synapses


@needs_node
def test_the_browser_counts_every_published_network_to_the_unit():
    presets = analysis.list_presets().presets
    found = ask("decoder.count(given)", [dict(preset.shape) for preset in presets])
    for preset, counted in zip(presets, found, strict=True):
        assert exact(counted) == expected(preset), preset.name


@needs_node
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(decoders(), min_size=40, max_size=40))
def test_the_browser_counts_any_shape_to_the_unit(shapes):
    presets = [analysis.preset("random", shape, count("random", shape)) for shape in shapes]
    found = ask("decoder.count(given)", [dict(preset.shape) for preset in presets])
    for preset, counted in zip(presets, found, strict=True):
        assert exact(counted) == expected(preset)


@needs_node
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(decoders(), min_size=5, max_size=5))
def test_the_browser_counts_what_real_modules_hold(shapes):
    torch = pytest.importorskip("torch")
    presets = [analysis.preset("random", shape, count("random", shape)) for shape in shapes]
    found = ask("decoder.count(given)", [dict(preset.shape) for preset in presets])
    for shape, counted in zip(shapes, found, strict=True):
        d, query, key = shape.d_model, shape.n_heads * shape.d_head, shape.n_kv_heads * shape.d_head
        with torch.device("meta"):
            maps = [(d, query), (d, key), (d, key), (query, d)]
            feed_forward = [(d, shape.d_ff)] * (2 if shape.gated else 1) + [(shape.d_ff, d)]
            maps += feed_forward * (shape.n_experts or 1) + ([(d, shape.n_experts)] if shape.n_experts else [])
            block = [torch.nn.Linear(n_in, n_out, bias=False) for n_in, n_out in maps]
        assert int(counted["neurons"]) == shape.n_layers * sum(layer.out_features for layer in block)
        assert int(counted["synapses"]) == shape.n_layers * sum(layer.weight.numel() for layer in block)


@needs_node
def test_numbers_that_belong_together_change_together():
    gpt2 = next(preset for preset in analysis.list_presets().presets if preset.name == "gpt2").shape
    asked = [
        {"shape": dict(gpt2), "name": "d_model", "value": 1536},
        {"shape": dict(gpt2), "name": "n_heads", "value": 24},
    ]
    wider, more_heads = ask("decoder.change(given.shape, given.name, given.value)", asked)
    assert (wider["d_ff"], wider["d_head"], wider["n_heads"]) == (4 * 1536, 128, 12)
    assert (more_heads["n_kv_heads"], more_heads["d_head"]) == (24, 32)


@needs_node
@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("d_model", 0, "width"), ("d_model", None, "width"), ("n_layers", 1.5, "blocks"), ("n_kv_heads", 13, "more"),
        ("n_kv_heads", 5, "multiple"), ("n_experts_used", 3, "more experts"), ("n_vocabulary", 10**9, "vocabulary"),
        ("d_model", 768, ""),
    ],
)  # fmt: skip
def test_a_shape_that_cannot_be_is_named_in_words(field, value, word):
    gpt2 = next(preset for preset in analysis.list_presets().presets if preset.name == "gpt2").shape
    (said,) = ask("decoder.complaint(given)", [dict(gpt2) | {field: value}])
    assert word in said and bool(word) == bool(said)
