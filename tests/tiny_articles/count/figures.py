import os
from pathlib import Path

from generators.drawing import Table

from .results import Sums

HEADING = "sum"


class Plot:
    """Quacks like a plotly figure."""

    class Layout:
        width, height = 760, 440

        def to_plotly_json(self):
            return {"width": self.width, "height": self.height}

    class Bar:
        def __init__(self, y):
            self.y = y

        def to_plotly_json(self):
            return {"type": "bar", "y": self.y}

    def __init__(self, y):
        self.data = [self.Bar(y)]
        self.layout = self.Layout()
        self.frames = ()

    def to_plotly_json(self):
        return {}


def bars(sums: Sums):
    _note("bars")
    return Plot([float(row) for row in sums.rows])


def listed(sums: Sums):
    _note("listed")
    return Table([{"row": i, HEADING: float(row)} for i, row in enumerate(sums.rows)])


def _note(what):
    if trace := os.environ.get("TINY_TRACE"):
        with Path(trace).open("a") as file:
            file.write(f"{what}\n")
