"""iris-net-4: the four-layer perceptron 3 → 3 → 3 → 3 → 3, drawn whole: 12 neurons, 36 synapses."""

from torch import Tensor, nn


class IrisNet4(nn.Module):
    """Three measurements of a flower to one of three species, without biases."""

    def __init__(self) -> None:
        super().__init__()
        self.layer1 = nn.Linear(3, 3, bias=False)
        self.relu1 = nn.ReLU()
        self.layer2 = nn.Linear(3, 3, bias=False)
        self.relu2 = nn.ReLU()
        self.layer3 = nn.Linear(3, 3, bias=False)
        self.relu3 = nn.ReLU()
        self.layer4 = nn.Linear(3, 3, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.relu1(self.layer1(x))  # (n, 3)
        x = self.relu2(self.layer2(x))  # (n, 3)
        x = self.relu3(self.layer3(x))  # (n, 3)
        return self.layer4(x)  # (n, 3)
