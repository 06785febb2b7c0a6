"""A planar subdivision into convex faces, and the step that cuts it along the zero lines of many switches at once.

One step takes the values of n switches at all V vertices; within a face each switch is affine, so that its zero set
there is a straight chord. The step never compares coordinates:

1. a vertex has three signs for a switch, and within the rounding of its value it is 0: the line goes through it;
2. an edge is cut where its ends have opposite signs, and cuts that coincide along it are welded to one vertex;
3. a switch enters and leaves a face at two places of its border. Cutting along one chord leaves two faces, and every
   other chord lies in one of them or, where its ends interleave, crosses and is split between both.

So two neighbours always agree, every face is a convex polygon with at least three corners, and Euler's formula holds
whatever the rounding: what rounding can decide is only whether lines that meet within it make a region of that size.
The work is linear in what comes out, but for the sorting along chords.

The idea of cutting a layer at once is ours; edges that share their cuts are in Sotoudeh and Thakur (2019), signs at
vertices in Berzins (2023).
"""

from typing import NamedTuple

import numpy as np

from generators.articles.multi_neuron.analysis.compiled import compiled, inlined


class Subdivision(NamedTuple):
    """Vertices, edges between them, and faces as loops of half-edges."""

    vertices: np.ndarray
    """float64[V, 2]"""
    edges: np.ndarray
    """int32[E, 2], the vertices at both ends."""
    labels: np.ndarray
    """int32[E], the switch along the edge; negative on the border."""
    start: np.ndarray
    """int64[F + 1]: face f has ``halves[start[f] : start[f + 1]]``."""
    halves: np.ndarray
    """int32[…], counter-clockwise: twice the edge, plus 1 where the face runs it from its second end to its first."""


@compiled
def _origin(edges: np.ndarray, half: int) -> int:
    return edges[half >> 1, half & 1]


def n_faces(sub: Subdivision) -> int:
    return len(sub.start) - 1


@compiled
def sides(sub: Subdivision) -> np.ndarray:
    """The faces on the left and on the right of each edge: int32[E, 2]; -1 outside."""
    found = np.full((len(sub.edges), 2), -1, np.int32)
    for f in range(len(sub.start) - 1):
        for at in range(sub.start[f], sub.start[f + 1]):
            found[sub.halves[at] >> 1, sub.halves[at] & 1] = f
    return found


@compiled
def loops(sub: Subdivision) -> tuple[np.ndarray, np.ndarray]:
    """The vertices around each face, int32[…] beside ``halves``, and its area float64[F]."""
    corners = np.empty(len(sub.halves), np.int32)
    area = np.zeros(len(sub.start) - 1)
    for f in range(len(area)):
        begin, end = sub.start[f], sub.start[f + 1]
        for at in range(begin, end):
            corners[at] = _origin(sub.edges, sub.halves[at])
        x0, y0 = sub.vertices[corners[begin]]
        for at in range(begin + 1, end - 1):
            ax, ay = sub.vertices[corners[at]]
            bx, by = sub.vertices[corners[at + 1]]
            area[f] += ((ax - x0) * (by - y0) - (bx - x0) * (ay - y0)) / 2
    return corners, area


class Cuts(NamedTuple):
    """Where the edges are cut; those of edge e are ``start[e] : start[e + 1]``, in order along it."""

    start: np.ndarray
    """int64[E + 1]"""
    switch: np.ndarray
    """int32[…]"""
    place: np.ndarray
    """float64[…], from 0 at the edge's first end to 1 at its second."""
    vertex: np.ndarray
    """int32[…], the new vertex there; coinciding cuts share one."""
    first: np.ndarray
    """int32[E], the first new vertex of an edge; its others follow."""
    n_new: np.ndarray
    """int32[E], how many new vertices it has."""


class Chords(NamedTuple):
    """The switches that cut each face, ``start[f] : start[f + 1]``, and where on its border they do."""

    start: np.ndarray
    """int64[F + 1]"""
    switch: np.ndarray
    """int32[…]"""
    enter: np.ndarray
    """int32[…], the place in the face's loop, new vertices included, after which the switch is positive."""
    leave: np.ndarray
    """int32[…], the place after which it is negative."""
    crossed: np.ndarray
    """bool[F], whether any two of a face's chords cross."""
    crossings: int
    """How many pairs of chords cross inside a face."""


class Segments(NamedTuple):
    """Old edges and new chords with new vertices on them, each made after its ends: what values there come from."""

    ends: np.ndarray
    """int32[S, 2]"""
    start: np.ndarray
    """int64[S + 1]"""
    switch: np.ndarray
    """int32[…]"""
    place: np.ndarray
    """float64[…], ascending in each segment."""
    step: np.ndarray
    """float64[…], by how much the switch's value differs between the segment's ends; positive."""
    vertex: np.ndarray
    """int32[…]"""


def polygon(corners: np.ndarray) -> Subdivision:
    """Make the subdivision of one face from its corners float64[k, 2], counter-clockwise."""
    k = len(corners)
    index = np.arange(k, dtype=np.int32)
    edges = np.stack([index, np.roll(index, -1)], 1)
    return Subdivision(
        np.ascontiguousarray(corners, np.float64), edges, -1 - index, np.array([0, k], np.int64), 2 * index
    )


@compiled
def signs(values: np.ndarray, eps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pack which of the values float64[V, n] are above and below 0 by more than eps: two uint64[V, ⌈n / 64⌉]."""
    n_vertices, n = values.shape
    words = (n + 63) // 64
    above = np.empty((n_vertices, words), np.uint64)
    below = np.empty((n_vertices, words), np.uint64)
    for v in range(n_vertices):
        for w in range(words):
            up, down = np.uint64(0), np.uint64(0)
            for bit in range(min(64, n - 64 * w)):
                value, least = values[v, 64 * w + bit], eps[64 * w + bit]
                up |= np.uint64(value > least) << np.uint64(bit)
                down |= np.uint64(value < -least) << np.uint64(bit)
            above[v, w], below[v, w] = up, down
    return above, below


_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
_LOWEST = np.zeros(64, np.int64)
for _bit in range(64):
    _LOWEST[((0x03F79D71B4CB0A89 << _bit) & 0xFFFFFFFFFFFFFFFF) >> 58] = _bit


@compiled
def _lowest(word: np.uint64) -> np.int64:
    """The index of the lowest bit that is set (Leiserson, Prokop and Randall 1998)."""
    alone = word & (~word + np.uint64(1))
    return _LOWEST[np.int64((alone * _BRUIJN) >> np.uint64(58))]


@compiled
def _count(word: np.uint64) -> np.int64:
    word = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def _sign(above: np.ndarray, below: np.ndarray, v: int, j: int) -> np.int64:
    bit = np.uint64(j & 63)
    return np.int64((above[v, j >> 6] >> bit) & np.uint64(1)) - np.int64((below[v, j >> 6] >> bit) & np.uint64(1))


@compiled
def _sort(keys: np.ndarray, order: np.ndarray, n: int) -> None:
    """Put ``order[:n]`` into ascending order of ``keys``, which it indexes."""
    if n > 48:  # here sorting by insertion stops to pay
        order[:n] = order[:n][np.argsort(keys[order[:n]])]
        return
    for i in range(1, n):
        item, k = order[i], i - 1
        while k >= 0 and keys[order[k]] > keys[item]:
            order[k + 1] = order[k]
            k -= 1
        order[k + 1] = item


@compiled
def cut_edges(
    sub: Subdivision, values: np.ndarray, eps: np.ndarray, above: np.ndarray, below: np.ndarray
) -> tuple[Cuts, np.ndarray]:
    """Find where each switch cuts each edge; return the cuts, and the new vertices' coordinates float64[new, 2]."""
    n_edges, words = len(sub.edges), above.shape[1]
    start = np.zeros(n_edges + 1, np.int64)
    for e in range(n_edges):
        u, v = sub.edges[e]
        found = 0
        for w in range(words):
            found += _count((above[u, w] & below[v, w]) | (below[u, w] & above[v, w]))
        start[e + 1] = start[e] + found
    total = start[n_edges]
    switch, place, vertex = np.empty(total, np.int32), np.empty(total), np.empty(total, np.int32)
    first, count = np.zeros(n_edges, np.int32), np.zeros(n_edges, np.int32)
    places, order = np.empty(total), np.empty(total, np.int64)
    found_j = np.empty(total, np.int32)
    new = np.empty((total, 2))
    n_new, n_old = 0, len(sub.vertices)
    for e in range(n_edges):
        if start[e + 1] == start[e]:
            continue
        u, v = sub.edges[e]
        m = 0
        for w in range(words):
            word = (above[u, w] & below[v, w]) | (below[u, w] & above[v, w])
            while word:
                j = 64 * w + _lowest(word)
                word &= word - np.uint64(1)
                found_j[m], places[m], order[m] = j, values[u, j] / (values[u, j] - values[v, j]), m
                m += 1
        _sort(places, order, m)
        first[e] = n_old + n_new
        for i in range(m):
            at = start[e] + i
            j, t = found_j[order[i]], places[order[i]]
            switch[at], place[at] = j, t
            if i and _coincide(t - place[at - 1], switch[at - 1], j, values, eps, u, v):
                vertex[at] = vertex[at - 1]
                continue
            vertex[at] = n_old + n_new
            new[n_new, 0] = sub.vertices[u, 0] + t * (sub.vertices[v, 0] - sub.vertices[u, 0])
            new[n_new, 1] = sub.vertices[u, 1] + t * (sub.vertices[v, 1] - sub.vertices[u, 1])
            n_new += 1
        count[e] = n_old + n_new - first[e]
    return Cuts(start, switch, place, vertex, first, count), new[:n_new]


@compiled
def _coincide(gap: float, i: int, j: int, values: np.ndarray, eps: np.ndarray, u: int, v: int) -> bool:
    """Tell whether, a gap apart on the edge from u to v, one of two switches is still 0 where the other is."""
    return gap * abs(values[u, i] - values[v, i]) <= eps[i] or gap * abs(values[u, j] - values[v, j]) <= eps[j]


@compiled
def find_chords(
    sub: Subdivision, cuts: Cuts, above: np.ndarray, below: np.ndarray, enough: int
) -> tuple[Chords, np.ndarray]:
    """List the switches that cut each face; return them, and the code of every face as far as it is uncut.

    Crossings are counted up to ``enough``.
    """
    n_faces, words = len(sub.start) - 1, above.shape[1]
    codes = np.empty((n_faces, words), np.uint64)
    start = np.zeros(n_faces + 1, np.int64)
    crossed = np.zeros(n_faces, np.bool_)
    room = 64 * words + n_faces + len(cuts.switch)
    switch, enter, leave = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.int32)
    most = 0
    for f in range(n_faces):
        most = max(most, sub.start[f + 1] - sub.start[f])
    corner, places = np.empty(most, np.int64), np.empty(most + 1, np.int64)
    at, crossings = 0, 0
    for f in range(n_faces):
        begin, n_corners = sub.start[f], sub.start[f + 1] - sub.start[f]
        for i in range(n_corners):
            corner[i] = _origin(sub.edges, sub.halves[begin + i])
        if at + 64 * words > room:
            room *= 2
            switch, enter, leave = _longer(switch, room), _longer(enter, room), _longer(leave, room)
        placed = False
        for w in range(words):
            up, down = np.uint64(0), np.uint64(0)
            for i in range(n_corners):
                up |= above[corner[i], w]
                down |= below[corner[i], w]
            word = up & down
            codes[f, w] = up & ~word
            if word and not placed:
                placed = True
                places[0] = 0
                for i in range(n_corners):
                    places[i + 1] = places[i] + 1 + cuts.n_new[sub.halves[begin + i] >> 1]
            while word:
                switch[at] = 64 * w + _lowest(word)
                word &= word - np.uint64(1)
                enter[at], leave[at] = _ends(sub, cuts, above, below, f, switch[at], corner, places)
                at += 1
        start[f + 1] = at
        if at > start[f] + 1 and crossings < enough:
            found = _interleaving(enter[start[f] : at], leave[start[f] : at], places[n_corners], enough)
            crossed[f] = found > 0
            crossings += found
    return Chords(start, switch[:at], enter[:at], leave[:at], crossed, crossings), codes


@compiled
def _longer(array: np.ndarray, room: int) -> np.ndarray:
    """A copy with room for more."""
    longer = np.empty(room, array.dtype)
    longer[: len(array)] = array
    return longer


@compiled
def _ends(
    sub: Subdivision,
    cuts: Cuts,
    above: np.ndarray,
    below: np.ndarray,
    f: int,
    j: int,
    corner: np.ndarray,
    places: np.ndarray,
) -> tuple[int, int]:
    """Find the two places of a face's loop where switch j changes its sign: to positive, and to negative."""
    n_corners = sub.start[f + 1] - sub.start[f]
    i = 0
    while _sign(above, below, corner[i], j) == 0:
        i += 1
    enter, leave = -1, -1
    seen, zero = _sign(above, below, corner[i], j), -1
    for step in range(1, n_corners + 1):
        k = (i + step) % n_corners
        sign = _sign(above, below, corner[k], j)
        if sign == 0:
            if zero < 0:
                zero = k
            continue
        if sign != seen:
            place = places[zero] if zero >= 0 else _place(sub, cuts, f, (k - 1) % n_corners, j, places)
            if sign > 0 and enter < 0:
                enter = place
            elif sign < 0 and leave < 0:
                leave = place
        seen, zero = sign, -1
    return enter, leave


@compiled
def _place(sub: Subdivision, cuts: Cuts, f: int, i: int, j: int, places: np.ndarray) -> int:
    """The place in the face's loop at which switch j cuts the edge after corner i."""
    half = sub.halves[sub.start[f] + i]
    e = half >> 1
    at = cuts.start[e]
    while cuts.switch[at] != j:
        at += 1
    index = cuts.vertex[at] - cuts.first[e]
    return places[i] + (cuts.n_new[e] - index if half & 1 else 1 + index)


@inlined
def _after(place: int, first: int, length: int) -> int:
    """How far a place of a loop comes after another; both are within the loop."""
    ahead = place - first
    return ahead + length if ahead < 0 else ahead


@compiled
def _interleaving(enter: np.ndarray, leave: np.ndarray, length: int, enough: int) -> int:
    """Count the pairs of chords whose ends alternate around a loop, until there are ``enough``."""
    found = 0
    for i in range(len(enter)):
        if found >= enough:
            break
        across = _after(leave[i], enter[i], length)
        for k in range(i + 1, len(enter)):
            a, b = _after(enter[k], enter[i], length), _after(leave[k], enter[i], length)
            found += (0 < a < across and b > across) or (a > across and 0 < b < across)
    return found


class _Cut(NamedTuple):
    """What grows while faces are cut; all of it large enough beforehand, counted in ``at``."""

    vertices: np.ndarray
    edges: np.ndarray
    labels: np.ndarray
    start: np.ndarray
    halves: np.ndarray
    codes: np.ndarray
    parents: np.ndarray
    ends: np.ndarray
    segment: np.ndarray
    switch: np.ndarray
    place: np.ndarray
    step: np.ndarray
    vertex: np.ndarray
    at: np.ndarray
    """int64[5]: vertices, edges, faces, segments, cuts on segments so far; halves are in ``start``."""


@compiled
def cut_faces(
    sub: Subdivision,
    cuts: Cuts,
    new: np.ndarray,
    chords: Chords,
    codes: np.ndarray,
    values: np.ndarray,
    eps: np.ndarray,
    label: int,
) -> tuple[Subdivision, np.ndarray, np.ndarray, Segments]:
    """Cut every face along its chords; switch j becomes label + j.

    Returns the new subdivision, and for every face its code uint64[F, ⌈n / 64⌉] and the old face that it lies in.
    """
    out = _room(sub, cuts, new, chords, codes)
    bases = _split_edges(sub, cuts, values, out)
    most = 0
    for f in range(len(chords.start) - 1):
        most = max(most, chords.start[f + 1] - chords.start[f])
    planes = np.empty((most, 3))
    arena, scratch = np.empty(4096, np.int32), np.empty(4096, np.int32)
    stacked = np.empty((64, codes.shape[1]), np.uint64)
    work = np.empty((3, most + 1), np.int64)
    places = np.empty((2, most + 1))
    for f in range(len(sub.start) - 1):
        length = 0
        for at in range(sub.start[f], sub.start[f + 1]):
            length += 1 + cuts.n_new[sub.halves[at] >> 1]
        begin, k = chords.start[f], chords.start[f + 1] - chords.start[f]
        if 2 * length + 8 * k + 16 > len(arena):
            arena = np.empty(4 * (length + 4 * k + 8), np.int32)
            scratch = np.empty_like(arena)
        _refined(sub, cuts, bases, f, arena)
        if k == 0:
            _emit(out, arena, length, codes[f], f)
            continue
        if k == 1:
            switch, a, b = chords.switch[begin], chords.enter[begin], chords.leave[begin]
            _halve(out, arena, 0, length, codes[f], f, switch, a, b, label)
            continue
        mine = chords.switch[begin : begin + k]
        if chords.crossed[f]:
            _planes(sub, f, values, mine, planes)
        for i in range(k):
            arena[length + 3 * i] = i
            arena[length + 3 * i + 1] = chords.enter[begin + i]
            arena[length + 3 * i + 2] = chords.leave[begin + i]
        arena[length + 3 * k], arena[length + 3 * k + 1] = length, k
        top, depth = length + 3 * k + 2, 1
        stacked[0] = codes[f]
        origin = _origin(sub.edges, sub.halves[sub.start[f]])
        while depth:
            d, m = arena[top - 2], arena[top - 1]
            if m == 1:
                top -= d + 5
                depth -= 1
                at = top + d
                _halve(out, arena, top, d, stacked[depth], f, mine[arena[at]], arena[at + 1], arena[at + 2], label)
                continue
            if top + 2 * (d + 4 * m + 8) > len(arena):
                arena = np.concatenate((arena, np.empty(len(arena) + 2 * (d + 4 * m + 8), np.int32)))
                scratch = np.empty_like(arena)
            if depth + 1 >= len(stacked):
                stacked = np.concatenate((stacked, np.empty_like(stacked)))
            top, depth = _split(
                out, arena, top, stacked, depth, f, mine, planes, origin, eps, label, scratch, work, places
            )
    return _finished(out)


@compiled
def _room(sub: Subdivision, cuts: Cuts, new: np.ndarray, chords: Chords, codes: np.ndarray) -> _Cut:
    """Make room for everything that cutting can bring."""
    n_old, n_new, x = len(sub.vertices), len(new), chords.crossings
    n_chords, n_cuts = len(chords.switch), len(cuts.switch)
    n_edges = len(sub.edges) + n_new + n_chords + 2 * x
    n_faces = len(sub.start) - 1 + n_chords + x
    vertices = np.empty((n_old + n_new + x, 2))
    vertices[:n_old] = sub.vertices
    vertices[n_old : n_old + n_new] = new
    start = np.zeros(n_faces + 1, np.int64)
    at = np.zeros(5, np.int64)
    at[0] = n_old + n_new
    n_segments = len(sub.edges) + n_chords + x
    return _Cut(
        vertices,
        np.empty((n_edges, 2), np.int32),
        np.empty(n_edges, np.int32),
        start,
        np.empty(2 * n_edges, np.int32),
        np.empty((n_faces, codes.shape[1]), np.uint64),
        np.empty(n_faces, np.int32),
        np.empty((min(n_segments, n_cuts + x), 2), np.int32),
        np.zeros(min(n_segments, n_cuts + x) + 1, np.int64),
        np.empty(n_cuts + x, np.int32),
        np.empty(n_cuts + x),
        np.empty(n_cuts + x),
        np.empty(n_cuts + x, np.int32),
        at,
    )


@compiled
def _split_edges(sub: Subdivision, cuts: Cuts, values: np.ndarray, out: _Cut) -> np.ndarray:
    """Write the pieces of every old edge; return where each edge's pieces begin."""
    bases = np.empty(len(sub.edges), np.int64)
    for e in range(len(sub.edges)):
        u, v = sub.edges[e]
        bases[e] = out.at[1]
        before = u
        for i in range(cuts.n_new[e] + 1):
            after = cuts.first[e] + i if i < cuts.n_new[e] else v
            _add_edge(out, before, after, sub.labels[e])
            before = after
        if cuts.n_new[e]:
            for at in range(cuts.start[e], cuts.start[e + 1]):
                j = cuts.switch[at]
                _add_cut(out, j, cuts.place[at], abs(values[u, j] - values[v, j]), cuts.vertex[at])
            _end_segment(out, u, v)
    return bases


@inlined
def _add_edge(out: _Cut, u: int, v: int, label: int) -> None:
    e = out.at[1]
    out.edges[e, 0], out.edges[e, 1], out.labels[e] = u, v, label
    out.at[1] = e + 1


@inlined
def _add_cut(out: _Cut, j: int, place: float, step: float, vertex: int) -> None:
    c = out.at[4]
    out.switch[c], out.place[c], out.step[c], out.vertex[c] = j, place, step, vertex
    out.at[4] = c + 1


@inlined
def _end_segment(out: _Cut, u: int, v: int) -> None:
    s = out.at[3]
    out.ends[s, 0], out.ends[s, 1] = u, v
    out.segment[s + 1] = out.at[4]
    out.at[3] = s + 1


@inlined
def _emit(out: _Cut, loop: np.ndarray, length: int, code: np.ndarray, parent: int) -> None:
    f = out.at[2]
    begin = out.start[f]
    for i in range(length):
        out.halves[begin + i] = loop[i]
    out.start[f + 1] = begin + length
    for w in range(len(code)):
        out.codes[f, w] = code[w]
    out.parents[f] = parent
    out.at[2] = f + 1


@inlined
def _halve(
    out: _Cut,
    arena: np.ndarray,
    begin: int,
    length: int,
    code: np.ndarray,
    parent: int,
    switch: int,
    a: int,
    b: int,
    label: int,
) -> None:
    """Cut a face along its only chord, from place a to place b of its loop, which begins at ``arena[begin]``."""
    chord, f = out.at[1], out.at[2]
    _add_edge(out, _origin(out.edges, arena[begin + a]), _origin(out.edges, arena[begin + b]), label + switch)
    for side in range(2):  # where the switch is positive, from a to b, and where it is not
        at, first, last = out.start[f], (a, b)[side], (b, a)[side]
        while first != last:
            out.halves[at] = arena[begin + first]
            at += 1
            first = first + 1 if first + 1 < length else 0
        out.halves[at] = 2 * chord + 1 - side
        out.start[f + 1] = at + 1
        for w in range(len(code)):
            out.codes[f, w] = code[w]
        out.parents[f] = parent
        f += 1
    out.codes[f - 2, switch >> 6] |= np.uint64(1) << np.uint64(switch & 63)
    out.at[2] = f


@inlined
def _refined(sub: Subdivision, cuts: Cuts, bases: np.ndarray, f: int, loop: np.ndarray) -> None:
    """Write a face's loop with the pieces of its edges."""
    n = 0
    for at in range(sub.start[f], sub.start[f + 1]):
        half = sub.halves[at]
        e, against = half >> 1, half & 1
        for i in range(cuts.n_new[e] + 1):
            piece = bases[e] + (cuts.n_new[e] - i if against else i)
            loop[n] = 2 * piece + against
            n += 1


@compiled
def _planes(sub: Subdivision, f: int, values: np.ndarray, switches: np.ndarray, planes: np.ndarray) -> None:
    """Fit value = c + gx·(x − x₀) + gy·(y − y₀) to each switch at the three corners that span the face best."""
    begin, end = sub.start[f], sub.start[f + 1]
    a = _origin(sub.edges, sub.halves[begin])
    b, c, longest, widest = a, a, -1.0, -1.0
    for at in range(begin, end):
        v = _origin(sub.edges, sub.halves[at])
        size = (sub.vertices[v, 0] - sub.vertices[a, 0]) ** 2 + (sub.vertices[v, 1] - sub.vertices[a, 1]) ** 2
        if size > longest:
            b, longest = v, size
    bx, by = sub.vertices[b, 0] - sub.vertices[a, 0], sub.vertices[b, 1] - sub.vertices[a, 1]
    for at in range(begin, end):
        v = _origin(sub.edges, sub.halves[at])
        size = abs(bx * (sub.vertices[v, 1] - sub.vertices[a, 1]) - by * (sub.vertices[v, 0] - sub.vertices[a, 0]))
        if size > widest:
            c, widest = v, size
    cx, cy = sub.vertices[c, 0] - sub.vertices[a, 0], sub.vertices[c, 1] - sub.vertices[a, 1]
    area = bx * cy - by * cx
    for i in range(len(switches)):
        z = values[a, switches[i]]
        up, across = values[b, switches[i]] - z, values[c, switches[i]] - z
        planes[i, 0] = z
        planes[i, 1] = (up * cy - across * by) / area if area else 0.0
        planes[i, 2] = (across * bx - up * cx) / area if area else 0.0


@inlined
def _split(
    out: _Cut,
    arena: np.ndarray,
    top: int,
    stacked: np.ndarray,
    depth: int,
    f: int,
    switches: np.ndarray,
    planes: np.ndarray,
    origin: int,
    eps: np.ndarray,
    label: int,
    scratch: np.ndarray,
    work: np.ndarray,
    places: np.ndarray,
) -> tuple[int, int]:
    """Take the face on top of the stack and cut it along one of its chords: both parts go back, or out when done.

    On the stack a face is its loop of d halves, m chords as (own number, enter, leave), then d and m.
    """
    d, m = arena[top - 2], arena[top - 1]
    begin = top - 2 - 3 * m - d
    for i in range(d + 3 * m):
        scratch[i] = arena[begin + i]
    loop, lines = scratch[:d], scratch[d : d + 3 * m]
    depth -= 1
    minus, plus = stacked[depth], stacked[depth + 1]
    plus[:] = minus
    chosen = m // 2
    number, a, b = lines[3 * chosen], lines[3 * chosen + 1], lines[3 * chosen + 2]
    across = _after(b, a, d)
    vertex_a, vertex_b = _origin(out.edges, loop[a]), _origin(out.edges, loop[b])
    _set(plus, switches[number])
    n = _cross(out, lines, a, across, d, vertex_a, vertex_b, planes, origin, work[0], places)
    first, base = out.at[0], out.at[1]
    _add_crossings(out, n, vertex_a, vertex_b, switches, eps, work, places)
    inner = out.at[0] - first
    before = vertex_a
    for i in range(inner + 1):
        after = first + i if i < inner else vertex_b
        _add_edge(out, before, after, label + switches[number])
        before = after
    # where it is negative: from b to a along the border, then forward along the chord; else from a to b, and back
    d_minus, d_plus = d - across + inner + 1, across + inner + 1
    at = begin
    for i in range(d - across):
        arena[at] = loop[b + i if b + i < d else b + i - d]
        at += 1
    for i in range(inner + 1):
        arena[at] = 2 * (base + i)
        at += 1
    loop_plus, lines_plus = scratch[d + 3 * m : d + 3 * m + d_plus], scratch[d + 3 * m + d_plus :]
    for i in range(across):
        loop_plus[i] = loop[a + i if a + i < d else a + i - d]
    for i in range(inner + 1):
        loop_plus[across + i] = 2 * (base + inner - i) + 1
    m_minus, m_plus, crossing = 0, 0, 0
    for i in range(m):
        if i == chosen:
            continue
        k = lines[3 * i]
        enter, leave = _after(lines[3 * i + 1], a, d), _after(lines[3 * i + 2], a, d)
        in_plus, in_minus = True, True
        enter_plus, leave_plus, enter_minus, leave_minus = enter, leave, enter, leave
        if (enter == 0 or enter == across) and (leave == 0 or leave == across):  # the same line once more
            in_plus, in_minus = False, False
            _set(plus if leave == across else minus, switches[k])
        elif enter <= across and leave <= across:
            in_minus = False
            if enter > leave:
                _set(minus, switches[k])
        elif (enter >= across or enter == 0) and (leave >= across or leave == 0):
            in_plus = False
            enter_minus = enter - across if enter else d - across
            leave_minus = leave - across if leave else d - across
            if enter_minus > leave_minus:
                _set(plus, switches[k])
        else:
            on = work[2, crossing]  # 0 at a, inner + 1 at b
            crossing += 1
            on_plus = across + inner + 1 - on if on else 0
            on_minus = d - across + on if on <= inner else 0
            if enter < across:
                leave_plus, enter_minus, leave_minus = on_plus, on_minus, leave - across
            else:
                enter_plus, enter_minus, leave_minus = on_plus, enter - across, on_minus
        if in_plus:
            sign = _along_border(enter_plus, leave_plus, d_plus)
            if sign > 0:
                _set(plus, switches[k])
            elif sign == 0:
                lines_plus[3 * m_plus], lines_plus[3 * m_plus + 1], lines_plus[3 * m_plus + 2] = (
                    k,
                    enter_plus,
                    leave_plus,
                )
                m_plus += 1
        if in_minus:
            sign = _along_border(enter_minus, leave_minus, d_minus)
            if sign > 0:
                _set(minus, switches[k])
            elif sign == 0:
                arena[at], arena[at + 1], arena[at + 2] = k, enter_minus, leave_minus
                at += 3
                m_minus += 1
    if m_minus:
        arena[at], arena[at + 1] = d_minus, m_minus
        begin = at + 2
        depth += 1  # its code is in place already, and so is that of the other part
    else:
        _emit(out, arena[begin:], d_minus, minus, f)
    if m_plus:
        for i in range(d_plus):
            arena[begin + i] = loop_plus[i]
        begin += d_plus
        for i in range(3 * m_plus):
            arena[begin + i] = lines_plus[i]
        begin += 3 * m_plus + 2
        arena[begin - 2], arena[begin - 1] = d_plus, m_plus
        if not m_minus:
            minus[:] = plus
        depth += 1
    else:
        _emit(out, loop_plus, d_plus, plus, f)
    return begin, depth


@inlined
def _set(code: np.ndarray, j: int) -> None:
    code[j >> 6] |= np.uint64(1) << np.uint64(j & 63)


@inlined
def _along_border(enter: int, leave: int, length: int) -> int:
    """Of a chord that runs along one edge, the sign on the whole face; 0 for one that cuts it."""
    ahead = _after(leave, enter, length)
    return -1 if ahead <= 1 else 1 if ahead == length - 1 else 0


@inlined
def _cross(
    out: _Cut,
    lines: np.ndarray,
    a: int,
    across: int,
    d: int,
    vertex_a: int,
    vertex_b: int,
    planes: np.ndarray,
    origin: int,
    crossing: np.ndarray,
    places: np.ndarray,
) -> int:
    """List the chords that cross the one from place a, their places on it and steps along it; return how many."""
    x0, y0 = out.vertices[origin]
    xa, ya = out.vertices[vertex_a, 0] - x0, out.vertices[vertex_a, 1] - y0
    xb, yb = out.vertices[vertex_b, 0] - x0, out.vertices[vertex_b, 1] - y0
    n = 0
    for i in range(len(lines) // 3):
        enter, leave = _after(lines[3 * i + 1], a, d), _after(lines[3 * i + 2], a, d)
        if not ((0 < enter < across and leave > across) or (enter > across and 0 < leave < across)):
            continue
        k = lines[3 * i]
        za = planes[k, 0] + planes[k, 1] * xa + planes[k, 2] * ya
        step = za - (planes[k, 0] + planes[k, 1] * xb + planes[k, 2] * yb)
        crossing[n] = k
        places[0, n] = min(1.0, max(0.0, za / step)) if step else 0.5
        places[1, n] = abs(step)
        n += 1
    return n


@inlined
def _add_crossings(
    out: _Cut,
    n: int,
    vertex_a: int,
    vertex_b: int,
    switches: np.ndarray,
    eps: np.ndarray,
    work: np.ndarray,
    places: np.ndarray,
) -> None:
    """Make a vertex for each place where the chord is crossed; ``work[2]`` says which one each crossing has."""
    crossing, order, on = work[0], work[1], work[2]
    for i in range(n):
        order[i] = i
    _sort(places[0], order, n)
    first = out.at[0]
    last, last_place = -1, -1.0
    for s in range(n):
        i = order[s]
        t, step = places[0, i], places[1, i]
        j = switches[crossing[i]]
        if t * step <= eps[j]:
            on[i] = 0
            continue
        if (1 - t) * step <= eps[j]:
            on[i] = -1  # the far end, whose number is known when all are
            continue
        gap = t - last_place
        if last >= 0 and (gap * step <= eps[j] or gap * places[1, last] <= eps[switches[crossing[last]]]):
            on[i] = on[last]
        else:
            v = out.at[0]
            for axis in range(2):
                out.vertices[v, axis] = out.vertices[vertex_a, axis] + t * (
                    out.vertices[vertex_b, axis] - out.vertices[vertex_a, axis]
                )
            out.at[0] = v + 1
            on[i] = v - first + 1
        last, last_place = i, t
        _add_cut(out, j, t, step, first + on[i] - 1)
    for i in range(n):
        if on[i] < 0:
            on[i] = out.at[0] - first + 1
    if out.at[0] > first:
        _end_segment(out, vertex_a, vertex_b)


@compiled
def _finished(out: _Cut) -> tuple[Subdivision, np.ndarray, np.ndarray, Segments]:
    v, e, f, s, c = out.at
    sub = Subdivision(out.vertices[:v], out.edges[:e], out.labels[:e], out.start[: f + 1], out.halves[: out.start[f]])
    segments = Segments(out.ends[:s], out.segment[: s + 1], out.switch[:c], out.place[:c], out.step[:c], out.vertex[:c])
    return sub, out.codes[:f], out.parents[:f], segments
