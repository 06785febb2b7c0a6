"""Numbers as files: JSON that is the same for the same values, and CSV that a spreadsheet opens without harm."""

import csv as csv_module
import io
import json as json_module
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def json(value: Any) -> bytes:
    """Write exact integers, keys in order, no white space."""
    return json_module.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def plain(value: Any) -> Any:
    """Turn numpy's values into JSON's; what is not a number becomes null, as plotly has it."""
    match value:
        case np.ndarray() if value.dtype == np.float32:
            return plain([float(str(number)) for number in value.flat] if value.ndim == 1 else list(value))
        case np.ndarray():
            return plain(value.tolist())
        case np.generic():
            return plain(float(str(value)) if isinstance(value, np.float32) else value.item())
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(key): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
    return value


def csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Write one line a row under the headings of them all, in order of appearance."""
    rows = list(rows)
    headings = list(dict.fromkeys(name for row in rows for name in row))
    lines = io.StringIO()
    writer = csv_module.writer(lines, lineterminator="\n")
    writer.writerow([_harmless(name) for name in headings])
    writer.writerows([_harmless(plain(row.get(name))) for name in headings] for row in rows)
    return lines.getvalue().encode()


def said(value: Any, spec: str) -> str:
    """Write one value as a person reads it: a number by its Python format with a true minus, text as it is."""
    value = plain(value)
    return "–" if value is None else value if isinstance(value, str) else format(value, spec).replace("-", "−")


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from running text as a formula, or from taking a carriage return for a new row."""
    if not isinstance(value, str):
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return "'" + value if value.startswith(("=", "+", "-", "@", "\t", "\n")) else value
