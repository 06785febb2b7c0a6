"""Nervous systems and networks, counted in neurons and synapses."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """One nervous system or network."""

    name: str
    kind: str
    """``brain``, ``piece`` of one, or ``network``."""
    neurons: float
    synapses: float
    neurons_range: tuple[float, float] | None
    """Lowest and highest published; ``None`` where there is one count."""
    synapses_range: tuple[float, float] | None
    estimated: bool
    """Whether the synapses were never counted: the point is the middle of the range, or a round estimate."""
    note: str
    """What was counted."""
    source: str
    reference: str
    """Its key in references.toml; empty for networks, whose shapes are in the table of published networks."""

    @property
    def synapses_per_neuron(self) -> float:
        return self.synapses / self.neurons


@dataclass(frozen=True)
class Comparison:
    """Brains beside networks."""

    brains: tuple[Count, ...]
    """Fewest neurons first, pieces of a brain among them."""
    networks: tuple[Count, ...]
    """Fewest neurons first."""
    cortical_mean: float
    """Synapses per neuron that is quoted for humans; a mean over the neocortex, not over the brain."""
