"""Subject: what is known of a network without loading it, enough for an article to declare its exhibits."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Layer:
    """One module that has weights or gives an activation, as the survey found it."""

    path: str
    """Dotted module path, as in ``named_modules()``."""
    type: str
    """Class name, such as ``Conv2d``."""
    weight_shape: tuple[int, ...] | None
    output_shape: tuple[int, ...] | None
    """Without the batch axis; ``None`` when the network could not be run on its own data."""
    stacks: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Names and shapes of parameters with three axes beside ``weight``: matrices of experts, stacked."""


@dataclass(frozen=True)
class Subject:
    """A network by name, kind and layers; ``reference`` stands for exhibits that depend on no network."""

    name: str
    kind: str
    """``image-classifier``, ``classifier``, ``sequence-classifier``, ``language-model``, ``text-encoder``,
    ``plane`` or ``reference``."""
    layers: tuple[Layer, ...] = ()
    labels: tuple[str, ...] = ()
    has_data: bool = True
    """Whether it has a data set to be watched on."""
    bundled: str | None = None
    """The network that came with the project, where it is one with its own weights: it has a card."""
    named_layers: tuple[str, ...] = ()
    """The layers that its entry names; empty where a rule is to choose."""
    neurons: tuple[str, ...] = ()
    """The neurons that its entry names, each ``"layer:index"``; empty where measurement is to choose."""
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Of some of them, the activations between which inputs are wanted."""
    data: str | None = None
    """The data set that came with the project, where it has one of those."""


REFERENCE = Subject("reference", "reference")
