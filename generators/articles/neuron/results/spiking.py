"""A spiking neuron, what arrives at it and what it answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Membrane:
    """A leaky integrate-and-fire neuron with exponential synapses; voltage in units of threshold minus rest."""

    membrane_ms: float
    """How fast the voltage leaks away: its time constant."""
    synapse_ms: float
    """How fast the current of one arriving spike fades."""
    refractory_ms: float
    """How long the voltage is held at rest after a spike."""


@dataclass(frozen=True)
class Pattern:
    """When two inputs send the same number of spikes."""

    name: str
    label: str
    """What a reader sees."""
    first_ms: tuple[float, float]
    """The window in which the first input spreads its spikes evenly."""
    second_ms: tuple[float, float]
    """The same for the second input."""
    shift: float
    """The second train comes later by this fraction of its spacing."""
    random: bool
    """Times drawn evenly at random inside the windows instead of being spread."""


@dataclass(frozen=True)
class Run:
    """One simulation: arrivals, voltage and spikes."""

    arrivals_ms: tuple[NDArray[np.float64], ...]
    """Spike times of each input."""
    weights: tuple[float, ...]
    """The synapse of each input: positive excites, negative inhibits."""
    times_ms: NDArray[np.float64]
    """Where the voltage was read, spikes and arrivals among them; a spike's time comes twice, before and after."""
    voltages: NDArray[np.float64]
    """Membrane voltage at those times; the threshold is 1."""
    spikes_ms: NDArray[np.float64]
    """When the neuron fired."""


@dataclass(frozen=True)
class Case:
    """One choice of count and weight, under every pattern."""

    name: str
    n_spikes: int
    """Spikes sent by each of the two inputs."""
    weight: float
    counts: tuple[int, ...]
    """Output spikes, one number a pattern."""
    peaks: tuple[float, ...]
    """Highest voltage if the neuron had no threshold, one number a pattern."""


@dataclass(frozen=True)
class SpikeCode:
    """The same spikes at different times, sent to the same neuron."""

    membrane: Membrane
    end_ms: float
    """How long each simulation lasts."""
    patterns: tuple[Pattern, ...]
    cases: tuple[Case, ...]
    """The settings that the text speaks of."""
    shown: Case
    """The setting that the figure opens with."""
    runs: tuple[Run, ...]
    """``shown`` in full, one run a pattern."""
    single_lift: float
    """Height of one spike through a synapse of weight 1, as a share of the threshold."""
    seed: int
    """For the random pattern."""


@dataclass(frozen=True)
class SpikeMap:
    """What bunching does to the output, over every count and weight tried."""

    n_spikes: NDArray[np.int64]
    weights: NDArray[np.float64]
    uniform: NDArray[np.int64]
    """Output spikes when both inputs are evenly spaced, [weight, count]."""
    bunched: NDArray[np.int64]
    """Output spikes when one input fires in the first and the other in the last fifth."""
    difference: NDArray[np.int64]
    """``bunched - uniform``."""


@dataclass(frozen=True)
class SynapseSigns:
    """One excitatory and one inhibitory input on the same neuron."""

    membrane: Membrane
    end_ms: float
    inhibition_ms: tuple[float, float]
    """When the inhibitory input fires."""
    run: Run
    """With both inputs."""
    excited_only: Run
    """With the inhibitory synapse at zero."""
    inhibitory_weights: NDArray[np.float64]
    """The settings of the slider."""
    counts: NDArray[np.int64]
    """Output spikes during the inhibition, one number a setting."""
