"""The works that pages cite: ``site_src/references.toml``, one table a work, its name the key that ``cite()`` takes.

``authors`` (a list of names as printed), ``title`` and ``year`` are required; ``venue`` and ``url`` are not.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from generators.errors import UsageError, nearest

_OTHERS = {"others", "et al.", "et al"}
"""What stands in a list of authors for those it does not name."""


@dataclass(frozen=True)
class Reference:
    """One cited work."""

    key: str
    authors: tuple[str, ...]
    title: str
    year: int
    venue: str = ""
    url: str = ""

    @property
    def names(self) -> str:
        """Authors as a list of references prints them: up to six, else the first; *et al.* for those not named."""
        named = [author for author in self.authors if author not in _OTHERS]
        if len(named) > 6:
            named = named[:1]
        return ", ".join(named) + (" et al." if len(named) < len(self.authors) else "")

    @property
    def link_text(self) -> str:
        return self.url.removeprefix("https://").removeprefix("http://").rstrip("/")


def load(path: Path) -> dict[str, Reference]:
    """Read every reference by its key; none where there is no such file."""
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name} is not TOML: {error}.") from None
    return {key: _reference(key, table, path.name) for key, table in tables.items()}


def _reference(key: str, table: object, file: str) -> Reference:
    if not isinstance(table, dict):
        raise UsageError(f"{file}: {key!r} must be a table with authors, title and year, got {table!r}.")
    wanted = {"authors", "title", "year"}
    if missing := sorted(wanted - table.keys()):
        raise UsageError(f"{file}: reference {key!r} has no {' and no '.join(missing)}.")
    for name in table.keys() - wanted - {"venue", "url"}:
        raise UsageError(
            f"{file}: reference {key!r} has an unknown entry {name!r}; {nearest(name, wanted | {'venue', 'url'})}."
        )
    if not isinstance(table["authors"], list) or not table["authors"]:
        raise UsageError(f"{file}: the authors of {key!r} must be a list of names, got {table['authors']!r}.")
    if not str(table.get("url", "https://")).startswith(("https://", "http://")):
        raise UsageError(f"{file}: the url of {key!r} must begin with https://, got {table['url']!r}.")
    return Reference(
        key, tuple(table["authors"]), table["title"], table["year"], table.get("venue", ""), table.get("url", "")
    )


def bibtex(key: str, title: str, authors: tuple[str, ...], year: int, url: str) -> str:
    """Write the entry by which someone else may cite a page of ours."""
    return "\n".join(
        [
            f"@misc{{{key},",
            f"  title  = {{{title}}},",
            f"  author = {{{' and '.join(authors)}}},",
            f"  year   = {{{year}}},",
            f"  url    = {{{url}}}",
            "}",
        ]
    )
