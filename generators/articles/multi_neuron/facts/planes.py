"""What the prose says of planes over two inputs."""

import numpy as np

from generators.articles.multi_neuron.results.planes import Planes
from generators.exhibit import Scalar


def planes(result: Planes) -> dict[str, Scalar]:
    """Count the codes that occur and those that could, and name the first that does not."""
    n = len(result.bias)
    return {
        "neurons": n,
        "seed": result.seed,
        "draws": result.n_draws,
        "regions": len(result.codes),
        "conceivable_codes": 2**n,
        "at_code": _digits(result.outputs > 0),
        "absent": len(result.absent),
        "absent_code": _digits(result.absent[0]) if len(result.absent) else "",
    }


def _digits(code: np.ndarray) -> str:
    return "".join(str(int(on)) for on in code)
