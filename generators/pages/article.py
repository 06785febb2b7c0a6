"""Article: a numbered page of the series, as its front matter describes it."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators.errors import UsageError
from generators.pages.phrasing import day

WORDS_PER_MINUTE = 220
"""Reading speed for the reading time: unhurried, of prose with figures."""
_PLACING = re.compile(r"\{%-?\s*call\s+figure\(")


@dataclass(frozen=True, order=True)
class Article:
    """A numbered page of the series, as its front matter describes it."""

    series: int
    page: str
    title: str
    subtitle: str
    description: str
    authors: tuple[str, ...]
    date: datetime.date
    tags: tuple[str, ...]
    minutes: int
    n_figures: int
    picture: str | None
    """The figure that stands for it on the front page and on its social card."""
    picture_network: str | None
    site_url: str

    @classmethod
    def of(cls, page: str, meta: Mapping[str, Any], body: str, site_url: str) -> "Article":
        """Read an article's front matter; raise UsageError for what is missing or of the wrong kind."""
        wanted = {"series": int, "title": str, "description": str, "authors": list, "date": datetime.date}
        for name, kind in wanted.items():
            if not isinstance(meta.get(name), kind) or not meta[name]:
                raise UsageError(
                    f"{page}, line 1: the front matter needs {name!r} ({kind.__name__}), got {meta.get(name)!r}."
                )
        return cls(
            series=meta["series"],
            page=page,
            title=meta["title"],
            subtitle=meta.get("subtitle") or "",
            description=meta["description"],
            authors=tuple(map(str, meta["authors"])),
            date=meta["date"],
            tags=tuple(map(str, meta.get("tags") or ())),
            minutes=reading_minutes(body),
            n_figures=len(_PLACING.findall(body)),
            picture=meta.get("picture"),
            picture_network=meta.get("picture_network"),
            site_url=site_url,
        )

    @property
    def slug(self) -> str:
        return Path(self.page).stem

    @property
    def url(self) -> str:
        return f"{self.site_url}{self.page.removesuffix('.md')}/"

    @property
    def card(self) -> str:
        return f"assets/cards/{self.slug}.png"

    @property
    def day(self) -> str:
        return day(self.date)


def reading_minutes(body: str) -> int:
    """Estimate how long the prose takes to read, in whole minutes, at least one."""
    prose = re.sub(r"\{[%#{].*?[%#}]\}|\\\[.*?\\\]|^```.*?^```", " ", body, flags=re.DOTALL | re.MULTILINE)
    return max(1, round(len(prose.split()) / WORDS_PER_MINUTE))
