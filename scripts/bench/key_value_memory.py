"""How fast a corpus is read for what fires every memory most, and how much memory that takes.

    python scripts/bench/key_value_memory.py [--tokens N]

pydoc-gpt (4 layers of 512 memories) reads a million tokens, in windows that begin anywhere in its text; of every memory
the 25 strongest texts are wanted. Each road is a fresh process with one thread:

- "ours" goes once through the text; besides the 25 strongest different texts and the activation one token earlier it
  counts how often each memory fires and a histogram;
- "forward pass alone" is the floor: the network reads, nobody looks;
- "running topk" keeps ``torch.topk`` of what was kept and the next batch, which is how one writes it in six lines; of a
  text that comes again each copy is kept, and nothing is counted;
- "matrix, then topk" reads once for each layer, keeps its activations of all tokens (2 GB for a million) and takes the
  largest at the end.

CPU seconds are those of the road itself; the process has imports and loading besides, and the most memory that it held
is the whole process's.
"""

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NETWORK, K = "pydoc-gpt", 25
STEP = 40_503
"""From one window's beginning to the next in the text, which it has no common divisor with."""
MOST_SECONDS, MOST_MEGABYTES = 180.0, 2000.0
OURS, FLOOR, RUNNING, MATRIX = "ours", "forward pass alone", "running topk", "matrix, then topk"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Row:
    road: str
    tokens: int
    seconds: float
    """CPU, of the road."""
    process_seconds: float
    """CPU, of the whole process."""
    megabytes: float
    largest: float
    """Sum over memories of the largest activation, by which the roads are compared; 0 where nobody looks."""


# ---- the roads, in a process of their own


def text(n_tokens: int) -> Any:
    """A corpus of about so many tokens of the Python documentation, made as it is read."""
    import numpy as np
    import torch

    from generators.datasets import pydoc
    from generators.datasets.corpus import Corpus
    from generators.datasets.examples import Generated

    length = pydoc.CONTEXT
    tokens = torch.from_numpy(np.concatenate(pydoc.tokens()[0]))

    def made(index: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        windows = tokens[(index * STEP % (len(tokens) - length))[:, None] + torch.arange(length + 1)]
        return windows[:, :-1], windows[:, 1:]

    n = round(n_tokens / length)
    return Corpus(Generated(n, made), length, np.arange(n))


def ours(network: Any, anatomy: Any, corpus: Any) -> float:
    from generators.articles.key_value_memory.analysis.reading import read

    return sum(float(each.activation[:, 0].sum()) for each in read(network, anatomy, corpus, K))


def forward(network: Any, _anatomy: Any, corpus: Any) -> float:
    from generators.articles.key_value_memory.analysis.hooks import run

    for _, x, _ in corpus.batches():
        run(network, x)
    return 0.0


def running(network: Any, anatomy: Any, corpus: Any) -> float:
    import torch

    from generators.articles.key_value_memory.analysis.hooks import activations, run

    value = [torch.zeros(K, layer.n_memories) for layer in anatomy.layers]
    place = [torch.full((K, layer.n_memories), -1) for layer in anatomy.layers]
    done = 0
    with activations(anatomy) as found:
        for _, x, _ in corpus.batches():
            run(network, x)
            for index, activation in enumerate(found):
                rows = activation.flatten(0, 1)
                there = (done + torch.arange(len(rows)))[:, None].expand_as(rows)
                value[index], best = torch.cat([value[index], rows]).topk(K, 0)
                place[index] = torch.cat([place[index], there]).gather(0, best)
            done += x.numel()
    return sum(float(each[0].sum()) for each in value)


def matrix(network: Any, anatomy: Any, corpus: Any) -> float:
    import torch

    from generators.articles.key_value_memory.analysis.hooks import activations, run

    total = 0.0
    for index, layer in enumerate(anatomy.layers):
        kept, done = torch.empty(corpus.n_tokens, layer.n_memories), 0
        with activations(anatomy) as found:
            for _, x, _ in corpus.batches():
                run(network, x)
                kept[done : done + x.numel()] = found[index].flatten(0, 1)
                done += x.numel()
        total += float(kept.topk(K, 0).values[0].sum())
        del kept
    return total


ROADS: dict[str, Callable[[Any, Any, Any], float]] = {OURS: ours, FLOOR: forward, RUNNING: running, MATRIX: matrix}


def one(road: str, n_tokens: int) -> dict[str, float]:
    """Take one road; its CPU seconds and what it found."""
    sys.path.insert(0, str(ROOT))
    import torch

    from generators import networks
    from generators.articles.key_value_memory.analysis import anatomy

    torch.set_num_threads(1)
    network = networks.load(NETWORK)
    found, corpus = anatomy.find(network), text(n_tokens)
    corpus.read(corpus.chosen[:1])
    began = time.process_time()
    largest = ROADS[road](network, found, corpus)
    return {"tokens": corpus.n_tokens, "seconds": time.process_time() - began, "largest": largest}


# ---- the comparison


def measure(road: str, n_tokens: int) -> Row:
    """Take a road in a fresh process."""
    command = [sys.executable, __file__, "--one", road, str(n_tokens)]
    with subprocess.Popen(command, env=os.environ | ONE_THREAD, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[:4])
    told = json.loads(out.splitlines()[-1])
    megabytes = usage.ru_maxrss / (1024 if sys.platform == "linux" else 2**20)
    return Row(road, told["tokens"], told["seconds"], usage.ru_utime + usage.ru_stime, megabytes, told["largest"])


def said(row: Row) -> str:
    """A row in one line."""
    return (
        f"{row.road:20s} {row.tokens:10,d} tokens {row.seconds:8.1f} CPU s {row.tokens / row.seconds:9,.0f} tokens/s"
        f"   process {row.process_seconds:8.1f} CPU s {row.megabytes:7,.0f} MB"
    )


def exponent(rows: list[Row]) -> float:
    """Of the seconds over the tokens: the slope of the line of least squares through their logarithms."""
    x, y = ([math.log(getattr(row, name)) for row in rows] for name in ("tokens", "seconds"))
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True)) / sum((a - middle_x) ** 2 for a in x)


def disagree(rows: list[Row]) -> bool:
    """Whether two roads found other largest activations in the same text; the matrix products' order may differ."""
    looked = [row for row in rows if row.largest]
    return any(
        abs(one.largest / other.largest - 1) > 1e-5 for one in looked for other in looked if one.tokens == other.tokens
    )


def main() -> int:
    """Print a line for every road and number of tokens; 1 where roads disagree or we break a promise."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--one", nargs=2, metavar=("ROAD", "N"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one[0], int(given.one[1]))))
        return 0
    sizes = [given.tokens // 8, given.tokens // 4, given.tokens // 2, given.tokens]
    print(f"{NETWORK}, the {K} strongest texts of every memory; {platform.machine()}, one thread")
    rows: list[Row] = []
    for road, n_tokens in [
        *((OURS, size) for size in sizes),
        *((road, given.tokens) for road in (FLOOR, RUNNING, MATRIX)),
    ]:
        rows.append(measure(road, n_tokens))
        print(said(rows[-1]), flush=True)
    print(f"our seconds grow as tokens^{exponent(rows[:4]):.2f}")
    kept = True
    for what, most, found in (
        ("CPU seconds of the process", MOST_SECONDS, rows[3].process_seconds),
        ("megabytes", MOST_MEGABYTES, rows[3].megabytes),
    ):
        kept &= found < most
        print(f"{'kept' if found < most else 'SHORT':6s} {what:28s} asked less than {most:,g}, found {found:,.4g}")
    wrong = disagree(rows)
    print("roads disagree, see above" if wrong else "all roads find the same largest activations")
    return int(wrong or not kept)


if __name__ == "__main__":
    sys.exit(main())
