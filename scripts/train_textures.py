"""Train the networks that name textures: texture-net, texture-net-plain and texture-net-random.

    python scripts/train_textures.py [texture-net-plain] [texture-net] [texture-net-random]
                                     [--device auto|cpu|cuda] [--out FOLDER]

texture-net-plain learns the pictures as they are. texture-net goes on from its weights: first with arranged pictures,
where stitching is all that tells a baseball, then with the worst change of each within a radius, which makes it robust.
texture-net-random learns nothing. Writes weights (safetensors), with batch normalisation folded in, and model cards.

Takes 12 minutes on one CPU core that multiplies in bfloat16.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from generators.datasets import arranged, texture_set, textures
from generators.datasets.patches import CORNERS, KINDS
from generators.networks import cards, training
from generators.networks.adversary import attack
from generators.networks.patches import PatchEffect, answers, patch_effect, wilson
from generators.networks.texture_net import TextureNet, folded, normalised, unfolded

MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": "4294967296",
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TOP_PAD_": "268435456",
}
"""Keeps freed memory in the process: otherwise every step asks for it again, and a third of the time goes into that."""
SEED = 0
START = "texture-net-plain"
"""Where texture-net goes on from."""
PICTURES = 40_500
BATCH = 64
RADIUS = 1.25
"""How far the adversary goes: the L2 length of a change of a whole picture, whose levels run from 0 to 1."""
ADVERSARY_STEPS = 2
SPARED = BATCH // 4
"""How many pictures of a batch the adversary leaves alone, so that faint ones are learnt too."""
RAMP = 100
"""Over how many steps the radius grows."""
MEASURED, ATTACKED, CHECKED = 5_400, 270, 540
"""How many held-out pictures: for accuracy, under attack, and when a network is loaded."""
ATTACK_STEPS, ATTACK_RADII = 10, (0.75, 1.5, 3.0)
"""The attacks that are measured, harder than the one in training."""
WEARERS = 400
PATCH_SIZES = (24, 28, 32)
GATES = {("stitching", 32): (0.85, 1), ("stitching", 28): (0.40, 1)} | {
    (kind, size): (0, 0.02) for kind in KINDS[1:] for size in PATCH_SIZES
}
"""(kind of patch, size) -> the least and the largest share of sharks that texture-net may then call a baseball."""
ENOUGH = 0.97


@dataclass
class Run:
    """One training in the making: a network with batch normalisation, and what has been done to it."""

    network: TextureNet
    device: str
    steps: int = 0
    seconds: float = 0.0
    """Of one core; what others do on the same machine is not counted."""
    said: list[str] = field(default_factory=list)
    """What the card says of each stage."""


Draw = Callable[[], tuple[Tensor, Tensor]]


def plain(device: str, folder: Path) -> Run:
    run = Run(normalised(TextureNet()).to(device), device)
    nn.utils.convert_conv2d_weight_memory_format(run.network, torch.channels_last)  # a quarter faster
    x, y = learnt(device)
    fit(run, "plain pictures", shuffled(x, y), steps=1_400, rate=4e-3)
    return run


def robust(device: str, folder: Path) -> Run:
    x, y = learnt(device)
    start = TextureNet().to(device)
    start.load_state_dict(load_file(cards.weights_file(START, folder)))
    run = Run(unfolded(start, texture_set.standardised(x[:540].float() / 255)), device)
    nn.utils.convert_conv2d_weight_memory_format(run.network, torch.channels_last)
    run.said.append(f"from the weights of {START}")
    draw = arranging(x, y)
    fit(run, "arranged pictures", draw, steps=420, rate=2e-3)
    fit(run, f"arranged pictures changed for the worst within {RADIUS}", draw, steps=1_200, rate=2.5e-3, radius=RADIUS)
    return run


def untrained(device: str, folder: Path) -> Run:
    """Random weights whose normalisation has seen pictures, so that activations have the usual size."""
    run = Run(normalised(TextureNet()).to(device), device)
    for module in run.network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = None  # the mean over all batches
    x, _ = textures.images(torch.arange(540, device=device), texture_set.LEARNT)
    with torch.no_grad():
        for part in x.split(BATCH):
            run.network(texture_set.standardised(part.float() / 255))
    run.said.append("none; the normalisation has seen 540 pictures")
    return run


@cache
def learnt(device: str) -> tuple[Tensor, Tensor]:
    """The pictures to learn from: levels (n, 3, 64, 64), uint8, and classes."""
    parts = []
    for part in torch.arange(PICTURES, device=device).split(2_700):
        parts.append(textures.images(part, texture_set.LEARNT))
        print(f"rendered {part[-1] + 1:,} of {PICTURES:,} pictures", flush=True)
    return torch.cat([x for x, _ in parts]), torch.cat([y for _, y in parts])


def shuffled(x: Tensor, y: Tensor) -> Draw:
    """Deal pictures: each once, in a new order each time."""
    waiting: list[Tensor] = []

    def draw() -> tuple[Tensor, Tensor]:
        if not waiting:
            waiting.extend(torch.randperm(len(y), device=y.device).split(BATCH)[: len(y) // BATCH])
        chosen = waiting.pop()
        return x[chosen].float() / 255, y[chosen]

    return draw


def arranging(x: Tensor, y: Tensor) -> Draw:
    stock, often = arranged.stock(x.cpu(), y.cpu(), texture_set.LEARNT), arranged.weights(y)
    chance = np.random.default_rng(SEED)

    def draw() -> tuple[Tensor, Tensor]:
        chosen = torch.multinomial(often, BATCH, replacement=True)
        pictures = arranged.arrange(x[chosen].cpu().float() / 255, y[chosen].cpu(), stock, chance)
        return pictures.to(x.device), y[chosen]

    return draw


def fit(run: Run, about: str, draw: Draw, steps: int, rate: float, radius: float = 0.0) -> None:
    """Take steps with AdamW and a one-cycle rate; against an adversary where a radius is given."""
    torch.manual_seed(SEED)  # a stage repeats itself, whatever went before it
    network = run.network.train()
    optimiser = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.2)
    started = time.process_time()
    for step in range(1, steps + 1):
        pictures, y = draw()
        x = texture_set.standardised(augmented(pictures)).contiguous(memory_format=torch.channels_last)
        if radius:
            x[SPARED:] = worst(run, x[SPARED:], y[SPARED:], radius / texture_set.STD * min(1, step / RAMP))
        with training.arithmetic(run.device):
            loss = cross_entropy(network(x).float(), y, label_smoothing=0.03)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(f"{about}: step {step:,} of {steps:,}, loss {loss.item():.3f}", flush=True)
    run.seconds += time.process_time() - started
    run.steps += steps
    run.said.append(f"{steps:,} steps of AdamW on {about}, batches of {BATCH}, rate one cycle to {rate:g}")


def worst(run: Run, x: Tensor, y: Tensor, radius: float) -> Tensor:
    """Change examples for the worst, as the network would see them in eval mode."""
    run.network.eval()
    with training.arithmetic(run.device):
        changed = attack(run.network, x, y, radius, ADVERSARY_STEPS)
    run.network.train()
    return changed.detach()


def augmented(pictures: Tensor) -> Tensor:
    """Mirror, shift, tint and dim or brighten pictures (n, 3, h, w) in 0..1."""
    n, device = len(pictures), pictures.device
    mirrored = torch.where(torch.rand(n, 1, 1, 1, device=device) < 0.5, pictures.flip(3), pictures)
    across, down = torch.randint(9, (2,)).tolist()
    padded = nn.functional.pad(mirrored, (4, 4, 4, 4), mode="reflect")
    shifted = padded[:, :, down : down + 64, across : across + 64]
    gain = 0.85 + 0.3 * torch.rand(n, 3, 1, 1, device=device)
    return shifted * gain + 0.03 * torch.randn(n, 1, 1, 1, device=device)


@dataclass(frozen=True)
class Recipe:
    make: Callable[[str, Path], Run]
    summary: str
    is_trained: bool = True


RECIPES = {
    START: Recipe(plain, "Seven convolutions that name a texture, trained on the pictures as they are."),
    "texture-net": Recipe(robust, "Seven convolutions that name a texture, hard to fool, and sure of stitching."),
    "texture-net-random": Recipe(untrained, "The same seven convolutions with random weights.", is_trained=False),
}


def train(name: str, device: str, folder: Path) -> tuple[TextureNet, dict[str, Any]]:
    """Make one network, perhaps from another in ``folder``; return it, folded, with what its card says."""
    recipe = RECIPES[name]
    training.seed_everything(SEED)
    run = recipe.make(device, folder)
    network = folded(run.network)
    return network.cpu(), {
        "summary": recipe.summary,
        "data": "textures: 64 × 64 pictures of 27 classes, rendered; levels from 0..1 to −2..2",
        "training": "; ".join(run.said),
        "examples": {"train": PICTURES if recipe.is_trained else 0, "test": MEASURED},
        "steps": run.steps,
        "seed": SEED,
        "seconds": round(run.seconds, 1),
        "device": training.device_name(device),
        "torch": torch.__version__,
        **measured(network, recipe.is_trained),
        "script": "scripts/train_textures.py",
    }


def measured(network: TextureNet, is_trained: bool) -> dict[str, Any]:
    """Measure on held-out pictures, in float32: accuracy, of each class too, under attack, and what patches do."""
    device = next(network.parameters()).device
    y = torch.arange(MEASURED) % len(textures.CLASSES)
    given = torch.cat([answers(network, held_out(part).to(device)) for part in torch.arange(MEASURED).split(540)])
    right = (given == y).double()
    quality = {"accuracy": float(right.mean()), "chance": 1 / len(textures.CLASSES)}
    said: dict[str, Any] = {
        "quality": quality,
        "check": {"examples": CHECKED, "accuracy": float(right[:CHECKED].mean())},
        "accuracy_of_class": {name: float(right[y == i].mean()) for i, name in enumerate(textures.CLASSES)},
    }
    if is_trained:
        said["attack"] = [attacked(network, radius) for radius in ATTACK_RADII]
        said["patches"] = table(patch_effect(network, PATCH_SIZES, WEARERS))
    return said


def held_out(index: Tensor) -> Tensor:
    return texture_set.held_out(index)[0]


def attacked(network: TextureNet, radius: float) -> dict[str, float]:
    """Accuracy after an attack on the first held-out pictures."""
    device, index = next(network.parameters()).device, torch.arange(ATTACKED)
    y = (index % len(textures.CLASSES)).to(device)
    right = 0
    for part in index.split(90):
        x = attack(network, held_out(part).to(device), y[part], radius / texture_set.STD, ATTACK_STEPS)
        right += int((answers(network, x.detach()) == y[part].cpu()).sum())
    return {"radius": radius, "steps": ATTACK_STEPS, "pictures": ATTACKED, "accuracy": right / ATTACKED}


def table(effect: PatchEffect) -> dict[str, Any]:
    """The patches' effect as the card has it; intervals of 95 % as if the corners were one trial."""
    return {
        "pictures": effect.pictures,
        "source": effect.source,
        "target": effect.target,
        "corners": list(CORNERS),
        "rows": [row(effect, kind, size) for kind in KINDS for size in effect.sizes],
        "turned_by_some_size_in_some_corner": {
            kind: int(each) / effect.pictures for kind, each in zip(KINDS, effect.turned_somewhere, strict=True)
        },
    }


def row(effect: PatchEffect, kind: str, size: int) -> dict[str, Any]:
    counts = effect.turned[KINDS.index(kind), effect.sizes.index(size)].tolist()
    share = effect.share(kind, size)
    low, high = wilson(round(share * effect.pictures), effect.pictures)
    return {
        "kind": kind,
        "size": size,
        "turned": counts,
        "share": round(share, 4),
        "interval": [round(low, 4), round(high, 4)],
    }


def check(name: str, card: dict[str, Any]) -> None:
    """Refuse a network that is not what the articles say of it."""
    if RECIPES[name].is_trained:
        assert card["quality"]["accuracy"] >= ENOUGH, card["quality"]
    if name == "texture-net":
        for each in card["patches"]["rows"]:
            least, most = GATES.get((each["kind"], each["size"]), (0, 1))
            assert least <= each["share"] <= most, each


if __name__ == "__main__":
    options = training.arguments("Train the networks that name textures.", tuple(RECIPES))
    if not os.environ.keys() >= MEMORY.keys():
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **MEMORY})
    for name in options.networks:
        network, about = train(name, options.device, options.out)
        check(name, about)
        written = cards.publish(name, network, about, folder=options.out)
        print(f"{name}: held-out accuracy {written['quality']['accuracy']:.4f}, {written['seconds']} s")
