"""Run tasks in other processes and hear how they go: what started, how far it is, how it ended.

A task is a function by name and its arguments, so this process imports nothing that only a task needs. Each worker is a
fresh interpreter that takes one task after another. One that dies takes only its own task with it; all end when this
process does, even if it is killed. Another engine would offer the same ``submit`` and ``events``.
"""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from generators.cores import cores
from generators.errors import UsageError
from generators.executor.worker import Task, serve

_GOODBYE_SECONDS = 5


@dataclass(frozen=True)
class Began:
    task: Task


@dataclass(frozen=True)
class Reported:
    """A task told of its progress."""

    task: Task
    done: int
    total: int
    what: str


@dataclass(frozen=True)
class Handed:
    """A task gave a part of what it makes."""

    task: Task
    part: Any


@dataclass(frozen=True)
class Ended:
    task: Task
    value: Any
    seconds: float


@dataclass(frozen=True)
class Broke:
    """A task raised, or its process died."""

    task: Task
    kind: Literal["usage", "full", "error", "died"]
    """A UsageError, a full disk, any other exception, or no exception at all."""
    sentence: str
    traceback: str


Event = Began | Reported | Handed | Ended | Broke


class Pool:
    """Up to ``jobs`` workers, started when there is work for them; leave the ``with`` block and all are gone."""

    def __init__(self, jobs: int = 1, log: Path | None = None) -> None:
        self._jobs = jobs
        self._log = log
        self._queue: list[Task] = []
        self._workers: list[_Worker] = []

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def submit(self, task: Task) -> None:
        self._queue.append(task)

    def call(self, function: str, **arguments: Any) -> Any:
        """Run one task now, before any that wait, and return its value; UsageError with its reason when it breaks."""
        waiting, self._queue = self._queue, [Task(function, function, arguments)]
        try:
            for event in self.events():
                if isinstance(event, Ended):
                    return event.value
                if isinstance(event, Broke):
                    raise UsageError(event.sentence)
        finally:
            self._queue = waiting
        raise AssertionError("a task neither ended nor broke")

    def events(self) -> Iterator[Event]:
        """Give events until nothing waits or runs; tasks may be submitted meanwhile."""
        while True:
            self._workers = [worker for worker in self._workers if not worker.gone]
            yield from self._assign()
            busy = [worker for worker in self._workers if worker.task]
            if not busy:
                return
            ready = wait([source for worker in busy for source in (worker.connection, worker.process.sentinel)])
            for worker in busy:
                if worker.connection in ready or worker.process.sentinel in ready:
                    yield from worker.receive()

    def _assign(self) -> Iterator[Began]:
        while self._queue:
            worker = next((each for each in self._workers if not each.task and not each.gone), None)
            if worker is None and len(self._workers) < self._jobs:
                self._workers.append(worker := _Worker(self._log, self._jobs))
            if worker is None:
                return
            task = next((task for task in self._queue if task.affinity == worker.affinity), self._queue[0])
            self._queue.remove(task)
            worker.give(task)
            yield Began(task)


class _Worker:
    """A process that serves tasks, seen from here."""

    def __init__(self, log: Path | None, jobs: int) -> None:
        context = get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=serve, args=(theirs, log), daemon=False)
        with _surroundings(jobs):
            self.process.start()
        theirs.close()
        self.task: Task | None = None
        self.affinity = ""
        self.gone = False

    def give(self, task: Task) -> None:
        self.task, self.affinity = task, task.affinity
        self.connection.send(task)

    def receive(self) -> Iterator[Event]:
        task = self.task
        assert task
        try:
            kind, *content = self.connection.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            self.task, self.gone = None, True
            yield Broke(task, "died", f"its process {_cause_of_death(self.process.exitcode)}", "")
            return
        if kind == "reported":
            yield Reported(task, *content)
            return
        if kind == "handed":
            yield Handed(task, *content)
            return
        self.task = None
        yield Ended(task, *content) if kind == "ended" else Broke(task, *content)

    def stop(self) -> None:
        self.connection.close()
        if self.task:
            self.process.kill()
        self.process.join(_GOODBYE_SECONDS)
        self.process.kill()
        self.process.join()


class _surroundings:
    """Let a process that starts meanwhile iterate over sets as any other such process does, and share the cores.

    Threads of several processes that wait for the same core cost more than they give: two for two cores, twice, was six
    times the work of one.
    """

    def __init__(self, jobs: int) -> None:
        threads = str(max(1, cores() // jobs))
        shared = {name: os.environ.get(name, threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        self._wanted = {"PYTHONHASHSEED": "0", **shared}

    def __enter__(self) -> None:
        self._before = {name: os.environ.get(name) for name in self._wanted}
        os.environ.update(self._wanted)

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _cause_of_death(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        hint = ": the machine may have run out of memory" if exit_code == -signal.SIGKILL else ""
        return f"was ended by {signal.Signals(-exit_code).name}{hint}"
    return f"ended with exit status {exit_code}"
