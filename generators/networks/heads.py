"""What a network's outputs stand for: its labels, held to how many outputs it has and to what its data call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.datasets import Dataset
from generators.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

    from generators.networks.configuration import Entry

NAMED_AT_MOST = 3


def labels(about: Entry, dataset: Dataset | None, answer: Tensor) -> tuple[str, ...]:
    """Name the outputs, given the answer (1, …) to one example; nothing where neither entry nor data name any.

    UsageError when the answer is not one number for each label, of a text for each token, or when there are more or
    fewer outputs than labels or than classes in the data.
    """
    given = about.labels or (dataset.labels if dataset else ())
    if not given:
        return ()
    outputs = _outputs(about, answer)
    has, padded = f"network {about.name!r} has {outputs:,} outputs", outputs > len(given) and _may_be_padded(about)
    if about.labels and len(given) != outputs and not padded:
        raise UsageError(f"{has} and {len(given):,} labels: expected one label for each output, in their order")
    n_classes = int(dataset.test.y.max()) + 1 if dataset and len(dataset.test) else 0
    if n_classes > outputs:
        raise UsageError(f"{has} and its data answers from 0 to {n_classes - 1:,}: expected one output for each")
    if len(given) >= outputs or padded:
        return given
    if given == tuple(map(str, range(len(given)))):  # numbers that data happen to have; the rest are further numbers
        return tuple(map(str, range(outputs)))
    raise UsageError(
        f"{has} and its data {len(given):,} classes ({_some(given)}), which may be any of them: "
        "say labels = […], one for each output in their order"
    )


def _outputs(about: Entry, answer: Tensor) -> int:
    """How many labels the network tells apart; UsageError where its answer has another shape."""
    language = about.kind == "language-model"
    if answer.ndim != 2 + language or (not language and answer.shape[1] == 1):
        shape = "×".join(map(str, answer.shape[1:])) or "1"
        wanted = "for each token one number for every token of the vocabulary" if language else "one for each label"
        numbers = "one number" if shape == "1" else f"{shape} numbers"
        raise UsageError(f"network {about.name!r} answers an example with {numbers}: expected {wanted}")
    return answer.shape[-1]


def _may_be_padded(about: Entry) -> bool:
    """Whether more outputs than labels are usual: vocabularies are filled up to a round number of tokens."""
    return about.kind == "language-model" and (about.tokenizer is not None or isinstance(about.data, str))


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:NAMED_AT_MOST]) + (", …" if len(names) > NAMED_AT_MOST else "")
