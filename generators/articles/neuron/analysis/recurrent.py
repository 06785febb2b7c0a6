"""Follow a recurrent layer through time, and count the neurons of the kinds of recurrent cell.

The plain layer is J. L. Elman's (1990); the LSTM is S. Hochreiter and J. Schmidhuber's (1997) with the forget gate of
F. Gers et al. (2000); the GRU is K. Cho et al.'s (2014). Rows of weights stand in torch's order.
"""

import copy

import numpy as np
from torch import nn

from generators.articles.neuron.analysis.examples import pictures, typical_and_misread
from generators.articles.neuron.analysis.listening import array, listen
from generators.articles.neuron.results.recurrent import Cell, Gates, Recital, RecurrentLayer
from generators.errors import UsageError
from generators.networks import Network

KINDS: tuple[tuple[type[nn.RNN] | type[nn.GRU] | type[nn.LSTM], tuple[str, ...]], ...] = (
    (nn.RNN, ("output",)),
    (nn.GRU, ("reset", "update", "new")),
    (nn.LSTM, ("input", "forget", "cell", "output")),
)
"""Kinds of cell, and what each block of their rows does."""
SHOWN = 3
"""The still shows the typical three."""


def read_rows(network: Network, layer: str, head: str) -> RecurrentLayer:
    """Read real pictures row by row: every step's activations, and what the head would say there.

    Raises ``UsageError`` for a layer that is not one plain tanh layer reading forward, batch first.
    """
    recurrent, readout = network.module.get_submodule(layer), network.module.get_submodule(head)
    if not _is_plain(recurrent):
        raise UsageError(
            f"network {network.name!r}: to be unrolled in time, {layer} should be one tanh layer that reads forward, "
            f"batch first, but it is {recurrent}"
        )
    test = network.dataset.test
    logits, rows, hidden = listen(network.module, recurrent, test.x)  # hidden: (n, steps, hidden)
    said = copy.deepcopy(readout).cpu()(hidden).detach()  # (n, steps, classes)
    truth = test.y.numpy()
    weight_input, weight_again = (array(p) for p in (recurrent.weight_ih_l0, recurrent.weight_hh_l0))
    biases = sum(array(p) for name, p in recurrent.named_parameters() if name.startswith("bias"))
    x, h, probabilities = (array(t) for t in (rows, hidden, said.double().softmax(-1)))
    ink = pictures(rows)
    picked = typical_and_misread(array(logits), truth, network.labels)
    return RecurrentLayer(
        path=layer,
        weight_input=weight_input,
        weight_again=weight_again,
        labels=tuple(network.labels),
        recitals=tuple(Recital(name, ink[k], h[k], probabilities[k]) for k, name in picked),
        shown=min(SHOWN, len(picked) - 1),
        accuracy_by_step=(said.argmax(-1).numpy() == truth[:, None]).mean(0),
        largest_unroll_error=float(np.abs(unroll_in_time(x, weight_input, weight_again, biases) - h).max()),
        accuracy=network.quality["accuracy"],
        chance=network.quality["chance"],
    )


def _is_plain(module: nn.RNN) -> bool:
    shape = module.num_layers, module.bidirectional, module.nonlinearity, module.batch_first
    return shape == (1, False, "tanh", True)


def unroll_in_time(
    x: np.ndarray, weight_input: np.ndarray, weight_again: np.ndarray, bias: np.ndarray | float
) -> np.ndarray:
    """Compute h(t) = tanh(W_ih x(t) + W_hh h(t-1) + b) from h(0) = 0: float64[n, steps, hidden]."""
    h, outputs = np.zeros((len(x), len(weight_again))), []
    for now in x.swapaxes(0, 1):
        h = np.tanh(now @ weight_input.T + h @ weight_again.T + bias)
        outputs.append(h)
    return np.stack(outputs, axis=1)


def count_gates(n_inputs: int, n_hidden: int) -> Gates:
    """Count the neurons and synapses of torch's own cells, one layer each."""
    cells = []
    for kind, gates in KINDS:
        module = kind(n_inputs, n_hidden, device="meta")
        synapses = module.weight_ih_l0.numel() + module.weight_hh_l0.numel()
        cells.append(Cell(kind.__name__, gates, neurons=len(module.weight_ih_l0), synapses=synapses))
    return Gates(n_inputs, n_hidden, tuple(cells))
