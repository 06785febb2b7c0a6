"""Published networks: the shape of each, and who published it."""

from collections.abc import Mapping

from generators.networks.spec.shapes import (
    ConvNeXt,
    Decoder,
    Encoder,
    EncoderDecoder,
    LatentMixture,
    Mamba,
    ResNet,
    Shape,
    SpeechEncoder,
    VisionTransformer,
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
