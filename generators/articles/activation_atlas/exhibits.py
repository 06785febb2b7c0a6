"""What Series 5 shows: maps of the layers of a network that reads pictures, and what proves them; maps of tokens."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from generators.exhibit import Exhibit, Figure, Json, Profile
from generators.networks.subject import Subject

IMAGES: dict[Profile, int] = {"smoke": 400, "laptop": 20_000, "gpu": 1_000_000}
"""How many pictures are read, one position of each."""
GRIDS: dict[Profile, list[Json]] = {"smoke": [4, 8], "laptop": [10, 20, 40], "gpu": [10, 20, 40, 80]}
"""Cells along a side of the map, level by level."""
GRID: dict[Profile, int] = {"smoke": 8, "laptop": 20, "gpu": 20}
"""The level that is looked at more closely."""
STEPS: dict[Profile, int] = {"smoke": 4, "laptop": 128, "gpu": 128}
"""The most steps in which an icon is made."""
NARROWEST = 3
"""Positions along a side of a layer's map, of which those at the edges are left out."""
FOLLOWED = {"textures": "honeycomb"}
"""Data that come with the project -> a class to follow through the layers."""
RIVALS = {"textures": ("shark", "baseball")}
"""The same -> a class, and one that a patch of which is sought."""
CLASSES: dict[str, list[Json]] = {"textures": ["shark", "baseball"]}
PAIRS: dict[str, list[Json]] = {"textures": [["shark", "baseball"], ["flames", "volcano"]]}
TERAS: dict[Profile, float] = {"smoke": 0.001, "laptop": 4, "gpu": 1000}
"""Parameters times tokens that reading may take, in 10^12."""


def exhibits(subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    """List the exhibits of one network, or with ``REFERENCE`` those that depend on no network."""
    if subject.kind == "reference":
        return (_cost(),)
    if not subject.has_data:
        return ()
    if subject.kind == "language-model":
        return (_tokens(subject, profile),)
    layers = chosen(subject)
    if subject.kind != "image-classifier" or not layers:
        return ()
    return (_atlas(subject, layers, profile), *(_closer(subject, layers, profile) if subject.neurons else ()))


def chosen(subject: Subject) -> tuple[str, ...]:
    """The layers that the entry names, else the last one with a map: its positions, and what each of them says."""
    if subject.named_layers:
        return subject.named_layers
    spatial = [
        layer.path
        for layer in subject.layers
        if layer.output_shape and len(layer.output_shape) == 3 and min(layer.output_shape[1:]) >= NARROWEST
    ]
    return tuple(spatial[-1:])


def _closer(subject: Subject, layers: tuple[str, ...], profile: Profile) -> tuple[Exhibit, ...]:
    """Look closer at a network that somebody took the trouble to name neurons of."""
    known = subject.data or ""
    return (
        _steps(layers, profile),
        _objectives(layers, profile),
        _sensitivity(layers, profile),
        _pixels(layers, profile),
        _factors(layers, profile),
        _enough(layers, profile),
        *((_through(FOLLOWED[known], layers, profile),) if known in FOLLOWED else ()),
        *((_classes(known, layers, profile),) if known in CLASSES else ()),
        *((_search(*RIVALS[known], layers, profile),) if known in RIVALS else ()),
    )


def _common(layers: tuple[str, ...], profile: Profile) -> Mapping[str, Any]:
    """What every analysis of the maps is asked for, so that they share them."""
    return {"layers": list(layers), "images": IMAGES[profile], "seed": 0}


def _later(layers: tuple[str, ...]) -> list[Json]:
    """A layer in the middle, and the last."""
    return list(dict.fromkeys((layers[len(layers) // 2], layers[-1])))


def _atlas(subject: Subject, layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Map every layer; where nobody said what to look at, without the finest grid."""
    figures = (
        Figure(
            "atlas",
            "figures.atlas:atlas",
            "A square map of small pictures, each made so that it activates a layer as the mean of similar positions "
            "does; neighbours resemble one another, and each is labelled by the class that it speaks for.",
            "A whole layer on one map",
        ),
        Figure(
            "fidelity",
            "figures.fidelity:fidelity",
            "A row for each layer and grid, and one below for chance: how well icons keep their cells’ directions, how "
            "often an icon finds its own cell, how often the network names it as its cell, and how members agree.",
            "What icons keep of their cells, and what chance would",
        ),
        Figure(
            "layouts",
            "figures.fidelity:layouts",
            "A row for each layer: trustworthiness, continuity and the share of neighbours that its map keeps, beside "
            "chance, and how many of 400 cells are used.",
            "What maps keep of neighbourhoods",
        ),
    )
    grids = GRIDS[profile] if subject.named_layers or subject.neurons else GRIDS[profile][:2]
    params: dict[str, Json] = {**_common(layers, profile), "grids": grids, "steps": STEPS[profile]}
    return Exhibit("atlas", "analysis.mapping:map_layers", figures, "facts.atlas:atlas", params)


def _steps(layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Show how an atlas comes about."""
    drawn = Figure(
        "steps",
        "figures.steps:steps",
        "Seven panels: a picture with one position marked and its activations, ten pictures, a thousand points, all "
        "points, a grid over them, the mean of each cell, and an icon for each mean.",
        "How an atlas is made",
    )
    shown: dict[str, Json] = {"layer": layers[-1], "grid": GRIDS[profile][0], "steps": STEPS[profile]}
    params = {**_common(layers, profile), **shown}
    return Exhibit("steps", "analysis.steps:show_steps", (drawn,), "facts.steps:steps", params)


def _through(label: str, layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Follow one class through the layers."""
    drawn = Figure(
        "through",
        "figures.through:through",
        "For each layer a row of icons and a row of real patches, of the cells that hold most of one class: nothing "
        "particular early, its textures in the middle, the class late, with its share below each.",
        "One class, from early to late",
    )
    shown: dict[str, Json] = {"label": label, "grid": GRID[profile], "cells": 8, "steps": STEPS[profile]}
    params = {**_common(layers, profile), **shown}
    return Exhibit("through", "analysis.through:follow_class", (drawn,), "facts.through:through", params)


def _objectives(layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Compare objectives for icons."""
    figures = (
        Figure(
            "objectives",
            "figures.objectives:side_by_side",
            "A row of real patches and four rows of icons of the same cells: faithful ones are plain and nameable, "
            "vivid and published ones exaggerate, whitened ones are smears; the cosine below each.",
            "The same cells by four objectives",
        ),
        Figure(
            "objectives-table",
            "figures.objectives:fidelity_table",
            "A row for each layer and objective, and one for chance: centred cosine, retrieval of the own cell, "
            "agreement of labels, and steps.",
            "What each objective keeps",
        ),
    )
    shown: dict[str, Json] = {"paths": _later(layers), "grid": GRID[profile], "steps": STEPS[profile], "shown": 10}
    params: dict[str, Json] = {**_common(layers, profile), **shown}
    return Exhibit(
        "objectives", "analysis.objectives:compare_objectives", figures, "facts.objectives:objectives", params
    )


def _pixels(layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Lay the same pictures out by colours and by layers."""
    figures = (
        Figure(
            "picture-maps",
            "figures.pixels:picture_maps",
            "Two maps of the same pictures: laid out by colours, neighbours share a hue; laid out by a late layer, "
            "they share a class.",
            "The same pictures by their colours and by a late layer",
        ),
        Figure(
            "purity",
            "figures.pixels:purity",
            "A row for each of raw pixels, colours and layers: the share of a picture’s 15 nearest that have its "
            "class, in the space and on its map, beside chance.",
            "How often neighbours share a class",
        ),
    )
    smoke = profile == "smoke"
    shown: dict[str, Json] = {
        "shown": _later(layers),
        "n": {"smoke": 100, "laptop": 3_000, "gpu": 20_000}[profile],
        "grids": [4] if smoke else [10, 20],
        "px": 48,
        "method": "pca" if smoke else "umap",
    }
    params = {**_common(layers, profile), **shown}
    return Exhibit("pixels", "analysis.pixels:compare_spaces", figures, "facts.pixels:pixels", params)


def _factors(layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Take cells apart into a sum of factors."""
    figures = (
        Figure(
            "factors",
            "figures.factors:factors",
            "A row for each factor: its icon and the strongest real patch of several classes, which have something in "
            "common.",
            "What cells are made of",
        ),
        Figure(
            "factor-maps",
            "figures.factors:factor_maps",
            "The same map once for each factor, cells darker where it makes up more; most factors lie in several "
            "separate places.",
            "Where each factor lies on the map",
        ),
        Figure(
            "factors-needed",
            "figures.factors:needed",
            "Sums of factors explain more of held-out cells than as many clusters; below how many factors a cell "
            "needs, most two or three.",
            "A cell is a sum",
        ),
    )
    smoke = profile == "smoke"
    shown: dict[str, Json] = {
        "layer": layers[-1],
        "grid": GRID[profile],
        "counts": [2, 3] if smoke else [2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 32],
        "wanted": 0.6,
        "steps": STEPS[profile],
    }
    params = {**_common(layers, profile), **shown}
    return Exhibit("factors", "analysis.factors:factorise", figures, "facts.factors:factors", params)


def _enough(layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Compare atlases of fewer pictures."""
    figures = (
        Figure(
            "enough",
            "figures.enough:enough",
            "Two panels over the number of pictures: the cosine of cells’ means to those of all pictures rises "
            "early, the number of filled cells keeps growing.",
            "How many pictures are enough",
        ),
        Figure(
            "enough-table",
            "figures.enough:enough_table",
            "A row for each layer and number of pictures: cells filled, activations in each, and cosines.",
            "How many pictures are enough, in numbers",
        ),
    )
    sizes: dict[Profile, list[Json]] = {
        "smoke": [50],
        "laptop": [300, 1_000, 3_000, 10_000],
        "gpu": [300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000],
    }
    shown: dict[str, Json] = {"shown": _later(layers), "sizes": sizes[profile], "grid": GRID[profile]}
    params = {**_common(layers, profile), **shown}
    return Exhibit("enough", "analysis.enough:compare_sizes", figures, "facts.enough:enough", params)


def _sensitivity(layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Lay one layer out under other settings."""
    figures = (
        Figure(
            "sensitivity",
            "figures.sensitivity:sensitivity",
            "Fifteen small maps of the same activations under other neighbours, distances, metrics, methods, samples "
            "and seeds, points of up to four classes marked, with how many neighbours each map keeps; of shuffled "
            "activations nothing is left.",
            "The same layer in fifteen layouts",
        ),
        Figure(
            "sensitivity-table",
            "figures.sensitivity:table",
            "A row for every layout: recall, trustworthiness, continuity, cells used, neighbours kept, points that "
            "share a cell and disparity, chance last.",
            "How much of the map is the setting",
        ),
        Figure(
            "stability",
            "figures.sensitivity:stability",
            "The reference map, each point darker the more of its neighbours it keeps from seed to seed; points "
            "between islands are pale.",
            "Where the map can be relied on",
        ),
    )
    smoke = profile == "smoke"
    shown: dict[str, Json] = {
        "path": layers[-1],
        "points": 200 if smoke else 4_000,
        "methods": ["pca", "tsne"] if smoke else ["umap", "tsne", "pca"],
    }
    params = {**_common(layers, profile), **shown}
    return Exhibit("sensitivity", "analysis.sensitivity:vary_layout", figures, "facts.sensitivity:sensitivity", params)


def _classes(known: str, layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Map single classes, and what lies between two."""
    figures = (
        Figure(
            "class-atlases",
            "figures.class_atlases:class_atlases",
            "Maps of single classes side by side: the activations that speak for no class more, and those that add "
            "most to it.",
            "One class, by rank and by magnitude",
        ),
        Figure(
            "pair-atlases",
            "figures.class_atlases:pair_atlases",
            "Maps on which activations that speak for one class lie at the left and those that speak for the other at "
            "the right.",
            "From one class to another",
        ),
    )
    smoke = profile == "smoke"
    shown: dict[str, Json] = {
        "path": layers[-1],
        "classes": CLASSES[known],
        "pairs": PAIRS[known][:1] if smoke else PAIRS[known],
        "most": {"smoke": 60, "laptop": 700, "gpu": 2_000}[profile],
        "steps": {"smoke": 4, "laptop": 64, "gpu": 128}[profile],
    }
    params = {**_common(layers, profile), **shown}
    return Exhibit(
        "class-atlases", "analysis.class_atlases.atlases:map_classes", figures, "facts.classes:classes", params
    )


def _search(source: str, target: str, layers: tuple[str, ...], profile: Profile) -> Exhibit:
    """Search the map for a patch that turns one class into another."""
    figures = (
        Figure(
            "search-cells",
            "figures.search:cells",
            "The ten cells that the map ranks first, each with its icon and real patches, and below them the controls, "
            "with the share of pictures each turns.",
            "What the search found first",
        ),
        Figure(
            "search-pasted",
            "figures.search:pasted",
            "Pictures of sharks with a patch in each corner, and the probabilities of baseball and shark with and "
            "without it.",
            "Sharks with a patch on",
        ),
        Figure(
            "search-rates",
            "figures.search:rates",
            "For each cell the share of shark pictures called baseball, by real patches and by its icon, with 95% "
            "intervals; noise, random cells and erased stitches stay near zero.",
            "How often each patch turns the answer",
        ),
        Figure(
            "search-turned",
            "figures.search:turned",
            "A row for each cell and control with the share of pictures that it turns at each size and at the best "
            "place.",
            "Every size and place",
        ),
        Figure(
            "search-pairs",
            "figures.search:pairs",
            "For thirty other pairs of classes, the share of a picture that a patch must cover by the map against the "
            "share of pictures that it turns.",
            "Other pairs, promised and measured",
        ),
        Figure(
            "search-pair-table",
            "figures.search:pair_table",
            "A row for each pair with the share turned by a cell’s patches, by random cells and by noise.",
            "The pairs tested",
        ),
    )
    smoke = profile == "smoke"
    shown: dict[str, Json] = {
        "path": layers[-1],
        "source": source,
        "target": target,
        "grid": GRID[profile],
        "steps": STEPS[profile],
        "cells": 3 if smoke else 10,
        "n": {"smoke": 4, "laptop": 60, "gpu": 400}[profile],
        "pairs": {"smoke": 1, "laptop": 10, "gpu": 20}[profile],
        "pair_n": {"smoke": 2, "laptop": 16, "gpu": 60}[profile],
        "shown": 1 if smoke else 4,
    }
    params = {**_common(layers, profile), **shown}
    return Exhibit("search", "analysis.search.searching:search_patch", figures, "facts.search:search", params)


def _tokens(subject: Subject, profile: Profile) -> Exhibit:
    """Map one layer of a language model."""
    figures = (
        Figure(
            "tokens",
            "figures.tokens:tokens",
            "A map of positions of a text, as one layer sees them, in clusters called by the tokens that are read "
            "there and what follows; below, for each cluster, its tokens, what follows and what the network "
            "predicts.",
            "A layer on one map: positions of the text, clusters by their tokens",
        ),
        Figure(
            "token-agreement",
            "figures.tokens:agreement",
            "A panel for each thing to guess, among them the token itself and the next one: for each token, for "
            "clusters of the table of tokens and of each block, the share guessed as a mark, and beside it an open "
            "circle for chance.",
            "What clusters tell of the next token, layer by layer, beside the token alone",
        ),
    )
    smoke = profile == "smoke"
    params: dict[str, Json] = {
        **({"layer": subject.named_layers[-1]} if subject.named_layers else {}),
        "positions": 120 if smoke else 4_000,
        "clusters": 6 if smoke else 24,
        "tera": TERAS[profile],
        "seed": 0,
        **({"method": "pca"} if smoke else {}),
    }
    return Exhibit("tokens", "analysis.tokens:map_tokens", figures, "facts.tokens:tokens", params)


def _cost() -> Exhibit:
    """Show what an atlas costs, as the benchmark measured it."""
    figures = (
        Figure(
            "cost",
            "figures.cost:cost",
            "Seconds, memory and bytes on disk of an atlas against its number of pictures, all logarithmic: time and "
            "disk grow in proportion, memory hardly.",
            "What an atlas costs",
        ),
        Figure(
            "cost-table",
            "figures.cost:cost_table",
            "A row for each number of pictures: seconds of each part, bytes on disk and in memory.",
            "What an atlas costs, in numbers",
        ),
        Figure(
            "rates",
            "figures.cost:rates_table",
            "A row for each program that makes icons: icons per CPU second at equal steps.",
            "How fast icons are made",
        ),
    )
    measured = Path(__file__).with_name("analysis") / "measured.json"
    params: dict[str, Json] = {"measured": sha256(measured.read_bytes()).hexdigest()[:16]}
    return Exhibit("cost", "analysis.cost:read_measured", figures, "facts.cost:cost", params)
