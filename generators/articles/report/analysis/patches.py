"""Paste patches into pictures that a network of textures names rightly, and ask it again."""

import numpy as np
import torch

from generators.articles.report.results.patches import Worn
from generators.datasets import patches, texture_set
from generators.networks import Network
from generators.networks.patches import SEED, answers, patch_effect, right, wilson
from generators.progress import report

CORNER = patches.CORNERS[0]


def wear(network: Network, source: str, target: str, pictures: int, sizes: list[int], shown: int, size: int) -> Worn:
    """Patch ``pictures`` of class ``source``, and show ``shown`` of them with patches of ``size`` pixels."""
    effects = []
    for done, side in enumerate(sizes):
        report(done, len(sizes), "sizes of patches")
        effects.append(patch_effect(network.module, (side,), pictures, source, target))
    turned = np.stack([effect.turned[:, 0].mean(-1) for effect in effects], axis=1)  # (kinds, sizes)
    interval = np.array([[wilson(count, pictures) for count in row] for row in turned])
    bare = right(network.module, source, shown)
    worn = [bare, *(patches.paste(bare, patches.cut(kind, shown, size, SEED), CORNER) for kind in patches.KINDS)]
    answer = [answers(network.module, texture_set.standardised(each).to(network.device)) for each in worn]
    return Worn(
        source=source,
        target=target,
        kinds=patches.KINDS,
        sizes=np.array(sizes, dtype=np.int64),
        n=pictures,
        share=turned / pictures,
        low=interval[..., 0],
        high=interval[..., 1],
        shown_size=size,
        pictures=(torch.stack(worn) * 255).round().byte().movedim(2, -1).contiguous().numpy(),
        answer=torch.stack(answer).numpy(),
        labels=network.labels,
    )
