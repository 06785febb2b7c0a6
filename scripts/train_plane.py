"""Train the networks that read a point of the plane: moons-net, spirals-net and picture-net.

    python scripts/train_plane.py [moons-net] [spirals-net] [picture-net] [--device auto|cpu|cuda] [--out FOLDER]

Writes weights and checkpoints along the way (safetensors) and a model card. Takes a minute on one CPU core, most of it
for the picture, and gives the same weights every time on the same kind of processor.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from generators import datasets
from generators.datasets import Dataset, plane
from generators.networks import cards, checkpoints, training
from generators.networks.plane_net import PlaneNet, moons_net, picture_net, spirals_net

SEED = 0
CHECKPOINTS = 24
BATCH = 256
LEARNING_RATE = 1e-2
LARGEST_GRADIENT = 1.0


@dataclass(frozen=True)
class Recipe:
    make: Callable[[], PlaneNet]
    data: str
    steps: int
    enough: float
    """The least held-out accuracy that is published."""
    summary: str
    about: str
    """What the card says of the data."""


RECIPES = {
    "moons-net": Recipe(
        moons_net,
        "moons",
        4_000,
        0.96,
        "Eight neurons that part two moons.",
        f"moons: two interlocking half circles of radius {plane.MOON_RADIUS}, noise {plane.MOON_NOISE}",
    ),
    "spirals-net": Recipe(
        spirals_net,
        "spirals",
        6_000,
        0.99,
        "Three layers of 16 neurons that part two spirals.",
        f"spirals: two arms of {plane.TURNS} turns, noise {plane.SPIRAL_NOISE}",
    ),
    "picture-net": Recipe(
        picture_net,
        "picture",
        12_000,
        0.97,
        "Three layers of 64 neurons that paint a fish: where a pixel lies in, its colour out.",
        f"picture: {plane.PIXELS} × {plane.PIXELS} pixels of a clownfish in {len(plane.COLOURS)} colours",
    ),
}


def train(name: str, device: str) -> tuple[PlaneNet, dict[str, Any], dict[int, checkpoints.State]]:
    """Train one network with Adam and a one-cycle learning rate; return it, what its card says, and its checkpoints."""
    recipe = RECIPES[name]
    data = datasets.load(recipe.data)
    training.seed_everything(SEED)
    module = recipe.make().to(device)
    started = time.perf_counter()
    taken = run(name, module, data.train.x.to(device), data.train.y.to(device), recipe.steps)
    seconds = time.perf_counter() - started
    module = module.eval().cpu()
    return module, card(recipe, module, data, seconds, device), taken


def run(name: str, module: nn.Module, x: Tensor, y: Tensor, steps: int) -> dict[int, checkpoints.State]:
    """Take the steps; return copies of the weights, step -> state dict."""
    optimiser = torch.optim.Adam(module.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    due, dealt = set(checkpoints.spread(steps, CHECKPOINTS)), deal(len(y))
    taken = {0: copy(module)}
    for step in range(1, steps + 1):
        batch = next(dealt)
        optimiser.zero_grad()
        loss = cross_entropy(module(x[batch]), y[batch])
        loss.backward()
        nn.utils.clip_grad_norm_(module.parameters(), LARGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        if step in due:
            taken[step] = copy(module)
            print(f"{name}: step {step:,} of {steps:,}, training loss {loss.item():.4f}", flush=True)
    return taken


def deal(n: int) -> Iterator[Tensor]:
    """Batches of indices without end: every example once, in a new order each time."""
    while True:
        yield from torch.randperm(n).split(BATCH)


def copy(module: nn.Module) -> checkpoints.State:
    return {key: tensor.detach().cpu().clone() for key, tensor in module.state_dict().items()}


def card(recipe: Recipe, module: nn.Module, data: Dataset, seconds: float, device: str) -> dict[str, Any]:
    measured = training.measured(module, data, seconds, device)
    if data.name == "moons":
        measured["quality"]["ceiling"] = plane.ceiling(data)
    assert measured["quality"]["accuracy"] >= recipe.enough, measured["quality"]
    return {
        "summary": recipe.summary,
        "data": f"{recipe.about}; about the square from −1 to 1, every fourth of a label held out",
        "training": f"Adam, rate one cycle to {LEARNING_RATE}, batches of {BATCH}, gradients up to {LARGEST_GRADIENT}",
        "steps": recipe.steps,
        "seed": SEED,
        **measured,
        "script": "scripts/train_plane.py",
    }


if __name__ == "__main__":
    options = training.arguments("Train the networks that read a point of the plane.", tuple(RECIPES))
    for name in options.networks:
        module, about, taken = train(name, options.device)
        about["checkpoints"] = checkpoints.publish(name, taken, options.out)
        written = cards.publish(name, module, about, folder=options.out)
        print(f"{name}: held-out accuracy {written['quality']['accuracy']:.4f}, {written['seconds']} s")
