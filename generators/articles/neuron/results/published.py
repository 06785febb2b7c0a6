"""What the published networks count to, and the two first layers that are unrolled over a picture."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublishedNetwork:
    """One published network, its head counted beside its body."""

    name: str
    """As ``inspect spec:NAME`` takes it."""
    title: str
    family: str
    source: str
    year: int
    neurons: int
    synapses: int
    parameters: int
    head_neurons: int
    """0 where there is no language model's head."""
    head_synapses: int
    active_neurons: int
    """Of what one token uses: all, but for a mixture of experts."""
    active_synapses: int
    unrolled_neurons: int
    """Shared weights once for every use: more than ``neurons`` only where layers share theirs."""
    unrolled_synapses: int
    lookup_parameters: int
    """In tables that are no synapses; a tied embedding is in the head."""
    formula_neurons: int | None
    """A second opinion, by one formula for the whole network; ``None`` where there is none as short."""
    formula_synapses: int | None

    @property
    def synapses_per_neuron(self) -> float:
        return self.synapses / self.neurons


@dataclass(frozen=True)
class FirstLayer:
    """A convolution, and the same unrolled over one picture."""

    title: str
    neurons: int
    synapses: int
    parameters: int
    """Biases among them."""
    units: int
    """Neurons at every position."""
    connections: int
    connections_with_bias: int
    """One more for every unit that has a bias."""
    real_connections: int
    """Connections that read a pixel rather than padding."""


@dataclass(frozen=True)
class Published:
    """Every published network, and GPT-3's parts as the source counted them."""

    networks: tuple[PublishedNetwork, ...]
    """By synapses, fewest first."""
    gpt3_d_model: int
    gpt3_n_layers: int
    gpt3_attention_neurons: int
    """In one block."""
    gpt3_attention_synapses: int
    gpt3_mlp_neurons: int
    gpt3_mlp_synapses: int
    lenet_c1: FirstLayer
    resnet_conv1: FirstLayer
    seen_by_linear_only: float
    """Share of Mixtral's synapses, its head among them, in plain ``Linear`` layers: what a naive counter sees."""

    def network(self, name: str) -> PublishedNetwork:
        return next(network for network in self.networks if network.name == name)
