"""Let a language model read held-out sequences, and note what it gave each next token."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from generators.articles.report.results.reading import Reading
from generators.networks import Network
from generators.networks.running import run
from generators.progress import report

NUMBERS_AT_ONCE = 1 << 24
"""Logits of one batch."""


def read(network: Network, passages: int, tokens: int, sequences: int, seed: int) -> Reading:
    """Read ``sequences`` evenly spread held-out ones; show the first ``tokens`` of some of them, drawn by lot."""
    x, y = network.dataset.test.x, network.dataset.test.y
    chosen = np.unique(np.linspace(0, len(x) - 1, min(sequences, len(x))).round().astype(int))
    shown = np.sort(np.random.default_rng(seed).choice(len(chosen), min(passages, len(chosen)), replace=False))
    losses, details = [], {}
    for start, log_p, truth in _batches(network, x[chosen], y[chosen]):
        report(start, len(chosen), "sequences")
        losses.append(-log_p.gather(2, truth[..., None])[..., 0])  # (batch, T)
        for k in range(len(truth)):
            if start + k in shown:
                details[start + k] = _details(log_p[k, : tokens - 1], truth[k, : tokens - 1])
    loss = torch.cat(losses).double().numpy()  # (sequences, T)
    labels, quality = network.labels, network.quality
    read_at = [[int(token) for token in x[chosen[k], :tokens]] for k in shown]
    return Reading(
        tokens=tuple(tuple(labels[token] for token in passage) for passage in read_at),
        probability=np.stack([_after_nothing(details[k][0], np.nan, np.float64) for k in shown]),
        rank=np.stack([_after_nothing(details[k][1], -1, np.int64) for k in shown]),
        expected=tuple(("", *(labels[token] for token in details[k][2])) for k in shown),
        loss=loss.mean(0),
        half=1.96 * loss.std(0) / np.sqrt(len(loss)),
        n_sequences=len(loss),
        chance_loss=quality.get("chance_loss"),
        floor=quality.get("floor"),
    )


def _batches(network: Network, x: Tensor, y: Tensor) -> Iterator[tuple[int, Tensor, Tensor]]:
    size = max(1, NUMBERS_AT_ONCE // max(1, x.shape[1] * len(network.labels)))
    for start in range(0, len(x), size):
        logits = run(network.name, network.module, x[start : start + size], network.device)
        yield start, torch.log_softmax(logits.float(), -1), y[start : start + size]


def _details(log_p: Tensor, truth: Tensor) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Probability and rank of each next token, and the likeliest one."""
    mine = log_p.gather(1, truth[:, None])
    return mine[:, 0].exp().numpy(), (log_p > mine).sum(1).numpy(), log_p.argmax(1).tolist()


def _after_nothing(values: np.ndarray, nothing: float, kind: type) -> np.ndarray:
    """Put a value for the first token, which nothing came before, in front."""
    return np.concatenate([[nothing], values]).astype(kind)
