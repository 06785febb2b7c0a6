"""Language models so small that every number of theirs can be found again in a second way, and their texts."""

from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import relu, silu

from generators.articles.key_value_memory.analysis.anatomy import Anatomy, MemoryLayer
from generators.articles.key_value_memory.analysis.unembedding import identity
from generators.datasets import Dataset, Split
from generators.datasets.corpus import Corpus, whole
from generators.networks import Network
from generators.networks.configuration import Entry
from generators.networks.gpt import GPT, Block, Sizes

N_TOKENS, CONTEXT, D, N_LAYERS = 11, 8, 6, 2
F = 4 * D


class Gated(nn.Module):
    """An MLP whose keys are gated, so that activations are of either sign."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.up, self.value = nn.Linear(D, F), nn.Linear(D, F), nn.Linear(F, D)

    def forward(self, x: Tensor) -> Tensor:
        return self.value(silu(self.gate(x)) * self.up(x))


class Bank(nn.Module):
    """A memory whose activations are chosen: a table has them for each token, nothing else is read or added."""

    def __init__(self, activation: Tensor, values: Tensor, head: Tensor) -> None:
        super().__init__()
        self.activation = nn.Embedding.from_pretrained(activation)
        self.blocks = nn.ModuleList([nn.Linear(*values.shape, bias=False)])
        self.blocks[0].weight = nn.Parameter(values.T.contiguous(), requires_grad=False)
        self.head = nn.Parameter(head, requires_grad=False)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.blocks[0](self.activation(tokens)) @ self.head.T


def gpt(seed: int = 0, gated: bool = False, n_tokens: int = N_TOKENS) -> GPT:
    """A GPT of two layers with weights by lot, large enough that it says different things."""
    module = GPT(Sizes(n_tokens, CONTEXT, D, N_LAYERS, n_heads=2))
    if gated:
        for block in module.blocks:
            cast(Block, block).mlp = Gated()  # type: ignore[assignment]
    draw = torch.Generator().manual_seed(seed)
    for parameter in module.parameters():
        parameter.data = 0.7 * torch.randn(parameter.shape, generator=draw)
        parameter.requires_grad_(False)
    return module.eval()


def windows(n: int = 40, seed: int = 0, n_tokens: int = N_TOKENS) -> Tensor:
    """Random texts (n, CONTEXT + 1), in which early beginnings repeat."""
    return torch.randint(n_tokens, (n, CONTEXT + 1), generator=torch.Generator().manual_seed(seed))


def network(module: nn.Module, texts: Tensor | None = None, held_out: int = 10, n_tokens: int = N_TOKENS) -> Network:
    """A network as it is loaded, whose text is ``texts`` (n, t + 1), the last windows held out."""
    texts = windows() if texts is None else texts
    both = texts[: len(texts) - held_out], texts[len(texts) - held_out :]
    train, test = (Split(part[:, :-1], part[:, 1:], part[:, :-1].numpy()) for part in both)
    labels = tuple(f"token {i}" for i in range(n_tokens))
    data = Dataset("random", train, test, labels, (), (), ())
    shape, entry = (texts.shape[1] - 1,), cast("Entry", None)
    return Network("tiny", "language-model", module, data, labels, "", {"loss": 1.0}, "cpu", shape, entry, Path())


def bank(activation: Tensor, values: Tensor, head: Tensor, texts: Tensor | None = None) -> tuple[Network, Anatomy]:
    """A network of chosen ``activation`` (tokens, f), ``values`` (f, d) and ``head`` (tokens, d), and its anatomy."""
    module = Bank(activation, values, head)
    layer = MemoryLayer("blocks.0", ("activation",), "", module.blocks[0], "blocks.0", False)
    return network(module, texts), Anatomy((layer,), module.head, identity, False)


def corpus(of: Network) -> Corpus:
    assert of.dataset is not None
    return whole(of.dataset)


def activations(module: GPT, tokens: Tensor) -> list[np.ndarray]:
    """What fires in each layer (n, t, f), block by block as the formula has it, without a hook."""
    x = module.tokens(tokens) + module.positions.weight[: tokens.shape[1]]
    found = []
    for each in module.blocks:
        block = cast(Block, each)
        x = x + block.attention(block.norm1(x))
        mlp, read = block.mlp, block.norm2(x)
        found.append(silu(mlp.gate(read)) * mlp.up(read) if isinstance(mlp, Gated) else relu(mlp.key(read)))
        x = x + mlp.value(found[-1])
    return [each.numpy() for each in found]
