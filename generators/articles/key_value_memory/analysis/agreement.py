"""Whether what a memory writes is what follows the texts that fire it (Geva et al., 2021, section 4).

A value's likeliest token is compared to the token that follows its key's strongest text. Next tokens are far from
equally frequent, so that one in so many tokens is no fair chance level; the control deals the layer's values out to its
keys anew.
"""

import torch
from torch import Tensor

from generators.articles.key_value_memory.results.memories import Agreement

N_LOTS = 1_000


def agreement(likeliest: Tensor, following: Tensor, n_deals: int, seed: int) -> Agreement:
    """Compare each value's likeliest token (f,) with those that follow its strongest texts (f, k), -1 where there are
    fewer; memories that never fire are left out."""
    alive = following[:, 0] >= 0
    said, followed = likeliest[alive], following[alive]
    draw = torch.Generator().manual_seed(seed)
    deals = torch.stack([torch.randperm(len(said), generator=draw) for _ in range(n_deals)]).to(said.device)
    dealt = (said[deals] == followed[:, 0]).double().mean(1)
    return Agreement(
        top1=float((said == followed[:, 0]).double().mean()),
        top25=float(agreed(said, followed).mean()),
        control=float(dealt.mean()),
        control_spread=float(dealt.std(correction=0)),
        control_most=float(dealt.max()),
    )


def against(head: Tensor, values: Tensor, last: Tensor, n_deals: int, seed: int) -> tuple[float, float]:
    """Find how many values (f, d) point away from the head's row for the token that ends most of their texts.

    ``last`` (f, k), -1 where there are fewer; memories that never fire are left out. Returns the share, and the mean
    share after dealing values out anew.
    """
    alive = last[:, 0] >= 0
    scores = values[alive] @ head[_commonest(last[alive]).to(head.device)].T  # (value, key's token)
    draw, n = torch.Generator().manual_seed(seed), len(scores)
    deals = torch.stack([torch.randperm(n, generator=draw) for _ in range(n_deals)]).to(scores.device)
    away = scores < 0
    dealt = away[deals, torch.arange(n, device=scores.device)]
    return float(away.diagonal().double().mean()), float(dealt.double().mean())


def agreed(likeliest: Tensor, following: Tensor) -> Tensor:
    """The share of its texts that are followed by a value's likeliest token, float64 (f,); NaN where there are none."""
    there = following >= 0
    return ((following == likeliest[:, None]) & there).sum(1).double() / there.sum(1)


def purity(tokens: Tensor) -> Tensor:
    """The share that the commonest of some tokens (f, k), -1 for none, has of those there are: float64 (f,)."""
    return _times(tokens).amax(1).double() / (tokens >= 0).sum(1)


def usual(tokens: Tensor, frequency: Tensor) -> Tensor:
    """How frequent the commonest of some tokens (f, k) is anyway, float64 (f,); ``frequency`` (n_tokens,)."""
    return frequency[_commonest(tokens)]


def purity_by_lot(tokens: Tensor, k: int, seed: int) -> float:
    """The mean purity of ``k`` of some tokens (n,), drawn by lot."""
    drawn = torch.randint(len(tokens), (N_LOTS, k), generator=torch.Generator().manual_seed(seed))
    return float(purity(tokens[drawn]).mean())


def _commonest(tokens: Tensor) -> Tensor:
    """The commonest of some tokens (f, k), the first of equally common ones: int64 (f,)."""
    return tokens.gather(1, _times(tokens).argmax(1, keepdim=True))[:, 0]


def _times(tokens: Tensor) -> Tensor:
    """How often each of some tokens (f, k) occurs in its row, 0 for -1: int64 (f, k)."""
    there = tokens >= 0
    return ((tokens[:, :, None] == tokens[:, None]) & there[:, :, None] & there[:, None]).sum(2)
