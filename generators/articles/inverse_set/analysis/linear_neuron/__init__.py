"""The linear logistic neuron σ(w·x + b) on the unit cube, whose inverse set is known exactly.

``Slab`` is that set; ``law`` says how w·x is distributed on it, ``extent`` how far it reaches in any direction,
``nearest`` which of its points is closest to another, ``shape`` how it looks in two and three dimensions. ``samplers``
are the ways to sample it, ``yardstick`` measures a sample's errors, ``verdict`` judges them.
"""

from generators.articles.inverse_set.analysis.linear_neuron.law import Law, quantile
from generators.articles.inverse_set.analysis.linear_neuron.slab import Slab

__all__ = ["Law", "Slab", "quantile"]
