"""What an exhibit depends on, step by step: analyse, facts, draw, stills; and which of its steps must run.

Each step's key is the hash of all that step depends on: an analysis on its function, the code that this reaches, its
parameters and its network; facts and drawings on function, code and the result's *content*; stills on the drawing's
content and the style. Two functions that name one another reach the same code, so the code alone would not tell them
apart. So a result that
comes out the same stops the chain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from generators.errors import UsageError
from generators.exhibit import Exhibit, Figure
from generators.fingerprint import Fingerprint, Sources, digest
from generators.store import Action, Store

FORMAT = 1
"""Raised when results or drawings are written differently, so that all are made anew."""

DRAWING = "generators.drawing:files"

StepKind = Literal["analyse", "facts", "draw", "stills"]


@dataclass(frozen=True)
class Declared:
    """An exhibit of one network, as its article declares it."""

    article: str
    package: str
    """The article's package, which its references are relative to."""
    subject: str
    exhibit: Exhibit
    network: Fingerprint | None
    """``None`` for the exhibits that depend on no network."""
    position: int = 0
    """Which of its article's exhibits of this network it is: pages list them in this order."""

    @property
    def place(self) -> tuple[str, str, str]:
        return self.article, self.subject, self.exhibit.name

    def reference(self, relative: str) -> str:
        return f"{self.package}.{relative}"


@dataclass(frozen=True)
class Step:
    """One thing to run."""

    kind: StepKind
    key: str
    declared: Declared
    code: tuple[str, ...]
    """References whose closure the key covers; the first is what runs."""
    source: str = ""
    """The object it reads: a result, or for stills a ``figure.json``."""
    name: str = ""
    """What it makes, for a person: ``figure regions``."""

    @property
    def label(self) -> str:
        return " · ".join([*self.declared.place, *([self.name] if self.name else [])])


@dataclass
class Outlook:
    """How far an exhibit is, given what the store holds."""

    declared: Declared
    fingerprints: dict[str, Fingerprint] = field(default_factory=dict)
    """``network``, ``code``, ``facts``, ``figure regions``, ``style`` -> what that depends on."""
    pending: list[Step] = field(default_factory=list)
    """What must run, as far as can be known yet."""
    keys: list[str] = field(default_factory=list)
    """The actions, done or to do, as far as can be known yet."""
    row: dict[str, Any] | None = None
    """What to remember of it; ``None`` until everything but stills is there."""


class Planner:
    """Looks at exhibits with one view of the code, and says whether that view still holds."""

    def __init__(self, store: Store, roots: Sequence[Path], stills: str = "generators.stills") -> None:
        self._store = store
        self._roots = roots
        self._sources = Sources(roots, store.memo)
        self._stills_module = stills
        self._without_stills: dict[str, bytes] = {}

    def code(self, step: Step) -> Fingerprint:
        """Return the code that a step's key covers."""
        return self._sources.closure(*step.code)

    def unchanged(self, step: Step) -> bool:
        """Say whether the code of a step is still what its key says."""
        now = Sources(self._roots, self._store.memo)
        try:
            return now.closure(*step.code).digest == self.code(step).digest
        except UsageError:  # it no longer parses, or is gone
            return False

    def look(self, declared: Declared) -> Outlook:
        """Find out which steps of an exhibit must run, and what it is if none must."""
        outlook = Outlook(declared)
        analysis = self._analysis(outlook)
        types = analysis.meta["types"] if analysis else self._last_types(declared)
        facts = self._facts(outlook, analysis, types)
        figures = [self._figure(outlook, figure, analysis, types) for figure in declared.exhibit.figures]
        if analysis and facts and None not in figures:
            outlook.row = {
                "place": list(declared.place),
                "position": declared.position,
                "keys": outlook.keys,
                "fingerprints": {name: each.digest for name, each in outlook.fingerprints.items()},
                "params": dict(declared.exhibit.params),
                "types": types,
                "facts": facts.meta["facts"],
                "figures": figures,
                "record": analysis.meta["record"],
            }
        return outlook

    def _analysis(self, outlook: Outlook) -> Action | None:
        declared = outlook.declared
        reference = declared.reference(declared.exhibit.analyse)
        code = outlook.fingerprints["code"] = self._closure(declared, reference)
        if declared.network:
            outlook.fingerprints["network"] = declared.network
        network = declared.network and declared.network.digest
        key = digest("analyse", FORMAT, reference, code.digest, declared.exhibit.params, network)
        return self._step(outlook, Step("analyse", key, declared, (reference,)))

    def _facts(self, outlook: Outlook, analysis: Action | None, types: list[str]) -> Action | None:
        declared = outlook.declared
        references = (declared.reference(declared.exhibit.facts), *types)
        code = outlook.fingerprints["facts"] = self._closure(declared, *references)
        if not analysis:
            return None
        result = analysis.outputs["result"]
        key = digest("facts", FORMAT, references[0], code.digest, result)
        return self._step(outlook, Step("facts", key, declared, references, result, "facts"))

    def _figure(
        self, outlook: Outlook, figure: Figure, analysis: Action | None, types: list[str]
    ) -> dict[str, Any] | None:
        declared = outlook.declared
        name = f"figure {figure.name}"
        references = (declared.reference(figure.draw), DRAWING, *types)
        code = outlook.fingerprints[name] = self._closure(declared, *references)
        if not analysis:
            return None
        result = analysis.outputs["result"]
        key = digest("draw", FORMAT, references[0], code.digest, result)
        drawn = self._step(outlook, Step("draw", key, declared, references, result, name))
        if not drawn:
            return None
        files = {**drawn.outputs, **self._stills(outlook, name, drawn)}
        titled = {"title": figure.title} if figure.title else {}
        return {"name": figure.name, "alt": figure.alt, **titled, **drawn.meta, "files": files}

    def _stills(self, outlook: Outlook, name: str, drawn: Action) -> Mapping[str, str]:
        if drawn.meta["kind"] != "plotly":
            return {}
        outlook.fingerprints["style"] = self._style
        plot = drawn.outputs["figure.json"]
        key = digest("stills", FORMAT, self._style.digest, plot)
        step = Step("stills", key, outlook.declared, self._stills_code, plot, f"stills of {name}")
        taken = self._step(outlook, step, wanted=self._can_take_stills)
        if not taken and not self._can_take_stills():
            self._without_stills[step.label] = b""
        return taken.outputs if taken else {}

    def say_why_no_stills(self, warn: Callable[[str], None]) -> None:
        """Tell once what is missing when plots are shown without stills because none can be taken."""
        if self._without_stills:
            list(import_module(self._stills_module).export(self._without_stills, warn=warn))

    @cached_property
    def _stills_code(self) -> tuple[str, ...]:
        names = (f"{self._stills_module}:export", f"{self._stills_module}:_draw")  # it runs _draw in its own process
        return tuple(filter(self._sources.knows, names))

    @cached_property
    def _style(self) -> Fingerprint:
        """What stills depend on besides the plot."""
        look = import_module(self._stills_module).recipe(b"")
        return self._sources.closure(*self._stills_code) | Fingerprint({"versions and templates": look})

    def _can_take_stills(self) -> bool:
        return import_module(self._stills_module).chrome() is not None

    def _step(self, outlook: Outlook, step: Step, wanted: Callable[[], bool] = lambda: True) -> Action | None:
        action = self._store.action(step.key)
        outlook.keys.append(step.key)
        if action is None and wanted():
            outlook.pending.append(step)
        return action

    def _closure(self, declared: Declared, *references: str) -> Fingerprint:
        try:
            return self._sources.closure(*references)
        except UsageError as error:
            raise UsageError(f"exhibit {declared.exhibit.name!r} of article {declared.article!r}: {error}") from None

    def _last_types(self, declared: Declared) -> list[str]:
        row = self._store.row(declared.place)
        return [each for each in (row["types"] if row else []) if self._sources.knows(each)]
