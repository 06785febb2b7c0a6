"""Refresh what is stale, and say what is: exhibits are looked at in this process and made in others.

This process imports neither torch nor plotly. A build holds the store's lock; a second one is refused at once with a
sentence that says who holds it. Every step that ends is remembered before the next is looked at, so a build that is
killed is gone on with, and a step whose code or network changed while it ran is thrown away.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from generators.build.making import Failure, Making
from generators.build.plan import Planner
from generators.build.project import Project
from generators.build.reasons import reasons
from generators.build.work import Place
from generators.events import Note, Tell, nobody
from generators.executor import Pool
from generators.exhibit import Profile
from generators.fingerprint import Fingerprint
from generators.networks.subject import Layer
from generators.paths import REPOSITORY, Paths
from generators.store import Catalogue, Freed, Store, Verified
from generators.store.lock import locked

State = Literal["missing", "stale", "fresh"]
Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True)
class Report:
    """How a build went."""

    made: int
    """Exhibits that were made, or made anew."""
    fresh: int
    """Exhibits that were as they should be."""
    failures: tuple[Failure, ...]
    """What came to nothing; such an exhibit is shown as it was last made."""


@dataclass(frozen=True)
class Status:
    """An exhibit as it is."""

    article: str
    network: str
    exhibit: str
    state: State
    reasons: tuple[str, ...]
    """Why it is not fresh, such as ``code: analysis.count_neurons changed``."""


def refresh(
    paths: Paths = REPOSITORY,
    *,
    article: str | None = None,
    network: str | None = None,
    file: Path | None = None,
    profile: Profile = "laptop",
    device: Device = "auto",
    jobs: int = 1,
    tell: Tell = nobody,
    project: Project | None = None,
) -> Report:
    """Make what is missing or stale, of one article or network or of all; the rest goes on when one analysis fails.

    Raises UsageError for wrong names, files that do not parse, networks that cannot be loaded, and when another build
    is running; its subclass DiskFull when there is no room.
    """
    project = project or Project(paths, file)
    with locked(paths.cache / "lock"), closing(Store(paths.cache)) as store, _pool(paths, jobs) as pool:
        store.sweep()
        if store.journal.damaged:
            tell(Note(f"{store.journal.damaged} lines of the store's journal are damaged: what they said is made anew"))
        surveys = _Surveys(store, pool, project.place, keep=True)
        declared = project.declared(store.memo, surveys, profile, article, network)
        making = Making(store, pool, project.place, Planner(store, project.roots, project.stills), device, tell)
        made = making.make(declared)
        if not making.failures:
            _forget(store, {each.place for each in declared}, article, network, file)
        store.journal.compact()
        return Report(made, len(declared) - made - len(making.failed), tuple(making.failures))


def status(
    paths: Paths = REPOSITORY,
    *,
    article: str | None = None,
    network: str | None = None,
    file: Path | None = None,
    profile: Profile = "laptop",
    project: Project | None = None,
) -> tuple[Status, ...]:
    """Look at every exhibit; a network that was never surveyed is loaded for it, in another process."""
    project = project or Project(paths, file)
    with closing(Store(paths.cache)) as store, _pool(paths, 1) as pool:
        surveys = _Surveys(store, pool, project.place, keep=False)
        declared = project.declared(store.memo, surveys, profile, article, network)
        planner = Planner(store, project.roots, project.stills)
        found = []
        for each in declared:
            outlook = planner.look(each)
            row = store.row(each.place)
            if row is not None and row == outlook.row and not outlook.pending:
                found.append(Status(*each.place, "fresh", ()))
            else:
                found.append(Status(*each.place, "stale" if row else "missing", reasons(outlook, store)))
        return tuple(found)


def facts(catalogue: Catalogue) -> dict[str, dict[str, dict[str, dict[str, Any]]]]:
    """Return what an author may quote: ``{article: {network: {exhibit: {fact: value}}}}``."""
    nested: dict[str, dict[str, dict[str, dict[str, Any]]]] = {}
    for (article, network, exhibit), made in sorted(catalogue.items()):
        nested.setdefault(article, {}).setdefault(network, {})[exhibit] = dict(made.facts)
    return nested


def verify(paths: Paths = REPOSITORY) -> Verified:
    """Hash everything in the store anew and remove what is damaged, for the next build to make again."""
    with locked(paths.cache / "lock"), closing(Store(paths.cache)) as store:
        return store.verify()


def clean(paths: Paths = REPOSITORY) -> Freed:
    """Remove from the store what no exhibit, as it was last made, depends on."""
    with locked(paths.cache / "lock"), closing(Store(paths.cache)) as store:
        return store.clean()


class _Surveys:
    """The layers of networks, found once for each network as it is."""

    def __init__(self, store: Store, pool: Pool, place: Place, keep: bool) -> None:
        self._store, self._pool, self._place, self._keep = store, pool, place, keep

    def __call__(self, name: str, fingerprint: Fingerprint) -> tuple[Layer, ...]:
        layers = self._store.journal.get("survey", fingerprint.digest)
        if layers is None:
            layers = self._pool.call("generators.build.work:survey", place=self._place, network=name)
            if self._keep:
                self._store.journal.put(("survey", fingerprint.digest, layers))
        return tuple(_layer(each) for each in layers)


def _layer(kept: Mapping[str, Any]) -> Layer:
    """A layer as JSON keeps it, in lists."""
    shapes = (kept["weight_shape"], kept["output_shape"])
    weight, output = (None if shape is None else tuple(shape) for shape in shapes)
    stacks = tuple((name, tuple(shape)) for name, shape in kept["stacks"])
    return Layer(kept["path"], kept["type"], weight, output, stacks)


def _pool(paths: Paths, jobs: int) -> Pool:
    return Pool(jobs, paths.cache / "logs" / "output.txt")


def _forget(
    store: Store, declared: set[tuple[str, str, str]], article: str | None, network: str | None, file: Path | None
) -> None:
    """Drop the exhibits that are no longer declared, of those that were asked about."""
    networks = {place[1] for place in declared}
    for key in store.journal.keys("exhibit"):
        place = tuple(store.journal["exhibit", key]["place"])
        asked = article in (None, place[0]) and network in (None, place[1]) and (file is None or place[1] in networks)
        if asked and place not in declared:
            store.journal.put(("exhibit", key, None))
