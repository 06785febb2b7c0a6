"""Networks as JSON files, behind the interface of ``generators.networks``."""

import json
import math
from dataclasses import dataclass, field

from generators.errors import UsageError
from generators.fingerprint import Fingerprint, digest
from generators.networks.subject import Layer


@dataclass(frozen=True)
class Entry:
    kind: str = "classifier"
    labels: tuple[str, ...] = ("a", "b")
    data: str | None = "rows"
    is_bundled: bool = False
    layers: tuple[str, ...] = ()
    neurons: tuple[str, ...] = ()
    intervals: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Network:
    name: str
    weights: list
    fingerprint: str
    device: str
    quality: dict


def _read(name, paths, file):
    return json.loads((file or paths.networks_toml).read_text())[name]


def entries(paths, file=None):
    return {name: Entry() for name in json.loads((file or paths.networks_toml).read_text())}


def fingerprint(name, paths, file=None, memo=None):
    network = _read(name, paths, file)
    rows = {f"tensor row{i}": digest(row) for i, row in enumerate(network["weights"])}
    return Fingerprint(rows | {"data": digest(network["data"])})


def survey(name, paths, file=None):
    network = load(name, paths, file=file)
    return (Layer("layer", "Linear", (len(network.weights), len(network.weights[0])), None),)


def load(name, paths, device="cpu", file=None):
    weights = _read(name, paths, file)["weights"]
    if any(math.isnan(weight) for row in weights for weight in row):
        raise UsageError(f"network {name!r} has weights that are not numbers")
    return Network(name, weights, fingerprint(name, paths, file).digest, device, {"accuracy": 0.75})
