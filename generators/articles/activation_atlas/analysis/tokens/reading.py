"""One pass over the text: what some layers give at the picked positions, and what the network says will follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis.tokens.depths import answer, by_token, first, watched
from generators.datasets.corpus import Corpus
from generators.errors import UsageError
from generators.networks import Network
from generators.progress import report

LIKELIEST = 50
"""So many next tokens of each position are kept."""


@dataclass(frozen=True)
class Read:
    """Rows are the picked positions, in their order."""

    vectors: dict[str, np.ndarray]
    """float32 (m, d) by path."""
    predicted: np.ndarray
    """int32 (m, k), descending."""
    chances: np.ndarray
    """float32 (m, k)"""


def read(network: Network, corpus: Corpus, places: np.ndarray, paths: Sequence[str]) -> Read:
    """Let the network read the windows of ``places``, ascending; UsageError for what gives no numbers for a token."""
    windows = np.unique(places // corpus.length)
    vectors: dict[str, list[Tensor]] = {path: [] for path in paths}
    chances, predicted, done, given = list[Tensor](), list[Tensor](), 0, dict[str, Any]()
    with watched(network.module, paths, lambda path, _, went: given.__setitem__(path, went)):
        for batch, x, _ in Corpus(corpus.examples, corpus.length, windows).batches():
            given.clear()
            logits = by_token(first(answer(network, x)), x)
            rows = _rows(places, batch, corpus.length)
            for path, found in vectors.items():
                found.append(_picked(network, path, given.get(path), x, rows))
            known = _logits(network, logits)[rows].float().softmax(1)
            best = known.topk(min(LIKELIEST, known.shape[1]))
            chances.append(best.values.cpu())
            predicted.append(best.indices.cpu())
            done += len(batch)
            report(done, len(windows), "windows read")
    return Read(
        {path: torch.cat(found).numpy() for path, found in vectors.items()},
        torch.cat(predicted).numpy().astype(np.int32),
        torch.cat(chances).numpy(),
    )


def _rows(places: np.ndarray, batch: np.ndarray, length: int) -> Tensor:
    """Where the places of a batch of windows are among its tokens."""
    begin, end = np.searchsorted(places, (batch[0] * length, (batch[-1] + 1) * length))
    window, position = np.divmod(places[begin:end], length)
    return torch.from_numpy(np.searchsorted(batch, window) * length + position)


def _picked(network: Network, path: str, output: Any, tokens: Tensor, rows: Tensor) -> Tensor:
    given = by_token(output, tokens)
    if given is None:
        went = first(output)
        shape = "×".join(map(str, went.shape)) if isinstance(went, Tensor) else "nothing"
        raise UsageError(
            f"layer {path!r} of network {network.name!r} gives {shape} for {len(tokens):,} texts of "
            f"{tokens.shape[1]:,} tokens: expected a row of numbers for each token, such as a block gives"
        )
    picked = given[rows.to(given.device)].float().cpu()
    if not torch.isfinite(picked).all():
        raise UsageError(
            f"layer {path!r} of network {network.name!r} gives numbers that are not finite for some of its text: "
            "expected vectors that can be compared"
        )
    return picked


def _logits(network: Network, rows: Tensor | None) -> Tensor:
    """What is said of each token that there is, (n t, tokens)."""
    if rows is None or rows.shape[1] < len(network.labels):
        raise UsageError(
            f"network {network.name!r} does not say what follows: expected {len(network.labels):,} logits for each "
            "token of its text"
        )
    return rows[:, : len(network.labels)]
