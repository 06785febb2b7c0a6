"""Exhibit and Figure: what an article declares.

Analyses, drawings and facts are named as ``"module:function"`` relative to the article's package and resolved only when
they must run, so that declaring a thousand exhibits imports neither torch nor plotly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Union

Profile = Literal["smoke", "laptop", "gpu"]
"""How much work an analysis may do: everything small for tests, the default, the full analysis."""

FITTING_STEPS: dict[Profile, int] = {"smoke": 3, "laptop": 600, "gpu": 10_000}
"""How long a generator of pictures is fitted where a network has none; the same in every article: one serves all."""

Scalar = int | float | str | bool
"""A fact: one value that prose may quote."""

Json = Union[None, bool, int, float, str, list["Json"], dict[str, "Json"]]


@dataclass(frozen=True)
class Figure:
    """One drawing of a result."""

    name: str
    """What a page writes: ``figure("regions")``. Unique within the article for one network; lower case and hyphens."""
    draw: str
    """``"figures:regions"``: result -> plotly Figure, Diagram, Table, Pictures, Mosaic, Gallery, Atlas."""
    alt: str
    """One sentence: what it shows, for a reader who cannot see it."""
    title: str = ""
    """What a network's report writes above it; empty where the name in words says it."""


@dataclass(frozen=True)
class Exhibit:
    """One analysis of one network, the figures drawn from its result, and the facts it gives the prose."""

    name: str
    analyse: str
    """``"analysis.counting:count_network"``: ``analyse(network, **params) -> result``, a frozen dataclass;
    ``analyse(**params)`` for the ``reference`` subject, which has no network."""
    figures: tuple[Figure, ...]
    facts: str
    """``"facts:counts"``: result -> ``dict[str, Scalar]``."""
    params: Mapping[str, Json] = field(default_factory=dict)
    """What the analysis is asked for; plain JSON values, the seed among them."""
