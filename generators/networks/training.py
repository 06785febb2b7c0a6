"""What the training scripts share: the command line, a seed that fixes everything, accuracy, one line of progress."""

from __future__ import annotations

import os
import platform
import random
from argparse import ArgumentParser, Namespace
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from generators.datasets.dataset import Dataset
from generators.networks.cards import WEIGHTS


def arguments(description: str, networks: tuple[str, ...]) -> Namespace:
    """Parse ``[NETWORK …] [--device auto|cpu|cuda] [--out FOLDER]``."""
    parser = ArgumentParser(description=description)
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help=f"of {', '.join(networks)}; all of them if none")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="cpu", help="default: cpu, as published")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where weights and cards go; default: %(default)s")
    options = parser.parse_args()
    options.networks = options.networks or list(networks)
    if unknown := set(options.networks) - set(networks):
        parser.error(f"there is no network {sorted(unknown)[0]!r}; there is {', '.join(networks)}")
    if options.device == "auto":
        options.device = "cuda" if torch.cuda.is_available() else "cpu"
    return options


def seed_everything(seed: int) -> None:
    """Make a run repeat itself: one thread, so that sums are taken in one order, and every generator seeded."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it cuBLAS refuses to be deterministic
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def arithmetic(device: str) -> AbstractContextManager:
    """Multiply in bfloat16 where the processor can: twice as fast, and as good."""
    can = device == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device, torch.bfloat16, enabled=can)


@torch.no_grad()
def accuracy(module: nn.Module, x: Tensor, y: Tensor) -> float:
    """Share of ``x`` (n, …) whose largest output is ``y`` (n,)."""
    return float((module(x).argmax(1) == y).double().mean())


def measured(module: nn.Module, data: Dataset, seconds: float, device: str) -> dict[str, Any]:
    """What every card says of a training and its outcome."""
    return {
        "examples": {"train": len(data.train), "test": len(data.test)},
        "seconds": round(seconds, 1),
        "device": device_name(device),
        "torch": torch.__version__,
        "quality": {
            "accuracy": accuracy(module, data.test.x, data.test.y),
            "chance": data.chance,
            "train_accuracy": accuracy(module, data.train.x, data.train.y),
        },
    }


def device_name(device: str) -> str:
    """What the card says of the machine: the device's own name, and how much of it was used."""
    if device == "cuda":
        return torch.cuda.get_device_name()
    return f"{platform.machine()} CPU, 1 thread"
