"""A plotly figure as plain values: small JSON for plotly.js, and its points as rows in words."""

import base64
import gzip
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

import numpy as np

from generators.drawing import written

Spec = dict[str, Any]
"""A trace, a layout or a frame as plotly's own names and values."""

_ARRAYS = {"x", "y", "z", "i", "j", "k", "intensity"}
"""Attributes of a trace that plotly.js reads from packed bytes."""
_WORTH_PACKING = 256
_MARKUP = re.compile(r"<(?!/?(?:b|br|em|extra|i|strong|sub|sup)\s*/?>)")


def packed(value: Any, key: str = "") -> Any:
    """Pack long arrays where that is smaller, and leave plotly no markup but emphasis, indices and line breaks."""
    match value:
        case np.ndarray() if key in _ARRAYS and value.dtype.kind in "iuf" and value.size >= _WORTH_PACKING:
            return _smaller(value)
        case np.ndarray():
            return packed(value.tolist()) if value.dtype.kind in "OU" else value
        case str():
            return _MARKUP.sub("&lt;", value)
        case dict():
            return {name: packed(inner, name) for name, inner in value.items()}
        case list() | tuple():
            return [packed(inner) for inner in value]
    return value


def _smaller(array: np.ndarray) -> Any:
    """Choose between a list and plotly's packed bytes by what travels: floats as float32, integers exactly."""
    kinds = ("f4",) if array.dtype.kind == "f" else ("i1", "i2", "i4")
    fitting = [kind for kind in kinds if kind == "f4" or _fits(array, np.iinfo(kind))]
    if not fitting:
        return array
    spec = {"dtype": fitting[0], "bdata": base64.b64encode(array.astype(f"<{fitting[0]}").tobytes()).decode()}
    if array.ndim > 1:
        spec["shape"] = ", ".join(map(str, array.shape))
    return min(spec, array, key=lambda choice: len(gzip.compress(written.json(choice), mtime=0)))


def _fits(array: np.ndarray, limits: Any) -> bool:
    return bool(limits.min <= array.min() and array.max() <= limits.max)


_GRIDS = {"contour", "heatmap", "surface"}


def points(data: list[Spec], layout: Spec, frames: list[Spec]) -> Iterator[Spec]:
    """Give one row a point, in words: the axes' titles are the headings."""
    many = len(data) > 1
    for trace in data:
        yield from _trace_points(trace, layout, many)
    for frame in frames:
        for position, trace in enumerate(frame.get("data", ())):
            drawn = frame.get("traces") or range(len(data))
            base = data[drawn[position]] if position < len(drawn) and drawn[position] < len(data) else {}
            for row in _trace_points(base | trace, layout, many):
                yield {"frame": _words(frame.get("name", ""))} | row


def _trace_points(trace: Spec, layout: Spec, many: bool) -> Iterator[Spec]:
    x_name, y_name, z_name = (_heading(trace, layout, axis) for axis in "xyz")
    series = {"series": _words(trace.get("name", ""))} if many else {}
    if trace.get("type") in _GRIDS:
        z = np.asarray(trace["z"])
        x, y = (_coordinates(trace, axis, length) for axis, length in zip("xy", z.shape[::-1], strict=True))
        for row_index, column_index in np.ndindex(*z.shape):
            value = z[row_index, column_index]
            yield series | {x_name: _words(x[column_index]), y_name: _words(y[row_index]), z_name: value}
        return
    columns = {
        x_name: trace.get("x"),
        y_name: trace.get("y"),
        z_name: trace.get("z"),
        "label": trace.get("text", trace.get("hovertext")),
        **_errors(trace, x_name, "error_x"),
        **_errors(trace, y_name, "error_y"),
        **_colour(trace, layout),
    }
    columns = {name: values for name, values in columns.items() if isinstance(values, list | tuple | np.ndarray)}
    for point in range(max(map(len, columns.values()), default=0)):
        yield series | {name: _words(values[point]) for name, values in columns.items() if point < len(values)}


def _coordinates(trace: Spec, axis: str, length: int) -> Sequence[Any]:
    given = trace.get(axis)
    if given is not None and np.ndim(given) == 1 and len(given) in (length, length + 1):
        return given
    start, step = trace.get(f"{axis}0", 0), trace.get(f"d{axis}", 1)
    return [start + step * index for index in range(length)]


def _errors(trace: Spec, name: str, key: str) -> Spec:
    bars = trace.get(key, {})
    return {f"{name}, above": bars.get("array"), f"{name}, below": bars.get("arrayminus")}


def _colour(trace: Spec, layout: Spec) -> Spec:
    if trace.get("intensity") is not None:
        return {_colorbar(trace, layout) or "value": trace["intensity"]}
    marker = trace.get("marker", {})
    values = marker.get("color")
    numeric = isinstance(values, np.ndarray) and values.dtype.kind in "iuf"
    return {_colorbar(marker, layout) or "colour": values} if numeric else {}


def _heading(trace: Spec, layout: Spec, axis: str) -> str:
    """Name a coordinate as the reader sees it: its axis' title, with the unit; a grid's value by its colour bar."""
    if axis == "z" and trace.get("type") in _GRIDS - {"surface"}:
        return _colorbar(trace, layout) or _words(trace.get("name", "")) or "value"
    if trace.get("type") in {"mesh3d", "scatter3d", "surface"}:
        title = layout.get(trace.get("scene", "scene"), {}).get(f"{axis}axis", {}).get("title", {})
    else:
        title = layout.get(f"{axis}axis" + str(trace.get(f"{axis}axis", axis))[1:], {}).get("title", {})
    return _words(title.get("text", "")) or axis


def _colorbar(owner: Spec, layout: Spec) -> str:
    bar = layout.get(owner["coloraxis"], {}) if "coloraxis" in owner else owner
    return str(_words(bar.get("colorbar", {}).get("title", {}).get("text", "")))


def _words(value: Any) -> Any:
    """Read a label as plain text: ``10<sup>6</sup>`` as 10^6."""
    if not isinstance(value, str):
        return value
    for markup, plain in (
        (r"<br\s*/?>", " "),
        ("<sup>", "^"),
        ("<sub>", "_"),
        (r"</?(?:b|em|extra|i|strong|sub|sup)>", ""),
    ):
        value = re.sub(markup, plain, value)
    return unescape(value)
