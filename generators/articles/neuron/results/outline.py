"""A count as an outline: modules nested by their paths, runs of equal blocks told once.

``outline`` arranges, ``lines`` puts the arrangement in columns with guides: what ``inspect`` prints and the article
shows.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from generators.articles.neuron.results.counting import ModuleCount, NetworkCount

HEADINGS = ("neurons", "synapses", "per neuron")


@dataclass(frozen=True)
class Branch:
    """One line of the outline and what is below it."""

    name: str
    neurons: int
    synapses: int
    note: str
    """Class of a module, and what the numbers do not say of how its weight is read; empty for what holds modules."""
    connections: int | None = None
    """Of a module, unrolled over one input; ``None`` where no input was run."""
    children: tuple["Branch", ...] = ()
    alike: int = 1
    """How many equal siblings this one stands for; neurons and synapses are those of each."""


@dataclass(frozen=True)
class Line:
    """One line in columns."""

    guide: str
    name: str
    numbers: str
    note: str

    def __str__(self) -> str:
        return f"{self.guide}{self.name}{self.numbers}{self.note}".rstrip()


def outline(count: NetworkCount) -> tuple[Branch, ...]:
    """Arrange the modules of a count; a list of equal blocks becomes one branch that says how many there are."""
    return _arrange([(tuple(row.path.split(".")) if row.path else (row.type,), row) for row in count.modules])


def lines(count: NetworkCount) -> tuple[Line, ...]:
    """The outline as a tree in aligned columns: a heading, the totals, every branch, last the head."""
    branches = list(outline(count))
    if count.head is not None:
        branches.append(_leaf(f"{count.head.path} (beside)", count.head))
    whole = [("", count.network or "network", count.neurons, count.synapses, "")]
    flat = [*whole, *_flatten(branches, "")]
    columns = [(guide, name, f"{n:,}", f"{s:,}", per_neuron(n, s), note) for guide, name, n, s, note in flat]
    label = max(len(guide) + len(name) for guide, name, *_ in columns)
    widths = [max(len(heading), *(len(row[2 + i]) for row in columns)) for i, heading in enumerate(HEADINGS)]

    def cells(values: Sequence[str]) -> str:
        return "".join("  " + value.rjust(width) for value, width in zip(values, widths, strict=True))

    told = [Line("", "", " " * label + cells(HEADINGS), "")]
    for guide, name, *numbers, note in columns:
        padding = " " * (label - len(guide) - len(name))
        told.append(Line(guide, name, padding + cells(numbers), f"  {note}" if note else ""))
    return tuple(told)


def text(count: NetworkCount) -> str:
    """The outline and its remarks as plain lines."""
    return "\n".join([*map(str, lines(count)), *remarks(count)])


def remarks(count: NetworkCount) -> Iterator[str]:
    """What the columns do not say, a sentence each."""
    kinds = ", ".join(f"{kind} {n:,}" for kind, n in count.others.items())
    of_body = " of the body" if count.head is not None else ""
    yield f"{count.parameters:,} parameters" + (
        f", {count.other_parameters:,} of them no synapse{of_body}: {kinds}" if kinds else ""
    )
    if count.head is not None:
        neurons, synapses = count.neurons + count.head.neurons, count.synapses + count.head.synapses
        yield f"with the head: {neurons:,} neurons, {synapses:,} synapses"
    if count.active is not None:
        active = count.active
        yield (
            f"active for one token, {active.experts_per_token} of {active.experts} experts: "
            f"{active.neurons:,} neurons, {active.synapses:,} synapses"
        )
    if count.unrolled is not None and count.unrolled.synapses != count.synapses:
        yield f"every use of a weight: {count.unrolled.neurons:,} neurons, {count.unrolled.synapses:,} synapses"
    if count.unrolled is not None and count.unrolled.connections is not None and count.input_shape is not None:
        shape = "×".join(map(str, count.input_shape))
        units, connections = count.unrolled.units, count.unrolled.connections
        yield f"unrolled over one input of {shape}: {units:,} units, {connections:,} connections"
    if count.nonzero_synapses is not None and count.nonzero_synapses != count.synapses:
        yield f"{count.nonzero_synapses:,} synapses are not zero"
    if count.derived_synapses:
        yield f"{count.derived_synapses:,} synapses are computed from fewer stored parameters"
    for missed in count.unclassified:
        shape = "×".join(map(str, missed.shape))
        yield f"unclassified: {missed.path} ({shape}) may hold {missed.parameters:,} synapses; no rule reads it"


def per_neuron(neurons: int, synapses: int) -> str:
    """Synapses per neuron to one decimal, ``n/a`` where there are no neurons."""
    return f"{synapses / neurons:,.1f}".removesuffix(".0") if neurons else "n/a"


def _arrange(rows: Iterable[tuple[tuple[str, ...], ModuleCount]]) -> tuple[Branch, ...]:
    groups: dict[str, list[tuple[tuple[str, ...], ModuleCount]]] = {}
    for path, row in rows:
        groups.setdefault(path[0], []).append((path[1:], row))
    branches = []
    for name, members in groups.items():
        own = [_leaf(name, row) for rest, row in members if not rest]
        below = _arrange([(rest, row) for rest, row in members if rest])
        branches += own
        if len(below) == 1 and below[0].alike == 1:
            branches.append(replace(below[0], name=f"{name}.{below[0].name}"))
        elif below:
            neurons = sum(branch.neurons * branch.alike for branch in below)
            synapses = sum(branch.synapses * branch.alike for branch in below)
            branches.append(Branch(name, neurons, synapses, "", children=below))
    return tuple(_collapse(branches))


def _leaf(name: str, row: ModuleCount) -> Branch:
    reading = row.reading.removeprefix(f"{row.neurons:,} rows of ")
    plain = reading == per_neuron(row.neurons, row.synapses)
    again = f", used {row.uses} times" if row.uses > 1 else ""
    return Branch(name, row.neurons, row.synapses, row.type + ("" if plain else f" {reading}") + again, row.connections)


def _collapse(branches: Iterable[Branch]) -> Iterator[Branch]:
    """Tell runs of equal numbered siblings once: ``0–95, each``."""
    run: list[Branch] = []
    for branch in branches:
        if run and not _alike(run[-1], branch):
            yield _told_once(run)
            run = []
        run.append(branch)
    if run:
        yield _told_once(run)


def _alike(left: Branch, right: Branch) -> bool:
    first, _, rest = left.name.partition(".")
    other, _, same = right.name.partition(".")
    return first.isdigit() and other.isdigit() and rest == same and replace(left, name="") == replace(right, name="")


def _told_once(run: Sequence[Branch]) -> Branch:
    if len(run) == 1:
        return run[0]
    first, dot, rest = run[0].name.partition(".")
    last = run[-1].name.partition(".")[0]
    return replace(run[0], name=f"{first}–{last}{dot}{rest}, each", alike=len(run))


def _flatten(branches: Sequence[Branch], guide: str) -> Iterator[tuple[str, str, int, int, str]]:
    for branch in branches:
        last = branch is branches[-1]
        yield guide + ("└── " if last else "├── "), branch.name, branch.neurons, branch.synapses, branch.note
        yield from _flatten(branch.children, guide + ("    " if last else "│   "))
