"""Read what ``scripts/bench/inverse_set.py --part gradient --json`` measured.

Nothing is measured here: a page that is built twice on two machines should not say two things.
"""

import json
from pathlib import Path

from generators.articles.inverse_set.results.cost import OURS, Cost, Measurement

MEASURED = Path(__file__).with_name("measured.json")


def read_measured(measured: str) -> Cost:
    """Read the file; ``measured`` is a hash of it, so that another is read anew."""
    told = json.loads(MEASURED.read_text())
    return Cost(
        date=told["date"],
        processor=told["processor"],
        threads=told["threads"],
        torch=told["torch"],
        shape=told["shape"],
        k=told["k"],
        micro_batch=told["micro_batch"],
        measurements=tuple(Measurement(**row) for row in told["measurements"]),
        gradient_error=told["gradient_errors"][f"{OURS}, float64"],
        gradient_error_single=told["gradient_errors"][f"{OURS}, float32"],
        exponents=told["exponents"],
        fitted_from=told["fitted_from"],
    )
