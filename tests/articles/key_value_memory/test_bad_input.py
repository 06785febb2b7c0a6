"""What cannot be read as memories, or only in part: each is said in one sentence, or handled."""

from io import StringIO
from pathlib import Path

import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file, save_file

from generators import check
from generators.articles.key_value_memory.analysis import anatomy
from generators.articles.report.exhibits import exhibits
from generators.datasets import grammar
from generators.errors import UsageError
from generators.networks import Subject, layers
from generators.networks.configuration import entry
from generators.paths import Paths
from tests.articles.key_value_memory import networks as tiny

WEIGHTS = "model.safetensors"


def refused(folder: Path) -> str:
    """The sentence with which the network in the folder is refused."""
    with pytest.raises(UsageError) as error:
        tiny.load(folder)
    return str(error.value)


class TestWithoutAHead:
    """An encoder: it is loaded and has memories, and nothing can be said of what they write."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        tiny.save_bert(tmp_path)
        return tmp_path

    def test_its_memories_are_found_and_no_head(self, folder: Path) -> None:
        network = tiny.load(folder)
        assert (network.kind, network.quality, len(network.labels)) == ("text-encoder", {}, 88)
        assert network.module(network.dataset.test.x[:2]).shape == (2, 16, tiny.D)  # type: ignore[union-attr]
        found = anatomy.find(network)
        assert [each.path for each in found.layers] == [f"encoder.layer.{i}.output.dense" for i in range(2)]
        assert found.head is None and not found.is_tied

    def test_it_is_checked_and_its_report_has_no_next_tokens(self, folder: Path) -> None:
        found = check.check("tiny", Paths(folder))
        assert (found.counts, found.quality, found.warnings) == (None, {}, ())
        Console(width=120, file=(printed := StringIO())).print(check.report(found))
        said = printed.getvalue()
        assert "text-encoder" in said and "16 tokens" in said and "88 tokens in its vocabulary" in said
        about, survey = entry("tiny", Paths(folder)), layers.of(tiny.load(folder))
        subject = Subject("tiny", about.kind, survey, about.labels)
        assert [each.name for each in exhibits(subject, "smoke")] == ["card"]

    def test_as_a_language_model_it_is_refused_and_its_kind_is_named(self, folder: Path) -> None:
        tiny.entry(folder, kind="language-model")
        assert refused(folder) == (
            "network 'tiny' answers with a BaseModelOutputWithPoolingAndCrossAttentions: expected a tensor, or an "
            'object with .logits; a network that reads text and has no head is of kind "text-encoder"'
        )

    def test_hidden_states_that_are_not_there_for_each_token_are_refused(self, folder: Path) -> None:
        nets = "from torch import nn\n\ndef net():\n    return nn.Sequential(nn.Embedding(88, 4), nn.Flatten())\n"
        (folder / "nets.py").write_text(nets)
        file = folder / "networks.toml"
        file.write_text(file.read_text().replace('"hf:."', '"nets.py:net"\nlabels = "tokenizer.json"'))
        assert "answers an example with 64 numbers: expected for each token the numbers that stand for it" in refused(
            folder
        )


class TestTokens:
    def test_a_tokenizer_with_more_tokens_than_the_embedding_has_rows(self, tmp_path: Path) -> None:
        tiny.save_gpt2(tmp_path, vocab_size=60)
        assert refused(tmp_path) == (
            f"{tmp_path / 'networks.toml'} has one mistake:\n  line 1: networks.tiny.labels: the vocabulary has 88 "
            "tokens and the network an embedding of 60: expected the tokenizer or the labels that it was trained with"
        )

    def test_an_embedding_with_more_rows_than_the_tokenizer_has_tokens_is_padded(self, tmp_path: Path) -> None:
        tiny.save_gpt2(tmp_path, vocab_size=128)
        network = tiny.load(tmp_path)
        assert len(network.labels) == 88
        head = anatomy.find(network).head
        assert head is not None and head.shape == (128, tiny.D)

    def test_a_text_shorter_than_what_is_read_at_once(self, tmp_path: Path) -> None:
        tiny.save_gpt2(tmp_path)
        (tmp_path / "text.txt").write_text(" ".join(grammar.WORDS[:4]))
        assert refused(tmp_path) == (
            f"{tmp_path / 'text.txt'} has 4 tokens: expected more than 16, what the network reads at once"
        )

    def test_more_tokens_at_once_than_the_network_has_positions(self, tmp_path: Path) -> None:
        tiny.save_gpt2(tmp_path)
        tiny.entry(tmp_path, length=32)
        assert refused(tmp_path).startswith("network 'tiny' cannot take an example of shape 32: IndexError: ")


class TestExperts:
    def test_where_their_keys_and_values_are_is_said(self) -> None:
        transformers = pytest.importorskip("transformers")
        config = transformers.MixtralConfig(**tiny.LLAMA, num_key_value_heads=2, num_local_experts=4)
        network = tiny.wrapped(tiny.seeded(lambda: transformers.MixtralForCausalLM(config)))
        with pytest.raises(UsageError) as error:
            anatomy.find(network)
        assert str(error.value) == (
            "network 'tiny' has no memories that can be read: the MLPs of 2 layers are mixtures of 4 experts: keys and "
            "gates in model.layers.0.mlp.experts.gate_up_proj, values in model.layers.0.mlp.experts.down_proj, routed "
            "by model.layers.0.mlp.gate; memories of experts are not followed"
        )

    def test_a_network_without_mlps_is_refused(self) -> None:
        network = tiny.wrapped(torch.nn.Embedding(tiny.N_TOKENS, tiny.N_TOKENS))
        with pytest.raises(
            UsageError, match="network 'tiny' has no memories that can be read: expected an MLP in every"
        ):
            anatomy.find(network)


class TestNumbers:
    def test_finite_weights_that_overflow_are_said_with_the_first_layer_that_does(self, tmp_path: Path) -> None:
        tiny.save_gpt2(tmp_path)
        weights = load_file(tmp_path / WEIGHTS)
        for name in ("c_fc", "c_proj"):
            weights[f"transformer.h.1.mlp.{name}.weight"] *= 1e38
        save_file(weights, tmp_path / WEIGHTS, {"format": "pt"})
        assert refused(tmp_path) == (
            "network 'tiny' answers 159 of 159 held-out examples with NaN, the first of its layers to give no "
            "numbers being 'transformer.h.1.mlp.c_proj': expected numbers; look at its weights, and at mean and std of "
            "its input"
        )

    def test_an_encoder_that_overflows_is_refused(self, tmp_path: Path) -> None:
        tiny.save_bert(tmp_path)
        weights = load_file(tmp_path / WEIGHTS)
        weights["encoder.layer.0.intermediate.dense.weight"] *= 1e38
        weights["encoder.layer.0.output.dense.weight"] *= 1e38
        save_file(weights, tmp_path / WEIGHTS, {"format": "pt"})
        assert (
            "8 of 8 held-out examples with NaN, the first of its layers to give no numbers being 'encoder.l"
            in refused(tmp_path)
        )
