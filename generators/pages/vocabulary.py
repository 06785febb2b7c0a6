r"""What a page may say: ``figure``, ``ref``, ``fact``, ``cite``, ``note``, ``cite_as``, ``series``, ``tags`` and more.

A ``Vocabulary`` belongs to one page. Its words return markup; what cannot be known before the whole site was read, a
figure's number or a formula's HTML, becomes a mark between two private characters that ``fill`` replaces at the end.
A wrong name raises UsageError without a place; ``generators.pages`` adds page and line.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from generators.errors import UsageError, nearest
from generators.pages import thumbnails
from generators.pages.article import Article
from generators.pages.curves import shorten
from generators.pages.markup import escape
from generators.pages.mathematics import Formula
from generators.pages.phrasing import file_name, provenance, slug, written
from generators.pages.references import Reference, bibtex
from generators.pages.reports import Report

if TYPE_CHECKING:
    from generators.store import Drawn, Made

_ENDINGS = {
    "figure.json": ".json",
    "data.json": ".json",
    "table.json": ".json",
    "data.csv": ".csv",
    "sheet.webp": ".webp",
    "light.webp": ".light.webp",
    "dark.webp": ".dark.webp",
}
"""The store's name for a file of a figure -> how its name ends on the site; the rest stands in the page itself."""
_FETCHED = (".bin", ".part.json", ".sheet.webp")
"""How a file ends that a script fetches beside the figure's JSON; its name on the site ends as the store has it."""
_MARK = re.compile("\ue000(\\w+)\ue001")
_TITLE_FORMULA = re.compile(r"\\\((.+?)\\\)")


@dataclass(frozen=True)
class Placed:
    """A figure where a page put it."""

    number: int
    article: str
    name: str
    network: str
    id: str


@dataclass
class Vocabulary:
    """The words of one page, and what they gathered: formulas to set, files to copy, figures placed, works cited."""

    page: str
    meta: Mapping[str, Any]
    minutes: int
    catalogue: Mapping[tuple[str, str, str], "Made"]
    articles: tuple[Article, ...]
    known_references: Mapping[str, Reference]
    blocks: jinja2.Environment
    reports: tuple[Report, ...]
    kept: Path
    """Where small pictures are kept from one render to the next."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else this page may say: a report, which is written by a template."""
    formulas: list[Formula] = field(default_factory=list)
    files: dict[str, Path] = field(default_factory=dict)
    figures: list[Placed] = field(default_factory=list)
    cited: list[str] = field(default_factory=list)
    waiting: list[tuple[str, str | None, int]] = field(default_factory=list)
    """References to figures, perhaps not placed yet: name, network, line."""

    def words(self) -> dict[str, Any]:
        """Everything that the page's template may name."""
        return {
            "figure": self.figure,
            "ref": self.ref,
            "fact": self.fact,
            "cite": self.cite,
            "note": self.note,
            "cite_as": self.cite_as,
            "series": self.series,
            "tags": self.tags,
            "networks": self.networks,
            **self.more,
            "reading_time": f"{self.minutes} min read",
            "_formula": self.formula,
        }

    def figure(
        self,
        name: str,
        network: str | None = None,
        title: str = "",
        article: str | None = None,
        caller: Callable[[], str] | None = None,
    ) -> Markup:
        """Place a figure, numbered in order; the block's text is its caption."""
        made, drawn = self._figure(name, network, article)
        if not title:
            raise UsageError(f"figure {name!r} needs title=…, a few words that state what it shows")
        if any((each.article, each.name, each.network) == (made.article, name, made.network) for each in self.figures):
            raise UsageError(f"figure {name!r} of {made.network!r} is on this page already")
        placed = Placed(len(self.figures) + 1, made.article, name, made.network, self._id(made, name))
        self.figures.append(placed)
        block = self.blocks.get_template(f"figures/{drawn.kind}.html")
        return Markup(
            block.render(
                id=placed.id,
                number=placed.number,
                title=self._title(title),
                on_report=article is not None,
                caption=Markup((caller() if caller else "").strip()),
                drawn=drawn,
                made=made,
                links=self._links(made, drawn),
                provenance=provenance(made),
                **self._inline(drawn),
            ).strip()
        )

    def _id(self, made: "Made", name: str) -> str:
        """Choose the figure's address on this page: by its name, and by as much more as makes it the only one."""
        taken = {placed.id for placed in self.figures}
        network, article = file_name(made.network), made.article.replace("_", "-")
        wanted = (f"fig-{name}", f"fig-{name}-{network}", f"fig-{name}-{network}-{article}")
        return next(each for each in wanted if each not in taken)

    def ref(self, name: str, network: str | None = None) -> Markup:
        """Name a figure of this page by its number, as a link; it may come later."""
        self.waiting.append((name, network, _line_here(self.page)))
        return Markup(f"\ue000r{len(self.waiting) - 1}\ue001")

    def fact(
        self, path: str, network: str | None = None, format: str | None = None, article: str | None = None
    ) -> object:
        """Give one number of an exhibit: ``fact("counting.neurons")``; integers with thousands separators."""
        exhibit, _, name = path.partition(".")
        mine = self._of_article(article)
        named = [made for made in mine if made.name == exhibit]
        if not named:
            raise UsageError(f"there is no exhibit {exhibit!r}; {self._made(exhibit, {made.name for made in mine})}")
        made = _only(named, network, f"exhibit {exhibit!r}")
        if name not in made.facts:
            raise UsageError(f"exhibit {exhibit!r} has no fact {name!r}; {nearest(name, made.facts)}")
        return written(made.facts[name], format, path)

    def cite(self, *keys: str) -> Markup:
        """Cite works by their keys, numbered as they come, each with its entry to be shown on hover."""
        if not keys:
            raise UsageError("cite() needs the key of a work in references.toml")
        for key in keys:
            if key not in self.known_references:
                raise UsageError(f"there is no reference {key!r}; {nearest(key, self.known_references)}")
            if key not in self.cited:
                self.cited.append(key)
        works = [(self.cited.index(key) + 1, self.known_references[key]) for key in keys]
        return Markup(self.blocks.get_template("cite.html").render(works=works).strip())

    def note(self, caller: Callable[[], str]) -> Markup:
        """Set one paragraph in the margin, beside the line it stands in."""
        text = " ".join(caller().split())
        return Markup(f'<span class="nf-note" role="note">{text}</span>')

    def cite_as(self) -> Markup:
        """Show the BibTeX entry of this article."""
        article = next((article for article in self.articles if article.page == self.page), None)
        if article is None:
            raise UsageError("cite_as() is for an article: the front matter has no 'series'")
        key = f"neuronseries{article.date.year}{article.slug.replace('-', '')}"
        entry = bibtex(key, article.title, article.authors, article.date.year, article.url)
        return Markup(f"## Cite as\n\n```bibtex\n{entry}\n```")

    def series(self) -> Markup:
        """List the series as a blog does: what is there with its picture, and what the page's ``coming`` announces."""
        entries: list[dict[str, Any]] = []
        for article in self.articles:
            picture = None
            if article.picture:
                try:
                    made, drawn = self._figure(article.picture, article.picture_network, article.slug)
                except UsageError as error:
                    raise UsageError(f"the picture of {article.page}: {error}") from None
                picture = {"drawn": drawn, "links": self._links(made, drawn), **self._inline(drawn)}
            link = self.up + article.page
            entries.append({"series": article.series, "article": article, "link": link, "picture": picture})
        entries.sort(key=lambda entry: entry["series"])
        coming = sorted(self.meta.get("coming") or (), key=lambda entry: entry["series"])
        return Markup(self.blocks.get_template("series.md").render(entries=entries, coming=coming, up=self.up))

    def tags(self) -> Markup:
        """List every tag with the articles that bear it."""
        names = sorted({tag for article in self.articles for tag in article.tags}, key=str.casefold)
        bearing = [(tag, slug(tag), [article for article in self.articles if tag in article.tags]) for tag in names]
        return Markup(self.blocks.get_template("tags.md").render(tags=bearing, up=self.up))

    def networks(self, brief: bool = False) -> Markup:
        """List every network that anything was made of, each with its picture and a link to its report."""
        entries = [self._network(report) for report in self.reports]
        return Markup(self.blocks.get_template("networks.md").render(entries=entries, brief=brief))

    def references(self) -> str:
        """List the works cited; nothing where none is."""
        works = [self.known_references[key] for key in self.cited]
        return self.blocks.get_template("references.md").render(works=works) if works else ""

    def formula(self, display: bool, caller: Callable[[], str]) -> Markup:
        return self._formula(str(caller()), display, f"{self.page}, line {_line_here(self.page)}")

    def fill(self, draft: str, html: Mapping[str, str]) -> str:
        """Replace every mark of a draft by the formula or the figure's number that it stands for."""

        def filled(found: re.Match[str]) -> str:
            kind, index = found[1][0], int(found[1][1:])
            return html[self.formulas[index].key] if kind == "m" else self._reference(*self.waiting[index])

        return _MARK.sub(filled, draft)

    @property
    def up(self) -> str:
        """From this page's folder to the top of the site."""
        return "../" * self.page.count("/")

    def _reference(self, name: str, network: str | None, line: int) -> str:
        found = [placed for placed in self.figures if placed.name == name and network in (None, placed.network)]
        if len(found) == 1:
            return f"[Figure {found[0].number}](#{found[0].id})"
        names = {placed.name for placed in self.figures}
        trouble = (
            f"ref({name!r}) could be the figure of {', '.join(placed.network for placed in found)}: say network=…"
            if found
            else f"ref({name!r}) names a figure that is not on this page; {nearest(name, names)}"
        )
        raise UsageError(f"{self.page}, line {line}: {trouble}.")

    def _formula(self, tex: str, display: bool, where: str) -> Markup:
        self.formulas.append(Formula(tex.strip(), display, where))
        return Markup(f"\ue000m{len(self.formulas) - 1}\ue001")

    def _title(self, title: str) -> Markup:
        """Read a title as text with formulas; one that is markup already is left alone."""
        if isinstance(title, Markup):
            return title
        where = f"{self.page}, line {_line_here(self.page)}"
        parts = _TITLE_FORMULA.split(title)
        return Markup("").join(
            self._formula(part, False, where) if index % 2 else escape(part) for index, part in enumerate(parts)
        )

    def _network(self, report: Report) -> dict[str, Any]:
        """Gather what a network's card shows; its picture's files are copied."""
        entry: dict[str, Any] = {"report": report, "heading": report.heading, "link": self.up + report.page}
        entry["words"] = [report.size, *(f"{said} ({beside})" if beside else said for said, beside in report.quality)]
        entry["words"] = [word for word in (*entry["words"], report.fingerprint[:8], report.date) if word]
        chosen = thumbnails.choose(report.exhibits, self.kept)
        if chosen is None:
            return entry | {"images": {}}
        if chosen.is_diagram:
            return entry | {"svg": self._inline(chosen.drawn)["svg"]}
        name = f"assets/networks/{Path(report.page).stem}"
        files = {theme: f"{name}.{theme}.webp" for theme in chosen.images}
        self.files |= {files[theme]: path for theme, path in chosen.images.items()}
        images = {theme: self.up + file for theme, file in files.items()}
        return entry | {"images": images, "alt": chosen.drawn.alt, "width": chosen.width, "height": chosen.height}

    def _of_article(self, article: str | None) -> list["Made"]:
        slug = article or Path(self.page).stem
        return [made for made in self.catalogue.values() if made.article.replace("_", "-") == slug]

    def _figure(self, name: str, network: str | None, article: str | None) -> tuple["Made", "Drawn"]:
        mine = self._of_article(article)
        by_made = {(made.network, made.name): drawn for made in mine for drawn in made.figures if drawn.name == name}
        if not by_made:
            names = {drawn.name for made in mine for drawn in made.figures}
            raise UsageError(f"there is no figure {name!r}; {self._made(name, names)}")
        made = _only([made for made in mine if (made.network, made.name) in by_made], network, f"figure {name!r}")
        return made, by_made[made.network, made.name]

    def _made(self, name: str, names: Iterable[str]) -> str:
        names = set(names)
        return nearest(name, names) if names else "nothing was made for this page yet: `neuron-series build` makes it"

    def _inline(self, drawn: "Drawn") -> dict[str, Any]:
        """Read what stands in the page itself: a diagram's SVG, a table's cells, places of pictures, keys, a room."""
        match drawn.kind:
            case "table":
                return {"table": json.loads(drawn.files["table.json"].read_text("utf-8"))}
            case "diagram":
                return {
                    name: Markup(shorten(" ".join(drawn.files[f"{file}.svg"].read_text("utf-8").split("\n"))))
                    for name, file in (("svg", "diagram"), ("narrow", "narrow"))
                    if f"{file}.svg" in drawn.files
                }
            case "pictures":
                return {"pictures": json.loads(drawn.files["pictures.json"].read_text("utf-8"))}
            case "mosaic":
                return {"mosaic": json.loads(drawn.files["mosaic.json"].read_text("utf-8"))}
            case "gallery":
                return {"gallery": json.loads(drawn.files["gallery.json"].read_text("utf-8"))}
            case "atlas":
                return {"atlas": json.loads(drawn.files["atlas.json"].read_text("utf-8"))}
        return {}

    def _links(self, made: "Made", drawn: "Drawn") -> dict[str, str]:
        """Have a figure's files copied; return their addresses from this page by the store's names for them."""
        folder = f"assets/figures/{file_name(made.article.replace('_', '-'))}/{file_name(made.network)}"
        endings = _ENDINGS | {file: f".{file}" for file in drawn.files if file.endswith(_FETCHED)}
        names = {file: f"{folder}/{file_name(drawn.name)}{endings[file]}" for file in drawn.files if file in endings}
        self.files |= {name: drawn.files[file] for file, name in names.items()}
        return {file: self.up + name for file, name in names.items()}


def _only(made: list["Made"], network: str | None, what: str) -> "Made":
    networks = [each.network for each in made]
    if network is not None and network not in networks:
        raise UsageError(f"{what} was not made for network {network!r}; {nearest(network, networks)}")
    if network is None and len(made) > 1:
        raise UsageError(f"{what} was made for {', '.join(sorted(networks))}: say which with network=…")
    return made[networks.index(network)] if network else made[0]


def _line_here(page: str) -> int:
    """Find the line of the page's template that is being rendered."""
    frame = sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]
        if frame.f_code.co_filename == page:
            template = frame.f_globals["__jinja_template__"]
            return template.get_corresponding_lineno(frame.f_lineno)
    return 1
