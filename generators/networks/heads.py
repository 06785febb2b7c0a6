"""What a network's outputs stand for: its labels, held to how many outputs it has and to what its data call them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generators.datasets import Dataset
from generators.datasets.user import READS_TEXT
from generators.networks.mistakes import Mistake

if TYPE_CHECKING:
    from torch import Tensor, nn

    from generators.networks.configuration import Entry

NAMED_AT_MOST = 3


def labels(about: Entry, dataset: Dataset | None, answer: Tensor) -> tuple[str, ...]:
    """Name the outputs, given the answer (1, …) to one example; nothing where neither entry nor data name any."""
    given = about.labels or (dataset.labels if dataset else ())
    outputs = answer.shape[-1]
    if about.kind == "text-encoder":
        return given  # what it reads: its outputs have no names
    if _are_numbers(given) and not about.labels and len(given) < outputs:
        return tuple(map(str, range(outputs)))  # numbers that the data happen to have; the rest are further numbers
    return given


def mistakes(about: Entry, dataset: Dataset | None, answer: Tensor) -> list[Mistake]:
    """Say what of outputs, labels and the data's classes does not match, given the answer (1, …) to one example."""
    given = about.labels or (dataset.labels if dataset else ())
    if not given:
        return []
    if wrong := _shape(about, answer):
        return [Mistake(("source",), wrong)]
    if about.kind == "text-encoder":
        return []
    outputs = answer.shape[-1]
    has, padded = f"the network has {outputs:,} outputs", outputs > len(given) and _may_be_padded(about)
    if about.labels and len(given) != outputs and not padded:
        many = "1 label" if len(given) == 1 else f"{len(given):,} labels"
        return [Mistake(("labels",), f"{has} and {many}: expected one label for each output, in their order")]
    n_classes = int(dataset.test.y.max()) + 1 if dataset and len(dataset.test) else 0
    if n_classes > outputs:
        return [Mistake(("data",), f"{has} and its data answers from 0 to {n_classes - 1:,}: expected one for each")]
    if len(given) >= outputs or padded or _are_numbers(given):
        return []
    which = f"its data {len(given):,} classes ({_some(given)}), which may be any of them"
    return [Mistake(("labels",), f"{has} and {which}: say labels = […], one for each output in their order")]


def misfits(about: Entry, dataset: Dataset | None, module: nn.Module) -> list[Mistake]:
    """Say that a vocabulary has more tokens than the network can be given, before it is given any."""
    from torch import nn

    given = about.labels or (dataset.labels if dataset else ())
    rows = max((each.num_embeddings for each in module.modules() if isinstance(each, nn.Embedding)), default=len(given))
    if about.kind not in READS_TEXT or len(given) <= rows:
        return []
    has = f"the vocabulary has {len(given):,} tokens and the network an embedding of {rows:,}"
    return [Mistake(("labels",), f"{has}: expected the tokenizer or the labels that it was trained with")]


def _shape(about: Entry, answer: Tensor) -> str | None:
    """Say what is wrong with the shape of an answer, if anything is."""
    language = about.kind in READS_TEXT
    if answer.ndim == 2 + language and (language or answer.shape[1] > 1):
        return None
    shape = "×".join(map(str, answer.shape[1:])) or "1"
    wanted = {
        "language-model": "for each token one number for every token of the vocabulary",
        "text-encoder": "for each token the numbers that stand for it",
    }.get(about.kind, "one for each label")
    return f"answers an example with {'one number' if shape == '1' else f'{shape} numbers'}: expected {wanted}"


def _are_numbers(names: tuple[str, ...]) -> bool:
    return bool(names) and names == tuple(map(str, range(len(names))))


def _may_be_padded(about: Entry) -> bool:
    """Whether more outputs than labels are usual: vocabularies are filled up to a round number of tokens."""
    return about.kind == "language-model" and (about.tokenizer is not None or isinstance(about.data, str))


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:NAMED_AT_MOST]) + (", …" if len(names) > NAMED_AT_MOST else "")
