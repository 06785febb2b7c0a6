"""Results as bytes: a JSON tree and the arrays' own bytes behind it; equal results give equal bytes, and no pickle.

A result is a frozen dataclass of numpy arrays, numbers, text, None, lists, tuples and dicts of those, and such
dataclasses. Reading one instantiates dataclasses of the packages it is told to trust and nothing else.
"""

import dataclasses
import json
import math
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

_MAGIC = b"neuron-series result 1\n"
_ALIGN = 64
_EXACT_IN_JSON = 1 << 63


def encode(result: Any) -> bytes:
    """Write a result; TypeError names the field that holds something a result cannot."""
    arrays: list[bytes] = []
    tree = _Encoder(arrays).tree(result, type(result).__name__)
    header = json.dumps(tree, separators=(",", ":")).encode()
    start = len(_MAGIC) + 8 + len(header)
    return b"".join([_MAGIC, len(header).to_bytes(8, "little"), header, b"\0" * (-start % _ALIGN), *arrays])


def decode(data: bytes, packages: Sequence[str]) -> Any:
    """Read a result, its arrays read-only; ValueError unless all its dataclasses are of ``packages``."""
    tree, start = _header(data)
    return _Decoder(data, start + -start % _ALIGN, packages).value(tree)


def result_types(data: bytes) -> list[str]:
    """Name the outermost class of each dataclass in an encoded result, ``module:Class``, without importing it."""
    found: set[str] = set()
    ahead = [_header(data)[0]]
    while ahead:
        match ahead.pop():
            case {"type": name, "fields": fields}:
                found.add(_outermost(name))
                ahead += fields.values()
            case {"list": items}:
                ahead += items
            case {"dict": pairs}:
                ahead += [value for _, value in pairs]
            case list(items):
                ahead += items
    return sorted(found)


def _outermost(name: str) -> str:
    module, _, path = name.partition(":")
    return f"{module}:{path.partition('.')[0]}"


def check_trusted(types: Iterable[str], packages: Sequence[str]) -> None:
    """Raise ValueError unless every ``module:Class`` is of one of ``packages``."""
    for name in types:
        module = name.partition(":")[0]
        if not any(module == package or module.startswith(f"{package}.") for package in packages):
            raise ValueError(f"{name} is not a dataclass of {' or '.join(packages)}, so a result cannot hold it")


def _header(data: bytes) -> tuple[Any, int]:
    if not data.startswith(_MAGIC):
        raise ValueError("these bytes are not a result of this version")
    at = len(_MAGIC)
    end = at + 8 + int.from_bytes(data[at : at + 8], "little")
    return json.loads(data[at + 8 : end]), end


class _Encoder:
    def __init__(self, arrays: list[bytes]) -> None:
        self.arrays = arrays
        self.length = 0

    def tree(self, value: Any, where: str) -> Any:
        match value:
            case None | bool():
                return value
            case int() if type(value) is int:
                return value if abs(value) < _EXACT_IN_JSON else {"int": hex(value)}
            case float() if type(value) is float:
                return value if math.isfinite(value) else {"float": str(value)}
            case str():
                return str(value)
            case np.ndarray() | np.generic():
                return self.array(value, where)
            case tuple() if type(value) is tuple:
                return [self.tree(item, f"{where}[{i}]") for i, item in enumerate(value)]
            case list():
                return {"list": [self.tree(item, f"{where}[{i}]") for i, item in enumerate(value)]}
            case dict():
                return {"dict": [self.pair(key, item, where) for key, item in value.items()]}
            case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
                kind = type(value)
                names = [field.name for field in dataclasses.fields(value)]
                fields = {name: self.tree(getattr(value, name), f"{where}.{name}") for name in names}
                return {"type": f"{kind.__module__}:{kind.__qualname__}", "fields": fields}
        raise TypeError(
            f"{where} is a {type(value).__name__}; "
            "a result holds numpy arrays, numbers, text, lists, tuples, dicts and dataclasses of those"
        )

    def pair(self, key: Any, item: Any, where: str) -> list[Any]:
        if not isinstance(key, str):
            raise TypeError(f"{where} has the key {key!r}; the keys of a dict in a result are text")
        return [str(key), self.tree(item, f"{where}[{key!r}]")]

    def array(self, value: np.ndarray | np.generic, where: str) -> dict[str, Any]:
        array = np.asarray(value)
        if array.dtype.kind not in "biufc":
            raise TypeError(f"{where} is an array of {array.dtype}; a result's arrays hold numbers or truth values")
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        data = little.tobytes()
        node = {"array": little.dtype.str, "shape": list(array.shape), "at": self.length}
        if isinstance(value, np.generic):
            node["scalar"] = True
        data += b"\0" * (-len(data) % _ALIGN)
        self.arrays.append(data)
        self.length += len(data)
        return node


class _Decoder:
    def __init__(self, data: bytes, start: int, packages: Sequence[str]) -> None:
        self.data = data
        self.start = start
        self.packages = packages

    def value(self, tree: Any) -> Any:
        match tree:
            case list():
                return tuple(map(self.value, tree))
            case {"list": items}:
                return list(map(self.value, items))
            case {"dict": pairs}:
                return {key: self.value(item) for key, item in pairs}
            case {"int": text}:
                return int(text, 16)
            case {"float": text}:
                return float(text)
            case {"array": dtype, "shape": shape, "at": at}:
                array = np.frombuffer(self.data, dtype, math.prod(shape), self.start + at).reshape(shape)
                return array[()] if tree.get("scalar") else array
            case {"type": name, "fields": fields}:
                return self.instance(name, {field: self.value(item) for field, item in fields.items()})
            case _:
                return tree

    def instance(self, name: str, fields: dict[str, Any]) -> Any:
        check_trusted([name], self.packages)
        module, _, path = name.partition(":")
        kind: Any = import_module(module)
        for part in path.split("."):
            kind = getattr(kind, part)
        if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
            raise ValueError(f"{name} is not a dataclass")
        made = kind(**{field.name: fields.pop(field.name) for field in dataclasses.fields(kind) if field.init})
        for field, item in fields.items():
            object.__setattr__(made, field, item)
        return made
