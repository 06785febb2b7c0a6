"""The token atlas as numbers: how many positions and clusters, what the map keeps, what clusters tell."""

import math

from generators.articles.activation_atlas.results.tokens import CLUSTERS, STATE, TOKEN, Agreement, TokenAtlas
from generators.exhibit import Scalar


def tokens(result: TokenAtlas) -> dict[str, Scalar]:
    """Of the chosen layer, and as ``token_…``, ``table_…``, ``grammar_…`` of what it is compared with.

    A number that is none is left out.
    """
    chosen, *table = result.maps
    facts: dict[str, Scalar] = {
        "layer": chosen.path,
        "n_positions": len(result.texts),
        "n_placed": len(chosen.kept),
        "n_windows": result.n_windows,
        "n_clusters": len(chosen.counts),
        "n_states": result.n_states,
        "trustworthiness": chosen.quality.trustworthiness,
        "continuity": chosen.quality.continuity,
        "recall": chosen.quality.recall,
        "recall_chance": chosen.quality.recall_chance,
    }
    facts |= _found(result, CLUSTERS, chosen.path, "")
    facts |= _found(result, TOKEN, "", "token_") | _found(result, STATE, "", "grammar_")
    for each in table:
        facts |= _found(result, CLUSTERS, each.path, "table_")
    return {key: value for key, value in facts.items() if not (isinstance(value, float) and math.isnan(value))}


def _found(result: TokenAtlas, groups: str, path: str, prefix: str) -> dict[str, Scalar]:
    there = [each for each in result.agreements if (each.groups, each.path) == (groups, path)]
    return {f"{prefix}{key}": value for each in there for key, value in _agreement(each).items()}


def _agreement(each: Agreement) -> dict[str, Scalar]:
    read, following, answer, state = each.chance
    return {
        "read_guessed": each.read,
        "following_guessed": each.following,
        "answer_guessed": each.answer,
        "state_guessed": each.state,
        "read_chance": read,
        "following_chance": following,
        "answer_chance": answer,
        "state_chance": state,
    }
