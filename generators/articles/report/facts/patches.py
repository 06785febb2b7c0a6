"""How often a patch changes the answer, and how often one that should not matter does."""

from generators.articles.report.results.patches import Worn
from generators.exhibit import Scalar


def patches(result: Worn) -> dict[str, Scalar]:
    """Shares for the largest patch: of the target's own mark, and the most of any other kind."""
    return {
        "source": result.source,
        "target": result.target,
        "pictures": result.n,
        "largest_px": int(result.sizes[-1]),
        f"{result.kinds[0].replace(' ', '_')}_share": float(result.share[0, -1]),
        "largest_control_share": float(result.share[1:].max()),
    }
