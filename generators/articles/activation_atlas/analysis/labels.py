"""Labels: classes by name, as parameters give them."""

from __future__ import annotations

import numpy as np

from generators.articles.activation_atlas.analysis.collecting import Collected
from generators.errors import UsageError, nearest
from generators.networks import Network


def labelled(network: Network, found: Collected, name: str) -> int:
    """Look a class up; UsageError where there is none of this name, or its attributions are not kept."""
    if name not in network.labels:
        raise UsageError(f"there is no class {name!r} in network {network.name!r}: {nearest(name, network.labels)}")
    label = network.labels.index(name)
    if label not in np.asarray(found.classes):
        raise UsageError(
            f"class {name!r} is none of those that network {network.name!r} answers most often, whose attributions are "
            "kept: choose one of those"
        )
    return label


def shown(network: Network, found: Collected, name: str) -> int:
    """Look up a class of which there are pictures; UsageError also where there is none."""
    label = labelled(network, found, name)
    truth = np.asarray(found.truth)
    if not (truth == label).any():
        raise UsageError(
            f"none of the {len(truth):,} pictures of network {network.name!r} shows {name!r}: expected a class with "
            "examples, or more pictures"
        )
    return label
