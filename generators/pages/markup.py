"""Text that must survive Markdown: data is escaped character by character, pages are split from their front matter.

What comes from a network or a data set is text: ``escape`` writes every character that Markdown, HTML or a template
could read as markup as a numeric entity, which both site builders turn back into the character.
"""

import re
from typing import Any

import yaml
from markupsafe import Markup

from generators.errors import UsageError

_MARK = re.compile(r"(?<=\w)[.,-](?=\w)|([!-/:-@\[-`{-~])")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff]")
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)


def escape(value: object) -> Markup:
    """Write a value so that a reader sees exactly its characters, on one line; markup is passed on as it is."""
    if hasattr(value, "__html__"):
        return Markup(value.__html__())
    text = re.sub(r"\s+", " ", _UNSEEN.sub("", str(value)))
    return Markup(_MARK.sub(lambda mark: f"&#{ord(mark[1])};" if mark[1] else mark[0], text))


def verbatim(text: str) -> Markup:
    """Write a text for ``<pre>``: its lines and spaces stay, and the page's source still has it on one line."""
    lines = (re.split("( {2,})", line.expandtabs()) for line in text.splitlines())
    written = ("".join("&#32;" * len(part) if part.isspace() else escape(part) for part in line) for line in lines)
    return Markup("&#10;".join(written))


def front_matter(text: str, page: str) -> tuple[dict[str, Any], str]:
    """Split a page into its front matter and its body; the body keeps its line numbers by opening with empty lines."""
    if not (found := _FRONT_MATTER.match(text)):
        return {}, text
    try:
        meta = yaml.safe_load(found[1]) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise UsageError(
            f"{page}, line {line}: the front matter is not YAML: {getattr(error, 'problem', error)}."
        ) from None
    if not isinstance(meta, dict):
        raise UsageError(f"{page}, line 2: the front matter must be `name: value` lines, got {type(meta).__name__}.")
    return meta, "\n" * found[0].count("\n") + text[found.end() :]
