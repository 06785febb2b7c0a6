"""A language model's memories as numbers: of the whole network, and of each layer, ``…_1`` the first."""

from dataclasses import asdict

import numpy as np

from generators.articles.key_value_memory.results.memories import Layer, Memories
from generators.exhibit import Scalar


def memories(result: Memories) -> dict[str, Scalar]:
    """Name each layer's scores by its number, and say the least and the most of every score over the layers.

    A score that is no number, as where no memory fires, is left out.
    """
    found = [_layer(each) for each in result.layers]
    n = sum(each.n_memories for each in result.layers)
    facts: dict[str, Scalar] = {
        "n_layers": len(result.layers),
        "n_memories": n,
        "n_shown": sum(len(each.shown.index) for each in result.layers),
        "n_tokens": result.n_tokens,
        "context": result.context,
        "n_sampled": result.n_sampled,
        "n_deals": result.n_deals,
        "k": result.k,
        "vocabulary": len(result.tokens),
        "chance": 1 / max(1, len(result.tokens)),
        "purity_chance": result.purity_chance,
        "pass_seconds": result.seconds,
        "is_tied": result.is_tied,
        "has_head": result.has_head,
        "n_dead": sum(int((each.active == 0).sum()) for each in result.layers),
    }
    if result.loss is not None:
        facts["validation_loss"] = result.loss
    for name in dict.fromkeys(name for each in found for name in each):
        values = {k: each[name] for k, each in enumerate(found, start=1) if not np.isnan(each.get(name, np.nan))}
        facts |= {f"{name}_{k}": value for k, value in values.items()}
        if values:
            facts |= {f"{name}_least": min(values.values()), f"{name}_most": max(values.values())}
    removals = [each.removal for each in result.layers if each.removal]
    if removals:
        facts["removal_own_largest"] = max(abs(each.own) for each in removals)
        facts["removal_text_felt"] = sum(abs(each.text) > each.text_half for each in removals)
    return facts


def _layer(layer: Layer) -> dict[str, float]:
    """One layer's scores."""
    scores = {
        "active_share": float(layer.active.mean()),
        "dead_share": float((layer.active == 0).mean()),
        "dominant_share": layer.dominant_share,
        "half_memories": layer.half_memories,
        "last_purity": _mean(layer.last_purity),
        "next_purity": _mean(layer.next_purity),
        "without_last": _mean(layer.without_last),
        "first_removed": layer.first_removed,
        "random_removed": layer.random_removed,
        "last_removed": layer.last_removed,
        "identity_error": layer.identity_error,
        "cosine": layer.cosine,
        "cosine_random": layer.cosine_random,
    }
    if layer.agreement and layer.agreement_norm:
        scores |= {f"agreement_{name}": value for name, value in asdict(layer.agreement).items()}
        scores |= {f"agreement_norm_{name}": value for name, value in asdict(layer.agreement_norm).items()}
        scores |= {"any_agrees": layer.any_agrees, "any_control": layer.any_control}
        scores["none_agrees"] = 1 - layer.any_agrees
    if layer.against is not None and layer.against_control is not None:
        scores |= {"against": layer.against, "against_control": layer.against_control}
    if layer.lens:
        scores |= {f"lens_{name}": value for name, value in asdict(layer.lens).items()}
    if layer.removal:
        scores |= {f"removal_{name}": value for name, value in asdict(layer.removal).items()}
    return scores


def _mean(values: np.ndarray) -> float:
    """Mean over the memories that fire; NaN where none does."""
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")
