"""A user's own examples: an npz file with ``x`` and ``y``, all of them held out.

Integers are levels from 0 to 255 and become 0..1; floating-point numbers are taken as they are. Pictures may have their
channels first, last or none, and are resized where the network wants another size.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from generators.datasets.dataset import Dataset, Split
from generators.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    import torch

LEVELS = 255


def load(
    path: Path, shape: tuple[int, ...], mean: Sequence[float], std: Sequence[float], labels: Sequence[str]
) -> Dataset:
    """Read examples as the network takes them, each of ``shape`` without the batch axis, channels first."""
    import torch

    raw, y = _read(path)
    x = torch.from_numpy(raw)
    x = x.float() if x.is_floating_point() else x.float() / LEVELS
    x = _arrange(path, x, shape)
    axes = (-1, 1, 1) if len(shape) == 3 else (-1,)
    x = (x - torch.tensor(mean).reshape(axes)) / torch.tensor(std).reshape(axes)
    answers = torch.from_numpy(y.astype("int64"))
    test = Split(x, answers, raw)
    train = Split(x[:0], answers[:0], raw[:0])
    names = tuple(labels) or tuple(str(label) for label in range(int(answers.max()) + 1))
    if int(answers.max()) >= len(names):
        raise UsageError(
            f"{path} has labels up to {int(answers.max())}: expected less than {len(names)}, one for each name"
        )
    return Dataset(path.stem, train, test, names, (), tuple(mean), tuple(std))


def _read(path: Path) -> "tuple[np.ndarray, np.ndarray]":
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as arrays:
            content = dict(arrays)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        why = "it holds pickled objects, which could execute code" if "pickle" in str(error) else error
        raise UsageError(f"{path} is no npz file of plain arrays, or a damaged one: {why}") from error
    if missing := {"x", "y"} - content.keys():
        there = ", ".join(sorted(content)) or "nothing"
        raise UsageError(f"{path} has no array {sorted(missing)[0]!r}: expected x and y, and there is {there}")
    x, y = content["x"], content["y"]
    if x.dtype.kind not in "uif" or y.dtype.kind not in "ui" or y.ndim != 1 or len(x) != len(y) or not len(y):
        raise UsageError(
            f"{path} has x {x.dtype} {x.shape} and y {y.dtype} {y.shape}: "
            "expected numbers x and one whole number y for each of them"
        )
    if x.dtype.kind == "f" and (bad := int((~np.isfinite(x)).sum())):
        raise UsageError(
            f"{path} has {bad:,} of {x.size:,} numbers in x that are NaN or infinite: expected finite ones"
        )
    return x, y


def _arrange(path: Path, x: "torch.Tensor", shape: tuple[int, ...]) -> "torch.Tensor":
    """Bring examples to ``shape``: channels to the front, pictures to their size."""
    import torch

    given = tuple(x.shape[1:])
    if len(shape) == 3:
        if x.ndim == 3:
            x = x[:, None]
        elif x.ndim == 4 and x.shape[1] != shape[0] and x.shape[-1] == shape[0]:
            x = x.movedim(-1, 1)
        if x.ndim == 4 and x.shape[1] == shape[0] and x.shape[2:] != shape[1:]:
            x = torch.nn.functional.interpolate(x, shape[1:], mode="bilinear", antialias=True)
    if tuple(x.shape[1:]) != shape:
        raise UsageError(f"{path} has examples of shape {given}: expected {shape}, as the network's input says")
    return x
