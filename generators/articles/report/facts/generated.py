"""How good the best generator is."""

from generators.articles.report.results.generated import Generated
from generators.exhibit import Scalar


def generated(result: Generated) -> dict[str, Scalar]:
    """The first generator's numbers beside those of real pictures."""
    first = result.generators[0]
    return {
        "generator": first.name,
        "code_size": first.code_size,
        "compared": first.n,
        "confident": first.confident,
        "confident_real": result.confident_real,
        "covered": first.covered,
        "classes": result.n_classes,
        "frechet": first.frechet,
        "frechet_real": result.frechet_real,
        "nearest": first.nearest,
        "nearest_real": result.nearest_real,
    }
