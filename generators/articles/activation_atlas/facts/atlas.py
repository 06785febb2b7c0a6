"""An atlas as numbers: ``LAYER_grid_GRID_SCORE`` of each level, and ``LAYER_SCORE`` of the level of 20 cells a side.

The last layer's scores stand without its name as well.
"""

from dataclasses import fields
from math import isfinite

from generators.articles.activation_atlas.facts.naming import plain
from generators.articles.activation_atlas.results.atlas import Atlas, MappedLayer, Path
from generators.articles.activation_atlas.results.fidelity import Fidelity, LayoutQuality
from generators.exhibit import Scalar

USUAL_GRID = 20
"""The grid that a layer's numbers are of where none is named, or the nearest there is."""
CALLED = {"cosine_mean": "icon_cosine_mean", "cosine_p10": "icon_cosine_p10", "cosine_chance": "icon_cosine_chance"}


def atlas(result: Atlas) -> dict[str, Scalar]:
    """Say what icons and layouts keep, layer by layer, and how a path changes; a number that is none is left out."""
    facts: dict[str, Scalar] = {
        "n_layers": len(result.layers),
        "n_classes": len(result.labels),
        "n_icons": sum(len(level.counts) for layer in result.layers for level in layer.levels),
        "finest_grid": max(level.grid for layer in result.layers for level in layer.levels),
    }
    for index, sentence in enumerate(result.refused):
        facts[f"refused_{index + 1}"] = sentence
    for layer in result.layers:
        facts |= _prefixed(plain(layer.path), _layer(layer))
    facts |= _layer(result.layers[-1]) | {"layer": result.layers[-1].path}
    facts |= _prefixed("vivid", fidelity(_usual(result.vivid)))
    for path in result.paths[:1]:
        facts |= _path(path, result.labels)
    return {name: value for name, value in facts.items() if not isinstance(value, float) or isfinite(value)}


def _layer(layer: MappedLayer) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {
        "n_images": layer.n_images,
        "n_placed": layer.n_placed,
        "n_units": layer.n_units,
        "receptive_px": layer.receptive_px,
        "seconds": layer.seconds,
        "peak_bytes": layer.peak_bytes,
        "icon_px": layer.levels[0].icons.shape[1],
    }
    for level in layer.fidelity:
        facts |= _prefixed(f"grid_{level.grid}", fidelity(level))
    return facts | fidelity(_usual(layer)) | layout(layer.layout)


def _usual(layer: MappedLayer) -> Fidelity:
    return min(layer.fidelity, key=lambda each: abs(each.grid - USUAL_GRID))


def fidelity(measured: Fidelity) -> dict[str, Scalar]:
    """Name the scores of icons."""
    return {CALLED.get(field.name, field.name): getattr(measured, field.name) for field in fields(measured)}


def layout(measured: LayoutQuality) -> dict[str, Scalar]:
    """Name the scores of a layout."""
    return {f"layout_{field.name}": getattr(measured, field.name) for field in fields(measured)} | {
        "trustworthiness": measured.trustworthiness
    }


def _path(path: Path, labels: tuple[str, ...]) -> dict[str, Scalar]:
    return {
        "path_start": labels[path.start],
        "path_end": labels[path.end],
        "path_cells": len(path.cells),
        "path_cosine_least": path.cosine_least,
        "path_cosine_chance": path.cosine_chance,
    }


def _prefixed(prefix: str, facts: dict[str, Scalar]) -> dict[str, Scalar]:
    return {f"{prefix}_{name}": value for name, value in facts.items()}
