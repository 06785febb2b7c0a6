"""What the store knows, as a file of lines that only grows: (kind, key) -> JSON value, the last line for a key counts.

Each line carries a checksum. A line cut short by a crash or damaged later is left out, and what it said is found out
again; no damage to this file can stop a build. Readers need no lock.
"""

import json
import os
from pathlib import Path
from typing import Any
from zlib import crc32

from generators.store.objects import published, room


class Journal:
    """The lines of one file, each value parsed only when it is asked for."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines: dict[tuple[str, str], bytes] = {}
        self._superfluous = 0
        self.damaged = 0
        """How many lines could not be read."""
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            data = b""
        self._whole = data.rfind(b"\n") + 1
        for line in data[: self._whole].splitlines():
            self._read(line)

    def __getitem__(self, place: tuple[str, str]) -> Any:
        return json.loads(self._lines[place])

    def get(self, kind: str, key: str) -> Any:
        """Return the value, ``None`` where there is none."""
        line = self._lines.get((kind, key))
        return None if line is None else json.loads(line)

    def __contains__(self, place: tuple[str, str]) -> bool:
        return place in self._lines

    def keys(self, kind: str) -> list[str]:
        return [key for each, key in self._lines if each == kind]

    def put(self, *entries: tuple[str, str, Any]) -> None:
        """Add (kind, key, value) lines in one write; a value that is there already adds none, ``None`` removes."""
        lines = [line for kind, key, value in entries if (line := self._changed(kind, key, value))]
        if not lines:
            return
        data = b"".join(lines)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with room(self._file), open(self._file, "r+b" if self._file.exists() else "w+b", buffering=0) as file:
            file.truncate(self._whole)  # a line cut short by a crash
            file.seek(self._whole)
            _write_all(file.fileno(), data)
            os.fsync(file.fileno())
        self._whole += len(data)
        for line in data.splitlines():
            self._read(line)

    def compact(self) -> None:
        """Write the file anew without the lines that count no longer, if they are most of it."""
        if self._superfluous + self.damaged > len(self._lines):
            self.rewrite()

    def rewrite(self) -> None:
        data = b"".join(_line(kind, key, value) for (kind, key), value in self._lines.items())
        published(data, self._file)
        self._whole, self._superfluous, self.damaged = len(data), 0, 0

    def _changed(self, kind: str, key: str, value: Any) -> bytes | None:
        text = json.dumps(value, separators=(",", ":")).encode()
        known = self._lines.get((kind, key))
        return None if text == (known or b"null") else _line(kind, key, text)

    def _read(self, line: bytes) -> None:
        checksum, _, rest = line.partition(b"\t")
        if checksum != b"%08x" % crc32(rest):
            self.damaged += 1
            return
        kind, key, value = rest.split(b"\t", 2)
        place = kind.decode(), json.loads(key)
        self._superfluous += place in self._lines
        if value == b"null":
            self._lines.pop(place, None)
            self._superfluous += 1
        else:
            self._lines[place] = value


def _line(kind: str, key: str, value: bytes) -> bytes:
    rest = b"\t".join([kind.encode(), json.dumps(key).encode(), value])
    return b"%08x\t%s\n" % (crc32(rest), rest)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
