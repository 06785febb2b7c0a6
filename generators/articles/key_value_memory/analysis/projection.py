"""What a value says: the tokens whose directions in the head it points to, raw or through the final norm."""

import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis.anatomy import Anatomy

ROWS_AT_ONCE = 256


def likeliest(anatomy: Anatomy, vectors: Tensor, k: int = 1, normed: bool = False) -> tuple[Tensor, Tensor]:
    """Find the ``k`` tokens whose head rows have the largest product with each of ``vectors`` (n, d): products and
    tokens, (n, k)."""
    assert anatomy.head is not None
    found = [
        ((anatomy.norm(part) if normed else part) @ anatomy.head.T).topk(k) for part in vectors.split(ROWS_AT_ONCE)
    ]
    return torch.cat([each.values for each in found]), torch.cat([each.indices for each in found])
