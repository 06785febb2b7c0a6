"""Cut a plane through three pictures that an image classifier knows, or as much of it as can be shown."""

import numpy as np
import torch

from generators.articles.multi_neuron.analysis.checks import check
from generators.articles.multi_neuron.analysis.domain import Slice, example, lift
from generators.articles.multi_neuron.analysis.estimate import estimate, window
from generators.articles.multi_neuron.analysis.piecewise import read
from generators.articles.multi_neuron.analysis.plane import TooManyRegions, partition_plane
from generators.articles.multi_neuron.results.plane import PlanePartition
from generators.articles.multi_neuron.results.slices import PictureSlice, Uncut
from generators.errors import UsageError
from generators.networks import Network
from generators.networks.running import run

AROUND = 1.1
"""How much larger than the pictures' triangle the whole domain is."""
FEW, TOO_MANY = 0.5, 4
"""Below and above which share of the regions wanted another window is tried."""
TRIES = 6
SEED = 0


def cut_pictures(network: Network, regions: int, points: int, side: int) -> PictureSlice | Uncut:
    """Partition the plane through three pictures of three classes: all of it, or a window of about ``regions``.

    A window lies around the first picture. ``points`` random points check it. ``side`` × ``side`` places of the whole
    plane are shown as pictures.
    """
    try:
        chosen = _three(network)
        x = network.dataset.test.x[chosen].double().numpy()
        whole = Slice.through(x[0], x[1], x[2], AROUND)
        expected = estimate(network.module, whole, network.name)
        plane, share, partition = _cut(network, whole, whole.place(x)[0], expected.n_regions, regions)
        known = read(network.module, example(plane), decision=True, name=network.name)
    except UsageError as error:
        return Uncut(str(error))
    pictures, answers = _pictures(network, whole, side)
    return PictureSlice(
        partition=partition,
        anchors=whole.place(x),
        anchor_labels=tuple(network.labels[int(label)] for label in network.dataset.test.y[chosen]),
        share=share,
        estimate=expected,
        checks=check(partition, known, plane, points, SEED),
        n_hidden=partition.layers[-2].n_regions,
        n_inputs=x[0].size,
        pictures=pictures,
        picture_answers=answers,
        labels=network.labels,
    )


def _cut(
    network: Network, whole: Slice, at: np.ndarray, expected: float, regions: int
) -> tuple[Slice, float, PlanePartition]:
    """Try windows until one has about as many regions as wanted, the whole plane where that has no more."""
    share = min(1.0, (regions / expected) ** 0.5)
    for tried in range(TRIES):
        plane = whole if share == 1 else window(whole, at, share)
        try:
            found = partition_plane(network.module, plane, decision=True, limit=TOO_MANY * regions, name=network.name)
        except TooManyRegions:
            if tried == TRIES - 1:
                raise
            share /= 2
            continue
        if share == 1 or found.n_regions >= FEW * regions or tried == TRIES - 1:
            break
        share = min(1.0, share * (regions / found.n_regions) ** 0.5)
    return plane, share, found


def _three(network: Network) -> list[int]:
    """The first held-out pictures of three classes that the network names rightly."""
    test = network.dataset.test
    answers = run(network.name, network.module, test.x, network.device).argmax(1)
    found: dict[int, int] = {}
    for index in torch.nonzero(answers == test.y)[:, 0].tolist():
        found.setdefault(int(test.y[index]), index)
        if len(found) == 3:
            return list(found.values())
    raise UsageError(
        f"network {network.name!r} names pictures of {len(found)} of its classes rightly: a plane needs three pictures "
        "of three classes"
    )


def _pictures(network: Network, plane: Slice, side: int) -> tuple[np.ndarray, np.ndarray]:
    """What a grid of places looks like, as pictures of 0 to 255, and what the network answers there."""
    low, high = plane.polygon.min(0), plane.polygon.max(0)
    steps = (np.arange(side) + 0.5) / side
    across, up = low[0] + steps * (high - low)[0], high[1] - steps * (high - low)[1]
    places = np.stack(np.meshgrid(across, up), -1).reshape(-1, 2)
    inputs = lift(plane, places)  # (side², channels, height, width)
    answers = run(network.name, network.module, torch.from_numpy(inputs).float(), network.device).argmax(1)
    data = network.dataset
    shape = (-1, *[1] * (inputs.ndim - 2))
    mean, std = (np.asarray(v or (d,), np.float64).reshape(shape) for v, d in ((data.mean, 0.0), (data.std, 1.0)))
    levels = ((inputs * std + mean) / data.white * 255).round().clip(0, 255).astype(np.uint8)
    return (
        np.moveaxis(levels, 1, -1).reshape(side, side, *levels.shape[2:], levels.shape[1]),
        answers.numpy().reshape(side, side).astype(np.int64),
    )
