"""Taking language models apart: families of transformers whose parts are known, ours, and modules of other builds."""

from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from generators import networks
from generators.articles.key_value_memory.analysis import anatomy
from generators.articles.key_value_memory.analysis.anatomy import Anatomy
from generators.errors import UsageError
from tests.articles.key_value_memory import networks as tiny
from tests.articles.key_value_memory.networks import FAMILIES, N_LAYERS, N_TOKENS, family, seeded, wrapped

D, F = tiny.D, tiny.F
GATED = ("mlp.gate_proj", "mlp.up_proj")
KNOWN = {
    "GPT-2": ("transformer.h", "mlp.c_proj", ("mlp.c_fc",), "GELU"),
    "OPT": ("model.decoder.layers", "fc2", ("fc1",), "ReLU"),
    "GPT-Neo": ("transformer.h", "mlp.c_proj", ("mlp.c_fc",), "GELU"),
    "GPT-NeoX": ("gpt_neox.layers", "mlp.dense_4h_to_h", ("mlp.dense_h_to_4h",), "GELU"),
    "GPT-J": ("transformer.h", "mlp.fc_out", ("mlp.fc_in",), "GELU"),
    "BLOOM": ("transformer.h", "mlp.dense_4h_to_h", ("mlp.dense_h_to_4h",), "GELU"),
    "Falcon": ("transformer.h", "mlp.dense_4h_to_h", ("mlp.dense_h_to_4h",), "GELU"),
    "StarCoder": ("transformer.h", "mlp.c_proj", ("mlp.c_fc",), "GELU"),
    "Llama": ("model.layers", "mlp.down_proj", GATED, "SiLU"),
    "Llama, tied": ("model.layers", "mlp.down_proj", GATED, "SiLU"),
    "Llama, as many memories as numbers": ("model.layers", "mlp.down_proj", GATED, "SiLU"),
    "Mistral": ("model.layers", "mlp.down_proj", GATED, "SiLU"),
    "Gemma": ("model.layers", "mlp.down_proj", GATED, "GELU"),
    "Gemma 3": ("model.layers", "mlp.down_proj", GATED, "GELU"),
    "Qwen3": ("model.layers", "mlp.down_proj", GATED, "SiLU"),
    "Phi-3": ("model.layers", "mlp.down_proj", ("mlp.gate_up_proj",), "SiLU"),
    "Phi-3, grouped": ("model.layers", "mlp.down_proj", ("mlp.gate_up_proj",), "SiLU"),
    "Cohere": ("model.layers", "mlp.down_proj", GATED, "SiLU"),
    "Granite": ("model.layers", "mlp.down_proj", GATED, "SiLU"),
    "GPT": ("transformer.h", "mlp.c_proj", ("mlp.c_fc",), "GELU"),
}
"""Where the blocks of each are, and in a block its values and keys; the function between them."""


@pytest.mark.parametrize("name", FAMILIES)
def test_the_memories_of_a_family_are_where_its_code_has_them(name: str) -> None:
    blocks, value, keys, activation = KNOWN[name]
    found = anatomy.find(wrapped(family(name))).layers
    assert [each.path for each in found] == [f"{blocks}.{i}.{value}" for i in range(N_LAYERS)]
    assert [each.keys for each in found] == [tuple(f"{blocks}.{i}.{key}" for key in keys) for i in range(N_LAYERS)]
    assert [each.block for each in found] == [f"{blocks}.{i}" for i in range(N_LAYERS)]
    assert {each.activation for each in found} == {activation}
    assert {each.is_signed for each in found} == {keys[0] in ("mlp.gate_proj", "mlp.gate_up_proj")}


@pytest.mark.parametrize("name", FAMILIES)
def test_what_a_value_layer_is_given_times_its_values_is_what_it_gives(name: str) -> None:
    module = family(name)
    for layer in anatomy.find(wrapped(module)).layers:
        came, went = watched(module, layer.path)
        bias = 0 if layer.value.bias is None else cast(Tensor, layer.value.bias)
        assert came.shape[-1] == layer.n_memories and layer.values().shape == (layer.n_memories, layer.d_model)
        assert layer.d_model == D
        torch.testing.assert_close(came @ layer.values() + bias, went)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_head_reads_logits_from_the_last_block_through_the_norm(name: str) -> None:
    module = family(name)
    found = anatomy.find(wrapped(module))
    table, head = cast(Any, module).get_input_embeddings(), cast(Any, module).get_output_embeddings()
    check_reading_out(module, found)
    assert found.is_tied == (table.weight is head.weight)


@pytest.mark.parametrize(("tied", "bias"), [(False, False), (True, False), (False, True)])
def test_a_head_may_be_tied_and_may_have_a_bias(tied: bool, bias: bool) -> None:
    module = family("Llama", tie_word_embeddings=tied)
    if bias:
        module.get_submodule("lm_head").bias = nn.Parameter(torch.randn(N_TOKENS), requires_grad=False)
    found = anatomy.find(wrapped(module))
    assert found.is_tied == tied and (found.head_bias is not None) == bias
    check_reading_out(module, found)


@pytest.mark.parametrize(
    ("name", "sizes", "activation", "tied"),
    [("grammar-gpt", (3, 256, 64), "ReLU", False), ("pydoc-gpt", (4, 512, 128), "ReLU", True)],
)
def test_our_own_are_read_as_they_are_written(
    name: str, sizes: tuple[int, int, int], activation: str, tied: bool
) -> None:
    network = networks.load(name)
    found = anatomy.find(network)
    assert (len(found.layers), found.layers[0].n_memories, found.layers[0].d_model) == sizes
    for i, layer in enumerate(found.layers):
        assert (layer.path, layer.keys) == (f"blocks.{i}.mlp.value", (f"blocks.{i}.mlp.key",))
        assert (layer.block, layer.activation, layer.is_signed) == (f"blocks.{i}", activation, False)
        assert layer.value is network.module.get_submodule(layer.path)
    assert found.norm is network.module.norm and found.is_tied == tied
    assert found.head is network.module.get_parameter("head.weight") and found.head_bias is None


class Row(nn.Module):
    """Attention of one head and an MLP, under names of nobody else."""

    def __init__(self, gated: bool, activation: nn.Module) -> None:
        super().__init__()
        self.a, self.b, self.c, self.d = (nn.Linear(D, D) for _ in range(4))
        self.wide = nn.Linear(D, F)
        self.wider = nn.Linear(D, F) if gated else None
        self.narrow = nn.Linear(F, D)
        self.scale = nn.LayerNorm(D)
        self.between = activation

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.d(functional.scaled_dot_product_attention(self.a(x), self.b(x), self.c(x), is_causal=True))
        read = self.scale(x)
        gate = self.between(self.wide(read) if self.wider is None else self.wider(read))
        return x + self.narrow(gate if self.wider is None else gate * self.wide(read))


class Other(nn.Module):
    """A language model whose head is no module: it multiplies by its ``lookup``, or by ``columns``."""

    def __init__(
        self, head: str = "lookup", gated: bool = False, listed: bool = True, activation: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.lookup = nn.Embedding(N_TOKENS, D)
        rows = [Row(gated, activation or nn.SiLU()) for _ in range(N_LAYERS)]
        if listed:
            self.rows = nn.ModuleList(rows)
        else:
            self.upper, self.lower = rows
        self.last = nn.LayerNorm(D)
        self.columns = nn.Parameter(torch.randn(D, N_TOKENS)) if head == "columns" else None

    def forward(self, x: Tensor) -> Tensor:
        x = self.lookup(x)
        for row in self.rows if hasattr(self, "rows") else (self.upper, self.lower):
            x = row(x)
        x = self.last(x)
        return x @ self.columns if self.columns is not None else functional.linear(x, self.lookup.weight)


@pytest.mark.parametrize("head", ["lookup", "columns"])
def test_a_head_that_is_no_module_is_found_by_its_numbers(head: str) -> None:
    module = seeded(lambda: Other(head))
    found = anatomy.find(wrapped(module))
    assert [each.path for each in found.layers] == ["rows.0.narrow", "rows.1.narrow"]
    assert [each.keys for each in found.layers] == [("rows.0.wide",), ("rows.1.wide",)]
    assert found.norm is module.last and found.is_tied == (head == "lookup")
    check_reading_out(module, found)


def test_the_gate_stands_first_whatever_the_order_of_definition() -> None:
    found = anatomy.find(wrapped(seeded(lambda: Other(gated=True))))
    assert found.layers[0].keys == ("rows.0.wider", "rows.0.wide") and found.layers[0].is_signed
    assert found.layers[0].activation == "SiLU"


@pytest.mark.parametrize(
    ("activation", "word"),
    [
        (nn.ReLU(), "ReLU"),
        (nn.GELU("tanh"), "GELU"),
        (nn.SiLU(inplace=True), "SiLU"),
        (nn.Tanh(), "tanh"),
        (nn.Softplus(), ""),
    ],
)
def test_an_activation_is_known_by_what_it_does(activation: nn.Module, word: str) -> None:
    found = anatomy.find(wrapped(seeded(lambda: Other(activation=activation))))
    assert {each.activation for each in found.layers} == {word}


def test_blocks_in_no_list_have_no_place_but_memories() -> None:
    found = anatomy.find(wrapped(seeded(lambda: Other(listed=False))))
    assert [(each.path, each.block) for each in found.layers] == [("upper.narrow", None), ("lower.narrow", None)]
    assert found.is_tied


def test_a_list_of_nothing_but_the_whole_network_holds_no_block() -> None:
    found = anatomy.find(wrapped(seeded(lambda: nn.Sequential(Other()))))
    assert [each.block for each in found.layers] == ["0.rows.0", "0.rows.1"]


def test_a_network_in_half_precision_is_the_same_network() -> None:
    module = family("Llama")
    whole, half = anatomy.find(wrapped(module)), anatomy.find(wrapped(family("Llama").bfloat16()))
    assert [(each.path, each.keys, each.activation, each.block) for each in half.layers] == [
        (each.path, each.keys, each.activation, each.block) for each in whole.layers
    ]
    assert half.layers[0].values().dtype == torch.float32
    torch.testing.assert_close(half.layers[0].values(), whole.layers[0].values(), rtol=1e-2, atol=1e-3)
    assert whole.head is not None and half.head is not None
    torch.testing.assert_close(half.head.float(), whole.head, rtol=1e-2, atol=1e-3)


def test_an_attention_of_torch_is_told_from_its_mlp() -> None:
    class Torch(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = nn.Embedding(N_TOKENS, D)
            layer = nn.TransformerEncoderLayer(D, 4, F, batch_first=True, norm_first=True)
            self.body = nn.TransformerEncoder(layer, N_LAYERS, nn.LayerNorm(D), enable_nested_tensor=False)
            self.head = nn.Linear(D, N_TOKENS)

        def forward(self, x: Tensor) -> Tensor:
            mask = nn.Transformer.generate_square_subsequent_mask(tiny.CONTEXT)
            return self.head(self.body(self.tokens(x), mask, is_causal=True))

    module = seeded(Torch)
    found = anatomy.find(wrapped(module))
    assert [each.path for each in found.layers] == [f"body.layers.{i}.linear2" for i in range(N_LAYERS)]
    assert found.head_bias is module.head.bias and found.norm is module.body.norm
    check_reading_out(module, found)


def test_a_head_that_reads_something_else_than_the_stream_is_none() -> None:
    transformers = pytest.importorskip("transformers")
    _, sizes = FAMILIES["OPT"]
    module = seeded(lambda: transformers.OPTForCausalLM(transformers.OPTConfig(**{**sizes, "word_embed_proj_dim": 16})))
    found = anatomy.find(wrapped(module))
    assert found.head is None and len(found.layers) == N_LAYERS
    x = torch.randn(3, D)
    assert torch.equal(found.norm(x), x)
    masked = seeded(lambda: transformers.BertForMaskedLM(transformers.BertConfig(**tiny.LLAMA)))
    assert anatomy.find(wrapped(masked)).head is None


def test_an_mlp_that_several_layers_share_is_refused() -> None:
    module = seeded(Other)
    module.rows = nn.ModuleList([nn.Sequential(module.rows[0], module.rows[0])])
    sentence = r"network 'tiny' runs 'rows.0.0.narrow' 2 times while it reads a text: expected once"
    with pytest.raises(UsageError, match=sentence):
        anatomy.find(wrapped(module))


def check_reading_out(module: nn.Module, found: Anatomy) -> None:
    _, stream = watched(module, found.layers[-1].block or "")
    answer = module(tiny.texts())
    assert found.head is not None
    logits = found.norm(stream) @ found.head.T + (0 if found.head_bias is None else found.head_bias)
    torch.testing.assert_close(logits, getattr(answer, "logits", answer))


def watched(module: nn.Module, path: str) -> tuple[Tensor, Tensor]:
    """What a module is given and what it gives while the network reads."""
    seen = []

    def hook(_module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor | list[Tensor]) -> None:
        first = output if isinstance(output, Tensor) else output[0]
        seen.append((inputs[0].clone(), first.clone()))  # Falcon adds to it in place

    handle = module.get_submodule(path).register_forward_hook(hook)
    module(tiny.texts())
    handle.remove()
    return seen[0]
