"""How a language model turns the residual stream into logits: the norm before the head, and the head."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor, nn
from torch.nn.functional import linear

from generators.articles.key_value_memory.analysis.watching import CLOSE, Call, apart


@dataclass(frozen=True)
class Unembedding:
    """``norm`` of the residual stream after the last block, times ``weight``, plus ``bias``, are the logits."""

    weight: Tensor
    """(n_tokens, d)"""
    bias: Tensor | None
    """(n_tokens,)"""
    norm: Callable[[Tensor], Tensor]
    """Of (…, d); the identity where there is none."""
    is_tied: bool
    """Whether the weight is the token embedding's."""


def find(module: nn.Module, calls: Sequence[Call], answer: Tensor, d_model: int, lists: set[str]) -> Unembedding | None:
    """Find the head that gave ``answer`` (1, tokens, n_tokens); ``None`` without one that reads the residual stream.

    The stream is what an item of ``lists``, the paths of lists of blocks, gives; where there are none, any module's
    output may be. A head whose logits are scaled afterwards is given scaled; one whose logits are bent is not.
    """
    embeddings = {id(each.weight) for each in module.modules() if isinstance(each, nn.Embedding)}
    for weight, bias, read in _heads(module, calls, answer, (answer.shape[-1], d_model)):
        norm = _norm(read, calls, lists)
        if norm:
            scale = _scale(linear(read, _plain(weight), None if bias is None else _plain(bias)), answer)
            return Unembedding(
                weight if scale == 1 else weight * scale,
                bias if bias is None or scale == 1 else bias * scale,
                norm,
                id(weight) in embeddings,
            )
    return None


def identity(x: Tensor) -> Tensor:
    """Return what is given: the norm of a network without one."""
    return x


def _heads(
    module: nn.Module, calls: Sequence[Call], answer: Tensor, shape: tuple[int, int]
) -> Iterator[tuple[Tensor, Tensor | None, Tensor]]:
    """Weights of this shape that may be the head's, with their bias and what they read: layers, the last first; then
    any that a module's output multiplied by gives the answer, as heads have that borrow the embedding's weight."""
    for call in reversed(calls):
        if isinstance(call.module, nn.Linear) and call.module.weight.shape == shape:
            yield call.module.weight, call.module.bias, call.came
    for parameter in module.parameters():
        if tuple(parameter.shape) in (shape, shape[::-1]):
            weight = parameter if parameter.shape == shape else parameter.mT
            for call in reversed(calls):
                if call.went.shape[-1:] == shape[1:] and apart(linear(call.went, _plain(weight)), answer) < CLOSE:
                    yield weight, None, call.went


def _norm(read: Tensor, calls: Sequence[Call], lists: set[str]) -> Callable[[Tensor], Tensor] | None:
    """The norm that makes what a head reads of the residual stream; ``None`` where something else does."""
    stream = [call.went for call in calls if call.path.rpartition(".")[0] in lists]
    if any(apart(went, read) == 0 for went in stream):
        return identity
    norm = next((call for call in calls if _is_norm(call) and apart(call.went, read) == 0), None)
    if not lists:
        return norm.module if norm else identity
    return norm.module if norm and any(apart(went, norm.came) == 0 for went in stream) else None


def _is_norm(call: Call) -> bool:
    """Whether a module may be a norm: it has no parts and no matrix."""
    return not any(call.module.children()) and all(each.ndim < 2 for each in call.module.parameters())


def _scale(logits: Tensor, answer: Tensor) -> float:
    """What the network multiplies its logits with; 1 where it does something else."""
    scale = float((answer * logits).sum() / logits.square().sum())
    is_scaled = abs(scale - 1) > CLOSE and apart(logits * scale, answer) < CLOSE
    return scale if is_scaled else 1.0


def _plain(weight: Tensor) -> Tensor:
    return weight.detach().cpu().float()
