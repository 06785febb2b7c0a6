"""What an activation atlas costs, how faithful it is, and whether it finds the patch that fools the network.

    python scripts/bench/activation_atlas.py [--part PART …] [--lucent FOLDER] [--cache FOLDER] [--json FILE]

Every part runs in processes of its own with one thread; seconds are CPU seconds. Parts, of texture-net:

- ``pipeline``: an atlas of relu5: collecting, layout and all grids of icons, after a first layout: its code is compiled
  once for a machine, and loaded once in a process.
- ``memory``: collecting more pictures, each number in a process of its own; a million takes 45 minutes.
- ``speed``: steps of 64 icons at once, and as many with lucent 0.1.8 where ``--lucent`` names the folder that holds the
  package. It reads torchvision, of which nothing is needed; an empty one stands in for it.
- ``second``: the share of relu5's icons that another network, trained here from another seed on plain pictures, calls
  what their cell is.
- ``icons``: those of a late and a middle layer as the atlas has them, finer grids begun from coarser ones; and those of
  every objective begun from nothing. All are measured on their 8 bits.
- ``search``: the patch that turns a shark into a baseball, beside what should do nothing.

The last three ask for what the article asks for, and share what ``--cache`` keeps. ``--json`` puts what the first four
measured beside what the file has.
"""

import argparse
import contextlib
import importlib
import json
import math
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
THREADS = "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"
Found = dict[str, Any]

NETWORK, LAYERS, MIDDLE, LATE = "texture-net", ("relu2", "relu3b", "relu5"), "relu3b", "relu5"
STEPS, PUBLISHED_STEPS, SEED = 128, 1024 * 4, 0
SIZES = {"smoke": (200, 400), "laptop": (1_000, 3_000, 10_000, 20_000)}
MORE = {"smoke": (200, 400), "laptop": (10_000, 30_000, 100_000, 1_000_000)}
FIRST = 300  # pictures that are laid out before a clock runs
SPEED_TILES, SPEED_STEPS = 64, 32
OTHER_SEED, OTHER = 1, {"smoke": (270, 4), "laptop": (13_500, 600)}  # pictures and steps to learn by
SECOND = "second_agreement", "second_chance", "second_accuracy"
OURS, PUBLISHED = "faithful", ("published", "whitened")
BARS = {"cosine_mean": 0.97, "cosine_p10": 0.94, "retrieval_3x3": 0.97, "retrieval_exact": 0.80}


# ---- in a process of its own


def of(folder: str) -> Any:
    """The network, with a cache of its own."""
    from generators import networks

    return replace(networks.load(NETWORK), cache=Path(folder))


def asked(profile: str, exhibit: str) -> Any:
    """What an exhibit of the article asks for."""
    from generators.articles.activation_atlas import exhibits
    from generators.networks.subject import Subject

    subject = Subject(NETWORK, "image-classifier", named_layers=LAYERS, neurons=("head:0",), data="textures")
    declared = exhibits.exhibits(subject, "smoke" if profile == "smoke" else "laptop")
    return next(dict(each.params) for each in declared if each.name == exhibit)


def made_level(folder: str, profile: str, path: str, grid: int) -> Any:
    """One level of the article's atlas."""
    from generators.articles.activation_atlas.analysis.levels import level

    about = asked(profile, "atlas")
    return level(of(folder), tuple(about["layers"]), about["images"], path, grid, about["steps"], about["seed"])


def pipeline(profile: str) -> Iterator[Found]:
    """Make atlases of one layer from more and more pictures, the last of them with icons."""
    from generators.articles.activation_atlas.analysis.levels import level
    from generators.articles.activation_atlas.analysis.pipeline import collected, place, placed

    about, sizes, run = asked(profile, "atlas"), SIZES[profile], Found()
    with tempfile.TemporaryDirectory() as folder:
        network = of(folder)
        place(network, [LATE], FIRST, LATE, SEED)
        for images in sizes:
            run = {"images": images, "collecting_seconds": taken(collected, network, (LATE,), images, SEED)}
            run["layout_seconds"] = taken(placed, network, (LATE,), images, LATE, SEED)
            yield run
        how = [(network, (LATE,), images, LATE, grid, about["steps"], SEED) for grid in about["grids"]]
        run["icons_seconds"] = sum(taken(level, *each) for each in how)
    yield run
    minutes = sum(value for name, value in run.items() if name.endswith("_seconds")) / 60
    yield ask(f"CPU minutes of an atlas of {images:,} pictures", minutes, most=12)


def memory(images: int) -> Iterator[Found]:
    """Collect so many pictures, with attributions, in a process that does nothing else."""
    import resource

    from generators.articles.activation_atlas.analysis.pipeline import collected
    from generators.meter import metered

    with tempfile.TemporaryDirectory() as folder:
        network, before = of(folder), time.process_time()
        with metered() as meter:
            collected(network, (LATE,), images, SEED)
        seconds, peak = time.process_time() - before, 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        held = sum(file.stat().st_size for file in Path(folder, "stages").rglob("*") if file.is_file())
    run = {"images": images, "collecting_seconds": seconds, "bytes_on_disk": held, "peak_bytes": peak}
    yield run | {"grown_bytes": meter.peak_bytes}
    yield ask(f"GB that the process holds, {images:,} pictures", peak / 1e9, most=2)


def taken(make: Callable[..., object], *arguments: Any) -> float:
    """CPU seconds."""
    began = time.process_time()
    make(*arguments)
    return time.process_time() - began


def speed(lucent: str) -> Iterator[Found]:
    """Icons a CPU second, ours and lucent's, after a first call of each."""
    import torch

    from generators.articles.activation_atlas.analysis.inverting import invert

    network, rates = of(tempfile.gettempdir()), Found()
    width = network.module.get_submodule(LATE.replace("relu", "conv")).out_channels
    targets = torch.rand(SPEED_TILES, width, generator=torch.Generator().manual_seed(SEED))
    makes: dict[str, Callable[[int], object]] = {
        "ours": lambda steps: invert(network, LATE, targets, targets.mean(0), OURS, False, steps, SEED)
    }
    if lucent:
        makes["lucent"] = lambda steps: by_lucent(lucent, network.module, targets, steps)
    for program, make in makes.items():
        make(2)
        rates[program] = SPEED_TILES / taken(make, SPEED_STEPS)
        about = {"program": program, "steps": SPEED_STEPS, "tiles": SPEED_TILES}
        yield about | {"tiles_per_cpu_second": rates[program]}
    if lucent:
        yield ask("times as many icons a CPU second as lucent", rates["ours"] / rates["lucent"], least=2)


def by_lucent(folder: str, module: Any, targets: Any, steps: int) -> None:
    """As a reader of its notebooks would: pictures of 64 px, its standard transforms."""
    sys.path.append(folder)
    for name in ("torchvision", "torchvision.transforms", "torchvision.models"):
        sys.modules.setdefault(name, types.ModuleType(name))
    vars(sys.modules["torchvision.transforms"]).setdefault("Normalize", object)
    objectives, param, render = (
        importlib.import_module(f"lucent.optvis.{n}") for n in ("objectives", "param", "render")
    )
    wanted = [objectives.direction_neuron(LATE, each, batch=row) for row, each in enumerate(targets)]
    render.render_vis(
        module,
        objectives.Objective.sum(wanted),
        lambda: param.image(64, batch=len(targets)),
        preprocess=False,
        fixed_image_size=64,  # otherwise it enlarges pictures to 224 px
        thresholds=(steps,),
        show_image=False,
        progress=False,
    )


def second(folder: str, profile: str) -> Iterator[Found]:
    """Ask another network what it sees in icons, and in pictures that it never saw."""
    from generators.articles.activation_atlas.analysis import pictures, pipeline
    from generators.articles.activation_atlas.analysis.inverting.fidelity import answers

    about, other = asked(profile, "atlas"), second_network(folder, *OTHER[profile])
    level = made_level(folder, profile, LATE, asked(profile, "objectives")["grid"]).level
    found = pipeline.collected(of(folder), tuple(about["layers"]), about["images"], about["seed"])
    seen, wanted = answers(other, level.icons), level.top[:, 0]
    real = pictures.pictures(other, found.index[:2000]).movedim(1, -1).numpy()
    agreement, chance = (seen == wanted).mean(), (seen[:, None] == wanted).mean()
    yield dict(zip(SECOND, (agreement, chance, (answers(other, real) == found.truth[:2000]).mean()), strict=True))
    yield ask("times chance, icons that a second network names", agreement / chance, least=5)


def second_network(folder: str, pictures: int, steps: int) -> Any:
    """A network like texture-net-plain, from another seed; kept in ``folder``."""
    import torch

    from generators import networks
    from generators.networks import texture_net, training

    kept, network = Path(folder, "second.pt"), networks.load(f"{NETWORK}-plain")
    if not kept.exists():
        sys.path.insert(0, str(ROOT / "scripts"))
        trainer: Any = importlib.import_module("train_textures")
        trainer.SEED, trainer.PICTURES = OTHER_SEED, pictures
        with contextlib.redirect_stdout(sys.stderr):
            x, y = trainer.learnt("cpu")
            training.seed_everything(OTHER_SEED)
            run = trainer.Run(texture_net.normalised(texture_net.TextureNet()), "cpu")
            trainer.fit(run, "plain pictures", trainer.shuffled(x, y), steps, rate=4e-3)
        torch.save(texture_net.folded(run.network.eval()).state_dict(), kept)
    network.module.load_state_dict(torch.load(kept, weights_only=True))
    return network


def icons(folder: str, profile: str, path: str, cells: int) -> Iterator[Found]:
    """Measure a layer's icons as the atlas has them, then those of every objective on the cells of one grid."""
    from generators.articles.activation_atlas.analysis import inverting
    from generators.articles.activation_atlas.analysis.filling import fills
    from generators.articles.activation_atlas.analysis.view import look

    network, about, grid = of(folder), asked(profile, "atlas"), asked(profile, "objectives")["grid"]
    levels = {each: made_level(folder, profile, path, each) for each in about["grids"]}
    for each in levels.values():
        yield {"layer": path, "begun": "warm", "objective": OURS, **vars(each.fidelity), "steps": each.steps.mean()}
    view, filled = look(network, tuple(about["layers"]), about["images"], path, grid, SEED), fills(network, path)
    labels, S = view.top(len(network.labels))[0][:, 0], inverting.whitening(view.vectors)
    cold = {}
    for name in (OURS, "vivid", *PUBLISHED):
        new = inverting.invert(network, path, view.means, view.mean, name, filled, about["steps"], SEED, S)
        seen = inverting.activated(network, path, new.icons, filled).numpy()
        cold[name] = vars(inverting.measure(network, new.icons, seen, view, labels, SEED))
        yield {"layer": path, "begun": "cold", "objective": name, **cold[name], "steps": new.steps.mean()}
    ours, steps = vars(levels[grid].fidelity), max(each.steps.mean() for each in levels.values())
    for name, least in {"n_cells": cells, **BARS}.items():
        yield ask(f"{path}, grid {grid}: {name}", ours[name], least=least)
    for name in PUBLISHED:
        yield ask(f"{path}: cosine above {name}", ours["cosine_mean"] - cold[name]["cosine_mean"], least=0)
    yield ask(f"{path}, all grids: times fewer steps than published", PUBLISHED_STEPS / steps, least=32)


def search(folder: str, profile: str) -> Iterator[Found]:
    """Search the map for a patch, and give what the article says of it."""
    from generators.articles.activation_atlas.analysis.search.searching import search_patch
    from generators.articles.activation_atlas.facts import search as facts

    told: Any = facts.search(search_patch(of(folder), **asked(profile, "search")))
    yield told
    yield ask("rank of the stitching patch", told["patch_rank"] or math.inf, most=5)
    yield ask("times the rate of noise, at least by both intervals", told["patch_noise_times"], least=5)


# ---- in the process that asks


def ask(what: str, found: float, least: float = -math.inf, most: float = math.inf) -> Found:
    """What is asked, and whether it was reached."""
    reached, bar = bool(least <= found <= most), f"at least {least:,g}" if least > -math.inf else f"at most {most:,g}"
    said = f"{'reached' if reached else 'SHORT':8s}{what:56s} asked {bar:15s} found {found:,.4g}"
    return {"reached": reached, "said": said}


def one(part: str, arguments: Sequence[Any]) -> None:
    """Measure, in this process, and print a row a line, no digits beyond a millionth."""
    import torch

    torch.set_num_threads(1)
    for row in FUNCTIONS[part](*arguments):
        rounded = {name: round(value, 6) if isinstance(value, float) else value for name, value in row.items()}
        print(json.dumps(rounded, default=float), flush=True)


def rows_of(part: str, *arguments: Any) -> Iterator[Found]:
    """What a function above says in a fresh process, printed as it comes."""
    command = [sys.executable, __file__, "--one", part, json.dumps(arguments)]
    environment = os.environ | dict.fromkeys(THREADS, "1") | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            row = json.loads(line)
            print(row.get("said", line.rstrip()), flush=True)
            yield row
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command[:4])


def remember(file: Path, rows: Sequence[Found]) -> None:
    """Put what was measured beside what the file has; what was never measured is null."""
    from generators.articles.activation_atlas.results.cost import Cost, Run

    known: Found = dict.fromkeys(Cost.__dataclass_fields__) | {"runs": [], "rates": []}
    known |= json.loads(file.read_text()) if file.exists() else {}
    runs = {run["images"]: run for run in known["runs"]}
    for row in rows:
        if "images" in row:
            runs[row["images"]] = runs.get(row["images"], dict.fromkeys(Run.__dataclass_fields__)) | row
        known |= {name: value for name, value in row.items() if name in SECOND}
    known |= {"date": date.today().isoformat(), "processor": processor(), "threads": 1, "network": NETWORK}
    known |= {"layer": LATE, "steps": STEPS, "published_steps": PUBLISHED_STEPS}
    known["runs"] = [runs[images] for images in sorted(runs)]
    known["rates"] = [row for row in rows if "program" in row] or known["rates"]
    file.write_text(json.dumps(known, indent=1) + "\n")


def processor() -> str:
    about = Path("/proc/cpuinfo")
    name = re.search(r"model name\s*: (.+)", about.read_text() if about.exists() else "")
    return name[1] if name else platform.machine()


FUNCTIONS = {each.__name__: each for each in (pipeline, memory, speed, second, icons, search)}


def main() -> int:
    """Print what was found beside what is asked; 1 where something was not reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", nargs="+", choices=list(FUNCTIONS), default=list(FUNCTIONS))
    parser.add_argument("--profile", choices=list(SIZES), default="laptop", help="smoke only tries whether all works")
    parser.add_argument("--lucent", metavar="FOLDER", default="", help="holds the packages lucent and kornia")
    parser.add_argument("--cache", metavar="FOLDER", default="", help="where activations, layouts and icons are kept")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to keep what an atlas costs")
    parser.add_argument("--one", nargs=2, metavar=("PART", "ARGUMENTS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    if given.one:
        one(given.one[0], json.loads(given.one[1]))
        return 0
    short = False
    with tempfile.TemporaryDirectory() as folder:
        shared = given.cache or folder, given.profile
        calls: dict[str, list[tuple[Any, ...]]] = {
            "pipeline": [(given.profile,)],
            "memory": [(images,) for images in MORE[given.profile]],
            "speed": [(given.lucent,)],
            "second": [shared],
            "icons": [(*shared, LATE, 200), (*shared, MIDDLE, 300)],
            "search": [shared],
        }
        for part in given.part:
            print(f"\n{part}", flush=True)
            rows = [row for arguments in calls[part] for row in rows_of(part, *arguments)]
            short |= not all(row.get("reached", True) for row in rows)
            if given.json:
                remember(given.json, rows)
    return int(short)


if __name__ == "__main__":
    sys.exit(main())
