"""Objectives as numbers: ``LAYER_OBJECTIVE_SCORE``, and how many fewer steps an icon takes than was published."""

from math import isfinite

from generators.articles.activation_atlas.facts.atlas import fidelity
from generators.articles.activation_atlas.facts.naming import plain
from generators.articles.activation_atlas.results.objectives import Objectives
from generators.exhibit import Scalar

PUBLISHED_STEPS, PUBLISHED_TRIES = 1024, 4
"""Of the published atlases; of so many tries the best was kept."""


def objectives(result: Objectives) -> dict[str, Scalar]:
    """Say what every objective keeps; a number that is none is left out."""
    published = {"published_steps": PUBLISHED_STEPS, "published_tries": PUBLISHED_TRIES}
    facts: dict[str, Scalar] = {"layer": result.rows[-1].path, "grid": result.grid, "steps": result.steps, **published}
    for row in result.rows:
        name = f"{plain(row.path)}_{row.objective}"
        facts |= {f"{name}_{score}": value for score, value in fidelity(row.fidelity).items()}
        facts |= {
            f"{name}_steps": row.steps_mean,
            f"{name}_steps_most": row.steps_most,
            f"{name}_fewer": PUBLISHED_STEPS * PUBLISHED_TRIES / row.steps_most,
        }
    return {name: value for name, value in facts.items() if not isinstance(value, float) or isfinite(value)}
