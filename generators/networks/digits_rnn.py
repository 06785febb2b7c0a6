"""digits-rnn: a plain recurrent network that reads a handwritten digit row by row, as one would read a text."""

from torch import Tensor, nn


class DigitsRNN(nn.Module):
    """Sixteen tanh neurons that see one row of eight pixels and their own last output (J. L. Elman, 1990)."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.RNN(8, 16, batch_first=True)
        self.head = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        rows = x.flatten(1, -2)  # (n, 8, 8): eight steps of eight pixels
        outputs, _ = self.rnn(rows)  # (n, 8, 16)
        return self.head(outputs[:, -1])  # (n, 10)
