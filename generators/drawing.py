"""What a figure function may return besides a plotly figure, and the files each drawing becomes.

A new kind of drawing is one dataclass and one ``files`` function here, and one template in ``templates/figures/``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Diagram:
    """An SVG that stands in the page's own HTML, and optionally a script that brings it to life.

    The SVG takes its colours from CSS variables only, so one drawing serves light, dark and print; without JavaScript it
    is the figure.
    """

    svg: str
    """A whole ``<svg viewBox=…>``; build it with ``generators.svg``, which escapes text."""
    data: Mapping[str, Any]
    """What the script reads, as JSON; also the reader's *download data*."""
    rows: Sequence[Mapping[str, Any]]
    """The same numbers as a table for people: the CSV."""
    script: str | None = None
    """``site_src/assets/diagrams/<script>.js``, a module exporting ``mount``; none for a still diagram."""
    narrow: str | None = None
    """The same SVG laid out for a phone (viewBox at most 400 wide), when the wide one would not be legible there."""


@dataclass(frozen=True)
class Table:
    """Rows that a reader may sort; cells are text or numbers, never markup."""

    rows: Sequence[Mapping[str, Any]]
    """One mapping a row, the same keys in the same order in each: the headings."""
    formats: Mapping[str, str] = field(default_factory=dict)
    """Heading -> Python format for its numbers, such as ``",d"``."""
