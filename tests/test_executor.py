import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generators.errors import UsageError
from generators.executor import Began, Broke, Ended, Pool, Reported, memory
from generators.executor.worker import Task
from generators.progress import report
from generators.store.objects import DiskFull

HERE = __name__
WRONG = "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"


def double(x):
    return 2 * x


def process_id():
    return os.getpid()


def steps(n, seconds):
    for i in range(n):
        report(i + 1, n, "steps")
        time.sleep(seconds)


def refuse():
    raise UsageError("expected this, got that")


def fill():
    raise DiskFull("no room")


def stumble():
    json.loads("{wrong")


def kill_me():
    os.kill(os.getpid(), signal.SIGKILL)


def speak():
    print("said aloud")
    os.write(2, b"said in C\n")


def hold(megabytes):
    memory.start()
    len(bytearray(megabytes << 20))
    return memory.peak_bytes()


def modules():
    return sorted(sys.modules)


def task(function, name="", affinity="", **arguments):
    return Task(name or function.__name__, f"{HERE}:{function.__name__}", arguments, affinity)


def run(*tasks, jobs=1, log=None):
    with Pool(jobs, log) as pool:
        for each in tasks:
            pool.submit(each)
        return list(pool.events())


def test_a_task_begins_and_ends_with_its_value():
    begun, ended = run(task(double, x=21))
    assert isinstance(begun, Began)
    assert isinstance(ended, Ended)
    assert (ended.value, ended.seconds >= 0) == (42, True)


def test_workers_are_reused_and_no_more_than_asked_for():
    values = [
        each.value for each in run(*[task(process_id, str(i)) for i in range(6)], jobs=2) if isinstance(each, Ended)
    ]
    assert len(values) == 6
    assert len(set(values)) <= 2
    assert os.getpid() not in values


def test_tasks_of_one_affinity_follow_one_another():
    order = [task(double, str(i), affinity, x=i) for i, affinity in enumerate("abab")]
    assert [each.task.name for each in run(*order) if isinstance(each, Ended)] == ["0", "2", "1", "3"]


def test_progress_is_heard_but_not_all_of_it():
    heard = [each for each in run(task(steps, n=100, seconds=0.005)) if isinstance(each, Reported)]
    assert 2 <= len(heard) < 50
    assert (heard[-1].done, heard[-1].total, heard[-1].what) == (100, 100, "steps")


@pytest.mark.parametrize(
    ("function", "kind", "sentence"),
    [
        (refuse, "usage", "expected this, got that"),
        (fill, "full", "no room"),
        (stumble, "error", f"JSONDecodeError: {WRONG} (test_executor.py:{stumble.__code__.co_firstlineno + 1})"),
        (kill_me, "died", "its process was ended by SIGKILL: the machine may have run out of memory"),
    ],
)
def test_what_breaks_says_why_and_the_others_go_on(function, kind, sentence):
    events = run(task(function), task(double, x=1))
    (broke,) = [each for each in events if isinstance(each, Broke)]
    assert (broke.kind, broke.sentence) == (kind, sentence)
    assert [each.value for each in events if isinstance(each, Ended)] == [2]


def test_a_call_goes_before_what_waits():
    with Pool() as pool:
        pool.submit(task(double, x=1))
        assert pool.call(f"{HERE}:double", x=5) == 10
        with pytest.raises(UsageError, match="expected this"):
            pool.call(f"{HERE}:refuse")
        with pytest.raises(UsageError, match="ended by SIGKILL"):
            pool.call(f"{HERE}:kill_me")
        assert [each.value for each in pool.events() if isinstance(each, Ended)] == [2]


def test_what_tasks_print_goes_to_the_log(tmp_path, capfd):
    run(task(speak), log=tmp_path / "logs" / "output.txt")
    assert capfd.readouterr() == ("", "")
    assert sorted((tmp_path / "logs" / "output.txt").read_text().splitlines()) == ["said aloud", "said in C"]


def test_nothing_is_left_when_the_block_is_left():
    with Pool() as pool:
        pool.submit(task(steps, n=1, seconds=60))
        for event in pool.events():
            if isinstance(event, Reported):
                break
        worker = pool._workers[0].process
    assert not worker.is_alive()


def test_a_worker_knows_nothing_that_it_was_not_given():
    """What this process has imported does not reach the workers, so a task is the same in any build."""
    code = f"from {HERE} import modules, run, task; import wave; print('wave' in run(task(modules))[-1].value)"
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\nif __name__ == '__main__':\n {code}",
        ],
        capture_output=True,
        text=True,
    )
    assert done.stdout == "False\n", done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can forget a peak")
def test_peak_memory_is_of_the_step_and_not_of_the_ones_before():
    large, small = [
        each.value for each in run(task(hold, megabytes=200), task(hold, megabytes=1)) if isinstance(each, Ended)
    ]
    assert 180 << 20 < large - small < 220 << 20


@pytest.mark.parametrize("jobs", [1, 2])
def test_workers_share_the_cores_between_their_threads(jobs, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr("generators.executor.cores", lambda: 4)
    (ended,) = (
        each
        for each in run(Task("asks", "os:getenv", {"key": "OMP_NUM_THREADS"}), jobs=jobs)
        if isinstance(each, Ended)
    )
    assert ended.value == str(4 // jobs)


def test_what_a_person_says_of_threads_stands(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    (ended,) = (each for each in run(Task("asks", "os:getenv", {"key": "OMP_NUM_THREADS"})) if isinstance(each, Ended))
    assert ended.value == "3"
