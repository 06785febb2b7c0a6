import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from generators import fingerprint
from generators.errors import UsageError
from generators.fingerprint import Fingerprint, Sources, digest, symbols
from generators.fingerprint.memo import Memo

PACKAGE = {
    "pkg/__init__.py": "from .middle import reexported\n",
    "pkg/figures.py": """
        import numpy as np
        from functools import cache
        from . import middle
        from .deep import far as renamed
        from .classes import Child

        UNUSED = 1

        def draw(x):
            '''Draw it.'''
            # how
            return middle.helper(np.asarray(x)) + renamed.LIMIT

        def method(x):
            return Child().run(x)

        @cache
        def decorated():
            return undecorated()

        def undecorated():
            return 1

        def inside():
            from .deep.far import helper as late
            import pkg.lonely
            return late(pkg.lonely.answer())

        def whole(name):
            return getattr(middle, name)

        def annotated(child: "Child") -> None:
            return child

        def through_package():
            import pkg
            return pkg.reexported()
        """,
    "pkg/middle.py": """
        from pkg.deep.far import helper as far_helper

        FACTOR = 2

        def helper(x):
            return far_helper(x) * FACTOR

        def unrelated():
            return 0

        def reexported():
            return 5
        """,
    "pkg/deep/__init__.py": "",
    "pkg/deep/far.py": """
        LIMIT = 10
        TABLE = {}
        TABLE["a"] = 1

        def helper(x):
            return min(x, LIMIT, TABLE["a"])
        """,
    "pkg/classes.py": """
        class Parent:
            size = 3

            def run(self, x):
                return self.step(x)

            def step(self, x):
                return x + self.size

        class Child(Parent):
            def step(self, x):
                return x

        class Stranger:
            pass
        """,
    "pkg/lonely.py": "def answer():\n    return 42\n",
    "pkg/stars.py": "from .lonely import *\n\ndef f():\n    return answer()\n",
    "pkg/dispatch.py": """
        from functools import singledispatch

        @singledispatch
        def kind(x):
            return "any"

        @kind.register
        def _(x: int):
            return "int"
        """,
    "pkg/effects.py": """
        import pkg.noisy

        def quiet():
            return 1

        if __name__ == "__main__":
            print(quiet())
        """,
    "pkg/noisy.py": "import warnings\n\nwarnings.simplefilter('ignore')\n",
    "pkg/conditional.py": """
        try:
            import fast as engine
        except ImportError:
            from .deep import far as engine

        def go():
            return engine.helper(1)
        """,
    "pkg/lazy.py": "def __getattr__(name):\n    return 1\n",
    "pkg/uses_lazy.py": "from . import lazy\n\ndef f():\n    return lazy.anything\n",
    "pkg/strings.py": """
        from importlib import import_module

        def f():
            return import_module("pkg.lonely").answer()
        """,
}


@pytest.fixture
def package(tmp_path):
    for name, text in PACKAGE.items():
        write(tmp_path, name, dedent(text).lstrip())
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def changed(folder: Path, reference: str, name: str, old: str, new: str) -> list[str]:
    """Which parts of a function's fingerprint change with an edit."""
    before = Sources([folder]).closure(reference)
    change(folder, name, old, new)
    after = Sources([folder]).closure(reference)
    assert (before.digest == after.digest) == (before.parts == after.parts)
    return after.changed(before.parts)


@pytest.mark.parametrize(
    ("reference", "file", "old", "new", "expected"),
    [
        # what counts
        ("pkg.figures:draw", "pkg/figures.py", "np.asarray", "np.array", ["pkg.figures.draw"]),
        ("pkg.figures:draw", "pkg/middle.py", "far_helper(x) *", "far_helper(x) +", ["pkg.middle.helper"]),
        ("pkg.figures:draw", "pkg/deep/far.py", "min(x", "max(x", ["pkg.deep.far.helper"]),
        ("pkg.figures:draw", "pkg/middle.py", "FACTOR = 2", "FACTOR = 3", ["pkg.middle.FACTOR"]),
        ("pkg.figures:draw", "pkg/deep/far.py", "LIMIT = 10", "LIMIT = 11", ["pkg.deep.far.LIMIT"]),
        ("pkg.figures:draw", "pkg/deep/far.py", '["a"] = 1', '["a"] = 2', ["pkg.deep.far.TABLE"]),
        ("pkg.figures:method", "pkg/classes.py", "x + self.size", "x - self.size", ["pkg.classes.Parent"]),
        ("pkg.figures:method", "pkg/classes.py", "return x\n", "return -x\n", ["pkg.classes.Child"]),
        ("pkg.figures:annotated", "pkg/classes.py", "return x\n", "return -x\n", ["pkg.classes.Child"]),
        ("pkg.figures:decorated", "pkg/figures.py", "@cache\n", "", ["pkg.figures.decorated"]),
        ("pkg.figures:decorated", "pkg/figures.py", "return 1", "return 2", ["pkg.figures.undecorated"]),
        ("pkg.figures:inside", "pkg/deep/far.py", "min(x", "max(x", ["pkg.deep.far.helper"]),
        ("pkg.figures:inside", "pkg/lonely.py", "42", "43", ["pkg.lonely.answer"]),
        ("pkg.figures:whole", "pkg/middle.py", "return 0", "return 9", ["pkg.middle.unrelated"]),
        ("pkg.figures:through_package", "pkg/middle.py", "return 5", "return 6", ["pkg.middle.reexported"]),
        ("pkg:reexported", "pkg/middle.py", "return 5", "return 6", ["pkg.middle.reexported"]),
        ("pkg.stars:f", "pkg/lonely.py", "42", "43", ["pkg.lonely.answer"]),
        ("pkg.dispatch:kind", "pkg/dispatch.py", '"int"', '"whole"', ["pkg.dispatch.<top level>"]),
        ("pkg.effects:quiet", "pkg/noisy.py", "ignore", "error", ["pkg.noisy.<top level>"]),
        ("pkg.conditional:go", "pkg/deep/far.py", "min(x", "max(x", ["pkg.deep.far.helper"]),
        ("pkg.uses_lazy:f", "pkg/lazy.py", "return 1", "return 2", ["pkg.lazy.__getattr__"]),
        ("pkg.strings:f", "pkg/lonely.py", "42", "43", ["pkg.lonely.answer"]),
        # what does not
        ("pkg.figures:draw", "pkg/figures.py", "# how", "# how indeed", []),
        ("pkg.figures:draw", "pkg/figures.py", "'''Draw it.'''", "'''Draw it well.'''", []),
        ("pkg.figures:draw", "pkg/figures.py", "    '''Draw it.'''\n", "", []),
        ("pkg.figures:draw", "pkg/figures.py", "(x):\n    '''", "(\n    x\n):\n    '''", []),
        ("pkg.figures:draw", "pkg/figures.py", "UNUSED = 1", "UNUSED = 2", []),
        ("pkg.figures:draw", "pkg/middle.py", "return 0", "return 9", []),
        ("pkg.figures:method", "pkg/classes.py", "    pass", "    size = 1", []),
        ("pkg.effects:quiet", "pkg/effects.py", "print(quiet())", "print(2)", []),
    ],
)
def test_a_change_is_seen_where_it_matters(package, reference, file, old, new, expected):
    assert changed(package, reference, file, old, new) == expected


def test_a_helper_of_the_same_name_elsewhere_is_another(package):
    assert "pkg.middle.helper" not in Sources([package]).closure("pkg.figures:inside").parts


def test_several_references_are_one_closure(package):
    sources = Sources([package])
    both = sources.closure("pkg.figures:undecorated", "pkg.lonely:answer")
    assert set(both.parts) == {"pkg.figures.undecorated", "pkg.lonely.answer"}


def test_code_is_never_imported(package):
    write(package, "pkg/bomb.py", "raise SystemExit\n\n\ndef f():\n    return 1\n")
    assert "pkg.bomb.f" in Sources([package]).closure("pkg.bomb:f").parts
    assert "pkg" not in sys.modules


def test_a_user_s_own_file_is_first_party_in_its_folder(tmp_path):
    write(tmp_path, "nets.py", "from blocks import block\n\ndef make():\n    return block()\n")
    write(tmp_path, "blocks.py", "def block():\n    return 1\n")
    assert changed(tmp_path, "nets:make", "blocks.py", "return 1", "return 2") == ["blocks.block"]


def test_the_hash_is_the_same_on_every_python(tmp_path):
    """A literal, so that the tests of another Python version compare with this one's."""
    write(
        tmp_path,
        "code.py",
        'def f(a, /, b: int = 1, *c, d, **e):\n    """Doc."""\n    with open(a) as g, h:\n        '
        'return f"{a!r:>{b}} x{{" f"y{c=}" "z" + str(lambda: (yield))\n',
    )
    assert Sources([tmp_path]).closure("code:f").parts == {"code.f": "df5668d8065f5867"}


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("pkg.figures:drw", "pkg.figures has no 'drw'; did you mean 'draw'"),
        ("pkg.figure:draw", "there is no module 'pkg.figure'"),
    ],
)
def test_a_reference_to_nothing(package, reference, said):
    with pytest.raises(UsageError, match=said):
        Sources([package]).closure(reference)


def test_code_that_does_not_parse_is_named(package):
    write(package, "pkg/middle.py", "def helper(:\n")
    with pytest.raises(UsageError, match=r"middle\.py, line 1, does not parse"):
        Sources([package]).closure("pkg.figures:draw")


def test_circular_imports_end(tmp_path):
    write(tmp_path, "a.py", "import b\n\ndef f():\n    return b.g()\n")
    write(tmp_path, "b.py", "import a\n\ndef g():\n    return a.f()\n")
    assert set(Sources([tmp_path]).closure("a:f").parts) == {"a.f", "b.g"}


def test_digest_tells_values_apart_and_orders_dicts():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest(["abc"]), digest(b"abc")}) == 5


def test_changed_names_added_removed_and_changed_parts():
    now = Fingerprint({"same": "1", "new": "1", "other": "2"})
    assert now.changed({"same": "1", "gone": "1", "other": "1"}) == ["gone", "new", "other"]


# ---- the memo


def settled(file: Path) -> Path:
    """Make a file old enough for its times to be believed."""
    time.sleep(0.06)
    return file


def test_a_file_is_read_once_while_it_stays_as_it_is(tmp_path):
    file = tmp_path / "data"
    file.write_bytes(b"one")
    settled(file)
    calls = []
    for _ in range(3):
        memo = Memo(tmp_path / "memo.sqlite")
        assert memo.recall("kind", file, lambda path: calls.append(path) or ["value"]) == ["value"]
        memo.close()
    assert len(calls) == 1
    file.write_bytes(b"two")
    Memo(tmp_path / "memo.sqlite").recall("kind", file, lambda path: calls.append(path))
    assert len(calls) == 2


def test_tables_are_read_anew_by_another_reader(tmp_path, monkeypatch):
    (tmp_path / "pkg.py").write_text("def made():\n    pass\n")
    settled(tmp_path / "pkg.py")
    memo, found = Memo(tmp_path / "memo.sqlite"), []

    def read(*arguments):
        found.append(arguments)
        return symbols.read_symbols(*arguments)

    monkeypatch.setattr(fingerprint, "read_symbols", read)
    for reader in ("one", "one", "another"):
        monkeypatch.setattr(fingerprint, "_READER", reader)
        Sources([tmp_path], memo).closure("pkg:made")
    assert len(found) == 2


def test_a_change_that_keeps_size_and_modification_time_is_seen(tmp_path):
    file = settled(tmp_path / "data")
    file.write_bytes(b"one")
    settled(file)
    memo = Memo()
    first, stat = memo.file_digest(file), file.stat()
    file.write_bytes(b"two")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert memo.file_digest(file) != first


def test_a_file_written_this_very_moment_is_not_believed_yet(tmp_path):
    file = tmp_path / "data"
    file.write_bytes(b"one")
    memo, calls = Memo(), []
    memo.recall("kind", file, calls.append)
    memo.recall("kind", file, calls.append)
    assert len(calls) == 2


def test_several_files_are_remembered_as_one_until_any_of_them_changes(tmp_path):
    files = [tmp_path / name for name in ("a", "b")]
    for file in files:
        file.write_bytes(b"one")
    settled(tmp_path)
    memo, calls = Memo(tmp_path / "memo.sqlite"), []

    def recall():
        return memo.recall_all("kind", tmp_path, map(str, files), lambda: calls.append(1) or "value")

    assert [recall(), recall()] == ["value"] * 2 and len(calls) == 1
    files[1].write_bytes(b"two")
    settled(tmp_path)
    recall()
    files[0].rename(tmp_path / "c")
    files[0] = settled(tmp_path / "c")
    recall()
    recall()
    assert len(calls) == 3
    assert len(memo._known) == 1


def test_a_damaged_memo_is_started_anew(tmp_path):
    (tmp_path / "memo.sqlite").write_bytes(b"nonsense" * 1000)
    file = tmp_path / "data"
    file.write_bytes(b"one")
    settled(file)
    memo = Memo(tmp_path / "memo.sqlite")
    memo.file_digest(file)
    memo.close()
    calls = []
    Memo(tmp_path / "memo.sqlite").recall("digest", file, calls.append)
    assert calls == []


def test_reading_code_needs_no_heavy_package():
    code = "import sys, generators.fingerprint; print({'torch', 'numpy', 'plotly'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"
