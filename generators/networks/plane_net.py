"""Networks that read a point of the plane, small enough that every region they cut it into can be drawn."""

from collections import OrderedDict
from itertools import pairwise

from torch import nn


class PlaneNet(nn.Sequential):
    """Two coordinates, hidden layers of the given ``widths`` with ReLU, and one output for each label."""

    def __init__(self, widths: tuple[int, ...], labels: int) -> None:
        modules: OrderedDict[str, nn.Module] = OrderedDict()
        for layer, (inputs, neurons) in enumerate(pairwise((2, *widths)), 1):
            modules[f"layer{layer}"] = nn.Linear(inputs, neurons)
            modules[f"relu{layer}"] = nn.ReLU()
        modules["head"] = nn.Linear(widths[-1], labels)
        super().__init__(modules)


def moons_net() -> PlaneNet:
    """One hidden layer of 8 neurons, so 8 straight lines: 42 parameters."""
    return PlaneNet((8,), 2)


def spirals_net() -> PlaneNet:
    """Three hidden layers of 16 neurons: 626 parameters."""
    return PlaneNet((16, 16, 16), 2)


def picture_net() -> PlaneNet:
    """Three hidden layers of 64 neurons: 8,837 parameters."""
    return PlaneNet((64, 64, 64), 5)
