"""Measure how fast textures are made, on one core or a GPU, beside decoding the same pictures from PNG files.

    python scripts/bench/textures.py [--device cpu|cuda] [--pictures N]

Prints pictures a second for every class, for all classes in turn as a camera would take them (``textures.images``), and
for the alternative: the same pictures kept as PNG, decoded by Pillow. CPU figures are for seconds of one core.
"""

import io
import time
from argparse import ArgumentParser
from collections.abc import Callable

import torch
from PIL import Image

from generators.datasets import textures

AT_ONCE = {"cpu": 64, "cuda": 8192}
TRIES = 3


def rate(make: Callable[[], object], n: int, device: str) -> float:
    """Pictures a second of the best of three tries, after one that warms up."""
    make()
    best = float("inf")
    for _ in range(TRIES):
        if device == "cuda":
            torch.cuda.synchronize()
        clock = time.perf_counter if device == "cuda" else time.process_time
        began = clock()
        make()
        if device == "cuda":
            torch.cuda.synchronize()
        best = min(best, clock() - began)
    return n / best


@torch.no_grad()
def main() -> None:
    parser = ArgumentParser(description="Measure how fast textures are made.")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--pictures", type=int, default=540, help="how many of all classes; default: %(default)s")
    given = parser.parse_args()
    torch.set_num_threads(1)
    n = AT_ONCE[given.device]
    z = torch.randn(n, textures.CODE_SIZE, generator=torch.Generator().manual_seed(0)).to(given.device)
    seconds = 0.0
    for name in textures.CLASSES:
        found = rate(lambda name=name: textures.render(name, z), n, given.device)  # type: ignore[misc]
        seconds += 1 / found
        print(f"{name:12} {found:10,.0f} pictures a second", flush=True)
    print(f"{'all classes':12} {len(textures.CLASSES) / seconds:10,.0f}")
    index = torch.arange(given.pictures, device=given.device)
    taken = rate(lambda: textures.images(index, 0), given.pictures, given.device)
    print(f"{'with noise':12} {taken:10,.0f}")
    files = [png(picture) for picture in textures.images(index, 0)[0].cpu()]
    decoded = rate(lambda: [Image.open(io.BytesIO(file)).convert("RGB").tobytes() for file in files], len(files), "cpu")
    print(f"{'from PNG':12} {decoded:10,.0f}, and {sum(map(len, files)) / len(files) / 1e3:.1f} kB a picture on disk")
    print(f"made / decoded: {taken / decoded:.2f}")


def png(picture: torch.Tensor) -> bytes:
    """A picture (3, h, w) of bytes as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(picture.permute(1, 2, 0).numpy()).save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    main()
