"""Networks by name: what they are, without torch; and loaded, with it.

``entries`` and ``fingerprint`` only read files. ``load`` and ``survey`` import torch, when called.
"""

from generators.networks.configuration import Entry, entries, entry
from generators.networks.identity import fingerprint
from generators.networks.layers import survey
from generators.networks.network import Network, load
from generators.networks.subject import REFERENCE, Layer, Subject

__all__ = [
    "REFERENCE",
    "Entry",
    "Layer",
    "Network",
    "Subject",
    "entries",
    "entry",
    "fingerprint",
    "load",
    "survey",
]
