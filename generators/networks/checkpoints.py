"""Checkpoints: a bundled network's weights as they were along its training, all in one file beside the final ones.

The file holds every tensor of the network with one more axis in front, which counts checkpoints, and ``steps``: after
how many optimiser steps each was taken. The first is step 0, before any; the last is the network as it is loaded.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from generators.errors import UsageError
from generators.networks.cards import WEIGHTS

State = Mapping[str, Tensor]


def checkpoints_file(name: str, folder: Path = WEIGHTS) -> Path:
    return folder / f"{name}.checkpoints.safetensors"


def load_checkpoints(name: str, folder: Path = WEIGHTS) -> tuple[tuple[int, ...], tuple[State, ...]]:
    """Read after which steps the checkpoints were taken, and a state dict for each; UsageError when there are none."""
    from safetensors.torch import load_file

    path = checkpoints_file(name, folder)
    if not path.is_file():
        raise UsageError(f"network {name!r} has no checkpoints: expected {path.name} in {folder}")
    stacked = load_file(path)
    steps = stacked.pop("steps").tolist()
    states = tuple({key: tensor[i] for key, tensor in stacked.items()} for i in range(len(steps)))
    return tuple(steps), states


def publish(name: str, taken: Mapping[int, State], folder: Path = WEIGHTS) -> dict[str, Any]:
    """Write the checkpoints, step -> state dict; return what the card says of them."""
    from safetensors.torch import save

    keys = next(iter(taken.values()))
    stacked = {key: torch.stack([state[key].cpu() for state in taken.values()]) for key in keys}
    content = save({**stacked, "steps": torch.tensor(list(taken))})
    folder.mkdir(parents=True, exist_ok=True)
    checkpoints_file(name, folder).write_bytes(content)
    return {"steps": list(taken), "sha256": sha256(content).hexdigest()}


def spread(steps: int, count: int) -> Sequence[int]:
    """Choose ``count`` steps from 0 to ``steps``, both included: closer together early, where more happens."""
    chosen = [0, *np.geomspace(1, steps, count - 1).round().astype(int).tolist()]
    for i in range(1, count):  # the first few would round to the same step
        chosen[i] = max(chosen[i], chosen[i - 1] + 1)
    return chosen
