"""Read what ``scripts/bench/activation_atlas.py --json`` measured.

Nothing is measured here: a page that is built twice on two machines should not say two things.
"""

import json
from pathlib import Path

from generators.articles.activation_atlas.results.cost import Cost, Rate, Run

MEASURED = Path(__file__).with_name("measured.json")


def read_measured(measured: str) -> Cost:
    """Read the file; ``measured`` is a hash of it, so that another is read anew."""
    return understood(json.loads(MEASURED.read_text()))


def understood(told: dict) -> Cost:
    """Take from the file what ``Cost`` has."""
    runs = (Run(**{name: row[name] for name in Run.__dataclass_fields__}) for row in told["runs"])
    rates = (Rate(**{name: row[name] for name in Rate.__dataclass_fields__}) for row in told["rates"])
    single = {name: told[name] for name in Cost.__dataclass_fields__ if name not in ("runs", "rates")}
    return Cost(**single, runs=tuple(sorted(runs, key=lambda run: run.images)), rates=tuple(rates))
