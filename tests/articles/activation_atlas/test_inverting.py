"""Icons: what they are made of, how they are shaken, what they aim at, and that each becomes what it would alone."""

import sys

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cosine_similarity

from generators.articles.activation_atlas.analysis import inverting
from generators.articles.activation_atlas.analysis.inverting import descent, transforms
from generators.articles.activation_atlas.analysis.inverting.canvas import Canvas, canvas
from generators.articles.activation_atlas.analysis.inverting.objectives import objective
from generators.articles.activation_atlas.analysis.inverting.reading import maps, read, until
from generators.articles.activation_atlas.analysis.inverting.spectrum import COLOURS, spectrum
from generators.articles.activation_atlas.analysis.pictures import Receptive, receptive
from generators.errors import UsageError
from generators.networks import Network
from tests.articles.activation_atlas import tiny

LATE = "late"


def targets(network: Network, path: str, n: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Activations (n, d) that pictures can have, and the mean of many."""
    found = until(network.module, path, network.dataset.test.x).detach()
    rows = found.movedim(1, -1).flatten(0, -2)
    mean = rows.mean(0)
    lively = rows[(rows - mean).norm(dim=1) > (rows - mean).norm(dim=1).median()]
    return lively[torch.randperm(len(lively), generator=torch.Generator().manual_seed(seed))[:n]], mean


def linear(tmp_path, units: int = 5, **other) -> Network:
    """A network whose only layer is one linear convolution."""
    module = nn.Sequential(nn.Conv2d(3, units, 3, padding=1, bias=False))
    draw = torch.Generator().manual_seed(0)
    module[0].weight.data = torch.randn(module[0].weight.shape, generator=draw)
    return tiny.network(tmp_path, module.requires_grad_(False), **other)


@pytest.mark.parametrize(("height", "width", "channels"), [(8, 8, 3), (9, 12, 1), (7, 6, 3)])
def test_a_spectrum_and_its_picture_are_two_ways_to_say_one_thing(height, width, channels):
    form = spectrum(channels, height, width)
    picture = torch.rand(4, channels, height, width) * 0.9 + 0.05
    torch.testing.assert_close(form.picture(form.coefficients(picture)), picture, atol=1e-4, rtol=0)


def test_random_coefficients_have_the_colours_and_the_spectrum_of_natural_pictures():
    form = spectrum(3, 16, 16)
    x = torch.randn(4000, 3, *form.shape, generator=torch.Generator().manual_seed(0)) * 0.01
    plane = form.picture(x).logit()
    colours = torch.tensor(COLOURS)
    expected, found = colours @ colours.T, torch.cov(plane.movedim(1, 0).flatten(1))
    torch.testing.assert_close(found / found.trace(), expected / expected.trace(), atol=0.02, rtol=0)
    power = torch.fft.fft2(plane[:, 0]).abs().square().mean(0)
    slopes = power[0, 1:7].log().diff() / torch.arange(1, 7).log().diff()  # 1 / frequency² in power
    torch.testing.assert_close(slopes, torch.full_like(slopes, -2), atol=0.5, rtol=0)


def test_one_coefficient_is_one_wave():
    form = spectrum(1, 8, 8)
    x = torch.zeros(1, 1, *form.shape)
    x[0, 0, 0, 2, 0] = 1.0
    wave = torch.cos(2 * torch.pi * 2 * torch.arange(8) / 8)
    size = 0.25 * 8 / (2 / 8) * 2 / 64  # contrast · √(h w) / frequency, twice for ± frequency, over h w
    torch.testing.assert_close(form.picture(x)[0, 0].logit(), size * wave.expand(8, 8), atol=1e-5, rtol=1e-4)


def test_a_transform_without_strength_changes_nothing_and_each_picture_has_its_own():
    pictures, draws = torch.rand(3, 3, 9, 11), torch.rand(3, 4) * 2 - 1
    torch.testing.assert_close(transforms.transformed(pictures, 0 * draws, inverting.WHOLE), pictures)
    none = transforms.Strength(0, 0, 0)
    torch.testing.assert_close(transforms.transformed(pictures, draws, none), pictures)
    together = transforms.transformed(pictures, draws, inverting.WHOLE)
    alone = torch.cat([transforms.transformed(pictures[[i]], draws[[i]], inverting.WHOLE) for i in range(3)])
    torch.testing.assert_close(together, alone)
    assert float((together - pictures).abs().amax((1, 2, 3)).min()) > 0.01


def test_a_quarter_turn_and_a_shift_by_whole_pixels_are_those_of_the_pixels():
    pictures = torch.rand(2, 3, 8, 12)
    turned = transforms.transformed(pictures, torch.tensor([[1.0, 0, 0, 0]] * 2), transforms.Strength(90, 0, 0))
    square = pictures[..., 2:10]
    torch.testing.assert_close(turned[..., 2:10], square.rot90(1, (2, 3)), atol=1e-5, rtol=0)
    moved = transforms.transformed(pictures, torch.tensor([[0.0, 0, 1, 0]] * 2), transforms.Strength(0, 1 / 6, 0))
    torch.testing.assert_close(moved[..., :-2], pictures[..., 2:], atol=1e-5, rtol=0)
    torch.testing.assert_close(moved[..., -2:], pictures[..., -2:].flip(3), atol=1e-5, rtol=0)


@pytest.mark.parametrize("name", ["faithful", "vivid", "published", "whitened"])
def test_objectives_are_their_formulas(name):
    v, mean, a = torch.randn(6, 4).abs(), torch.rand(4), torch.randn(6, 4).abs()
    S = inverting.whitening(torch.randn(50, 4).abs())
    aim, which = objective(name, v, mean, S), torch.arange(6)
    w, h = {"published": (v, a), "whitened": (v @ S, a)}.get(name, (v - mean, a - mean))
    cosine = (h * w).sum(1) / h.norm(dim=1) / w.norm(dim=1)
    dot = (h * w).sum(1) / w.norm(dim=1)
    expected = cosine if name == "faithful" else dot * cosine.clamp(min=0.1) ** 2
    torch.testing.assert_close(aim.value(a, which), expected)
    torch.testing.assert_close(aim.value(a[[4, 1]], torch.tensor([4, 1])), expected[[4, 1]])


def test_whitening_makes_second_moments_one():
    a = torch.randn(500, 5) @ torch.randn(5, 5) + 1
    S = inverting.whitening(a)
    torch.testing.assert_close(S @ (a.T @ a / len(a)), torch.eye(5), atol=0.02, rtol=0)


@pytest.mark.parametrize("path", ["early", LATE])
def test_the_middle_position_sees_its_icon_and_nothing_else(tmp_path, path):
    network = tiny.network(tmp_path)
    plan = canvas(network, path, fill=False)
    assert plan.px == receptive(network, path).px
    icons = torch.rand(5, 3, plan.px, plan.px)
    laid, other = plan.lay(icons), torch.rand(5, 3, plan.height, plan.width)
    torch.testing.assert_close(plan.cut(laid), icons)
    if plan.px < plan.height:
        other[:, :, plan.top : plan.top + plan.px, plan.left : plan.left + plan.px] = icons
        torch.testing.assert_close(
            read(maps(network, path, laid), False), read(maps(network, path, other), False), atol=1e-5, rtol=1e-5
        )


def test_a_canvas_that_is_no_square_is_shown_on_a_grey_one():
    plan = Canvas(1, 4, 6, -1, 0, 6, True)
    pictures = torch.rand(2, 1, 4, 6)
    shown = plan.cut(pictures)
    assert shown.shape == (2, 1, 6, 6) and bool((shown[:, :, [0, 5]] == 0.5).all())
    torch.testing.assert_close(plan.lay(shown), pictures)


def test_an_icon_of_a_linear_layer_points_exactly_where_it_should(tmp_path):
    network = linear(tmp_path)
    mean = torch.zeros(5)
    mean += until(network.module, "0", network.dataset.test.x).mean((0, 2, 3))
    v = mean + torch.randn(6, 5, generator=torch.Generator().manual_seed(1))
    made = inverting.invert(network, "0", v, mean, "faithful", False, 200, 0)
    seen = inverting.activated(network, "0", made.icons, False)
    assert made.icons.shape == (6, 3, 3, 3) and made.icons.dtype == np.uint8
    assert float(cosine_similarity(seen - mean, v - mean).min()) > 0.98


def test_filling_gives_the_mean_over_the_inner_positions(tmp_path):
    network = tiny.network(tmp_path)
    v, mean = targets(network, LATE, 4)
    made = inverting.invert(network, LATE, v, mean, "faithful", True, 96, 0)
    seen = inverting.activated(network, LATE, made.icons, True)
    levels = torch.from_numpy(made.icons).movedim(-1, 1).float() / 255
    slow = network.module.late(
        network.module.second(
            network.module.pool(
                network.module.early(
                    network.module.first(
                        (levels - torch.tensor(tiny.MEAN)[:, None, None]) / torch.tensor(tiny.STD)[:, None, None]
                    )
                )
            )
        )
    )
    torch.testing.assert_close(seen, slow[:, :, 1:-1, 1:-1].mean((2, 3)), atol=1e-5, rtol=1e-5)
    assert float(cosine_similarity(seen - mean, v - mean).mean()) > 0.8


def test_an_icon_is_what_it_would_be_alone_and_the_same_again(tmp_path, monkeypatch):
    monkeypatch.setattr(inverting, "arithmetic", lambda device: torch.autocast(device, enabled=False))
    network = tiny.network(tmp_path)
    v, mean = targets(network, LATE, 7)
    whole = inverting.invert(network, LATE, v, mean, "faithful", False, 32, 0)
    monkeypatch.setitem(descent.AT_ONCE, "cpu", 3)
    few = inverting.invert(network, LATE, v, mean, "faithful", False, 32, 0)
    assert np.abs(few.icons.astype(int) - whole.icons).max() <= 1
    np.testing.assert_array_equal(inverting.invert(network, LATE, v, mean, "faithful", False, 32, 0).icons, few.icons)
    other = inverting.invert(network, LATE, v, mean, "faithful", False, 32, 1)
    assert np.abs(other.icons.astype(int) - whole.icons).mean() > 5


def test_an_icon_that_gains_no_more_settles_and_makes_room(tmp_path, monkeypatch):
    monkeypatch.setitem(descent.AT_ONCE, "cpu", 2)
    begun = torch.zeros(5, dtype=torch.long)

    def value(x, which):
        return torch.where(which == 3, x.detach().flatten(1).sum(1), which * 0.0)

    def loss(x, which, draws):
        begun[which] += 1
        return -x.flatten(1).sum(1)

    task = descent.Task(loss, value, (2, 2), None, 200, 0, "cpu")
    taken = {
        number: int(age)
        for numbers, _, ages in descent.descend(task, list(range(5)), "")
        for number, age in zip(numbers, ages, strict=True)
    }
    first_look_and_patience = descent.LOOK_EVERY + descent.PATIENCE
    assert taken == {each: 200 if each == 3 else first_look_and_patience + descent.SETTLING for each in range(5)}
    assert begun.tolist() == [taken[each] for each in range(5)]


def test_the_last_steps_shake_and_move_less_and_less():
    shaken, moved = [], []

    def loss(x, which, draws):
        shaken.append(float(draws.abs().max()))
        moved.append(x.detach().clone())
        return -x.flatten(1).sum(1)

    task = descent.Task(loss, lambda x, which: which * 0.0, (1,), None, 40, 0, "cpu")
    ((_, x, _),) = [each for each in descent.descend(task, [0], "") if each[0]]
    steps = torch.stack([*moved, x]).flatten().diff()
    torch.testing.assert_close(steps[:8], torch.full((8,), descent.RATE), atol=1e-4, rtol=0)
    torch.testing.assert_close(steps[8:], descent.RATE * torch.arange(32, 0, -1) / 32, atol=1e-4, rtol=0)
    assert shaken[-1] <= 1 / 32 and max(shaken[:8]) > 0.5


def test_what_moves_is_adam():
    goal = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    seen: dict[int, list] = {0: [], 1: [], 2: []}

    def loss(x, which, draws):
        for row, number in enumerate(which.tolist()):
            seen[number].append(x[row].detach().clone())
        return (x - goal[which]).pow(4).sum(1)

    task = descent.Task(loss, lambda x, which: which * 0.0, (4,), None, 48, 0, "cpu")
    list(descent.descend(task, [0, 1, 2], ""))
    for number, path in seen.items():
        x, mean, square = path[0].double(), 0.0, 0.0
        for age, step in enumerate(path[:17], 1):  # at full rate; Kingma and Ba (2015), algorithm 1
            torch.testing.assert_close(x.float(), step, atol=1e-5, rtol=1e-5)
            slope = 4 * (x - goal[number]) ** 3
            mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
            x = x - descent.RATE * mean / (1 - 0.9**age) / ((square / (1 - 0.999**age)).sqrt() + 1e-8)


def test_a_start_is_gone_on_from(tmp_path):
    network = tiny.network(tmp_path)
    v, mean = targets(network, LATE, 6)
    long = inverting.invert(network, LATE, v, mean, "faithful", False, 96, 0)
    cold, warm = (
        inverting.activated(
            network, LATE, inverting.invert(network, LATE, v, mean, "faithful", False, 8, 1, None, begin).icons, False
        )
        for begin in (None, long.icons)
    )
    close = [float(cosine_similarity(seen - mean, v - mean).mean()) for seen in (cold, warm)]
    assert close[1] > close[0] + 0.1
    chosen = inverting.nearest_icons(v.numpy(), mean.numpy(), v[[3, 1]].numpy(), long.icons[[3, 1]])
    np.testing.assert_array_equal(chosen[[3, 1]], long.icons[[3, 1]])


@pytest.mark.parametrize("name", ["faithful", "vivid"])
def test_where_there_is_nothing_to_aim_at_an_icon_is_grey(tmp_path, name):
    network = tiny.network(tmp_path)
    v, mean = targets(network, LATE, 3)
    v[1] = mean
    made = inverting.invert(network, LATE, v, mean, name, False, 16, 0)
    assert made.steps.tolist() == [16, 0, 16] and set(made.icons[1].flatten()) == {127}
    assert inverting.invert(network, LATE, v[:0], mean, name, False, 16, 0).icons.shape[0] == 0


def test_a_layer_of_one_unit_is_driven_up_or_down(tmp_path):
    network = linear(tmp_path, units=1)
    mean = torch.zeros(1)
    made = inverting.invert(network, "0", torch.tensor([[1.0], [-1.0]]), mean, "faithful", False, 48, 0)
    seen = inverting.activated(network, "0", made.icons, False)[:, 0]
    reach = until(network.module, "0", network.dataset.test.x)
    assert seen[0] > reach.quantile(0.99) and seen[1] < reach.quantile(0.01)


def test_pictures_may_be_grey_oblong_or_of_one_size_only(tmp_path):
    class Flat(nn.Module):
        def __init__(self):
            super().__init__()
            self.place = nn.Parameter(torch.randn(1, 3, 12, 12), requires_grad=False)
            self.maps = nn.Conv2d(3, 4, 3, padding=1).requires_grad_(False)

        def forward(self, x):
            return self.maps(x + self.place).mean((2, 3))

    torch.manual_seed(0)
    network = tiny.network(tmp_path, Flat())
    plan = canvas(network, "maps", False)
    assert (plan.height, plan.width, plan.px) == (12, 12, 3)
    v, mean = targets(network, "maps", 2)
    made = inverting.invert(network, "maps", v, mean, "faithful", False, 64, 0)
    seen = inverting.activated(network, "maps", made.icons, False)
    assert float(cosine_similarity(seen - mean, v - mean).min()) > 0.8


def test_a_layer_without_a_map_is_refused(tmp_path):
    with pytest.raises(UsageError, match="no map of channels, rows and columns"):
        canvas(tiny.network(tmp_path), "head", False)


def test_memory_that_runs_out_halves_the_parts_and_changes_nothing(monkeypatch):
    def task(room: int):
        def loss(x, which, draws):
            if len(x) > room:
                raise torch.OutOfMemoryError("out of memory")
            return (x - which[:, None]).square().sum(1)

        return descent.Task(loss, lambda x, which: -(x - which[:, None]).square().sum(1), (3,), None, 40, 0, "cpu")

    def found(room: int):
        return torch.cat([x for _, x, _ in descent.descend(task(room), list(range(9)), "")])

    torch.testing.assert_close(found(2), found(100))
    with pytest.raises(UsageError, match="no room in memory"):
        found(0)


MAKING = sys.modules["generators.articles.activation_atlas.analysis.inverting.canvas"]


@pytest.mark.parametrize(("name", "weight"), [("faithful", 0.3), ("vivid", 0.3), ("published", 0.0)])
def test_what_is_to_fall_is_roughness_less_what_is_aimed_at(tmp_path, monkeypatch, name, weight):
    network, tasks = tiny.network(tmp_path), []
    monkeypatch.setattr(inverting, "arithmetic", lambda device: torch.autocast(device, enabled=False))
    monkeypatch.setattr(inverting, "descend", lambda task, _icons, _what: (tasks.append(task), [])[1])
    inverting.invert(network, LATE, *targets(network, LATE, 3), name, False, 5, 0)
    (task,), plan, which = tasks, canvas(network, LATE, False), torch.arange(3)
    x = 0.01 * torch.randn(3, *task.shape, generator=torch.Generator().manual_seed(0))
    picture = spectrum(plan.channels, plan.height, plan.width).picture(x)
    rough = sum(
        (picture - picture.roll(1, axis)).abs().narrow(axis, 1, picture.shape[axis] - 1).mean((1, 2, 3))
        for axis in (2, 3)
    )
    unshaken = task.loss(x, which, torch.zeros(3, transforms.DRAWS))
    assert float(rough.min()) > 1e-3
    torch.testing.assert_close(unshaken, weight * rough - task.value(x, which), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("fill", "strength"), [(False, inverting.PART), (True, inverting.WHOLE)])
def test_pictures_as_large_as_the_input_are_shaken_more(tmp_path, monkeypatch, fill, strength):
    network, asked, transformed = tiny.network(tmp_path), [], inverting.transformed
    monkeypatch.setattr(
        inverting, "transformed", lambda picture, draws, how: (asked.append(how), transformed(picture, draws, how))[1]
    )
    inverting.invert(network, LATE, *targets(network, LATE, 1), "faithful", fill, 2, 0)
    assert asked == [strength] * 2 and canvas(network, LATE, fill).whole == fill


def test_a_scale_is_that_of_its_own_draw_and_reads_so_much_farther_out():
    ramp = torch.linspace(-1, 1, 9).expand(1, 1, 9, 9)
    for draw in (-0.5, 0.2):
        drawn = torch.tensor([[0.0, draw, 0, 0]])
        scaled = transforms.transformed(ramp, drawn, transforms.Strength(0, 0, 0.5))
        torch.testing.assert_close(scaled[..., 2:-2, 2:-2], (1 + 0.5 * draw) * ramp[..., 2:-2, 2:-2])


def test_icons_are_shaken_one_way_as_often_as_the_other():
    shaken = []
    task = descent.Task(
        lambda x, which, draws: (shaken.append(draws), x.flatten(1).sum(1))[1],
        lambda x, which: which * 0.0, (1,), None, 200, 0, "cpu",
    )  # fmt: skip
    list(descent.descend(task, list(range(60)), ""))
    early = torch.cat(shaken[:16])
    assert float(early.min()) < -0.99 and float(early.max()) > 0.99 and float(early.mean(0).abs().max()) < 0.08


def test_who_gains_hardly_anything_settles():
    task = descent.Task(
        lambda x, which, draws: -x.flatten(1).sum(1), lambda x, which: 100 + x.detach().flatten(1).sum(1) / 1e3, (1,),
        None, 400, 0, "cpu",
    )  # fmt: skip
    steps = [age for _, _, ages in descent.descend(task, [0], "") for age in ages.tolist()]
    assert steps == [descent.LOOK_EVERY + descent.PATIENCE + descent.SETTLING]


def test_the_longest_wave_of_an_oblong_picture_is_as_strong_as_its_frequency_says():
    form = spectrum(1, 8, 16)
    x = torch.zeros(1, 1, *form.shape)
    x[0, 0, 0, 1, 0] = 1.0
    size = 0.25 * 128**0.5 * 16 * 2 / 128  # contrast · √(h w) / frequency, twice for ± frequency, over h w
    wave = torch.cos(2 * torch.pi * torch.arange(16) / 16)
    torch.testing.assert_close(form.picture(x)[0, 0].logit(), size * wave.expand(8, 16), atol=1e-5, rtol=1e-4)


def test_an_icon_that_is_filled_has_room_for_four_strides_more(tmp_path, monkeypatch):
    network = tiny.network(tmp_path, example_shape=(3, 128, 128))
    monkeypatch.setattr(MAKING.pictures, "receptive", lambda *_: Receptive(33, 8, 0))
    monkeypatch.setattr(MAKING, "_map_shape", lambda *given: (given[-2] // 8, given[-1] // 8))
    assert [canvas(network, "any", fill).height for fill in (True, False)] == [72, 48]
