"""Map and Spec: a network as its linear maps, each a number of neurons with the same number of synapses."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Map:
    """One linear map: neurons of equal fan-in."""

    path: str
    type: str
    reading: str
    neurons: int
    synapses: int
    active_neurons: int
    """Of what one token uses: less than all only for routed experts."""
    active_synapses: int
    uses: int = 1
    """How often one pass applies it."""


@dataclass(frozen=True)
class Spec:
    """A network's linear maps and the rest of what it stores."""

    name: str
    title: str
    family: str
    source: str
    """Who published the shape."""
    year: int
    maps: tuple[Map, ...]
    """The body: everything but the head."""
    head: Map | None
    """A language model's map to its vocabulary."""
    others: Mapping[str, int]
    """Stored parameters that are no synapse of the body, by kind; a tied embedding is the head's."""
    experts: tuple[int, int] | None = None
    """Experts in a layer, and experts that a token goes through."""

    @property
    def neurons(self) -> int:
        return sum(row.neurons for row in self.maps)

    @property
    def synapses(self) -> int:
        return sum(row.synapses for row in self.maps)

    @property
    def parameters(self) -> int:
        return self.synapses + sum(self.others.values())


def linear(path: str, neurons: int, fan_in: int, *, type: str = "Linear", uses: int = 1) -> Map:
    synapses = neurons * fan_in
    return Map(path, type, f"{neurons:,} rows of {fan_in:,}", neurons, synapses, neurons, synapses, uses)


def convolution(path: str, neurons: int, n_in: int, *kernel: int) -> Map:
    """``n_in`` is the channels that one output channel reads: of its group."""
    synapses = neurons * n_in
    for taps in kernel:
        synapses *= taps
    reading = f"{neurons:,} rows of " + "·".join(f"{size:,}" for size in (n_in, *kernel))
    return Map(path, f"Conv{len(kernel)}d", reading, neurons, synapses, neurons, synapses)


def experts(path: str, n_experts: int, n_used: int, neurons: int, fan_in: int) -> Map:
    reading = f"{n_experts:,} × {neurons:,} rows of {fan_in:,}"
    each = neurons * fan_in
    return Map(path, "Experts", reading, n_experts * neurons, n_experts * each, n_used * neurons, n_used * each)
