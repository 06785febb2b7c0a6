"""Sampling a set that constraints cut out of a space: mathematics on tensors, with no network in it.

A point is a row of a tensor (n, k). A *measure* says which points there are and how likely each is; *constraints* say
which of them are wanted. A sampler draws from the measure, given the constraints.
"""

from generators.articles.inverse_set.analysis.sampling.constraints import Constraints
from generators.articles.inverse_set.analysis.sampling.feasible import Sample, sample_feasible
from generators.articles.inverse_set.analysis.sampling.measures import Classed, Measure, Normal, Uniform

__all__ = ["Classed", "Constraints", "Measure", "Normal", "Sample", "Uniform", "sample_feasible"]
