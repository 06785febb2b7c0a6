"""Model cards: one JSON file beside each bundled network's weights that says how it was made and how good it is."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn

WEIGHTS = Path(__file__).parent / "weights"


def weights_file(name: str, folder: Path = WEIGHTS) -> Path:
    return folder / f"{name}.safetensors"


def read(name: str, folder: Path = WEIGHTS) -> dict[str, Any]:
    """Everything the training script noted about a bundled network; see ``publish`` for the keys."""
    return json.loads((folder / f"{name}.json").read_text())


def publish(name: str, module: "nn.Module", card: Mapping[str, Any], folder: Path = WEIGHTS) -> dict[str, Any]:
    """Write the weights and their card; return the card, completed by architecture, size and sha256."""
    from safetensors.torch import save

    weights = save({key: tensor.cpu().contiguous() for key, tensor in _stored_once(module).items()})
    folder.mkdir(parents=True, exist_ok=True)
    weights_file(name, folder).write_bytes(weights)
    complete = {
        "name": name,
        **card,
        "architecture": str(module).splitlines(),
        "parameters": sum(parameter.numel() for parameter in module.parameters()),
        "sha256": sha256(weights).hexdigest(),
    }
    (folder / f"{name}.json").write_text(json.dumps(complete, indent=2, ensure_ascii=False) + "\n")
    return complete


def _stored_once(module: "nn.Module") -> "dict[str, Tensor]":
    """A module's tensors without the second names of those that it ties together."""
    tensors = module.state_dict()
    names = {tensor.data_ptr(): name for name, tensor in reversed(tensors.items())}  # the first name stays
    return {name: tensor for name, tensor in tensors.items() if name in names.values()}
