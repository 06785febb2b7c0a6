"""Check networks and data that others made: is each as good here as their authors' files were measured to be?

    python scripts/bench/real_networks.py FOLDER [--site SITE [--profile smoke|laptop|gpu]]

FOLDER has mnist/, mnist_models/, cifar10/, resnet_cifar10/, tinyshakespeare/ and char_lstm_shakespeare/, each network
with an arch.json. Writes networks.toml and nets.py into a temporary folder, as a user would, and runs
``neuron-series check`` on every entry in a process of its own, with nothing remembered. Leaves with 1 where a figure is
off. With --site the site with their report pages is built into a new folder SITE.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from torch import Tensor

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 20
"""What a check may take of one core, so that a busy machine is no reason to fail."""
LENGTH = 512
"""How many characters the LSTM reads from a standing start; its loss depends on it: 1.65 nats of 64, 1.29 of all."""

ENTRIES = """
[networks.lenet]
source = "nets.py:lenet5"
weights = "{folder}/mnist_models/lenet5.safetensors"
kind = "image-classifier"
input = {{ size = [32, 32], channels = 1 }}
data = "{folder}/mnist/test_10000.npz"
layers = ["3", "6"]
neurons = ["6:35", "9:3"]
generator = {{ source = "nets.py:gan", weights = "{folder}/mnist_models/gan_mlp_G.safetensors", code = 64 }}

[networks.lenet-plain]
source = "nets.py:lenet5"
weights = "{folder}/mnist_models/lenet5.safetensors"
kind = "image-classifier"
input = {{ size = [32, 32], channels = 1 }}
data = "{folder}/mnist/test_10000.npz"

[networks.resnet20]
source = "nets.py:ResNet20"
weights = "{folder}/resnet_cifar10/resnet20.safetensors"
kind = "image-classifier"
input = {{ size = [32, 32], channels = 3, mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225] }}
data = "{folder}/cifar10/train_lossless_4000.npz"
labels = "classes.json"

[networks.char-lstm]
source = "nets.py:CharLSTM"
weights = "char_lstm.safetensors"
kind = "language-model"
input = {{ length = {length} }}
data = "{folder}/tinyshakespeare/input.txt"
labels = "characters.json"
"""

COMMAND = """
import sys
from pathlib import Path
from generators import __main__ as cli
from generators.paths import Paths
cli.PATHS = Paths(Path(sys.argv[1]))
sys.exit(cli.main(sys.argv[2:]))
"""
"""The command line, with everything it reads and keeps in another folder than the repository."""


@dataclass(frozen=True)
class Stated:
    """A figure that whoever gathered the files measured."""

    network: str
    quality: str
    value: float
    off: float
    """How far ours may be: theirs are of other examples or cut otherwise where this is not a rounding."""


STATED = (
    Stated("lenet", "accuracy", 0.9908, 0.00005),
    Stated("lenet-plain", "accuracy", 0.9908, 0.00005),
    Stated("resnet20", "accuracy", 0.999, 0.002),  # theirs is of the first 1,000 of 4,000
    Stated("char-lstm", "loss", 1.342, 0.02),
    Stated("char-lstm", "accuracy", 0.588, 0.01),
)


def main() -> int:
    options = arguments()
    console, wrong = Console(highlight=False), False
    with TemporaryDirectory() as temporary:
        file = write(Path(temporary), options.folder.resolve())
        table = Table("network", "figure", "stated", "measured", "seconds", "of one core", box=None)
        for name in dict.fromkeys(each.network for each in STATED):
            told, seconds, busy = check(file, name)
            wrong |= busy > SECONDS
            for each in (each for each in STATED if each.network == name):
                found = told["quality"][each.quality]
                off = abs(found - each.value) > each.off
                wrong |= off
                style = "red" if off or busy > SECONDS else ""
                times = f"{seconds:.1f}", f"{busy:.1f}"
                table.add_row(name, each.quality, f"{each.value:g}", f"{found:.4f}", *times, style=style)
        console.print(table)
        if options.site:
            wrong |= bool(build(file, options.site, options.profile))
    return int(wrong)


def arguments() -> Any:
    parser = ArgumentParser(description="Check networks and data that others made against what is stated of them.")
    parser.add_argument("folder", type=Path, help="where the files lie")
    parser.add_argument("--site", type=Path, help="a folder, not yet there, to build the site with their reports in")
    parser.add_argument("--profile", default="laptop", help="how much to compute for it; default: %(default)s")
    options = parser.parse_args()
    if not (options.folder / "mnist").is_dir():
        parser.error(f"there is no folder mnist in {options.folder}: expected the folder of real networks and data")
    if options.site and options.site.exists():
        parser.error(f"{options.site} is there already: expected a folder to be made")
    return options


def write(place: Path, folder: Path) -> Path:
    """Write down the networks as a user would; return the file that lists them."""
    from safetensors.torch import load_file, save_file

    shutil.copy(Path(__file__).with_name("real_nets.py"), place / "nets.py")
    lstm = folder / "char_lstm_shakespeare"
    save_file(from_tensorflow(load_file(lstm / "model.safetensors")), place / "char_lstm.safetensors")
    numbers = json.loads((lstm / "arch.json").read_text())["vocab"]
    (place / "characters.json").write_text(json.dumps(sorted(numbers, key=numbers.__getitem__)))
    classes = json.loads((folder / "resnet_cifar10" / "arch.json").read_text())["classes"]
    (place / "classes.json").write_text(json.dumps(classes))
    file = place / "mine.toml"
    file.write_text(ENTRIES.format(folder=folder.as_posix(), length=LENGTH))
    return file


def from_tensorflow(stored: "dict[str, Tensor]") -> "dict[str, Tensor]":
    """Bring the weights of TensorFlow's BasicLSTMCell, (input and output, 4 gates i j f o), into torch's order i f g o.

    Its forget gate has 1 added to what it is given, which here is part of the bias.
    """
    import torch

    given = {"embedding.weight": stored["embedding"], "head.weight": stored["softmax_w"].T}
    given["head.bias"] = stored["softmax_b"]
    for layer in range(2):
        i, j, f, o = stored[f"cell_{layer}.weights"].T.chunk(4)  # each (128, 256)
        i_bias, j_bias, f_bias, o_bias = stored[f"cell_{layer}.biases"].chunk(4)
        rows, bias = torch.cat([i, f, j, o]), torch.cat([i_bias, f_bias + 1, j_bias, o_bias])
        given[f"lstm.weight_ih_l{layer}"], given[f"lstm.weight_hh_l{layer}"] = rows.chunk(2, dim=1)
        given[f"lstm.bias_ih_l{layer}"], given[f"lstm.bias_hh_l{layer}"] = bias, torch.zeros_like(bias)
    return {name: tensor.contiguous() for name, tensor in given.items()}


def check(file: Path, name: str) -> tuple[dict[str, Any], float, float]:
    """Run ``neuron-series check`` on one entry; return its JSON, and the seconds by the clock and of its one core."""
    with TemporaryDirectory() as empty:
        started, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
        done = command(Path(empty), "check", name, "--networks", str(file), "--json", capture=True)
        seconds, after = time.perf_counter() - started, getrusage(RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"{name}: {done.stderr}")
        command(Path(empty), "check", name, "--networks", str(file))
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(done.stdout), seconds, busy


def build(file: Path, site: Path, profile: str) -> int:
    """Build the site with these networks in a copy of what it is made from; return the exit status."""
    site.mkdir(parents=True)
    for name in ("site_src", "templates", "build/javascript", ".cache"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, site / name)
    for name in ("networks.toml", "mkdocs.yml"):
        shutil.copy(ROOT / name, site / name)
    return command(site, "site", "--networks", str(file), "--profile", profile).returncode


def command(root: Path, *given: str, capture: bool = False) -> subprocess.CompletedProcess[str]:
    alone = {**os.environ, "OMP_NUM_THREADS": "1"} if capture else None  # threads that wait for each other spin
    program: list[str | Path] = [sys.executable, "-c", COMMAND, root, *given]
    return subprocess.run(program, cwd=ROOT, env=alone, capture_output=capture, text=True)


if __name__ == "__main__":
    sys.exit(main())
