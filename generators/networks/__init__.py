"""Networks by name: what they are, without torch; and loaded, with it.

``entries`` and ``fingerprint`` only read files. ``load``, ``survey`` and ``subjects`` import torch, when called.
"""

from generators.networks.configuration import Entry, entries, entry
from generators.networks.identity import difference, fingerprint
from generators.networks.layers import subjects, survey
from generators.networks.network import Network, load
from generators.networks.subject import REFERENCE, Layer, Subject

__all__ = [
    "REFERENCE",
    "Entry",
    "Layer",
    "Network",
    "Subject",
    "difference",
    "entries",
    "entry",
    "fingerprint",
    "load",
    "subjects",
    "survey",
]
