"""Counts of neurons and synapses, of one weight, one network, one forward pass.

A neuron is one row of a learned linear map, a synapse one weight of that row. Biases, norms, lookup tables and scales
are other parameters. A language model's head (the map from the last state to the vocabulary) is counted beside the
body, not in it: ``neurons`` and ``synapses`` are those of the body, and the head's weights are among the other
parameters, so that ``synapses - derived_synapses + other_parameters == parameters`` always holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ModuleCount:
    """The neurons of one weight tensor, or of several that feed the same neurons."""

    path: str
    """Dotted module path, and the parameter's name after it where a module holds several weights."""
    type: str
    """Class of the module, such as ``Conv2d``."""
    reading: str
    """How the weight is read, in symbols: ``6 rows of 1·5·5``."""
    neurons: int
    synapses: int
    active_neurons: int
    """Neurons that one token uses: all of them, but for a mixture of experts."""
    active_synapses: int
    nonzero_synapses: int | None = None
    """Synapses whose weight is not 0; ``None`` where the weights have no values (meta device, published shapes)."""
    uses: int = 1
    """How often the network applies it in one pass: more than once where modules or weights are shared."""
    units: int | None = None
    """Neurons unrolled over the positions of one input; ``None`` where no input was run."""
    connections: int | None = None
    """Synapses unrolled over the positions of one input."""
    real_connections: int | None = None
    """Connections that read a value of the input rather than padding."""

    @property
    def synapses_per_neuron(self) -> float | None:
        return self.synapses / self.neurons if self.neurons else None


@dataclass(frozen=True)
class Active:
    """What one token uses of a mixture of experts."""

    neurons: int
    synapses: int
    experts: int
    """Experts in a layer."""
    experts_per_token: int


@dataclass(frozen=True)
class Unrolled:
    """The network as one pass applies it: shared weights once for every use."""

    neurons: int
    synapses: int
    units: int | None
    """Neurons at every position of the input."""
    connections: int | None
    """Synapses at every position of the input."""
    real_connections: int | None


@dataclass(frozen=True)
class Unclassified:
    """A parameter of two or more dimensions that no rule reads: it may hold synapses."""

    path: str
    shape: tuple[int, ...]
    parameters: int


@dataclass(frozen=True)
class NetworkCount:
    """The neurons and synapses of a network, module by module."""

    network: str
    neurons: int
    """Of the body: everything but ``head``."""
    synapses: int
    parameters: int
    """Every stored number that is learned, shared ones once."""
    other_parameters: int
    """Stored parameters that are no synapse of the body."""
    modules: tuple[ModuleCount, ...]
    active: Active | None = None
    """``None`` but for a mixture of experts."""
    head: ModuleCount | None = None
    """A language model's map to its vocabulary."""
    others: Mapping[str, int] = field(default_factory=dict)
    """Other parameters by kind: ``biases``, ``norms``, ``lookup tables``, ``scales``, ``head``, ``unclassified``."""
    unclassified: tuple[Unclassified, ...] = ()
    derived_synapses: int = 0
    """Synapses beyond what is stored: 0 but for weights computed from fewer parameters, such as a low-rank product."""
    nonzero_synapses: int | None = None
    unrolled: Unrolled | None = None
    """``None`` where neither sharing nor an input says more than the stored counts."""
    input_shape: tuple[int, ...] | None = None
    """Shape of the one input that ``connections`` unroll over, without the batch axis."""

    @property
    def synapses_per_neuron(self) -> float | None:
        return self.synapses / self.neurons if self.neurons else None
