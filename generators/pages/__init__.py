r"""From ``site_src/`` and what the store holds to ``build/docs``, which the site builder reads.

Every Markdown file is a Jinja template with a small vocabulary (``generators.pages.vocabulary``): figures and facts
are placed by name, so that prose and pictures come from one result. Everything is checked here, before any builder
runs: a page that names what does not exist is a UsageError with page and line. Only files that changed are written,
so a live preview reloads only for a reason. Neither torch nor plotly is imported.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import yaml
from markupsafe import Markup
from markupsafe import escape as escape_html

from generators import style
from generators.errors import UsageError, nearest
from generators.pages import cards, mathematics, references, reports
from generators.pages.article import Article, reading_minutes
from generators.pages.markup import escape, front_matter
from generators.pages.phrasing import slug
from generators.pages.reports import Report
from generators.pages.vocabulary import Vocabulary
from generators.paths import Paths

if TYPE_CHECKING:
    from generators.store import Made

Catalogue = Mapping[tuple[str, str, str], "Made"]
Files = dict[str, bytes | Path]
"""What ``build/docs`` shall hold, by path: bytes, or the file to copy."""

SITE_URL = "http://127.0.0.1:8000/"
"""Where the site is served unless the environment variable SITE_URL says otherwise; ``mkdocs.yml`` has the same."""

_FORMULA = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^ {0,3}(?P=fence)[`~]*[ ]*$)"
    r"|(?P<ticks>(?<!`)(?P<tick>`+)(?!`)[^\n]*?(?<!`)(?P=tick)(?!`))"
    r"|(?P<jinja>\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\})"
    r"|(?<!\\)\\\((?P<inline>.+?)\\\)"
    r"|(?<!\\)\\\[(?P<display>.+?)\\\]",
    re.DOTALL | re.MULTILINE,
)
_FOOTNOTE = re.compile(r"^\[\^[^\]]+\]:", re.MULTILINE)
_PLACED_FACT = re.compile(r"\{\{\s*(fact\(.*?\))\s*\}\}", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """One page before it is rendered: written by hand, or for a network by its template."""

    name: str
    """Its path below ``site_src``, with forward slashes."""
    meta: Mapping[str, Any]
    body: str
    """Opens with one empty line per line of front matter, so that line numbers are the file's."""


@dataclass(frozen=True)
class Draft:
    """One page as it is written, but for its formulas and references to figures."""

    source: Source
    vocabulary: Vocabulary
    text: str


@dataclass(frozen=True)
class Rendered:
    """What a render did."""

    n_pages: int
    written: tuple[str, ...]
    """The files that were not already as they should be, below ``build/docs``."""
    removed: tuple[str, ...]


def render(catalogue: Catalogue, paths: Paths, site_url: str | None = None) -> Rendered:
    """Make ``build/docs`` hold the whole site's Markdown and assets; raise UsageError before anything is written."""
    site_url = (site_url or os.environ.get("SITE_URL") or SITE_URL).rstrip("/") + "/"
    sources = [_read(path, paths.site_src) for path in sorted(paths.site_src.rglob("*.md"))]
    articles = _articles(sources, site_url)
    known = reports.of(catalogue)
    cited = references.load(paths.site_src / "references.toml")
    blocks = _environment(paths)

    def write(source: Source, more: Mapping[str, Any]) -> Draft:
        minutes, kept = reading_minutes(source.body), paths.cache / "pages"
        about = source.name, source.meta, minutes
        vocabulary = Vocabulary(*about, catalogue, articles, cited, blocks, known, kept, more)
        return Draft(source, vocabulary, _draft(source, vocabulary, articles, blocks))

    drafts = [write(source, {}) for source in sources]
    placed = [(draft.source.name, each) for draft in drafts for each in draft.vocabulary.figures]
    by_hand = {source.name for source in sources}
    for report in known:
        if report.page not in by_hand:
            drafts.append(write(_report(report, paths), reports.words_of(report, articles, placed)))
    formulas = [formula for draft in drafts for formula in draft.vocabulary.formulas]
    html = mathematics.typeset(formulas, paths.cache / "pages" / "mathematics.json")

    files: Files = _assets(paths)
    for draft in drafts:
        files[draft.source.name] = (_head(draft.source, articles) + draft.vocabulary.fill(draft.text, html)).encode()
        files |= draft.vocabulary.files
    for article in articles:
        files[article.card] = cards.card(article, catalogue, paths.cache / "pages")
    files["assets/cards/series.png"] = cards.series_card(paths.cache / "pages")
    files["feed.xml"] = blocks.get_template("feed.xml").render(articles=articles, site_url=site_url).encode()
    files["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {site_url}sitemap.xml\n".encode()
    written, removed = publish(files, paths.docs)
    return Rendered(len(drafts), written, removed)


def _read(path: Path, root: Path) -> Source:
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: the page is not UTF-8 text (byte {error.start}).") from None
    meta, body = front_matter(text, name)
    return Source(name, meta, body)


def _report(report: Report, paths: Paths) -> Source:
    """The page of a network, which nobody wrote."""
    meta = {"title": report.network, "name": report.network, "description": report.sentence}
    return Source(report.page, meta, (paths.templates / "network.md").read_text("utf-8"))


def _articles(sources: Iterable[Source], site_url: str) -> tuple[Article, ...]:
    """Every page with a number in the series, in that order."""
    found = [
        Article.of(source.name, source.meta, source.body, site_url) for source in sources if "series" in source.meta
    ]
    for first, second in zip(sorted(found), sorted(found)[1:], strict=False):
        if first.series == second.series:
            raise UsageError(f"{second.page}, line 1: series {second.series} is {first.page} already.")
    return tuple(sorted(found))


def _environment(paths: Paths) -> jinja2.Environment:
    """Make the environment in which pages and blocks are written: every value is text, every unknown name an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.templates),
        undefined=jinja2.StrictUndefined,
        autoescape=jinja2.select_autoescape(default=True, default_for_string=True),
        finalize=lambda value: value if isinstance(value, jinja2.Undefined) else escape(value),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["slug"] = slug
    environment.filters["closed"] = lambda text: text if text.endswith((".", "?", "!", "…")) else f"{text}."
    environment.filters["tex"] = _tex
    return environment


def _tex(value: object) -> Markup:
    """Write a number as TeX does: ``173{,}946`` and ``3.6 \\cdot 10^{-15}``."""
    number = re.sub(r"(?<=\d),(?=\d{3})", "{,}", str(value))
    return Markup(re.sub(r"e([+-])0*(\d+)$", lambda found: rf" \cdot 10^{{{found[1].strip('+')}{found[2]}}}", number))


def _draft(source: Source, vocabulary: Vocabulary, articles: tuple[Article, ...], blocks: jinja2.Environment) -> str:
    """Write a page with what must wait, its formulas and references to figures, as marks that ``fill`` replaces."""
    page = source.name
    try:
        prose = blocks.overlay(trim_blocks=False, lstrip_blocks=False)  # in prose a line's end separates two words
        code = prose.compile(_guard_formulas(source.body), name=page, filename=page)
        template = jinja2.Template.from_code(prose, code, {**prose.globals, **vocabulary.words()})
        body = template.render().strip("\n")
    except jinja2.TemplateSyntaxError as error:
        where = f"{page}, line {error.lineno}" if error.name == page else f"templates/{error.name}, line {error.lineno}"
        raise UsageError(f"{where}: {error.message}.") from None
    except jinja2.UndefinedError as error:
        name = (re.match(r"'(\w+)' is undefined", error.message or "") or [None, ""])[1]
        meant = f"; {nearest(name, vocabulary.words())}" if name else ""
        raise UsageError(f"{page}, line {_line(error, page)}: {error.message}{meant}.") from None
    except (UsageError, jinja2.TemplateError, TypeError, ValueError, KeyError) as error:
        raise UsageError(f"{page}, line {_line(error, page)}: {str(error).rstrip('.')}.") from None
    article = next((article for article in articles if article.page == page), None)
    if article is None:
        return body + vocabulary.references()
    body += vocabulary.references()
    return blocks.get_template("article.md").render(
        article=article, body=Markup(body), footnotes=_FOOTNOTE.search(body) is not None
    )


def _guard_formulas(body: str) -> str:
    r"""Wrap ``\(…\)`` and ``\[…\]`` in calls, so that neither Jinja nor Markdown reads the TeX; code is left alone.

    ``{{ fact(…) }}`` inside a formula is still a fact.
    """

    def guard(found: re.Match[str]) -> str:
        display = found["display"] is not None
        tex = found["display"] if display else found["inline"]
        if tex is None:
            return found[0]
        tex = _PLACED_FACT.sub(r"{% endraw %}{{ \1 | tex }}{% raw %}", tex)
        return f"{{% call _formula({display}) %}}{{% raw %}}{tex}{{% endraw %}}{{% endcall %}}"

    return _FORMULA.sub(guard, body)


def _line(error: BaseException, page: str) -> int:
    """Find the line of the page from which an error came."""
    trace, line = error.__traceback__, 1
    while trace:
        if trace.tb_frame.f_code.co_filename == page:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _head(source: Source, articles: tuple[Article, ...]) -> str:
    """Write the front matter that ``templates/overrides/main.html`` and the builders read.

    The builders print a ``title`` as markup; under another name only our templates see it, which escape it. They make
    one up from the page's address where there is none, so a page that bears a name, a network's, gives it escaped.
    """
    names = {"title": "headline", "description": "description", "hide": "hide"}
    meta = {ours: source.meta[name] for name, ours in names.items() if name in source.meta}
    if "name" in source.meta:
        meta["title"] = str(escape_html(source.meta["name"]))
    for article in articles:
        if article.page == source.name:
            meta |= {"card": article.card, "article": True, "author": ", ".join(article.authors)}
            meta |= {"published": article.date.isoformat()}
    return f"---\n{yaml.safe_dump(meta, allow_unicode=True, width=10**6)}---\n\n" if meta else ""


def _assets(paths: Paths) -> Files:
    """Everything that pages use and that is not a page: hand-written assets, the palette, what set-up bundled."""
    files: Files = {}
    for path in sorted(paths.site_src.rglob("*")):
        if path.is_file() and path.suffix not in {".md", ".toml"}:
            files[path.relative_to(paths.site_src).as_posix()] = path
    if paths.javascript.is_dir():
        for path in sorted(paths.javascript.rglob("*")):
            if path.is_file() and path.name != "stamp":
                files[f"assets/vendor/{path.relative_to(paths.javascript).as_posix()}"] = path
    files.setdefault(
        "assets/vendor/katex/katex.min.css", b"/* Without KaTeX formulas are MathML, which needs no style. */\n"
    )
    files["assets/palette.css"] = style.css().encode()
    return files | {f"assets/{name}": content for name, content in style.templates().items()}


def publish(files: Files, folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Make a folder hold exactly these files; return the names written and removed. Equal files are left untouched."""
    written = tuple(name for name, content in sorted(files.items()) if _publish(content, folder / name))
    present = [path for path in folder.rglob("*") if path.is_file()]
    stale = sorted(path for path in present if path.relative_to(folder).as_posix() not in files)
    for path in stale:
        path.unlink()
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    return written, tuple(path.relative_to(folder).as_posix() for path in stale)


def _publish(content: bytes | Path, target: Path) -> bool:
    if isinstance(content, Path):
        content = content.read_bytes()
    if target.is_file() and target.stat().st_size == len(content) and target.read_bytes() == content:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    beside.write_bytes(content)
    beside.replace(target)
    return True
