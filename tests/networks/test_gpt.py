"""Our GPT against another's of the same shape, its laws, and what the two that come with the project have learned."""

import importlib.util
import math
from dataclasses import replace
from itertools import islice

import pytest
import torch

from generators.datasets import grammar, pydoc
from generators.networks import cards, language, tensors
from generators.networks.gpt import GPT, Sizes, grammar_gpt, pydoc_gpt
from generators.paths import REPOSITORY

SMALL = Sizes(n_tokens=23, n_positions=12, d_model=16, n_layers=3, n_heads=4)
MADE = {"grammar-gpt": (grammar_gpt, grammar), "pydoc-gpt": (pydoc_gpt, pydoc)}


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("train_gpt", REPOSITORY.root / "scripts" / "train_gpt.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shaken(sizes: Sizes, seed: int = 0) -> GPT:
    """A GPT none of whose parameters is 0 or 1, so that each one counts."""
    torch.manual_seed(seed)
    module = GPT(sizes).eval().requires_grad_(False)
    for parameter in module.parameters():
        parameter += 0.2 * torch.randn_like(parameter)
    return module


def read(name: str) -> GPT:
    module, path = MADE[name][0]().eval().requires_grad_(False), cards.weights_file(name)
    tensors.fit(module, tensors.read(path), path)
    return module


def in_transformers(module: GPT):
    """The same weights in GPT-2 as transformers has it, which stores linear layers the other way round."""
    transformers = pytest.importorskip("transformers")
    sizes = module.sizes
    config = transformers.GPT2Config(
        vocab_size=sizes.n_tokens,
        n_positions=sizes.n_positions,
        n_embd=sizes.d_model,
        n_layer=sizes.n_layers,
        n_head=sizes.n_heads,
        activation_function="relu",
        tie_word_embeddings=sizes.tied,
    )
    names = {"tokens": "transformer.wte", "positions": "transformer.wpe", "norm": "transformer.ln_f", "head": "lm_head"}
    parts = {"norm1": "ln_1", "norm2": "ln_2", "attention.qkv": "attn.c_attn", "attention.out": "attn.c_proj"}
    parts |= {"mlp.key": "mlp.c_fc", "mlp.value": "mlp.c_proj"}
    for block in range(sizes.n_layers):
        names |= {f"blocks.{block}.{ours}": f"transformer.h.{block}.{theirs}" for ours, theirs in parts.items()}
    weights = {}
    for name, tensor in module.state_dict().items():
        ours, _, kind = name.rpartition(".")
        turned = tensor.T if tensor.ndim == 2 and ours.startswith("blocks.") else tensor
        weights[f"{names[ours]}.{kind}"] = turned.contiguous()
    other = transformers.GPT2LMHeadModel(config).eval()
    other.load_state_dict(weights)
    return other


@pytest.mark.parametrize("tied", [False, True])
def test_the_same_weights_say_the_same_in_transformers(tied):
    module = shaken(replace(SMALL, tied=tied))
    tokens = torch.randint(SMALL.n_tokens, (5, 12))
    with torch.no_grad():
        torch.testing.assert_close(module(tokens), in_transformers(module)(tokens).logits, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("changed", [1, 6, 11])
def test_a_token_changes_nothing_before_itself(changed):
    module, tokens = shaken(SMALL), torch.randint(SMALL.n_tokens, (4, 12))
    other = tokens.clone()
    other[:, changed] = (other[:, changed] + 1) % SMALL.n_tokens
    before, after = module(tokens), module(other)
    torch.testing.assert_close(before[:, :changed], after[:, :changed], atol=1e-6, rtol=0)
    assert all((before[:, t] - after[:, t]).abs().max() > 1e-3 for t in range(changed, 12))


def test_a_shorter_text_is_the_beginning_of_a_longer_one():
    module, tokens = shaken(SMALL), torch.randint(SMALL.n_tokens, (2, 12))
    torch.testing.assert_close(module(tokens)[:, :7], module(tokens[:, :7]), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("sizes", [SMALL, grammar_gpt().sizes, pydoc_gpt().sizes])
def test_parameters_are_counted_in_closed_form(sizes):
    assert sum(parameter.numel() for parameter in GPT(sizes).parameters()) == sizes.n_parameters


def test_gpt_2_itself_has_its_published_parameters():
    assert Sizes(50257, 1024, 768, 12, 12, tied=True).n_parameters == 124_439_808


def test_a_tied_head_is_stored_once_and_read_back(tmp_path):
    module = shaken(replace(SMALL, tied=True))
    card = cards.publish("small", module, {}, tmp_path)
    path = cards.weights_file("small", tmp_path)
    stored, again = tensors.read(path), shaken(replace(SMALL, tied=True), seed=1)
    assert card["parameters"] == sum(each.numel() for each in stored.values()) == module.sizes.n_parameters
    tensors.fit(again, stored, path)
    tokens = torch.randint(SMALL.n_tokens, (2, 12))
    torch.testing.assert_close(again(tokens), module(tokens), atol=0, rtol=0)


def test_an_mlp_adds_each_value_as_much_as_its_key_fires():
    mlp, x = shaken(SMALL).blocks[1].mlp, torch.randn(3, 16)
    fires = (x @ mlp.key.weight.T + mlp.key.bias).clamp(min=0)  # (3, 64)
    added = sum(fires[:, i, None] * mlp.value.weight[:, i] for i in range(64)) + mlp.value.bias
    torch.testing.assert_close(mlp(x), added, atol=1e-5, rtol=1e-5)


def test_dropout_acts_in_training_only():
    module, tokens = shaken(Sizes(23, 12, 16, 2, 4, dropout=0.5)), torch.randint(23, (1, 12))
    torch.testing.assert_close(module(tokens), module(tokens), atol=0, rtol=0)
    module.train()
    assert (module(tokens) - module(tokens)).abs().max() > 0.1


def test_writing_follows_the_logits_and_its_seed_and_reads_no_further_than_the_context():
    module, prompt = shaken(SMALL), torch.tensor([3, 1])
    text = module.write(prompt, 20, temperature=1.0, seed=5)
    assert len(text) == 22 and text[:2].tolist() == [3, 1]
    assert text.tolist() == module.write(prompt, 20, temperature=1.0, seed=5).tolist()
    assert text.tolist() != module.write(prompt, 20, temperature=1.0, seed=6).tolist()
    cold = module.write(prompt, 20, temperature=1e-4, seed=0)
    assert all(module(cold[None, max(0, t - 12) : t])[0, -1].argmax() == cold[t] for t in range(2, 22))


def test_training_lowers_the_loss_and_repeats_itself(script):
    def losses() -> list[float]:
        torch.manual_seed(0)
        module = GPT(Sizes(87, 64, 32, 2, 4))
        return list(script.fit(module, grammar.stream(0, 16), 20, rate=2e-2, decay=0.01))

    once = losses()
    assert len(once) == 20 and once[0] > 4.3 and once[-1] < 4.1
    assert once == losses()


def test_a_network_without_the_facts_is_not_published(script):
    good = {"loss": 0.94, "capital_accuracy": 1.0, "sum_accuracy": 0.96}
    assert script.shortfalls(good) == []
    assert script.shortfalls(good | {"loss": 0.951}) == ["loss 0.951 > 0.95"]
    assert script.shortfalls(good | {"capital_accuracy": 0.5, "sum_accuracy": 0.9}) == [
        "capital_accuracy 0.500 < 0.95",
        "sum_accuracy 0.900 < 0.95",
    ]


@pytest.mark.parametrize("name", MADE)
def test_the_weights_reach_what_their_card_says(name):
    card, data = cards.read(name), MADE[name][1].load()
    found = language.quality(read(name), data)
    for figure, value in found.items():
        assert card["quality"][figure] == pytest.approx(value, abs=1e-3), figure
    assert found["loss"] < 0.7 * found["chance_loss"] and found["accuracy"] > 2 * found["chance"]


def test_grammar_gpt_knows_the_facts_and_is_near_the_floor():
    module, quality = read("grammar-gpt"), cards.read("grammar-gpt")["quality"]
    asked = {"capital": grammar.capitals(), "day": grammar.days(), "sum": grammar.sums()}
    for name, questions in (asked | {"agreement": grammar.agreements()}).items():
        assert language.share_right(module, questions) == quality[f"{name}_accuracy"] >= 0.95
    assert quality["floor"] < quality["loss"] <= 0.95
    assert quality["entropy_rate"] == pytest.approx(0.928, abs=5e-4)


@pytest.mark.parametrize("name", MADE)
def test_the_samples_on_a_card_are_what_the_network_writes(name, script):
    sample, data = cards.read(name)["samples"][0], MADE[name][1]
    prompt = torch.from_numpy(data.encode(sample["prompt"]))
    written = read(name).write(prompt, 12, sample["temperature"], sample["seed"])
    assert sample["text"].startswith(data.decode(written[:-2].numpy()))


def test_what_grammar_gpt_writes_is_grammatical():
    everything = {" ".join(sentence) for each in grammar.templates() for sentence in each.sentences}
    text = grammar.decode(read("grammar-gpt").write(torch.from_numpy(grammar.encode(".")), 300, 1.0, seed=7).numpy())
    sentences = [f"{each.strip()} ." for each in text.split(".")[1:-1]]
    assert sum(each in everything for each in sentences) / len(sentences) > 0.95


def test_untrained_networks_know_nothing():
    torch.manual_seed(0)
    assert language.share_right(grammar_gpt().eval(), grammar.capitals()) < 0.2


def test_the_first_losses_are_those_of_guessing_evenly(script):
    torch.manual_seed(0)
    (loss,) = islice(script.fit(grammar_gpt(), grammar.stream(0, 8), 1, rate=1e-3, decay=0.0), 1)
    assert loss == pytest.approx(math.log(87), abs=0.15)
