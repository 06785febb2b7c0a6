"""What sampling an inverse set costs, how good its samples are, how far it reaches, and how it grows.

    python scripts/bench/inverse_set.py [--data FOLDER] [--part PART …] [--json FILE]

Every road is a process of its own with one thread; seconds are CPU seconds, memory is what the process grew by. Parts:

- ``gradient``: one gradient of Σ|eᵢ − eⱼ|² with respect to n codes, through a generator (64 → 256 → 256 → 784) and
  LeNet-5's 84 features, the best of several tries. "every pair" is the sum as it is written; "every pair, cdist" lets
  torch compute the distances, which needs n² numbers instead of n² · 84; "identity" is 2n Σ|e|² − 2|Σe|² in one batch;
  "identity, micro-batches" is ours, ``objective.spread_gradient``; "K at a time" is one gradient for every 8 of the n,
  against 8 fixed ones, which is less than the objective asks.
- ``selections``, with --data only: 64 members of one set, chosen or made every way that the article speaks of, for
  three seeds, against 2,400 other members.
- ``reach``: the share of starts outside an interval that projection brings in, for neurons of texture-net with its
  renderer.
- ``many``: 1,000, 3,000 and 10,000 members of one of its sets, by rejection and by moves.

FOLDER holds ``gan_mlp_G.safetensors`` and ``lenet5.safetensors``: a generator and a LeNet-5 of MNIST. Without it,
weights are drawn by lot in part ``gradient``, which costs the same.
"""

import argparse
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
Found = dict[str, Any]

SIZES = (64, 128, 256, 512, 1024, 1536)
FITTED_FROM = 256
PAIRS, CDIST, ONE_BATCH, OURS, K_ROAD = (
    *("every pair", "every pair, cdist", "identity, one batch", "identity, micro-batches"),
    "K at a time",
)
K, MICRO = 8, 128
TRIES, ENOUGH_SECONDS = 5, 10.0
COMPARED = 256
"""Samples at which gradients are compared."""
CODE, FEATURES = 64, 84
SHAPE = f"an MLP of {CODE} → 256 → 256 → 784 as the generator, LeNet-5 and its {FEATURES} features as the network"

LOW, HIGH, UNIT = 15.06, 21.19, 35
QUANTILES = (0.97, 0.999)
SEEDS = (0, 1, 2)
N, HELD_OUT, POOL, LARGE_POOL = 64, 2400, 2400, 20_000
CLIMBS, CHAIN_MOVES = 40, 20

NETWORK = "texture-net"
CLASSES = ("volcano", "monastery", "basin", "shark", "baseball")
LAYER, UNITS = "relu4b", (5, 40, 11, 17, 29, 52, 63)
HIDDEN = tuple(f"{LAYER}:{unit}" for unit in UNITS)
DRAWS, STARTS, NEAREST_OF = 20_000, 54, 20
ALL = DRAWS // STARTS
"""Of how many draws the nearest begins a chain where all are looked at, as the article does it."""
REACHED = {"weak": (ALL,), "strong": (ALL,), "strongest": (NEAREST_OF, ALL)}
"""Intervals, and of how many draws outside the nearest are the starts."""

MANY = (1000, 3000, 10_000)
REJECTION, BY_MOVES = "rejection", "starts and moves"
MANY_ROADS = {REJECTION: (0.85, 0.97), BY_MOVES: (0.97, 0.999)}
"""Each with the prior's quantiles between which it samples."""
MOVES, CHAINS = 3, {"cpu": 200, "cuda": 4096}


# ---- the generator and the network of MNIST


def mnist(folder: str) -> tuple[Any, Any]:
    """The generator and LeNet-5, of the weights in ``folder`` or, where that is empty, of weights by lot."""
    import torch
    from safetensors.torch import load_file
    from torch import nn

    torch.manual_seed(0)
    inner = [nn.Linear(CODE, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 784), nn.Tanh()]
    maps = [nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2, 2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2, 2)]
    rest = [nn.Conv2d(16, 120, 5), nn.ReLU(), nn.Flatten(), nn.Linear(120, FEATURES), nn.ReLU(), nn.Linear(84, 10)]
    generator, lenet = nn.Sequential(*inner), nn.Sequential(*maps, *rest)
    if folder:
        generator.load_state_dict(load_file(Path(folder, "gan_mlp_G.safetensors")))
        lenet.load_state_dict(load_file(Path(folder, "lenet5.safetensors")))
    return generator.requires_grad_(False), lenet.requires_grad_(False)


def seeing(folder: str, dtype: str = "float32") -> Callable[..., tuple[Any, Any]]:
    """(codes (n, 64), whether to 8 bits) -> the activations of a neuron (n, 1) and features (n, 84)."""
    import torch
    from torch.nn.functional import interpolate

    generator, lenet = (each.to(getattr(torch, dtype)) for each in mnist(folder))

    def see(x: Any, rounded: bool = False) -> tuple[Any, Any]:
        pictures = (generator(x) + 1) / 2
        if rounded:
            pictures = (pictures * 255).round() / 255
        seen = lenet[:10](interpolate(pictures.view(-1, 1, 28, 28), (32, 32), mode="bilinear", align_corners=False))
        return seen[:, UNIT : UNIT + 1], lenet[10](seen)

    return see


# ---- gradient


def embedding(folder: str, dtype: str = "float32") -> Callable[[Any], Any]:
    see = seeing(folder, dtype)
    return lambda codes: see(codes)[1]


def by_autograd(objective: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    import torch

    def gradient(embed: Any, x: Any) -> Any:
        x = x.detach().requires_grad_(True)
        return torch.autograd.grad(objective(embed(x)), x)[0]

    return gradient


def k_at_a_time(embed: Any, x: Any) -> Any:
    import torch

    with torch.no_grad():
        seeds = embed(x[:K])

    def objective(e: Any) -> Any:
        return (e[:, None] - e[None]).square().sum() + (e[:, None] - seeds[None]).square().sum()

    return torch.cat([by_autograd(objective)(embed, part) for part in x.split(K)])


def roads() -> dict[str, Callable[[Any, Any], Any]]:
    """Each (embed, codes (n, 64)) -> the gradient (n, 64)."""
    import torch

    from generators.articles.inverse_set.analysis.sampling import objective

    return {
        PAIRS: by_autograd(objective.spread_of_pairs),
        CDIST: by_autograd(lambda e: torch.cdist(e, e).square().sum()),
        ONE_BATCH: by_autograd(objective.spread),
        OURS: lambda embed, x: objective.spread_gradient(embed, x, MICRO),
        K_ROAD: k_at_a_time,
    }


def gradient(road: str, n: int, folder: str) -> Found:
    """Memory by the first gradient of n codes, after one of two codes; seconds by the best of all."""
    import torch

    from generators.meter import watched

    embed, take = embedding(folder), roads()[road]
    x = torch.randn(n, CODE, generator=torch.Generator().manual_seed(1))
    take(embed, x[:2])
    began = time.process_time()
    grown = watched(lambda: take(embed, x))[2]
    seconds = [time.process_time() - began]
    while len(seconds) < TRIES and sum(seconds) < ENOUGH_SECONDS:
        began = time.process_time()
        take(embed, x)
        seconds.append(time.process_time() - began)
    return {"seconds": min(seconds), "extra_megabytes": grown / 1e6, "torch": torch.__version__}


def gradient_errors(folder: str) -> Found:
    """The largest relative difference, over codes, of each exact road's gradient from that of every pair."""
    import torch

    x, found = torch.randn(COMPARED, CODE, generator=torch.Generator().manual_seed(1)), {}
    for dtype in ("float64", "float32"):
        embed, codes = embedding(folder, dtype), x.to(getattr(torch, dtype))
        wanted = roads()[PAIRS](embed, codes).double()
        for road in (CDIST, ONE_BATCH, OURS):
            off = roads()[road](embed, codes).double() - wanted
            found[f"{road}, {dtype}"] = float((off.norm(dim=1) / wanted.norm(dim=1)).max())
    return found


# ---- selections


@dataclass(frozen=True, eq=False)
class Set:
    """The set of one neuron, members to choose from and others, as each road finds it."""

    constraints: Any
    measure: Any
    look: Callable[[Any], tuple[Any, Any]]
    pool: tuple[Any, Any, Any]
    """Codes (p, 64), activations (p, 1), features (p, 84)."""
    held_out: tuple[Any, Any, Any]
    draws: tuple[Any, Any]
    """Codes (d, 64) of the prior and their activations (d, 1)."""
    random: Any


def draw_members(seed: int, folder: str, file: str) -> Found:
    """Draw codes until enough lie in the interval and keep them in a file; the quantiles of the first 40,000."""
    import torch

    from generators.articles.inverse_set.analysis.sampling import Normal

    see, random = seeing(folder), torch.Generator().manual_seed(seed)
    kept, tried, began = [torch.zeros(0, CODE)], 0, time.process_time()
    while sum(map(len, kept)) < HELD_OUT + LARGE_POOL:
        x = Normal(CODE).draw(40_000, random)
        values, _ = seen(see, x)
        if not tried:
            first = x, values
            quantiles = [float(values.quantile(share)) for share in QUANTILES]
        tried += len(x)
        kept.append(x[((values >= LOW) & (values <= HIGH)).all(1)])
    seconds = time.process_time() - began
    members = torch.cat(kept)
    parts = [(x, *seen(see, x)) for x in (members[:HELD_OUT], members[HELD_OUT:][:LARGE_POOL])]
    torch.save({"held_out": parts[0], "pool": parts[1], "draws": first}, file)
    return {"accepted": len(members) / tried, "seconds_each": seconds / len(members), "quantiles": quantiles}


def seen(see: Callable[..., tuple[Any, Any]], x: Any) -> tuple[Any, Any]:
    """Activations and features of any number of codes, of 8-bit pictures."""
    import torch

    with torch.no_grad():
        values, e = zip(*(see(part, rounded=True) for part in x.split(512)), strict=True)
    return torch.cat(values), torch.cat(e)


def the_set(seed: int, folder: str, file: str) -> Set:
    import torch

    from generators.articles.inverse_set.analysis.sampling import Constraints, Normal

    see = seeing(folder)

    def values(x: Any) -> Any:
        return see(x, rounded=not torch.is_grad_enabled())[0]

    wanted = Constraints(values, torch.tensor([LOW]), torch.tensor([HIGH]))
    return Set(wanted, Normal(CODE), see, **torch.load(file), random=torch.Generator().manual_seed(seed))


def drawn(of: Set) -> Any:
    return of.pool[0][:N]


def newton(of: Set) -> Any:
    """Draws outside, brought to activations spread over the interval; from one of 20 each, the nearest."""
    from generators.articles.inverse_set.analysis.sampling.feasible import bring_in

    return bring_in(of.constraints, of.measure, starts(of, N), of.random)


def starts(of: Set, n: int) -> Any:
    from generators.articles.inverse_set.analysis.sampling.feasible import nearest_starts

    outside = ~of.constraints.holds(of.draws[1])
    x, values = (each[outside][: NEAREST_OF * n] for each in of.draws)
    return nearest_starts(of.constraints, x, values, n)


def chains(of: Set) -> Any:
    from generators.articles.inverse_set.analysis.sampling import sample_feasible

    return sample_feasible(of.constraints, starts(of, N), of.measure, N, CHAIN_MOVES, of.random).points


def selected(name: str, size: int = POOL) -> Callable[[Set], Any]:
    def choose(of: Set) -> Any:
        from generators.articles.inverse_set.analysis.sampling import selections

        x, _, e = (each[:size] for each in of.pool)
        return x[getattr(selections, name)(e, N)]

    return choose


def climbed(of: Set) -> Any:
    from generators.articles.inverse_set.analysis.sampling.climbing import climb
    from generators.articles.inverse_set.analysis.sampling.selections import bandwidth

    width = bandwidth(of.pool[2][:POOL])
    return climb(of.constraints, of.measure, lambda x: of.look(x)[1], selected("diverse")(of), width, CLIMBS)


def published(of: Set) -> Any:
    from generators.articles.inverse_set.analysis.sampling.published import Settings, sample_as_published

    begin = of.measure.draw(K, of.random)
    return sample_as_published(of.constraints, of.look, begin, N, scale(of), Settings(K, 400, 60))


def joint(of: Set) -> Any:
    from generators.articles.inverse_set.analysis.sampling.published import sample_jointly

    return sample_jointly(of.constraints, of.look, of.measure.draw(N, of.random), 150, scale(of))


def scale(of: Set) -> float:
    from generators.articles.inverse_set.analysis.sampling.objective import spread

    e = of.pool[2][:POOL]
    return float(spread(e)) / len(e) ** 2


WAYS: dict[str, Callable[[Set], Any]] = {
    "independent draws": drawn,
    "Newton starts": newton,
    "chains": chains,
    "representative": selected("representative"),
    "farthest": selected("farthest"),
    "farthest of 20,000": selected("farthest", LARGE_POOL),
    "diverse": selected("diverse"),
    "diverse, climbed": climbed,
    "as published": selected("as_published"),
    "published, K = 8": published,
    "published, joint": joint,
}
SELECTIONS = ("representative", "farthest", "diverse", "as published")


def selection(road: str, seed: int, folder: str, file: str) -> Found:
    """Make a sample one way and score it."""
    from generators.articles.inverse_set.analysis.sampling import quality, selections
    from generators.articles.inverse_set.analysis.sampling.objective import spread
    from generators.meter import watched

    of, make = the_set(seed, folder, file), WAYS[road]
    began = time.process_time()
    x, _, grown = watched(lambda: make(of))
    seconds = time.process_time() - began
    values, e = seen(of.look, x)
    mean, most = quality.fill(e, of.held_out[2])
    return {
        "feasible": float(of.constraints.holds(values).double().mean()),
        "fill_mean": mean,
        "fill_max": most,
        "nearest": quality.nearest_neighbour(e),
        "vendi": quality.vendi(e, selections.bandwidth(of.held_out[2])),
        "ks": quality.ks(values[:, 0].numpy(), of.held_out[1][:, 0].numpy()),
        "mean_square": float(spread(e)) / len(e) ** 2,
        "norm": float(x.norm(dim=1).mean()),
        "seconds": seconds,
        "megabytes": grown / 1e6,
    }


# ---- reach and many


def textures(device: str = "cpu") -> Any:
    """texture-net with its renderer, and the neurons that are driven, as a problem."""
    from generators import networks
    from generators.articles.inverse_set.analysis.problem import Problem
    from generators.articles.inverse_set.results.gallery import Neuron
    from generators.networks import generative

    network = networks.load(NETWORK, device=device)
    logits = [Neuron(name, "head", network.labels.index(name), "value") for name in CLASSES]
    hidden = [Neuron(f"{LAYER}:{unit}", LAYER, unit, "mean") for unit in UNITS]
    return Problem(network, generative.load(network, 1)[0], [*logits, *hidden])


def reach() -> Iterator[Found]:
    """Bring starts outside each interval of each neuron in, from the nearest of few draws and of many."""
    from generators.articles.inverse_set.analysis.intervals import intervals
    from generators.articles.inverse_set.analysis.sampling.feasible import bring_in, nearest_starts

    problem = textures()
    random = problem.random.manual_seed(0)
    views = problem.see(problem.measure.draw(DRAWS, random))
    for column, neuron in enumerate(problem.neurons):
        values = views.values[:, [column]]
        for each in (found for found in intervals(neuron, values[:, 0]) if found.name in REACHED):
            constraints = problem.constraints([column], [each.low], [each.high])
            inside = constraints.holds(values)
            about = {"neuron": neuron.name, "interval": each.name, "low": each.low, "high": each.high}
            about["accepted"] = float(inside.double().mean())
            for nearest_of in REACHED[each.name]:
                x, off = (tensor[~inside][: nearest_of * STARTS] for tensor in (views.points, values))
                began = time.process_time()
                begin = nearest_starts(constraints, x, off, STARTS)
                share = len(bring_in(constraints, problem.measure, begin, random)) / len(begin)
                took = (time.process_time() - began) / len(begin)
                yield {**about, "nearest_of": nearest_of, "reached": share, "seconds_each": took}


def bounds() -> Found:
    """The intervals that ``many`` samples, one for each of its roads."""
    problem = textures()
    values = problem.see(problem.measure.draw(DRAWS // 4, problem.random.manual_seed(0))).values[:, 0]
    return {road: [float(values.quantile(share)) for share in shares] for road, shares in MANY_ROADS.items()}


def many(road: str, n: int, low: float, high: float, device: str) -> Found:
    """Make ``n`` members of the first neuron's set; their points are kept."""
    import torch

    from generators.meter import watched

    problem = textures(device)
    constraints, random = problem.constraints([0], [low], [high]), problem.random.manual_seed(2)
    make = by_rejection if road == REJECTION else by_moves
    make(problem, constraints, 4, random)
    clock = time.perf_counter if device == "cuda" else time.process_time
    began = clock()
    points, _, grown = watched(lambda: make(problem, constraints, n, random).cpu())
    seconds = clock() - began
    if device == "cuda":
        grown = torch.cuda.max_memory_allocated()
    feasible = float(constraints.inside(points.to(device)).double().mean())
    return {"n": len(points), "seconds": seconds, "megabytes": grown / 1e6, "feasible": feasible}


def by_rejection(problem: Any, constraints: Any, n: int, random: Any) -> Any:
    import torch

    kept: list[Any] = []
    while sum(map(len, kept)) < n:
        x = problem.measure.draw(8 * problem.at_once, random)
        kept.append(x[constraints.inside(x)])
    return torch.cat(kept)[:n]


def by_moves(problem: Any, constraints: Any, n: int, random: Any) -> Any:
    from generators.articles.inverse_set.analysis.sampling import sample_feasible
    from generators.articles.inverse_set.analysis.sampling.feasible import nearest_starts

    chains = min(n, CHAINS[problem.network.device])
    x = problem.measure.draw(NEAREST_OF * chains, random)
    begin = nearest_starts(constraints, x, problem.see(x).values[:, :1], chains)
    return sample_feasible(constraints, begin, problem.measure, n, MOVES, random).points


# ---- in the process that measures


def told(part: str, *arguments: Any) -> Iterator[Found]:
    """What a function of this file says in a fresh process, row by row as it comes."""
    command = [sys.executable, __file__, "--one", part, json.dumps(arguments)]
    environment = os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            yield json.loads(line)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[:4])


def one(part: str, arguments: Sequence[Any]) -> None:
    """Measure, in this process, and print a row a line."""
    sys.path.insert(0, str(ROOT))
    import torch

    torch.set_num_threads(1)
    found = PARTS_OF_ONE[part](*arguments)
    for row in [found] if isinstance(found, dict) else found:
        print(json.dumps(row), flush=True)


class Verdict:
    """What is asked, and whether it was found."""

    def __init__(self) -> None:
        self.short = False

    def ask(self, what: str, found: float, least: float = -math.inf, most: float = math.inf) -> None:
        kept = least <= found <= most
        self.short |= not kept
        asked = f"at least {least:,g}" if least > -math.inf else f"at most {most:,g}"
        print(f"{'kept' if kept else 'SHORT':6s} {what:58s} asked {asked:16s} found {found:,.4g}", flush=True)


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Of the seconds over the sizes: the slope of the line of least squares through their logarithms."""
    x, y = ([math.log(each) for each in values] for values in (sizes, seconds))
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True)) / sum((a - middle_x) ** 2 for a in x)


def compare_gradients(given: argparse.Namespace, verdict: Verdict) -> Found:
    rows = []
    for n in SIZES:
        for road in (PAIRS, CDIST, ONE_BATCH, OURS, K_ROAD):
            (found,) = told("gradient", road, n, given.data)
            torch = found.pop("torch")
            rows.append({"road": road, "n": n, **found})
            print(f"{road:24s} n {n:5d} {found['seconds']:8.3f} s {found['extra_megabytes']:8,.0f} MB", flush=True)
    (errors,) = told("gradient_errors", given.data)
    for road, error in errors.items():
        print(f"largest relative difference from every pair, {road}: {error:.1e}")
    exponents = {road: exponent_of(road, rows) for road in (PAIRS, CDIST, ONE_BATCH, OURS, K_ROAD)}
    for road, steep in exponents.items():
        print(f"{road:24s} seconds grow as n^{steep:.2f}, from n = {FITTED_FROM}")
    last = {row["road"]: row for row in rows if row["n"] == SIZES[-1]}
    verdict.ask("times faster than every pair at 1,536", last[PAIRS]["seconds"] / last[OURS]["seconds"], least=7)
    verdict.ask("megabytes at 1,536", last[OURS]["extra_megabytes"], most=40)
    verdict.ask("relative difference of gradients in 64 bits", errors[f"{OURS}, float64"], most=1e-6)
    about = {"torch": torch, "shape": SHAPE, "k": K, "micro_batch": MICRO, "fitted_from": FITTED_FROM}
    return {**about, "gradient_errors": errors, "exponents": exponents, "measurements": rows}


def exponent_of(road: str, rows: list[Found]) -> float:
    found = [row for row in rows if row["road"] == road and row["n"] >= FITTED_FROM]
    return exponent([row["n"] for row in found], [row["seconds"] for row in found])


def compare_selections(given: argparse.Namespace, verdict: Verdict) -> Found:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in SEEDS:
            file = str(Path(folder, f"{seed}.pt"))
            (about,) = told("draw_members", seed, given.data, file)
            low, high = about["quantiles"]
            print(
                f"\nseed {seed}: quantiles {QUANTILES} of 40,000 draws are {low:.2f} and {high:.2f}; "
                f"{about['accepted']:.2%} of the draws lie in [{LOW}, {HIGH}], {1e3 * about['seconds_each']:.1f} ms "
                "for each that does"
            )
            for road in WAYS:
                (found,) = told("selection", road, seed, given.data, file)
                rows.append({"road": road, "seed": seed, **found})
                print(selection_said(rows[-1]), flush=True)
    print()
    for road in SELECTIONS:
        verdict.ask(f"feasible, {road}", min(of(rows, road, "feasible")), least=1)
    verdict.ask("fill mean, representative, worst seed", max(of(rows, "representative", "fill_mean")), most=8.9)
    verdict.ask("KS, representative, worst seed", max(of(rows, "representative", "ks")), most=0.2)
    for road in ("farthest", "farthest of 20,000"):
        for seed, hole in zip(SEEDS, of(rows, road, "fill_max"), strict=True):
            verdict.ask(f"fill max, {road}, seed {seed}", hole, most=18.7)
    verdict.ask("Vendi, diverse, climbed, worst seed", min(of(rows, "diverse, climbed", "vendi")), least=39)
    return {"selections": rows}


def of(rows: list[Found], road: str, what: str) -> list[float]:
    return [row[what] for row in rows if row["road"] == road]


def selection_said(row: Found) -> str:
    return (
        f"{row['road']:20s} feasible {row['feasible']:.2f}  fill {row['fill_mean']:5.2f} / {row['fill_max']:5.2f}  "
        f"nearest {row['nearest']:5.2f}  Vendi {row['vendi']:5.1f}  KS {row['ks']:.3f}  "
        f"mean square {row['mean_square']:5,.0f}  |code| {row['norm']:5.2f}  {row['seconds']:7.2f} s "
        f"{row['megabytes']:5,.0f} MB"
    )


def compare_reach(_: argparse.Namespace, verdict: Verdict) -> Found:
    rows = []
    for row in told("reach"):
        rows.append(row)
        print(
            f"{row['neuron']:12s} {row['interval']:12s} [{row['low']:7.3f}, {row['high']:7.3f}]  draws inside "
            f"{row['accepted']:7.3%}  from the nearest of {row['nearest_of']:3d}: {row['reached']:.2f} arrive, "
            f"{1e3 * row['seconds_each']:4.0f} ms each",
            flush=True,
        )
    for kind, names, least in (("logits", CLASSES, 1.0), ("hidden units", HIDDEN, 0.95)):
        for interval in ("strong", "weak"):
            shares = [row["reached"] for row in rows if row["interval"] == interval and row["neuron"] in names]
            verdict.ask(f"{kind}, {interval}, least share", min(shares), least=least)
    shares = [row["reached"] for row in rows if (row["interval"], row["nearest_of"]) == ("strongest", ALL)]
    verdict.ask("strongest, least share", min(shares), least=0.6)
    return {"reach": rows}


def compare_many(given: argparse.Namespace, verdict: Verdict) -> Found:
    rows = []
    (intervals,) = told("bounds")
    for road, (low, high) in intervals.items():
        for n in MANY:
            (found,) = told("many", road, n, low, high, given.device)
            rows.append({"road": road, "low": low, "high": high, **found})
            print(
                f"{CLASSES[0]} in [{low:.2f}, {high:.2f}] by {road:17s} {found['n']:6,d} members "
                f"{found['seconds']:7.1f} s "
                f"{found['n'] / found['seconds']:8,.1f} a second {found['megabytes']:6,.0f} MB "
                f"feasible {found['feasible']:.4f}",
                flush=True,
            )
        mine = [row for row in rows if row["road"] == road]
        verdict.ask(f"exponent, {road}", exponent([r["n"] for r in mine], [r["seconds"] for r in mine]), most=1.05)
        verdict.ask(
            f"megabytes more for 10,000 than for 1,000, {road}", mine[-1]["megabytes"] - mine[0]["megabytes"], most=20
        )
        verdict.ask(f"feasible, {road}", min(row["feasible"] for row in mine), least=1)
        if given.device == "cuda":
            verdict.ask(f"members a second, {road}", mine[-1]["n"] / mine[-1]["seconds"], least=2000)
    return {"many": rows}


def machine() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def as_json(found: Found) -> str:
    """All that was measured, a row a line, no digits beyond a millionth."""
    parts = {"date": date.today().isoformat(), "processor": machine(), "threads": 1, **found}
    return "{\n" + ",\n".join(f" {json.dumps(name)}: {in_lines(part)}" for name, part in parts.items()) + "\n}\n"


def in_lines(part: Any) -> str:
    if isinstance(part, list):
        return "[\n  " + ",\n  ".join(json.dumps(rounded(each)) for each in part) + "\n ]"
    return json.dumps(part)


def rounded(row: Found) -> Found:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}


PARTS_OF_ONE: dict[str, Callable[..., Any]] = {
    "gradient": gradient,
    "gradient_errors": gradient_errors,
    "draw_members": draw_members,
    "selection": selection,
    "reach": reach,
    "bounds": bounds,
    "many": many,
}
PARTS: dict[str, Callable[[argparse.Namespace, Verdict], Found]] = {
    "gradient": compare_gradients,
    "selections": compare_selections,
    "reach": compare_reach,
    "many": compare_many,
}


def main() -> int:
    """Print a line for every road; 1 where something that is asked was not found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", metavar="FOLDER", default="", help="weights of the generator and the network of MNIST"
    )
    parser.add_argument("--part", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="of part many; on a GPU, real seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write all rows")
    parser.add_argument("--one", nargs=2, metavar=("PART", "ARGUMENTS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        one(given.one[0], json.loads(given.one[1]))
        return 0
    print(f"{machine()}, one thread")
    verdict = Verdict()
    found: Found = {}
    for part in given.part:
        print(f"\n{part}")
        if part == "selections" and not given.data:
            print("needs --data")
            continue
        found |= PARTS[part](given, verdict)
    if given.json:
        given.json.write_text(as_json(found))
    return int(verdict.short)


if __name__ == "__main__":
    sys.exit(main())
