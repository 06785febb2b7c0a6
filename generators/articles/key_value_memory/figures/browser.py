"""The memory browser: every memory that is shown, to be picked by layer and place or found by token.

Without JavaScript it shows the clearest memory. ``memories.js`` has the vocabulary and an index of all memories in its
data, and fetches what one memory looks like when a reader picks it: ``parts``, so many memories of a layer in each.
"""

import base64
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from generators.articles.key_value_memory.figures.memory import Memory
from generators.articles.key_value_memory.figures.memory_drawn import draw_memory
from generators.articles.key_value_memory.figures.sheet import NARROW, WIDE
from generators.articles.key_value_memory.results.memories import Layer, Memories, Shown
from generators.drawing import Diagram
from generators.drawing.tokens import alone, between

NUMBERS = 40_000
"""About how many numbers one part may hold."""
FIRED, PROMOTED = 3, 5
"""How many tokens of each side the index has of a memory."""
_TOKENS = ("texts", "following", "said", "said_without", "promoted", "promoted_norm", "suppressed")
_SHARES = ("active", "last_purity", "next_purity", "agreed", "without_last", "value_norm")


def browser(result: Memories) -> Diagram:
    """Let a reader look at single memories: what fires each, what it writes, and what is said without it."""
    used = np.unique(
        np.concatenate([getattr(layer.shown, name).ravel() for layer in result.layers for name in _TOKENS])
    )
    used = used[used >= 0]
    clearest = min(_memories(result), key=lambda memory: memory.order)
    return Diagram(
        draw_memory(result, clearest, WIDE),
        data={
            "tokens": [result.tokens[token] for token in used],
            "has_head": result.has_head,
            "n_tokens": result.n_tokens,
            "layers": [_index(layer, used) for layer in result.layers],
        },
        rows=[_row(result, memory) for memory in _memories(result)],
        script="memories",
        narrow=draw_memory(result, clearest, NARROW),
        parts={
            f"layer-{index}-{part}": _part(layer, used, rows)
            for index, layer in enumerate(result.layers)
            for part, rows in enumerate(_parted(layer.shown))
        },
    )


def _memories(result: Memories) -> Iterator[Memory]:
    for index, layer in enumerate(result.layers):
        for row in range(len(layer.shown.index)):
            yield Memory(index, layer, row)


def _parted(shown: Shown) -> list[slice]:
    """Share the memories of a layer out to parts."""
    n_texts, n_tokens = shown.texts.shape[1:]
    step = max(1, NUMBERS // (n_texts * n_tokens + shown.value.shape[1] // 2 + shown.histogram.shape[1] + 100))
    return [slice(start, start + step) for start in range(0, len(shown.index), step)]


def _index(layer: Layer, used: np.ndarray) -> dict[str, Any]:
    shown = layer.shown
    return {
        "path": layer.path,
        "keys": layer.keys,
        "n_memories": layer.n_memories,
        "index": shown.index,
        "order": shown.order,
        "fired": [_commonest(row) for row in _renamed(shown.texts[..., -1], used)],
        "promoted": _renamed(shown.promoted[:, :PROMOTED], used),
        "parts": [rows.start for rows in _parted(shown)],
    }


def _part(layer: Layer, used: np.ndarray, rows: slice) -> dict[str, Any]:
    """Everything of some memories, an entry for each in every list; values as bytes from -127 to 127, in base 64."""
    shown, index = layer.shown, layer.shown.index[rows]
    largest = abs(shown.value[rows]).max(1)
    steps = np.rint(shown.value[rows] * (127 / np.where(largest, largest, 1))[:, None]).astype(np.int8)
    return {
        **{name: _renamed(getattr(shown, name)[rows], used) for name in _TOKENS},
        "texts": _texts(shown.texts[rows], used),
        **{name: _short(getattr(shown, name)[rows], 4) for name in ("activation", "promoted_score", "low", "high")},
        **{name: _short(getattr(shown, name)[rows], 6) for name in ("before", "after")},
        **{name: _short(getattr(layer, name)[index], 6) for name in _SHARES},
        "n_texts": layer.n_texts[index],
        "agrees": layer.agrees[index],
        "histogram": shown.histogram[rows],
        "value": [base64.b64encode(row.tobytes()).decode() for row in steps],
        "value_largest": _short(largest, 4),
    }


def _renamed(tokens: np.ndarray, used: np.ndarray) -> list:
    """Number tokens by their places among those that are used; -1, which is none, stays."""
    return np.where(tokens < 0, -1, np.searchsorted(used, tokens)).tolist()


def _texts(texts: np.ndarray, used: np.ndarray) -> list:
    return [[[token for token in text if token >= 0] for text in memory] for memory in _renamed(texts, used)]


def _commonest(tokens: list[int]) -> list[int]:
    return [token for token, _ in Counter(token for token in tokens if token >= 0).most_common(FIRED)]


def _short(values: np.ndarray, digits: int) -> list:
    if values.ndim > 1:
        return [_short(row, digits) for row in values]
    return [float(f"{value:.{digits}g}") for value in values]


def _row(result: Memories, memory: Memory) -> dict[str, Any]:
    layer, shown, index = memory.layer, memory.layer.shown, memory.index
    row = {
        "layer": memory.layer_index + 1,
        "memory": index + 1,
        "values in": layer.path,
        "place by clearness": memory.order + 1,
        "share of tokens that fire it": layer.active[index],
        "largest activation": layer.largest[index],
        "texts": int(layer.n_texts[index]),
        "texts that end alike": layer.last_purity[index],
        "texts that go on alike": layer.next_purity[index],
        "left without the last token": layer.without_last[index],
        "length of its value": layer.value_norm[index],
    }
    if result.has_head:
        row |= {
            "its first token follows its strongest text": bool(layer.agrees[index]),
            "share of texts that its first token follows": layer.agreed[index],
            "promotes": _listed(result, shown.promoted[memory.row]),
            "promotes through the final norm": _listed(result, shown.promoted_norm[memory.row]),
            "suppresses": _listed(result, shown.suppressed[memory.row]),
        }
    for text, following, activation in memory.texts[:1]:
        row |= {
            "strongest text": between(result.tokens).join(result.tokens[token] for token in text),
            "goes on with": result.tokens[following] if following >= 0 else "",
            "its activation": activation,
        }
    return row


def _listed(result: Memories, tokens: np.ndarray) -> str:
    return "  ".join(alone(result.tokens[token]) for token in tokens)
