"""Reading: layers of a network at drawn positions of pictures, in passes as large as memory allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from generators.articles.activation_atlas.analysis.collecting import positions
from generators.articles.activation_atlas.analysis.collecting.positions import Drawn
from generators.articles.activation_atlas.analysis.collecting.taps import look, taps
from generators.datasets.examples import Batch, Examples, batches
from generators.datasets.user.collection import Chosen
from generators.errors import UsageError
from generators.networks import Network, running

AT_ONCE = {"cpu": 64, "cuda": 2048}
"""Pictures in one forward pass, at first; halved where memory does not suffice."""
AT_ONCE_BYTES = 2**27
"""What they take at most, as several such batches are read ahead."""
TOP = 5
HALF_MOST = float(torch.finfo(torch.float16).max)
Arrays = dict[str, np.ndarray]


class Reader:
    """Reads pictures of one network; the arrays of layer number i are named ``i-vectors`` and so on."""

    def __init__(self, network: Network, layers: Sequence[str], examples: Examples) -> None:
        self.network, self.layers, self.examples = network, tuple(layers), examples
        first = examples.read(np.zeros(1, np.int64))[0].to(network.device)
        self.taps = taps(network, layers, first)
        self.n_classes = running.run(network.name, network.module, first, network.device).shape[-1]
        most = AT_ONCE.get(network.device.split(":")[0], AT_ONCE["cpu"])
        self.at_once = max(1, min(most, AT_ONCE_BYTES // first.nbytes))

    def shape(self, path: str) -> tuple[int, int, int]:
        """What a layer gives of one picture."""
        return next(tap.shape for tap in self.taps if tap.path == path)

    def answers(self, index: np.ndarray) -> np.ndarray:
        """What the network answers to the examples of an index that can be read: int64 (n,)."""
        return self._read(index, lambda batch: {"answers": _numpy(self._answer(batch.x))})["answers"]

    def read(self, drawn: Drawn, classes: np.ndarray, tell: Callable[[int], None]) -> Arrays:
        """Read all layers at the drawn positions; pictures that cannot be read are absent. ``tell`` hears how many
        were gone through.
        """

        def see(batch: Batch) -> Arrays:
            return {
                "index": drawn.index[batch.index],
                "truth": _numpy(batch.y) if batch.y.ndim == 1 else np.full(len(batch.y), -1),
                **self._seen(batch.x.to(self.network.device), drawn.shares[batch.index], classes),
            }

        return self._read(drawn.index, see, tell)

    def _seen(self, x: Tensor, shares: np.ndarray, classes: np.ndarray) -> Arrays:
        places = {tap.path: positions.places(shares, *tap.shape[1:]) for tap in self.taps}
        moved = {path: torch.from_numpy(each).long().to(x.device) for path, each in places.items()}
        *others, last = self.taps
        first = look(self.network, self.taps, x, moved)
        attributions = {tap.path: look(self.network, [tap], x, moved).attribution for tap in others}
        attributions[last.path] = first.attribution
        arrays: Arrays = {"answers": _numpy(first.logits.argmax(1))}
        for number, path in enumerate(self.layers):
            seen = {
                "vectors": self._half(path, first.vectors[path]),
                "places": places[path],
                **self._attributed(path, attributions[path], classes),
            }
            arrays |= {f"{number}-{name}": each for name, each in seen.items()}
        return arrays

    def _attributed(self, path: str, attribution: Tensor, classes: np.ndarray) -> Arrays:
        values, top = attribution.topk(min(TOP, self.n_classes), 1)
        missing = (0, TOP - top.shape[1])
        return {
            "attribution": self._half(path, attribution[:, torch.tensor(classes, device=attribution.device)]),
            "top": _numpy(torch.nn.functional.pad(top, missing, value=-1)).astype(np.int32),
            "top_values": self._half(path, torch.nn.functional.pad(values, missing)),
        }

    def _half(self, path: str, values: Tensor) -> np.ndarray:
        """As float16; UsageError where these have no such number."""
        if not bool((values.abs() <= HALF_MOST).all()):  # NaN is refused too
            raise UsageError(
                f"layer {path!r} of network {self.network.name!r} gives activations or attributions that are NaN or "
                f"beyond ±{HALF_MOST:,.0f}: expected numbers that 16 bits hold"
            )
        return _numpy(values.half())

    @torch.no_grad()
    def _answer(self, x: Tensor) -> Tensor:
        answer = self.network.module(x.to(self.network.device))
        return getattr(answer, "logits", answer).argmax(1)

    def _read(
        self, index: np.ndarray, see: Callable[[Batch], Arrays], tell: Callable[[int], None] = lambda done: None
    ) -> Arrays:
        """Read examples in their order, and put together what is seen of them; empty where none can be read."""
        found: list[Arrays] = []
        for batch in batches(Chosen(self.examples, index), self.at_once):
            found += self._in_parts(batch, see)
            tell(int(batch.index[-1]) + 1)
        return {name: np.concatenate([arrays[name] for arrays in found]) for name in (found[0] if found else ())}

    def _in_parts(self, batch: Batch, see: Callable[[Batch], Arrays]) -> list[Arrays]:
        """See a batch in parts that fit into memory: smaller ones from now on when it runs out."""
        while True:
            try:
                return [see(_rows(batch, begin, self.at_once)) for begin in range(0, len(batch.x), self.at_once)]
            except (MemoryError, RuntimeError) as error:
                if not _is_memory(error):
                    raise
                if self.at_once == 1:
                    raise UsageError(
                        f"network {self.network.name!r} has no room for one picture on {self.network.device}: expected "
                        "memory for a pass that carries derivatives; a CPU has more"
                    ) from error
                self.at_once //= 2


def _rows(batch: Batch, begin: int, count: int) -> Batch:
    rows = slice(begin, begin + count)
    return Batch(batch.x[rows], batch.y[rows], batch.index[rows])


def _numpy(values: Tensor) -> np.ndarray:
    return values.cpu().numpy()


def _is_memory(error: BaseException) -> bool:
    return not isinstance(error, RuntimeError) or "memory" in str(error).lower()
