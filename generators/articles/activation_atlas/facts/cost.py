"""What the prose says of an atlas's cost."""

from generators.articles.activation_atlas.results.cost import LUCENT, OURS, Cost
from generators.exhibit import Scalar

PARTS = (
    *("collecting_seconds", "layout_seconds", "icons_seconds", "seconds"),
    *("bytes_on_disk", "peak_bytes", "grown_bytes"),
)
SECOND = ("second_agreement", "second_chance", "second_accuracy")


def cost(result: Cost) -> dict[str, Scalar]:
    """Give the machine, every run by part and size, as ``seconds_20000``, how much faster icons are made, and what a
    second network says of them; what was not measured is left out.
    """
    facts: dict[str, Scalar] = {
        "date": result.date,
        "processor": result.processor,
        "threads": result.threads,
        "network": result.network,
        "layer": result.layer,
        "steps": result.steps,
        "published_steps": result.published_steps,
        "times_fewer_steps": result.published_steps / result.steps,
    }
    measured = {f"{name}_{run.images}": getattr(run, name) for run in result.runs for name in PARTS}
    measured |= {name: getattr(result, name) for name in SECOND} | _largest(result)
    facts |= {name: value for name, value in measured.items() if value is not None}
    ours, lucent = result.rate(OURS), result.rate(LUCENT)
    for rate in (ours, lucent):
        if rate:
            facts[f"tiles_per_cpu_second_{rate.program}"] = rate.tiles_per_cpu_second
    if ours and lucent:
        facts["times_lucent"] = ours.tiles_per_cpu_second / lucent.tiles_per_cpu_second
    return facts


def _largest(result: Cost) -> dict[str, Scalar | None]:
    """What the largest collection took whose memory was measured."""
    runs = [run for run in result.runs if run.peak_bytes is not None]
    if not runs:
        return {}
    largest = runs[-1]
    minutes = None if largest.collecting_seconds is None else largest.collecting_seconds / 60
    megabytes = None if largest.bytes_on_disk is None else largest.bytes_on_disk / 1e6
    return {
        "largest": largest.images,
        "largest_minutes": minutes,
        "largest_gigabytes": (largest.peak_bytes or 0) / 1e9,
        "largest_megabytes_on_disk": megabytes,
    }
