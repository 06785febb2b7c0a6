"""How fast examples are read and how much memory that takes: ours, beside torch's DataLoader.

    python scripts/bench/reading.py [--examples N] [--million] [--device auto|cpu|cuda]

The examples are made in a temporary folder: 64 by 64 pictures as PNG in class folders, photographs of 500 by 375 as
JPEG that are fitted to 64 by 64, the PNGs in a parquet file and in a compressed npz, and pictures that are made as they
are asked for. Each line is a fresh process with as many threads (ours) or worker processes (DataLoader's) as there are
cores.

- "CPU": milliseconds of processor time a picture, workers included, which other work on the machine hardly changes;
- "waits": the share of time in which the small network that consumes the batches has none to work on;
- "memory": the most that process and workers hold beyond what they held before, sampled while they read; ours holds up
  to 10,000 examples from the moment of opening, and opening takes the time to read those.

``--million`` reads a million generated pictures once and prints the memory at every tenth.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZE, CLASSES, BATCH = 64, 10, 256
PHOTOGRAPH = (375, 500)
SOURCES = ("png folder", "jpeg folder", "parquet", "npz", "generated")
Batches = Iterator[tuple[Any, Any]]


# ---- the data


def picture(i: int, height: int, width: int) -> Any:
    """A smooth random picture, as photographs are: uint8 (height, width, 3)."""
    import numpy as np
    from PIL import Image

    coarse = np.random.default_rng(i).integers(0, 256, (8, 8, 3), dtype="uint8")
    return np.asarray(Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC))


def encoded(array: Any, form: str) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(array).save(file, form)
    return file.getvalue()


def prepare(folder: Path, count: int) -> None:
    """Write the same pictures in every form."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    distinct = [picture(i, SIZE, SIZE) for i in range(min(count, 500))]
    pngs = [encoded(each, "PNG") for each in distinct]
    jpegs = [encoded(picture(i, *PHOTOGRAPH), "JPEG") for i in range(min(count, 100))]
    for name, contents in (("png folder", pngs), ("jpeg folder", jpegs)):
        for i in range(count):
            path = folder / name / f"class {i % CLASSES}" / f"{i:07}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents[i % len(contents)])
    rows = [pngs[i % len(pngs)] for i in range(count)]
    labels = [i % CLASSES for i in range(count)]
    pq.write_table(pa.table({"image": rows, "label": labels}), folder / "parquet.parquet", row_group_size=1000)
    np.savez_compressed(folder / "npz.npz", x=np.stack([distinct[i % len(distinct)] for i in range(count)]), y=labels)


def made(index: Any) -> tuple[Any, Any]:
    """Plaids from an index, about as dear as reading a PNG: x (n, 3, 64, 64) and y (n,)."""
    import torch

    angle = (index[:, None] * torch.tensor([0.61803, 0.41421, 0.73205])).frac()[..., None] * 40 + 5
    line = torch.linspace(0, 1, SIZE)
    x, y = (angle * line).sin(), (angle * line + angle).cos()
    return (x[..., None, :] * y[..., None] + 1) / 2, index % CLASSES


# ---- the readers


def ours(folder: Path, source: str, count: int) -> Batches:
    from generators.datasets import user
    from generators.datasets.examples import Examples, Generated, batches

    examples: Examples | None = Generated(count, made)
    if source != "generated":
        path = next(folder.glob(source + "*"))
        examples = user.load(path, "image-classifier", (3, SIZE, SIZE), [0.5], [0.25]).examples
    assert examples is not None
    return ((batch.x, batch.y) for batch in batches(examples, BATCH))


def theirs(folder: Path, source: str, count: int) -> Batches:
    """What one writes oneself: a Dataset of single examples, and a DataLoader with a worker process a core."""
    import numpy as np
    import torch
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset

    def tensor(image: Image.Image) -> Any:
        if image.size != (SIZE, SIZE):
            scale = SIZE / min(image.size)
            image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BILINEAR)
            left, top = (image.width - SIZE) // 2, (image.height - SIZE) // 2
            image = image.crop((left, top, left + SIZE, top + SIZE))
        return (torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255 - 0.5) / 0.25

    class Single(Dataset):
        def __init__(self) -> None:
            if "folder" in source:
                self.files = sorted((folder / source).glob("*/*"))
            elif source == "parquet":
                import pyarrow.parquet as pq

                table = pq.read_table(folder / "parquet.parquet")
                self.images, self.labels = table["image"].combine_chunks(), table["label"].to_pylist()
            elif source == "npz":
                with np.load(folder / "npz.npz") as arrays:
                    self.images, self.labels = arrays["x"], arrays["y"]

        def __len__(self) -> int:
            return count

        def __getitem__(self, i: int) -> tuple[Any, int]:
            if "folder" in source:
                return tensor(Image.open(self.files[i]).convert("RGB")), int(self.files[i].parent.name[-1])
            if source == "parquet":
                return tensor(Image.open(io.BytesIO(self.images[i].as_py())).convert("RGB")), self.labels[i]
            if source == "npz":
                return tensor(Image.fromarray(self.images[i])), int(self.labels[i])
            x, y = made(torch.tensor([i]))
            return x[0], int(y)

    return iter(DataLoader(Single(), BATCH, num_workers=len(os.sched_getaffinity(0))))


# ---- the measurement


def memory_bytes() -> int:
    """What this process and its children hold; a page that several share counts in parts."""
    processes = [Path("/proc/self")]
    for task in Path("/proc/self/task").iterdir():
        processes += [Path("/proc", child) for child in (task / "children").read_text().split()]
    total = 0
    for process in processes:
        try:
            lines = (process / "smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        total += 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def cpu_seconds() -> float:
    """Processor time of this process and of those of its children that have ended."""
    return sum(os.times()[:4])


class Peak:
    """The most memory held while a block runs."""

    def __enter__(self) -> "Peak":
        self.before = self.most = memory_bytes()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self.most = max(self.most, memory_bytes())

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        self._thread.join()

    @property
    def growth(self) -> int:
        return self.most - self.before


def network(device: str) -> Any:
    """A small convolutional network, about 10 million multiplications a picture."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    layers = [nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 48, 3, 2, 1), nn.ReLU(), nn.Conv2d(48, 64, 3, 2, 1)]
    module = nn.Sequential(*layers, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, CLASSES))
    return module.eval().to(device)


def measure(reader: Callable[[Path, str, int], Batches], folder: Path, source: str, count: int, device: str) -> dict:
    """One pass, with the network where a device is given; seconds, seconds without a batch, and memory."""
    import torch

    torch.set_num_threads(1)
    module = network(device) if device else None
    with Peak() as peak, torch.no_grad():
        opened = time.perf_counter()
        batches = reader(folder, source, count)
        started, cpu = time.perf_counter(), cpu_seconds()
        seen = waited = 0.0
        while True:
            before = time.perf_counter()
            batch = next(batches, None)
            waited += time.perf_counter() - before
            if batch is None:
                break
            seen += len(batch[1])
            if module:
                module(batch[0].to(device)).cpu()
        ended = time.perf_counter()
        del batches  # its workers end, and are counted
        cpu = cpu_seconds() - cpu
    assert seen == count, (seen, count)
    return {
        "images_per_second": seen / (ended - started),
        "cpu_ms": 1000 * cpu / seen,
        "opening_seconds": started - opened,
        "waits": waited / (ended - started),
        "growth_bytes": peak.growth,
    }


def million(count: int) -> None:
    """Read generated pictures once and print the memory at every tenth."""
    import torch

    from generators.datasets.examples import Generated, batches

    torch.set_num_threads(1)
    before, started, seen, tenths = memory_bytes(), time.perf_counter(), 0, 0
    with Peak() as peak:
        for batch in batches(Generated(count, made), BATCH, seed=0):
            seen += len(batch.y)
            if seen * 10 // count > tenths:
                tenths = seen * 10 // count
                grown = (memory_bytes() - before) / 1e6
                seconds = time.perf_counter() - started
                print(f"{seen:10,d} pictures {seconds:6.1f} s   memory +{grown:4.0f} MB", flush=True)
    rate = seen / (time.perf_counter() - started)
    print(f"{seen:10,d} pictures, {rate:,.0f} a second, peak +{peak.growth / 1e6:.0f} MB")


def fresh(*arguments: str) -> dict:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--one", *arguments]
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=20_000)
    parser.add_argument("--million", action="store_true", help="a million generated pictures instead")
    parser.add_argument("--device", default="cpu", choices=("auto", "cpu", "cuda"), help="where the network runs")
    parser.add_argument("--one", nargs=5, help=argparse.SUPPRESS)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    if given.one:
        who, folder, source, count, device = given.one
        print(json.dumps(measure({"ours": ours, "theirs": theirs}[who], Path(folder), source, int(count), device)))
        return
    if given.million:
        million(1_000_000)
        return
    if given.device == "auto":
        import torch

        given.device = "cuda" if torch.cuda.is_available() else "cpu"
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder), given.examples)
        print(f"{given.examples:,} pictures, {len(os.sched_getaffinity(0))} cores, network on {given.device}")
        for source in SOURCES:
            for who in ("ours", "theirs"):
                alone, fed = (fresh(who, folder, source, str(given.examples), device) for device in ("", given.device))
                print(f"{source:12s} {who:7s} {said(alone, fed)}", flush=True)


def said(alone: dict, fed: dict) -> str:
    """Two measurements in one line: without and with a network that consumes."""
    rates = [f"{each['images_per_second']:6,.0f} images/s, CPU {each['cpu_ms']:5.2f} ms" for each in (alone, fed)]
    memory = max(alone["growth_bytes"], fed["growth_bytes"]) / 1e6
    return (
        f"{rates[0]}   with network {rates[1]}, waits {fed['waits']:4.0%}   "
        f"memory +{memory:4.0f} MB   opening {alone['opening_seconds']:5.2f} s"
    )


if __name__ == "__main__":
    main()
