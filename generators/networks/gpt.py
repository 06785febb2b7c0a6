"""A decoder-only language model of GPT-2's shape (Radford et al., 2019), small enough to be read and trained here.

Positions are learned, every part reads through its own layer norm and adds to the residual stream (pre-norm), all
linear layers but the head have biases. One thing differs from GPT-2: the MLP's activation is ReLU, so that a key is
either silent or fires. The head may share its weights with the embedding, as GPT-2's does, or have its own.

An MLP is a memory (Geva et al., 2021): a row of ``key`` is what a neuron looks for, a column of ``value`` what it adds.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, relu, scaled_dot_product_attention


@dataclass(frozen=True)
class Sizes:
    """All that decides the shapes of a GPT, and how much of it is left out at random in training."""

    n_tokens: int
    """The vocabulary."""
    n_positions: int
    """The context: the longest text it reads."""
    d_model: int
    n_layers: int
    n_heads: int
    dropout: float = 0.0
    tied: bool = False
    """Whether the head reads tokens out in the directions in which the embedding enters them."""

    @property
    def n_parameters(self) -> int:
        """12 d² weights and 13 d biases and scales a block; the embedding, positions and head; the last layer norm."""
        d, n_tables = self.d_model, 1 if self.tied else 2
        return self.n_layers * (12 * d * d + 13 * d) + (n_tables * self.n_tokens + self.n_positions) * d + 2 * d


class Attention(nn.Module):
    """Every position looks at itself and at those before it, with several heads."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.n_heads = sizes.n_heads
        self.qkv = nn.Linear(sizes.d_model, 3 * sizes.d_model)
        self.out = nn.Linear(sizes.d_model, sizes.d_model)

    def forward(self, x: Tensor) -> Tensor:
        n, t, d = x.shape
        heads = self.qkv(x).view(n, t, 3, self.n_heads, d // self.n_heads)
        q, k, v = heads.permute(2, 0, 3, 1, 4)  # each (n, heads, t, d / heads)
        mixed = scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(n, t, d))


class MLP(nn.Module):
    """4 d keys and as many values: a key's activation says how much of its value is added."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.key = nn.Linear(sizes.d_model, 4 * sizes.d_model)
        self.value = nn.Linear(4 * sizes.d_model, sizes.d_model)

    def forward(self, x: Tensor) -> Tensor:
        return self.value(relu(self.key(x)))


class Block(nn.Module):
    """Attention, then memory, each added to the residual stream."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.dropout = sizes.dropout
        self.norm1 = nn.LayerNorm(sizes.d_model)
        self.attention = Attention(sizes)
        self.norm2 = nn.LayerNorm(sizes.d_model)
        self.mlp = MLP(sizes)

    def forward(self, x: Tensor) -> Tensor:
        x = x + dropout(self.attention(self.norm1(x)), self.dropout, self.training)
        return x + dropout(self.mlp(self.norm2(x)), self.dropout, self.training)


class GPT(nn.Module):
    """Tokens (n, t) to the logits of each next token (n, t, n_tokens)."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sizes = sizes
        self.tokens = nn.Embedding(sizes.n_tokens, sizes.d_model)
        self.positions = nn.Embedding(sizes.n_positions, sizes.d_model)
        self.blocks = nn.ModuleList(Block(sizes) for _ in range(sizes.n_layers))
        self.norm = nn.LayerNorm(sizes.d_model)
        self.head = nn.Linear(sizes.d_model, sizes.n_tokens, bias=False)
        if sizes.tied:
            self.head.weight = self.tokens.weight
        self._initialise()

    def _initialise(self) -> None:
        """As GPT-2: normal weights of 0.02, smaller where a block writes, so that depth does not add up; no biases."""
        for name, parameter in self.named_parameters():
            if "norm" in name:
                continue
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            else:
                writes = name.endswith(("attention.out.weight", "mlp.value.weight"))
                nn.init.normal_(parameter, std=0.02 / (2 * self.sizes.n_layers) ** (0.5 if writes else 0))

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.tokens(tokens) + self.positions.weight[: tokens.shape[1]]  # (n, t, d)
        x = dropout(x, self.sizes.dropout, self.training)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))

    @torch.no_grad()
    def write(self, tokens: Tensor, length: int, temperature: float, seed: int) -> Tensor:
        """Continue one text (t,) by ``length`` sampled tokens, reading at most ``n_positions`` back."""
        draw = torch.Generator().manual_seed(seed)
        for _ in range(length):
            logits = self(tokens[None, -self.sizes.n_positions :])[0, -1]
            chances = (logits / temperature).softmax(0).cpu()
            tokens = torch.cat([tokens, torch.multinomial(chances, 1, generator=draw).to(tokens.device)])
        return tokens


def grammar_gpt() -> GPT:
    """Three layers for the grammar's 87 words; its head is its own, so that writing is apart from reading."""
    return GPT(Sizes(n_tokens=87, n_positions=64, d_model=64, n_layers=3, n_heads=4))


def pydoc_gpt() -> GPT:
    """Four layers for the 2,000 tokens of the Python documentation.

    There are 93,000 tokens to learn from, so that a quarter of what is added is left out at random in training, and
    the head is tied: with one of its own the held-out loss was 0.09 nats higher after 1,200 steps.
    """
    return GPT(Sizes(n_tokens=2000, n_positions=128, d_model=128, n_layers=4, n_heads=4, dropout=0.25, tied=True))
