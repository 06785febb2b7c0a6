"""The store: everything computed, by content; what was made last of each exhibit, and what made it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["plotly", "diagram", "table"]


@dataclass(frozen=True)
class Drawn:
    """One figure as files."""

    name: str
    kind: Kind
    alt: str
    script: str | None
    """The diagram's script, ``site_src/assets/diagrams/<script>.js``."""
    files: Mapping[str, Path]
    """File name, such as ``figure.json`` or ``light.webp`` -> where its bytes are (read-only, without a suffix)."""
    width: int
    height: int


@dataclass(frozen=True)
class Made:
    """One exhibit of one network as it was last made: whole, from one result."""

    article: str
    network: str
    name: str
    facts: Mapping[str, int | float | str | bool]
    figures: tuple[Drawn, ...]
    record: Mapping[str, Any]
    """What made it: network, network_fingerprint, code_fingerprint, params, seed, versions, device, seconds,
    peak_memory_bytes, commit, made_at, result."""


Catalogue = Mapping[tuple[str, str, str], Made]
"""(article, network, exhibit) -> what was made."""


class Store:
    """The folder ``.cache`` of a project."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def catalogue(self) -> Catalogue:
        """Return every exhibit that was made and whose files are all there."""
        return {}
