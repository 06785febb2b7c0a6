"""Read what ``scripts/bench/partition.py --json`` measured, ours and other tools' partitions of the same networks.

Nothing is measured here: the other tools are no part of this project, and a page that is built twice on two machines
should not say two things.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generators.articles.multi_neuron.results.cost import OURS, Cost, Measurement

MEASURED = Path(__file__).with_name("measured.json")
DIGITS_OF_COMMIT = 8


def read_measured(measured: str) -> Cost:
    """Read the file; ``measured`` is a hash of it, so that another is read anew."""
    told = json.loads(MEASURED.read_text())
    ours = {_net(row): row for row in told["rows"] if row["tool"] == OURS}
    return Cost(
        date=told["date"],
        processor=told["processor"],
        system=told["system"],
        threads=told["threads"],
        versions={tool: _said(about) for tool, about in told["tools"].items()},
        measurements=tuple(_measurement(row, ours[_net(row)]) for row in told["rows"]),
    )


def _net(row: Mapping[str, Any]) -> tuple:
    """What is the same in all rows of one network in one series."""
    return row["series"], tuple(row["widths"]), row["init"], row["half"]


def _measurement(row: Mapping[str, Any], ours: Mapping[str, Any]) -> Measurement:
    return Measurement(
        tool=row["tool"],
        series=row["series"],
        network=_name(row["widths"], row["half"]),
        regions=row["regions"],
        missed=ours["regions"] - row["regions"],
        seconds=row["cut_seconds"],
        process_seconds=row["process_seconds"],
        peak_megabytes=row["peak_megabytes"],
        times_ours=row["cut_seconds"] / ours["cut_seconds"],
    )


def _name(widths: list[int], half: float) -> str:
    shape = f"{widths[0]}×{len(widths)}" if len(set(widths)) == 1 else ", ".join(map(str, widths))
    return shape if half == 1 else f"{shape} ±{half:g}"


def _said(about: Mapping[str, str]) -> str:
    """Say a tool's commit and what it ran on."""
    commit = [f"commit {about['commit'][:DIGITS_OF_COMMIT]} of {about['committed']}"] if "commit" in about else []
    return ", ".join(commit + [f"{name} {at}" for name, at in about.items() if name not in ("commit", "committed")])
