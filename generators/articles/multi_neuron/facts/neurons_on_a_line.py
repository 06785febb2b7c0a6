"""What the prose says of neurons that read one input."""

import numpy as np

from generators.articles.multi_neuron.results.neurons_on_a_line import NeuronsOnALine
from generators.exhibit import Scalar


def line(result: NeuronsOnALine) -> dict[str, Scalar]:
    """Give the two inputs' codes, how rare such a draw is, and the intervals of each view; neurons count from 1."""
    rising = result.weight[:, 0] > 0
    fullest = int(result.whole.codes.sum(1).argmax())
    n = len(result.bias)
    return {
        "neurons": n,
        "others": n - 1,
        "conceivable_codes": 2**n,
        "seed": result.seed,
        "turning": result.turning + 1,
        "turning_breakpoint": float(result.whole.crossings[result.turning]),
        "first": result.first,
        "second": result.second,
        "first_code": _code(result, result.first),
        "second_code": _code(result, result.second),
        "apart": result.apart,
        "draws": result.n_draws,
        "share": result.n_turning / result.n_draws,
        "legible": result.n_legible,
        "change_probability": abs(result.second - result.first) / 4,
        "probability": result.probability,
        "one_in": 1 / result.probability,
        "low": result.whole.low,
        "high": result.whole.high,
        "rising": int(rising.sum()),
        "falling": int((~rising).sum()),
        "breakpoints": len(result.whole.breakpoints),
        "intervals": result.whole.n_intervals,
        "positive_breakpoints": len(result.positive.breakpoints),
        "positive_intervals": result.positive.n_intervals,
        "positive_falling": int((result.positive.inside & ~rising).sum()),
        "fullest_low": float(result.whole.ends[fullest]),
        "fullest_high": float(result.whole.ends[fullest + 1]),
        "fullest_on": int(result.whole.codes[fullest].sum()),
        "unswitching": int(np.flatnonzero(~result.whole.inside)[0]) + 1,
        "quantile": float(result.whole_quantile.quantile or 0),
        "quantile_rest": 1 - float(result.whole_quantile.quantile or 0),
        "quantile_low": float(result.whole_quantile.breakpoints[0]),
        "quantile_high": float(result.whole_quantile.breakpoints[-1]),
        "quantile_intervals": result.whole_quantile.n_intervals,
    }


def _code(result: NeuronsOnALine, x: float) -> str:
    return "".join(str(int(y > 0)) for y in result.weight[:, 0] * x + result.bias)
