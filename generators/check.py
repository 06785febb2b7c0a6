"""What the ``check`` command shows: one network loaded and tried, and what each article will make of it.

Everything a person gets wrong about a network of theirs shows here, in seconds and before anything is computed: the
entry, the weights, the input, the labels, the data, the generator. Text from networks and data is text, never markup.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, redirect_stdout
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.build.project import Project
from generators.datasets import Dataset
from generators.datasets.user import READS_TEXT
from generators.fingerprint.memo import Memo
from generators.networks import Layer, Network, choice, layers, load
from generators.networks.configuration import Entry
from generators.networks.quality import EXAMPLES_AT_MOST
from generators.networks.running import BATCH, blank, run
from generators.paths import REPOSITORY, Paths

if TYPE_CHECKING:
    from torch import Tensor

SURE = 3.0
"""How many standard deviations above chance an accuracy has to lie."""
TOKENS_TRIED = 16_384
CLASSES_SHOWN, SKIPPED_SHOWN, LAYERS_SHOWN = 30, 5, 12
CAUSES = (
    "usual causes: its input is prepared otherwise than in training (size, order of channels, mean and std, levels "
    "0 to 1 or 0 to 255), its labels or class folders stand in another order, or these are not its weights"
)


@dataclass(frozen=True)
class CheckedLayer:
    """One layer as it was found."""

    path: str
    type: str
    weight_shape: tuple[int, ...] | None
    output_shape: tuple[int, ...] | None
    parameters: int


@dataclass(frozen=True)
class CheckedArticle:
    """What an article will make of a network."""

    article: str
    exhibits: Mapping[str, Mapping[str, str]]
    """Exhibit -> its figures -> what each is called; empty where the article has nothing to say."""


@dataclass(frozen=True)
class Checked:
    """A network as it was found."""

    network: str
    kind: str
    source: str
    weights: str | None
    parameters: int
    fingerprint: str
    input_shape: tuple[int, ...] | None
    mean: tuple[float, ...]
    std: tuple[float, ...]
    batch: int
    """How many examples were tried at once."""
    seconds: float
    """What that took."""
    data: str | None
    examples: int
    """All there are."""
    held_out: int
    """Those that are looked at."""
    labels: tuple[str, ...]
    counts: Mapping[str, int] | None
    """Label -> how many examples, or how many of those looked at where nothing says it of all; of a text ``None``."""
    skipped: tuple[tuple[str, str], ...]
    """Name and reason of what could not be read."""
    quality: Mapping[str, float]
    generator: str | None
    layers: tuple[CheckedLayer, ...]
    chosen_layers: tuple[str, ...]
    neurons: tuple[str, ...]
    """Those that the entry names; empty where they are chosen by measurement."""
    articles: tuple[CheckedArticle, ...]
    warnings: tuple[str, ...]


def check(name: str, paths: Paths = REPOSITORY, file: Path | None = None) -> Checked:
    """Load a network of networks.toml or of ``file`` and try it; UsageError for whatever is wrong with it."""
    with redirect_stdout(sys.stderr):  # what the user's code prints is not part of the JSON
        network = load(name, paths, file=file)
        about, dataset = network.entry, network.dataset
        found = layers.of(network)
        seconds, batch = _try(network)
        return Checked(
            name,
            network.kind,
            _source(about),
            "those in the folder" if about.source.scheme == "hf" else _place(about, about.weights),
            sum(each.numel() for each in network.module.parameters()),
            network.fingerprint,
            network.example_shape,
            tuple(about.input.mean) if about.input else dataset.mean if dataset else (),
            tuple(about.input.std) if about.input else dataset.std if dataset else (),
            batch,
            seconds,
            _place(about, about.data),
            _n_examples(dataset),
            len(dataset.test) if dataset else 0,
            network.labels,
            _counts(network),
            tuple((str(what), str(why)) for what, why in getattr(dataset and dataset.examples, "skipped", ())),
            network.quality,
            _generator(network),
            tuple(_checked(found, network)),
            choice.layers(about, found),
            about.neurons,
            tuple(_articles(name, Project(paths, file), found)),
            tuple(_warnings(network)),
        )


def as_json(checked: Checked) -> dict[str, Any]:
    """The same as plain values."""
    return asdict(checked)


def _try(network: Network) -> tuple[float, int]:
    """Give the network one batch; return the seconds it took, and of how many examples."""
    if network.example_shape is None:
        return 0.0, 0
    x: Tensor = network.dataset.test.x if network.dataset else blank(network.kind, network.example_shape)
    tokens = network.example_shape[0] if network.kind in READS_TEXT else 1
    x = x[: max(1, min(BATCH, TOKENS_TRIED // tokens))]
    started = time.perf_counter()
    run(network.name, network.module, x, network.device)
    return time.perf_counter() - started, len(x)


def _source(about: Entry) -> str:
    if about.source.scheme == "file":
        return f"{_place(about, about.source.path)}:{about.source.name}"
    return f"{about.source.scheme}:{_place(about, about.source.path) or about.source.name}"


def _place(about: Entry, place: str | Path | None) -> str | None:
    """A path as its entry could write it, from the folder of the file; a name as it is."""
    if not isinstance(place, Path) or about.file is None:
        return place if place is None else str(place)
    near = os.path.relpath(place, about.file.resolve().parent)
    return str(place) if near.startswith("..") else near


def _n_examples(dataset: Dataset | None) -> int:
    if dataset is None:
        return 0
    return len(dataset.train) + len(dataset.test) if dataset.examples is None else len(dataset.examples)


def _counts(network: Network) -> dict[str, int] | None:
    """How many examples each class has; ``None`` for text."""
    import numpy as np

    dataset = network.dataset
    if dataset is None or network.kind in READS_TEXT:
        return None
    answers = getattr(dataset.examples, "y", None)
    y = np.asarray(answers) if answers is not None else np.concatenate([dataset.train.y, dataset.test.y])
    n = np.bincount(y[y >= 0], minlength=len(network.labels))
    times_named = Counter(network.labels)
    once = [label if times_named[label] == 1 else f"{label} [{i}]" for i, label in enumerate(network.labels)]
    return {label: int(times) for label, times in zip(once, n, strict=False)}


def _generator(network: Network) -> str | None:
    """Where pictures for the network come from; ``None`` where nobody asks for any."""
    given, shape = network.entry.generator, network.example_shape
    if given is None and (network.kind != "image-classifier" or shape is None or len(shape) != 3):
        return None
    if network.dataset is None:
        return (
            "none: it has no pictures that one could be fitted on" if given is None else f"given: {given.source.name}"
        )
    from generators.networks.generative import generator

    if given:
        [made] = generator.load(network, steps=0)
        return f"given: {made.name} makes pictures {_times(shape)} of {made.code_size} numbers"
    if network.dataset.name in generator.RENDERERS:
        return "exact: the renderer that made its data"
    return f"none given: one is fitted on its {_n_examples(network.dataset):,} pictures when an article asks for it"


def _checked(found: Iterable[Layer], network: Network) -> Iterator[CheckedLayer]:
    """Add to each layer how many parameters it has; those that several share count for the first."""
    counted: set[int] = set()
    for layer in found:
        own = {
            id(each): each for each in network.module.get_submodule(layer.path)._parameters.values() if each is not None
        }
        parameters = sum(own[key].numel() for key in own.keys() - counted)
        counted |= own.keys()
        yield CheckedLayer(layer.path, layer.type, layer.weight_shape, layer.output_shape, parameters)


def _articles(name: str, project: Project, found: tuple[Layer, ...]) -> Iterator[CheckedArticle]:
    """Ask each article what it shows of the network."""
    with closing(Memo(project.paths.cache / "memo.sqlite")) as memo:
        declared = project.declared(memo, lambda *_: found, "laptop", network=name)
    for article in project.packages():
        exhibits = [each.exhibit for each in declared if each.article == article]
        told = {each.name: {figure.name: figure.title or figure.alt for figure in each.figures} for each in exhibits}
        yield CheckedArticle(article, told)


def _warnings(network: Network) -> Iterator[str]:
    """Say loudly what is no error and still is seldom meant."""
    quality, dataset = network.quality, network.dataset
    if dataset is None or not quality or network.entry.is_bundled:
        return
    if "loss" in quality:
        if quality["loss"] >= quality["chance_loss"]:
            yield (
                f"no better than chance: {quality['loss']:.3f} nats a token, and how often each token occurs alone "
                f"gives {quality['chance_loss']:.3f}; usual causes: its vocabulary numbers tokens in another order, or "
                "these are not its weights"
            )
    elif quality["accuracy"] <= beyond_chance(quality["chance"], min(len(dataset.test), EXAMPLES_AT_MOST)):
        yield (
            f"no better than chance: right about {quality['accuracy']:.2%} of its examples, and one answer alone about "
            f"{quality['chance']:.2%}; {CAUSES}"
        )


def beyond_chance(chance: float, n: int) -> float:
    """The accuracy on ``n`` examples that guessing with probability ``chance`` exceeds once in 700 times."""
    return chance + SURE * (chance * (1 - chance) / max(1, n)) ** 0.5


def report(checked: Checked) -> RenderableType:
    """The same for a person: what it is, its layers, what becomes of it."""
    return Group(_heading(checked), _summary(checked), Text(), _layers(checked), Text(), _outlook(checked))


def _heading(checked: Checked) -> RenderableType:
    heading = Text.assemble((checked.network, "bold"), f"  {checked.kind}, {checked.parameters:,} parameters")
    warnings = [Text.assemble(("warning  ", "bold red"), (each, "red")) for each in checked.warnings]
    return Group(heading, *warnings)


def _summary(checked: Checked) -> Table:
    rows = _grid(2)
    for name, said in (
        ("source", checked.source),
        ("weights", checked.weights or "as the source makes them"),
        ("fingerprint", checked.fingerprint),
        ("input", _input(checked)),
        ("data", _data(checked)),
        ("classes", _classes(checked)),
        ("skipped", _skipped(checked)),
        ("quality", _quality(checked)),
        ("generator", checked.generator),
        ("layers", _chosen(checked)),
        ("neurons", ", ".join(checked.neurons) or "chosen by measurement when an article asks for some"),
    ):
        if said:
            rows.add_row(Text(name, "dim"), Text(said))
    return rows


def _input(checked: Checked) -> str:
    if checked.input_shape is None:
        return "not said: layers are listed without what they give, and nothing was tried"
    prepared = ""
    if checked.kind not in READS_TEXT and checked.mean:
        prepared = f", mean {_numbers(checked.mean)}, std {_numbers(checked.std)}"
    unit = " tokens" if checked.kind in READS_TEXT else ""
    examples = "1 example" if checked.batch == 1 else f"{checked.batch:,} examples"
    return f"{_times(checked.input_shape)}{unit}{prepared}; answers {examples} in {checked.seconds:.2f} s"


def _data(checked: Checked) -> str:
    if checked.data is None:
        return "none: there is nothing to watch it on"
    unit = "windows" if checked.kind in READS_TEXT else "examples"
    looked_at = "" if checked.held_out == checked.examples else f", {checked.held_out:,} of them looked at"
    vocabulary = f", {len(checked.labels):,} tokens in its vocabulary" if checked.kind in READS_TEXT else ""
    return f"{checked.data}: {checked.examples:,} {unit}{looked_at}{vocabulary}"


def _classes(checked: Checked) -> str:
    if not checked.counts:
        return ""
    shown = [f"{label} ({n:,})" for label, n in list(checked.counts.items())[:CLASSES_SHOWN]]
    more = len(checked.counts) - len(shown)
    among = "" if sum(checked.counts.values()) == checked.examples else ", of those looked at"
    return f"{len(checked.counts):,}{among}: " + ", ".join(shown) + (f" and {more:,} more" if more else "")


def _skipped(checked: Checked) -> str:
    shown = "; ".join(f"{name}: {reason}" for name, reason in checked.skipped[:SKIPPED_SHOWN])
    more = len(checked.skipped) - SKIPPED_SHOWN
    return shown and f"{len(checked.skipped):,}: {shown}" + (f" and {more:,} more" if more > 0 else "")


def _quality(checked: Checked) -> str:
    quality = checked.quality
    if not quality:
        return ""
    if "loss" not in quality:
        return f"right about {quality['accuracy']:.2%} of them, chance {quality['chance']:.2%}"
    floor = f", at the least {quality['floor']:.3f}" if "floor" in quality else ""
    loss = f"{quality['loss']:.3f} nats a token, chance {quality['chance_loss']:.3f}{floor}"
    return f"{loss}; right about {quality['accuracy']:.2%} of next tokens, chance {quality['chance']:.2%}"


def _chosen(checked: Checked) -> str:
    named = ", ".join(checked.chosen_layers[:LAYERS_SHOWN])
    more = len(checked.chosen_layers) - LAYERS_SHOWN
    return (named or "none has a place or a token beside its neurons") + (f" and {more:,} more" if more > 0 else "")


def _layers(checked: Checked) -> Table:
    table = _grid(5, "layer", "", "weights", "gives", "parameters")
    table.columns[-1].justify = "right"
    for each in checked.layers:
        mark = "bold" if each.path in checked.chosen_layers else ""
        weights, given = _times(each.weight_shape), _times(each.output_shape)
        numbers = f"{each.parameters:,}" if each.parameters else ""
        table.add_row(Text(each.path, mark), Text(each.type), Text(weights), Text(given), Text(numbers))
    return table


def _outlook(checked: Checked) -> Table:
    """A line for each figure of each article, and one for an article that has none."""
    table = _grid(3, "article", "exhibit", "shows")
    for each in checked.articles:
        if not each.exhibits:
            table.add_row(Text(each.article), Text("–"), Text("nothing to say of this network", "dim"))
        for i, (exhibit, figures) in enumerate(each.exhibits.items()):
            shown = [Text.assemble((name, "bold"), "  ", said) for name, said in figures.items()]
            article = Text("" if i else each.article)
            table.add_row(article, Text(exhibit), Group(*shown) if shown else Text("facts alone", "dim"))
    return table


def _grid(columns: int, *names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=bool(names), header_style="dim")
    for i in range(columns):
        table.add_column(names[i] if names else "", overflow="fold", no_wrap=i + 1 < columns)
    return table


def _times(shape: Iterable[int] | None) -> str:
    return "×".join(map(str, shape or ()))


def _numbers(values: Iterable[float]) -> str:
    return " ".join(f"{value:g}" for value in values)
