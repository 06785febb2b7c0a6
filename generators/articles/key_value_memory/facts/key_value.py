"""What the prose quotes of the network 3 -> 8 -> 2."""

from generators.articles.key_value_memory.results.key_value import KeyValue
from generators.drawing.weights import listed
from generators.exhibit import Scalar


def key_value(result: KeyValue) -> dict[str, Scalar]:
    n_keys, n_inputs = result.w_key.shape
    n_outputs = result.w_value.shape[0]
    return {
        "inputs": n_inputs,
        "keys": n_keys,
        "value_neurons": n_outputs,
        "neurons": n_keys + n_outputs,
        "key_synapses": result.w_key.size,
        "value_synapses": result.w_value.size,
        "synapses": result.w_key.size + result.w_value.size,
        "active": listed([i + 1 for i in result.active]),
        "n_active": len(result.active),
        "strongest": result.strongest + 1,
        "y1": float(result.path[-1, 0]),
        "y2": float(result.path[-1, 1]),
        "draw": result.draw,
        "draws": result.n_draws,
        "wanted": result.n_wanted,
        "wanted_share": result.n_wanted / result.n_draws,
        "legible": result.n_legible,
        "n_inputs": result.n_inputs,
        "same_order_error": result.same_order_error,
        "identity_error": result.identity_error,
        "identity_error_float32": result.identity_error_float32,
    }
