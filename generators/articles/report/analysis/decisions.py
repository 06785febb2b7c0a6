"""Ask a network of two inputs for its answer on a grid that covers its data."""

import numpy as np
import torch

from generators.articles.report.analysis.answers import answers, truth
from generators.articles.report.results.decisions import Decisions
from generators.networks import Network
from generators.networks.running import run

AROUND = 0.08
"""How much of the data's width the square goes beyond it on each side."""


def map_plane(network: Network, side: int, points: int, seed: int) -> Decisions:
    """Ask at ``side`` × ``side`` places of the smallest square around the held-out points, and at some of those."""
    data = network.dataset
    mean, std = (np.array(values or (default,), np.float64) for values, default in ((data.mean, 0.0), (data.std, 1.0)))
    raw = data.test.x.numpy().astype(np.float64) * std + mean  # (n, 2), as measured
    (left, bottom), (right, top) = _square(raw)
    x, y = np.linspace(left, right, side), np.linspace(bottom, top, side)
    grid = (np.stack(np.meshgrid(x, y), -1).reshape(-1, 2) - mean) / std
    logits = run(network.name, network.module, torch.from_numpy(grid).float(), network.device)
    p = torch.softmax(logits.float(), 1).numpy()
    labelled, given = truth(network), answers(network).argmax(1)
    chosen = np.random.default_rng(seed).permutation(len(labelled))[:points]
    return Decisions(
        x=x,
        y=y,
        answer=p.argmax(1).reshape(side, side).astype(np.int64),
        probability=p.max(1).reshape(side, side).astype(np.float32),
        points=raw[chosen],
        truth=labelled[chosen].astype(np.int64),
        given=given[chosen].astype(np.int64),
        labels=network.labels,
        features=data.features or ("first number", "second number"),
    )


def _square(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Corners of the data's box with room around it: each side as long as the data are wide."""
    low, high = points.min(0), points.max(0)
    room = AROUND * (high - low).clip(1e-9)
    return low - room, high + room
