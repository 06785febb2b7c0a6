"""Forget the comparisons that decide nothing: of a maximum only the winner counts, not how the losers rank.

A maximum over many is a tournament, whose rounds cut one after the other. Where two faces have the same winners, the
edge between them is taken out, and a corner that is left between two pieces of one straight edge with it.
"""

import numpy as np

from generators.articles.multi_neuron.analysis import subdivision
from generators.articles.multi_neuron.analysis.assembly import WORD, Step, bits, final_codes
from generators.articles.multi_neuron.analysis.compiled import compiled
from generators.articles.multi_neuron.analysis.piecewise import Piecewise
from generators.articles.multi_neuron.analysis.subdivision import Subdivision

AT_ONCE = 1 << 24
"""How many bits are looked at together."""


def merge_losers(
    network: Piecewise, contest: int, sub: Subdivision, rounds: list[Step], end: int
) -> tuple[Subdivision, Step]:
    """Merge the faces that differ only in comparisons of losers; ``end`` is the switch after the contest's last.

    The rounds become one step, whose irrelevant bits are 0.
    """
    size = sum(each.size for each in rounds)
    offsets = np.cumsum([0, *(each.size for each in rounds)])
    columns = np.concatenate([
        offset + (np.arange(each.size) if each.columns is None else each.columns)
        for offset, each in zip(offsets, rounds, strict=False)
    ])  # fmt: skip
    codes = _relevant_codes(network, contest, rounds, columns, size)
    sub, kept = _merged(sub, codes, end - size)
    codes = codes[kept]
    _relabel(sub, codes, columns, end - size)
    parents = np.arange(rounds[-1].n_regions)
    for each in reversed(rounds):
        parents = each.parents[parents]
    constant = np.concatenate([each.constant for each in rounds])
    return sub, Step(codes, parents[kept], columns, constant)


def _relevant_codes(network: Piecewise, contest: int, rounds: list[Step], columns: np.ndarray, size: int) -> np.ndarray:
    """Pack the bits of ``columns`` for every face, uint64[F, words], with 0 where a bit does not matter."""
    words = final_codes(rounds)
    n, n_words = len(words[0]), -(-len(columns) // WORD)
    codes = np.zeros((n, n_words), np.uint64)
    at_once = max(1, AT_ONCE // size)
    for start in range(0, n, at_once):
        here = slice(start, start + at_once)
        every = np.concatenate([bits(each, word[here]) for each, word in zip(rounds, words, strict=True)], 1)
        every &= network.relevant(contest, every)
        packed = np.zeros((len(every), 8 * n_words), np.uint8)
        row = np.packbits(every[:, columns], axis=1, bitorder="little")
        packed[:, : row.shape[1]] = row
        codes[here] = packed.view("<u8")
    return codes


def _merged(sub: Subdivision, codes: np.ndarray, start: int) -> tuple[Subdivision, np.ndarray]:
    """Take out edges of switches from ``start`` on between faces of equal codes; also give an old face for each."""
    beside = subdivision.sides(sub)
    candidates = np.flatnonzero(sub.labels >= start)
    left, right = beside[candidates].T
    needless = np.zeros(len(sub.edges), bool)
    needless[candidates] = (codes[left] == codes[right]).all(1)
    if not needless.any():
        return sub, np.arange(len(codes))
    degree = np.bincount(sub.edges[~needless].ravel(), minlength=len(sub.vertices))
    n_corners = -int(sub.labels.min())  # of the domain: they come first
    joined = (degree == 2) & (np.arange(len(sub.vertices)) >= n_corners)  # it lies within one edge
    merged, kept = _trace(sub, needless, joined)
    used = np.zeros(len(sub.vertices), bool)
    used[merged.edges.ravel()] = True
    renumbered = (np.cumsum(used) - 1).astype(np.int32)
    return merged._replace(vertices=sub.vertices[used], edges=renumbered[merged.edges]), kept


def _relabel(sub: Subdivision, codes: np.ndarray, columns: np.ndarray, start: int) -> None:
    """Name each edge of the contest by a comparison that matters on it: several can be equal along one line."""
    edges = np.flatnonzero(sub.labels >= start)
    left, right = subdivision.sides(sub)[edges].T
    differ = (codes[left] ^ codes[right]).astype("<u8", copy=False)
    bits = np.unpackbits(differ.view(np.uint8), axis=1, count=len(columns), bitorder="little")
    own = np.searchsorted(columns, sub.labels[edges] - start)
    wrong = bits[np.arange(len(edges)), own] == 0
    if wrong.any():
        sub.labels[edges[wrong]] = start + columns[bits[wrong].argmax(1)]


@compiled
def _trace(sub: Subdivision, needless: np.ndarray, joined: np.ndarray) -> tuple[Subdivision, np.ndarray]:
    """Walk around what is left between the edges that stay, and over the vertices that are joined."""
    n_edges, n_halves = len(sub.edges), len(sub.halves)
    following, owner = np.full(2 * n_edges, -1, np.int32), np.full(2 * n_edges, -1, np.int32)
    for f in range(len(sub.start) - 1):
        begin, end = sub.start[f], sub.start[f + 1]
        for at in range(begin, end):
            following[sub.halves[at]] = sub.halves[at + 1 if at + 1 < end else begin]
            owner[sub.halves[at]] = f
    for half in range(2 * n_edges):
        if owner[half] >= 0 and not needless[half >> 1]:
            after = following[half]
            while needless[after >> 1]:
                after = following[after ^ 1]
            following[half] = after
    edges, labels = np.empty((n_edges, 2), np.int32), np.empty(n_edges, np.int32)
    made = np.full(n_edges, -1, np.int32)
    start, halves = np.zeros(len(sub.start), np.int64), np.empty(n_halves, np.int32)
    kept = np.empty(len(sub.start) - 1, np.int64)
    seen = np.zeros(2 * n_edges, np.bool_)
    n_made, n_faces, at = 0, 0, 0
    for first in range(2 * n_edges):
        if owner[first] < 0 or seen[first] or needless[first >> 1] or joined[_from(sub, first)]:
            continue
        half = first
        while not seen[half]:
            begin, chain = half, half >> 1
            seen[half] = True
            while joined[_from(sub, half ^ 1)]:
                half = following[half]
                seen[half] = True
                chain = min(chain, half >> 1)
            u, v = _from(sub, begin), _from(sub, half ^ 1)
            if made[chain] < 0:
                edges[n_made, 0], edges[n_made, 1], labels[n_made] = u, v, sub.labels[chain]
                made[chain] = n_made
                n_made += 1
            halves[at] = 2 * made[chain] + (edges[made[chain], 0] != u)
            at += 1
            half = following[half]
        kept[n_faces] = owner[first]
        n_faces += 1
        start[n_faces] = at
    merged = Subdivision(
        sub.vertices,
        edges[:n_made].copy(),
        labels[:n_made].copy(),
        start[: n_faces + 1].copy(),
        halves[:at].copy(),
    )
    return merged, kept[:n_faces].copy()


@compiled
def _from(sub: Subdivision, half: int) -> int:
    return sub.edges[half >> 1, half & 1]
