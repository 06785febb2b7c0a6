"""Put real preactivations through identity, ReLU, tanh and GELU, and measure what comes through.

GELU is z Φ(z) (D. Hendrycks and K. Gimpel, 2016), in its exact form.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from generators.articles.neuron.analysis.listening import listen
from generators.articles.neuron.results.activations import Modified, Modifier
from generators.networks import Network

MODIFIERS: tuple[tuple[str, str, Callable[[Tensor], Tensor]], ...] = (
    ("Identity", "z", lambda z: 1 * z),
    ("ReLU", "max(0, z)", functional.relu),
    ("tanh", "tanh z", torch.tanh),
    ("GELU", "z Φ(z)", functional.gelu),
)
STEPS = 60
"""Grid intervals on either side of 0."""
BINS = 48
FLAT = 0.1


def modify(network: Network, layer: str) -> Modified:
    """Hear a layer's preactivations on every held-out input, and apply each modifier to them."""
    _, _, heard = listen(network.module, network.module.get_submodule(layer), network.dataset.test.x)
    z = heard.double().flatten()
    limit = _limit(z)
    edges = np.linspace(-limit, limit, BINS + 1)
    grid = torch.linspace(-limit, limit, 2 * STEPS + 1, dtype=torch.float64)
    bins = np.clip(np.digitize(z.numpy(), edges) - 1, 0, BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    return Modified(
        path=layer,
        n_preactivations=len(z),
        negative_share=float((z <= 0).double().mean()),
        lowest=float(z.min()),
        highest=float(z.max()),
        grid=grid.numpy(),
        edges=edges,
        shares=counts / len(z),
        modifiers=tuple(_measure(*modifier, z, grid, bins, counts) for modifier in MODIFIERS),
    )


def slope(f: Callable[[Tensor], Tensor], z: Tensor) -> Tensor:
    """Differentiate ``f`` at every element of ``z``."""
    z = z.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(f(z).sum(), z)
    return gradient


def _measure(
    name: str,
    formula: str,
    f: Callable[[Tensor], Tensor],
    z: Tensor,
    grid: Tensor,
    bins: np.ndarray,
    counts: np.ndarray,
) -> Modifier:
    slopes = slope(f, z).numpy()
    return Modifier(
        name=name,
        formula=formula,
        values=f(grid).numpy(),
        slopes=slope(f, grid).numpy(),
        passed=np.bincount(bins, np.abs(slopes), minlength=len(counts)) / np.maximum(counts, 1),
        mean_slope=float(slopes.mean()),
        flat_share=float((np.abs(slopes) < FLAT).mean()),
    )


def _limit(z: Tensor) -> float:
    """Give the half of a whole number that holds all but a thousandth of the preactivations."""
    return float(np.ceil(2 * np.quantile(np.abs(z.numpy()), 0.999)) / 2)
