"""How facts call a neuron and an interval: small letters, digits and underscores."""

import re

from generators.articles.inverse_set.results.gallery import Neuron


def plain(name: str) -> str:
    """``"relu4b:5"`` -> ``"relu4b_5"``, ``"very strong"`` -> ``"very_strong"``."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def called(neurons: list[Neuron]) -> list[str]:
    """Name neurons for facts; those whose names come out alike are told apart by their layer and index."""
    names = [plain(neuron.name) for neuron in neurons]
    return [
        name if names.count(name) == 1 and name else plain(f"{neuron.layer}_{neuron.index}")
        for name, neuron in zip(names, neurons, strict=True)
    ]
