"""How many pictures are shown, and of how many."""

from generators.articles.report.results.examples import Examples
from generators.exhibit import Scalar


def examples(result: Examples) -> dict[str, Scalar]:
    """Counts of what is shown and of what was looked at."""
    return {
        "shown": len(result.index),
        "shown_classes": len(set(result.truth.tolist())),
        "classes": result.n_classes,
        "examples": result.n_examples,
        "wrong": result.n_wrong,
    }
