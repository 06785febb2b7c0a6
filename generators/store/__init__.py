"""The store: everything computed, by content; what was made last of each exhibit, and what made it.

An *action* is one step that ran: its key is the hash of all it depended on, its outputs are objects. An action whose
outputs are all there never runs again. An *exhibit* row says which actions a page shows. In ``.cache/``:

    objects/ab/cdef…   bytes by their hash, read-only
    journal            actions, exhibits, fingerprints by part, surveys
    memo.sqlite        hashes of files that have not changed since; may be deleted
    stages/            what analyses share, see ``generators.stages``; may be deleted
    logs/              tracebacks of failed steps
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from generators.fingerprint import Fingerprint
from generators.fingerprint.memo import Memo, file_digest
from generators.store.journal import Journal
from generators.store.objects import Objects

Kind = Literal["plotly", "diagram", "table", "pictures", "mosaic", "gallery", "atlas"]


@dataclass(frozen=True)
class Drawn:
    """One figure as files."""

    name: str
    kind: Kind
    alt: str
    script: str | None
    """The diagram's script, ``site_src/assets/diagrams/<script>.js``."""
    files: Mapping[str, Path]
    """File name, such as ``figure.json`` or ``light.webp`` -> where its bytes are (read-only, without a suffix)."""
    width: int
    height: int
    title: str = ""
    """What a report writes above it; empty where its name says it."""


@dataclass(frozen=True)
class Made:
    """One exhibit of one network as it was last made: whole, from one result."""

    article: str
    network: str
    name: str
    facts: Mapping[str, int | float | str | bool]
    figures: tuple[Drawn, ...]
    record: Mapping[str, Any]
    """What made it: network, network_fingerprint, code_fingerprint, params, seed, versions, device, seconds,
    peak_memory_bytes, commit, made_at, result."""


Catalogue = Mapping[tuple[str, str, str], Made]
"""(article, network, exhibit) -> what was made."""


@dataclass(frozen=True)
class Action:
    """One step that ran."""

    outputs: Mapping[str, str]
    """File name -> object."""
    meta: Mapping[str, Any] = field(default_factory=dict)
    """What else is known of it, as JSON."""


@dataclass(frozen=True)
class Verified:
    """What ``verify`` found."""

    checked: int
    damaged: tuple[str, ...]
    """What was damaged and is removed: ``neuron · digits-net · counting: light.webp``."""


@dataclass(frozen=True)
class Freed:
    """What ``clean`` removed."""

    objects: int
    """And the files of stages."""
    bytes: int


class Store:
    """The folder ``.cache`` of a project. Only a process that holds its lock may change it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stages = folder / "stages"
        self.memo = Memo(folder / "memo.sqlite")
        self.objects = Objects(folder / "objects", self.memo)
        self.journal = Journal(folder / "journal")

    def action(self, key: str) -> Action | None:
        """Return what a step gave, if it ran and all of it is there unchanged."""
        found = self.journal.get("action", key)
        if found is None or not all(map(self.objects.intact, found["outputs"].values())):
            return None
        return Action(**found)

    def lost(self, key: str) -> list[str]:
        """Name the outputs of an action that are missing or damaged."""
        found = self.journal.get("action", key) or {"outputs": {}}
        return [
            f"{file} {'damaged' if self.objects.path(name).exists() else 'missing'}"
            for file, name in found["outputs"].items()
            if not self.objects.intact(name)
        ]

    def commit(self, key: str, action: Action) -> None:
        """Remember a step that ran; its objects are on the disk already."""
        self.journal.put(("action", key, asdict(action)))

    def settle(self, row: Mapping[str, Any], fingerprints: Iterable[Fingerprint]) -> bool:
        """Remember an exhibit as it now is, with what it depends on by parts; say whether it was otherwise before."""
        place = "/".join(row["place"])
        if self.journal.get("exhibit", place) == row:
            return False
        parts = {each.digest: dict(each.parts) for each in fingerprints}
        self.journal.put(*(("parts", digest, each) for digest, each in parts.items()), ("exhibit", place, row))
        return True

    def differs(self, place: tuple[str, str, str], action: Action) -> bool:
        """Say whether a step gave anything that the exhibit, as it was last made, does not have."""
        row = self.row(place)
        actions = [self.journal.get("action", key) or {} for key in row["keys"]] if row else []
        known = {name for each in actions for name in each.get("outputs", {}).values()}
        facts = action.meta.get("facts")
        return not set(action.outputs.values()) <= known or (facts is not None and facts != (row or {}).get("facts"))

    def parts(self, digest: str) -> dict[str, str]:
        return self.journal.get("parts", digest) or {}

    def row(self, place: tuple[str, str, str]) -> dict[str, Any] | None:
        """Return an exhibit as it was last made."""
        return self.journal.get("exhibit", "/".join(place))

    def catalogue(self) -> Catalogue:
        """Return every exhibit that was made and whose files are all there, in the order of their declarations."""
        rows = [self.journal["exhibit", key] for key in self.journal.keys("exhibit")]
        rows.sort(key=lambda row: (row["place"][:2], row.get("position", 0)))
        made = (self._made(row) for row in rows)
        return {(each.article, each.network, each.name): each for each in made if _all_there(each)}

    def verify(self) -> Verified:
        """Hash every object anew and remove those that are not what they should be; the next build makes them again."""
        owners = self._owners()
        checked, damaged = 0, []
        for name in list(self.objects.names()):
            checked += 1
            if file_digest(self.objects.path(name)) != name:
                self.objects.remove(name)
                damaged += owners.get(name, [f"an object that nothing shows: {name}"])
        self.sweep()
        if self.journal.damaged:
            damaged.append(f"{self.journal.damaged} lines of {self.folder / 'journal'}")
            self.journal.rewrite()
        return Verified(checked, tuple(damaged))

    def clean(self) -> Freed:
        """Remove every object, action and fingerprint that no exhibit, as it was last made, depends on; all stages."""
        rows = [self.journal["exhibit", key] for key in self.journal.keys("exhibit")]
        actions = {key for row in rows for key in row["keys"]}
        digests = {digest for row in rows for digest in row["fingerprints"].values()}
        used = {
            name for key in actions for name in (self.journal.get("action", key) or {"outputs": {}})["outputs"].values()
        }
        kept = {"action": actions, "parts": digests, "survey": digests}
        self.journal.put(
            *(
                (kind, key, None)
                for kind, wanted in kept.items()
                for key in self.journal.keys(kind)
                if key not in wanted
            )
        )
        self.journal.rewrite()
        self.sweep()
        sizes = [self.objects.remove(name) for name in list(self.objects.names()) if name not in used]
        sizes += [file.stat().st_size for file in self.stages.rglob("*") if file.is_file()]
        shutil.rmtree(self.stages, ignore_errors=True)
        return Freed(len(sizes), sum(sizes))

    def sweep(self) -> None:
        """Remove what killed builds left half written."""
        self.objects.sweep()
        for half in self.folder.glob("*.partial"):
            half.unlink()

    def close(self) -> None:
        self.memo.close()

    def _made(self, row: Mapping[str, Any]) -> Made:
        figures = (
            Drawn(**{**figure, "files": {file: self.objects.path(name) for file, name in figure["files"].items()}})
            for figure in row["figures"]
        )
        article, network, name = row["place"]
        return Made(article, network, name, row["facts"], tuple(figures), row["record"])

    def _owners(self) -> dict[str, list[str]]:
        """Object -> which files of which exhibits it is."""
        owners: dict[str, list[str]] = {}
        for key in self.journal.keys("exhibit"):
            row = self.journal["exhibit", key]
            for action in row["keys"]:
                for file, name in (self.journal.get("action", action) or {"outputs": {}})["outputs"].items():
                    owners.setdefault(name, []).append(f"{' · '.join(row['place'])}: {file}")
        return owners


def _all_there(made: Made) -> bool:
    return all(path.exists() for drawn in made.figures for path in drawn.files.values())
