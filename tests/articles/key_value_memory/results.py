"""Memories by lot, with tokens that try to be markup: what figures, facts and pages are tested on without a network."""

import numpy as np

from generators.articles.key_value_memory.results.memories import Agreement, Layer, Lens, Memories, Removal, Shown

HOSTILE = (
    "<script>alert(1)</script>", "</svg>", "&amp;", "a b", "\n", " ", "–", "שלום", "🦉", "x" * 60, "\t", " the", '"\'`',
    "]]>", "=1+1", "中文",
)  # fmt: skip
TOKENS = HOSTILE + tuple(f"w{index}" for index in range(24))


def memories(
    seed: int,
    n_layers: int = 2,
    f: int = 12,
    d: int = 6,
    m: int | None = None,
    c: int = 5,
    w: int = 7,
    e: int = 3,
    p: int = 6,
    bins: int = 16,
    has_head: bool = True,
    is_signed: bool = False,
    tokens: tuple[str, ...] = TOKENS,
) -> Memories:
    """Draw memories of ``n_layers`` layers of ``f``, of which ``m`` (all) are shown with ``c`` texts of ``w`` tokens.

    What follows from other numbers does: activations descend, purities, agreement, shares and the head's products are
    counted, the last memory of each layer never fires.
    """
    random = np.random.default_rng(seed)
    head = random.normal(size=(len(tokens), d)).astype(np.float32) if has_head else None
    m = f if m is None else m
    order = iter(np.split(random.permutation(n_layers * m), n_layers))
    layers = tuple(
        _layer(random, index, f, head, next(order), (m, c, w, e, p, bins, d), len(tokens), is_signed)
        for index in range(n_layers)
    )
    return Memories(
        tokens=tokens,
        layers=layers,
        n_tokens=10_000,
        context=64,
        k=c,
        purity_chance=0.13,
        n_sampled=1_000,
        n_deals=20,
        has_head=has_head,
        is_tied=False,
        loss=1.25 if has_head else None,
        seconds=1.5,
    )


def _layer(
    random: np.random.Generator,
    index: int,
    f: int,
    head: np.ndarray | None,
    order: np.ndarray,
    sizes: tuple[int, ...],
    n_tokens: int,
    is_signed: bool,
) -> Layer:
    shown = _shown(random, np.sort(random.choice(f, len(order), replace=False)), order, head, sizes, n_tokens, f)
    never = np.arange(f) == f - 1
    fires = {"last_purity": _purity(shown.texts[..., -1]), "next_purity": _purity(shown.following)}
    agrees, agreed = np.zeros(f, bool), np.full(f, np.nan)
    if head is not None:
        hits = shown.following == shown.promoted[:, :1]
        agrees[shown.index], agreed[shown.index] = hits[:, 0] & ~never[shown.index], hits.mean(1)
    active = random.uniform(0.001, 0.4, f)
    largest = random.uniform(0.5, 4, f).astype(np.float32)
    largest[shown.index] = shown.activation[:, 0]
    return Layer(
        path=f"blocks.{index}.mlp.value",
        keys=(f"blocks.{index}.mlp.gate", f"blocks.{index}.mlp.up") if is_signed else (f"blocks.{index}.mlp.key",),
        activation="SiLU" if is_signed else "GELU",
        n_memories=f,
        d_model=sizes[-1],
        is_signed=is_signed,
        active=np.where(never, 0.0, active),
        largest=np.where(never, np.float32(-0.01), largest),
        n_texts=np.where(never, 0, sizes[1]),
        **{name: _placed(values, shown.index, random, f, never) for name, values in fires.items()},
        agrees=agrees,
        agreed=np.where(never, np.nan, agreed),
        without_last=np.where(never, np.nan, random.uniform(0, 1, f)),
        value_norm=random.uniform(0.5, 2, f).astype(np.float32),
        agreement=None if head is None else Agreement(0.31 + index / 100, 0.22, 0.04, 0.011, 0.07),
        agreement_norm=None if head is None else Agreement(0.35 + index / 100, 0.25, 0.05, 0.012, 0.08),
        dominant_share=0.12,
        half_memories=7.5,
        any_agrees=0.25,
        any_control=0.06,
        lens=None if head is None else Lens(0.4 + index / 10, 2.5 - index / 10, 0.1),
        removal=None
        if head is None
        else Removal(0.4, 0.1, 0.05, 0.02, 1e-4, 3e-5, 2e-5, 1e-5, 0.5, 0.9, 20, 3, 8, 32, 0.91, 0.02),
        against=None if head is None else 0.61,
        against_control=None if head is None else 0.49,
        identity_error=2e-7,
        cosine=0.42,
        cosine_random=0.33,
        first_removed=0.97,
        random_removed=0.95,
        last_removed=0.1,
        shown=shown,
    )


def _shown(
    random: np.random.Generator,
    index: np.ndarray,
    order: np.ndarray,
    head: np.ndarray | None,
    sizes: tuple[int, ...],
    n_tokens: int,
    f: int,
) -> Shown:
    m, c, w, e, p, bins, d = sizes
    texts = random.integers(0, n_tokens, (m, c, w)).astype(np.int32)
    texts[np.arange(w) < w - random.integers(1, w + 1, (m, c, 1))] = -1
    texts[:, ::2, -1] = texts[:, :1, -1]
    following = random.integers(0, n_tokens, (m, c)).astype(np.int32)
    activation = -np.sort(-random.uniform(0.1, 4, (m, c)).astype(np.float32))
    activation[index == f - 1] = -0.01
    value = random.normal(size=(m, d)).astype(np.float32)
    e, p = (e, p) if head is not None else (0, 0)
    head = np.zeros((n_tokens, d), np.float32) if head is None else head
    raw, normed = value @ head.T, (value - value.mean(1, keepdims=True)) @ (head * np.linspace(0.2, 2, d)).T
    promoted = np.argsort(-raw, 1, "stable")[:, :p].astype(np.int32)
    if p:
        following[::3, : (c + 1) // 2] = promoted[::3, :1]
    before = random.uniform(0, 1, (m, e)).astype(np.float32)
    after = (before * random.uniform(0, 1.1, (m, e))).clip(0, 1).astype(np.float32)
    said = np.where(before > 0.5, following[:, :e], promoted[:, 1:2] if p else following[:, :e])
    return Shown(
        index=index,
        order=order,
        texts=texts,
        following=following,
        activation=activation,
        n_without=e,
        before=before,
        after=after,
        said=said.astype(np.int32),
        said_without=np.where(after > 0.5, following[:, :e], random.integers(0, n_tokens, (m, e))).astype(np.int32),
        histogram=random.multinomial(10_000, 0.5 ** np.arange(1, bins + 1) / (1 - 0.5**bins), m),
        low=np.full(m, -0.17),
        high=np.maximum(activation[:, 0].astype(float), 0.17),
        value=value,
        promoted=promoted,
        promoted_score=np.take_along_axis(raw, promoted, 1),
        promoted_norm=np.argsort(-normed, 1, "stable")[:, :p].astype(np.int32),
        suppressed=np.argsort(raw, 1, "stable")[:, :p].astype(np.int32),
    )


def _purity(tokens: np.ndarray) -> np.ndarray:
    """Share of each row's commonest number."""
    return np.array([np.bincount(row).max() / len(row) for row in tokens])


def _placed(
    values: np.ndarray, index: np.ndarray, random: np.random.Generator, f: int, never: np.ndarray
) -> np.ndarray:
    """Values of the shown memories among others by lot; NaN where nothing fires."""
    placed = random.uniform(0, 1, f)
    placed[index] = values
    return np.where(never, np.nan, placed)
