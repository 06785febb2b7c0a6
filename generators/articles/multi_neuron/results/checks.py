"""What is known of every partition whatever the network, and how far one is from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Checks:
    """How a partition does where the answer is known."""

    euler: int
    """Vertices − edges + regions: 1 for a polygon cut into polygons (Euler)."""
    area_error: float
    """How far the regions' areas together are from the domain's, as a share of it."""
    smallest_area: float
    """The smallest region, as a share of the domain."""
    wrong_codes: int
    """Regions at whose centre the network itself, run there, has another code."""
    n_points: int
    """At how many random points of the domain the network was run, too."""
    strange_points: int
    """How many of these have a code that no region has."""
    n_seen: int
    """How many regions at least one of these points lies in."""
