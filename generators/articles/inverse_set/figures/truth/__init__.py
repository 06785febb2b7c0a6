"""Whether inverse sets tell the truth: by class, by what the renderer says of each picture, and by what is measured.

The exact generator is a filled square, the learned one an open circle, in every drawing.
"""

from generators.articles.inverse_set.figures.truth.attributes import attributes
from generators.articles.inverse_set.figures.truth.classes import classes
from generators.articles.inverse_set.figures.truth.factors import factors

__all__ = ["attributes", "classes", "factors"]
