"""How well a sample stands for the set it was taken from: never one number of diversity alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scores:
    """A sample of n inputs against members of the set that it has not seen; distances as the encoder sees them."""

    n: int
    feasible_share: float
    """Share of the sample, rounded to 8 bits as it is published, whose activations lie in the interval."""
    fill_mean: float
    """Mean distance from a member of the set to the nearest of the sample."""
    fill_max: float
    """The largest such distance: the hole in the sample."""
    nearest_neighbour: float
    """Mean distance from one of the sample to the nearest other; 0 for copies."""
    vendi: float
    """Vendi score (D. Friedman and A. Dieng, 2022): how many inputs it counts for, from 1 to n."""
    activation_ks: float
    """Largest difference between the sample's distribution of activations and the set's (Kolmogorov–Smirnov)."""
    code_norm: float
    """Mean Euclidean norm of the codes; the prior's is about the square root of their length."""
    seconds: float
    """What it took, all that it stands on included."""
    peak_bytes: int
    """What the process grew by while it was made, at most."""
