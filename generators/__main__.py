"""The command line: ``neuron-series …`` or ``python -m generators …``.

Exit status: 0 done, 1 an analysis failed (the others are made), 2 wrong use or configuration, 130 interrupted. What is
slow to import is imported by the command that needs it.
"""

import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree
from typer.exceptions import TyperException

from generators.cores import cores
from generators.errors import UsageError, nearest
from generators.exhibit import Profile, Scalar
from generators.paths import REPOSITORY

if TYPE_CHECKING:
    from generators.build import Report, Status
    from generators.store import Catalogue

PATHS = REPOSITORY

app = typer.Typer(
    help="Turn a trained network into a website that explains its neurons.",
    epilog="A first look: [bold]neuron-series inspect digits-net[/]. The whole site: [bold]neuron-series site[/].",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
INTERRUPTED = 130
"""What typer returns after Ctrl-C."""
WIDE = 200
"""Characters a line may have where no terminal limits it."""
MAKE, LOOK, CARE = "Make the site", "Look", "Look after what was computed"

Article = Annotated[str | None, typer.Option("--article", metavar="SLUG", help="Only this article, such as neuron.")]
OneNetwork = Annotated[
    str | None, typer.Option("--network", metavar="NAME", help="Only this network, such as digits-net.")
]
Networks = Annotated[
    Path | None,
    typer.Option("--networks", metavar="FILE", help="A list of networks of your own, beside networks.toml."),
]
Work = Annotated[
    Profile,
    typer.Option("--profile", help="How much to compute: smoke for a test, gpu for the full analyses."),
]
Device = Annotated[
    Literal["auto", "cpu", "cuda"],
    typer.Option("--device", help="Where networks run; auto takes a GPU when there is one."),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, metavar="N", help="How many analyses run side by side.")]
SIDE_BY_SIDE = min(2, cores())
"""Analyses at once: more would each need memory of their own."""
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for a program to read.")]


@app.command(rich_help_panel=MAKE)
def build(
    article: Article = None,
    network: OneNetwork = None,
    networks: Networks = None,
    profile: Work = "laptop",
    device: Device = "auto",
    jobs: Jobs = SIDE_BY_SIDE,
) -> int:
    """Run every analysis whose network, code, data or parameters have changed, and draw its figures.

    What is fresh is left alone, so a second build takes a second. Interrupt it whenever you like: everything that was
    finished is kept, and the next build goes on from there.

    Example: neuron-series build --article neuron --network digits-net
    """
    options = {"article": article, "network": network, "file": networks, "profile": profile, "device": device}
    return _tell_failures(_refresh(jobs=jobs, **options))


@app.command(rich_help_panel=MAKE)
def render() -> int:
    """Write the pages from what was computed, into build/docs. Needs neither torch nor a network.

    A figure or a fact that a page asks for and that does not exist is an error: it names page, line and what exists.
    """
    from generators import pages
    from generators.store import Store

    with closing(Store(PATHS.cache)) as store:
        rendered = pages.render(store.catalogue(), PATHS)
    _say(f"pages: {rendered.n_pages} in build/docs, {_changed(len(rendered.written))}")
    return 0


@app.command(rich_help_panel=MAKE)
def site(
    networks: Networks = None, profile: Work = "laptop", device: Device = "auto", jobs: Jobs = SIDE_BY_SIDE
) -> int:
    """Build, render, and make site/: the whole website, ready to be put on any web server.

    Set SITE_URL to the address it will be served from.

    Example: SITE_URL=https://example.org/neurons/ neuron-series site
    """
    from generators.publish import publish

    report = _refresh(file=networks, profile=profile, device=device, jobs=jobs)
    try:
        render()
        changed = publish(PATHS)
    except UsageError as error:
        if not report.failures:
            raise
        _complain(str(error))  # a page may well miss what could not be made
    else:
        _say(f"site: {PATHS.site}{'' if changed else ', unchanged'}; look at it with neuron-series serve")
    return _tell_failures(report)


@app.command(rich_help_panel=MAKE)
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where on 127.0.0.1 the preview listens.")] = 8000,
) -> int:
    """Show the site in your browser while you write: an edit to a page is on screen in seconds. Ctrl-C ends it."""
    from generators import serve as serving

    with suppress(KeyboardInterrupt):
        serving.serve(PATHS, port=port)
    return 0


@app.command(rich_help_panel=LOOK)
def inspect(
    network: Annotated[
        str,
        typer.Argument(
            help="A name of networks.toml, spec:gpt3 (a published shape), hf:DIR-or-ID (a Hugging Face configuration), "
            "or path/to/file.py:function (a function that returns your network).",
        ),
    ],
    networks: Networks = None,
    as_json: AsJson = False,
) -> int:
    """Count the neurons and synapses of a network, module by module.

    Weights are never downloaded for it: a network of any size is counted by its shapes.

    Examples: neuron-series inspect digits-net · neuron-series inspect spec:gpt3 --json
    """
    from generators import inspect as inspecting

    counted = inspecting.inspect(network, PATHS, networks)
    if as_json:
        _print_json(inspecting.as_json(counted))
    else:
        _out().print(inspecting.tree(counted), soft_wrap=True)
    return 0


@app.command(rich_help_panel=LOOK)
def check(
    network: Annotated[str, typer.Argument(help="A name of networks.toml, or of the file given by --networks.")],
    networks: Networks = None,
    as_json: AsJson = False,
) -> int:
    """Load a network, try it on one batch, and say what each article will make of it. Takes seconds.

    Whatever is wrong with its entry, weights, input, labels or data is said in one sentence, with the line.

    Example: neuron-series check lenet --networks mine.toml
    """
    from generators import check as checking

    checked = checking.check(network, PATHS, networks)
    if as_json:
        _print_json(checking.as_json(checked))
    else:
        _out().print(checking.report(checked))
    return 0


@app.command(rich_help_panel=LOOK)
def status(
    article: Article = None,
    network: OneNetwork = None,
    networks: Networks = None,
    profile: Work = "laptop",
    as_json: AsJson = False,
) -> int:
    """Say of every exhibit whether it is missing, stale or fresh, and why. Computes nothing.

    Example: neuron-series status --article neuron
    """
    from generators import build as building

    found = building.status(PATHS, article=article, network=network, file=networks, profile=profile)
    if as_json:
        _print_json([_status_json(one) for one in found])
    else:
        _tell_status(found)
    return 0


@app.command(rich_help_panel=LOOK)
def facts(
    article: Annotated[str | None, typer.Argument(metavar="[ARTICLE]", help="Only this article's.")] = None,
    as_json: AsJson = False,
) -> int:
    """List the figures and facts that a page may place, by name, with the facts' values.

    In a page, {{ fact("counting.neurons") }} writes a fact and {% call figure("linear-layer") %} places a figure.

    Example: neuron-series facts neuron --json
    """
    from generators import build as building
    from generators.store import Store

    with closing(Store(PATHS.cache)) as store:
        catalogue = store.catalogue()
    known = {key[0] for key in catalogue}
    if article is not None and article not in known:
        raise UsageError(f"No article {article!r} was built: {nearest(article, known)}.")
    chosen = {key: made for key, made in sorted(catalogue.items()) if article in (None, key[0])}
    if as_json:
        _print_json(building.facts(chosen))
    elif chosen:
        _out().print(_facts_tree(chosen), soft_wrap=True)
    else:
        _say("Nothing was built yet: neuron-series build.")
    return 0


@app.command(rich_help_panel=CARE)
def verify() -> int:
    """Hash every stored file again, and drop what no longer is what it was; the next build makes it anew."""
    from generators import build as building

    verified = building.verify(PATHS)
    for damaged in verified.damaged:
        _say(f"damaged: {damaged}")
    repair = "; neuron-series build makes them anew" if verified.damaged else ""
    _say(f"{verified.checked:,} stored files, {len(verified.damaged)} damaged{repair}")
    return 0


@app.command(rich_help_panel=CARE)
def clean(
    everything: Annotated[bool, typer.Option("--all", help="Results too: the next build computes everything.")] = False,
) -> int:
    """Remove pages, site, and every stored result that no exhibit uses any more."""
    import shutil

    from generators import build as building
    from generators.store.lock import locked

    shutil.rmtree(PATHS.docs, ignore_errors=True)
    shutil.rmtree(PATHS.site, ignore_errors=True)
    if everything:
        with locked(PATHS.cache / "lock"):
            shutil.rmtree(PATHS.cache, ignore_errors=True)
        _say("removed pages, site and every result")
    else:
        freed = building.clean(PATHS)
        _say(f"removed pages, site and {freed.objects:,} unused results ({freed.bytes / 1e6:,.1f} MB)")
    return 0


def _out() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


def _err() -> Console:
    return Console(stderr=True, highlight=False)


def _say(text: str) -> None:
    _out().print(text, markup=False, soft_wrap=True)


def _complain(text: str) -> None:
    _err().print(text, markup=False, soft_wrap=True)


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False))


def _changed(written: int) -> str:
    return f"{written} files written" if written else "all as they were"


def _refresh(**options: Any) -> "Report":
    """Build, showing how it goes, and say in one line how it went."""
    from generators import build as building
    from generators.display import display, duration

    began = time.perf_counter()
    with display(_err()) as tell:
        report = building.refresh(PATHS, tell=tell, **options)
    failed = f", {len(report.failures)} failed" if report.failures else ""
    _say(f"build: {report.made} made, {report.fresh} fresh{failed}, in {duration(time.perf_counter() - began)}")
    return report


def _tell_failures(report: "Report") -> int:
    for failure in report.failures:
        name = f"{failure.article} · {failure.network} · {failure.exhibit}"
        _complain(f"failed: {name}: {failure.message} (where: {failure.log})")
    return 1 if report.failures else 0


def _tell_status(found: Sequence["Status"]) -> None:
    colours = {"missing": "red", "stale": "yellow", "fresh": "green"}
    for one in found:
        name = escape(f"{one.article} · {one.network} · {one.exhibit}")
        why = escape("; ".join(one.reasons))
        _out().print(f"[{colours[one.state]}]{one.state:<8}[/]{name}{'  [dim]' + why if why else ''}", soft_wrap=True)
    counts = [f"{sum(one.state == state for one in found)} {state}" for state in colours]
    _say(", ".join(counts))


def _status_json(one: "Status") -> dict[str, object]:
    return {
        "article": one.article,
        "network": one.network,
        "exhibit": one.exhibit,
        "state": one.state,
        "reasons": list(one.reasons),
    }


def _facts_tree(catalogue: "Catalogue") -> Tree:
    root = Tree("what a page may place", guide_style="dim")
    branches: dict[tuple[str, ...], Tree] = {(): root}
    for key, made in catalogue.items():
        for depth in range(1, 4):
            if key[:depth] not in branches:
                branches[key[:depth]] = branches[key[: depth - 1]].add(f"[bold]{escape(key[depth - 1])}[/]")
        for figure in made.figures:
            branches[key].add(f"figure {escape(figure.name)}  [dim]{escape(figure.alt)}[/]")
        for name, value in made.facts.items():
            branches[key].add(f"fact {escape(made.name)}.{escape(name)} = {escape(_value(value))}")
    return root


def _value(value: Scalar) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def _wrong_use(error: TyperException) -> str:
    """Add to what the parser says where to read on; nothing when it has shown the help itself."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "neuron-series"
    message = error.format_message()
    stop = "" if message.endswith((".", "?")) else "."
    return message and f"{message}{stop} See {command} --help."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; a mistake of the person's is one sentence, never a traceback."""
    said = ""
    try:
        status = app(arguments, prog_name="neuron-series", standalone_mode=False) or 0
    except UsageError as error:
        said, status = str(error), 2
    except ModuleNotFoundError as error:
        needed = f"this needs the package {error.name!r}, which is not installed"
        said, status = f"{needed}: python scripts/setup.py --for test", 2
    except OSError as error:
        said, status = f"{error.filename or 'the output'} cannot be read or written: {error.strerror or error}", 2
    except TyperException as error:
        said, status = _wrong_use(error), 2
    except SystemExit:  # typer's way to end when nobody reads on, as in `neuron-series facts | head`
        status = 0
    if status == INTERRUPTED:
        said = "Interrupted; what was finished is kept, and the same command goes on from there."
    if said:
        _complain(said)
    return status


if __name__ == "__main__":
    sys.exit(main())
