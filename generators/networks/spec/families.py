"""From a shape to its linear maps: one function a family, each a closed form of the network's own code."""

from collections.abc import Callable, Mapping

from generators.networks.spec.maps import Map, convolution, experts, linear
from generators.networks.spec.shapes import (
    ConvNeXt,
    Decoder,
    Encoder,
    EncoderDecoder,
    LatentMixture,
    Mamba,
    ResNet,
    SpeechEncoder,
    VisionTransformer,
)

Layout = tuple[list[Map], dict[str, int], Map | None, tuple[int, int] | None]
"""Maps, other parameters by kind, head, experts."""


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


FAMILIES: Mapping[type, Callable[..., Layout]] = {
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
