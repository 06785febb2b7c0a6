"""texture-gan: its waves by the plain formula, its pictures in range, and that its card holds."""

import torch

from generators.networks import cards, load
from generators.networks.generative import generator
from generators.networks.texture_gan import CODE_SIZE, STYLE, TextureGAN, Waves


def test_waves_are_the_sines_of_their_own_formula() -> None:
    torch.manual_seed(0)
    waves = Waves(channels=2)
    style = torch.randn(3, STYLE)
    side = 8
    with torch.no_grad():
        mixed = waves(style, side)
        warp, phase, weight = waves.warp(style), waves.phase(style), waves.weight(style)
        places = (torch.arange(side) + 0.5) / side * 2 - 1
        y, x = torch.meshgrid(places, places, indexing="ij")
        for n in range(3):
            turned = waves.vectors @ warp[n, :4].view(2, 2).T
            angle = (
                turned[:, 0, None, None] * (x + warp[n, 4])
                + turned[:, 1, None, None] * (y + warp[n, 5])
                + phase[n, :, None, None]
            )
            weighed = torch.cat([angle.sin(), angle.cos()]) * weight[n].repeat(2)[:, None, None]
            torch.testing.assert_close(mixed[n : n + 1], waves.mix(weighed[None]), rtol=1e-3, atol=1e-3)


def test_pictures_are_in_range_and_every_number_of_the_code_matters() -> None:
    torch.manual_seed(0)
    z = torch.randn(4, CODE_SIZE, requires_grad=True)
    pictures = TextureGAN()(z)
    assert pictures.shape == (4, 3, 64, 64)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    weights = torch.randn_like(pictures)
    (pictures * weights).sum().backward()
    assert z.grad is not None
    assert z.grad.isfinite().all()
    assert (z.grad.abs().sum(0) > 0).all()


def test_a_code_asks_for_the_class_of_its_largest_number() -> None:
    z = torch.zeros(2, CODE_SIZE)
    z[0, 5], z[1, 26] = 2, 3
    assert TextureGAN.intended(z).tolist() == [5, 26]
    assert (TextureGAN.likely(z).max(1).values > 0.99).all()


@torch.no_grad()
def test_the_published_one_is_as_good_as_its_card_says():
    """Of codes that it was not measured on, within three standard errors, seen by the network it never met."""
    judge, card, n = load("texture-net"), cards.read("texture-gan"), 270
    learned = generator.load(judge, steps=0)[1]
    assert (learned.name, learned.origin, learned.code_size) == ("texture-gan", "bundled", CODE_SIZE)
    z, _ = learned.draw(n, seed=99)
    answers = judge.module(learned.prepare(learned(z))).argmax(1)
    said = card["quality"]["intended"]
    found = (answers == TextureGAN.intended(z)).double().mean()
    assert abs(found - said) < 3 * (said * (1 - said) / n) ** 0.5
    assert card["quality"]["classes_mostly_confident"] > 13, "what a small GAN reached in twelve minutes"
