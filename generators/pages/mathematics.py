r"""Mathematics, set once when the site is made: ``\(…\)`` and ``\[…\]`` become KaTeX's HTML with MathML beside it.

One Node.js process sets all new formulas of a render; what it gave is kept by content, so that a page whose formulas
are known starts none. Without Node.js the formulas become MathML alone, through latex2mathml. No script runs at the
reader's.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from generators.errors import UsageError

_ROOT = Path(__file__).resolve().parents[2]
_SCRIPT = _ROOT / "scripts" / "typeset.mjs"
_KATEX = _ROOT / "node_modules" / "katex" / "package.json"
_TIME_LIMIT_SECONDS = 60

_TEXT = re.compile(r"(?<=>)[^<]+")
_MARK = re.compile(r"&#?\w+;|[!-/:-@\[-`{-~]")
_COLOURS = {"red": "var(--nf-positive)", "blue": "var(--nf-negative)"}
_COLOUR = re.compile(r'(color:|mathcolor=")(red|blue)(?=[;"])')
_DOUBLE_STRUCK = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
_BLACKBOARD = re.compile(r'mord mathbb">([CHNPQRZ])<')
"""Letters that every computer has: KaTeX would have the reader fetch a font of 28 kB for one of them."""


@dataclass(frozen=True)
class Formula:
    """One formula as its author wrote it."""

    tex: str
    display: bool
    where: str
    """Page and line, for the one who has to mend it."""

    @property
    def key(self) -> str:
        return ("display " if self.display else "inline ") + self.tex


def typeset(formulas: Iterable[Formula], kept: Path) -> dict[str, str]:
    """Set each formula, by its key, as HTML that Markdown leaves alone; ``kept`` holds what was set before.

    Raises UsageError with page and line for TeX that cannot be set.
    """
    wanted = {formula.key: formula for formula in formulas}
    known = _read(kept)
    fresh = {key: formula for key, formula in wanted.items() if key not in known}
    if fresh:
        known |= _set(fresh)
        _write(kept, known)
    return {key: _shield(known[key], formula.display) for key, formula in wanted.items()}


@cache
def engine() -> str:
    """Say what sets the formulas here: ``katex`` and its version, or ``latex2mathml``."""
    if shutil.which("node") and _KATEX.is_file():
        return f"katex {json.loads(_KATEX.read_text('utf-8'))['version']}"
    return "latex2mathml"


def _set(formulas: Mapping[str, Formula]) -> dict[str, str]:
    return (_with_katex if engine().startswith("katex") else _with_latex2mathml)(formulas)


def _with_katex(formulas: Mapping[str, Formula]) -> dict[str, str]:
    question = json.dumps([{"tex": formula.tex, "display": formula.display} for formula in formulas.values()])
    try:
        process = subprocess.run(
            ["node", str(_SCRIPT)],
            input=question,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=_TIME_LIMIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"Node.js did not set {len(formulas)} formulas within {_TIME_LIMIT_SECONDS} s.") from None
    if process.returncode:
        raise UsageError(f"Node.js could not set the formulas: {process.stderr.strip().splitlines()[-1:]}.")
    answers = json.loads(process.stdout)
    for formula, answer in zip(formulas.values(), answers, strict=True):
        if "error" in answer:
            raise UsageError(
                f"{formula.where}: the formula {formula.tex.strip()!r} is not TeX that can be set: {answer['error']}."
            )
    return {key: answer["html"] for key, answer in zip(formulas, answers, strict=True)}


def _with_latex2mathml(formulas: Mapping[str, Formula]) -> dict[str, str]:
    from latex2mathml.converter import convert  # only where Node.js is not at hand

    html = {}
    for key, formula in formulas.items():
        if formula.tex.count("{") != formula.tex.count("}"):
            raise UsageError(f"{formula.where}: the formula {formula.tex.strip()!r} has braces that do not match.")
        try:
            html[key] = convert(_as_latex2mathml_reads(formula.tex), display="block" if formula.display else "inline")
        except Exception as error:  # its errors share no base class
            why = str(error) or type(error).__name__
            raise UsageError(
                f"{formula.where}: the formula {formula.tex.strip()!r} is not TeX that can be set: {why}."
            ) from None
    return html


def _as_latex2mathml_reads(tex: str) -> str:
    """Write rows in the environments that it knows, and without the space between rows, which it would print."""
    for ours, known in (("aligned", "align*"), ("gathered", "matrix")):
        tex = tex.replace(f"{{{ours}}}", f"{{{known}}}")
    return re.sub(r"\\\\\[[^\]]*\]", r"\\\\", tex).replace("&&", "&")


def _shield(html: str, display: bool) -> str:
    """Write the text between tags as entities, colours as the palette's, all on one line inside an element of ours.

    It is no span, for KaTeX writes spans: the search excludes an element until the first of its name ends.
    """
    html = _BLACKBOARD.sub(lambda found: f'mord">{_DOUBLE_STRUCK[found[1]]}<', html)
    html = re.sub(r"<annotation.*?</annotation>", "", html, flags=re.DOTALL)
    html = _COLOUR.sub(lambda found: found[1] + _COLOURS[found[2]], html.replace("\n", " "))
    html = _TEXT.sub(
        lambda text: _MARK.sub(lambda mark: mark[0] if len(mark[0]) > 1 else f"&#{ord(mark[0])};", text[0]), html
    )
    return f'<var class="nf-math{" nf-display" if display else ""}" data-search-exclude>{html}</var>'


def _read(kept: Path) -> dict[str, str]:
    try:
        held = json.loads(kept.read_text("utf-8"))
        return dict(held["html"]) if held["engine"] == engine() else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(kept: Path, formulas: Mapping[str, str]) -> None:
    beside = kept.with_suffix(".new")
    with suppress(OSError):  # what cannot be kept is typeset again the next time
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps({"engine": engine(), "html": dict(sorted(formulas.items()))}), "utf-8")
        beside.replace(kept)
