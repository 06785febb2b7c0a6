"""How the plane is shared out."""

import numpy as np

from generators.articles.report.results.decisions import Decisions
from generators.exhibit import Scalar

SURE = 0.99


def decisions(result: Decisions) -> dict[str, Scalar]:
    """The share of the square that each of at most six labels has, and how much of it is answered surely."""
    shares = np.bincount(result.answer.ravel(), minlength=len(result.labels)) / result.answer.size
    facts: dict[str, Scalar] = {"sure_share": float((result.probability > SURE).mean())}
    return facts | {f"share_{k}": float(share) for k, share in enumerate(shares[:6], start=1)}
