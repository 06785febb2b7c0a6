"""Gathering: one pass over a network's pictures, in flat memory, kept shard by shard and gone on with after a kill."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np

from generators import stages
from generators.articles.activation_atlas.analysis import pictures
from generators.articles.activation_atlas.analysis.collecting import positions, shards
from generators.articles.activation_atlas.analysis.collecting.collected import Collected, Gathered
from generators.articles.activation_atlas.analysis.collecting.positions import Drawn
from generators.articles.activation_atlas.analysis.collecting.reading import Reader
from generators.articles.activation_atlas.analysis.collecting.taps import refusals
from generators.errors import UsageError
from generators.networks import Network
from generators.progress import report
from generators.store.lock import awaited

FEWEST = 100
"""Pictures without which there is no map."""
ALL_CLASSES = 50
"""With so many classes at most, the attributions to all are kept."""
CLASSES = 40
"""With more, to so many: those that the network answers most often."""
ASKED = 4096
"""Of so many pictures, evenly spaced among those drawn."""


def unmappable(network: Network, layers: Sequence[str]) -> dict[str, str]:
    """Name the layers of which nothing can be collected, each with the sentence that says why."""
    first, _ = pictures.readable(network).read(np.zeros(1, np.int64))
    return refusals(network, layers, first.to(network.device))


def collect(network: Network, layers: Sequence[str], n: int, seed: int) -> Collected:
    """Gather activations and attributions of ``n`` random pictures, or of all where there are fewer.

    What was gathered once is only opened again. UsageError where a layer gives no maps, where there are fewer than 100
    pictures, and where not even one has room in memory.
    """
    folder = stages.folder(network, collect, layers=list(layers), n=n, seed=seed)
    with awaited(folder / "lock"):
        if (found := _opened(folder, layers)) is None:
            _gather(network, layers, n, seed, folder)
            found = _opened(folder, layers)
    assert found is not None
    return found


def _opened(folder: Path, layers: Sequence[str]) -> Collected | None:
    """What was gathered; ``None`` where it is not all there."""
    with suppress(OSError, ValueError):
        if about := shards.about(folder):
            index, truth, answers = (shards.array(folder, name) for name in ("index", "truth", "answers"))
            given = {
                path: _gathered(folder, path, number, about["shapes"][number]) for number, path in enumerate(layers)
            }
            return Collected(index, truth, answers, about["classes"], given)
    return None


def _gathered(folder: Path, path: str, number: int, shape: tuple[int, int, int]) -> Gathered:
    arrays = ("vectors", "places", "attribution", "top", "top_values")
    return Gathered(path, shape, *(shards.array(folder, f"{number}-{name}") for name in arrays))


def _gather(network: Network, layers: Sequence[str], n: int, seed: int, folder: Path) -> None:
    examples = pictures.readable(network)
    if (most := min(n, len(examples))) < FEWEST:
        raise UsageError(
            f"an atlas of network {network.name!r} from {most} pictures would show chance: expected at least {FEWEST}"
        )
    drawn = positions.draw(examples, n, seed)
    order = positions.to_read(examples, drawn)
    drawn = drawn[order]
    reader = Reader(network, layers, examples)
    kept = shards.Shards(folder, -(-len(drawn) // shards.SHARD))
    classes = _classes(reader, drawn, folder / "classes")
    for number in kept.missing():
        begin = number * shards.SHARD
        tell = partial(_tell, begin, len(drawn))
        kept.write(number, reader.read(drawn[begin : begin + shards.SHARD], classes, tell))
    there = order[np.isin(drawn.index, kept.column("index"))]
    shapes = tuple(reader.shape(path) for path in layers)
    kept.merge({"classes": classes, "shapes": shapes}, np.argsort(np.argsort(there)))


def _tell(begin: int, total: int, done: int) -> None:
    report(begin + done, total, "activations")


def _classes(reader: Reader, drawn: Drawn, place: Path) -> np.ndarray:
    """Choose the classes int64 (k,) whose attributions are kept, once, however often the work is gone on with."""
    if (known := stages.kept(place, shards.TRUSTED)) is not None:
        return known
    if reader.n_classes <= ALL_CLASSES:
        chosen = np.arange(reader.n_classes)
    else:
        asked = np.unique(np.linspace(0, len(drawn) - 1, ASKED).astype(np.int64))
        counts = np.bincount(reader.answers(drawn.index[asked]), minlength=reader.n_classes)
        chosen = np.sort(np.argsort(-counts, kind="stable")[:CLASSES])
    stages.keep(place, chosen, shards.TRUSTED)
    return chosen
