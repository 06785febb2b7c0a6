"""What is counted of MLPs as memories: many keys over few value neurons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Width:
    """The MLP of one block, counted as in Series 1: a neuron is a row of weights, a synapse one weight."""

    name: str
    title: str
    d_model: int
    """Numbers of the residual stream that it reads, and value neurons that write to it."""
    n_memories: int
    """Keys, and columns of the value matrix."""
    neurons: int
    synapses: int
    memories_per_dimension: float
    least_cosine: float
    """However the values point, two of them have a cosine of at least this absolute value (Welch, 1974)."""
    widest_angle_degrees: float
    """However the values point, the lines of two of them cross at this angle or a smaller one."""


@dataclass(frozen=True)
class Bottleneck:
    """The same of several networks, from the narrowest to the widest."""

    widths: tuple[Width, ...]
    shown: str
    """Name of the one that the drawing is lettered with."""

    @property
    def shown_width(self) -> Width:
        return next(each for each in self.widths if each.name == self.shown)
