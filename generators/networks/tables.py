"""One ``[networks.NAME]`` as a person writes it: its keys, and what can be said of each without looking any further."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Kind = Literal["image-classifier", "classifier", "sequence-classifier", "language-model", "text-encoder", "plane"]
Positive = Annotated[int, Field(gt=0)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


def _each_once(names: list[str]) -> list[str]:
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"names {twice!r} twice")
    return names


def _neuron(name: str) -> str:
    if not re.fullmatch(r"(?s:.+):(0|[1-9][0-9]{0,8})", name):
        raise ValueError(f'{name!r} is no neuron: expected "layer:index", such as "conv1:35"')
    return name


def _interval(bounds: list[float]) -> list[float]:
    if len(bounds) != 2 or not bounds[0] < bounds[1]:
        raise ValueError(f"{bounds} is no interval: expected two activations, the smaller first, such as [10.0, 12.5]")
    return bounds


Names = Annotated[list[str], Field(min_length=1), AfterValidator(_each_once)]
Neurons = Annotated[list[Annotated[str, AfterValidator(_neuron)]], Field(min_length=1), AfterValidator(_each_once)]

Intervals = dict[str, Annotated[list[Finite], AfterValidator(_interval)]]


class Input(BaseModel):
    """What one example is before the network sees it: its size and the numbers it is standardised by."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    size: Annotated[list[Positive], Field(min_length=1, max_length=2)] | None = None
    """Height and width, or the number of features."""
    length: Positive | None = None
    """How many tokens a language model or text encoder is given at once."""
    channels: Positive | None = None
    mean: list[Finite] = [0.0]
    """Subtracted, for each channel, from levels scaled to 0..1."""
    std: list[Annotated[Finite, Field(gt=0)]] = [1.0]

    @model_validator(mode="after")
    def either_size_or_length(self) -> "Input":
        if (self.size is None) == (self.length is None):
            raise ValueError(
                "expected size, for pictures and features, or length, for a language model, one of the two"
            )
        if self.length and (more := self.model_fields_set - {"length"}):
            raise ValueError(f"tokens have no {min(more)}: expected length alone")
        return self

    @model_validator(mode="after")
    def one_for_each_channel(self) -> "Input":
        for name in ("mean", "std"):
            given = len(getattr(self, name))
            wanted = self.channels or (self.size or [1])[-1]
            if given not in (1, wanted):
                raise ValueError(f"{name} has {given} numbers: expected 1{f' or {wanted}' if wanted > 1 else ''}")
        return self

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example, channels first; of a text, its number of tokens."""
        return ((self.channels,) if self.channels else ()) + tuple(self.size or [self.length or 1])


class GeneratorTable(BaseModel):
    """``generator = { … }``: what makes pictures out of codes."""

    model_config = ConfigDict(extra="forbid", strict=True)

    source: Annotated[str, Field(min_length=1)]
    weights: str | None = None
    code: Positive
    """How many numbers a code has."""


class Table(BaseModel):
    """The keys of one entry."""

    model_config = ConfigDict(extra="forbid", strict=True)

    source: str
    weights: str | None = None
    kind: Kind | None = None
    input: Input | None = None
    data: str | None = None
    labels: Any = None
    """A list of names, or a file that has them; see ``generators.networks.labels``."""
    layers: Names | None = None
    neurons: Neurons | None = None
    intervals: Intervals | None = None
    """Of some of ``neurons``, the activations between which its inputs are wanted."""
    generator: GeneratorTable | None = None


def names(given: Sequence[Any]) -> str | None:
    """Say what is wrong with a list of names, if anything is."""
    if not given:
        return f"should be a list with something in it, and is {given!r}"
    wrong = next((i for i, each in enumerate(given) if not isinstance(each, str)), None)
    return (
        None if wrong is None else f"number {wrong + 1} of the list should be text in quotes, and is {given[wrong]!r}"
    )
