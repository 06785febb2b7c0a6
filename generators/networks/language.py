"""How well a language model predicts: its loss and accuracy beside a constant's, and its answers to questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy, pad

from generators.datasets import grammar
from generators.datasets.dataset import Dataset

if TYPE_CHECKING:
    from torch import Tensor, nn

    from generators.datasets.grammar import Question

TOKENS_AT_ONCE = 4096
"""Logits are many numbers a token: this many tokens of a vocabulary of 50,000 are 800 MB."""


def quality(module: nn.Module, data: Dataset, device: str = "cpu") -> dict[str, float]:
    """Measure on held-out text; ``chance`` and ``chance_loss`` are what knowing only the tokens' shares would reach.

    ``loss`` in nats a token, ``accuracy`` the share of next tokens that were thought likeliest. The shares are those
    of the held-out text itself, so that nothing that ignores the context is better. ``floor``, where the data know it,
    is what nothing at all can be better than.
    """
    x, y = data.test.x, data.test.y
    loss, right = _sums(module, x, y, device)
    shares = y.flatten().bincount().double() / y.numel()
    found = {
        "loss": loss / y.numel(),
        "chance_loss": float(torch.special.entr(shares).sum()),
        "accuracy": right / y.numel(),
        "chance": float(shares.max()),
    }
    return found | ({} if data.floor is None else {"floor": data.floor})


@torch.no_grad()
def _sums(module: nn.Module, x: Tensor, y: Tensor, device: str) -> tuple[float, int]:
    """The loss of all tokens together, and how many were right."""
    loss, right, size = 0.0, 0, max(1, TOKENS_AT_ONCE // x.shape[1])
    for tokens, following in zip(x.split(size), y.split(size), strict=True):
        logits = module(tokens.to(device))
        logits = getattr(logits, "logits", logits).flatten(0, 1).float()
        answers = following.to(device).flatten()
        loss += float(cross_entropy(logits, answers, reduction="sum"))
        right += int((logits.argmax(1) == answers).sum())
    return loss, right


@torch.no_grad()
def share_right(module: nn.Module, questions: tuple[Question, ...], device: str = "cpu") -> float:
    """Ask the grammar's questions at the beginning of a text and after other sentences; return the share right."""
    asked = [(f"{before} {each.prompt}", each.answers) for before in grammar.beginnings() for each in questions]
    prompts = [torch.from_numpy(grammar.encode(prompt)) for prompt, _ in asked]
    longest = max(map(len, prompts))
    together = torch.stack([pad(each, (0, longest - len(each))) for each in prompts])  # nothing looks at what follows
    logits = module(together.to(device)).cpu()  # (n, longest, words)
    said = [grammar.WORDS[logits[i, len(each) - 1].argmax()] for i, each in enumerate(prompts)]
    return sum(word in answers for word, (_, answers) in zip(said, asked, strict=True)) / len(asked)
