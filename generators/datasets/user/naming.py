"""Whose answer is whose: the classes of a collection by name, beside the labels of a network's head."""

from collections.abc import Sequence

import numpy as np

from generators.errors import UsageError, nearest

NAMED_AT_MOST = 3


def by_name(collection: str, classes: Sequence[str], labels: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
    """The labels, and for each class the index of its own: where its name says, else in order.

    A network may know classes of which the collection has none. Names that agree with none of the labels, as codes do,
    are taken in order where they are as many.
    """
    if not labels:
        return tuple(classes), list(range(len(classes)))
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if list(labels).count(label) > 1)
        raise UsageError(f"{collection} cannot be matched with labels of which {twice!r} is named twice")
    place = {label: i for i, label in enumerate(labels)}
    strangers = [name for name in classes if name not in place]
    if not strangers:
        return tuple(labels), [place[name] for name in classes]
    if len(strangers) == len(classes) == len(labels):
        return tuple(labels), list(range(len(classes)))
    if len(strangers) == len(classes):
        raise UsageError(
            f"{collection} has {len(classes)} classes ({_some(classes)}) and the network {len(labels)} labels "
            f"({_some(labels)}): expected the same names, or as many"
        )
    raise UsageError(f"{collection} has a class {strangers[0]!r} that is no label: {nearest(strangers[0], labels)}")


def numbered(collection: str, y: np.ndarray, labels: Sequence[str]) -> tuple[str, ...]:
    """Names for answers that are numbers: the labels, which must reach as far, or the numbers themselves."""
    low, high = int(y.min()), int(y.max())
    if low < 0:
        raise UsageError(f"{collection} has labels down to {low}: expected numbers from 0")
    if not labels and high >= max(1000, 10 * len(y)):
        raise UsageError(f"{collection} has labels up to {high:,} of {len(y):,} examples: expected numbers of classes")
    if labels and high >= len(labels):
        raise UsageError(f"{collection} has labels up to {high}: expected less than {len(labels)}, one for each name")
    return tuple(labels) or tuple(map(str, range(high + 1)))


def _some(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:NAMED_AT_MOST])) + (" …" if len(names) > NAMED_AT_MOST else "")
