"""What a partition takes, ours and other tools', as it was measured."""

from collections.abc import Mapping
from dataclasses import dataclass

OURS = "ours"
NETWORKS = "networks"
"""The series of networks that have nothing in common but to be known to several tools."""


@dataclass(frozen=True)
class Measurement:
    """One tool on one network."""

    tool: str
    series: str
    network: str
    """Its widths and the square that is cut: ``64×3`` is three layers of 64 on [−1, 1]²."""
    regions: int
    missed: int
    """How many more regions we count; negative where the tool counts more."""
    seconds: float
    """Of the processor, for the partition alone, the best of several tries."""
    process_seconds: float
    """Of the processor, for a program that starts, partitions once and ends."""
    peak_megabytes: float
    """The most that the program held."""
    times_ours: float
    """Its seconds over ours on the same network."""

    @property
    def regions_per_second(self) -> float:
        return self.regions / self.seconds


@dataclass(frozen=True)
class Cost:
    """All that was measured on one machine, a network at a time, we first."""

    date: str
    """Of the measurement, ISO 8601."""
    processor: str
    system: str
    threads: int
    versions: Mapping[str, str]
    """For each tool, in words."""
    measurements: tuple[Measurement, ...]

    @property
    def tools(self) -> tuple[str, ...]:
        """Every tool once, we first."""
        return tuple(dict.fromkeys(each.tool for each in self.measurements))

    def of(self, tool: str, series: str = "") -> tuple[Measurement, ...]:
        """What was measured of a tool, in one series or in all, in order of regions."""
        found = [each for each in self.measurements if each.tool == tool and series in ("", each.series)]
        return tuple(sorted(found, key=lambda each: each.regions))
