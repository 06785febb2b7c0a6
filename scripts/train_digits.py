"""Train the two networks that read scikit-learn's handwritten digits: digits-net and digits-rnn.

    python scripts/train_digits.py [digits-net] [digits-rnn] [--device auto|cpu|cuda] [--out FOLDER]

Writes weights (safetensors) and a model card. Takes seconds on one CPU core, and gives the same weights every time on
the same kind of processor; another kind rounds differently and ends at other weights, as good within one percent.
"""

import time
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from generators import datasets
from generators.networks import cards, training
from generators.networks.digits_net import DigitsNet
from generators.networks.digits_rnn import DigitsRNN

SEED = 0
BATCH = 64
LEARNING_RATE = 1e-2
WEIGHT_DECAY = 1e-2
LARGEST_GRADIENT = 1.0


@dataclass(frozen=True)
class Recipe:
    make: type[nn.Module]
    epochs: int
    summary: str


RECIPES = {
    "digits-net": Recipe(DigitsNet, 30, "A small convolutional network that reads one handwritten digit."),
    "digits-rnn": Recipe(DigitsRNN, 60, "An Elman network that reads a handwritten digit row by row."),
}


def train(name: str, device: str) -> tuple[nn.Module, dict]:
    """Train one network with AdamW and a one-cycle learning rate; return it with what its card says."""
    recipe, data = RECIPES[name], datasets.load("digits")
    training.seed_everything(SEED)
    module = recipe.make().to(device)
    x, y = data.train.x.to(device), data.train.y.to(device)
    steps = recipe.epochs * -(-len(y) // BATCH)
    optimiser = torch.optim.AdamW(module.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, LEARNING_RATE, total_steps=steps)
    started = time.perf_counter()
    for epoch in range(recipe.epochs):
        for batch in torch.randperm(len(y)).split(BATCH):
            optimiser.zero_grad()
            loss = cross_entropy(module(x[batch]), y[batch])
            loss.backward()
            nn.utils.clip_grad_norm_(module.parameters(), LARGEST_GRADIENT)
            optimiser.step()
            schedule.step()
        print(f"{name}: epoch {epoch + 1} of {recipe.epochs}, training loss {loss.item():.4f}", flush=True)
    seconds = time.perf_counter() - started
    module = module.eval().cpu()
    return module, {
        "summary": recipe.summary,
        "data": "digits: scikit-learn's 8 × 8 pictures, ink scaled to 0..1, every fifth picture of a digit held out",
        "training": f"AdamW, one-cycle rate up to {LEARNING_RATE}, weight decay {WEIGHT_DECAY}, batches of {BATCH}",
        "steps": steps,
        "seed": SEED,
        **training.measured(module, data, seconds, device),
        "script": "scripts/train_digits.py",
    }


if __name__ == "__main__":
    options = training.arguments("Train the networks that read handwritten digits.", tuple(RECIPES))
    for name in options.networks:
        card = cards.publish(name, *train(name, options.device), folder=options.out)
        print(f"{name}: held-out accuracy {card['quality']['accuracy']:.4f}, {card['seconds']} s on {card['device']}")
