"""iris-net-2: the two-layer perceptron 3 → 2 → 2, small enough to be drawn whole: 4 neurons, 10 synapses."""

from torch import Tensor, nn


class IrisNet2(nn.Module):
    """Three measurements of a flower to one of two species, without biases."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Linear(3, 2, bias=False)
        self.relu1 = nn.ReLU()
        self.layer2 = nn.Linear(2, 2, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu1(self.layer1(x))  # (n, 2)
        return self.layer2(x)  # (n, 2)
