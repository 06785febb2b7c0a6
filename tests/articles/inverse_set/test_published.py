"""The published algorithm as the baseline: what it does, step by step, and what becomes of its samples."""

import pytest
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling import Constraints, Normal, published
from generators.articles.inverse_set.analysis.sampling.objective import spread_of_pairs
from generators.articles.inverse_set.analysis.sampling.published import (
    PENALTY,
    RATE,
    STEP,
    Settings,
    sample_as_published,
    sample_jointly,
)
from generators.articles.inverse_set.analysis.sampling.quality import nearest_neighbour

W = torch.tensor([[0.6, -0.8, 0.0, 0.0]])
SLAB = Constraints(lambda x: x @ W.T, torch.tensor([1.5]), torch.tensor([2.5]))


def look(x: Tensor) -> tuple[Tensor, Tensor]:
    return SLAB.values(x), 2 * x


def draws(n: int, seed: int = 0) -> Tensor:
    return Normal(4).draw(n, torch.Generator().manual_seed(seed))


def scale(x: Tensor) -> float:
    return float(spread_of_pairs(2 * x)) / len(x) ** 2


def test_points_stop_when_the_last_is_in_the_set():
    """Not to convergence: what lay there from the first has climbed, and no point is far inside."""
    x = draws(8)
    made = sample_jointly(SLAB, look, x, 400, scale(x))
    assert SLAB.inside(made).all()
    again = sample_jointly(SLAB, look, made, 400, scale(x))
    assert torch.equal(again, made)
    above = (SLAB.values(made) - SLAB.low).min()
    assert 0 <= float(above) < RATE  # the last to come in has made but one step


@pytest.mark.parametrize("at_once", [1, 3, 8])
def test_in_parts_they_climb_as_all_together(monkeypatch, at_once):
    """And as by autograd through every pair, step by step; embeddings share a mean."""
    x, sizes = draws(8), []

    def shifted(x: Tensor) -> tuple[Tensor, Tensor]:
        sizes.append(len(x))
        return SLAB.values(x), torch.tanh(2 * x) + 100

    variable = x.clone().requires_grad_(True)
    adam = torch.optim.Adam([variable], RATE)
    for _ in range(12):
        adam.zero_grad()
        values, e = shifted(variable)
        off = (torch.relu(SLAB.low - values) + torch.relu(values - SLAB.high)) / (SLAB.high - SLAB.low)
        loss = PENALTY * (off + off.square()).mean() - spread_of_pairs(e.double()) / (64 * 5.0)
        loss.backward()
        adam.step()
    sizes.clear()
    monkeypatch.setattr(published, "AT_ONCE", at_once)
    torch.testing.assert_close(sample_jointly(SLAB, shifted, x, 12, 5.0), variable.detach(), atol=1e-3, rtol=0)
    assert max(sizes) == at_once


def test_none_stops_before_the_last_part_and_the_first_are_in_the_set(monkeypatch):
    monkeypatch.setattr(published, "AT_ONCE", 2)
    x = torch.cat([draws(4), 2 * W.repeat(2, 1)])
    assert not SLAB.inside(x[:4]).all() and SLAB.inside(x[4:]).all()
    assert SLAB.inside(sample_jointly(SLAB, look, x, 400, 1e12)).all()


def test_they_climb_the_objective_on_their_way():
    x = draws(8)
    made = sample_jointly(SLAB, look, x, 400, scale(x))
    free = slice(2, None)  # what the constraint does not look at
    assert float(spread_of_pairs(made[:, free])) > 1.05 * float(spread_of_pairs(x[:, free]))
    pushed = sample_jointly(SLAB, look, x, 400, 1e12)  # an objective too small to matter
    torch.testing.assert_close(pushed[:, free], x[:, free], atol=1e-3, rtol=0)


def test_too_few_steps_leave_points_outside():
    made = sample_jointly(SLAB, look, -3 * W.repeat(4, 1), 3, 1.0)
    assert not SLAB.inside(made).any()


def test_the_next_are_one_step_from_the_last_up_their_distances():
    settings = Settings(4, 400, 60)
    x = draws(4)
    made = sample_as_published(SLAB, look, x, 12, scale(x), settings)
    seeds, second, third = made.split(4)
    assert torch.equal(seeds, sample_jointly(SLAB, look, x, 400, scale(x)))
    for before, after in ((seeds, second), (second, third)):
        variable = before.clone().requires_grad_(True)
        e, fixed = 2 * variable, 2 * seeds
        objective = (e[:, None] - e[None]).square().sum() + (e[:, None] - fixed[None]).square().sum()
        (way,) = torch.autograd.grad(objective, variable)
        step = before + STEP * way / way.norm(dim=1, keepdim=True)
        back = sample_jointly(SLAB, look, step, 60, 1e12)
        torch.testing.assert_close(after, back, atol=2e-3, rtol=0)


def test_it_makes_near_copies_and_leaves_the_prior():
    x = draws(4)
    made = sample_as_published(SLAB, look, x, 64, scale(x), Settings(4, 400, 60))
    independent = draws(4000, 1)
    independent = independent[SLAB.inside(independent)][:64]
    assert made.shape == (64, 4) and SLAB.inside(made).all()
    assert nearest_neighbour(made) < 0.75 * nearest_neighbour(independent)
    assert float(made.norm(dim=1).max()) > 1.5 * Normal(4).radius


def test_fewer_may_be_wanted_than_one_batch_has_and_fewer_starts_be_there():
    x = draws(4)
    assert len(sample_as_published(SLAB, look, x, 3, scale(x), Settings(4, 400, 60))) == 3
    assert len(sample_as_published(SLAB, look, x[:1], 5, 1.0, Settings(4, 400, 60))) == 5


def test_starts_are_left_as_they_were():
    x = draws(4)
    before = x.clone()
    sample_as_published(SLAB, look, x, 8, scale(x), Settings(4, 50, 10))
    assert torch.equal(x, before)
