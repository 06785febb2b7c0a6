"""The tiny site laid out as a project of its own, and either builder run over it."""

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

from generators.paths import REPOSITORY, Paths

HERE = Path(__file__).resolve().parent
NAV = """nav:
  - The series: index.md
  - Articles:
      - Neuron: articles/neuron.md
      - Second: articles/second.md
  - Networks: networks/index.md
  - Your own network: guide/your-own-network.md
  - Tags: tags.md
"""
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def lay(root: Path) -> Paths:
    """Put the tiny site's pages, with everything else of the repository's own, into a folder."""
    shutil.copytree(HERE / "site_src", root / "site_src")
    for name in ("index.md", "tags.md", "guide", "networks", "assets"):
        source, target = REPOSITORY.site_src / name, root / "site_src" / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    shutil.copytree(REPOSITORY.templates, root / "templates")
    settings = (REPOSITORY.root / "mkdocs.yml").read_text("utf-8")
    settings, replaced = re.subn(r"^nav:\n(?:[ ]+.*\n)+", NAV, settings, count=1, flags=re.MULTILINE)
    assert replaced == 1
    (root / "mkdocs.yml").write_text(settings, "utf-8")
    return Paths(root)


PLACED = (
    *("digits-net", "digits-rnn", "iris-net-2", "iris-net-4"),
    *("spirals-net", "picture-net", "grammar-gpt", "pydoc-gpt", "texture-net", "texture-net-random"),
)
"""The networks that hand-written pages place figures and facts of."""


def lay_real(root: Path, every_network: bool = True) -> Paths:
    """Copy what the repository's own site is made from, but for what is computed; its pages need a few networks."""
    for name in ("site_src", "templates"):
        shutil.copytree(REPOSITORY.root / name, root / name)
    for name in ("mkdocs.yml", "networks.toml"):
        shutil.copy(REPOSITORY.root / name, root / name)
    if not every_network:
        text = (REPOSITORY.root / "networks.toml").read_text("utf-8")
        few = [re.search(rf"^\[networks\.{name}\]\n(?:\w.*\n)+", text, re.MULTILINE)[0] for name in PLACED]
        (root / "networks.toml").write_text("\n".join(few), "utf-8")
    return Paths(root)


def built(paths: Paths, builder: str, site: Path, address: str) -> subprocess.CompletedProcess[str]:
    """Run a builder, strictly, over ``build/docs``."""
    configuration = paths.root / f"for-{builder}.yml"
    text = (paths.root / "mkdocs.yml").read_text("utf-8")
    configuration.write_text(text.replace("site_dir: site", f"site_dir: {site.relative_to(paths.root)}"), "utf-8")
    command = [sys.executable, "-m", builder, "build", "--strict", "--config-file", str(configuration)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": address}
    return subprocess.run(command, cwd=paths.root, env=environment, capture_output=True, text=True, timeout=120)


class Element:
    """One element of a page: its tag, attributes, children and text."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Element | str] = []

    def all(self, tag: str | None = None, **attributes: str) -> list["Element"]:
        """Every element below, in order; ``class_="a"`` asks for a class, other attributes for their whole value."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if tag in (None, child.tag) and all(child.has(name, value) for name, value in attributes.items()):
                    found.append(child)
                found += child.all(tag, **attributes)
        return found

    def one(self, tag: str | None = None, **attributes: str) -> "Element":
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes}"
        return found[0]

    def has(self, name: str, value: str) -> bool:
        if name == "class_":
            return value in self.attributes.get("class", "").split()
        return self.attributes.get(name.replace("_", "-")) == value

    @property
    def text(self) -> str:
        """What a reader sees, white space made one."""
        return " ".join("".join(child if isinstance(child, str) else child._raw for child in self.children).split())

    @property
    def _raw(self) -> str:
        return "".join(child if isinstance(child, str) else child._raw for child in self.children)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.here = self.root = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        child = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(child)
        if tag not in VOID:
            self.here = child

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        at = self.here
        while at.parent is not None and at.tag != tag:
            at = at.parent
        if at.parent is not None:
            self.here = at.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(page: Path) -> Element:
    """Read a page as a browser does."""
    reader = _Reader()
    reader.feed(page.read_text("utf-8"))
    return reader.root


def searched(site: Path) -> str:
    """Everything that the search looks through."""
    index = next(iter(site.glob("search*.json")), site / "search/search_index.json")
    return json.dumps(json.loads(index.read_text("utf-8")), ensure_ascii=False)
