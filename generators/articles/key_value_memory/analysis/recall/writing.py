"""Who writes an answer: the residual stream as a sum, each part of it read out by itself.

The final norm is held still: the mean is taken from each part, and the scale is that of the whole, so that what it
makes of the parts adds up to what it makes of the whole (Elhage et al., 2021).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis.recall.asking import Asked
from generators.networks.gpt import GPT


@dataclass(frozen=True)
class Written:
    """What stands in the residual stream at the last token of each question, as a sum."""

    names: tuple[str, ...]
    parts: Tensor
    """(p, q, d): the word and its position; of every layer what attention and what memories add; the values' biases."""
    stream: Tensor
    """(l + 1, q, d), the sum before the first layer, after it, after the second …"""

    def of(self, which: Tensor) -> "Written":
        """The same for questions ``which`` (n,)."""
        return Written(self.names, self.parts[:, which], self.stream[:, which])


@torch.no_grad()
def write(asked: Asked) -> Written:
    """Run the network block by block."""
    module, n = asked.module, asked.tokens.shape[1]
    x = module.tokens(asked.tokens) + module.positions.weight[:n]
    names, parts, stream, biases = ["word and position"], [x[:, -1]], [x[:, -1]], torch.zeros_like(x[:, -1])
    for number, block in enumerate(module.blocks, start=1):
        attended = block.attention(block.norm1(x))
        remembered = block.mlp(block.norm2(x + attended))
        x = x + attended + remembered
        names += [f"attention {number}", f"memories {number}"]
        parts += [attended[:, -1], remembered[:, -1] - block.mlp.value.bias]
        biases = biases + block.mlp.value.bias
        stream.append(x[:, -1])
    return Written((*names, "biases"), torch.stack([*parts, biases]), torch.stack(stream))


def read_out(module: GPT, written: Written, towards: Tensor) -> Tensor:
    """What each part adds to the logits weighed by ``towards`` (q, words), as (p, q); the norm's own bias is with the
    biases, so that all add up to the weighed logits."""
    direction = towards @ module.head.weight  # (q, d)
    still = centred(written.parts) / _scale(module, written) * module.norm.weight
    added = (still * direction).sum(-1)
    added[-1] += direction @ module.norm.bias
    return added


def read_memories(module: GPT, written: Written, activations: Tensor, towards: Tensor) -> Tensor:
    """The same for each memory (q, l, f)."""
    direction = towards @ module.head.weight * module.norm.weight / _scale(module, written)  # (q, d)
    values = torch.stack([centred(block.mlp.value.weight.T) for block in module.blocks])  # (l, f, d)
    return activations.view(-1, *values.shape[:2]) * torch.einsum("lfd,qd->qlf", values, direction)


def promoted(module: GPT, n: int) -> Tensor:
    """The ``n`` words that each value promotes most (l, f, n)."""
    values = torch.stack([centred(block.mlp.value.weight.T) for block in module.blocks])
    return (values * module.norm.weight @ module.head.weight.T).topk(n, -1).indices


def lens(module: GPT, written: Written) -> Tensor:
    """The probabilities (l + 1, q, words) of what the stream would say if the network ended there."""
    return module.head(module.norm(written.stream)).softmax(-1)


def centred(x: Tensor) -> Tensor:
    return x - x.mean(-1, keepdim=True)


def _scale(module: GPT, written: Written) -> Tensor:
    """What the final norm divides by (q, 1)."""
    return (written.stream[-1].var(-1, unbiased=False, keepdim=True) + module.norm.eps).sqrt()
