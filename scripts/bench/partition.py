"""How fast the plane is cut: ours, beside SplineCam, edge subdivision and SyReNN's splitting core where they are given.

    python scripts/bench/partition.py [--splinecam DIR [--splinecam-python PYTHON]] [--edge-subdivision DIR]
        [--syrenn BINARY] [--only NAME …] [--json FILE]

Each line is a process of its own with one thread, on the same network and box as the lines beside it:

- "cut": CPU seconds of the partition alone, the best of up to five tries in that process;
- "process": CPU seconds of a process that partitions once, its start and the imports included;
- "memory": the most that the process held, imports included; at least the 20 MB of the process that starts it.

After them, how the seconds grow with the regions: t = c · n^e, fitted where there are 2,000 regions or more.

DIR is a clone, unchanged, of AhmedImtiazPrio/SplineCAM or arturs-berzins/relu_edge_subdivision. SplineCam needs a
Python with torch, igraph, networkx, graph-tool, scipy, tqdm and matplotlib; it is told to use the processor and no
workers, and torchvision, of which it uses nothing here, is left out. Edge subdivision computes in float64, as we do.

BINARY is a program around the classes UPolytope, FullyConnectedTransformer and ReLUTransformer of 95616ARG/SyReNN,
without its server. It is called with a file and prints ``regions seconds``: CPU seconds of TransformUPolytope over all
layers, in one thread. The file, little-endian: float64[4] x0 x1 y0 y1; int32 layers; for each layer int32 n_out,
int32 n_in, float64[n_out, n_in] weights, float64[n_out] biases. A ReLU follows each layer. SyReNN computes in float32.
"""

import json
import math
import os
import platform
import struct
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
TRIES, ENOUGH_SECONDS = 5, 10
OURS, SPLINECAM, EDGES, SYRENN = "ours", "SplineCam", "edge subdivision", "SyReNN core"
LARGEST = {SPLINECAM: 25_000, EDGES: 25_000, SYRENN: 500_000}
"""Regions beyond which a tool is not asked: minutes, or more memory than a laptop has."""
FITTED_FROM = 2_000
Layers = list[tuple[Any, Any]]  # float64 (n_out, n_in) and (n_out,)
Counts = tuple[int, int | None, int | None]  # regions, vertices and edges
Cut = Callable[[], Counts]


@dataclass(frozen=True)
class Net:
    """A ReLU network on two inputs and the box [-half, half]² that is cut."""

    widths: tuple[int, ...]
    init: str = "torch"
    """``torch``: a torch.nn.Linear's own, in float32; ``normal``: N(0, 2 / n_in), and biases in [-1/2, 1/2]."""
    half: float = 1.0


NETS = {
    "16x2": (Net((16,) * 2), 127),
    "32x3": (Net((32,) * 3), 1_180),
    "64x3": (Net((64,) * 3), 6_668),
    "128x3": (Net((128,) * 3), 20_714),
    "256x3": (Net((256,) * 3), 79_783),
    "512x3": (Net((512,) * 3), 358_790),
    "1800": (Net((1800,), "normal"), 1_192_259),
    "1024,64": (Net((1024, 64), "normal"), 438_481),
}
"""Each with its regions, which others count too: two tools up to 25,000, SyReNN up to 500,000, the crossings of lines
in one layer. SyReNN, in float32, misses a sliver of each of 512x3, 1024,64 and 64x16; all of ours there have codes of
their own that are true at their centres."""
GROWTH = {
    "a larger box, 64x3": {
        Net((64,) * 3, half=half): regions
        for half, regions in zip(
            (0.25, 0.5, 1, 2, 4, 8, 16), (736, 2_378, 6_668, 12_042, 15_991, 18_444, 19_581), strict=True
        )
    },
    "deeper, 64 wide": {
        Net((64,) * depth, "normal"): regions
        for depth, regions in {1: 1_592, 2: 5_775, 4: 16_946, 8: 47_325, 16: 101_560}.items()
    },
    "more lines, one layer": {
        Net((width,), "normal"): regions
        for width, regions in {50: 957, 100: 3_772, 200: 15_743, 400: 61_256, 800: 237_398, 1600: 942_531}.items()
    },
}


@dataclass(frozen=True)
class Row:
    """One tool on one network."""

    series: str
    tool: str
    net: Net
    regions: int
    vertices: int | None
    edges: int | None
    cut_seconds: float
    process_seconds: float
    peak_megabytes: float


# ---- in the process that is measured


def layers_of(net: Net) -> Layers:
    """Draw the weights, from seed 0."""
    import numpy as np

    sizes = list(zip((2, *net.widths), net.widths, strict=False))
    if net.init == "torch":
        import torch

        torch.manual_seed(0)
        linear = [torch.nn.Linear(n, m, dtype=torch.float32) for n, m in sizes]
        return [(each.weight.detach().double().numpy(), each.bias.detach().double().numpy()) for each in linear]
    rng = np.random.default_rng(0)
    return [(rng.standard_normal((m, n)) * np.sqrt(2 / n), rng.uniform(-0.5, 0.5, m)) for n, m in sizes]


def in_torch(layers: Layers) -> Any:
    """The network as a torch.nn.Sequential in float64 that ends in a ReLU."""
    import torch
    from torch import nn

    modules: list[nn.Module] = []
    for weight, bias in layers:
        linear = nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        linear.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
        modules += [linear, nn.ReLU()]
    return nn.Sequential(*modules).eval()


def ours(layers: Layers, half: float, _: str) -> Cut:
    from generators.articles.multi_neuron.analysis.plane import partition_plane

    module, box = in_torch(layers), ((-half, half), (-half, half))

    def cut() -> Counts:
        found = partition_plane(module, box)
        return found.n_regions, found.n_vertices, found.n_edges

    return cut


def splinecam(layers: Layers, half: float, folder: str) -> Cut:
    """Its loop over the hidden layers; the decision boundary, which is nowhere here, takes no time."""
    import torch

    sys.path.insert(0, folder)
    torch.Tensor.cuda = lambda tensor, *_, **__: tensor  # type: ignore[method-assign]
    torch.jit.script = compiled_if_possible(torch.jit.script)
    torchvision: Any = ModuleType("torchvision")
    torchvision.models = None
    sys.modules["torchvision"] = torchvision
    tool: Any = import_module("splinecam")
    step = tool.graph.to_next_layer_partition_batched
    tool.graph.to_next_layer_partition_batched = partial(step, device="cpu", workers=0)
    head = torch.nn.Linear(len(layers[-1][1]), 1, dtype=torch.float64)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.ones_(head.bias)
    corners = half * torch.tensor([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]], dtype=torch.float64)
    plane = torch.tensor([[1, 0, 0], [0, 1, 0]], dtype=torch.float64)
    wrapped = tool.wrappers.model_wrapper(
        in_torch(layers).append(head), input_shape=(2,), T=plane, dtype=torch.float64, device="cpu"
    )

    def cut() -> Counts:
        with open(os.devnull, "w") as nothing, redirect_stdout(nothing), redirect_stderr(nothing):
            return len(tool.compute.get_partitions_with_db(corners, plane, wrapped, n_workers=0)[0]), None, None

    return cut


def compiled_if_possible(script: Callable) -> Callable:
    """Let torch compile what today's torch still can."""

    def script_or_leave(function: Callable, **options: Any) -> Callable:
        try:
            return script(function, **options)
        except RuntimeError:
            return function

    return script_or_leave


def edge_subdivision(layers: Layers, half: float, folder: str) -> Cut:
    """Vertices and edges, and by Euler's formula the regions."""
    import torch

    sys.path.insert(0, folder)
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double  # type: ignore[method-assign]
    tool: Any = import_module("edge_subdivision")
    module = import_module("NN").Net([2, *(len(bias) for _, bias in layers)])
    for linear, (weight, bias) in zip(module.fcs, layers, strict=True):
        linear.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})

    @torch.no_grad()
    def cut() -> Counts:
        vertices, edges, _ = tool.skeletal_subdivision(module, (-half, half), torch.device("cpu"), verbose=False)
        return len(edges) - len(vertices) + 1, len(vertices), len(edges)

    return cut


def one(tool: str, net: Net, where: str) -> dict:
    """Cut, several times where that takes little; the first try is what a process that cuts once pays."""
    prepare = {OURS: ours, SPLINECAM: splinecam, EDGES: edge_subdivision}[tool]
    cut = prepare(layers_of(net), net.half, where)
    seconds: list[float] = []
    while len(seconds) < TRIES and sum(seconds) < ENOUGH_SECONDS:
        began = time.process_time()
        counts = cut()
        seconds.append(time.process_time() - began)
    packages = ("torch", "numpy", *{OURS: ["numba"], SPLINECAM: ["networkx", "igraph"]}.get(tool, ()))
    versions = {"python": platform.python_version()} | {name: metadata.version(name) for name in packages}
    return {"counts": counts, "seconds": seconds, "versions": versions}


def write(net: Net, file: Path) -> None:
    """Write the file that SyReNN's program reads."""
    layers = layers_of(net)
    with file.open("wb") as to:
        to.write(struct.pack("<4di", -net.half, net.half, -net.half, net.half, len(layers)))
        for weight, bias in layers:
            to.write(struct.pack("<2i", *weight.shape) + weight.astype("<f8").tobytes() + bias.astype("<f8").tobytes())


# ---- in the process that measures; it imports little, for a child's memory is counted from its parent's on


class Bench:
    """Runs the tools that the caller has, and keeps what they took."""

    def __init__(self, given: Namespace) -> None:
        self.where = {OURS: str(ROOT), SPLINECAM: given.splinecam, EDGES: given.edge_subdivision, SYRENN: given.syrenn}
        self.python = {SPLINECAM: given.splinecam_python}
        self.rows: list[Row] = []
        self.versions: dict[str, dict] = {tool: commit(where) for tool, where in self.where.items() if where}
        self.wrong = self.other = False

    def run(self, series: str, name: str, net: Net, known: int) -> None:
        """Measure a network with all tools, print a line each and compare the counts."""
        first = None
        for tool in self.versions:
            if first and first.regions > LARGEST[tool]:
                continue
            try:
                row = self.syrenn(series, net) if tool == SYRENN else self.measure(series, tool, net)
            except (subprocess.CalledProcessError, ValueError) as error:
                print(f"{name:12s} {tool:16s} failed: {error}", flush=True)
                self.wrong = True
                if first is None:
                    return
                continue
            first = first or row
            self.rows.append(row)
            print(f"{name:12s} {said(row, first)}{self.differs(row, known)}", flush=True)

    def differs(self, row: Row, expected: int) -> str:
        if row.regions == expected:
            return ""
        self.other |= row.tool != OURS
        self.wrong |= row.tool == OURS
        return f"   {row.regions - expected:+,d} regions of {expected:,d}"

    def verdict(self) -> str:
        if self.wrong:
            return "we miscount, or a tool fails, see above"
        return "another tool counts otherwise, see above" if self.other else "all counts are right"

    def measure(self, series: str, tool: str, net: Net) -> Row:
        python = self.python.get(tool) or sys.executable
        out, cpu, peak = spawn([python, __file__, "--one", tool, json.dumps(asdict(net)), self.where[tool]])
        told = json.loads(out.splitlines()[-1])
        self.versions[tool] |= told["versions"]
        regions, vertices, edges = told["counts"]
        _, *again = told["seconds"]
        return Row(series, tool, net, regions, vertices, edges, min(told["seconds"]), cpu - sum(again), peak)

    def syrenn(self, series: str, net: Net) -> Row:
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder, "net"))
            spawn([sys.executable, __file__, "--write", json.dumps(asdict(net)), file])
            cuts: list[tuple[float, float, float]] = []
            while len(cuts) < TRIES and sum(cut for cut, _, _ in cuts) < ENOUGH_SECONDS:
                out, cpu, peak = spawn([self.where[SYRENN], file])
                regions, seconds = out.split()
                cuts.append((float(seconds), cpu, peak))
        cut, cpu, peak = (min(each) for each in zip(*cuts, strict=True))
        return Row(series, SYRENN, net, int(regions), None, None, cut, cpu, peak)

    def found(self, tool: str, net: Net) -> Row | None:
        return next((row for row in self.rows if (row.tool, row.net) == (tool, net)), None)


def spawn(command: list[str], **environment: str) -> tuple[str, float, float]:
    """Run a program; give what it printed, its CPU seconds and the megabytes that it held at most."""
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT)} | environment
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[:4])
    return out, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1024 if sys.platform == "linux" else 2**20)


def commit(where: str) -> dict[str, str]:
    """The commit of the clone that a tool lies in, and its day."""
    folder = where if Path(where).is_dir() else Path(where).parent
    command = ["git", "-C", str(folder), "log", "-1", "--format=%H %cs"]
    done = subprocess.run(command, capture_output=True, text=True)
    return dict(zip(("commit", "committed"), done.stdout.split(), strict=False))


def said(row: Row, ours: Row) -> str:
    """A row in one line; for another tool, how many times our seconds it took."""
    ratio = f"{row.cut_seconds / ours.cut_seconds:8,.1f} times ours" if row is not ours else " " * 19
    return (
        f"{row.tool:16s} {row.regions:9,d} regions   "
        f"cut {row.cut_seconds:9.4f} s   process {row.process_seconds:7.2f} s   {row.peak_megabytes:5,.0f} MB "
        f"{row.regions / row.cut_seconds:10,.0f} regions/s {ratio}"
    )


def exponents(rows: list[Row]) -> Iterator[tuple[str, str, float]]:
    """For every way to grow and every tool, the exponent of the seconds over the regions."""
    for series in GROWTH:
        for tool in (OURS, SPLINECAM, EDGES, SYRENN):
            points = [
                (math.log(row.regions), math.log(row.cut_seconds))
                for row in rows
                if (row.series, row.tool) == (series, tool) and row.regions >= FITTED_FROM
            ]
            if len(points) > 1:
                yield series, tool, slope(points)


def slope(points: list[tuple[float, float]]) -> float:
    """Of the line of least squares."""
    middle = [sum(each) / len(points) for each in zip(*points, strict=True)]
    products = [((x - middle[0]) ** 2, (x - middle[0]) * (y - middle[1])) for x, y in points]
    return sum(xy for _, xy in products) / sum(xx for xx, _ in products)


def promises(bench: Bench) -> Iterator[tuple[str, float, float]]:
    """What is asked of us, with the bound and what was found; a bound below 0 is the most that it may be."""
    for tool, name, bound in ((SPLINECAM, "64x3", 1000.0), (EDGES, "64x3", 100.0), (SYRENN, "128x3", 5.0)):
        theirs, own = (bench.found(each, NETS[name][0]) for each in (tool, OURS))
        if theirs and own:
            yield f"times faster than {tool} on {name}", bound, theirs.cut_seconds / own.cut_seconds
    for name in ("64x3", "128x3"):
        if own := bench.found(OURS, NETS[name][0]):
            yield f"regions a second on {name}", 1e6, own.regions / own.cut_seconds
    for name, most in (("512x3", -6.0), ("1800", -3.0)):
        if own := bench.found(OURS, NETS[name][0]):
            yield f"CPU seconds on {name}", most, own.cut_seconds
            if name == "512x3":
                yield f"megabytes on {name}", -1500.0, own.peak_megabytes


def machine() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def as_json(bench: Bench) -> str:
    """All that was measured, a row a line."""
    parts: dict[str, Any] = {
        "date": date.today().isoformat(),
        "processor": machine(),
        "system": f"{platform.system()} {platform.machine()}",
        "threads": 1,
        "tools": bench.versions,
        "exponents": [dict(zip(("series", "tool", "exponent"), each, strict=True)) for each in exponents(bench.rows)],
        "rows": [{**asdict(row), **asdict(row.net)} for row in bench.rows],
    }
    for row in parts["rows"]:
        del row["net"]
    return "{\n" + ",\n".join(f" {json.dumps(name)}: {in_lines(part)}" for name, part in parts.items()) + "\n}\n"


def in_lines(part: Any) -> str:
    """JSON with a line for each element of a list or a dictionary, and no digits beyond the microsecond."""
    if isinstance(part, list):
        return "[\n  " + ",\n  ".join(json.dumps(rounded(each)) for each in part) + "\n ]"
    if isinstance(part, dict):
        return "{\n  " + ",\n  ".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in part.items()) + "\n }"
    return json.dumps(part)


def rounded(row: dict) -> dict:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


def compiling() -> None:
    """Warm the cache of compiled code, and say what it takes to fill an empty one."""
    command = [sys.executable, __file__, "--one", OURS, json.dumps(asdict(NETS["16x2"][0])), ""]
    with tempfile.TemporaryDirectory() as folder:
        cold = spawn(command, NUMBA_CACHE_DIR=folder)[1]
    spawn(command)
    warm = spawn(command)[1]
    print(f"the first process ever takes {cold:.1f} CPU s, compiling once; a later one {warm:.1f}", flush=True)


def main() -> int:
    """Print one line for every network and tool; 1 where we count wrongly or a tool fails."""
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--splinecam", metavar="DIR")
    parser.add_argument("--splinecam-python", metavar="PYTHON", help="default: this one")
    parser.add_argument("--edge-subdivision", metavar="DIR")
    parser.add_argument("--syrenn", metavar="BINARY")
    parser.add_argument("--only", nargs="+", choices=[*NETS, "growth"], default=[*NETS, "growth"])
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all rows")
    given = parser.parse_args()
    print(f"{machine()}, one thread")
    compiling()
    bench = Bench(given)
    for name in (each for each in NETS if each in given.only):
        bench.run("networks", name, *NETS[name])
    if "growth" in given.only:
        for series, nets in GROWTH.items():
            print(f"\n{series}")
            for net, regions in nets.items():
                bench.run(series, f"{net.widths[0]}x{len(net.widths)} ±{net.half:g}", net, regions)
    print()
    for series, tool, exponent in exponents(bench.rows):
        print(f"{series:24s} {tool:16s} seconds grow as regions^{exponent:.2f}")
    for text, bound, value in promises(bench):
        kept = value >= bound if bound > 0 else value <= -bound
        asked = f"at least {bound:,g}" if bound > 0 else f"at most {-bound:,g}"
        print(f"{'kept' if kept else 'SHORT':6s} {text:45s} asked {asked:20s} found {value:,.4g}")
    print(bench.verdict())
    if given.json:
        given.json.write_text(as_json(bench))
    return int(bench.wrong)


def net_from(text: str) -> Net:
    told = json.loads(text)
    return Net(tuple(told["widths"]), told["init"], told["half"])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(sys.argv[2], net_from(sys.argv[3]), sys.argv[4])))
    elif sys.argv[1:2] == ["--write"]:
        write(net_from(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.exit(main())
