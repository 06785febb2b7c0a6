"""What a person sees while a build runs: live bars on a terminal, now and then a plain line anywhere else."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from generators.events import Event, Failed, Finished, Note, Planned, Started, Tell
from generators.events import Progress as Progressed

TELLING = 0.1
"""The share of the steps that must have ended before it is told what is left: the first ones are no measure."""
QUIET_SECONDS = 3.0
"""Where nobody watches, a line at most this often; failures and notes always."""

WORTH_A_LINE_SECONDS = 0.1
"""On a terminal, a step that took less leaves no line behind: the bar has counted it."""


@contextmanager
def display(console: Console) -> Iterator[Tell]:
    """Show every event told inside the ``with`` block, in the way that suits the console."""
    if console.is_terminal:
        with _bars(console) as progress:
            yield Bars(progress).tell
    else:
        yield Lines(console).tell


def duration(seconds: float) -> str:
    """Write a time as a person says it: ``0.3 s``, ``42 s``, ``3 min 20 s``, ``2 h 5 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _bars(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        Left(),
        console=console,
        transient=True,
    )


class Left(ProgressColumn):
    """The time that a task will still take, once that can be told."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        known = task.time_remaining is not None and not task.finished and task.percentage >= 100 * TELLING
        return Text(f"{duration(task.time_remaining or 0)} left" if known else "", style="cyan")


class Bars:
    """One bar for the whole build, and under it one for each step that is running."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.whole: TaskID | None = None
        self.running: dict[str, TaskID] = {}
        self.ended = 0
        self.stale = 0
        self.lock = threading.Lock()

    def tell(self, event: Event) -> None:
        with self.lock:
            self._show(event)

    def _show(self, event: Event) -> None:
        match event:
            case Planned(stale, _) if stale:
                self.stale = stale
                self.whole = self.progress.add_task("[bold]build", total=stale, count=f"0/{stale}")
            case Started(label):
                self.running[label] = self.progress.add_task(f"  {escape(label)}", total=None, count="")
            case Progressed(label, done, total, what) if label in self.running:
                count = f"{done}/{total} {escape(what)}".rstrip()
                self.progress.update(self.running[label], completed=done, total=total, count=count)
            case Finished(label, seconds, _):
                self._end(label)
                if seconds >= WORTH_A_LINE_SECONDS:
                    self.progress.console.print(f"made {escape(label)}  [dim]{duration(seconds)}", highlight=False)
            case Failed(label, message):
                self._end(label)
                self.progress.console.print(f"[red]failed[/] {escape(label)}: {escape(message)}", highlight=False)
            case Note(text):
                self.progress.console.print(escape(text), highlight=False)

    def _end(self, label: str) -> None:
        self.ended = min(self.ended + 1, self.stale)
        if label in self.running:
            self.progress.remove_task(self.running.pop(label))
        if self.whole is not None:
            self.progress.update(self.whole, completed=self.ended, count=f"{self.ended}/{self.stale}")


class Lines:
    """Plain lines, few enough for a log."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.console = console
        self.clock = clock
        self.began = clock()
        self.said: float | None = None
        self.ended = 0
        self.stale = 0
        self.lock = threading.Lock()

    def tell(self, event: Event) -> None:
        with self.lock:
            self._show(event)

    def _show(self, event: Event) -> None:
        match event:
            case Planned(stale, fresh):
                self.stale = stale
                if stale:
                    self._say(f"{stale} steps to run, {fresh} exhibits fresh")
            case Started(label):
                self._now_and_then(label)
            case Progressed(label, done, total, what):
                self._now_and_then(f"{label}: {done}/{total} {what}".rstrip())
            case Finished(label, seconds, _):
                self._end()
                self._now_and_then(f"made {label} in {duration(seconds)}")
            case Failed(label, message):
                self._end()
                self._say(f"failed {label}: {message}")
            case Note(text):
                self._say(text)

    def _end(self) -> None:
        self.ended = min(self.ended + 1, self.stale)  # what several figures share is one step more than was planned

    def _now_and_then(self, text: str) -> None:
        if self.said is None or self.clock() - self.said >= QUIET_SECONDS:
            self.said = self.clock()
            count = f"{self.ended}/{self.stale}, " if self.stale else ""
            self._say(f"[{count}{self._times()}] {text}")

    def _times(self) -> str:
        elapsed = self.clock() - self.began
        if self.ended < self.stale * TELLING or self.ended >= self.stale or not self.ended:
            return duration(elapsed)
        return f"{duration(elapsed)}, about {duration(elapsed / self.ended * (self.stale - self.ended))} left"

    def _say(self, text: str) -> None:
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)
