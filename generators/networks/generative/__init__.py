"""Generators: what turns a code, a few random numbers, into a picture that a network could have been shown.

An exact one is the renderer that made the data; a given one is the reader's own; where there is neither, one is fitted.
``load`` needs torch, when it is called.
"""

from generators.networks.generative.generator import Generator, load
from generators.networks.generative.quality import Quality, measure

__all__ = ["Generator", "Quality", "load", "measure"]
