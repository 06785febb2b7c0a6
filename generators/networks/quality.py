"""How good a network is on examples it did not learn from, measured once for each network as it is.

Classifiers: ``accuracy``, and ``chance``, what the most frequent answer alone would reach. Language models: ``loss`` in
nats a token, ``chance_loss`` (the entropy of how often each token occurs), ``accuracy`` of the next token with its
``chance``, and where the data set knows it ``floor``, the least loss that is possible. Text encoders: nothing, as their
answers are neither right nor wrong.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generators.datasets import Dataset, Split
from generators.errors import UsageError
from generators.networks import cards
from generators.networks.running import answers, first_without_numbers

if TYPE_CHECKING:
    from torch import Tensor, nn

    from generators.networks.configuration import Entry

EXAMPLES_AT_MOST = 10_000
TOKENS_AT_MOST = 100_000
ENCODED = 8
"""How many texts a text encoder is tried on."""
WORK_AT_MOST = 2e12
"""Parameters times tokens, so that a large language model is measured on fewer."""
EXAMPLES_OFF, NATS_OFF = 2.5, 0.005
"""How far other hardware may round a network from its card: examples answered otherwise, and loss."""

Quality = dict[str, float]

_measured: dict[str, Quality] = {}
"""Fingerprint -> quality, so that a network loaded for many exhibits is measured once in this process."""


def known(about: Entry, module: nn.Module, dataset: Dataset, device: str, fingerprint: str, folder: Path) -> Quality:
    """Measure a network, or recall what was measured of it, also by another process that kept it in ``folder``.

    UsageError when bundled weights are not as good as their card says: something about them is silently wrong.
    """
    if fingerprint not in _measured:
        file = folder / f"{fingerprint}.json"
        quality = _recall(file)
        if quality is None:
            quality = _held_to_card(about, module, dataset, device)
            _keep(file, quality)
        _measured[fingerprint] = quality
    return dict(_measured[fingerprint])


def measure(
    name: str, kind: str, module: nn.Module, dataset: Dataset, device: str, examples: int | None = None
) -> Quality:
    """Measure a network on held-out examples, on the first ``examples`` of them where that is said."""
    if kind == "language-model":
        return _of_language(name, module, dataset, device, examples)
    if kind == "text-encoder":
        return _of_encoder(name, module, dataset, device)
    x, y = (part[: examples or EXAMPLES_AT_MOST] for part in (dataset.test.x, dataset.test.y))
    right = unclear = done = 0
    for answer in answers(name, module, x, device):
        right += int((answer.argmax(1) == y[done : done + len(answer)]).sum())
        unclear += int(answer.isnan().any(1).sum())
        done += len(answer)
    _refuse_nan(name, module, x, device, unclear)
    return {"accuracy": right / done, "chance": dataset.chance}


def _of_language(name: str, module: nn.Module, dataset: Dataset, device: str, windows: int | None) -> Quality:
    """Measure a language model on the first ``windows`` texts, else on as many as are affordable, here and there."""
    import torch

    from generators.networks import language

    test = dataset.test
    total, length = test.x.shape
    chosen = torch.arange(min(windows or 0, total))
    if windows is None:
        tokens = min(TOKENS_AT_MOST, WORK_AT_MOST / max(1, sum(each.numel() for each in module.parameters())))
        chosen = torch.linspace(0, total - 1, max(1, min(total, round(tokens / length)))).round().long()
    part = Split(test.x[chosen], test.y[chosen], test.raw[chosen.numpy()])
    found = language.quality(module, replace(dataset, test=part), device)
    _refuse_nan(name, module, part.x, device, len(chosen) if math.isnan(found["loss"]) else 0)
    return found


def _of_encoder(name: str, module: nn.Module, dataset: Dataset, device: str) -> Quality:
    """See that a text encoder answers the first texts with numbers; there is nothing to measure of them."""
    x = dataset.test.x[:ENCODED]
    unclear = sum(int(answer.isnan().any()) for answer in answers(name, module, x, device, size=1))
    _refuse_nan(name, module, x, device, unclear)
    return {}


def _refuse_nan(name: str, module: nn.Module, x: Tensor, device: str, unclear: int) -> None:
    if unclear:
        place = first_without_numbers(name, module, x, device)
        first = f", the first of its layers to give no numbers being {place!r}" if place else ""
        raise UsageError(
            f"network {name!r} answers {unclear:,} of {len(x):,} held-out examples with NaN{first}: "
            "expected numbers; look at its weights, and at mean and std of its input"
        )


def _held_to_card(about: Entry, module: nn.Module, dataset: Dataset, device: str) -> Quality:
    """Measure a network; where it has a card, UsageError when it is not as good as that says.

    A card with a ``check`` says of how many first examples which quality is to be expected; then only these are
    measured, and the rest is taken from the card.
    """
    if not about.is_bundled:
        return measure(about.name, about.kind, module, dataset, device)
    card = cards.read(about.source.name)
    expected: Mapping[str, Any] = card.get("check") or card["quality"]
    n = min(expected.get("examples") or len(dataset.test), len(dataset.test))
    found = measure(about.name, about.kind, module, dataset, device, n)
    _compare(about, found, expected, n, card["script"])
    return {key: card["quality"].get(key, found[key]) for key in found} if "check" in card else found


def _compare(about: Entry, found: Quality, expected: Mapping[str, Any], n: int, script: str) -> None:
    said = []
    if abs(found["accuracy"] - expected["accuracy"]) > _rounding(about, n):
        said.append(
            f"is right about {found['accuracy']:.1%} of the held-out examples and its card says "
            f"{expected['accuracy']:.1%}"
        )
    if "loss" in found and abs(found["loss"] - expected["loss"]) > NATS_OFF:
        said.append(f"has a held-out loss of {found['loss']:.3f} nats a token and its card says {expected['loss']:.3f}")
    if said:
        raise UsageError(
            f"network {about.name!r} {said[-1]}: its weights, data or preprocessing are not those it was trained with; "
            f"run {script} again"
        )


def _rounding(about: Entry, n: int) -> float:
    return NATS_OFF if about.kind == "language-model" else EXAMPLES_OFF / n


def _recall(file: Path) -> Quality | None:
    """What was measured with this version of torch; ``None`` where nothing was, or it cannot be read."""
    import torch

    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return dict(kept["quality"]) if kept["torch"] == torch.__version__ else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(file: Path, quality: Quality) -> None:
    """Write what was measured, whole or not at all; where nothing can be written it is measured again next time."""
    import torch

    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps({"torch": torch.__version__, "quality": quality}), encoding="utf-8")
        os.replace(partial, file)
