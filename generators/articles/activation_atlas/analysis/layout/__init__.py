"""Layouts: activations laid out on a plane, stretched to fill a map, and what of their neighbourhoods is kept."""

from generators.articles.activation_atlas.analysis.layout.comparing import agreement, aligned, disparity, stability
from generators.articles.activation_atlas.analysis.layout.methods import lay_out
from generators.articles.activation_atlas.analysis.layout.neighbours import Graph, neighbours, placeable
from generators.articles.activation_atlas.analysis.layout.quality import quality
from generators.articles.activation_atlas.analysis.layout.scaling import clipped, equalised

__all__ = [
    "Graph",
    "agreement",
    "aligned",
    "clipped",
    "disparity",
    "equalised",
    "lay_out",
    "neighbours",
    "placeable",
    "quality",
    "stability",
]
