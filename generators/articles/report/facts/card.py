"""What a report writes of a network before anything is drawn."""

from math import isfinite

from generators.articles.report.results.card import Card
from generators.exhibit import Scalar

NAMED = 5
"""Skipped files that are named."""


def card(result: Card) -> dict[str, Scalar]:
    """The card's numbers, and in words what the network reads and answers; measures of quality by their own names."""
    facts: dict[str, Scalar] = {
        "kind": result.kind,
        "parameters": result.parameters,
        "layers": len(result.layers),
        "examples": result.n_examples,
    }
    if reads := _reads(result):
        facts["reads"] = reads
    if result.n_in_all > result.n_examples:
        facts["examples_in_all"] = result.n_in_all
    if result.skipped:
        facts |= {"skipped": len(result.skipped), "skipped_files": _listed(result.skipped)}
    if result.n_answers:
        facts["answers"] = _answers(result)
    return facts | {name: value for name, value in result.quality.items() if isfinite(value)}


def _listed(skipped: tuple[tuple[str, str], ...]) -> str:
    """Name the first few files that were skipped, and why."""
    named = "; ".join(f"{name} ({reason})" for name, reason in skipped[:NAMED])
    return named + (f"; and {len(skipped) - NAMED:,} more" if len(skipped) > NAMED else "")


def _reads(card: Card) -> str:
    shape = card.input_shape
    match card.kind, shape:
        case "language-model" | "text-encoder", (length,):
            return f"{length:,} tokens at most"
        case _, None:
            return ""
        case _, (channels, height, width):
            colours = {1: "grey pictures", 3: "colour pictures"}.get(channels, f"pictures of {channels} channels")
            return f"{colours} of {width} × {height} pixels"
        case _, (steps, features):
            return f"{steps} steps of {features} numbers"
        case _, (2,):
            return "points of the plane"
        case _, (1,):
            return "one number"
        case _, (features,):
            return f"{features:,} {'features' if card.n_features else 'numbers'}"
    return "×".join(map(str, shape or ()))


def _answers(card: Card) -> str:
    if card.kind == "language-model":
        return f"the next of {card.n_answers:,} tokens"
    if card.kind == "text-encoder":
        return "numbers that stand for each token"
    named = f": {', '.join(card.labels)}" if card.labels else ""
    return f"one of {card.n_answers:,} labels{named}"
