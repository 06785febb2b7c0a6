"""Language models of many families, tiny and never trained, and folders of saved ones, as readers have them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from torch import Tensor, nn

from generators import networks
from generators.datasets import Dataset, Split, grammar
from generators.networks import Network
from generators.networks.configuration import Entry
from generators.paths import Paths

N_TOKENS, CONTEXT = 97, 12
D, F, N_LAYERS, N_HEADS = 32, 80, 2, 4

LLAMA = {
    "hidden_size": D,
    "intermediate_size": F,
    "num_hidden_layers": N_LAYERS,
    "num_attention_heads": N_HEADS,
    "vocab_size": N_TOKENS,
    "max_position_embeddings": CONTEXT,
    "pad_token_id": 0,
    "bos_token_id": 0,
    "eos_token_id": 0,
}
"""Sizes as most families of transformers call them."""
GPT2 = {
    "n_embd": D,
    "n_layer": N_LAYERS,
    "n_head": N_HEADS,
    "vocab_size": N_TOKENS,
    "n_positions": CONTEXT,
    "bos_token_id": 0,
    "eos_token_id": 0,
}
"""As GPT-2 and its descendants do."""
FALCON = {
    "hidden_size": D,
    "num_hidden_layers": N_LAYERS,
    "num_attention_heads": N_HEADS,
    "vocab_size": N_TOKENS,
    "bos_token_id": 0,
    "eos_token_id": 0,
}
OPT = {**FALCON, "ffn_dim": F, "max_position_embeddings": CONTEXT, "word_embed_proj_dim": D}
GEMMA = {**LLAMA, "head_dim": 2 * D // N_HEADS, "num_key_value_heads": 1}
GROUPED = {**LLAMA, "num_key_value_heads": N_HEADS // 2}
"""Two queries to a key: where they are fused, their layer is as wide as that of a gate and what it lets through."""
FAMILIES: dict[str, tuple[str, dict[str, Any]]] = {
    "GPT-2": ("GPT2", GPT2),
    "OPT": ("OPT", OPT),
    "GPT-Neo": (
        "GPTNeo",
        {
            "hidden_size": D,
            "num_layers": N_LAYERS,
            "num_heads": N_HEADS,
            "vocab_size": N_TOKENS,
            "max_position_embeddings": CONTEXT,
            "attention_types": [[["global", "local"], 1]],
            "bos_token_id": 0,
            "eos_token_id": 0,
        },
    ),
    "GPT-NeoX": ("GPTNeoX", LLAMA),
    "GPT-J": ("GPTJ", {**GPT2, "rotary_dim": 4}),
    "BLOOM": ("Bloom", {**FALCON, "n_layer": N_LAYERS, "n_head": N_HEADS}),
    "Falcon": ("Falcon", FALCON),
    "StarCoder": ("GPTBigCode", {**GPT2, "n_head": 2}),
    "Llama": ("Llama", GROUPED),
    "Llama, tied": ("Llama", {**LLAMA, "tie_word_embeddings": True}),
    "Llama, as many memories as numbers": ("Llama", {**LLAMA, "intermediate_size": D}),
    "Mistral": ("Mistral", GROUPED),
    "Gemma": ("Gemma", GEMMA),
    "Gemma 3": ("Gemma3", GEMMA),
    "Qwen3": ("Qwen3", {**GROUPED, "head_dim": 16}),
    "Phi-3": ("Phi3", LLAMA),
    "Phi-3, grouped": ("Phi3", GROUPED),
    "Cohere": ("Cohere", LLAMA),
    "Granite": ("Granite", {**LLAMA, "logits_scaling": 4.0}),
    "GPT": ("OpenAIGPT", GPT2),
}
"""What we call it -> what transformers does, and its sizes. Cohere and Granite scale logits, GPT has no last norm."""


def family(name: str, **more: Any) -> nn.Module:
    """Make a language model that was never trained, always the same."""
    transformers = pytest.importorskip("transformers")
    called, sizes = FAMILIES[name]
    config = getattr(transformers, f"{called}TextConfig", None) or getattr(transformers, f"{called}Config")
    model = getattr(transformers, f"{called}ForCausalLM", None) or getattr(transformers, f"{called}LMHeadModel")
    return seeded(lambda: model(config(**{**sizes, **more})))


def seeded(make: Callable[[], Any]) -> Any:
    """Make a module whose every number is drawn, norms and biases too, so that none of them can be left out unseen."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        module = make().eval()
        for parameter in module.parameters():
            if parameter.ndim < 2:
                nn.init.normal_(parameter, mean=float(parameter.detach().mean()), std=0.1)
            parameter.requires_grad_(False)
    return module


def texts(n: int = 2, seed: int = 0) -> Tensor:
    """Random texts (n, CONTEXT)."""
    return torch.randint(1, N_TOKENS, (n, CONTEXT), generator=torch.Generator().manual_seed(seed))


def wrapped(module: nn.Module, kind: str = "language-model") -> Network:
    """A network as it is loaded, with random texts and no entry."""
    x = texts()
    part = Split(x, x.roll(-1, 1), x.numpy())
    labels = tuple(f"token {i}" for i in range(N_TOKENS))
    data = Dataset("random", part, part, labels, (), (), ())
    return Network("tiny", kind, module, data, labels, "", {}, "cpu", (CONTEXT,), cast("Entry", None), Path())


def save_text(folder: Path, n_windows: int = 40) -> None:
    """Write ``text.txt``, sentences of the grammar, and the tokenizer.json that cuts it into words, ``<unk>`` last."""
    tokenizers = pytest.importorskip("tokenizers")
    words = {word: i for i, word in enumerate((*grammar.WORDS, "<unk>"))}
    cutter = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="<unk>"))
    cutter.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
    folder.mkdir(parents=True, exist_ok=True)
    cutter.save(str(folder / "tokenizer.json"))
    (folder / "text.txt").write_text(" ".join(grammar.decode(row) for row in grammar.load().test.raw[:n_windows]))


def save_gpt2(folder: Path, steps: int = 0, **more: Any) -> Path:
    """Save a GPT-2 of two layers, 32 wide, with text, tokenizer.json and networks.toml, where its name is ``tiny``."""
    transformers = pytest.importorskip("transformers")
    save_text(folder)
    sizes = {**GPT2, "vocab_size": len(grammar.WORDS) + 1, "n_positions": 16, **more}
    module = seeded(lambda: transformers.GPT2LMHeadModel(transformers.GPT2Config(**sizes)))
    _train(module, steps)
    module.save_pretrained(folder)
    return entry(folder)


def save_bert(folder: Path) -> Path:
    """Save a BERT without a head in the same way."""
    transformers = pytest.importorskip("transformers")
    save_text(folder)
    sizes = {**LLAMA, "vocab_size": len(grammar.WORDS) + 1, "max_position_embeddings": 16}
    seeded(lambda: transformers.BertModel(transformers.BertConfig(**sizes))).save_pretrained(folder)
    return entry(folder, kind="text-encoder")


def entry(folder: Path, kind: str = "language-model", length: int = 16) -> Path:
    """Write networks.toml for what was saved in the folder; return its path."""
    file = folder / "networks.toml"
    file.write_text(
        f'[networks.tiny]\nsource = "hf:."\nkind = "{kind}"\ninput = {{ length = {length} }}\ndata = "text.txt"\n'
    )
    return file


def load(folder: Path) -> Network:
    """Load what was saved in the folder, and keep what is measured of it there."""
    return networks.load("tiny", Paths(folder))


def _train(module: nn.Module, steps: int) -> None:
    tokens = torch.from_numpy(grammar.load().train.raw[:64, :16]).long()
    module.requires_grad_(True)
    adam = torch.optim.Adam(module.parameters(), 1e-2)
    for _ in range(steps):
        adam.zero_grad()
        module(tokens, labels=tokens).loss.backward()
        adam.step()
