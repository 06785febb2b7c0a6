"""A reader's own examples, of whatever sort they are stored in; all of them are held out.

=================  =====================================================================================
``npz``            one file with arrays ``x`` and ``y``
``folder``         a folder with a folder of pictures for each class
``parquet``        a .parquet file, or a folder of them: a column of encoded pictures and one of labels
``hugging-face``   a data set as ``save_to_disk`` leaves it
``idx``            MNIST's format, plain or .gz: the file of images, or the folder with both files
``text``           a text file, for a language model
=================  =====================================================================================

Where there are several splits, the test split is read, else the validation split, else the training split; the data
set's name says which. ``kind_of`` and ``files`` look at files without importing torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Literal

from generators.datasets.dataset import Dataset
from generators.errors import UsageError

Kind = Literal["npz", "folder", "parquet", "hugging-face", "idx", "text"]


def kind_of(path: Path) -> Kind:
    """Say what sort of data lies at a path; UsageError where it is none that can be read."""
    raise NotImplementedError


def files(path: Path) -> tuple[Path, ...]:
    """The files whose bytes are the data, sorted; UsageError where there are none."""
    raise NotImplementedError


def load(
    path: Path,
    kind: str,
    shape: tuple[int, ...] | None,
    mean: Sequence[float],
    std: Sequence[float],
    labels: Sequence[str] = (),
    tokenizer: Path | None = None,
) -> Dataset:
    """Open a data set for a network of ``kind`` that takes examples of ``shape``, channels first.

    ``test`` is at most 10,000 of them, evenly over the classes, and fewer where they would take more than half a
    gigabyte; ``examples`` is everything. A language model's ``shape`` is the number of tokens it reads at once, and its
    ``labels`` the text of each token; ``tokenizer`` is the tokenizer.json that the labels came from, if they did.
    """
    raise NotImplementedError
