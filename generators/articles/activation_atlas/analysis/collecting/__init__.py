"""Collecting: activations at one random position of each picture, with their attributions, of any layers in one pass.

``positions`` says which pictures and where in them, ``taps`` reads layers and multiplies forward, ``gathering`` goes
through the data, ``shards`` keeps what was gathered in files, and ``collected`` is how that is read.
"""

from generators.articles.activation_atlas.analysis.collecting.collected import Collected, Gathered
from generators.articles.activation_atlas.analysis.collecting.gathering import collect, unmappable

__all__ = ["Collected", "Gathered", "collect", "unmappable"]
