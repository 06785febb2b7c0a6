"""The shapes that papers publish: a few numbers from which every matrix of a network follows, one class a family."""

from dataclasses import dataclass


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
