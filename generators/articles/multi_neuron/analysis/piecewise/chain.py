"""Networks that are a chain of linear layers and activations, as matrices."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from generators.articles.multi_neuron.analysis.piecewise.activations import Activation

SAME_ORDER = frozenset(
    {"view", "_unsafe_view", "reshape", "flatten", "squeeze", "unsqueeze", "clone", "detach", "alias", "_to_copy"}
)
"""Operations that leave a row of numbers in its order."""


@dataclass(frozen=True, eq=False)
class Dense:
    """A linear layer and its activation.

    Of a preactivation z that is offset + slopes[0]·z + Σₜ (slopes[t + 1] − slopes[t])·max(0, z − thresholds[t]).
    """

    weight: np.ndarray
    """float64[n, m]"""
    bias: np.ndarray
    """float64[n]"""
    thresholds: tuple[float, ...]
    """Ascending. The layer's switches are all neurons against the first, then all against the next."""
    slopes: np.ndarray
    """float64[len(thresholds) + 1, n]"""
    offset: float


class Chain:
    """Follows a forward pass, operation by operation, for as long as it is a chain."""

    def __init__(self, x: Tensor) -> None:
        self._row: Tensor | None = x.flatten(1).clone()
        self._affine: tuple[Tensor, Tensor] | None = None
        self._layers: list[Dense] = []

    def follow(self, name: str, given: Mapping[str, Any], act: Activation | None, read: Tensor, made: Tensor) -> None:
        """Take one operation, what it read, copied before it ran, and what it made."""
        if self._row is None or name in SAME_ORDER:
            return
        if read.shape == self._row.shape and torch.equal(read, self._row) and self._take(name, given, act, read):
            self._row = made.clone()
        else:
            self._row = None

    def end(self, output: Tensor) -> tuple[Dense, ...] | None:
        """The layers that have an activation, if the output is the end of the chain."""
        row = self._row
        whole = row is not None and output.numel() == row.numel() and torch.equal(output.reshape(row.shape), row)
        return tuple(self._layers) if whole else None

    def _take(self, name: str, given: Mapping[str, Any], act: Activation | None, read: Tensor) -> bool:
        if act is not None:
            return self._activate(act, read)
        if name == "mm":
            return self._multiply(given["mat2"].T, None)
        if name == "addmm" and given["beta"] == given["alpha"] == 1 and given["self"].ndim == 1:
            return self._multiply(given["mat2"].T, given["self"])
        if name.endswith("batch_norm") and read.ndim == 2:
            return self._normalise(given, read)
        return False

    def _multiply(self, weight: Tensor, bias: Tensor | None) -> bool:
        bias = weight.new_zeros(len(weight)) if bias is None else bias.expand(len(weight))
        if self._affine is not None:
            weight, bias = weight @ self._affine[0], weight @ self._affine[1] + bias
        self._affine = weight, bias
        return True

    def _normalise(self, given: Mapping[str, Any], read: Tensor) -> bool:
        weight, bias = self._affine or (torch.eye(read.shape[1]).to(read), read.new_zeros(read.shape[1]))
        gain = (given["running_var"] + given["eps"]).rsqrt()
        if given["weight"] is not None:
            gain = gain * given["weight"]
        shift = given["bias"] if given["bias"] is not None else 0
        self._affine = weight * gain[:, None], (bias - given["running_mean"]) * gain + shift
        return True

    def _activate(self, act: Activation, read: Tensor) -> bool:
        if self._affine is None:
            return False
        weight, bias = (each.cpu().numpy().copy() for each in self._affine)
        self._layers.append(Dense(weight, bias, act.thresholds, act.slopes_of(tuple(read.shape)), act.offset))
        self._affine = None
        return True
