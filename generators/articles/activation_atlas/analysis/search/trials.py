"""Trials: what a network says of pictures that wear a patch, at every size in every corner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis.pictures import standardised
from generators.articles.activation_atlas.results.search import CORNERS, Effect, Rate
from generators.datasets.patches import paste
from generators.networks import Network
from generators.networks.patches import wilson

AT_ONCE = {"cpu": 64, "cuda": 4096}
"""Pictures in one forward pass: on a CPU as many as leave its maps in the cache."""


@dataclass(frozen=True, eq=False)
class Trial:
    """Some pictures (p, c, h, w) in 0..1 and the classes that a patch is to turn them from and into."""

    network: Network
    pictures: Tensor
    source: int
    target: int

    def says(self, pictures: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """The network's answers int16 (n,), and the probabilities of source and target float32 (n, 2)."""
        answers, shares = [], []
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        for part in pictures.split(AT_ONCE.get(self.network.device.split(":")[0], 64)):
            with torch.no_grad():
                logits = self.network.module(standardised(self.network, part).to(self.network.device)).float().cpu()
            answers.append(logits.argmax(1))
            shares.append(logits.softmax(1)[:, [self.source, self.target]])
        return torch.cat(answers).numpy().astype(np.int16), torch.cat(shares).numpy()

    def worn(self, patches: Sequence[Tensor]) -> tuple[np.ndarray, np.ndarray]:
        """The same of every picture with its patch: answers (p, sizes, corners), probabilities (p, sizes, corners, 2).

        ``patches`` are for each size (p, c, k, k) in 0..1, one a picture.
        """
        said = [self.says(paste(self.pictures, squares, corner)) for squares in patches for corner in CORNERS]
        answers, shares = (np.stack(each, 1) for each in zip(*said, strict=True))
        shape = len(self.pictures), len(patches), len(CORNERS)
        return answers.reshape(shape), shares.reshape(*shape, 2)

    def effect(self, patches: Sequence[Tensor]) -> Effect:
        """Count how many pictures are turned."""
        answers, shares = self.worn(patches)
        turned = answers == self.target
        n = len(turned)
        fixed = turned.sum(0)  # (sizes, corners)
        return Effect(
            fixed.astype(np.int32),
            tuple(rate(float(each.mean()), n) for each in fixed),
            rate(float(turned.any((1, 2)).sum()), n),
            shares[..., 1].mean(0).astype(np.float32),
        )


def rate(turned: float, n: int) -> Rate:
    """A share of n pictures with its interval; ``turned`` may be a mean over corners, the interval is of whole ones."""
    return Rate(turned / n, *wilson(round(turned), n))
