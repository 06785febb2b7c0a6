"""One memory of a result, and what is said of it; ``site_src/assets/diagrams/memories-said.js`` says the same."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generators.articles.key_value_memory.results.memories import Layer, Memories
from generators.drawing.tokens import alone
from generators.drawing.weights import signed

NO_HEAD = (
    "This network has no head that reads tokens out of a direction, so only the key is shown, not what the value says."
)


@dataclass(frozen=True)
class Memory:
    """Where one of the memories that are shown stands."""

    layer_index: int
    layer: Layer
    row: int
    """Its place among those of its layer that are shown."""

    @property
    def index(self) -> int:
        """Its place in the layer."""
        return int(self.layer.shown.index[self.row])

    @property
    def order(self) -> int:
        return int(self.layer.shown.order[self.row])

    @property
    def texts(self) -> list[tuple[list[int], int, float]]:
        """Tokens, the token that follows and the activation of each text that there is, the strongest first."""
        shown = self.layer.shown
        rows = zip(shown.texts[self.row], shown.following[self.row], shown.activation[self.row], strict=True)
        found = (([int(token) for token in text if token >= 0], int(next), float(value)) for text, next, value in rows)
        return [each for each in found if each[0]]


def of_key(memory: Memory) -> Iterator[str]:
    """How often it fires, and how its texts agree."""
    layer, index = memory.layer, memory.index
    if not layer.active[index]:
        yield "It never fires."
        return
    yield f"Fires for {percent(layer.active[index])} of tokens."
    n = layer.n_texts[index]
    ends, goes_on = (round(n * share[index]) for share in (layer.last_purity, layer.next_purity))
    if n > 1:
        yield f"Of its {n} strongest texts {ends} end alike and {goes_on} go on alike."
    else:
        yield "A single text fires it."
    if np.isfinite(left := layer.without_last[index]):
        yield f"Without their last token {percent(left)} of its activation is left."


def of_value(result: Memories, memory: Memory) -> Iterator[str]:
    """Whether the token that the value promotes most is the one that follows."""
    layer, index = memory.layer, memory.index
    if not result.has_head:
        yield NO_HEAD
    elif np.isfinite(share := layer.agreed[index]):
        token = alone(result.tokens[layer.shown.promoted[memory.row, 0]])
        strongest = "the strongest among them" if layer.agrees[index] else "not the strongest"
        n = layer.n_texts[index]
        often = f"{round(n * share)} of {n} texts, {strongest}" if share else "none of those texts"
        yield f"The token it promotes most, “{token}”, follows {often}."


def percent(share: float) -> str:
    """Write a share: more digits the nearer it is to none or all, and none or all only where it is."""
    edge = 100 * min(share, 1 - share)
    if 0 < edge < 0.005:
        return "<\u20090.01%" if share < 0.5 else ">\u200999.99%"
    return f"{signed(100 * share, 0 if edge >= 10 or edge == 0 else 1 if edge >= 0.95 else 2)}%"
