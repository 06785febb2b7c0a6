"""What the prose quotes of facts on their way through a network."""

import numpy as np

from generators.articles.key_value_memory.results.recall import Recall, Scope
from generators.exhibit import Scalar


def recall(result: Recall) -> dict[str, Scalar]:
    """Over all questions: how sure, who writes the answer, how many memories it hangs on; then each scope's numbers.

    What is given of several is the median unless the name says otherwise, and -1 where it never changes.
    """
    facts = _answers(result) | _writers(result) | _firing(result)
    for scope in result.scopes:
        name = f"layer_{scope.layers[0] + 1}" if len(scope.layers) == 1 else "all"
        facts |= {f"{name}_{what}": value for what, value in _scope(result, scope).items()}
    return facts


def _answers(result: Recall) -> dict[str, Scalar]:
    known = result.lens == result.answers[:, None]
    return {
        "questions": len(result.prompts),
        "beginnings": len(result.beginnings),
        "capital_accuracy": float((result.said == result.answers).mean()),
        "probability": float(result.probability.mean()),
        "least_probability": float(result.probability.min()),
        "log_odds": float(np.median(result.odds)),
        **{f"known_after_{layer}": float(share) for layer, share in enumerate(known.mean(0))},
    }


def _writers(result: Recall) -> dict[str, Scalar]:
    q = np.arange(len(result.prompts))
    flat = result.contribution.reshape(len(q), -1)
    strongest, n_memories = flat.argmax(1), result.contribution.shape[2]
    share = flat.max(1) / result.margin
    promoted = result.promoted.reshape(-1, result.promoted.shape[2])[strongest]
    shares = (result.parts / result.margin[:, None]).mean(0)
    remembered = np.array([name.startswith("memories") for name in result.part_names])
    return {
        "margin": float(np.median(result.margin)),
        "memories_share": float(shares[remembered].sum()),
        "attention_share": float(shares[[name.startswith("attention") for name in result.part_names]].sum()),
        **{
            f"{name.replace(' ', '_')}_share": float(part) for name, part in zip(result.part_names, shares, strict=True)
        },
        "parts_error": float(np.abs(result.parts.sum(1) - result.margin).max()),
        "strongest_share": float(np.median(share)),
        "strongest_share_most": float(share.max()),
        "strongest_share_least": float(share.min()),
        "strongest_in_last_layer": int((strongest // n_memories == result.contribution.shape[1] - 1).sum()),
        "strongest_distinct": len(set(strongest.tolist())),
        "strongest_writes": float(np.median(flat.max(1))),
        "strongest_for_other_writes": float(np.median(result.for_others)),
        "strongest_promotes_answer": float((promoted[:, 0] == result.answers).mean()),
        "strongest_promotes_answer_among_first": float((promoted == result.answers[:, None]).any(1).mean()),
        "promoted": promoted.shape[1],
        "single_changes": int(result.changes[0].sum()),
        "single_changes_anywhere": int(result.changes[1].sum()),
        "single_cost_most": float(result.cost[0].max()),
        "single_cost": float(np.median(result.cost[0].max((1, 2)))),
    }


def _firing(result: Recall) -> dict[str, Scalar]:
    facts: dict[str, Scalar] = {"memories": int(np.prod(result.activation.shape[1:]))}
    for layer in range(result.activation.shape[1]):
        fires = result.activation[:, layer] > 0
        for_how_many = np.stack([fires[result.direction == direction].sum(0) for direction in (0, 1)])
        facts |= {
            f"layer_{layer + 1}_specific": float((for_how_many == 1).sum() / max(1, (for_how_many > 0).sum())),
            f"layer_{layer + 1}_same_overlap": float(result.same_overlap[layer]),
            f"layer_{layer + 1}_other_overlap": float(result.other_overlap[layer]),
        }
    return facts


def _scope(result: Recall, scope: Scope) -> dict[str, Scalar]:
    silenced, swapped = scope.silenced.needed, scope.swapped.needed
    facts: dict[str, Scalar] = {
        "firing": float(np.median(scope.firing)),
        "firing_least": int(scope.firing.min()),
        "firing_most": int(scope.firing.max()),
        "differing": float(np.median(scope.differing)),
        "silenced_changes": float((silenced >= 0).mean()),
        "silenced_at_random_changes": float((scope.silenced_at_random >= 0).mean()),
        "swapped_changes": float((swapped >= 0).mean()),
        "swapped_at_random_changes": float((scope.swapped_at_random >= 0).mean()),
        "accuracy_without": float(scope.without.mean()),
        "accuracy_without_anywhere": float(scope.without_anywhere.mean()),
        "becomes": float(scope.becomes.mean()),
        "becomes_at_subject": float(scope.becomes_at_subject.mean()),
        "stays": float(scope.stays.mean()),
        "silenced_changes_after": float(scope.silenced_after.mean()),
        "silenced_says_kind": _of_kind(result, scope),
    }
    for direction, name in enumerate(("city", "country")):
        facts[f"becomes_{name}"] = float(scope.becomes[result.direction[result.pairs[:, 0]] == direction].mean())
    for name, needed in (
        ("silenced", silenced),
        ("silenced_at_random", scope.silenced_at_random),
        ("swapped", swapped),
        ("swapped_at_random", scope.swapped_at_random),
    ):
        for what, share in (("", 0.5), ("_quarter", 0.25), ("_three_quarters", 0.75)):
            facts[f"{name}{what}"] = _quantile(needed, share)
        facts[f"{name}_most"] = int(needed.max()) if (needed >= 0).all() else -1
    return facts


def _quantile(needed: np.ndarray, share: float) -> int:
    """How many suffice for that share of what is changed; -1 where fewer ever change."""
    found = np.quantile(np.where(needed < 0, np.inf, needed), share, method="inverted_cdf")
    return int(found) if np.isfinite(found) else -1


def _of_kind(result: Recall, scope: Scope) -> float:
    """Of the wrong answers after silencing, the share that are of the right kind: cities for cities."""
    kinds = [set(result.answers[result.direction == direction].tolist()) for direction in (0, 1)]
    wrong = [
        int(scope.silenced.said[question, needed]) in kinds[result.direction[question]]
        for question, needed in enumerate(scope.silenced.needed)
        if needed >= 0
    ]
    return float(np.mean(wrong)) if wrong else 0.0
