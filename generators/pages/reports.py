"""Reports: what every article made of one network, on one page, and the index that lists all networks.

A report is known from the store alone, so it never fails because its network does: what could not be made is not
there. ``generators.articles.report`` measures the network itself, its *portrait*; the facts that it gives are written
here as a person reads them.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from generators.networks import cards
from generators.pages.article import Article
from generators.pages.markup import escape, verbatim
from generators.pages.phrasing import day, file_name

if TYPE_CHECKING:
    from generators.pages.vocabulary import Placed
    from generators.store import Drawn, Made

PORTRAIT = "report"
"""The article package whose exhibits are a network's portrait."""
FOLDER = "networks"
KINDS = {
    "image-classifier": ("Image classifiers", "an image classifier"),
    "classifier": ("Classifiers", "a classifier"),
    "sequence-classifier": ("Sequence classifiers", "a sequence classifier"),
    "language-model": ("Language models", "a language model"),
    "text-encoder": ("Text encoders", "a text encoder"),
    "plane": ("Networks of the plane", "a classifier"),
    "": ("Other networks", "a network"),
}
"""Kind, in the order of the index -> its heading there, and what one network of it is."""

Terms = list[tuple[str, str]]
"""What stands in a definition list."""


@dataclass(frozen=True)
class Section:
    """What one article made of the network."""

    article: Article | None
    """``None`` for the portrait."""
    exhibits: tuple["Made", ...]

    @property
    def slug(self) -> str:
        return self.article.slug if self.article else PORTRAIT

    @property
    def figures(self) -> list[tuple["Made", "Drawn"]]:
        return [(made, drawn) for made in self.exhibits for drawn in made.figures]

    @property
    def without_figures(self) -> list["Made"]:
        """The exhibits whose facts are all that there is to show."""
        return [made for made in self.exhibits if not made.figures and made.facts]


@dataclass(frozen=True)
class Report:
    """One network, and everything that was made of it."""

    network: str
    exhibits: tuple["Made", ...]

    @property
    def page(self) -> str:
        """The page's path below ``site_src``, where no file of this name need be."""
        safe = file_name(self.network)
        return f"{FOLDER}/{safe if safe != 'index' else file_name('/index')}.md"

    @property
    def kind(self) -> str:
        kind = str(self._facts.get("kind", ""))
        return kind if kind in KINDS else ""

    @property
    def heading(self) -> str:
        """Its kind as the index says it."""
        return KINDS[self.kind][0]

    @property
    def title_of_kind(self) -> str:
        """Its kind as its own page says it."""
        return self.heading.removesuffix("s").replace("Networks of", "Network of")

    @property
    def byline(self) -> list[str]:
        """What stands under its name beside its kind: fingerprint and date."""
        return [word for word in (self.fingerprint[:8], self.date) if word]

    @property
    def fingerprint(self) -> str:
        return str(self._record.get("network_fingerprint") or "")

    @property
    def date(self) -> str:
        """The day on which it was last looked at."""
        made_at = max((str(made.record.get("made_at") or "")[:10] for made in self.exhibits), default="")
        return day(datetime.date.fromisoformat(made_at)) if made_at else ""

    @property
    def summary(self) -> str:
        """One sentence by whoever trained it; empty where there is none."""
        return curled(str(self._card.get("summary", "")))

    @property
    def sentence(self) -> str:
        """What it is, what it reads and how good it is, in two sentences."""
        facts = self._facts
        reads = f" that reads {facts['reads']}" if "reads" in facts else ""
        size = f", with {facts['parameters']:,} parameters" if "parameters" in facts else ""
        return " ".join([f"{self.network} is {KINDS[self.kind][1]}{reads}{size}.", *self._measured])

    @property
    def size(self) -> str:
        return f"{self._facts['parameters']:,} parameters" if "parameters" in self._facts else ""

    @property
    def quality(self) -> Terms:
        """Each measure beside what no network would need to be for: ``98.6%`` and ``10.1% by chance``."""
        facts = self._facts
        said: Terms = []
        if "loss" in facts:
            said.append((f"{facts['loss']:.2f} nats a token", _beside(facts, "chance_loss", "{:.2f} by frequency")))
        if "accuracy" in facts:
            said.append((f"{percent(facts['accuracy'])} right", _beside(facts, "chance", "{} by chance")))
        return said

    @property
    def glance(self) -> Terms:
        """The portrait's first facts."""
        facts, record = self._facts, self._record
        terms = [
            ("Reads", facts.get("reads", "")),
            ("Answers", facts.get("answers", "")),
            ("Parameters", f"{facts['parameters']:,}" if "parameters" in facts else ""),
            ("Layers with weights", f"{facts['layers']:,}" if "layers" in facts else ""),
            ("Examples tried", f"{facts['examples']:,}" if facts.get("examples") else ""),
            ("Examples in all", f"{facts['examples_in_all']:,}" if "examples_in_all" in facts else ""),
            ("Unreadable, left out", f"{facts['skipped']:,}: {facts['skipped_files']}" if "skipped" in facts else ""),
            *((name, _quality(name, facts[key])) for key, name in _MEASURES.items() if key in facts),
            ("Fingerprint", self.fingerprint[:16]),
            ("Looked at", ", ".join(filter(None, [self.date, _where(record)]))),
            ("All exhibits took", _duration(sum(float(made.record.get("seconds") or 0) for made in self.exhibits))),
        ]
        return [(name, str(value)) for name, value in terms if value]

    @property
    def making(self) -> Terms:
        """What its card says of how it was made; empty for a network that has none."""
        card = self._card
        seconds = card.get("seconds")
        terms = [
            ("Data", card.get("data")),
            ("Examples", ", ".join(f"{n:,} to {_SPLITS.get(what, what)}" for what, n in _examples(card).items())),
            ("Training", card.get("training")),
            ("Steps", f"{card['steps']:,}" if isinstance(card.get("steps"), int) else None),
            ("Seed", card.get("seed")),
            ("Time", f"{_duration(seconds)} on {card.get('device', '?')}" if seconds is not None else None),
            ("Quality", ", ".join(_measure(name, value) for name, value in (card.get("quality") or {}).items())),
            ("Under attack", _attacked(card.get("attack"))),
            ("Script", card.get("script")),
            ("Versions", f"torch {card['torch']}" if card.get("torch") else None),
            ("sha256 of the weights", card.get("sha256")),
        ]
        return [(name, curled(str(value))) for name, value in terms if value not in (None, "")]

    @property
    def samples(self) -> list[Markup]:
        """What a language model wrote when it was trained, as its card has it; letter by letter, lines and all."""
        given = self._card.get("samples")
        texts = [each.get("text") for each in given if isinstance(each, dict)] if isinstance(given, list) else []
        return [verbatim(text) for text in texts if isinstance(text, str)]

    def sections(self, articles: tuple[Article, ...]) -> list[Section]:
        """The portrait, then each article that is written and has something to say, in the order of the series."""
        by_article: dict[str, list[Made]] = {}
        for made in self.exhibits:
            by_article.setdefault(made.article.replace("_", "-"), []).append(made)
        found = [Section(None, tuple(by_article[PORTRAIT]))] if PORTRAIT in by_article else []
        return found + [
            Section(article, tuple(by_article[article.slug])) for article in articles if article.slug in by_article
        ]

    @property
    def _facts(self) -> Mapping[str, Any]:
        """The facts of the portrait's card; none where it could not be made."""
        return next((made.facts for made in self.exhibits if (made.article, made.name) == (PORTRAIT, "card")), {})

    @property
    def _record(self) -> Mapping[str, Any]:
        return next((made.record for made in self.exhibits), {})

    @property
    def _card(self) -> Mapping[str, Any]:
        bundled = next((made.record["params"]["bundled"] for made in self.exhibits if _names_card(made)), None)
        if bundled is None or not cards.weights_file(bundled).with_suffix(".json").is_file():
            return {}
        return cards.read(bundled)

    @property
    def _measured(self) -> list[str]:
        facts = self._facts
        # only of what this project trained is it known that the examples took no part in it
        unseen, text = ("what it has never seen", "held-out text") if self._card else ("its examples", "its text")
        said = []
        if "loss" in facts:
            floor = f" and {facts['floor']:.3g} for one that knew the text’s own rule" if "floor" in facts else ""
            beside = _beside(facts, "chance_loss", " (it would be {:.3g} by token frequencies alone" + floor + ")")
            said.append(f"On {text} its loss is {facts['loss']:.3g} nats a token{beside}.")
        if "accuracy" in facts and "loss" not in facts:
            beside = _beside(facts, "chance", "; always giving the same answer would be right about {}")
            said.append(f"It is right about {percent(facts['accuracy'])} of {unseen}{beside}.")
        return said


_MEASURES = {
    "accuracy": "Accuracy",
    "chance": "Accuracy by chance",
    "loss": "Loss",
    "chance_loss": "Loss by frequency",
    "floor": "Least loss possible",
}
_SHARES = ("accuracy", "chance", "ceiling", "share")
"""How the names of measures end that are shares rather than losses."""
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_SPLITS = {"train": "learn from", "test": "be tested on"}


def of(catalogue: Mapping[tuple[str, str, str], "Made"]) -> tuple[Report, ...]:
    """Return the reports of every network that anything was made of, by kind and then by name."""
    networks: dict[str, list[Made]] = {}
    for made in catalogue.values():
        if made.network != "reference":
            networks.setdefault(made.network, []).append(made)
    order = list(KINDS)
    reports = [
        Report(name, tuple(sorted(exhibits, key=lambda made: made.article.replace("_", "-") != PORTRAIT)))
        for name, exhibits in networks.items()
    ]
    return tuple(sorted(reports, key=lambda report: (order.index(report.kind), report.network)))


def words_of(report: Report, articles: tuple[Article, ...], placed: Sequence[tuple[str, "Placed"]]) -> dict[str, Any]:
    """What ``templates/network.md`` may say; ``placed`` are the figures of all pages, each with its page."""

    def explained(article: Article, name: str) -> str:
        """Where an article shows a figure of this name, of whatever network."""
        there = [each.id for page, each in placed if (page, each.name) == (article.page, name)]
        return f"../{article.page}" + (f"#{there[0]}" if there else "")

    said = {"title": title, "caption": caption, "words": words, "facts": facts, "explained": explained}
    return {"report": report, "articles": articles, **said}


def title(drawn: "Drawn") -> Markup:
    """What stands above a figure: its own title, or its name in words; text, whatever it holds."""
    return escape(drawn.title or words(drawn.name))


def caption(drawn: "Drawn") -> str:
    """What stands below a figure: what it tells those who cannot see it."""
    return curled(drawn.alt)


def curled(text: str) -> str:
    """Set an apostrophe between two letters as prose does: it’s."""
    return _APOSTROPHE.sub("’", text)


def words(name: str) -> str:
    """Write a name as words."""
    return name.replace("-", " ").capitalize()


def facts(made: "Made") -> Terms:
    """An exhibit's facts as short text, for one that has no figure."""
    return [(name.replace("_", " "), _fact(value)) for name, value in made.facts.items() if "\n" not in str(value)]


def percent(share: float) -> str:
    """Write a share with three digits that say something: 98.6%, 99.97%, 100%."""
    digits = 0 if share in (0, 1) else 2 if share > 0.999 else 1
    return f"{100 * share:.{digits}f}%"


def _names_card(made: "Made") -> bool:
    return isinstance((made.record.get("params") or {}).get("bundled"), str)


def _beside(facts: Mapping[str, Any], key: str, said: str) -> str:
    if key not in facts:
        return ""
    return said.format(facts[key] if "loss" in key else percent(facts[key]))


def _quality(name: str, value: float) -> str:
    return percent(value) if name.startswith("Accuracy") else f"{value:.3f} nats a token"


def _measure(name: str, value: Any) -> str:
    written = name.replace("_", " ")
    if not isinstance(value, float | int) or isinstance(value, bool):
        return f"{written} {value}"
    is_share = 0 <= value <= 1 and name.endswith(_SHARES)
    return f"{written} {percent(value)}" if is_share else f"{written} {value:.4g}"


def _attacked(attacks: Any) -> str | None:
    """How often it is right about pictures changed for the worst, by how far each may be moved."""
    if not isinstance(attacks, list) or not attacks:
        return None
    right = ", ".join(f"{percent(each['accuracy'])} within {each['radius']:g}" for each in attacks)
    return f"right about {right} (the L2 distance that a picture may be moved, its levels in 0 to 1)"


def _where(record: Mapping[str, Any]) -> str:
    """The device, as prose says it."""
    device = str(record.get("device") or "")
    return {"": "", "cpu": "on a CPU"}.get(device, f"on {device}")


def _examples(card: Mapping[str, Any]) -> Mapping[str, int]:
    given = card.get("examples")
    return {name: n for name, n in given.items() if isinstance(n, int)} if isinstance(given, dict) else {}


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,d}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
