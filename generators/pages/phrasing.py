"""Values as a person reads them: facts in prose, dates, names in addresses, and how an exhibit was made."""

import datetime
import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from generators.errors import UsageError

if TYPE_CHECKING:
    from generators.store import Made

SHORT_PARAMETER = 24
"""The most letters of a parameter that stands right under a figure; longer ones are told on demand."""


def written(value: object, format: str | None, path: str) -> str:
    """Write a fact as prose does."""
    if format is not None:
        try:
            return value.__format__(format)
        except (ValueError, TypeError) as error:
            raise UsageError(f"fact {path!r} is {value!r}, which format {format!r} cannot write: {error}") from None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,d}"
    if isinstance(value, float):
        raise UsageError(f"fact {path!r} is {value!r}: say how many digits, such as format='.3f'")
    return str(value)


def provenance(made: "Made") -> dict[str, Any]:
    """Say in a few words, and in full, how an exhibit was made."""
    record = made.record
    params = {name: value for name, value in (record.get("params") or {}).items() if name != "seed"}
    written = {name.replace("_", " "): _short(value, 400) for name, value in params.items()}
    words = [f"{name} {value}" for name, value in written.items() if len(value) <= SHORT_PARAMETER]
    if (seed := record.get("seed")) is not None:
        words.append(f"seed {seed}")
    if (seconds := record.get("seconds")) is not None:
        words.append("< 0.01 s" if seconds < 0.01 else f"{seconds:.2g} s" if seconds < 10 else f"{seconds:,.0f} s")
    if made_at := str(record.get("made_at") or "")[:10]:
        words.append(day(datetime.date.fromisoformat(made_at)))
    if commit := record.get("commit"):
        words.append(f"commit {str(commit)[:7]}")
    shown = ("quality", "network_fingerprint", "code_fingerprint", "result", "device", "peak_memory_bytes", "versions")
    full = [
        *written.items(),
        *((name.replace("_", " "), _short(record[name], 400)) for name in shown if record.get(name)),
    ]
    return {"network": None if made.network == "reference" else made.network, "words": words, "full": full}


def day(date: datetime.date) -> str:
    """Write a date as prose does, the same in every locale: 20 November 2026."""
    months = "January February March April May June July August September October November December"
    return f"{date.day} {months.split()[date.month - 1]} {date.year}"


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def file_name(name: str) -> str:
    """Make a name safe in a path and in an address, differently for different names."""
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", name).lstrip(".") or "-"
    return safe if safe == name else f"{safe}-{sha256(name.encode()).hexdigest()[:8]}"


def _short(value: object, length: int = 60) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = text.replace('"', "") if isinstance(value, dict | list | tuple) else text
    return text if len(text) <= length else f"{text[: length - 1]}…"
