"""Atlases of classes, by rank beside by magnitude; and of pairs, from what speaks for one to what does for another."""

from collections.abc import Sequence
from dataclasses import replace

from generators.articles.activation_atlas.figures.atlas import FORMATS, VALUE, layer_map
from generators.articles.activation_atlas.results.classes import RANK, ClassAtlases, ClassMap, PairMap
from generators.drawing.atlas import Atlas, AtlasMap


def class_atlases(result: ClassAtlases) -> Atlas:
    """Draw the maps of classes beside one another."""
    maps = [_class_map(each, result.labels) for each in result.maps]
    return Atlas(maps, result.labels, result.classes.tolist(), VALUE, "Class", formats=FORMATS, beside=True)


def pair_atlases(result: ClassAtlases) -> Atlas:
    """Draw the maps of pairs beside one another."""
    maps = [_pair_map(each, result.labels) for each in result.pairs]
    return Atlas(maps, result.labels, result.classes.tolist(), VALUE, "Pair", formats=FORMATS, beside=True)


def _class_map(each: ClassMap, labels: Sequence[str]) -> AtlasMap:
    name, n = labels[each.label], f"{each.layer.n_placed:,}"
    chosen = (
        f"{n} activations that speak for no class more than for {name}"
        if each.how == RANK
        else f"The {n} activations that add most to {name}"
    )
    known = "" if each.of_class != each.of_class else f"; {_percent(each.of_class)} of their pictures are of it"
    return replace(layer_map(each.layer, labels), title=f"{name}, by {each.how}", said=f"{chosen}{known}.")


def _pair_map(each: PairMap, labels: Sequence[str]) -> AtlasMap:
    left, right = labels[each.left], labels[each.right]
    said = (
        f"Left edge: speaks for {left}, right edge: for {right}, by {each.scale:.2g} logits a position; in the middle, "
        f"for both alike. {each.layer.n_placed:,} activations."
    )
    return replace(layer_map(each.layer, labels), title=f"{left} to {right}", said=said)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
