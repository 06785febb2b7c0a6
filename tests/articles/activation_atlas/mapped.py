"""A tiny network's activations on a map that nobody laid out: places are random, so that no layout has to run."""

from pathlib import Path

import numpy as np
import torch

from generators.articles.activation_atlas.analysis.cells import bin_cells, means
from generators.articles.activation_atlas.analysis.collecting import Collected, Gathered
from generators.articles.activation_atlas.analysis.pictures import pictures, standardised
from generators.articles.activation_atlas.analysis.view import View
from generators.networks import Network
from tests.articles.activation_atlas import tiny

PATH, N = "late", 300


def network(cache: Path) -> Network:
    return tiny.network(cache)


def view(net: Network, grid: int = 4, seed: int = 0, path: str = PATH) -> View:
    """All its pictures, one random position each; a tenth are not on the map."""
    random = np.random.default_rng(seed)
    index = random.permutation(N)
    seen = []
    hook = net.module.get_submodule(path).register_forward_hook(lambda _m, _i, out: seen.append(out.clone()))
    with torch.no_grad():
        answers = net.module(standardised(net, pictures(net, index).float() / 255)).argmax(1).numpy()
    hook.remove()
    maps = seen[0].numpy()
    places = random.integers(1, maps.shape[2] - 1, (N, 2)).astype(np.int32)
    vectors = maps[np.arange(N), :, places[:, 0], places[:, 1]].astype(np.float16)
    k = len(net.labels)
    nothing = np.zeros((N, k), np.float16)
    gathered = Gathered(path, maps.shape[1:], vectors, places, nothing, np.zeros((N, 5), np.int32), nothing[:, :5])
    held = np.concatenate([split.y.numpy() for split in (net.dataset.test, net.dataset.train)])  # type: ignore[union-attr]
    found = Collected(index, held[index], answers, np.arange(k), {path: gathered})
    kept = np.sort(random.choice(N, 9 * N // 10, replace=False))
    points = random.random((len(kept), 2)).astype(np.float32)
    on, cells = np.asarray(vectors, np.float32)[kept], bin_cells(points, grid)
    return View(found, gathered, kept, points, on, on.mean(0), cells, means(cells, on))
