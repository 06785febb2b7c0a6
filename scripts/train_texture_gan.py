"""Train texture-gan, a learned generator of textures.

    python scripts/train_texture_gan.py [--device auto|cpu|cuda] [--out FOLDER] [--steps N]

Its critic sees pictures as texture-net-plain does: it judges that network's activations, layer by layer, and so needs
far fewer pictures than one that starts from pixels (A. Sauer and others, "Projected GANs converge faster", 2021).
texture-net, which takes no part, measures what comes out. Writes weights (safetensors) and a model card.

Takes about an hour on one CPU core that multiplies in bfloat16, a few minutes on a GPU. Every step seeds its own random
numbers, and every hundredth leaves its state in the folder: a run that was cut short goes on from there.
"""

import argparse
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from generators.datasets import texture_set, textures
from generators.networks import cards, load, training
from generators.networks.generative import Generator, measure
from generators.networks.texture_gan import CODE_SIZE, N_CLASSES, TextureGAN

NAME, CRITIC, JUDGE = "texture-gan", "texture-net-plain", "texture-net"
SEED = 0
STEPS = 5_000
BATCH = 32
RATE = 4e-4
BETAS = (0.0, 0.99)
REMEMBERED = 0.998
"""How much of the published average each step keeps."""
FAR = 1_000_000
KEPT_EVERY = 100
READ = {"relu2": 2, "relu3b": 1, "relu5": 1}
"""The activations that the critic judges, and how often it halves each first."""
VARIETY = 4.0
"""Weight of the wish that two pictures of a class differ as much as two real ones do."""
MEASURED = 2_700
SURE = 0.9


class Verdict(nn.Module):
    """Says of a map of activations, place by place, how real it looks for its class: (n, places)."""

    def __init__(self, channels: int, halvings: int, width: int = 64) -> None:
        super().__init__()
        normal = nn.utils.parametrizations.spectral_norm
        layers: list[nn.Module] = []
        for _ in range(halvings):
            layers += [normal(nn.Conv2d(channels, width, 4, 2, 1)), nn.LeakyReLU(0.2)]
            channels = width
        layers += [normal(nn.Conv2d(channels, width, 3, padding=1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers)
        self.real = normal(nn.Conv2d(width, 1, 1))
        self.fits = normal(nn.Embedding(N_CLASSES, width))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        x = self.layers(x)
        return (self.real(x)[:, 0] + (x * self.fits(y)[:, :, None, None]).sum(1)).flatten(1)


class Critic(nn.Module):
    """A frozen network's view of a picture, judged at several layers, and the bare pixels as well."""

    def __init__(self, eyes: nn.Module) -> None:
        super().__init__()
        self.eyes = eyes.requires_grad_(False)
        self.seen: dict[str, Tensor] = {}
        channels = {}
        for name in READ:
            convolution = getattr(eyes, name.replace("relu", "conv"))
            channels[name] = convolution.out_channels
            getattr(eyes, name).register_forward_hook(self._note(name))
        self.verdicts = nn.ModuleDict({name: Verdict(channels[name], halvings) for name, halvings in READ.items()})
        self.pixels = Verdict(3, halvings=3, width=32)

    def _note(self, name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, _given: object, output: Tensor) -> None:
            self.seen[name] = output

        return hook

    def forward(self, pictures: Tensor, y: Tensor) -> list[Tensor]:
        """Verdicts of pictures (n, 3, 64, 64) that are meant to be of classes y (n,), one tensor a layer."""
        self.eyes(texture_set.standardised(pictures))
        return [
            *(verdict(self.seen[name], y).float() for name, verdict in self.verdicts.items()),
            self.pixels(pictures * 2 - 1, y).float(),
        ]

    def differences(self, pictures: Tensor) -> Tensor:
        """How far the first half of what was last judged is from the second, as means over pairs: (layers + 1,)."""
        means = [self.seen[name].float().mean((2, 3)) for name in READ]
        views = [*means, F.avg_pool2d(pictures.float(), 8).flatten(1)]
        return torch.stack([(a - b).abs().mean() for a, b in (view.chunk(2) for view in views)])


class Training:
    """The networks that learn, and one step of each."""

    def __init__(self, device: str, steps: int) -> None:
        self.device, self.steps, self.done, self.seconds = device, steps, 0, 0.0
        eyes = load(CRITIC, device=device).module
        torch.manual_seed(SEED)
        self.painter, self.average = (TextureGAN().to(device) for _ in range(2))
        self.average.load_state_dict(self.painter.state_dict())
        self.critic = Critic(eyes).to(device)
        for network in (self.painter, self.critic):
            nn.utils.convert_conv2d_weight_memory_format(network, torch.channels_last)
        judging = [each for each in self.critic.parameters() if each.requires_grad]
        self.paints = torch.optim.Adam(self.painter.parameters(), RATE, betas=BETAS)
        self.judges = torch.optim.Adam(judging, RATE, betas=BETAS)
        self.judging = judging

    def step(self) -> tuple[float, float]:
        """Judge once and paint once; return the critic's loss, and how much variety is missing, from 0 to 1."""
        torch.manual_seed(SEED + self.done)
        rate = (
            RATE * 0.5 * (1 + math.cos(math.pi * max(0.0, 2 * self.done / self.steps - 1)))
        )  # falls in the second half
        for optimiser in (self.paints, self.judges):
            for group in optimiser.param_groups:
                group["lr"] = rate
        real, y = self.real()
        z = torch.randn(BATCH, CODE_SIZE, device=self.device)
        z[BATCH // 2 :, :N_CLASSES] = z[: BATCH // 2, :N_CLASSES]  # pairs of one class, as the real ones are
        meant = TextureGAN.intended(z)
        with training.arithmetic(self.device):
            painted = self.painter(z).float()
            fake = self.critic(varied(painted.detach()), meant)
            true = self.critic(shown := varied(real), y)
            apart = self.critic.differences(shown)
        judged = torch.stack([F.relu(1 - t).mean() + F.relu(1 + f).mean() for t, f in zip(true, fake, strict=True)])
        self._learn(self.judges, judged.sum())
        for each in self.judging:
            each.requires_grad_(False)
        with training.arithmetic(self.device):
            verdicts = self.critic(shown := varied(painted), meant)
            alike = F.relu(1 - self.critic.differences(shown) / apart).mean()
        pleased = VARIETY * alike - torch.stack([each.mean() for each in verdicts]).sum()
        self._learn(self.paints, pleased)
        for each in self.judging:
            each.requires_grad_(True)
        self._follow()
        self.done += 1
        return judged.sum().item(), alike.item()

    def real(self) -> tuple[Tensor, Tensor]:
        """The next pictures, none of them twice, the second half of the same classes as the first."""
        first = torch.arange(BATCH // 2, device=self.device) + self.done * BATCH // 2
        index = torch.cat([first, first + N_CLASSES * FAR])
        y, z = textures.sample(index, texture_set.LEARNT)
        with torch.no_grad():
            return textures.render_mixed(y, z), y

    @staticmethod
    def _learn(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()

    @torch.no_grad()
    def _follow(self) -> None:
        kept = min(REMEMBERED, 1 - 1 / (self.done / 10 + 1))
        for ours, theirs in zip(self.average.parameters(), self.painter.parameters(), strict=True):
            ours.lerp_(theirs, 1 - kept)

    def parts(self) -> dict[str, Any]:
        """Everything that changes as it learns."""
        return {
            "painter": self.painter,
            "average": self.average,
            "critic": self.critic,
            "paints": self.paints,
            "judges": self.judges,
        }

    def state(self) -> dict[str, Any]:
        parts = {name: each.state_dict() for name, each in self.parts().items()}
        return {"done": self.done, "seconds": self.seconds, **parts}

    def resume(self, state: dict[str, Any]) -> None:
        for name, each in self.parts().items():
            each.load_state_dict(state[name])
        self.done, self.seconds = state["done"], state["seconds"]


def varied(pictures: Tensor) -> Tensor:
    """Mirror, shift, dim and flatten real and painted pictures alike, so that the critic cannot learn them by heart."""
    n, device = len(pictures), pictures.device
    pictures = pictures + 0.2 * (torch.rand(n, 1, 1, 1, device=device) - 0.5)
    mean = pictures.mean((1, 2, 3), keepdim=True)
    pictures = mean + (pictures - mean) * (0.8 + 0.4 * torch.rand(n, 1, 1, 1, device=device))
    down, across = torch.randint(17, (2,)).tolist()
    pictures = F.pad(pictures, (8, 8, 8, 8), mode="reflect")[:, :, down : down + 64, across : across + 64]
    if torch.rand(()) < 0.5:
        pictures = pictures.flip(3)
    return pictures.contiguous(memory_format=torch.channels_last)


def run(device: str, steps: int, folder: Path) -> Training:
    """Train, going on from what an earlier run left."""
    kept = folder / f"{NAME}.state"
    run = Training(device, steps)
    if kept.is_file():
        run.resume(torch.load(kept, map_location=device, weights_only=True))
        print(f"goes on from step {run.done:,}", flush=True)
    while run.done < steps:
        started = time.process_time()
        judged, alike = run.step()
        run.seconds += time.process_time() - started
        if run.done % KEPT_EVERY == 0 or run.done == steps:
            beside = kept.with_suffix(".new")
            torch.save(run.state(), beside)
            beside.replace(kept)
            print(f"step {run.done:,} of {steps:,}: critic {judged:.2f}, variety missing {alike:.2f}", flush=True)
    return run


@torch.no_grad()
def quality(painter: TextureGAN, device: str) -> dict:
    """What texture-net makes of new pictures, beside what it makes of real ones."""
    judge = load(JUDGE, device=device)
    generator = Generator(
        NAME, "bundled", CODE_SIZE, (), lambda z, y: painter(z), (texture_set.MEAN,), (texture_set.STD,)
    )
    pictures, _ = textures.images(torch.arange(2 * MEASURED, device=device), texture_set.HELD_OUT)
    measured = measure(generator, judge, texture_set.standardised(pictures.float() / 255))
    z, _ = generator.draw(MEASURED, seed=SEED)
    chances = judge.module(generator.prepare(torch.cat([painter(part) for part in z.to(device).split(100)]))).softmax(1)
    meant = TextureGAN.intended(z.to(device))
    sure = ((chances.argmax(1) == meant) & (chances.max(1).values > SURE)).double()
    by_class = torch.stack([sure[meant == each].mean() for each in range(N_CLASSES)])
    return {
        **{name: round(value, 4) for name, value in vars(measured).items() if value is not None},
        "intended": round(float((chances.argmax(1) == meant).double().mean()), 4),
        "intended_confident": round(float(sure.mean()), 4),
        "classes_mostly_confident": int((by_class > 0.5).sum()),
        "confident_by_class": dict(zip(textures.CLASSES, [round(float(each), 3) for each in by_class], strict=True)),
    }


def main() -> None:
    options = argparse.ArgumentParser(description="Train texture-gan.")
    options.add_argument("--device", choices=["auto", "cpu", "cuda"], default="cpu", help="default: cpu, as published")
    options.add_argument("--out", type=Path, default=cards.WEIGHTS, help="where weights and card go")
    options.add_argument("--steps", type=int, default=STEPS, help="default: %(default)s, as published")
    given = options.parse_args()
    device = given.device if given.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    training.seed_everything(SEED)
    torch.use_deterministic_algorithms(False)  # reflection's gradient has no such algorithm on a GPU
    made = run(device, given.steps, given.out)
    painter = made.average.eval().cpu()
    card = cards.publish(
        NAME,
        painter,
        {
            "summary": "A learned generator: 128 normal numbers to a picture of one of 27 textures.",
            "data": "textures: one new picture of the procedural set for every place in every batch, without noise",
            "examples": {"train": given.steps * BATCH, "test": 2 * MEASURED},
            "training": f"hinge loss on what {CRITIC} sees at {', '.join(READ)} and on pixels; Adam, rate {RATE:g}, "
            f"falling to 0 in the second half; pictures of a class to differ as real ones do, weight {VARIETY:g}; "
            f"batches of {BATCH}; the average of the weights is kept",
            "steps": given.steps,
            "seed": SEED,
            "seconds": round(made.seconds, 1),
            "device": training.device_name(device),
            "torch": torch.__version__,
            "quality": quality(painter, "cpu"),
            "judge": JUDGE,
            "script": "scripts/train_texture_gan.py",
        },
        folder=given.out,
    )
    (given.out / f"{NAME}.state").unlink()
    print(f"{NAME}: {card['quality']}")


if __name__ == "__main__":
    main()
