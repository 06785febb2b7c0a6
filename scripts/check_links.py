"""Check a built site: every link, anchor, picture and style it names is there, and nothing is loaded from another host.

    python scripts/check_links.py [site]

One line a mistake, ``page:line: what is wrong``; exit status 1 if there is one. The standard library only. Links to
other sites are not followed.
"""

import posixpath
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

LOADED = {
    ("img", "src"), ("img", "srcset"), ("source", "src"), ("source", "srcset"), ("script", "src"), ("iframe", "src"),
    ("video", "src"), ("video", "poster"), ("audio", "src"), ("track", "src"), ("embed", "src"), ("object", "data"),
    ("input", "src"), ("image", "href"), ("image", "xlink:href"), ("use", "href"), ("use", "xlink:href"),
}  # fmt: skip
FOLLOWED = {("a", "href"), ("area", "href"), ("form", "action"), ("a", "xlink:href")}
POINTED_AT = {"canonical", "alternate", "author", "license", "me", "next", "prev"}
"""Kinds of ``<link>`` that a browser does not load."""
CSS_URL = re.compile(r"url\(\s*(['\"]?)(.*?)\1\s*\)|@import\s+(['\"])(.*?)\3")
ELSEWHERE = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
"""``mailto:``, ``data:``, ``blob:`` …: nothing to be found in the site's folder."""


@dataclass
class Link:
    """One mention of another file."""

    page: str
    line: int
    url: str
    loaded: bool
    """Whether a browser fetches it unasked, so that it must come from the site itself."""


@dataclass
class Page(HTMLParser):
    """What one HTML file names, and where it can be jumped to."""

    path: str
    links: list[Link] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    canonical: str | None = None
    _in_style: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value.strip() for name, value in attrs if value is not None}
        self._in_style = tag == "style"
        self.anchors.update(filter(None, (values.get("id"), values.get("name") if tag == "a" else None)))
        for name, value in values.items():
            if (tag, name) in LOADED:
                for url in srcset(value) if name == "srcset" else [value]:
                    self.add(url, loaded=True)
            elif (tag, name) in FOLLOWED:
                self.add(value, loaded=False)
            elif name == "style":
                self.add_css(value)
        if tag == "link" and "href" in values:
            kinds = set(values.get("rel", "").lower().split())
            self.add(values["href"], loaded=not kinds <= POINTED_AT)
            if "canonical" in kinds:
                self.canonical = values["href"]
        if tag == "meta" and values.get("property", values.get("name", "")) in ("og:image", "twitter:image", "og:url"):
            self.add(values.get("content", ""), loaded=False)

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.add_css(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def add(self, url: str, loaded: bool) -> None:
        self.links.append(Link(self.path, self.getpos()[0], url, loaded))

    def add_css(self, text: str) -> None:
        for url in css_urls(text):
            self.add(url, loaded=True)


def srcset(value: str) -> list[str]:
    """Take the addresses out of ``a.webp 1x, b.webp 2x``."""
    return [candidate.split()[0] for candidate in value.split(",") if candidate.strip()]


def css_urls(text: str) -> Iterator[str]:
    for found in CSS_URL.finditer(re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        yield found[2] or found[4] or ""


def read(site: Path) -> tuple[list[Page], list[Link], set[str]]:
    """Read every page, every link outside of pages (in styles), and the names of all files."""
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    pages, links = [], []
    for name in sorted(files):
        if name.endswith(".html"):
            page = Page(name)
            page.feed((site / name).read_text("utf-8"))
            pages.append(page)
            links += page.links
        elif name.endswith(".css"):
            for number, line in enumerate((site / name).read_text("utf-8").splitlines(), 1):
                links += [Link(name, number, url, loaded=True) for url in css_urls(line)]
    return pages, links, files


def home(pages: list[Page]) -> str:
    """Find the address that the site is made for: where its front page says it is."""
    return (
        next((page.canonical for page in pages if page.path == "index.html" and page.canonical), None)
        or "http://site.invalid/"
    )


def mentioned(site: Path, files: set[str], base: str) -> Iterator[Link]:
    """Find every address of the site itself in its sitemap and feeds."""
    for name in sorted(files):
        if name.endswith(".xml"):
            for number, line in enumerate((site / name).read_text("utf-8").splitlines(), 1):
                yield from (
                    Link(name, number, url, False) for url in re.findall(re.escape(base) + r"[^<>\"'\s\]]*", line)
                )


def mistake(link: Link, base: str, files: set[str], anchors: dict[str, set[str]]) -> str | None:
    """Say what is wrong with a link, if anything."""
    if ELSEWHERE.match(link.url):
        return None
    whole = urljoin(urljoin(base, link.page), link.url)
    address, own = urlsplit(whole), urlsplit(base)
    root = posixpath.join(posixpath.dirname(own.path), "")
    if (address.scheme, address.netloc) != (own.scheme, own.netloc) or not address.path.startswith(root):
        return f"{link.url} is loaded from another host" if link.loaded else None
    path = unquote(address.path[len(root) :])
    target = next((name for name in (path, posixpath.join(path, "index.html")) if name in files), None)
    if target is None:
        return f"{link.url} is not there"
    fragment = unquote(address.fragment).partition("?")[0].partition(":~:")[0]  # "?…" is the state of a figure
    if link.loaded or not fragment or fragment == "top" or target not in anchors or fragment in anchors[target]:
        return None
    return f"{link.url}: {target} has no #{fragment}"


def check(site: Path) -> tuple[list[str], int]:
    """Return every mistake of a site, and how many links were looked at."""
    pages, links, files = read(site)
    base = home(pages)
    links += mentioned(site, files, base)
    anchors = {page.path: page.anchors for page in pages}
    wrong = [f"{link.page}:{link.line}: {said}" for link in links if (said := mistake(link, base, files, anchors))]
    return wrong, len(links)


def main(arguments: list[str]) -> int:
    site = Path(arguments[0] if arguments else "site")
    if not (site / "index.html").is_file():
        print(f"{site} holds no index.html: make the site first (`make site`).", file=sys.stderr)
        return 2
    wrong, looked_at = check(site)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{looked_at:,} links: {f'{len(wrong):,} broken' if wrong else 'every one is good'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
