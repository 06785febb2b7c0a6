"""A ``Linear`` result made with numpy alone: what figures are drawn from in tests, and a second opinion on errors."""

import numpy as np

from generators.articles.inverse_set.results.linear import Calibration, Case, Collapse, Errors, Linear, Method

ROUND = 1e-4
"""How far inside the set a projection aims, since it is not exact."""
REFERENCE, STOPPED = "independent members", "published, stopped when feasible"


def logit(z: float) -> float:
    return float(np.log(z / (1 - z)))


def inside(x: np.ndarray, case: Case) -> np.ndarray:
    t = x @ case.w
    return (t >= case.low - 1e-9) & (t <= case.high + 1e-9) & (x >= 0).all(1) & (x <= 1).all(1)


def members(case: Case, n: int, random: np.random.Generator) -> np.ndarray:
    """Draw until n are found."""
    found = np.empty((0, len(case.w)))
    while len(found) < n:
        x = random.random((4096, len(case.w)))
        found = np.concatenate([found, x[inside(x, case)]])
    return found[:n]


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))


def bandwidth(truth: np.ndarray) -> float:
    return float(np.median(distances(truth, truth)[np.triu_indices(len(truth), 1)])) / 2


def vendi(x: np.ndarray, width: float) -> float:
    values = np.linalg.eigvalsh(np.exp(-(distances(x, x) ** 2) / (2 * width**2)) / len(x)).clip(1e-12)
    return float(np.exp(-(values * np.log(values)).sum()))


def ks(x: np.ndarray, truth: np.ndarray) -> float:
    """Of two samples."""
    places = np.concatenate([x, truth])
    shares = [np.searchsorted(np.sort(each), places, "right") / len(each) for each in (x, truth)]
    return float(abs(shares[0] - shares[1]).max())


def errors(x: np.ndarray, case: Case, truth: np.ndarray) -> Errors:
    gaps, others = distances(truth, x).min(1), distances(x, x) + np.diag(np.full(len(x), np.inf))
    directions = np.random.default_rng(1).normal(size=(200, len(case.w)))
    return Errors(
        feasible_share=float(inside(x, case).mean()),
        fill_mean=float(gaps.mean()),
        fill_max=float(gaps.max()),
        width=float((np.ptp(x @ directions.T, 0) / np.ptp(truth @ directions.T, 0)).mean()),
        activation_ks=ks(x @ case.w, truth @ case.w),
        vendi=vendi(x, bandwidth(truth[:500])),
        nearest_neighbour=float(others.min(1).mean()),
        spread=float((distances(x, x) ** 2).mean()),
        mmd=0.0,
        code_norm=float(np.linalg.norm(x, axis=1).mean()),
        seconds=0.1,
        peak_bytes=0,
    )


def projected(x: np.ndarray, case: Case) -> np.ndarray:
    for _ in range(40):
        x = x.clip(0, 1)
        t = x @ case.w
        x = x - np.outer(t - t.clip(case.low + ROUND, case.high - ROUND), case.w) / (case.w @ case.w)
    return x.clip(0, 1)


def climbed(x: np.ndarray, case: Case, steps: int) -> list[np.ndarray]:
    """Projected ascent of the sum of squared distances, every step."""
    found = [x]
    for _ in range(steps):
        away = x - x.mean(0)
        x = projected(x + 0.02 * away / np.linalg.norm(away, axis=1, keepdims=True), case)
        found.append(x)
    return found


def case(w: list[float], b: float, n: int, quantiles: tuple[float, float] = (0.9, 0.99)) -> Case:
    random = np.random.default_rng(len(w))
    weight = np.array(w)
    low, high = np.quantile(random.random((50_000, len(w))) @ weight, quantiles).tolist()
    z1, z2 = (1 / (1 + np.exp(-(t + b))) for t in (low, high))
    bare = Case(weight, b, z1, z2, low, high, 0.09, len(w) / 2, 0.1, 0.1, ())
    truth = members(bare, 1500, random)
    start = projected(random.random((n, len(w))), bare)
    samples = {
        REFERENCE: members(bare, n, random),
        "hit-and-run, medoids": members(bare, n, random),
        STOPPED: start,
        "published, to convergence": climbed(start, bare, 300)[-1],
    }
    methods = tuple(Method(name, x, errors(x, bare, truth)) for name, x in samples.items())
    return Case(weight, b, z1, z2, low, high, 0.09, len(w) / 2, 0.1, 0.1, methods)


def polygon(case: Case) -> np.ndarray:
    """The set on the square: its corners are all crossings that lie in it, put in order by their angle."""
    edges = [(*a, t) for a, t in [((1, 0), 0), ((1, 0), 1), ((0, 1), 0), ((0, 1), 1)]]
    edges += [(*case.w, case.low), (*case.w, case.high)]
    corners = []
    for i, one in enumerate(edges):
        for other in edges[:i]:
            a = np.array([one[:2], other[:2]], float)
            if abs(np.linalg.det(a)) > 1e-9:
                corners.append(np.linalg.solve(a, [one[2], other[2]]))
    found = np.array(corners).round(12)
    found = np.unique(found[inside(found, case) & (found >= 0).all(1) & (found <= 1).all(1)], axis=0)
    away = found - found.mean(0)
    return found[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]


def faces(case: Case) -> tuple[np.ndarray, ...]:
    """The set in the cube: for each of the eight planes the corners that lie on it, in order."""
    planes = [(*np.eye(3)[k], t) for k in range(3) for t in (0.0, 1.0)]
    planes += [(*case.w, case.low), (*case.w, case.high)]
    found = []
    for i, first in enumerate(planes):
        for j, second in enumerate(planes[:i]):
            for third in planes[:j]:
                a = np.array([first[:3], second[:3], third[:3]], float)
                if abs(np.linalg.det(a)) > 1e-9:
                    found.append(np.linalg.solve(a, [first[3], second[3], third[3]]))
    points = np.array(found)
    points = points[inside(points.clip(0, 1), case) & (abs(points - points.clip(0, 1)) < 1e-9).all(1)]
    points = np.unique(points.round(9), axis=0)
    drawn = []
    for plane in planes:
        normal, t = np.array(plane[:3], float), plane[3]
        face = points[abs(points @ normal - t) < 1e-7]
        if len(face) < 3:
            continue
        away = face - face.mean(0)
        first = away[0] / np.linalg.norm(away[0])
        second = np.cross(normal / np.linalg.norm(normal), first)
        drawn.append(face[np.argsort(np.arctan2(away @ second, away @ first))])
    return tuple(drawn)


def collapse(case: Case, n: int) -> Collapse:
    steps = [0, 1, 2, 3, 4, 6, 8, 11, 15, 20, 28, 38, 52, 70, 95, 130, 180, 240, 300]
    random = np.random.default_rng(3)
    path = climbed(projected(random.random((n, 2)), case), case, steps[-1])
    truth = members(case, 1500, random)
    points = np.array([path[step] for step in steps])
    return Collapse(
        steps=np.array(steps),
        points=points,
        spread=np.array([(distances(x, x) ** 2).mean() for x in points]),
        fill_mean=np.array([distances(truth, x).min(1).mean() for x in points]),
        distinct=np.array([len(np.unique((x * 50).round(), axis=0)) for x in points]),
    )


def linear(w: tuple[float, ...] = (2.6, 1.4), b: float = -2.0, n: int = 64) -> Linear:
    square, cube = case(list(w), b, n), case([2.0, 1.4, 0.8], -2.0, n)
    calibration = Calibration(REFERENCE, 2, square.methods[0].errors, True, ())
    return Linear(square, polygon(square), cube, faces(cube), (square,), collapse(square, n), (calibration,), n)
