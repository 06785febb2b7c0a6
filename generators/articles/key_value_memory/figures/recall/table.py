"""Every fact in a row: how sure the answer is, how much of it one memory writes, how many it hangs on."""

import numpy as np

from generators.articles.key_value_memory.figures.recall.told import Fact
from generators.articles.key_value_memory.results.recall import Recall
from generators.drawing import Table


def facts_table(result: Recall) -> Table:
    """All questions; nothing stands where all memories that there are do not suffice."""
    first, together = result.scopes[0], result.scopes[-1]
    rows = []
    for question, prompt in enumerate(result.prompts):
        fact = Fact(result, question)
        layer, memory = divmod(fact.strongest, result.activation.shape[2])
        rows.append(
            {
                "Question": prompt,
                "Answer": fact.answer,
                "p": result.probability[0, question],
                "Fire": int(together.firing[question]),
                "Most by": f"{layer + 1}: {memory + 1}",
                "Share": float(result.contribution[question].max() / result.margin[question]),
                "Silent in 1": _number(first.silenced.needed[question]),
                "Silent": _number(together.silenced.needed[question]),
                "Swapped in 1": _median(first.swapped.needed[fact.others()]),
                "Swapped": _median(together.swapped.needed[fact.others()]),
            }
        )
    return Table(rows, {"p": ".4f", "Share": ".0%", "Swapped in 1": "g", "Swapped": "g"})


def _number(needed: int) -> int | None:
    return None if needed < 0 else int(needed)


def _median(needed: np.ndarray) -> float | None:
    """Over the pairs; ``None`` where it is a pair that never changes."""
    median = np.median(np.where(needed < 0, np.inf, needed))
    return float(median) if np.isfinite(median) else None
