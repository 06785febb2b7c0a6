"""Published networks in closed form: every linear map of a network from its published shape, without torch.

``spec("gpt3")`` gives a ``Spec``: its maps (rows of neurons, each with its synapses), its head and what else it stores.
``SHAPES`` is the table; one function a family turns a shape into maps. The numbers are those of the module tree that
transformers builds from the same shape, to the unit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from generators.errors import UsageError, nearest


@dataclass(frozen=True)
class Map:
    """One linear map: neurons of equal fan-in."""

    path: str
    type: str
    reading: str
    neurons: int
    synapses: int
    active_neurons: int
    """Of what one token uses: less than all only for routed experts."""
    active_synapses: int
    uses: int = 1
    """How often one pass applies it."""


@dataclass(frozen=True)
class Spec:
    """A network's linear maps and the rest of what it stores."""

    name: str
    title: str
    family: str
    source: str
    """Who published the shape."""
    year: int
    maps: tuple[Map, ...]
    """The body: everything but the head."""
    head: Map | None
    """A language model's map to its vocabulary."""
    others: Mapping[str, int]
    """Stored parameters that are no synapse of the body, by kind; a tied embedding is the head's."""
    experts: tuple[int, int] | None = None
    """Experts in a layer, and experts that a token goes through."""

    @property
    def neurons(self) -> int:
        return sum(row.neurons for row in self.maps)

    @property
    def synapses(self) -> int:
        return sum(row.synapses for row in self.maps)

    @property
    def parameters(self) -> int:
        return self.synapses + sum(self.others.values())


@dataclass(frozen=True)
class Decoder:
    """A language model of equal blocks: attention, then a feed-forward part that may be gated or made of experts."""

    title: str
    source: str
    year: int
    d_model: int
    n_layers: int
    n_heads: int
    d_ff: int
    n_vocabulary: int
    n_kv_heads: int | None = None
    """``None``: as many as heads."""
    d_head: int | None = None
    """``None``: ``d_model / n_heads``."""
    gated: bool = True
    """Gate and up projection are both neurons, though their product is one activation."""
    tied: bool = False
    """The head's weights are the token embedding."""
    n_positions: int = 0
    """Rows of a learned position table; 0 for rotary and other computed positions."""
    query_key_value_bias: bool = False
    output_bias: bool = False
    feed_forward_bias: bool = False
    head_bias: bool = False
    norm_bias: bool = False
    """Layer norm has scale and shift, RMS norm a scale."""
    n_norms: int = 2
    """Norms in a block; one more follows the last block."""
    embedding_norm: bool = False
    query_key_norm: bool = False
    """Norms of width ``d_head`` on queries and keys."""
    sinks: bool = False
    """One learned attention sink a head."""
    n_experts: int = 0
    n_experts_used: int = 0
    router_bias: bool = False

    @property
    def d_query(self) -> int:
        return self.n_heads * (self.d_head or self.d_model // self.n_heads)

    @property
    def d_key(self) -> int:
        return (self.n_kv_heads or self.n_heads) * (self.d_head or self.d_model // self.n_heads)


@dataclass(frozen=True)
class LatentMixture:
    """DeepSeek-V3: attention through low-rank latents; dense blocks first, then blocks of routed and shared experts."""

    title: str
    source: str
    year: int
    d_model: int
    n_layers: int
    n_dense_layers: int
    n_heads: int
    d_ff: int
    d_expert: int
    n_experts: int
    n_experts_used: int
    n_shared_experts: int
    d_query_latent: int
    d_kv_latent: int
    d_nope: int
    """Width of a head's part without positions."""
    d_rope: int
    d_value: int
    n_vocabulary: int


@dataclass(frozen=True)
class Encoder:
    """BERT's kind; ``d_embedding`` and ``shared`` make it ALBERT's."""

    title: str
    source: str
    year: int
    d_model: int
    n_layers: int
    d_ff: int
    n_vocabulary: int
    n_positions: int
    n_segments: int
    d_embedding: int | None = None
    shared: bool = False
    """One block's weights serve every layer."""


@dataclass(frozen=True)
class EncoderDecoder:
    """T5: an encoder and a decoder stack, relative positions, no biases."""

    title: str
    source: str
    year: int
    d_model: int
    n_layers: int
    """Of each stack."""
    n_heads: int
    d_head: int
    d_ff: int
    n_vocabulary: int
    n_buckets: int
    """Relative distances told apart by the position bias."""


@dataclass(frozen=True)
class VisionTransformer:
    title: str
    source: str
    year: int
    d_model: int
    n_layers: int
    d_ff: int
    image_px: int
    patch_px: int
    n_classes: int


@dataclass(frozen=True)
class ResNet:
    """Bottleneck residual network: 1x1, 3x3, 1x1."""

    title: str
    source: str
    year: int
    depths: tuple[int, ...]
    widths: tuple[int, ...]
    """Channels of a stage's 3x3 convolutions; its output has four times as many."""
    d_stem: int
    n_classes: int


@dataclass(frozen=True)
class ConvNeXt:
    title: str
    source: str
    year: int
    depths: tuple[int, ...]
    widths: tuple[int, ...]
    n_classes: int


@dataclass(frozen=True)
class Mamba:
    title: str
    source: str
    year: int
    d_model: int
    n_layers: int
    d_inner: int
    d_state: int
    d_step: int
    """Rank of the step size."""
    n_taps: int
    """Of the causal convolution."""
    n_vocabulary: int


@dataclass(frozen=True)
class SpeechEncoder:
    """wav2vec 2.0 base: a convolutional front end, a convolutional position embedding, transformer blocks."""

    title: str
    source: str
    year: int
    d_model: int
    n_layers: int
    d_ff: int
    d_front: int
    front_taps: tuple[int, ...]
    position_taps: int
    position_groups: int


Shape = (
    Decoder | LatentMixture | Encoder | EncoderDecoder | VisionTransformer | ResNet | ConvNeXt | Mamba | SpeechEncoder
)


def _gpt2(
    title: str, source: str, year: int, d_model: int, n_layers: int, n_heads: int, n_positions: int = 1024
) -> Decoder:
    return Decoder(
        title, source, year, d_model, n_layers, n_heads, 4 * d_model, 50257,
        gated=False, tied=True, n_positions=n_positions,
        query_key_value_bias=True, output_bias=True, feed_forward_bias=True, norm_bias=True,
    )  # fmt: skip


_RADFORD = "Radford et al., Language models are unsupervised multitask learners"
_BROWN = "Brown et al., Language models are few-shot learners (the 175B row, read as a GPT-2)"
_TOUVRON = "Touvron et al., Llama 2"
_LLAMA3 = "Llama team, The Llama 3 herd of models"
_BIASES = {"query_key_value_bias": True, "output_bias": True, "feed_forward_bias": True, "norm_bias": True}

SHAPES: Mapping[str, Shape] = {
    "gpt2": _gpt2("GPT-2", _RADFORD, 2019, 768, 12, 12),
    "gpt2-medium": _gpt2("GPT-2 medium", _RADFORD, 2019, 1024, 24, 16),
    "gpt2-large": _gpt2("GPT-2 large", _RADFORD, 2019, 1280, 36, 20),
    "gpt2-xl": _gpt2("GPT-2 XL", _RADFORD, 2019, 1600, 48, 25),
    "gpt3": _gpt2("GPT-3 175B", _BROWN, 2020, 12288, 96, 96, 2048),
    "gpt-j-6b": Decoder(
        "GPT-J 6B", "Wang and Komatsuzaki, GPT-J-6B", 2021, 4096, 28, 16, 16384, 50400,
        gated=False, feed_forward_bias=True, norm_bias=True, n_norms=1, head_bias=True,
    ),
    "gpt-neox-20b": Decoder(
        "GPT-NeoX 20B", "Black et al., GPT-NeoX-20B", 2022, 6144, 44, 64, 24576, 50432, gated=False, **_BIASES
    ),
    "pythia-70m": Decoder(
        "Pythia 70M", "Biderman et al., Pythia", 2023, 512, 6, 8, 2048, 50304, gated=False, **_BIASES
    ),
    "opt-125m": Decoder(
        "OPT 125M", "Zhang et al., OPT", 2022, 768, 12, 12, 3072, 50272,
        gated=False, tied=True, n_positions=2050, **_BIASES,
    ),
    "bloom-560m": Decoder(
        "BLOOM 560M", "BigScience workshop, BLOOM", 2022, 1024, 24, 16, 4096, 250880,
        gated=False, tied=True, embedding_norm=True, **_BIASES,
    ),
    "falcon-7b": Decoder(
        "Falcon 7B", "Almazrouei et al., The Falcon series", 2023, 4544, 32, 71, 18176, 65024,
        n_kv_heads=1, gated=False, tied=True, norm_bias=True, n_norms=1,
    ),
    "llama2-7b": Decoder("Llama 2 7B", _TOUVRON, 2023, 4096, 32, 32, 11008, 32000),
    "llama2-70b": Decoder("Llama 2 70B", _TOUVRON, 2023, 8192, 80, 64, 28672, 32000, n_kv_heads=8),
    "llama3-8b": Decoder("Llama 3 8B", _LLAMA3, 2024, 4096, 32, 32, 14336, 128256, n_kv_heads=8),
    "llama3-405b": Decoder("Llama 3 405B", _LLAMA3, 2024, 16384, 126, 128, 53248, 128256, n_kv_heads=8),
    "mistral-7b": Decoder("Mistral 7B", "Jiang et al., Mistral 7B", 2023, 4096, 32, 32, 14336, 32000, n_kv_heads=8),
    "phi3-mini": Decoder("Phi-3 mini", "Abdin et al., Phi-3", 2024, 3072, 32, 32, 8192, 32064),
    "gemma-7b": Decoder(
        "Gemma 7B", "Gemma team, Gemma", 2024, 3072, 28, 16, 24576, 256000, n_kv_heads=16, d_head=256, tied=True
    ),
    "gemma2-9b": Decoder(
        "Gemma 2 9B", "Gemma team, Gemma 2", 2024, 3584, 42, 16, 14336, 256000,
        n_kv_heads=8, d_head=256, tied=True, n_norms=4,
    ),
    "qwen2-7b": Decoder(
        "Qwen2 7B", "Yang et al., Qwen2", 2024, 3584, 28, 28, 18944, 152064, n_kv_heads=4, query_key_value_bias=True
    ),
    "qwen3-8b": Decoder(
        "Qwen3 8B", "Yang et al., Qwen3", 2025, 4096, 36, 32, 12288, 151936,
        n_kv_heads=8, d_head=128, query_key_norm=True,
    ),
    "mixtral-8x7b": Decoder(
        "Mixtral 8x7B", "Jiang et al., Mixtral of experts", 2024, 4096, 32, 32, 14336, 32000,
        n_kv_heads=8, n_experts=8, n_experts_used=2,
    ),
    "qwen3-30b-a3b": Decoder(
        "Qwen3 30B-A3B", "Yang et al., Qwen3", 2025, 2048, 48, 32, 768, 151936,
        n_kv_heads=4, d_head=128, query_key_norm=True, n_experts=128, n_experts_used=8,
    ),
    "gpt-oss-20b": Decoder(
        "gpt-oss 20B", "OpenAI, gpt-oss-120b and gpt-oss-20b model card", 2025, 2880, 24, 64, 2880, 201088,
        n_kv_heads=8, d_head=64, query_key_value_bias=True, output_bias=True, feed_forward_bias=True,
        sinks=True, n_experts=32, n_experts_used=4, router_bias=True,
    ),
    "deepseek-v3": LatentMixture(
        "DeepSeek-V3", "DeepSeek-AI, DeepSeek-V3", 2024, d_model=7168, n_layers=61, n_dense_layers=3, n_heads=128,
        d_ff=18432, d_expert=2048, n_experts=256, n_experts_used=8, n_shared_experts=1,
        d_query_latent=1536, d_kv_latent=512, d_nope=128, d_rope=64, d_value=128, n_vocabulary=129280,
    ),
    "bert-base": Encoder("BERT base", "Devlin et al., BERT", 2018, 768, 12, 3072, 30522, 512, 2),
    "albert": Encoder(
        "ALBERT base", "Lan et al., ALBERT", 2019, 768, 12, 3072, 30000, 512, 2, d_embedding=128, shared=True
    ),
    "t5-small": EncoderDecoder("T5 small", "Raffel et al., T5", 2019, 512, 6, 8, 64, 2048, 32128, 32),
    "vit-b16": VisionTransformer(
        "ViT-B/16", "Dosovitskiy et al., An image is worth 16x16 words", 2020, 768, 12, 3072, 224, 16, 1000
    ),
    "resnet50": ResNet(
        "ResNet-50", "He et al., Deep residual learning", 2015, (3, 4, 6, 3), (64, 128, 256, 512), 64, 1000
    ),
    "convnext-t": ConvNeXt(
        "ConvNeXt-T", "Liu et al., A ConvNet for the 2020s", 2022, (3, 3, 9, 3), (96, 192, 384, 768), 1000
    ),
    "mamba-130m": Mamba("Mamba 130M", "Gu and Dao, Mamba", 2023, 768, 24, 1536, 16, 48, 4, 50280),
    "wav2vec2-base": SpeechEncoder(
        "wav2vec 2.0 base", "Baevski et al., wav2vec 2.0", 2020, 768, 12, 3072, 512, (10, 3, 3, 3, 3, 2, 2), 128, 16
    ),
}  # fmt: skip
"""Every published shape, by the name that ``spec:NAME`` takes."""


@cache
def spec(name: str) -> Spec:
    """Give a published network in closed form; raises ``UsageError`` for a name that is not in the table."""
    if name not in SHAPES:
        raise UsageError(f"no published shape is named {name!r}: {nearest(name, SHAPES)}")
    return count(name, SHAPES[name])


def count(name: str, shape: Shape) -> Spec:
    """Lay out every linear map of a shape; a caller's own shape as well as a published one."""
    maps, others, head, experts = _FAMILIES[type(shape)](shape)
    return Spec(
        name, shape.title, type(shape).__name__, shape.source, shape.year,
        tuple(maps), head, {kind: n for kind, n in others.items() if n}, experts,
    )  # fmt: skip


Layout = tuple[list[Map], dict[str, int], Map | None, tuple[int, int] | None]
"""Maps, other parameters by kind, head, experts."""


def linear(path: str, neurons: int, fan_in: int, *, type: str = "Linear", uses: int = 1) -> Map:
    synapses = neurons * fan_in
    return Map(path, type, f"{neurons:,} rows of {fan_in:,}", neurons, synapses, neurons, synapses, uses)


def convolution(path: str, neurons: int, n_in: int, *kernel: int) -> Map:
    """``n_in`` is the channels that one output channel reads: of its group."""
    synapses = neurons * n_in
    for taps in kernel:
        synapses *= taps
    reading = f"{neurons:,} rows of " + "·".join(f"{size:,}" for size in (n_in, *kernel))
    return Map(path, f"Conv{len(kernel)}d", reading, neurons, synapses, neurons, synapses)


def experts(path: str, n_experts: int, n_used: int, neurons: int, fan_in: int) -> Map:
    reading = f"{n_experts:,} × {neurons:,} rows of {fan_in:,}"
    each = neurons * fan_in
    return Map(path, "Experts", reading, n_experts * neurons, n_experts * each, n_used * neurons, n_used * each)


def _decoder(shape: Decoder) -> Layout:
    d, ff, layers = shape.d_model, shape.d_ff, shape.n_layers
    up = 2 * ff if shape.gated else ff
    maps = []
    for layer in range(layers):
        at = f"blocks.{layer}"
        maps += [
            linear(f"{at}.attention.query", shape.d_query, d),
            linear(f"{at}.attention.key", shape.d_key, d),
            linear(f"{at}.attention.value", shape.d_key, d),
            linear(f"{at}.attention.output", d, shape.d_query),
        ]
        if shape.n_experts:
            maps += [
                linear(f"{at}.router", shape.n_experts, d, type="Router"),
                experts(f"{at}.experts.gate_up", shape.n_experts, shape.n_experts_used, up, d),
                experts(f"{at}.experts.down", shape.n_experts, shape.n_experts_used, d, ff),
            ]
        elif shape.gated:
            maps += [linear(f"{at}.feed_forward.gate", ff, d), linear(f"{at}.feed_forward.up", ff, d)]
            maps += [linear(f"{at}.feed_forward.down", d, ff)]
        else:
            maps += [linear(f"{at}.feed_forward.key", ff, d), linear(f"{at}.feed_forward.value", d, ff)]
    width = 2 * d if shape.norm_bias else d
    biases = (
        shape.query_key_value_bias * (shape.d_query + 2 * shape.d_key)
        + shape.output_bias * d
        + shape.feed_forward_bias * (up + d) * (shape.n_experts or 1)
        + shape.router_bias * shape.n_experts
    )
    head_norms = 2 * shape.d_query // shape.n_heads if shape.query_key_norm else 0
    others = {
        "head": shape.n_vocabulary * d,
        "lookup tables": (not shape.tied) * shape.n_vocabulary * d + shape.n_positions * d,
        "biases": layers * biases + shape.head_bias * shape.n_vocabulary,
        "norms": layers * (shape.n_norms * width + head_norms) + (1 + shape.embedding_norm) * width,
        "scales": shape.sinks * layers * shape.n_heads,
    }
    used = (shape.n_experts, shape.n_experts_used) if shape.n_experts else None
    return maps, others, linear("head", shape.n_vocabulary, d), used


def _latent_mixture(shape: LatentMixture) -> Layout:
    d, layers, heads = shape.d_model, shape.n_layers, shape.n_heads
    routed = layers - shape.n_dense_layers
    maps = []
    for layer in range(layers):
        at = f"blocks.{layer}"
        maps += [
            linear(f"{at}.attention.query_down", shape.d_query_latent, d),
            linear(f"{at}.attention.query_up", heads * (shape.d_nope + shape.d_rope), shape.d_query_latent),
            linear(f"{at}.attention.key_value_down", shape.d_kv_latent + shape.d_rope, d),
            linear(f"{at}.attention.key_value_up", heads * (shape.d_nope + shape.d_value), shape.d_kv_latent),
            linear(f"{at}.attention.output", d, heads * shape.d_value),
        ]
        if layer < shape.n_dense_layers:
            maps += _gated(f"{at}.feed_forward", d, shape.d_ff)
        else:
            maps += [
                linear(f"{at}.router", shape.n_experts, d, type="Router"),
                experts(f"{at}.experts.gate_up", shape.n_experts, shape.n_experts_used, 2 * shape.d_expert, d),
                experts(f"{at}.experts.down", shape.n_experts, shape.n_experts_used, d, shape.d_expert),
                *_gated(f"{at}.shared_experts", d, shape.n_shared_experts * shape.d_expert),
            ]
    others = {
        "head": shape.n_vocabulary * d,
        "lookup tables": shape.n_vocabulary * d,
        "norms": layers * (2 * d + shape.d_query_latent + shape.d_kv_latent) + d,
    }
    used = (shape.n_experts, shape.n_experts_used) if routed else None
    return maps, others, linear("head", shape.n_vocabulary, d), used


def _gated(path: str, d: int, ff: int) -> list[Map]:
    return [linear(f"{path}.gate", ff, d), linear(f"{path}.up", ff, d), linear(f"{path}.down", d, ff)]


def _block(path: str, d: int, ff: int, *, attentions: tuple[str, ...] = ("attention",), uses: int = 1) -> list[Map]:
    """Attention of full width and a plain feed-forward part."""
    parts = [f"{attention}.{part}" for attention in attentions for part in ("query", "key", "value", "output")]
    squares = [linear(f"{path}.{part}", d, d, uses=uses) for part in parts]
    key = linear(f"{path}.feed_forward.key", ff, d, uses=uses)
    return [*squares, key, linear(f"{path}.feed_forward.value", d, ff, uses=uses)]


def _block_biases(d: int, ff: int) -> int:
    return 4 * d + ff + d


def _encoder(shape: Encoder) -> Layout:
    d, ff = shape.d_model, shape.d_ff
    stored = 1 if shape.shared else shape.n_layers
    d_embedding = shape.d_embedding or d
    maps = [linear("embedding_projection", d, d_embedding)] if shape.d_embedding else []
    for layer in range(stored):
        maps += _block(f"blocks.{layer}", d, ff, uses=shape.n_layers // stored)
    maps.append(linear("pooler", d, d))
    tables = (shape.n_vocabulary + shape.n_positions + shape.n_segments) * d_embedding
    biases = stored * _block_biases(d, ff) + d + (d if shape.d_embedding else 0)
    return maps, {"lookup tables": tables, "biases": biases, "norms": 2 * d_embedding + stored * 4 * d}, None, None


def _encoder_decoder(shape: EncoderDecoder) -> Layout:
    d, ff, inner = shape.d_model, shape.d_ff, shape.n_heads * shape.d_head
    maps = []
    for stack, attentions in (("encoder", ("attention",)), ("decoder", ("attention", "cross_attention"))):
        for layer in range(shape.n_layers):
            at = f"{stack}.blocks.{layer}"
            for attention in attentions:
                maps += [linear(f"{at}.{attention}.{part}", inner, d) for part in ("query", "key", "value")]
                maps.append(linear(f"{at}.{attention}.output", d, inner))
            maps += [linear(f"{at}.feed_forward.key", ff, d), linear(f"{at}.feed_forward.value", d, ff)]
    others = {
        "head": shape.n_vocabulary * d,
        "lookup tables": 2 * shape.n_buckets * shape.n_heads,
        "norms": (5 * shape.n_layers + 2) * d,
    }
    return maps, others, linear("head", shape.n_vocabulary, d), None


def _vision_transformer(shape: VisionTransformer) -> Layout:
    d, ff = shape.d_model, shape.d_ff
    n_patches = (shape.image_px // shape.patch_px) ** 2
    maps = [convolution("patches", d, 3, shape.patch_px, shape.patch_px)]
    for layer in range(shape.n_layers):
        maps += _block(f"blocks.{layer}", d, ff)
    maps.append(linear("classifier", shape.n_classes, d))
    others = {
        "lookup tables": (n_patches + 1) * d + d,
        "biases": d + shape.n_layers * _block_biases(d, ff) + shape.n_classes,
        "norms": (2 * shape.n_layers + 1) * 2 * d,
    }
    return maps, others, None, None


def _resnet(shape: ResNet) -> Layout:
    maps = [convolution("stem", shape.d_stem, 3, 7, 7)]
    n_in = shape.d_stem
    for stage, (depth, width) in enumerate(zip(shape.depths, shape.widths, strict=True)):
        for block in range(depth):
            at = f"stages.{stage}.{block}"
            maps += [
                convolution(f"{at}.reduce", width, n_in, 1, 1),
                convolution(f"{at}.middle", width, width, 3, 3),
                convolution(f"{at}.expand", 4 * width, width, 1, 1),
            ]
            if block == 0:
                maps.append(convolution(f"{at}.shortcut", 4 * width, n_in, 1, 1))
            n_in = 4 * width
    norms = 2 * sum(row.neurons for row in maps)
    maps.append(linear("classifier", shape.n_classes, n_in))
    return maps, {"norms": norms, "biases": shape.n_classes}, None, None


def _convnext(shape: ConvNeXt) -> Layout:
    first, last = shape.widths[0], shape.widths[-1]
    maps = [convolution("stem", first, 3, 4, 4)]
    norms, scales, n_in = 2 * first, 0, first
    for stage, (depth, width) in enumerate(zip(shape.depths, shape.widths, strict=True)):
        if stage:
            maps.append(convolution(f"stages.{stage}.downsampling", width, n_in, 2, 2))
            norms += 2 * n_in
        for block in range(depth):
            at = f"stages.{stage}.blocks.{block}"
            maps.append(convolution(f"{at}.depthwise", width, 1, 7, 7))
            maps += [linear(f"{at}.expand", 4 * width, width), linear(f"{at}.reduce", width, 4 * width)]
            norms, scales = norms + 2 * width, scales + width
        n_in = width
    norms += 2 * last
    maps.append(linear("classifier", shape.n_classes, last))
    biases = sum(row.neurons for row in maps)
    return maps, {"norms": norms, "scales": scales, "biases": biases}, None, None


def _mamba(shape: Mamba) -> Layout:
    d, inner, state, step = shape.d_model, shape.d_inner, shape.d_state, shape.d_step
    maps = []
    for layer in range(shape.n_layers):
        at = f"blocks.{layer}"
        maps += [
            linear(f"{at}.input", 2 * inner, d),
            convolution(f"{at}.convolution", inner, 1, shape.n_taps),
            linear(f"{at}.selection", step + 2 * state, inner),
            linear(f"{at}.step", inner, step),
            linear(f"{at}.output", d, inner),
        ]
    others = {
        "head": shape.n_vocabulary * d,
        "biases": shape.n_layers * 2 * inner,
        "scales": shape.n_layers * (inner * state + inner),
        "norms": (shape.n_layers + 1) * d,
    }
    return maps, others, linear("head", shape.n_vocabulary, d), None


def _speech_encoder(shape: SpeechEncoder) -> Layout:
    d, ff, front = shape.d_model, shape.d_ff, shape.d_front
    maps, n_in = [], 1
    for layer, taps in enumerate(shape.front_taps):
        maps.append(convolution(f"front.{layer}", front, n_in, taps))
        n_in = front
    maps.append(linear("projection", d, front))
    maps.append(convolution("positions", d, d // shape.position_groups, shape.position_taps))
    for layer in range(shape.n_layers):
        maps += _block(f"blocks.{layer}", d, ff)
    others = {
        "biases": d + d + shape.n_layers * _block_biases(d, ff),
        "norms": 2 * front + 2 * front + 2 * d + shape.n_layers * 4 * d,
        "lookup tables": d,  # the embedding of a masked step
        "scales": shape.position_taps,  # magnitudes of the weight norm
    }
    return maps, others, None, None


_FAMILIES: Mapping[type, Callable[..., Layout]] = {
    Decoder: _decoder,
    LatentMixture: _latent_mixture,
    Encoder: _encoder,
    EncoderDecoder: _encoder_decoder,
    VisionTransformer: _vision_transformer,
    ResNet: _resnet,
    ConvNeXt: _convnext,
    Mamba: _mamba,
    SpeechEncoder: _speech_encoder,
}
