"""Asking a network questions while activations of its memories are changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from generators.datasets import grammar
from generators.datasets.grammar import Question
from generators.networks.gpt import GPT

TEXTS_AT_ONCE = 1024
LAST, EVERYWHERE = slice(-1, None), slice(None)
"""At which tokens activations are changed."""


@dataclass(frozen=True, eq=False)
class Asked:
    """Questions of one length after a beginning, and the activations that they cause."""

    module: GPT
    tokens: Tensor
    """(q, t)"""
    answers: Tensor
    """(q,), the right words."""
    activations: Tensor
    """(q, t, m), of all layers side by side."""

    @property
    def n_memories(self) -> int:
        """Of one layer."""
        return self.activations.shape[-1] // len(self.module.blocks)

    @property
    def last(self) -> Tensor:
        """(q, m), the activations at the last token."""
        return self.activations[:, -1]

    @torch.no_grad()
    def unchanged(self) -> Tensor:
        """The answers (q, words) of the network as it is."""
        return self.module(self.tokens)[:, -1]

    def logits(self, which: Tensor, kept: Tensor, given: Tensor | None = None, at: slice = LAST) -> Tensor:
        """Answer the questions ``which`` (n,) as logits (n, words), with each activation changed: ``kept`` (n, m) times
        what it is, and ``given`` (n, m) added."""
        given = torch.zeros_like(kept) if given is None else given
        return torch.cat(
            [
                self._logits(self.tokens[part], kept[some], given[some], at)
                for some in torch.arange(len(which)).split(TEXTS_AT_ONCE)
                for part in [which[some]]
            ]
        )

    def _logits(self, tokens: Tensor, kept: Tensor, given: Tensor, at: slice) -> Tensor:
        layers = [slice(first, first + self.n_memories) for first in range(0, kept.shape[1], self.n_memories)]

        def change(index: int, activations: Tensor) -> Tensor:
            changed, memories = activations.clone(), layers[index]
            changed[:, at] = activations[:, at] * kept[:, None, memories] + given[:, None, memories]
            return changed

        with passing(self.module, change):
            return self.module(tokens)[:, -1]


def ask(module: GPT, beginning: str, questions: tuple[Question, ...], device: str) -> Asked:
    """Let the network read each question after ``beginning``."""
    texts = np.stack([grammar.encode(f"{beginning} {each.prompt}") for each in questions])
    answers = np.concatenate([grammar.encode(each.answers[0]) for each in questions])
    tokens = torch.from_numpy(texts).to(device)
    found: list[Tensor] = []

    def note(_index: int, activations: Tensor) -> Tensor:
        found.append(activations)
        return activations

    with torch.no_grad(), passing(module, note):
        module(tokens)
    return Asked(module, tokens, torch.from_numpy(answers).to(device), torch.cat(found, -1))


@contextmanager
def passing(module: GPT, change: Callable[[int, Tensor], Tensor]) -> Iterator[None]:
    """Let each layer's activations (n, t, f) pass through ``change(layer, activations)`` inside the ``with`` block."""

    def hook(index: int) -> Callable[[nn.Module, tuple[Tensor, ...]], tuple[Tensor]]:
        return lambda _module, inputs: (change(index, inputs[0]),)

    hooks = [block.mlp.value.register_forward_pre_hook(hook(index)) for index, block in enumerate(module.blocks)]
    try:
        yield
    finally:
        for each in hooks:
            each.remove()


def log_odds(logits: Tensor, answers: Tensor) -> Tensor:
    """log p - log(1 - p) of each answer (n,), without the rounding of 1 - p."""
    right = logits.gather(1, answers[:, None])
    others = logits.scatter(1, answers[:, None], -torch.inf)
    return right[:, 0] - others.logsumexp(1)
