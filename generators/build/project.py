"""What a project declares: its articles, its networks, and the exhibits of each article for each network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from generators.build.plan import Declared
from generators.build.work import Place
from generators.errors import UsageError, nearest
from generators.exhibit import Exhibit, Profile
from generators.fingerprint import Fingerprint
from generators.fingerprint.memo import Memo
from generators.networks.subject import REFERENCE, Layer, Subject
from generators.paths import REPOSITORY, Paths

Survey = Callable[[str, Fingerprint], tuple[Layer, ...]]


@dataclass(frozen=True)
class Project:
    """Where everything is; tests give other articles and networks."""

    paths: Paths = REPOSITORY
    file: Path | None = None
    """A list of networks, beside networks.toml."""
    articles: str = "generators.articles"
    """The package whose packages with an ``exhibits.py`` are the articles."""
    networks: str = "generators.networks"
    """The package with ``entries``, ``fingerprint``, ``survey`` and ``load``."""
    stills: str = "generators.stills"
    """The module with ``export``, ``recipe`` and ``chrome``."""

    @property
    def roots(self) -> tuple[Path, ...]:
        """The folders that first-party modules are found in."""
        return tuple(dict.fromkeys([REPOSITORY.root, self.folder.parents[self.articles.count(".")]]))

    @property
    def folder(self) -> Path:
        return Path(import_module(self.articles).__path__[0]).resolve()

    @property
    def trusted(self) -> tuple[str, ...]:
        """Packages whose dataclasses a result may hold."""
        return tuple(dict.fromkeys(["generators", self.articles]))

    @property
    def place(self) -> Place:
        """Where the steps of a build find networks and put what they make."""
        return Place(self.paths.root, self.networks, self.file, self.stills, self.trusted)

    def packages(self) -> dict[str, str]:
        """Return the articles: slug -> package."""
        folders = sorted(file.parent.name for file in self.folder.glob("*/exhibits.py"))
        return {folder.replace("_", "-"): f"{self.articles}.{folder}" for folder in folders}

    def declared(
        self, memo: Memo, survey: Survey, profile: Profile, article: str | None = None, network: str | None = None
    ) -> list[Declared]:
        """Return the exhibits of one article or all, for one network or all; UsageError for a name that is unknown."""
        packages = _chosen("article", article, self.packages())
        networks: Any = import_module(self.networks)
        entries = networks.entries(self.paths, self.file)
        subjects = _chosen("network", network, {REFERENCE.name: None, **entries})
        declared: list[Declared] = []
        for name, entry in subjects.items():
            if entry is None:
                subject, fingerprint = REFERENCE, None
            else:
                fingerprint = networks.fingerprint(name, self.paths, self.file, memo=memo)
                subject = _subject(name, entry, survey(name, fingerprint))
            for slug, package in packages.items():
                exhibits = _exhibits(package, subject, profile)
                declared += [
                    Declared(slug, package, name, each, fingerprint, position) for position, each in enumerate(exhibits)
                ]
        return declared


def _subject(name: str, entry: Any, layers: tuple[Layer, ...]) -> Subject:
    bundled = entry.source.name if entry.is_bundled else None
    data = entry.data if isinstance(entry.data, str) else None
    chosen = entry.layers, entry.neurons, entry.intervals
    return Subject(name, entry.kind, layers, entry.labels, entry.data is not None, bundled, *chosen, data)


def _chosen(what: str, name: str | None, known: Mapping[str, Any]) -> Mapping[str, Any]:
    if name is None:
        return known
    if name not in known:
        raise UsageError(f"there is no {what} {name!r}; {nearest(name, known)}")
    return {name: known[name]}


def _exhibits(package: str, subject: Subject, profile: Profile) -> tuple[Exhibit, ...]:
    module = f"{package}.exhibits"
    try:
        exhibits = import_module(module).exhibits(subject, profile)
    except SyntaxError as error:
        raise UsageError(f"{error.filename}, line {error.lineno}, does not parse: {error.msg}") from error
    for what, names in (
        ("exhibit", [each.name for each in exhibits]),
        ("figure", [figure.name for each in exhibits for figure in each.figures]),
    ):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise UsageError(
                f"{module} declares the {what} {twice[0]!r} of {subject.name} twice; each name is used once"
            )
    return tuple(exhibits)
