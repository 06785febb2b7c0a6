"""What the prose quotes of convolutions."""

from generators.articles.neuron.results.convolution import Kernels, OneByOne, UnrolledConvolution
from generators.exhibit import Scalar


def kernels(result: Kernels) -> dict[str, Scalar]:
    out, channels, side, _ = result.weight.shape
    return {
        "layer": result.path,
        "out": out,
        "in": channels,
        "k": side,
        "neurons": out,
        "synapses_per_neuron": channels * side * side,
        "synapses": result.weight.size,
        "positions": result.positions,
        "units": out * result.positions,
        "largest_sum_error": result.largest_sum_error,
    }


def one_by_one(result: OneByOne) -> dict[str, Scalar]:
    return {
        "layer": result.path,
        "neurons": result.neurons,
        "synapses": result.synapses,
        "comparisons": result.comparisons,
        "difference_float32": result.difference_float32,
        "difference_float64": result.difference_float64,
        "largest_activation": result.largest_activation,
    }


def conv_as_matrix(result: UnrolledConvolution) -> dict[str, Scalar]:
    cells = result.rows * result.columns
    return {
        "layer": result.path,
        "rows": result.rows,
        "columns": result.columns,
        "cells": cells,
        "synapses": result.synapses,
        "connections": result.connections,
        "nonzero_share": result.connections / cells,
        "difference_float32": result.difference_float32,
        "difference_float64": result.difference_float64,
    }
