"""The procedural picture set: its random numbers, its canvas, and what every one of its classes must do."""

import functools
import math

import numpy as np
import pytest
import torch
from scipy import ndimage, stats
from torch import Tensor

from generators.datasets import textures
from generators.datasets.textures import randomness
from generators.datasets.textures.canvas import N_LATTICES, PERIOD, Canvas, Factor, length, rotate, soft_edge

every_class = pytest.mark.parametrize("name", textures.CLASSES)


def code(n: int, seed: int = 0) -> Tensor:
    return torch.randn(n, textures.CODE_SIZE, generator=torch.Generator().manual_seed(seed))


@functools.cache
def known(name: str) -> dict[str, Factor]:
    return textures.factors(name, code(1))


def coded(name: str, wanted: dict[str, Tensor | float], n: int = 1, seed: int = 0) -> Tensor:
    """Codes that are random but for those of the wanted factors that the class has: the inverse of ``factors``."""
    z = code(n, seed)
    for factor in known(name).keys() & wanted.keys():
        share = known(name)[factor].share(torch.as_tensor(wanted[factor], dtype=torch.float64))
        z[:, known(name)[factor].place] = torch.special.ndtri(share.clamp(1e-4, 1 - 1e-4)).float()
    return z


PLAIN = {"haze": 0.0, "light right": 0.0, "light below": 0.0, "aslant right": 0.0, "aslant below": 0.0}


# random numbers


def splitmix64(state: int) -> int:
    """One output of the generator, in Python's integers (Steele, Lea and Flood, 2014)."""
    x = (state + 0x9E3779B97F4A7C15) % 2**64
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB % 2**64
    return x ^ (x >> 31)


def test_random_bits_are_those_of_splitmix64():
    golden = 0x9E3779B97F4A7C15
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]  # seed 0
    assert [splitmix64(golden * k % 2**64) for k in range(4)] == published
    index = [0, 1, 2**40 + 5]
    expected = [[splitmix64(splitmix64(i + splitmix64(9)) + golden * k) for k in (1, 2, 3)] for i in index]
    assert (randomness.bits(9, torch.tensor(index), 3).numpy().view("uint64") == np.array(expected, "uint64")).all()


def test_random_numbers_never_change():
    index = torch.tensor([0, 123456])
    assert randomness.bits(0, index, 2).tolist() == [
        [-533072482827883436, 5125111896206277188],
        [-3449244116081458368, -9017310567901225298],
    ]
    expected = torch.tensor([[1.8972432, -0.5892915], [0.8890657, 0.0280042]])
    torch.testing.assert_close(randomness.normal(0, index, 2), expected, atol=1e-6, rtol=0)


def test_random_numbers_follow_their_laws_and_do_not_know_one_another():
    index = torch.arange(2000)
    uniform, normal = randomness.uniform(3, index, 50), randomness.normal(3, index, 50)
    assert uniform.min() > 0 and uniform.max() < 1
    assert stats.kstest(uniform.flatten().numpy(), "uniform").pvalue > 0.001
    assert stats.kstest(normal.flatten().numpy(), "norm").pvalue > 0.001
    others = (normal[1:], normal[:-1]), (normal[:, 1:], normal[:, :-1]), (normal, randomness.normal(4, index, 50))
    for first, second in others:
        assert abs(np.corrcoef(first.flatten(), second.flatten())[0, 1]) < 0.015


def test_grain_is_the_standardised_sum_of_four_bytes():
    index = torch.arange(500)
    octets = randomness.bits(5, index, 8).numpy().view("uint8").reshape(500, 16, 4)
    expected = (octets.sum(2).astype(float) - 510) / math.sqrt(4 * (256**2 - 1) / 12)
    torch.testing.assert_close(randomness.grain(5, index, 16), torch.from_numpy(expected).float(), atol=1e-5, rtol=0)
    assert abs(expected.mean()) < 0.03 and abs(expected.std() - 1) < 0.03 and abs(expected).max() <= 3.5


# canvas


def test_noise_has_its_deviation_its_period_and_no_steps():
    canvas = Canvas(code(200))
    x, y = canvas.x * 3, canvas.y * 3
    noise = canvas.noise(x, y, 2)
    assert abs(noise.mean()) < 0.05 and 0.7 < noise.std() < 0.9
    torch.testing.assert_close(canvas.noise(x + PERIOD, y - PERIOD, 2), noise, atol=1e-3, rtol=0)
    assert canvas.noise(x + 1e-3, y, 2).sub(noise).abs().max() < 0.01


def test_lattices_hold_numbers_of_unit_variance():
    chances = torch.special.ndtri(Canvas(code(400))._chances)  # (n, lattices, nodes)
    assert chances.shape == (400, N_LATTICES, PERIOD**2)
    assert chances.std(0).sub(1).abs().max() < 0.25 and abs(chances.std() - 1) < 0.01


def test_a_cell_has_one_chance_wherever_it_is_asked_for():
    canvas = Canvas(code(3))
    column, row = torch.floor(canvas.x * 20), torch.floor(canvas.y * 20)
    chance = canvas.chance(column, row)
    assert torch.equal(canvas.chance(column + PERIOD, row - PERIOD), chance)
    assert chance.min() > 0 and chance.max() < 1 and len(chance[0].unique()) == PERIOD**2


def test_worley_finds_the_two_nearest_points():
    """Against every point in five by five squares, sorted."""
    canvas = Canvas(code(4))
    x, y = canvas.x * 3 + 0.2, canvas.y * 3
    distances = []
    for down in range(-2, 3):
        for right in range(-2, 3):
            column, row = torch.floor(x) + right, torch.floor(y) + down
            dx, dy = (at + 0.05 + 0.9 * canvas.chance(column, row, i) for i, at in enumerate((column - x, row - y)))
            distances.append((dx * dx + dy * dy + 1e-4).sqrt())
    nearest, second = torch.stack(distances).sort(dim=0).values[:2]
    found = canvas.worley(x, y)
    for mine, brute in ((found.nearest, nearest), (found.second, second), (length(found.to_x, found.to_y), nearest)):
        assert ((mine - brute).abs() < 1e-5).float().mean() > 0.995


def test_geometry():
    x, y = torch.randn(2, 5, 8, 8)
    angle = torch.randn(5, 1, 1)
    turned = rotate(*rotate(x, y, angle), -angle)
    torch.testing.assert_close(turned, (x, y))
    torch.testing.assert_close(soft_edge(x) + soft_edge(-x), torch.ones_like(x))
    assert (length(x, y) - torch.hypot(x, y)).abs().max() < 0.011
    nowhere = torch.zeros(2, requires_grad=True)
    length(*nowhere).backward()
    assert nowhere.grad.tolist() == [0, 0]


# every class


def test_there_are_27_classes():
    assert len(textures.CLASSES) == 27 == len(set(textures.CLASSES))


@every_class
def test_pictures_are_finite_within_range_and_differ(name):
    picture = textures.render(name, code(24))
    assert picture.shape == (24, 3, textures.SIZE, textures.SIZE)
    assert picture.isfinite().all() and picture.min() >= 0 and picture.max() <= 1
    assert picture.std(0).mean() > 0.05


@every_class
@pytest.mark.parametrize("far", [1, 3, 30])
def test_pictures_and_gradients_are_finite_however_far_out_the_code(name, far):
    z = (far * code(8)).requires_grad_()
    picture = textures.render(name, z)
    picture.sum().backward()
    assert picture.isfinite().all() and z.grad.isfinite().all()
    assert z.grad.norm(dim=1).max() < 20_000  # of 12,288 numbers summed: no edge so hard that Newton's method leaps


@every_class
def test_a_code_of_nothing_but_zeros_is_a_picture_with_a_gradient(name):
    z = torch.zeros(1, textures.CODE_SIZE, requires_grad=True)
    textures.render(name, z).sum().backward()
    assert z.grad.isfinite().all() and z.grad.norm() > 1


@every_class
def test_gradients_are_those_of_the_picture(name):
    """Against a central difference, along a random direction; a step across a cell's border may spoil a picture."""
    z, along = code(6).double(), code(6, 1).double()
    weights = torch.rand(3, textures.SIZE, textures.SIZE, generator=torch.Generator().manual_seed(2)).double()

    def weighed(z: Tensor) -> Tensor:
        return (textures.render(name, z) * weights).sum((1, 2, 3))

    z.requires_grad_()
    (gradient,) = torch.autograd.grad(weighed(z).sum(), z)
    with torch.no_grad():
        difference = (weighed(z + 1e-7 * along) - weighed(z - 1e-7 * along)) / 2e-7
    slope = (gradient * along).sum(1)
    assert (slope.sub(difference).abs() < 1e-3 * slope.abs().mean()).float().mean() > 0.6


def levels(factor: Factor) -> Tensor:
    """Five values that a factor can have."""
    if factor.unit == "whole number":
        return torch.linspace(factor.low, factor.high, 5).round()
    if factor.unit.startswith("0 "):
        return torch.tensor([0.0, 1, 1, 0, 1])
    return torch.linspace(factor.low, factor.high, 7)[1:-1]


@every_class
def test_a_factor_is_what_its_place_in_the_code_says(name):
    wanted = {f: levels(value) for f, value in known(name).items() if value.unit != "red, green, blue"}
    found = textures.factors(name, coded(name, wanted, 5))
    for factor, value in wanted.items():
        torch.testing.assert_close(found[factor].values, value, atol=1e-3, rtol=0, msg=f"{factor} of {name}")


@every_class
def test_factors_have_units(name):
    assert [factor for factor, value in known(name).items() if not value.unit] == []


@every_class
def test_factors_stay_between_their_bounds_and_fill_them(name):
    for factor, value in textures.factors(name, code(60)).items():
        values = value.values
        assert values.shape in ((60,), (60, 3)) and value.low <= values.min() and values.max() <= value.high, factor
        if values.ndim == 1 and factor != "haze":  # which is hardly ever much
            reach = (values.max() - values.min()) / (value.high - value.low)
            assert reach > 0.7, f"{factor} of {name} covers {reach:.0%} of what it says"


@every_class
def test_classes_rendered_together_are_the_same_as_alone(name):
    z = code(5)
    y = torch.tensor([textures.CLASSES.index(name), 3, 0, textures.CLASSES.index(name), 26])
    together = textures.render_mixed(y, z)
    torch.testing.assert_close(together[[0, 3]], textures.render(name, z[[0, 3]]), atol=1e-5, rtol=0)


def test_gradients_reach_the_code_of_classes_rendered_together():
    z = code(4).requires_grad_()
    textures.render_mixed(torch.tensor([20, 3, 20, 7]), z)[1].sum().backward()
    assert [bool(row.any()) for row in z.grad] == [False, True, False, False]


# what factors do


@every_class
def test_haze_blends_the_picture_with_grey(name):
    clear = coded(name, {"haze": 0.0}, 4)
    hazy = coded(name, {"haze": 0.6, "haze brightness": 0.7}, 4)
    expected = 0.4 * textures.render(name, clear) + 0.6 * 0.7
    torch.testing.assert_close(textures.render(name, hazy), expected, atol=1e-3, rtol=0)


@every_class
def test_light_from_the_right_brightens_the_right(name):
    if "light right" not in known(name):
        pytest.skip("its light comes from within")
    dim, bright = (textures.render(name, coded(name, {"haze": 0.0, "light right": side}, 8)) for side in (-0.29, 0.29))
    gained = (bright - dim).mean((0, 1, 2))  # by column
    assert gained[:16].mean() < -0.02 < 0.02 < gained[-16:].mean()


def test_a_picture_in_fourteen_is_more_haze_than_half():
    half = torch.tensor(textures.HAZE_MOST / 2)
    assert 1 - known("wood")["haze"].share(half) == pytest.approx(1 / 14, abs=0.005)


def brightest_wave(picture: Tensor) -> tuple[float, float]:
    """The strongest wave in a picture, beyond the slow ones: cycles a picture to the right and downwards."""
    grey = picture.mean(0).numpy()
    window = np.hanning(len(grey))
    power = abs(np.fft.fft2((grey - grey.mean()) * window * window[:, None], (512, 512)))
    cycles = np.fft.fftfreq(512, 1 / textures.SIZE)
    right, down = np.meshgrid(cycles, cycles)
    power[np.hypot(right, down) < 2.5] = 0
    at = np.unravel_index(power.argmax(), power.shape)
    return float(right[at]), float(down[at])


@pytest.mark.parametrize("angle", [-0.4, -0.1, 0.2, 0.45])
def test_courses_of_bricks_lie_at_their_angle_and_are_as_many_as_said(angle):
    given = PLAIN | {"angle": angle, "zoom": 0.8, "courses": 3.0, "joint": 0.1}
    picture = textures.render("brick", coded("brick", given, 6))
    waves = np.array([brightest_wave(one) for one in picture])
    waves *= np.sign(waves[:, 1:])  # a wave and its opposite are one
    assert np.median(np.hypot(*waves.T)) == pytest.approx(2 * 3.0 / 0.8, abs=0.3)
    assert np.median(np.arctan2(*waves.T)) == pytest.approx(angle, abs=0.06)


@pytest.mark.parametrize(("cells", "zoom"), [(3, 1.0), (4, 1.0), (4, 1.4)])
def test_cells_of_a_honeycomb_are_as_many_as_said(cells, zoom):
    """Rows of hexagons one apart are √3/2 apart."""
    picture = textures.render("honeycomb", coded("honeycomb", PLAIN | {"cells": cells, "zoom": zoom}, 6))
    waves = [math.hypot(*brightest_wave(one)) for one in picture]
    assert np.median(waves) == pytest.approx(2 * cells / zoom * 2 / 3**0.5, abs=0.3)


def test_a_maze_has_neither_islands_nor_closed_rooms():
    """A tree's law: whatever is wall, and whatever is way, is joined to something beyond the picture."""
    given = PLAIN | {"zoom": 1.3, "cells": 3.0, "wall": 0.16, "walls": 0.0, "exposure": 1.0}
    for picture in textures.render("maze", coded("maze", given, 12)):
        grey = picture.mean(0).numpy()
        wall = grey < (grey.min() + grey.max()) / 2
        for part in (wall, ~wall):
            parts, count = ndimage.label(part, np.ones((3, 3)))
            border = np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]])
            assert set(range(1, count + 1)) <= set(border.tolist())
            assert 0.2 < part.mean() < 0.8


def test_marble_is_of_several_stones():
    def stone(kind: int) -> np.ndarray:
        return textures.render("marble", coded("marble", PLAIN | {"stone": kind}, 8)).mean((0, 2, 3)).numpy()

    white, black, green, rose = stone(0), stone(2), stone(3), stone(4)
    assert white.min() > 0.6 and black.max() < 0.5
    assert green.argmax() == 1 and rose.argmax() == 0 and np.ptp(white) < 0.08
    np.testing.assert_allclose(stone(6), white, atol=1e-6)


def test_turns_of_rope_cover_their_share_of_the_picture():
    given = PLAIN | {"angle": 0.0, "zoom": 0.7, "down": 0.0, "sway": 0.0, "thickness": 0.5, "yarn": 0}
    widths = []
    for turns in (1, 2, 3):
        alike = [coded("rope", given | {"turns": turns}, 8) for _ in range(2)]
        for z, level in zip(alike, (-2.0, 2.0), strict=True):
            z[:, known("rope")["hemp"].place] = level
        dark, bright = (textures.render("rope", z) for z in alike)
        widths.append(float(((bright - dark).mean((0, 1, 3)) > 0.02).float().mean()))
    np.testing.assert_allclose(widths, [0.7 * 0.5 / 2 * turns for turns in (1, 2, 3)], atol=0.06)


# the set


def test_classes_take_turns():
    y, z = textures.sample(torch.tensor([0, 26, 27, 27_000_001]), seed=2)
    assert y.tolist() == [0, 26, 0, 1] and z.shape == (4, textures.CODE_SIZE) and z.dtype == torch.float32


def test_a_picture_is_the_same_in_any_order_and_any_company():
    index = torch.tensor([5, 700, 3, 100_000, 32, 59])
    x, y = textures.images(index, seed=1)
    assert x.dtype == torch.uint8 and x.shape == (6, 3, 64, 64)
    backwards, labels = textures.images(index.flip(0), seed=1)
    assert torch.equal(labels.flip(0), y)
    assert (backwards.flip(0).int() - x.int()).abs().max() <= 1  # a batch of another size may be rounded otherwise
    alone = torch.cat([textures.images(index[i : i + 1], seed=1)[0] for i in range(6)])
    assert (alone.int() - x.int()).abs().max() <= 1


def test_seeds_share_neither_codes_nor_noise():
    index = torch.arange(200)
    streams = [randomness.normal(stream, index, 128) for stream in range(6)]  # the codes and noises of seeds 0, 1, 2
    torch.testing.assert_close(textures.sample(index, 1)[1], streams[2])
    for i, first in enumerate(streams):
        for second in streams[:i]:
            assert abs(np.corrcoef(first.flatten(), second.flatten())[0, 1]) < 0.025


def test_sensor_noise_is_added_as_much_as_said():
    index = torch.arange(135)
    noisy, _ = textures.images(index, seed=4)
    with torch.no_grad():
        clean = textures.render_mixed(*textures.sample(index, 4))
    inner = (clean > 0.15) & (clean < 0.85)  # where nothing is cut off
    noise = noisy / 255 - clean
    spread = np.array([noise[i][inner[i]].std() for i in range(len(index)) if inner[i].sum() > 500])
    assert abs(noise[inner].mean()) < 1e-3
    assert spread.min() < 0.004 and 0.036 < spread.max() < textures.NOISE_MOST + 0.002
    assert spread.mean() == pytest.approx(textures.NOISE_MOST / 2, abs=0.003)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")
def test_a_graphics_card_draws_the_same_pictures():
    index = torch.arange(54)
    here, there = textures.images(index, 3)[0], textures.images(index.cuda(), 3)[0].cpu()
    assert torch.equal(randomness.bits(3, index, 9), randomness.bits(3, index.cuda(), 9).cpu())
    assert (here.int() - there.int()).abs().float().mean() < 0.1
