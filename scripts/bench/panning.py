"""How many frames a second an atlas gives while it is dragged, all of 6,400 icons in sight, without a GPU.

    python scripts/bench/panning.py [--seconds N] [--density D]

A hand goes round in circles over a page that is built like the site's, in Chromium without graphics acceleration. Four
runs: nothing but the hand, which tells how fast this browser can be on this machine; the atlas at 1.05 times, where
nearly all of its 80 x 80 cells are on screen, and at 1.3 times, where more of them pass the edge; and what one would
write in a minute, an element for each icon in one box that is moved, here without any pictures. For each the time from
frame to frame, and how long the page's main thread worked for one. Asked for: of the atlas, 95 frames of 100 come as
fast as where nothing moves.
"""

import argparse
import math
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
GRIDS, CLASSES, ICON_PX, BLOCK_PX = (20, 80), 27, 32, 4
SCALES = {"atlas, 1.05 times": 1.05, "atlas, 1.3 times": 1.3}
FRAMES = """() => { window.frames_ = []; let last = performance.now()
  const tick = now => { frames_.push(now - last); last = now; window.ticking = requestAnimationFrame(tick) }
  window.ticking = requestAnimationFrame(tick) }"""
ELEMENTS = """([side, grid]) => {
  const [frame, box] = [document.createElement('div'), document.createElement('div')]
  frame.id = 'elements'
  Object.assign(frame.style, { position: 'fixed', inset: '20px auto auto 20px', width: `${side}px`, height: `${side}px`,
    overflow: 'hidden', zIndex: 99, background: 'white' })
  const px = side * 1.3 / grid
  for (let cell = 0; cell < grid * grid; cell++) {
    const icon = document.createElement('div')
    Object.assign(icon.style, { position: 'absolute', width: `${px}px`, height: `${px}px`,
      left: `${cell % grid * px}px`, top: `${Math.floor(cell / grid) * px}px`,
      background: `hsl(${cell * 37} 60% 50%)` })
    box.append(icon)
  }
  frame.append(box)
  document.body.append(frame)
  let from = null
  frame.onpointerdown = event => { from = [event.clientX, event.clientY] }
  frame.onpointermove = event => { if (from) box.style.transform =
    `translate(${event.clientX - from[0]}px, ${event.clientY - from[1]}px)` }
}"""


@dataclass(frozen=True)
class Pace:
    """Of one run, in milliseconds."""

    frames: int
    median: float
    p95: float
    worked: float
    """Of the main thread, a frame."""


def level(grid: int) -> Any:
    """All cells of a grid, each with an icon of its own, none like its neighbour."""
    from generators.drawing.atlas import AtlasLevel

    draw = np.random.default_rng(grid)
    rows, columns = np.divmod(np.arange(grid * grid), grid)
    values = draw.normal(size=(len(rows), CLASSES))
    top = np.argsort(-values, 1)[:, :5]
    blocks = draw.integers(0, 256, (len(rows), ICON_PX // BLOCK_PX, ICON_PX // BLOCK_PX, 3)).astype(np.uint8)
    icons = blocks.repeat(BLOCK_PX, 1).repeat(BLOCK_PX, 2)
    counts, examples = draw.integers(90, 111, len(rows)), np.zeros((len(rows), 1), int)
    return AtlasLevel(grid, columns, rows, icons, counts, values, top, np.take_along_axis(values, top, 1),
                      [{} for _ in rows], examples)  # fmt: skip


def atlas() -> Any:
    from generators.drawing.atlas import Atlas, AtlasMap

    example = np.zeros((1, 8, 8, 3), np.uint8)
    density = np.ones((16, 16), int)
    only = AtlasMap("all", "Every cell is full.", density, [level(grid) for grid in GRIDS], example, ["none"])
    return Atlas([only], [f"class {k}" for k in range(CLASSES)], range(CLASSES), "value")


def circling(tab: Any, box: dict[str, float], seconds: float) -> Pace:
    """Drag about the middle of a box for so long."""
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable")

    def worked() -> float:
        return next(
            each["value"]
            for each in session.send("Performance.getMetrics")["metrics"]
            if each["name"] == "TaskDuration"
        )

    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.mouse.move(x, y + 60)
    tab.mouse.down()
    before, began, turn = worked(), time.perf_counter(), 0
    tab.evaluate(FRAMES)
    while time.perf_counter() - began < seconds:
        turn += 1
        tab.mouse.move(x + 60 * math.sin(turn / 9), y + 60 * math.cos(turn / 9))
        time.sleep(0.008)
    frames = np.array(tab.evaluate("() => { cancelAnimationFrame(ticking); return frames_ }")[5:])
    spent = 1000 * (worked() - before) / len(frames)
    tab.mouse.up()
    return Pace(len(frames), float(np.median(frames)), float(np.percentile(frames, 95)), spent)


def paces(address: str, browser: Any, density: float, seconds: float) -> dict[str, Pace]:
    from tests.diagram_page import live, settle

    def opened(hash: str = "") -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 1000}, device_scale_factor=density)
        tab = context.new_page()
        tab.goto(address + hash)
        return tab

    found: dict[str, Pace] = {}
    for name, scale in SCALES.items():
        tab = opened(f"#fig-one?z={scale}&level={len(GRIDS) - 1}")
        plate = live(tab, "one").locator(".nf-atlas-plate")
        plate.scroll_into_view_if_needed()
        settle(tab, 1500)
        assert plate.get_attribute("data-grid") == str(GRIDS[-1]), "the finest grid is not on screen"
        box = plate.bounding_box()
        found |= {name: circling(tab, box, seconds)}
        tab.context.close()
    tab = opened()
    settle(tab, 500)
    found = {"nothing moves": circling(tab, {"x": 100, "y": 100, "width": 400, "height": 400}, seconds)} | found
    tab.evaluate(ELEMENTS, [box["width"], GRIDS[-1]])
    settle(tab, 1000)
    found["an element for each icon"] = circling(tab, tab.locator("#elements").bounding_box(), seconds)
    tab.context.close()
    return found


def main() -> int:
    """Print what was found; 1 where frames come late."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4, help="of each run; default: %(default)s")
    parser.add_argument("--density", type=float, default=1, help="device pixels a CSS pixel; default: %(default)s")
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from playwright.sync_api import sync_playwright

    from generators.stills import chrome
    from tests.built_page import PAGE, built_with

    if not (path := chrome()):
        parser.error("needs Chrome or Chromium; found none")
    with (
        tempfile.TemporaryDirectory() as folder,
        built_with({"one": atlas()}, Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(path), args=["--disable-gpu"])
        found = paces(site.address + PAGE, browser, given.density, given.seconds)
        browser.close()
    print(f"{'':26}{'frames':>8}{'median':>10}{'95th':>10}{'worked, ms a frame':>22}")
    for name, pace in found.items():
        print(f"{name:26}{pace.frames:8}{pace.median:10.1f}{pace.p95:10.1f}{pace.worked:22.1f}")
    slowest = max(found[name].p95 for name in SCALES) / found["nothing moves"].p95
    print(f"95th percentile of the atlas over that where nothing moves: {slowest:.2f}, asked for at most 1.1")
    return int(slowest > 1.1)


if __name__ == "__main__":
    sys.exit(main())
