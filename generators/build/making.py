"""Making: one build's work, from the steps that must run to the rows that say what was made."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from generators.build.plan import Declared, Outlook, Planner, Step
from generators.build.work import Place
from generators.events import Failed, Finished, Note, Planned, Progress, Started, Tell
from generators.executor import Began, Broke, Ended, Handed, Pool, Reported
from generators.executor.worker import Task
from generators.store import Action, Store
from generators.store.objects import DiskFull

_STILLS_AT_ONCE = 8
"""Plots for one browser, which takes a second to start; each still is kept as soon as it is taken."""


@dataclass(frozen=True)
class Failure:
    """A step that came to nothing."""

    article: str
    network: str
    exhibit: str
    message: str
    """One sentence."""
    traceback: str
    log: Path
    """Where the traceback is kept."""


class Making:
    """The exhibits of one build on their way."""

    def __init__(self, store: Store, pool: Pool, place: Place, planner: Planner, device: str, tell: Tell) -> None:
        self._store = store
        self._pool = pool
        self._place = place
        self._planner = planner
        self._device = device
        self._tell = tell
        self._waiting: dict[str, list[Declared]] = {}
        """Step that was submitted -> the exhibits that need it."""
        self._steps: dict[str, Step] = {}
        """Task -> its step."""
        self._plots: dict[str, Step] = {}
        """Stills to take, when all else is done."""
        self._unsettled: dict[tuple[str, str, str], Outlook] = {}
        self._made: set[tuple[str, str, str]] = set()
        self.failures: list[Failure] = []

    @property
    def failed(self) -> set[tuple[str, str, str]]:
        """The exhibits of which something failed."""
        return {(each.article, each.network, each.exhibit) for each in self.failures}

    def make(self, declared: list[Declared]) -> int:
        """Make every exhibit as far as it goes and return how many are not as they were."""
        fresh = sum(map(self._advance, declared))
        steps = len(self._steps) + sum(1 + len(each.exhibit.figures) for each in self._without_result())
        self._tell(Planned(steps, fresh))
        self._run()
        self._take_stills()
        self._planner.say_why_no_stills(lambda warning: self._tell(Note(warning)))
        for outlook in list(self._unsettled.values()):
            if outlook.row:
                self._settle(outlook)
        return len(self._made)

    def _advance(self, declared: Declared) -> bool:
        """Start whatever steps of an exhibit can start; say whether it was fresh already."""
        outlook = self._planner.look(declared)
        self._unsettled[declared.place] = outlook
        for step in outlook.pending:
            if step.kind == "stills":
                self._plots.setdefault(step.key, step)
            elif step.key not in self._waiting:
                self._submit(step)
            if declared not in self._waiting.setdefault(step.key, []):
                self._waiting[step.key].append(declared)
        if outlook.row and not outlook.pending:
            return self._settle(outlook)
        return False

    def _settle(self, outlook: Outlook) -> bool:
        """Remember an exhibit as it now is; say whether it was so already."""
        place = outlook.declared.place
        del self._unsettled[place]
        if self._store.settle(outlook.row or {}, outlook.fingerprints.values()):
            self._made.add(place)
            return False
        return place not in self._made

    def _submit(self, step: Step) -> None:
        if not self._steps and self._device not in ("auto", "cpu"):
            self._pool.call("generators.build.work:check_device", device=self._device)
        arguments: dict[str, Any] = {"place": self._place, "reference": step.code[0]}
        if step.kind == "analyse":
            exhibit, network = step.declared.exhibit, step.declared.network
            arguments |= {"network": step.declared.subject if network else None, "params": dict(exhibit.params)}
            arguments["device"] = self._device
        else:
            arguments["result"] = step.source
        self._steps[step.key] = step
        self._pool.submit(Task(step.key, f"generators.build.work:{step.kind}", arguments, step.declared.subject))

    def _run(self) -> None:
        for event in self._pool.events():
            step = self._steps[event.task.name]
            match event:
                case Began():
                    self._tell(Started(step.label))
                case Reported(done=done, total=total, what=what):
                    self._tell(Progress(step.label, done, total, what))
                case Ended(value=(outputs, meta), seconds=seconds):
                    self._end(step, Action(outputs, meta), seconds)
                case Broke(kind="full", sentence=sentence):
                    raise DiskFull(sentence)
                case Broke(sentence=sentence, traceback=traceback):
                    self._fail(step, sentence, traceback)

    def _end(self, step: Step, action: Action, seconds: float) -> None:
        if changing := self._changed_meanwhile(step, action):
            self._fail(step, f"its {changing} changed while it ran; build again", "")
            return
        if step.kind == "analyse":
            action = Action(action.outputs, {**action.meta, "record": self._record(step, action)})
        changed = self._store.differs(step.declared.place, action)
        self._store.commit(step.key, action)
        self._tell(Finished(step.label, seconds, changed))
        for declared in self._waiting[step.key]:
            self._advance(declared)

    def _changed_meanwhile(self, step: Step, action: Action) -> str | None:
        """Name what is not what the step's key says any more: what it made may be of the one or of the other."""
        if not self._planner.unchanged(step):
            return "code"
        network = step.declared.network
        if step.kind == "analyse" and network and action.meta["record"]["network_fingerprint"] != network.digest:
            return "network"
        return None

    def _fail(self, step: Step, sentence: str, traceback: str) -> None:
        self._tell(Failed(step.label, sentence))
        for declared in self._waiting[step.key]:
            log = self._store.folder / "logs" / f"{'-'.join(declared.place)}.txt"
            with suppress(OSError):
                log.parent.mkdir(parents=True, exist_ok=True)
                log.write_text(f"{step.label}\n{sentence}\n\n{traceback}", encoding="utf-8")
            message = f"{step.name}: {sentence}" if step.name else sentence
            self.failures.append(Failure(*declared.place, message, traceback, log))

    def _take_stills(self) -> None:
        """Take all stills that are missing, several plots to a browser."""
        labels: dict[str, str] = {}
        for batch in _slices(list(self._plots.values()), _STILLS_AT_ONCE):
            task = f"stills {batch[0].key}"
            labels[task] = f"stills of {len(batch)} plots" if len(batch) > 1 else batch[0].label
            arguments = {"place": self._place, "figures": {step.key: step.source for step in batch}}
            self._pool.submit(Task(task, "generators.build.work:stills", arguments, "stills"))
        warned: set[str] = set()
        for event in self._pool.events():
            label = labels[event.task.name]
            match event:
                case Began():
                    self._tell(Started(label))
                case Handed(part=(key, outputs)):
                    self._keep_still(key, outputs)
                case Ended(value=warnings, seconds=seconds):
                    for warning in dict.fromkeys(warnings):
                        if warning not in warned:
                            self._tell(Note(warning))
                        warned.add(warning)
                    self._tell(Finished(label, seconds, True))
                case Broke(kind="full", sentence=sentence):
                    raise DiskFull(sentence)
                case Broke(sentence=sentence):
                    self._tell(Failed(label, sentence))
                    self._tell(Note(f"Figures are shown without stills this time: {sentence}"))

    def _keep_still(self, key: str, outputs: dict[str, str]) -> None:
        if self._planner.unchanged(self._plots[key]):
            self._store.commit(key, Action(outputs))
            for declared in self._waiting[key]:
                self._advance(declared)

    def _without_result(self) -> Iterator[Declared]:
        return (step.declared for step in self._steps.values() if step.kind == "analyse")

    def _record(self, step: Step, action: Action) -> dict[str, Any]:
        """Say what made a result: what a page prints under its figures."""
        declared = step.declared
        params = dict(declared.exhibit.params)
        return {
            "network": declared.subject,
            "code_fingerprint": self._planner.code(step).digest,
            "params": params,
            "seed": params.get("seed"),
            **action.meta["record"],
            "commit": self._commit,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "result": action.outputs["result"],
        }

    @cached_property
    def _commit(self) -> str | None:
        """The commit of the project, with ``+changes`` when files differ from it; ``None`` outside git."""
        try:
            commit = self._git("rev-parse", "--short=12", "HEAD").strip()
            return commit + ("+changes" if self._git("status", "--porcelain", "--untracked-files=no") else "")
        except (OSError, subprocess.SubprocessError):
            return None

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self._place.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout


def _slices(items: list[Step], length: int) -> list[list[Step]]:
    return [items[start : start + length] for start in range(0, len(items), length)]
