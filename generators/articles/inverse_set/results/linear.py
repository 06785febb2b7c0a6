"""The linear neuron σ(w·x + b) on the unit cube: its inverse set is known exactly, and so is every sampler's error."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Errors:
    """A sample of the set against the truth; distances in units of the cube's edge."""

    feasible_share: float
    fill_mean: float
    """Mean distance from a uniform member of the set to the nearest of the sample."""
    fill_max: float
    width: float
    """The sample's extent over the set's exact extent, mean over random directions; 1 reaches every end."""
    activation_ks: float
    """Against the exact law of w·x on the set."""
    vendi: float
    nearest_neighbour: float
    """Mean distance to the nearest other of the sample."""
    spread: float
    """The published objective: Σ|xᵢ − xⱼ|² over all pairs, divided by n²."""
    mmd: float
    """Squared maximum mean discrepancy from uniform members of the set, Gaussian kernel."""
    code_norm: float
    """Mean Euclidean norm of the sample."""
    seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Method:
    """One way to sample, and what came of it."""

    name: str
    """``independent members``: points of the cube, those outside the set thrown away. ``hit-and-run``: eight chains of
    moves inside the set; ``hit-and-run, medoids``, ``…, farthest`` and ``…, log-determinant`` choose from a pool of
    those. ``projected starts``: points of the cube brought to activations spread evenly over the interval; ``projected
    starts, then moves``: the same, each moved on. ``published, stopped when feasible``: points of the cube, brought to
    the nearest of the set; ``published, to convergence``: those, the objective climbed. ``K at a time``: eight of
    those, each next eight one step from the eight before."""
    points: np.ndarray
    """float64[n, d]"""
    errors: Errors
    worse: tuple[str, ...] = ()
    """Names of the errors that are worse than those of 99 in 100 samples of independent members, all errors at once."""


@dataclass(frozen=True)
class Case:
    """One neuron, one interval, every method."""

    w: np.ndarray
    """float64[d]"""
    b: float
    z1: float
    z2: float
    """Activations σ(w·x + b), between 0 and 1."""
    low: float
    high: float
    """The same as bounds of w·x."""
    share: float
    """Exact share of the cube that the set fills."""
    spread_most: float
    """The largest that ``Errors.spread`` can be on the cube alone: d / 2."""
    spread_of_set: float
    """What it is on average for uniform members of the set: twice the trace of their covariance."""
    ks_expected: float
    """Mean Kolmogorov–Smirnov distance of n independent members from their own law."""
    methods: tuple[Method, ...]


@dataclass(frozen=True)
class Collapse:
    """The published objective climbed on the square, step by step."""

    steps: np.ndarray
    """int64[s], after how many steps."""
    points: np.ndarray
    """float64[s, n, 2]"""
    spread: np.ndarray
    """float64[s]"""
    fill_mean: np.ndarray
    """float64[s]"""
    distinct: np.ndarray
    """int64[s], how many points are left when those nearer than a fiftieth of the edge count as one."""


@dataclass(frozen=True)
class Calibration:
    """A sample whose fault is known, and whether the measures see it."""

    name: str
    """``independent members``, ``each eight times``, ``all at z1``, ``corners only`` or ``one outside``."""
    d: int
    errors: Errors
    passes: bool
    """Whether every error is within what independent members show in 99 of 100 draws, all errors at once."""
    failed: tuple[str, ...]
    """Names of the errors that are not."""


@dataclass(frozen=True)
class Linear:
    """All that is shown of the linear neuron."""

    square: Case
    polygon: np.ndarray
    """float64[k, 2], the exact set on the square, counter-clockwise."""
    cube: Case
    faces: tuple[np.ndarray, ...]
    """float64[k, 3] each, the exact set in the cube as flat faces."""
    cases: tuple[Case, ...]
    """d from 2 to 16; the methods' points are left empty."""
    collapse: Collapse
    calibrations: tuple[Calibration, ...]
    n: int
