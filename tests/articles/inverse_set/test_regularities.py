"""What members of inverse sets have in common: chance in closed form, directions that are known, and pictures."""

import numpy as np
import pytest
import torch
from scipy import stats

from generators import networks
from generators.articles.inverse_set.analysis import regularities
from generators.articles.inverse_set.analysis.regularities import chance, directions
from generators.articles.inverse_set.analysis.regularities.strips import AT, Moved
from generators.articles.inverse_set.facts.regularities import regularities as facts
from generators.articles.inverse_set.figures import regularities as figures
from generators.articles.inverse_set.results.regularities import Regularities, Strip
from generators.drawing import files

GRAVEL = "relu4b:5"
D = 40


@pytest.fixture(scope="module")
def found() -> Regularities:
    return regularities.find_regularities(networks.load("texture-net"), 100, 160, ["head:25", GRAVEL], 0, 0)


def drawn(n: int, seed: int) -> torch.Tensor:
    return torch.randn(n, D, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def unit(seed: int) -> torch.Tensor:
    way = drawn(1, seed)[0]
    return way / way.norm()


@pytest.mark.parametrize("n", [5, 40, 300])
def test_chance_is_the_law_of_chi_square(n: int) -> None:
    assert chance.variance(n) == pytest.approx(stats.chi2.ppf([0.025, 0.975], n - 1) / (n - 1), rel=0.02, abs=0.01)
    assert chance.mean_length(n, 64) == pytest.approx(stats.chi.ppf([0.025, 0.975], 64) / n**0.5, rel=0.01)
    assert chance.place(n) == pytest.approx(stats.norm.ppf(0.975) / n**0.5, rel=1e-3)


def toy(n: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Codes, and the gradients of an activation that wants codes near 0 along u and far along w; every seventh is a
    thousand times as steep, and leads anywhere."""
    z = drawn(n, seed)
    u, w = unit(100), unit(101)
    w = w - (w @ u) * u
    w = w / w.norm()
    activation = -((z @ u) ** 2) + z @ w
    gradients = -2 * (z @ u)[:, None] * u + w
    gradients[::7] = 1000 * drawn(n, seed + 50)[::7]
    inside = activation >= activation.quantile(0.8)
    return z[inside], gradients, u, w


def test_directions_of_a_known_activation_are_found_and_hold_on_other_draws() -> None:
    members, gradients, u, w = toy(1000, 0)
    space = directions.active(gradients, len(members))
    basis = space.basis
    assert torch.allclose(basis.T @ basis, torch.eye(basis.shape[1], dtype=basis.dtype), atol=1e-9)
    assert float((basis.T @ u).norm()) > 0.99 and float((basis.T @ w).norm()) > 0.99 and space.share > 0.8
    first, second = directions.kept(members, basis, 2)
    assert abs(float(first @ u)) > 0.9 and abs(float(first @ second)) < 1e-9
    assert float(directions.towards_mean(members, basis) @ w) > 0.9
    others, *_ = toy(1000, 1)
    low, _ = chance.variance(len(others))
    assert float((others @ first).var()) < low


def test_without_anything_to_find_other_draws_say_so() -> None:
    z, others = drawn(200, 2), drawn(400, 3)
    space = directions.active(drawn(200, 4), len(z))
    low, high = chance.variance(400)
    held = directions.kept(z, space.basis, 2)
    assert float((z @ held[0]).var()) < chance.variance(200)[0]  # those that it was found on vary less
    assert all(low * 0.9 < float((others @ way).var()) < high * 1.1 for way in held)


def test_members_lie_on_the_positive_side_and_lots_have_length_one() -> None:
    members, gradients, *_ = toy(600, 5)
    basis = directions.active(gradients, len(members)).basis
    assert ((directions.kept(members, basis, 2) @ members.mean(0)) >= 0).all()
    assert float(directions.by_lot(D, torch.Generator().manual_seed(0)).norm()) == pytest.approx(1)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_few_members_leave_a_small_space(n: int) -> None:
    space = directions.active(drawn(10, 6), n)
    assert space.basis.shape == (D, 1)
    assert len(directions.kept(drawn(n, 7), space.basis, 2)) == 1


def test_the_pictures_are_those_whose_activation_is_said(found: Regularities) -> None:
    network = networks.load("texture-net")
    each = found.found[-1]
    assert found.classes[each.kind] == "gravel" and each.n == pytest.approx(16, abs=1)
    heard: list[torch.Tensor] = []
    hook = network.module.relu4b.register_forward_hook(lambda _m, _i, output: heard.append(output[:, 5].mean((1, 2))))
    generator = regularities.generative.load(network, 0)[0]
    for strip in each.strips:
        pictures = torch.from_numpy(strip.pictures).permute(0, 3, 1, 2) / 255
        with torch.no_grad():
            network.module(generator.prepare(pictures))
        assert np.allclose(heard[-1].numpy(), strip.activation, atol=1e-4)
    hook.remove()


def test_what_is_measured_lies_where_it_can(found: Regularities) -> None:
    each = found.found[-1]
    assert (each.strips[0].name, each.strips[-1].name) == ("mean", "random direction")
    for strip in each.strips:
        assert -1 <= strip.slope <= 1 and strip.variance >= 0
        assert strip.pictures.shape == (5, 64, 64, 3) and list(strip.at) == sorted(strip.at)
        assert all(abs(weight) <= 1 for _, weight in strip.parts)


def test_a_generator_without_classes_or_names_will_do() -> None:
    result = regularities.find_regularities(networks.load("digits-net"), 60, 120, 1, 2, 0)
    each = result.found[0]
    assert each.kind == -1 and not result.classes and not any(strip.parts for strip in each.strips)
    assert files(figures.strips(result)) and "made of" not in figures.directions(result).rows[0]


def test_the_drawings_hold_what_the_result_holds(found: Regularities) -> None:
    drawing = figures.strips(found)
    assert files(drawing)
    strips = [strip for each in found.found for strip in each.strips]
    assert [row["activation"] for row in drawing.about] == [value for strip in strips for value in strip.activation]
    bounds = [(each.low, each.high) for each in found.found for strip in each.strips for _ in strip.at]
    values = [row["activation"] for row in drawing.about]
    assert list(drawing.marked) == [low <= v <= high for v, (low, high) in zip(values, bounds, strict=True)]
    table = figures.directions(found)
    assert files(table) and [row["members' variance"] for row in table.rows] == [strip.variance for strip in strips]


def test_facts_count_the_directions_that_are_held(found: Regularities) -> None:
    said = facts(found)
    strip = found.found[-1].strips[1]
    both = [each.strips[1] for each in found.found]
    assert said["direction_1_held"] == sum(each.variance < each.variance_chance[0] for each in both)
    assert said["relu4b_5_direction_1_variance"] == strip.variance
    assert said["relu4b_5_class"] == "gravel"


def test_a_direction_says_what_it_is_made_of() -> None:
    strip = Strip("x", (("zoom", 0.94), ("stones", -0.26)), *[np.zeros(0)] * 3, 0.0, 0.1, 1.0, (0.8, 1.2), 0.0)
    assert strip.made_of == "zoom 0.94; stones −0.26"


def test_a_picture_is_moved_along_its_direction_and_nowhere_else() -> None:
    way, point = unit(8), torch.cat([drawn(1, 9)[0], torch.tensor([3.0])])
    points = Moved(*[None] * 2, point, *[None] * 4)._points(way)  # type: ignore[arg-type]
    assert torch.allclose(points[:, :-1] @ way, torch.tensor(AT, dtype=points.dtype))
    aside = points[:, :-1] - (points[:, :-1] @ way)[:, None] * way
    assert torch.allclose(aside, (point[:-1] - (point[:-1] @ way) * way).expand_as(aside))
    assert (points[:, -1] == 3).all()
