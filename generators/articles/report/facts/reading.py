"""How much context helps."""

from generators.articles.report.results.reading import Reading
from generators.exhibit import Scalar


def reading(result: Reading) -> dict[str, Scalar]:
    """Loss at the first and the last position, and over all, in nats a token."""
    return {
        "sequences": result.n_sequences,
        "positions": len(result.loss),
        "loss": float(result.loss.mean()),
        "first_loss": float(result.loss[0]),
        "last_loss": float(result.loss[-1]),
    }
