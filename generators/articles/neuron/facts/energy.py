"""What the prose says of energy."""

from generators.articles.neuron.results.energy import EnergyScale, Tolls
from generators.exhibit import Scalar

_NAMES = {
    "Gemini, median prompt": "gemini",
    "ChatGPT, from outside": "chatgpt_estimate",
    "ChatGPT, by its maker": "chatgpt_maker",
    "training BLOOM": "bloom",
    "training GLaM": "glam",
    "training GPT-3": "gpt3",
}


def scale(energy: EnergyScale) -> dict[str, Scalar]:
    """Give each amount, and the time a brain runs on it: seconds for an answer, years for a training."""
    facts: dict[str, Scalar] = {"brain_watts": energy.brain_watts, "brain_day_watt_hours": energy.brain_watts * 24}
    for spending in energy.spendings:
        if not (name := _NAMES.get(spending.name)):
            continue
        if spending.kind == "answer":
            facts |= {f"{name}_watt_hours": spending.watt_hours, f"{name}_brain_seconds": spending.brain_seconds}
        else:
            years = spending.brain_seconds / (365.25 * 24 * 3600)
            facts |= {f"{name}_megawatt_hours": spending.watt_hours / 1e6, f"{name}_brain_years": years}
    return facts


def tolls(weighed: Tolls) -> dict[str, Scalar]:
    """Give both ratios of moving to computing."""
    return {
        "fetch_picojoules": weighed.processor.moving,
        "multiply_add_picojoules": weighed.processor.computing,
        "processor_ratio": weighed.processor.ratio,
        "cortex_computing_watts": weighed.cortex.computing,
        "cortex_moving_watts": weighed.cortex.moving,
        "cortex_ratio": weighed.cortex.ratio,
    }
