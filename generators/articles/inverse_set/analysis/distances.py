"""Pairs of pictures, how far apart in pixels and as the encoder sees them: what a sum of squares rewards in either."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis import choosing, readings
from generators.articles.inverse_set.results.distances import NOISE, OTHER, SAME, Distances
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.generative.generator import scale


@torch.no_grad()
def compare_distances(network: Network, pictures: int, pairs: int, seed: int) -> Distances:
    """Compare as many pairs of one class, of two classes and of white noise; UsageError without two classes."""
    assert network.dataset is not None
    read = list(choosing.pictures(network, pictures))
    x, y = (torch.cat([part[k] for part in read]) for k in (0, 1))
    mean, std = (torch.tensor(each)[:, None, None] for each in scale(network.dataset))
    random = torch.Generator().manual_seed(seed)
    noise = (torch.rand(len(x), *x.shape[1:], generator=random) - mean) / std
    first, second = (torch.randint(len(x), (50 * pairs,), generator=random) for _ in range(2))
    different = first != second
    same, other = (
        torch.nonzero(different & (y[first] >= 0) & ((y[first] == y[second]) == wanted))[:pairs, 0]
        for wanted in (True, False)
    )
    if not len(same) or not len(other):
        raise UsageError(
            f"the data of network {network.name!r} have no two pictures of one class and two of different ones among "
            f"{len(x):,}: expected both"
        )
    levels, embedding = torch.cat([x, noise]) * std + mean, _embedded(network, torch.cat([x, noise]))
    chosen = [
        (first[same], second[same], SAME),
        (first[other], second[other], OTHER),
        (len(x) + first[different][:pairs], len(x) + second[different][:pairs], NOISE),
    ]
    pixel = [(levels[a] - levels[b]).square().flatten(1).mean(1).sqrt().double().numpy() for a, b, _ in chosen]
    encoder = [(embedding[a] - embedding[b]).double().norm(dim=1).numpy() for a, b, _ in chosen]
    return Distances(
        network=network.name,
        pixel=np.concatenate(pixel),
        encoder=np.concatenate(encoder),
        kind=np.concatenate([np.full(len(a), kind, np.int64) for a, _, kind in chosen]),
        auc_pixel=auc(pixel[OTHER], pixel[SAME]),
        auc_encoder=auc(encoder[OTHER], encoder[SAME]),
        beyond_pixel=float((np.concatenate(pixel[:NOISE]) < pixel[NOISE].min()).mean()),
        beyond_encoder=float((encoder[OTHER] > encoder[NOISE].max()).mean()),
        n_pictures=len(x),
    )


def _embedded(network: Network, x: Tensor) -> Tensor:
    parts = [readings.read(network, (), part.to(network.device)).embedding.cpu() for part in x.split(64)]
    return torch.cat(parts)


def auc(larger: np.ndarray, smaller: np.ndarray) -> float:
    """The chance that one of the first is larger than one of the second, ties half: Mann and Whitney's statistic."""
    below = np.searchsorted(np.sort(smaller), larger, "left") + np.searchsorted(np.sort(smaller), larger, "right")
    return float(below.mean() / (2 * len(smaller)))
