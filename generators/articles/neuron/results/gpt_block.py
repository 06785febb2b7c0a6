"""A transformer block taken apart, and the published shapes a reader may start a calculation from."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One matrix of the block: its rows are neurons, its columns their synapses."""

    name: str
    title: str
    says: tuple[str, str]
    """What its neurons do, on two lines."""
    neurons: int
    synapses_per_neuron: int
    synapses: int
    synapses_in_all_blocks: int


@dataclass(frozen=True)
class GptBlock:
    """The matrices of one block, and what they come to."""

    title: str
    """Of the network."""
    d_model: int
    n_layers: int
    n_heads: int
    d_head: int
    parts: tuple[Part, ...]
    """Query, key, value and output of the attention; key and value of the MLP."""
    attention_neurons: int
    attention_synapses: int
    mlp_neurons: int
    mlp_synapses: int
    neurons: int
    """Of one block."""
    synapses: int
    neurons_in_all_blocks: int
    synapses_in_all_blocks: int
    synapses_per_neuron: float
    """On average over the block."""
    copied_neurons: int
    """What all blocks would have with the MLP's number of neurons in the attention too, as the source printed."""
    copied_synapses_per_neuron: float


@dataclass(frozen=True)
class Preset:
    """A published decoder: its shape, and its counts for the first view of the calculator."""

    name: str
    title: str
    shape: Mapping[str, int]
    """Every number and every yes (1) or no (0) of the shape."""
    neurons: int
    synapses: int
    synapses_per_neuron: float
    active_neurons: int
    """Of what one token uses: less than all only where experts take turns."""
    active_synapses: int
    parameters: int
    groups: Mapping[str, int]
    """Parameters by kind: attention, feed_forward, head, tables, rest."""


@dataclass(frozen=True)
class Calculator:
    """What a reader may choose from."""

    presets: tuple[Preset, ...]
    shown: str
    """Name of the preset that the figure opens with."""
