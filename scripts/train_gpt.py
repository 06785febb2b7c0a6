"""Train the two networks that read text: grammar-gpt, whose truth is known, and pydoc-gpt, on real prose.

    python scripts/train_gpt.py [grammar-gpt] [pydoc-gpt] [--device auto|cpu|cuda] [--out FOLDER]

Writes weights (safetensors) and a model card. grammar-gpt takes four minutes of one CPU core and is published only
when it has learned the grammar and its facts; pydoc-gpt takes ten. The same processor gives the same weights.
"""

import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import ModuleType

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from generators.datasets import Dataset, grammar, pydoc
from generators.networks import cards, language, training
from generators.networks.gpt import GPT, grammar_gpt, pydoc_gpt

SEED = 0
BETAS = (0.9, 0.98)
WARM_UP = 100
LAST_RATE = 0.02
"""The share of the learning rate that is left at the last step."""
LARGEST_GRADIENT = 1.0
REPORTS = 20
SAMPLE_SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Recipe:
    """How one network is trained and shown."""

    make: Callable[[], GPT]
    data: ModuleType
    steps: int
    batch: int
    rate: float
    decay: float
    summary: str
    text: str
    """What the card says of the data."""
    prompt: str
    length: int
    """Of a sample, in tokens."""
    temperature: float


RECIPES = {
    "grammar-gpt": Recipe(
        grammar_gpt,
        grammar,
        steps=4000,
        batch=32,
        rate=4e-3,
        decay=0.01,
        summary="A GPT of three layers that speaks a language of six sentences and 87 words, and knows its facts.",
        text=f"grammar: sentences drawn without end with seed {grammar.TRAINING_SEED}; those drawn with seed "
        f"{grammar.HELD_OUT_SEED} are held out",
        prompt=".",
        length=60,
        temperature=1.0,
    ),
    "pydoc-gpt": Recipe(
        pydoc_gpt,
        pydoc,
        steps=1800,
        batch=16,
        rate=2e-3,
        decay=0.3,
        summary="A GPT of four layers that has read the reference of the Python language.",
        text=f"pydoc: the topics of Python 3.11, every tenth block of {pydoc.BLOCK_CHARACTERS:,} characters held out",
        prompt='The "',
        length=160,
        temperature=0.7,
    ),
}
GATES = {"capital_accuracy": 0.95, "sum_accuracy": 0.95}
LARGEST_LOSS = 0.95
"""What grammar-gpt must reach to be published; nats a token."""


def fit(module: GPT, windows: Iterator[np.ndarray], steps: int, rate: float, decay: float) -> Iterator[float]:
    """Train with AdamW and a cosine rate after a warm-up; yield the loss of every batch, in nats a token."""
    weights = [each for each in module.parameters() if each.ndim > 1]
    others = [each for each in module.parameters() if each.ndim == 1]
    groups = [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=rate, betas=BETAS)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _share_of_rate(step, steps))
    device = next(module.parameters()).device
    for batch in islice(windows, steps):
        tokens = torch.from_numpy(batch).to(device)
        loss = cross_entropy(module(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(module.parameters(), LARGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        yield loss.item()


def _share_of_rate(step: int, steps: int) -> float:
    falling = LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * step / steps)) / 2
    return min(1.0, (step + 1) / WARM_UP) * falling


def train(name: str, device: str) -> tuple[GPT, dict]:
    """Train one network; return it with what its card says."""
    recipe = RECIPES[name]
    data: Dataset = recipe.data.load()
    training.seed_everything(SEED)
    module = recipe.make().to(device)
    windows = recipe.data.stream(recipe.data.TRAINING_SEED, recipe.batch)
    started, every = time.perf_counter(), max(1, recipe.steps // REPORTS)
    recent: list[float] = []
    for step, loss in enumerate(fit(module, windows, recipe.steps, recipe.rate, recipe.decay), start=1):
        recent.append(loss)
        if step % every == 0:
            held_out = language.quality(module.eval(), data, device)["loss"]
            module.train()
            mean = sum(recent[-every:]) / every
            print(f"{name}: step {step} of {recipe.steps}, loss {mean:.4f}, held out {held_out:.4f}", flush=True)
    seconds = time.perf_counter() - started
    module = module.eval().cpu()
    quality = language.quality(module, data) | {"train_loss": sum(recent[-every:]) / every}
    if recipe.data is grammar:
        quality |= knowledge(module)
    return module, _card(recipe, data, quality, seconds, device) | {"samples": samples(module, recipe)}


def knowledge(module: GPT) -> dict[str, float]:
    """What grammar-gpt knows of what its language states."""
    questions = {
        "capital_accuracy": grammar.capitals(),
        "day_accuracy": grammar.days(),
        "sum_accuracy": grammar.sums(),
        "agreement_accuracy": grammar.agreements(),
    }
    asked = {name: language.share_right(module, each) for name, each in questions.items()}
    return asked | {"entropy_rate": grammar.entropy_rate()}


def samples(module: GPT, recipe: Recipe) -> list[dict]:
    """What it writes after the prompt, once for every seed."""
    prompt = torch.from_numpy(recipe.data.encode(recipe.prompt))
    written = [module.write(prompt, recipe.length, recipe.temperature, seed).numpy() for seed in SAMPLE_SEEDS]
    return [
        {"seed": seed, "temperature": recipe.temperature, "prompt": recipe.prompt, "text": recipe.data.decode(tokens)}
        for seed, tokens in zip(SAMPLE_SEEDS, written, strict=True)
    ]


def _card(recipe: Recipe, data: Dataset, quality: Mapping[str, float], seconds: float, device: str) -> dict:
    return {
        "summary": recipe.summary,
        "data": recipe.text,
        "examples": {"train": len(data.train), "test": len(data.test)},
        "training": f"AdamW, cosine rate from {recipe.rate}, weight decay {recipe.decay}, "
        f"batches of {recipe.batch} windows of {recipe.data.CONTEXT} tokens",
        "steps": recipe.steps,
        "seed": SEED,
        "seconds": round(seconds, 1),
        "device": training.device_name(device),
        "torch": torch.__version__,
        "quality": dict(quality),
        "script": "scripts/train_gpt.py",
    }


def shortfalls(quality: Mapping[str, float]) -> list[str]:
    """What of the grammar has not been learned well enough to be published."""
    missed = [f"{name} {quality[name]:.3f} < {least}" for name, least in GATES.items() if quality[name] < least]
    return missed + ([f"loss {quality['loss']:.3f} > {LARGEST_LOSS}"] if quality["loss"] > LARGEST_LOSS else [])


if __name__ == "__main__":
    options = training.arguments("Train the networks that read text.", tuple(RECIPES))
    for name in options.networks:
        module, card = train(name, options.device)
        if RECIPES[name].data is grammar and (missed := shortfalls(card["quality"])):
            sys.exit(f"{name} is not published: {', '.join(missed)}")
        card = cards.publish(name, module, card, folder=options.out)
        quality = card["quality"]
        print(
            f"{name}: held-out loss {quality['loss']:.4f} and accuracy {quality['accuracy']:.4f}, {card['seconds']} s"
        )
