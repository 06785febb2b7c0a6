"""One fact as the path tells it: what its drawing, its script and its sentences share. ``recall.js`` says the same."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from generators.articles.key_value_memory.results.recall import Recall, Scope, Trail
from generators.drawing.weights import listed, signed


@dataclass(frozen=True)
class Fact:
    """One question of a result."""

    result: Recall
    question: int

    @property
    def answer(self) -> str:
        return self.result.words[self.result.answers[self.question]]

    @property
    def subject(self) -> str:
        return self.result.words[self.result.subjects[self.question]]

    @cached_property
    def places(self) -> list[np.ndarray]:
        """The memories of each layer that fire at the last token, what they write most first."""
        n, found = self.result.activation.shape[2], []
        for layer, writes in enumerate(self.result.contribution[self.question]):
            fires = np.flatnonzero(self.result.activation[self.question, layer])
            found.append(layer * n + fires[np.argsort(-writes[fires], kind="stable")])
        return found

    @property
    def strongest(self) -> int:
        """The place of the memory that writes most."""
        return int(self.result.contribution[self.question].argmax())

    def writes(self, place: int) -> float:
        """In logits, with the digits that its script gets."""
        return round(float(self.result.contribution[self.question].flat[place]), 4)

    def others(self) -> list[int]:
        """The pairs in which its answer is to become another's."""
        return np.flatnonzero(self.result.pairs[:, 0] == self.question).tolist()

    @cached_property
    def data(self) -> dict[str, Any]:
        result, q = self.result, self.question
        return {
            "text": result.texts[q],
            "subject": int(result.subjects[q]),
            "answer": int(result.answers[q]),
            "direction": int(result.direction[q]),
            "firing": result.firing[q].T,
            "says": [
                [int(word), thousandths(p)] for word, p in zip(result.lens[q], result.lens_probability[q], strict=True)
            ],
            "margin": round(float(result.margin[q]), 2),
            "layers": [round(float(layer.sum()), 2) for layer in result.contribution[q]],
            "writes": [[[int(place), self.writes(place)] for place in places] for places in self.places],
            "strongest": self.strongest,
            "alone": int(result.changes[0, q]),
            "silenced": [trail(scope.silenced, q) for scope in result.scopes],
            "others": [int(result.pairs[pair, 1]) for pair in self.others()],
            "swapped": [[trail(scope.swapped, pair) for scope in result.scopes] for pair in self.others()],
        }

    def memory(self, place: int) -> str:
        """Say what one memory writes and promotes."""
        layer, index = divmod(place, self.result.activation.shape[2])
        most = "writes most" if place == self.strongest else "writes"
        kind = "countries" if self.result.direction[self.question] else "cities"
        promoted = [f"“{self.result.words[word]}”" for word in self.result.promoted[layer, index]]
        return (
            f"Memory {index + 1} of layer {layer + 1} {most}: {plus(self.writes(place))} of the "
            f"{self.result.margin[self.question]:.2f} logits by which “{self.answer}” leads the other {kind}. "
            f"Its value promotes {listed(promoted)}."
        )

    def silence(self, scope: Scope) -> str:
        """Say what silencing comes to."""
        answer, n = ending(self.result, scope.silenced, self.question)
        alone = self.result.changes[0, self.question] or "none"
        one = f"Silenced alone, {alone} of the {sum(map(len, self.places))} would change the answer"
        if scope.silenced.needed[self.question] < 0:
            return f"{one}; together all {n} in {scope.name} would not: {answer}."
        return f"{one}; together {n} in {scope.name} would: {answer}."

    def swap(self, scope: Scope, pair: int) -> str:
        """Say what giving them another question's activations comes to."""
        answer, n = ending(self.result, scope.swapped, pair)
        other = self.result.words[self.result.subjects[self.result.pairs[pair, 1]]]
        if scope.swapped.needed[pair] < 0:
            return f"With the activations of “{other}”, all {n} in {scope.name} are not enough: {answer}."
        return f"With the activations of “{other}”, {n} in {scope.name} are enough: {answer}."


def trail(found: Trail, row: int) -> dict[str, Any]:
    """One trail: which memories, each word that is said with the step from which it is, and the chances on the way."""
    n = n_steps(found, row)
    said = found.said[row, : n + 1].tolist()
    starts = [step for step in range(n + 1) if not step or said[step] != said[step - 1]]
    return {
        "order": found.order[row, :n],
        "said": [[step, said[step]] for step in starts],
        "p": [thousandths(p) for p in found.probability[row, : n + 1]],
        "reached": bool(found.needed[row] >= 0),
    }


def ending(result: Recall, found: Trail, row: int) -> tuple[str, int]:
    """Where a trail leads, with its probability, and after how many memories."""
    n = n_steps(found, row)
    return f"“{result.words[found.said[row, n]]}” ({percent(thousandths(found.probability[row, n]))})", n


def n_steps(found: Trail, row: int) -> int:
    return int((found.order[row] >= 0).sum())


def thousandths(p: float) -> int:
    return round(1000 * float(p))


def percent(p: int) -> str:
    """Write a probability in thousandths."""
    return "> 99.9%" if p >= 1000 else f"{p / 10:.1f}%" if p >= 990 else f"{round(p / 10)}%"


def plus(value: float) -> str:
    return ("+" if value > 0 else "") + signed(value)


def fires(n: int) -> str:
    return f"{n} fires" if n == 1 else f"{n} fire"
