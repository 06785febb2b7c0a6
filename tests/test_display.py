"""What a person sees while a build runs: on a terminal, and in a log."""

import io
import re

import pytest
from rich.console import Console
from rich.progress import Progress as Bar

from generators.display import Left, Lines, display, duration
from generators.events import Event, Failed, Finished, Note, Planned, Progress, Started

LABEL = "neuron · digits-net · counting"
HOSTILE = "net [red]x[/] [link]"


def shown(*events: Event, terminal: bool) -> str:
    """Everything that these events write, without colours and cursor movements."""
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=140, highlight=False)
    with display(console) as tell:
        for event in events:
            tell(event)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", file.getvalue())


@pytest.mark.parametrize("terminal", [True, False])
def test_failures_and_notes_are_always_shown_and_never_read_as_markup(terminal: bool) -> None:
    said = shown(Planned(2, 7), Note(f"note {HOSTILE}"), Started(HOSTILE), Failed(HOSTILE, "[/] no"), terminal=terminal)
    assert f"note {HOSTILE}" in said
    assert f"failed {HOSTILE}: [/] no" in said


def test_a_terminal_shows_what_runs_how_far_it_is_and_what_is_left() -> None:
    said = shown(Planned(4, 0), Started(LABEL), Finished(LABEL, 2.0), Started(HOSTILE), terminal=True)
    said += shown(Planned(4, 0), Started(LABEL), Progress(LABEL, 3, 10, "steps [b]"), terminal=True)
    for part in ("build", "1/4", LABEL, HOSTILE, "3/10 steps [b]", f"made {LABEL}  2.0 s"):
        assert part in said


def test_a_forecast_is_made_once_there_is_something_to_make_it_from() -> None:
    now = 0.0
    progress = Bar(get_time=lambda: now)
    progress.add_task("build", total=10)
    (task,) = progress.tasks
    assert Left().render(task).plain == ""
    for _ in range(4):
        now += 30.0
        progress.advance(task.id)
    assert Left().render(task).plain == "3 min 0 s left"
    progress.update(task.id, completed=10)
    assert Left().render(task).plain == ""


@pytest.mark.parametrize("terminal", [True, False])
def test_a_build_with_nothing_to_do_says_nothing(terminal: bool) -> None:
    assert shown(Planned(0, 100), terminal=terminal).strip() == ""


def test_a_log_gets_a_line_every_few_seconds_with_a_forecast() -> None:
    now = 0.0
    file = io.StringIO()
    lines = Lines(Console(file=file, width=200), clock=lambda: now)
    lines.tell(Planned(10, 5))
    for step in range(4):
        lines.tell(Started(f"step {step}"))
        for percent in range(0, 100, 10):
            now += 0.1
            lines.tell(Progress(f"step {step}", percent, 100, "%"))
        lines.tell(Finished(f"step {step}", 1.0))
    assert file.getvalue().splitlines() == [
        "10 steps to run, 5 exhibits fresh",
        "[0/10, 0.0 s] step 0",
        "[2/10, 3.0 s, about 12 s left] step 2: 90/100 %",
    ]


def test_one_long_step_of_many_is_no_forecast() -> None:
    now = 0.0
    file = io.StringIO()
    lines = Lines(Console(file=file, width=200), clock=lambda: now)
    lines.tell(Planned(34, 0))
    lines.tell(Started("long"))
    now = 2300.0
    lines.tell(Finished("long", 2300.0))
    lines.tell(Started("short"))
    assert file.getvalue().splitlines()[-1] == "[1/34, 38 min 20 s] made long in 38 min 20 s"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_times_read_as_people_say_them(seconds: float, said: str) -> None:
    assert duration(seconds) == said
