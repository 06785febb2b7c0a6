"""The affine map of a region: what a piecewise-linear network computes on it, from one point inside."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.autograd import forward_ad

from generators.articles.multi_neuron.analysis.piecewise import Widening

BATCH = 1024
"""Points at once, of inputs with up to ``BATCH`` numbers; fewer of larger ones."""


def affine_map(
    module: nn.Module, domain_to_input: Callable[[Tensor], Tensor], points: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Give J, float64[R, outputs, 2], and c, float64[R, outputs]: output = J·p + c around each point p of the plane.

    The points, float64[R, 2], lie inside their regions; the module is in float64 and eval mode. J is a derivative, not
    a difference (forward mode), so it is as exact in the smallest region as in the largest.
    """
    one = domain_to_input(torch.from_numpy(points[:1])).numel()
    rows = max(1, BATCH * BATCH // max(one, BATCH))
    maps = [_maps(module, domain_to_input, part) for part in torch.from_numpy(points).split(rows)]
    return torch.cat([jacobian for jacobian, _ in maps]).numpy(), torch.cat([constant for _, constant in maps]).numpy()


@torch.no_grad()
def _maps(module: nn.Module, domain_to_input: Callable[[Tensor], Tensor], points: Tensor) -> tuple[Tensor, Tensor]:
    columns = []
    for direction in torch.eye(2, dtype=points.dtype):
        with forward_ad.dual_level(), Widening():
            moving = forward_ad.make_dual(points, direction.repeat(len(points), 1))
            answer = module(domain_to_input(moving))
            output, slope = forward_ad.unpack_dual(getattr(answer, "logits", answer).flatten(1))
        columns.append(torch.zeros_like(output) if slope is None else slope)
    jacobian = torch.stack(columns, -1)  # (R, outputs, 2)
    return jacobian.cpu(), (output - (jacobian @ points.to(jacobian.device)[:, :, None])[..., 0]).cpu()
