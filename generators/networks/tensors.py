"""Files of weights: what is in them, by hash, without torch; and the tensors themselves, without executing anything.

A safetensors file is eight bytes that give the length of a JSON header, the header with each tensor's type, shape and
place, and the tensors' bytes. So two files that hold the same tensors hash the same, whatever else their headers say.
"""

from __future__ import annotations

import json
import mmap
import pickle
import pickletools
import re
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from blake3 import blake3

from generators.errors import UsageError
from generators.fingerprint.memo import file_digest

if TYPE_CHECKING:
    from torch import Tensor, nn

NAMED_AT_MOST = 5
"""How many tensors one sentence names before it only counts them."""
WRAPPERS = ("state_dict", "model_state_dict", "model")
"""Keys under which checkpoints often keep the tensors."""


def hashes(path: Path) -> dict[str, str]:
    """Hash each tensor of a file, its type and shape included; a file of another format is hashed whole."""
    if path.suffix != ".safetensors":
        return {"weights": file_digest(path)}
    with open(path, "rb") as file:
        header, start = _header(path, file)
        if not header:
            return {}
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content, memoryview(content) as view:
            return {
                f"tensor {name}": _hash(dtype, shape, view[start + begin : start + end])
                for name, (dtype, shape, begin, end) in sorted(header.items())
            }


def _hash(dtype: str, shape: list[int], content: memoryview) -> str:
    with content:
        return blake3(json.dumps([dtype, shape]).encode()).update(content).hexdigest(20)


def _header(path: Path, file: BinaryIO) -> tuple[dict[str, list[Any]], int]:
    """The tensors' types, shapes, begins and ends, and where their bytes begin; checks that the file is whole."""
    size = path.stat().st_size
    try:
        (length,) = struct.unpack("<Q", file.read(8))
        abouts = json.loads(file.read(length if length < size else 0))
        header = {
            name: [about["dtype"], about["shape"], *about["data_offsets"]]
            for name, about in abouts.items()
            if name != "__metadata__"
        }
        end = max((about[-1] for about in header.values()), default=0)
    except (struct.error, ValueError, AttributeError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{path} is not a safetensors file, or a damaged one: its header cannot be read") from None
    if (expected := 8 + length + end) != size:
        raise UsageError(f"{path} is damaged: its header describes {expected:,} bytes and it has {size:,}")
    return header, 8 + length


def read(path: Path) -> dict[str, Tensor]:
    """Read every tensor of a file to the CPU; a pickle that asks for anything but tensors is refused unopened."""
    if path.suffix == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            return load_file(path)
        except (SafetensorError, OSError, ValueError) as error:
            raise UsageError(f"{path} is not a safetensors file, or a damaged one: {error}") from error
    return _unwrap(path, _unpickle(path))


def _unpickle(path: Path) -> Any:
    import torch

    try:
        with warnings.catch_warnings(action="ignore"):
            return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        asked_for = re.search(r"GLOBAL (\S+)", str(error))
        if asked_for:
            raise UsageError(_refusal(path, f"it asks for {asked_for[1]}")) from None
        if "TorchScript" in str(error):
            raise UsageError(_refusal(path, "it is a TorchScript program")) from None
        if isinstance(error, pickle.UnpicklingError) and _is_pickle(path):
            raise UsageError(_refusal(path, "it is written as torch never writes tensors")) from None
        said = "" if isinstance(error, KeyError) else " ".join(str(error).split())[-200:]
        reason = said or "its first bytes are those of no format that torch writes"
        raise UsageError(f"{path} is no file of weights, or a damaged one: {reason}") from error


def _is_pickle(path: Path) -> bool:
    """Whether a file reads as a pickle from end to end; nothing of it is executed."""
    try:
        with open(path, "rb") as file:
            for _ in pickletools.genops(file):
                pass
    except Exception:
        return False
    return True


def _refusal(path: Path, why: str) -> str:
    return (
        f"{path} is refused unopened: it holds more than tensors ({why}), and opening it could execute code. "
        "If you trust where it comes from, convert it once:\n"
        f"  import torch; weights = torch.load({path.name!r}, weights_only=False)\n"
        f"  torch.save(getattr(weights, 'state_dict', lambda: weights)(), {path.stem + '-tensors' + path.suffix!r})"
    )


def _unwrap(path: Path, content: Any) -> dict[str, Tensor]:
    """Take the tensors out of a checkpoint, and the ``module.`` that data-parallel training put before their names."""
    from torch import Tensor

    while isinstance(content, Mapping) and (key := next((key for key in WRAPPERS if key in content), None)):
        if isinstance(content[key], Tensor):
            break
        content = content[key]
    tensors = _only_tensors(content) if isinstance(content, Mapping) else {}
    if not tensors:
        raise UsageError(
            f"{path} holds no tensors by name: expected a state_dict, and it is a {type(content).__name__}"
        )
    return tensors


def _only_tensors(content: Mapping[str, Any]) -> dict[str, Tensor]:
    """Leave out what else a state_dict may hold: a module's extra state, numbers of a checkpoint."""
    from torch import Tensor

    return {name: value for name, value in content.items() if isinstance(value, Tensor)}


def check_finite(tensors: Mapping[str, Tensor], path: Path | str) -> None:
    """UsageError that names the tensors with NaN or infinite numbers."""
    bad = []
    for name, tensor in _only_tensors(tensors).items():
        wrong = tensor.numel() - int(tensor.isfinite().sum())
        if wrong:
            bad.append(f"{name} ({wrong:,} of {tensor.numel():,} numbers)")
    if bad:
        raise UsageError(f"{path} holds NaN or infinite weights: {_some(bad)}")


def fit(module: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Put tensors into a module; UsageError that names those missing, left over or of another shape."""
    wanted = _only_tensors(module.state_dict())
    if all(name.startswith("module.") for name in tensors) and not any(name.startswith("module.") for name in wanted):
        tensors = {name.removeprefix("module."): tensor for name, tensor in tensors.items()}
    given_places = {wanted[name].data_ptr() for name in tensors if name in wanted and not wanted[name].is_meta}
    missing = [
        f"{name} {_shape(tensor)}"
        for name, tensor in wanted.items()
        if name not in tensors
        and not name.endswith("num_batches_tracked")
        and not (tensor.numel() and tensor.data_ptr() in given_places)
    ]
    left_over = [f"{name} {_shape(tensor)}" for name, tensor in tensors.items() if name not in wanted]
    misshapen = [
        f"{name} (expected {_shape(wanted[name])}, got {_shape(tensor)})"
        for name, tensor in tensors.items()
        if name in wanted and wanted[name].shape != tensor.shape
    ]
    problems = [
        f"{what}: {_some(names)}"
        for what, names in (("missing", missing), ("unexpected", left_over), ("of another shape", misshapen))
        if names
    ]
    if problems:
        raise UsageError(f"{path} does not fit the network: {'; '.join(problems)}")
    module.load_state_dict(tensors, strict=False)


def _shape(tensor: Tensor) -> str:
    return "×".join(map(str, tensor.shape)) or "scalar"


def _some(names: list[str]) -> str:
    more = len(names) - NAMED_AT_MOST
    return ", ".join(names[:NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
