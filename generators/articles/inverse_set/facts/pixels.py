"""What the prose says of pixels alone: for every road how often it arrives, how noisy it is, how easily moved."""

import math
from collections.abc import Iterator

from generators.articles.inverse_set.results.pixels import DATA, FROM_DATA, FROM_GREY, GENERATOR, SHORTEST, Pixels, Road
from generators.exhibit import Scalar

NAMES = {DATA: "data", FROM_GREY: "from_grey", FROM_DATA: "from_data", SHORTEST: "shortest", GENERATOR: "generator"}


def pixels(result: Pixels) -> dict[str, Scalar]:
    """Name a number by its road and measure, ``from_grey_roughness``; what there is none of is left out."""
    facts: dict[str, Scalar] = {
        "neuron": result.neuron.name,
        "low": result.low,
        "high": result.high,
        "n_pixels": result.n_pixels,
        "n_pixels_tried": result.n_pixels_tried,
    }
    for road in result.roads:
        facts |= {f"{NAMES[road.name]}_{name}": value for name, value in _of(road) if not math.isnan(value)}
    own = result.of(GENERATOR)
    if len(own.roughness):
        for road in (result.of(FROM_GREY), result.of(DATA)):
            if len(road.roughness):
                facts[f"{NAMES[road.name]}_times_rougher"] = float(road.roughness.mean() / own.roughness.mean())
    return facts


def _of(road: Road) -> Iterator[tuple[str, float]]:
    yield "n", len(road.pictures)
    yield "feasible_share", road.feasible_share
    yield "spread", road.spread
    yield "changed", road.changed
    if len(road.pictures):
        yield "roughness", float(road.roughness.mean())
        yield "fine_share", float(road.fine_share.mean())
        yield "one_pixel_most", float(road.one_pixel.max())
        yield "one_pixel_mean", float(road.one_pixel_mean.mean())
        yield "one_level", float(road.one_level.mean())
