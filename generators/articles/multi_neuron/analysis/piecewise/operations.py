"""What torch's operations do to a piecewise-linear function: which keep it so, and why the others do not.

Names are those of ATen, without the underscore of the forms that work in place.
"""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


REARRANGING = _names(
    "view _unsafe_view reshape _reshape_alias flatten unflatten t transpose permute movedim expand squeeze unsqueeze "
    "select slice narrow as_strided diagonal unfold clone detach alias contiguous lift_fresh cat stack split "
    "split_with_sizes unsafe_split unsafe_chunk chunk unbind flip roll repeat pixel_shuffle pixel_unshuffle "
    "channel_shuffle native_channel_shuffle"
)
"""They only move numbers, be these activations or indices."""
AFFINE = _names(
    "neg add sub rsub sum mean cumsum trace tril triu diag_embed copy _to_copy zero fill lerp constant_pad_nd "
    "reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d replication_pad3d "
    "avg_pool1d avg_pool2d avg_pool3d adaptive_avg_pool1d _adaptive_avg_pool2d _adaptive_avg_pool3d "
    "upsample_nearest1d upsample_nearest2d upsample_nearest3d _upsample_nearest_exact1d _upsample_nearest_exact2d "
    "upsample_linear1d upsample_bilinear2d upsample_bicubic2d upsample_trilinear3d im2col col2im index index_select "
    "gather take masked_fill where scatter_add index_add index_put index_copy slice_scatter "
    "select_scatter"
)
FACTORS: Mapping[str, tuple[str, ...]] = {
    "mul": ("self", "other"),
    "mm": ("self", "mat2"),
    "bmm": ("self", "mat2"),
    "mv": ("self", "vec"),
    "dot": ("self", "tensor"),
    "matmul": ("self", "other"),
    "linear": ("input", "weight"),
    "addmm": ("mat1", "mat2"),
    "addbmm": ("batch1", "batch2"),
    "baddbmm": ("batch1", "batch2"),
    "addmv": ("mat", "vec"),
    "addcmul": ("tensor1", "tensor2"),
    "convolution": ("input", "weight"),
    "_convolution": ("input", "weight"),
    "conv1d": ("input", "weight"),
    "conv2d": ("input", "weight"),
    "_trilinear": ("i1", "i2", "i3"),
}
"""Products: affine where no more than one factor depends on the input."""
DIVISORS: Mapping[str, str] = {"div": "other", "addcdiv": "tensor2"}
NORMALISING = _names(
    "native_batch_norm cudnn_batch_norm miopen_batch_norm batch_norm _native_batch_norm_legit "
    "_native_batch_norm_legit_no_training"
)
"""Batch normalisation: affine by its running averages, which is what it does in eval mode."""
CONSTANT = _names("zeros_like ones_like empty_like full_like new_zeros new_ones new_empty new_full new_empty_strided")
"""They look at shapes alone."""
MAXIMA = _names(
    "maximum minimum fmax fmin amax amin max min max_pool2d_with_indices max_pool3d_with_indices adaptive_max_pool2d "
    "adaptive_max_pool3d"
)

Depends = Callable[[Any], bool]

SMOOTH = "is smooth, not piecewise linear"
SPREAD = "divides by a spread that depends on the input, so it is not piecewise linear"
JUMPS = "jumps, so it is not piecewise linear and continuous"
PRODUCT = "multiplies two values that both depend on the input, so it is not piecewise linear"
QUOTIENT = "divides by a value that depends on the input, so it is not piecewise linear"
WHY: Mapping[str, str] = {
    **dict.fromkeys(
        _names(
            "gelu silu sigmoid tanh elu celu softplus mish exp exp2 expm1 log log2 log10 log1p log_sigmoid erf erfc "
            "sin cos tan asin acos atan atan2 sinh cosh asinh acosh atanh logsumexp logaddexp logit sinc"
        ),
        SMOOTH,
    ),
    **dict.fromkeys(
        _names(
            "pow square sqrt rsqrt reciprocal hypot cdist linalg_vector_norm norm std var std_mean var_mean hardswish "
            "prod cumprod"
        ),
        "is curved, not piecewise linear",
    ),
    **dict.fromkeys(
        _names("softmax log_softmax safe_softmax"),
        "weighs by exponentials, as attention does, which are smooth, not piecewise linear",
    ),
    **dict.fromkeys(_names("layer_norm group_norm rms_norm fused_rms_norm"), SPREAD),
    **dict.fromkeys(
        _names(
            "gt ge lt le eq ne sign sgn floor ceil round trunc frac heaviside argmax argmin hardshrink threshold "
            "fmod remainder floor_divide logical_not bucketize signbit any all"
        ),
        JUMPS,
    ),
    **dict.fromkeys(
        _names("item is_nonzero nonzero equal"),
        "reads a number that depends on the input, so the path may differ from input to input",
    ),
    "glu": PRODUCT,
    "clamp": "has bounds that are tensors, in place of which torch.maximum and torch.minimum can be read",
}


def name_of(function: torch._ops.OpOverload) -> str:
    """ATen's name of an operation, the same for the form that works in place."""
    name = function._schema.name.partition("::")[2]
    return name if name.startswith("__") else name.removesuffix("_")


def readable(name: str) -> str:
    """The name that a person knows an operation by."""
    short = name.strip("_").removeprefix("native_").removesuffix("_with_indices").removesuffix("_forward")
    return {"local_scalar_dense": "item", "prelu_kernel": "prelu", "to_copy": "to"}.get(short, short)


def given_to(function: torch._ops.OpOverload, args: tuple, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call by their names, those left out by their defaults."""
    expected = function._schema.arguments
    named = {each.name: value for each, value in zip(expected, args, strict=False)}
    return {each.name: each.default_value for each in expected if each.has_default_value()} | named | dict(kwargs)


def objection(name: str, given: Mapping[str, Any], depends: Depends) -> str | None:
    """Say why an operation on values that depend on the input is neither affine nor a switch; None if it is."""
    if name in REARRANGING or name in CONSTANT:
        return None
    if any(depends(each) and not each.is_floating_point() for each in tensors_in(tuple(given.values()))):
        return "computes with the index of a maximum, which jumps"
    if name in FACTORS and sum(depends(given[each]) for each in FACTORS[name]) > 1:
        return PRODUCT
    if name in DIVISORS and depends(given[DIVISORS[name]]):
        return QUOTIENT
    if name in DIVISORS and given.get("rounding_mode"):
        return JUMPS
    if name in NORMALISING and given.get("training", given.get("train")):
        return SPREAD
    if (name in NORMALISING or name == "lerp") and depends(given["weight"]):
        return PRODUCT
    known = name in AFFINE or name in FACTORS or name in DIVISORS or name in NORMALISING or name in MAXIMA
    return None if known else why_not(name)


def why_not(name: str) -> str:
    """The reason against an operation that nothing speaks for."""
    short = readable(name)
    if "attention" in short or "transformer" in short:
        return "weighs values by a softmax, which is smooth, not piecewise linear"
    return WHY.get(short, "is not among the operations that can be read")


def tensors_in(values: Any) -> list[Tensor]:
    """All tensors among arguments or results, those in lists too."""
    if isinstance(values, Tensor):
        return [values]
    if isinstance(values, (tuple, list)):
        return [tensor for each in values for tensor in tensors_in(each)]
    return []
