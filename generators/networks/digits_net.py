"""digits-net: a small convolutional network that reads one handwritten digit."""

from torch import Tensor, nn


class DigitsNet(nn.Module):
    """Three convolutions, one of them 1 by 1, then two linear layers: 2,730 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, kernel_size=3, padding=1)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.relu2 = nn.ReLU()
        self.mix = nn.Conv2d(16, 16, kernel_size=1)
        self.relu3 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(2)
        self.hidden = nn.Linear(64, 16)
        self.relu4 = nn.ReLU()
        self.head = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool1(self.relu1(self.conv1(x)))  # (n, 8, 4, 4)
        x = self.relu2(self.conv2(x))  # (n, 16, 4, 4)
        x = self.pool2(self.relu3(self.mix(x)))  # (n, 16, 2, 2)
        x = self.relu4(self.hidden(x.flatten(1)))  # (n, 16)
        return self.head(x)  # (n, 10)
