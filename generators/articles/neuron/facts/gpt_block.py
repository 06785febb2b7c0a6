"""What the prose says of a GPT block."""

from generators.articles.neuron.results.gpt_block import Calculator, GptBlock
from generators.exhibit import Scalar


def block(opened: GptBlock) -> dict[str, Scalar]:
    """Give sizes, sums, and what the source's slip comes to."""
    facts: dict[str, Scalar] = {
        field: value for field, value in vars(opened).items() if isinstance(value, int | float | str)
    }
    for part in opened.parts:
        name = part.name.replace("-", "_")
        facts |= {f"{name}_neurons": part.neurons, f"{name}_synapses": part.synapses}
    return facts


def presets(calculator: Calculator) -> dict[str, Scalar]:
    """Say how many networks the calculator knows."""
    return {"networks": len(calculator.presets)}
