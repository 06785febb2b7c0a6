"""Published networks: the closed forms against the module trees that transformers builds, and what the page quotes."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from generators.articles.neuron.analysis.counting import count_module
from generators.articles.neuron.analysis.published import count_published, count_spec, formula
from generators.articles.neuron.facts.published import published as facts_of
from generators.articles.neuron.figures.published import models_table
from generators.articles.neuron.results.published import Published
from generators.networks.spec import SHAPES, Decoder, spec


def gpt2(t: Any, d: int = 768, layers: int = 12, heads: int = 12, positions: int = 1024) -> Any:
    return t.GPT2LMHeadModel(t.GPT2Config(n_embd=d, n_layer=layers, n_head=heads, n_positions=positions))


def llama(
    t: Any, d: int = 4096, layers: int = 32, heads: int = 32, kv: int = 32, ff: int = 11008, v: int = 32000
) -> Any:
    return t.LlamaForCausalLM(t.LlamaConfig(
        hidden_size=d, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=kv,
        intermediate_size=ff, vocab_size=v,
    ))  # fmt: skip


MODULES: dict[str, Callable[[Any], Any]] = {
    "gpt2": gpt2,
    "gpt2-medium": lambda t: gpt2(t, 1024, 24, 16),
    "gpt2-large": lambda t: gpt2(t, 1280, 36, 20),
    "gpt2-xl": lambda t: gpt2(t, 1600, 48, 25),
    "gpt3": lambda t: gpt2(t, 12288, 96, 96, 2048),
    "gpt-j-6b": lambda t: t.GPTJForCausalLM(t.GPTJConfig()),
    "gpt-neox-20b": lambda t: t.GPTNeoXForCausalLM(t.GPTNeoXConfig()),
    "pythia-70m": lambda t: t.GPTNeoXForCausalLM(t.GPTNeoXConfig(
        hidden_size=512, num_hidden_layers=6, num_attention_heads=8, intermediate_size=2048, vocab_size=50304
    )),
    "opt-125m": lambda t: t.OPTForCausalLM(t.OPTConfig()),
    "bloom-560m": lambda t: t.BloomForCausalLM(t.BloomConfig(hidden_size=1024, n_layer=24, n_head=16)),
    "falcon-7b": lambda t: t.FalconForCausalLM(t.FalconConfig()),
    "llama2-7b": llama,
    "llama2-70b": lambda t: llama(t, 8192, 80, 64, 8, 28672),
    "llama3-8b": lambda t: llama(t, 4096, 32, 32, 8, 14336, 128256),
    "llama3-405b": lambda t: llama(t, 16384, 126, 128, 8, 53248, 128256),
    "mistral-7b": lambda t: t.MistralForCausalLM(t.MistralConfig()),
    "phi3-mini": lambda t: t.Phi3ForCausalLM(t.Phi3Config()),
    "gemma-7b": lambda t: t.GemmaForCausalLM(t.GemmaConfig()),
    "gemma2-9b": lambda t: t.Gemma2ForCausalLM(t.Gemma2Config(
        hidden_size=3584, num_hidden_layers=42, num_attention_heads=16, num_key_value_heads=8, intermediate_size=14336
    )),
    "qwen2-7b": lambda t: t.Qwen2ForCausalLM(t.Qwen2Config(
        hidden_size=3584, num_hidden_layers=28, num_attention_heads=28, num_key_value_heads=4,
        intermediate_size=18944, vocab_size=152064,
    )),
    "qwen3-8b": lambda t: t.Qwen3ForCausalLM(t.Qwen3Config(
        hidden_size=4096, num_hidden_layers=36, num_attention_heads=32, num_key_value_heads=8,
        intermediate_size=12288, head_dim=128,
    )),
    "mixtral-8x7b": lambda t: t.MixtralForCausalLM(t.MixtralConfig()),
    "qwen3-30b-a3b": lambda t: t.Qwen3MoeForCausalLM(t.Qwen3MoeConfig(
        num_hidden_layers=48, head_dim=128, num_experts=128
    )),
    "gpt-oss-20b": lambda t: t.GptOssForCausalLM(t.GptOssConfig(num_hidden_layers=24, num_local_experts=32)),
    "deepseek-v3": lambda t: t.DeepseekV3ForCausalLM(t.DeepseekV3Config()),
    "bert-base": lambda t: t.BertModel(t.BertConfig()),
    "albert": lambda t: t.AlbertModel(t.AlbertConfig(
        hidden_size=768, num_attention_heads=12, intermediate_size=3072
    )),
    "t5-small": lambda t: t.T5ForConditionalGeneration(t.T5Config()),
    "vit-b16": lambda t: t.ViTForImageClassification(t.ViTConfig(num_labels=1000)),
    "resnet50": lambda t: t.ResNetForImageClassification(t.ResNetConfig(num_labels=1000)),
    "convnext-t": lambda t: t.ConvNextForImageClassification(t.ConvNextConfig(num_labels=1000)),
    "mamba-130m": lambda t: t.MambaForCausalLM(t.MambaConfig(num_hidden_layers=24, vocab_size=50280)),
    "wav2vec2-base": lambda t: t.Wav2Vec2Model(t.Wav2Vec2Config()),
}  # fmt: skip


@pytest.fixture(scope="module")
def transformers() -> Any:
    return pytest.importorskip("transformers", reason="the module trees are transformers'")


@pytest.fixture(scope="module")
def published() -> Published:
    return count_published()


def test_every_shape_has_a_module_tree_to_be_checked_against() -> None:
    assert MODULES.keys() == SHAPES.keys()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MODULES)
def test_closed_form_and_module_tree_agree_to_the_unit(name: str, transformers: Any) -> None:
    with torch.device("meta"):
        module = MODULES[name](transformers)
    by_module, by_form = count_module(module, name=name), count_spec(spec(name))
    for what in ("neurons", "synapses", "parameters", "other_parameters", "others", "active", "unrolled"):
        assert getattr(by_module, what) == getattr(by_form, what), what
    heads = [None if head is None else (head.neurons, head.synapses) for head in (by_module.head, by_form.head)]
    assert heads[0] == heads[1]
    assert by_module.unclassified == ()
    assert by_module.parameters == sum(parameter.numel() for parameter in module.parameters())


def test_a_fused_transposed_weight_is_three_times_as_many_neurons(transformers: Any) -> None:
    with torch.device("meta"):
        count = count_module(gpt2(transformers))
    row = next(row for row in count.modules if row.path == "transformer.h.0.attn.c_attn")
    assert (row.neurons, row.synapses_per_neuron) == (2304, 768)


def test_experts_that_are_stored_transposed_are_read_so(transformers: Any) -> None:
    with torch.device("meta"):
        module = MODULES["gpt-oss-20b"](transformers)
    rows = {row.path: row for row in count_module(module).modules}
    assert rows["model.layers.0.mlp.experts.gate_up_proj"].neurons == 32 * 2 * 2880
    assert rows["model.layers.0.mlp.experts.gate_up_proj"].reading == "32 × 5,760 rows of 2,880 (stored transposed)"


@pytest.mark.parametrize("name", [name for name in SHAPES if formula(SHAPES[name])])
def test_layouts_agree_with_one_formula_for_the_whole(name: str) -> None:
    assert formula(SHAPES[name]) == (spec(name).neurons, spec(name).synapses)


def test_gpt3_is_as_the_page_says_and_the_source_said(published: Published) -> None:
    facts = facts_of(published)
    assert facts["gpt3_neurons"] == 96 * 9 * 12288 == 10_616_832
    assert facts["gpt3_synapses"] == 96 * 12 * 12288**2 == 173_946_175_488
    assert facts["gpt3_synapses_per_neuron"] == 16_384.0
    assert (facts["gpt3_mlp_neurons"], facts["gpt3_mlp_synapses"]) == (61_440, 1_207_959_552)
    assert (facts["gpt3_attention_neurons"], facts["gpt3_attention_synapses"]) == (49_152, 603_979_776)
    assert facts["gpt3_source_attention_neurons"] == facts["gpt3_mlp_neurons"], "the slip: 5d copied into attention"
    assert (facts["gpt3_source_neurons"], facts["gpt3_source_synapses_per_neuron"]) == (11_796_480, 14_745.6)
    assert (facts["gpt3_parameters_gpt2_shaped"], facts["gpt3_other_parameters"]) == (174_604_259_328, 658_083_840)
    assert facts["gpt3_embedding_parameters"] == 617_558_016
    assert facts["gpt3_embedding_share_of_others"] == pytest.approx(0.94, abs=0.005)


def test_first_layers_are_unrolled_as_published(published: Published) -> None:
    facts = facts_of(published)
    assert [facts[f"lenet_c1_{what}"] for what in ("neurons", "synapses", "parameters", "units")] == [6, 150, 156, 4704]
    assert (facts["lenet_c1_connections"], facts["lenet_c1_connections_with_bias"]) == (117_600, 122_304)
    assert (facts["resnet_conv1_connections"], facts["resnet_conv1_real_connections"]) == (118_013_952, 116_214_528)


def test_a_counter_that_knows_only_linear_layers_misses_a_mixture(published: Published) -> None:
    assert facts_of(published)["mixtral_seen_by_linear_only"] == pytest.approx(0.032, abs=0.0005)


def test_formulas_are_said_to_agree_only_when_they_do(published: Published) -> None:
    facts = facts_of(published)
    assert facts["formulas_checked"] == facts["formulas_agreeing"] and int(facts["formulas_checked"]) > 20


def test_the_table_has_every_network_by_synapses(published: Published) -> None:
    rows = models_table(published).rows
    assert len(rows) == len(SHAPES)
    assert [row["Synapses"] for row in rows] == sorted((row["Synapses"] for row in rows), reverse=True)
    gpt3 = next(row for row in rows if row["Network"] == "GPT-3 175B")
    assert (gpt3["Neurons"], gpt3["Per neuron"], gpt3["Active synapses"]) == (10_616_832, 16_384, None)
    assert gpt3["Published"] == "Brown et al. 2020"


def test_gpt_shapes_have_the_width_that_the_formula_reads() -> None:
    for name in ("gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl", "gpt3"):
        shape = SHAPES[name]
        assert isinstance(shape, Decoder)
        assert spec(name).synapses * 3 == spec(name).neurons * 4 * shape.d_model  # synapses per neuron: 4d/3
