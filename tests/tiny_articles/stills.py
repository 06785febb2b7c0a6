"""Takes no picture, behind the interface of ``generators.stills``."""

import os
import time
from pathlib import Path

STYLE = "red"


def chrome():
    return os.environ.get("TINY_CHROME", "chrome") or None


def recipe(figure):
    return "1"


def export(figures, warn):
    if chrome() is None:
        warn("No Chrome was found.")
        return
    if os.environ.get("TINY_HANGS"):
        warn("Chrome did not finish.")
        return
    for key, figure in figures.items():
        if trace := os.environ.get("TINY_TRACE"):
            with Path(trace).open("a") as file:
                file.write("stills\n")
        yield key, {f"{theme}.webp": STYLE.encode() + figure for theme in ("light", "dark")}
        time.sleep(float(os.environ.get("TINY_SLOW", "0")))
