"""Where things live, relative to one root: the repository, or a copy of it in a test."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Paths:
    """Every folder of a project, from its root."""

    root: Path

    @property
    def networks_toml(self) -> Path:
        return self.root / "networks.toml"

    @property
    def site_src(self) -> Path:
        return self.root / "site_src"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def cache(self) -> Path:
        """The store: everything computed."""
        return self.root / ".cache"

    @property
    def javascript(self) -> Path:
        """What set-up bundles from npm: plotly.js chunks, KaTeX; see scripts/setup.py."""
        return self.root / "build" / "javascript"

    @property
    def docs(self) -> Path:
        """Pre-rendered Markdown and assets: the site builder's input."""
        return self.root / "build" / "docs"

    @property
    def site(self) -> Path:
        return self.root / "site"


REPOSITORY = Paths(Path(__file__).resolve().parent.parent)
