"""Points, their pictures and what is measured of those: in 8 bits, in parts, whatever the memory."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from generators.articles.inverse_set.analysis.drawing import draw
from generators.articles.inverse_set.analysis.problem import HAIR, Problem, Target
from generators.articles.inverse_set.analysis.sampling import Classed, Normal
from generators.articles.inverse_set.results.gallery import Neuron
from generators.errors import UsageError
from tests.articles.inverse_set import tiny

LOGIT, MAP, UNIT = Neuron("c", "head", 1, "value"), Neuron("m", "maps", 2, "mean"), Neuron("u", "units", 0, "value")
CLASSES = ("dark", "bright", "grey")


def problem(classes: tuple[str, ...] = (), **other) -> Problem:
    return Problem(tiny.network(), replace(tiny.generator(classes), **other), (LOGIT, MAP, UNIT))


def test_a_point_is_a_code_and_behind_it_its_class():
    one, more = problem(), problem(CLASSES)
    assert one.measure == Normal(tiny.CODE) and more.measure == Classed(Normal(tiny.CODE), 3)
    x = more.measure.draw(9, tiny.numbers(0))
    code, kind = more.split(x)
    assert torch.equal(code, x[:, :-1]) and torch.equal(kind, x[:, -1].long())
    assert one.split(code)[1] is None and torch.equal(one.split(code)[0], code)
    levels = 255 * more.paint(x)  # nobody asks for a gradient
    torch.testing.assert_close(levels, levels.round(), atol=1e-4, rtol=0)
    torch.testing.assert_close(more.paint(x), tiny.decode(code, kind), atol=0.5 / 255 + 1e-6, rtol=0)


@pytest.mark.parametrize("classes", [(), CLASSES])
def test_what_is_seen_is_seen_on_the_8_bit_picture(classes):
    this = problem(classes)
    x = this.measure.draw(130, tiny.numbers(0))
    seen, published = this.see(x), this.pictures(x)
    assert published.dtype == torch.uint8 and published.shape == (130, 1, tiny.SIDE, tiny.SIDE)
    torch.testing.assert_close(seen.values, this.measured(published), atol=1e-5, rtol=1e-5)
    z, y = this.split(x)
    exact = this.generator(z, y)
    assert float((published.float() / 255 - exact).abs().max()) <= 0.5 / 255 + 1e-6
    net = this.network.module
    plain = net((published.float() / 255 - tiny.MEAN) / tiny.STD)
    torch.testing.assert_close(seen.values[:, 0], plain[:, 1])
    assert float((seen.values[:, 0] - net((exact - tiny.MEAN) / tiny.STD)[:, 1]).abs().max()) > 1e-4


def test_gradients_flow_through_the_picture_before_it_is_rounded():
    this = problem()
    x = this.measure.draw(5, tiny.numbers(0)).requires_grad_(True)
    (slope,) = torch.autograd.grad(this.look(x).values[:, 0].sum(), x)
    again = x.detach().clone().requires_grad_(True)
    picture = (tiny.decode(again, torch.zeros(5, dtype=torch.int64)) - tiny.MEAN) / tiny.STD
    (expected,) = torch.autograd.grad(this.network.module(picture)[:, 1].sum(), again)
    torch.testing.assert_close(slope, expected)


def test_a_class_has_no_gradient_and_stays():
    this = problem(CLASSES)
    constraints = this.constraints([0, 2], [0.0, 0.0], [1.0, 2.0])
    values, slopes = constraints.linearised(this.measure.draw(6, tiny.numbers(0)))
    assert values.shape == (6, 2) and slopes.shape == (6, 2, tiny.CODE + 1)
    assert (slopes[..., -1] == 0).all() and (slopes[:, 0, :-1] != 0).all()


def test_draws_in_parts_are_the_draws_all_at_once(monkeypatch):
    monkeypatch.setattr("generators.articles.inverse_set.analysis.drawing.AT_ONCE", 40)
    this = problem(CLASSES)
    views = draw(this, 100, tiny.numbers(3))
    assert len(views) == 100 and this.measure.inside(views.points).all()
    whole = this.see(views.points)
    torch.testing.assert_close(views.values, whole.values)
    torch.testing.assert_close(views.embedding, whole.embedding)
    assert len(views[torch.tensor([3, 5])]) == 2
    torch.testing.assert_close(views[torch.tensor([3])].values[0], views.values[3])


def test_no_points_have_no_pictures_and_no_activations():
    this = problem()
    none = torch.zeros(0, tiny.CODE)
    seen = this.see(none)
    assert (len(seen), seen.values.shape) == (0, (0, 3))
    assert this.measured(torch.zeros(0, 1, 8, 8, dtype=torch.uint8)).shape == (0, 3)
    assert len(this.pictures(none)) == 0


class TestTarget:
    def test_only_the_neurons_in_question_count(self):
        this = problem()
        views = draw(this, 200, tiny.numbers(0))
        target = Target(this, (0, 2), (0.0, 0.1), (2.0, 1.0))
        values = target.values(views)
        assert torch.equal(values, views.values[:, [0, 2]])
        expected = (values[:, 0] >= 0) & (values[:, 0] <= 2) & (values[:, 1] >= 0.1) & (values[:, 1] <= 1.0)
        assert torch.equal(target.holds(values), expected) and bool(expected.any())

    def test_a_sampler_keeps_a_hair_from_either_end(self):
        target = Target(problem(), (1,), (2.0,), (6.0,))
        constraints = target.constraints
        assert float(constraints.low) == pytest.approx(2 + 4 * HAIR) and float(constraints.high) == pytest.approx(
            6 - 4 * HAIR
        )
        ends = torch.tensor([[2.0], [2 + 2 * HAIR], [4.0], [6 - 2 * HAIR], [6.0]])
        assert target.holds(ends).all() and constraints.holds(ends).tolist() == [False, False, True, False, False]


class Memory:
    """A network with an allocator that has no room for more than some pictures."""

    def __init__(self, room: int, error: Exception | None = None) -> None:
        self.room, self.sizes = room, list[int]()
        self.error = error or RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to get")
        net = tiny.Net()
        net.register_forward_pre_hook(self.allocate)
        self.problem = Problem(tiny.network(net), tiny.generator(), (LOGIT,))

    def allocate(self, _module: torch.nn.Module, inputs: tuple[Tensor]) -> None:
        self.sizes.append(len(inputs[0]))
        if len(inputs[0]) > self.room:
            raise self.error


class TestMemory:
    @pytest.mark.parametrize(
        "error", [None, MemoryError(), torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")]
    )
    def test_where_it_runs_out_the_parts_become_smaller_and_stay_so(self, error):
        few = Memory(5, error)
        x = few.problem.measure.draw(100, tiny.numbers(0))
        seen = few.problem.see(x)
        assert few.sizes[:5] == [64, 32, 16, 8, 4] and set(few.sizes[4:]) == {4}
        torch.testing.assert_close(seen.values, problem().see(x).values[:, :1])
        few.sizes.clear()
        few.problem.constraints([0], [0.0], [1.0]).linearised(x[:9])
        assert few.sizes == [4, 4, 1]

    def test_gradients_in_parts_are_those_all_at_once(self):
        few = Memory(5)
        x = few.problem.measure.draw(11, tiny.numbers(0))
        found, expected = (each.constraints([0], [0.0], [1.0]).linearised(x)[1] for each in (few.problem, problem()))
        torch.testing.assert_close(found, expected)

    def test_without_room_for_one_picture_it_is_said(self):
        none = Memory(0)
        with pytest.raises(UsageError) as error:
            none.problem.see(torch.zeros(3, tiny.CODE))
        assert str(error.value) == (
            "network 'tiny' and its generator have no room for one picture on cpu: expected memory for a forward and a "
            "backward pass; a CPU has more"
        )
        assert none.sizes[-1] == 1

    def test_any_other_error_is_not_taken_for_it(self):
        other = Memory(5, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
        with pytest.raises(RuntimeError, match="mat1"):
            other.problem.see(torch.zeros(8, tiny.CODE))
        assert other.sizes == [8]
