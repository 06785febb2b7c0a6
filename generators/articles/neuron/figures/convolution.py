"""Convolution drawn as neurons: kernels beside the maps they make, and the same kernels as one sparse matrix."""

from collections.abc import Iterator

import numpy as np

from generators.articles.neuron.results.convolution import Kernels, Response, UnrolledConvolution
from generators.drawing import Diagram
from generators.drawing.svg import element
from generators.drawing.weights import (
    ACCENT,
    INK,
    MUTED,
    NUMBERED,
    SURFACE,
    WITH_NUMBER,
    canvas,
    cell,
    dot,
    dots,
    heading,
    mosaic,
    picture,
    signed,
    strength,
    words,
)


def kernels(result: Kernels) -> Diagram:
    """Draw every kernel beside its map, and one place taken apart; live, the reader picks digit, neuron and place."""
    return Diagram(
        _kernels_wide(result), _kernels_data(result), list(_rows(result)), "convolution", _kernels_narrow(result)
    )


def conv_as_matrix(result: UnrolledConvolution) -> Diagram:
    """Draw one neuron's rows of the unrolled matrix, z = M x; live, the reader picks digit, neuron, row and weight."""
    return Diagram(
        _matrix_wide(result), _matrix_data(result), list(_rows(result)), "conv-matrix", _matrix_narrow(result)
    )


def _rows(result: Kernels | UnrolledConvolution) -> Iterator[dict]:
    for (neuron, channel, row, column), weight in np.ndenumerate(result.weight):
        yield {
            "out neuron": neuron + 1,
            "in channel": channel + 1,
            "kernel row": row + 1,
            "kernel column": column + 1,
            "weight": float(weight),
        }


def _examples(responses: tuple[Response, ...]) -> list[dict]:
    return [
        {
            "name": r.name,
            "pixels": r.pixels.ravel().tolist(),
            "ink": r.ink.ravel().round(6).tolist(),
            "maps": [m.ravel().round(6).tolist() for m in r.maps],
        }
        for r in responses
    ]


def _kernels_data(result: Kernels) -> dict:
    return {
        "weight": [w.ravel().tolist() for w in result.weight],
        "bias": result.bias.tolist(),
        "side": result.weight.shape[-1],
        "padding": result.padding,
        "stride": result.stride,
        "dilation": result.dilation,
        "height": result.responses[0].pixels.shape[0],
        "width": result.responses[0].pixels.shape[1],
        "rows": result.responses[0].maps.shape[1],
        "columns": result.responses[0].maps.shape[2],
        "largest_weight": result.largest_weight,
        "largest_preactivation": result.largest_preactivation,
        "examples": _examples(result.responses),
        "shown": result.shown,
        "neuron": result.neuron,
        "row": result.row,
        "column": result.column,
    }


def _kernels_wide(result: Kernels) -> str:
    response = result.responses[result.shown]
    pixel = 192 / response.pixels.shape[1]
    rows, place = -(-len(result.weight) // 4), 84 / response.maps.shape[2]
    return canvas(
        words(0, 16, text="Input", font_weight=600),
        *_input(result, response, 0, 30, pixel),
        heading(368, 16, "Out neurons", "each with its kernel and its map"),
        *(
            _neuron(result, response, i, 368 + (i % 4) * 101, 34 + (i // 4) * 196, place)
            for i in range(len(result.weight))
        ),
        *_products(result, 0, 262, 38),
        words(0, 424, text=_sentence(result), font_size=14, data_sum=""),
        width=760,
        height=max(434, 34 + rows * 196),
        layout="wide",
    )


def _kernels_narrow(result: Kernels) -> str:
    response = result.responses[result.shown]
    rows = -(-len(result.weight) // 4)
    below = 180 + rows * 156
    return canvas(
        words(0, 14, text="Input", font_weight=600),
        *_input(result, response, 0, 24, 120 / response.pixels.shape[1]),
        words(136, 40, text="What a neuron sees at one place", font_size=13, fill=MUTED),
        words(136, 58, text="is framed, and summed below.", font_size=13, fill=MUTED),
        words(0, 168, text="Out neurons", font_weight=600),
        *(
            _neuron(result, response, i, 4 + (i % 4) * 92, 184 + (i // 4) * 156, 75 / response.maps.shape[2])
            for i in range(len(result.weight))
        ),
        *_products(result, 0, below + 14, 39),
        words(0, below + 158, text=_sentence(result), font_size=13, data_sum=""),
        width=360,
        height=below + 170,
        layout="narrow",
    )


def _input(result: Kernels, response: Response, x: float, y: float, pixel: float) -> Iterator[str]:
    reach = result.dilation * (result.weight.shape[-1] - 1) + 1
    yield picture(response.ink, x, y, pixel, data_picture="")
    yield element(
        "rect",
        x=x + (result.column * result.stride - result.padding) * pixel,
        y=y + (result.row * result.stride - result.padding) * pixel,
        width=reach * pixel,
        height=reach * pixel,
        fill="none",
        stroke=ACCENT,
        stroke_width=2.5,
        data_patch=f"{x:g} {y:g} {pixel:g}",
    )


def _neuron(result: Kernels, response: Response, i: int, x: float, y: float, pixel: float) -> str:
    """Draw one kernel above its map."""
    kernel, values = result.weight[i, 0], response.maps[i]
    rows, columns = values.shape
    top = y + 3 * 14 + 16
    chosen = i == result.neuron
    return element(
        "g",
        words(x + 3 * 14 + 10, y + 26, text=str(i + 1), font_size=15, font_weight=600, fill=MUTED),
        mosaic(kernel, result.largest_weight, x, y, 14 * 3 / len(kernel)),
        mosaic(values, result.largest_preactivation, x, top, pixel, data_map=i),
        element(
            "rect",
            x=x - 4,
            y=y - 4,
            width=columns * pixel + 8,
            height=top - y + rows * pixel + 8,
            rx=3,
            fill="none",
            stroke=ACCENT,
            stroke_width=2,
            opacity=int(chosen),
            data_chosen=i,
        ),
        element(
            "rect",
            x=x + result.column * pixel,
            y=top + result.row * pixel,
            width=pixel,
            height=pixel,
            fill="none",
            stroke=INK,
            stroke_width=2,
            opacity=int(chosen),
            data_place=f"{i} {x:g} {top:g} {pixel:g}",
        ),
        element("rect", x=x, y=top, width=columns * pixel, height=rows * pixel, fill="transparent", data_plate=i),
    )


def _products(result: Kernels, x: float, y: float, side: float) -> Iterator[str]:
    """Draw the patch, the kernel, and what their products sum to."""
    kernel = result.weight[result.neuron, 0]
    k = len(kernel)
    side *= 3 / k
    second = x + k * side + 24
    value = result.responses[result.shown].maps[result.neuron, result.row, result.column]
    yield words(x, y - 8, text="what it sees", font_size=13, fill=MUTED)
    yield words(second, y - 8, text="its weights", font_size=13, fill=MUTED)
    for (i, j), seen in np.ndenumerate(result.patch):
        left, top = x + j * side, y + i * side
        yield element("rect", x=left, y=top, width=side, height=side, fill=SURFACE)
        box = {"x": left + 0.5, "y": top + 0.5, "width": side - 1, "height": side - 1}
        yield element(
            "rect", **box, fill=INK, fill_opacity=round(0.35 * min(1.0, abs(float(seen))), 3), data_seen=i * k + j
        )
        yield _number(left, top, side, seen, data_seen_text=i * k + j)
    yield words(second - 12, y + k * side / 2 + 6, text="·", font_size=22, text_anchor="middle")
    yield element("rect", x=second, y=y, width=k * side, height=k * side, fill=SURFACE)
    for (i, j), weight in np.ndenumerate(kernel):
        left, top = second + j * side, y + i * side
        yield cell(weight, result.largest_weight, left, top, side, side, WITH_NUMBER, data_weight=i * k + j)
        yield _number(left, top, side, weight, data_weight_text=i * k + j)
    end = second + k * side + 10
    yield words(end + 24, y + k * side / 2 - side / 2 - 8, text="plus bias", font_size=13, fill=MUTED)
    yield words(end, y + k * side / 2 + 5, text="→", font_size=16)
    yield cell(
        value,
        result.largest_preactivation,
        end + 24,
        y + (k - 1) * side / 2,
        side * 1.5,
        side,
        WITH_NUMBER,
        data_total="",
    )
    yield words(
        end + 24 + side * 0.75,
        y + k * side / 2 + 5,
        text=signed(value),
        font_size=14,
        text_anchor="middle",
        data_total_text="",
    )


def _number(x: float, y: float, side: float, value: float, **attributes: object) -> str:
    if side < NUMBERED:
        return ""
    return words(
        x + side / 2, y + side / 2 + 4.5, text=signed(value, 2), font_size=12, text_anchor="middle", **attributes
    )


def _sentence(result: Kernels) -> str:
    z = float(result.responses[result.shown].maps[result.neuron, result.row, result.column])
    b = float(result.bias[result.neuron])
    where = f"Neuron {result.neuron + 1} at ({result.row + 1}, {result.column + 1})"
    return f"{where}: {signed(z - b)}, bias {signed(b)}: z = {signed(z)}"


def _matrix_data(result: UnrolledConvolution) -> dict:
    return {
        "weight": [w.ravel().tolist() for w in result.weight],
        "bias": result.bias.tolist(),
        "sources": result.sources.tolist(),
        "side": result.weight.shape[-1],
        "rows": result.height,
        "columns": result.width,
        "pixel_columns": result.responses[0].pixels.shape[1],
        "largest_weight": float(np.abs(result.weight).max()),
        "largest_preactivation": result.largest_preactivation,
        "examples": _examples(result.responses),
        "shown": result.shown,
        "neuron": result.neuron,
        "unit": result.unit,
    }


def _matrix_wide(result: UnrolledConvolution) -> str:
    beside = 492.0
    return canvas(
        *_equation(result, 0, 44, 384, gap=18),
        words(beside, 16, text="The same as pictures", font_weight=600),
        *_pictures(result, beside, 56, 124, beside + 144, 56),
        words(beside, 212, text=f"Kernel: {result.weight[0].size} weights, shared"),
        *_kernel(result, beside, 224, 44),
        *_matrix_words(result, beside, 388, 14),
        width=760,
        height=434,
        layout="wide",
    )


def _matrix_narrow(result: UnrolledConvolution) -> str:
    below = 44.0 + 304 + 44
    return canvas(
        *_equation(result, 0, 44, 304, gap=10),
        *_pictures(result, 0, below, 104, 256, below),
        words(180, below - 8, text="weights", font_size=13, text_anchor="middle", fill=MUTED),
        *_kernel(result, 126, below, 36),
        *_matrix_words(result, 0, below + 138, 13),
        width=360,
        height=below + 188,
        layout="narrow",
    )


def _equation(result: UnrolledConvolution, x: float, y: float, size: float, gap: float) -> Iterator[str]:
    """Draw M in a square, the pixels as one column, and what comes out as another."""
    units, pixels = result.sources.shape
    response, thick, wide, high = result.responses[result.shown], 12.0, size / pixels, size / units
    flat = result.weight[result.neuron].ravel()
    largest = float(np.abs(result.weight).max())
    yield words(x, y - 28, text="One neuron’s rows of M", font_weight=600)
    yield words(x, y - 8, text=f"{units} places × {pixels} pixels", fill=MUTED, font_size=13)
    yield element("rect", x=x, y=y, width=size, height=size, fill=SURFACE)
    for source, weight in enumerate(flat):
        cells = "".join(dot(int(i), int(j)) for i, j in np.argwhere(result.sources == source))
        turn = f"translate({x:g} {y:g}) scale({wide:g} {high:g})"
        opacity = strength(weight, largest)
        yield element(
            "path", d=cells, transform=turn, stroke_opacity=opacity, data_shared=source, **dots(float(weight))
        )
    first, second = x + size + gap, x + size + gap * 2 + thick
    yield words(first + thick / 2, y - 8, text="x", font_style="italic", text_anchor="middle")
    yield _column(picture(response.ink.reshape(-1, 1), 0, 0, 1, data_x=""), first, y, thick, wide)
    yield words(second + thick / 2, y - 8, text="z", font_style="italic", text_anchor="middle")
    column = response.maps[result.neuron].reshape(-1, 1)
    yield _column(mosaic(column, result.largest_preactivation, 0, 0, 1, data_z=""), second, y, thick, high)
    for left, width in ((x, size), (second, thick)):
        yield element(
            "rect",
            x=left - 1,
            y=y + result.unit * high - 1,
            width=width + 2,
            height=high + 2,
            fill="none",
            stroke=ACCENT,
            stroke_width=2,
            data_unit=f"{y - 1:g} {high:g}",
        )
    yield element("rect", x=x, y=y, width=size, height=size, fill="transparent", data_plate="")


def _column(inside: str, x: float, y: float, width: float, height: float) -> str:
    return element("g", inside, transform=f"translate({x:g} {y:g}) scale({width:g} {height:g})")


def _pictures(
    result: UnrolledConvolution, x: float, y: float, size: float, x_map: float, y_map: float
) -> Iterator[str]:
    """Draw the pixels that the picked row joins, and the place that it makes."""
    response = result.responses[result.shown]
    row, column = divmod(result.unit, result.width)
    width, place = response.pixels.shape[1], size / max(result.height, result.width)
    yield words(x, y - 8, text="pixels x", font_size=13, fill=MUTED)
    yield picture(response.ink, x, y, size / max(response.ink.shape), data_picture="")
    seen = [int(p) for p in np.flatnonzero(result.sources[result.unit] >= 0)]
    yield element(
        "path",
        d="".join(f"M{p % width} {p // width}h1v1h-1z" for p in seen),
        transform=f"translate({x:g} {y:g}) scale({size / max(response.pixels.shape):g})",
        fill="none",
        stroke=ACCENT,
        stroke_width=2,
        vector_effect="non-scaling-stroke",
        data_seen="",
    )
    yield words(x_map, y_map - 8, text="places z", font_size=13, fill=MUTED)
    yield mosaic(response.maps[result.neuron], result.largest_preactivation, x_map, y_map, place, data_map="")
    yield element(
        "rect",
        x=x_map + column * place,
        y=y_map + row * place,
        width=place,
        height=place,
        fill="none",
        stroke=ACCENT,
        stroke_width=2.5,
        data_place=f"{x_map:g} {y_map:g} {place:g}",
    )


def _kernel(result: UnrolledConvolution, x: float, y: float, side: float) -> Iterator[str]:
    kernel = result.weight[result.neuron, 0]
    side *= 3 / len(kernel)
    yield element("rect", x=x, y=y, width=len(kernel) * side, height=len(kernel) * side, fill=SURFACE)
    for (i, j), weight in np.ndenumerate(kernel):
        left, top, source = x + j * side, y + i * side, i * len(kernel) + j
        box = cell(weight, float(np.abs(result.weight).max()), left, top, side, side, WITH_NUMBER, data_weight=source)
        yield element("g", box, _number(left, top, side, weight, data_weight_text=source), data_source=source)


def _matrix_words(result: UnrolledConvolution, x: float, y: float, size: int) -> Iterator[str]:
    row, column = divmod(result.unit, result.width)
    z = float(result.responses[result.shown].maps[result.neuron].ravel()[result.unit])
    synapses = int((result.sources[result.unit] >= 0).sum())
    yield words(x, y, text=f"Place ({row + 1}, {column + 1}): z = {signed(z)}", font_size=size, data_sum="")
    yield words(
        x, y + 20, text=f"{synapses} of {result.sources.shape[1]} pixels", font_size=size, fill=MUTED, data_one=""
    )
