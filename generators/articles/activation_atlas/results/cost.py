"""What an atlas costs, as ``scripts/bench/activation_atlas.py --json`` measured; ``analysis/measured.json`` keeps it.

The file is one JSON object with the fields of ``Cost``; what was not measured is ``null``::

    {"date": "2026-11-28", "processor": "…", "threads": 1, "network": "texture-net", "layer": "relu5", "steps": 128,
     "published_steps": 4096,
     "runs": [{"images": 1000, "collecting_seconds": 2.1, "layout_seconds": 1.4, …}, …],
     "rates": [{"program": "ours", "steps": 32, "tiles": 64, "tiles_per_cpu_second": 16.4}, …],
     "second_agreement": 0.46, "second_chance": 0.04, "second_accuracy": 0.94}
"""

from dataclasses import dataclass

OURS, LUCENT = "ours", "lucent"


@dataclass(frozen=True)
class Run:
    """One atlas of one layer from so many pictures, or the part of one that was made."""

    images: int
    collecting_seconds: float | None
    """Of the processor, to read the pictures and keep one activation and attribution of each."""
    layout_seconds: float | None
    """Without what is paid once: to compile its code for a machine, and to load it into a process."""
    icons_seconds: float | None
    """All grids."""
    bytes_on_disk: int | None
    """Activations, attributions and where they were taken."""
    peak_bytes: int | None
    """The most memory that the process held while it collected, all of it."""
    grown_bytes: int | None
    """The part of it by which the process grew meanwhile."""

    @property
    def seconds(self) -> float | None:
        """All the work, where all of it was measured."""
        parts = (self.collecting_seconds, self.layout_seconds, self.icons_seconds)
        return None if None in parts else sum(part for part in parts if part is not None)


@dataclass(frozen=True)
class Rate:
    """How fast icons are made on the same network at equal steps."""

    program: str
    steps: int
    tiles: int
    """In one batch."""
    tiles_per_cpu_second: float


@dataclass(frozen=True)
class Cost:
    """What the benchmark measured."""

    date: str
    """ISO 8601."""
    processor: str
    threads: int
    network: str
    layer: str
    steps: int
    """Of one of our icons, at most."""
    published_steps: int
    """Of one published icon, all tries together."""
    runs: tuple[Run, ...]
    """In order of pictures."""
    rates: tuple[Rate, ...]
    second_agreement: float | None
    """The share of icons which a second network, trained from another seed, calls as the cell's largest attribution
    says."""
    second_chance: float | None
    """The same when icons are dealt to cells at random."""
    second_accuracy: float | None
    """The share of real pictures, held out from both networks, that the second one names rightly."""

    def rate(self, program: str) -> Rate | None:
        """The fastest rate of a program, if it was measured."""
        found = [each for each in self.rates if each.program == program]
        return max(found, key=lambda each: each.tiles_per_cpu_second, default=None)
