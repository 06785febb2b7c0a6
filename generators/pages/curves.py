"""Shorter SVG for the page it stands in: a curve’s points as steps from one to the next, a level run as one step.

What is drawn stays the same to the last digit. A compressed page with long curves becomes a good deal smaller, since
steps repeat and places do not.
"""

import re
from decimal import Decimal
from itertools import pairwise

_CURVE = re.compile(r'(?<= d=")M[-\d. ]+(?:L[-\d. ]+){4,}(?=")')
_POINT = re.compile(r"[ML] ?(-?[\d.]+) (-?[\d.]+) ?")


def shorten(svg: str) -> str:
    """Write every long ``M x y L x y …`` as ``m`` and ``l`` with steps; every other path is left alone."""
    return _CURVE.sub(lambda found: _steps(found[0]), svg)


def _steps(path: str) -> str:
    if _POINT.sub("", path):
        return path
    points = [(Decimal(x), Decimal(y)) for x, y in _POINT.findall(path)]
    x, y = points[0]
    steps = [[b[0] - a[0], b[1] - a[1]] for a, b in pairwise(points)]
    joined = steps[:1]
    for step in steps[1:]:
        level = step[1] == joined[-1][1] == 0 and (step[0] > 0) == (joined[-1][0] > 0)
        if level:
            joined[-1][0] += step[0]
        else:
            joined.append(step)
    return f"M{_short(x)} {_short(y)}l" + " ".join(f"{_short(across)} {_short(down)}" for across, down in joined)


def _short(value: Decimal) -> str:
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
