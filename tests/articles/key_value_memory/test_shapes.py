"""Where shapes say that memories are: decoders built at random, whose parts are known, and mixtures of experts."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generators.articles.key_value_memory.results.shapes import Experts, MemoryShape, experts, memories
from generators.networks import layers as survey
from generators.networks.subject import Layer
from tests.articles.key_value_memory.networks import LLAMA, seeded, wrapped

MLPS = {
    "plain": {"up": "key", "down": "value"},
    "gated": {"gate": "key", "up": "key", "down": "value"},
    "value between keys": {"w1": "key", "w2": "value", "w3": "key"},
    "fused": {"both": "keys", "down": "value"},
    "numbered": {"0": "key", "1": "nothing", "2": "value"},
}
"""Name -> what it holds, in order of definition."""
ATTENTIONS = {
    "fused": ("qkv", "o"),
    "query first": ("q", "k", "v", "o"),
    "key first": ("k", "v", "q", "o"),
}


@dataclass(frozen=True)
class Design:
    """All that is drawn of a decoder."""

    d: int
    f: int
    d_query: int
    """How many numbers the queries of all heads have; keys and values of an attention have ``d_query / group``."""
    group: int
    n_tokens: int
    attention: str
    mlp: str
    block: str
    """The path of a block, with its number in braces."""
    mlp_at: str
    is_transposed: bool
    n_layers: int

    def linear(self, path: str, n_in: int, n_out: int) -> Layer:
        if self.is_transposed:
            return Layer(path, "Conv1D", (n_in, n_out), (8, n_out))
        return Layer(path, "Linear", (n_out, n_in), (8, n_out))

    def layers(self) -> tuple[Layer, ...]:
        found = [Layer("tokens", "Embedding", (self.n_tokens, self.d), (8, self.d))]
        for i in range(self.n_layers):
            block = self.block.format(i)
            for name in ATTENTIONS[self.attention]:
                n = {"qkv": self.d_query + 2 * self.d_query // self.group, "q": self.d_query, "o": self.d}
                n_in = self.d_query if name == "o" else self.d
                found.append(self.linear(f"{block}.attend.{name}", n_in, n.get(name, self.d_query // self.group)))
            found += [self._of_mlp(f"{block}{self.mlp_at}.{name}", role) for name, role in MLPS[self.mlp].items()]
        return (*found, self.linear("head", self.d, self.n_tokens))

    def _of_mlp(self, path: str, role: str) -> Layer:
        match role:
            case "value":
                return self.linear(path, self.f, self.d)
            case "nothing":
                return Layer(path, "GELU", None, (8, self.f))
        return self.linear(path, self.d, self.f if role == "key" else 2 * self.f)

    def memories(self) -> tuple[MemoryShape, ...]:
        found = []
        for i in range(self.n_layers):
            paths = {name: f"{self.block.format(i)}{self.mlp_at}.{name}" for name in MLPS[self.mlp]}
            keys = tuple(paths[name] for name, role in MLPS[self.mlp].items() if role.startswith("key"))
            value = next(paths[name] for name, role in MLPS[self.mlp].items() if role == "value")
            is_gated = self.mlp in ("gated", "value between keys", "fused")
            found.append(MemoryShape(value, keys, self.f, self.d, is_gated))
        return tuple(found)


sizes = st.integers(1, 8).map(lambda n: 8 * n)
designs = st.builds(
    Design,
    d=sizes,
    f=sizes,
    d_query=sizes,
    group=st.sampled_from([1, 2, 4, 8]),
    n_tokens=st.integers(2, 100),
    attention=st.sampled_from(list(ATTENTIONS)),
    mlp=st.sampled_from(list(MLPS)),
    block=st.sampled_from(["blocks.{}", "{}", "0.body.layers.{}"]),
    mlp_at=st.sampled_from([".mlp", ""]),
    is_transposed=st.booleans(),
    n_layers=st.integers(1, 4),
)


@given(designs)
@settings(max_examples=500, deadline=None)
def test_the_mlps_of_any_decoder_are_found_and_nothing_else(design: Design) -> None:
    assume(design.f >= design.d_query)  # an MLP is at least as wide as its attention
    assume(design.f != design.d or design.mlp != "value between keys")  # three equal layers tell nothing
    assert memories(design.layers()) == design.memories()


@given(designs)
@settings(max_examples=100, deadline=None)
def test_a_network_that_could_not_be_run_is_read_all_the_same(design: Design) -> None:
    layers = design.layers()
    assert memories([Layer(each.path, each.type, each.weight_shape, None) for each in layers]) == memories(layers)


@pytest.mark.parametrize("attention", ATTENTIONS)
def test_an_attention_alone_has_no_memories(attention: str) -> None:
    design = Design(32, 64, 32, 1, 50, attention, "plain", "blocks.{}", ".mlp", False, 3)
    assert memories([each for each in design.layers() if ".mlp." not in each.path]) == ()
    assert memories(()) == ()


def test_an_mlp_that_does_not_run_is_none() -> None:
    def layers(ran: tuple[int, ...] | None) -> list[Layer]:
        return [Layer("blocks.0.up", "Linear", (64, 32), (8, 64)), Layer("blocks.0.down", "Linear", (32, 64), ran)]

    assert len(memories(layers((8, 32)))) == 1
    assert memories(layers(None)) == ()


def test_adapters_beside_an_mlp_are_narrower() -> None:
    layers = [
        Layer("blocks.0.up", "Linear", (128, 32), (8, 128)),
        Layer("blocks.0.down", "Linear", (32, 128), (8, 32)),
        Layer("blocks.0.adapter.in", "Linear", (4, 32), (8, 4)),
        Layer("blocks.0.adapter.out", "Linear", (32, 4), (8, 32)),
    ]
    assert [each.value for each in memories(layers)] == ["blocks.0.down"]


SPARSE = {**LLAMA, "moe_intermediate_size": 24, "num_key_value_heads": 2, "head_dim": 8}
DEEPSEEK = {
    **{name: size for name, size in SPARSE.items() if name not in ("head_dim", "num_key_value_heads")},
    "n_routed_experts": 4,
    "num_experts_per_tok": 2,
    "n_group": 1,
    "topk_group": 1,
    "first_k_dense_replace": 1,
    **dict.fromkeys(("q_lora_rank", "kv_lora_rank", "v_head_dim", "qk_nope_head_dim"), 8),
    "qk_rope_head_dim": 4,
}
STACKED = "model.layers.{}.mlp.experts.gate_up_proj", "model.layers.{}.mlp.experts.down_proj"


@pytest.mark.parametrize(
    ("family", "sizes", "first", "router", "n_layers"),
    [
        ("Mixtral", {**SPARSE, "num_local_experts": 4}, 0, "gate", 2),
        ("Qwen2Moe", {**SPARSE, "num_experts": 4, "shared_expert_intermediate_size": 48}, 0, "gate", 2),
        ("GptOss", {**SPARSE, "num_local_experts": 4}, 0, "router", 2),
        ("DeepseekV3", DEEPSEEK, 1, "gate", 1),
    ],
)
def test_experts_of_transformers(family: str, sizes: dict[str, Any], first: int, router: str, n_layers: int) -> None:
    """The weights of experts are stacked, gpt-oss's the other way round; DeepSeek's first layer is an ordinary MLP."""
    transformers = pytest.importorskip("transformers")
    config = getattr(transformers, f"{family}Config")(**sizes)
    layers = survey.of(wrapped(seeded(lambda: getattr(transformers, f"{family}ForCausalLM")(config))))
    keys, values = (path.format(first) for path in STACKED)
    assert experts(layers) == Experts(4, (keys,), True, values, f"model.layers.{first}.mlp.{router}", n_layers)
    assert [each.value for each in memories(layers)] == [f"model.layers.{i}.mlp.down_proj" for i in range(first)]


def test_experts_in_a_list() -> None:
    def expert(at: str) -> list[Layer]:
        shapes = {"w1": (64, 32), "w2": (32, 64), "w3": (64, 32)}
        return [Layer(f"{at}.{name}", "Linear", shape, None) for name, shape in shapes.items()]

    layers = [Layer("layers.0.moe.gate", "Linear", (3, 32), (8, 3))]
    for i in range(3):
        layers += expert(f"layers.0.moe.experts.{i}")
    found = experts(layers)
    keys = "layers.0.moe.experts.0.w1", "layers.0.moe.experts.0.w3"
    assert found == Experts(3, keys, True, "layers.0.moe.experts.0.w2", "layers.0.moe.gate", 1)
    assert found.sentence == (
        "the MLP of 1 layer is a mixture of 3 experts: keys and gates in layers.0.moe.experts.0.w1 and "
        "layers.0.moe.experts.0.w3, values in layers.0.moe.experts.0.w2, routed by layers.0.moe.gate; memories of "
        "experts are not followed"
    )
    assert memories(layers) == ()


def test_experts_without_gates() -> None:
    up, down = ("up", (3, 64, 32)), ("down", (3, 32, 64))
    found = experts([Layer("layers.0.experts", "Experts", (3, 64, 32), None, (up, down))])
    assert found == Experts(3, ("layers.0.experts.up",), False, "layers.0.experts.down", None, 1)
    assert "3 experts: keys in layers.0.experts.up, values in layers.0.experts.down; memories" in found.sentence


def test_a_network_without_experts() -> None:
    assert experts([Layer("blocks.0.up", "Linear", (64, 32), (8, 64))]) is None
