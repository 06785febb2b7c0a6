"""What brains and networks spend, and what moving a number costs beside computing with it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Spending:
    """One amount of energy."""

    name: str
    kind: str
    """``brain``, ``answer`` (one prompt to a language model) or ``training``."""
    watt_hours: float
    brain_seconds: float
    """How long a human brain runs on it."""
    note: str
    """What is and is not in it."""
    source: str
    reference: str
    """Its key in references.toml."""


@dataclass(frozen=True)
class EnergyScale:
    """Answers, brains and trainings on one scale."""

    brain_watts: float
    spendings: tuple[Spending, ...]
    """Smallest first."""


@dataclass(frozen=True)
class Toll:
    """Computing and moving, in one machine."""

    name: str
    unit: str
    computing: float
    computing_is: str
    moving: float
    moving_is: str
    says: tuple[str, str]
    """Where the weights are, on two lines."""
    source: str

    @property
    def ratio(self) -> float:
        return self.moving / self.computing


@dataclass(frozen=True)
class Tolls:
    """A processor beside a cortex."""

    processor: Toll
    cortex: Toll
