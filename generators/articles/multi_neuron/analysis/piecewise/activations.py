"""Activations of one number that are affine between a few thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor


@dataclass(frozen=True)
class Activation:
    """offset + slopes[0]·z + Σₜ (slopes[t + 1] − slopes[t])·max(0, z − thresholds[t])"""

    kind: str
    thresholds: tuple[float, ...]
    """Ascending."""
    slopes: tuple[float | Tensor, ...]
    """One more than thresholds; a tensor where neurons differ, shaped to be multiplied with them."""
    offset: float = 0.0

    def slopes_of(self, shape: tuple[int, ...]) -> np.ndarray:
        """The slopes of neurons of that shape, the batch axis included: float64[len(thresholds) + 1, n]."""
        rows = [
            slope.expand(shape)[0].flatten().cpu().numpy()
            if isinstance(slope, Tensor)
            else np.full(int(np.prod(shape[1:])), slope)
            for slope in self.slopes
        ]
        return np.array(rows, dtype=np.float64)


def activation(name: str, given: Mapping[str, Any]) -> Activation | None:
    """Read a torch operation with its arguments; None where it is no activation of this kind."""
    match name:
        case "relu":
            return Activation("relu", (0.0,), (0.0, 1.0))
        case "relu6":
            return _clamped("relu6", 0.0, 6.0)
        case "leaky_relu":
            return Activation("leaky_relu", (0.0,), (float(given["negative_slope"]), 1.0))
        case "rrelu_with_noise" if not given["training"]:
            return Activation("rrelu", (0.0,), ((given["lower"] + given["upper"]) / 2, 1.0))
        case "prelu" | "_prelu_kernel":
            return Activation("prelu", (0.0,), (given["weight"], 1.0))
        case "abs":
            return Activation("abs", (0.0,), (-1.0, 1.0))
        case "hardtanh":
            bounds = float(given["min_val"]), float(given["max_val"])
            return _clamped("relu6" if bounds == (0.0, 6.0) else "hardtanh", *bounds)
        case "hardsigmoid":
            return Activation("hardsigmoid", (-3.0, 3.0), (0.0, 1 / 6, 0.0))
        case "softshrink":
            width = float(given["lambd"])
            return Activation("softshrink", (-width, width), (1.0, 0.0, 1.0), width)
        case "threshold" if given["threshold"] == given["value"]:
            return _clamped("threshold", float(given["value"]), None)
        case "clamp" | "clamp_min" | "clamp_max":
            low, high = given.get("min"), given.get("max")
            return None if isinstance(low, Tensor) or isinstance(high, Tensor) else _clamped("clamp", low, high)
    return None


def _clamped(kind: str, low: float | None, high: float | None) -> Activation:
    """No less than ``low`` and no more than ``high``, which wins over it."""
    if high is None:
        return Activation(kind, (float(low or 0),), (0.0, 1.0), float(low or 0))
    if low is None:
        return Activation(kind, (float(high),), (1.0, 0.0))
    low = min(low, high)
    return Activation(kind, (float(low), float(high)), (0.0, 1.0, 0.0), float(low))
