"""Choosing from a pool and judging a choice: each against trying everything, or another's implementation."""

from itertools import combinations

import numpy as np
import pytest
import torch
from scipy import stats
from scipy.spatial.distance import cdist, pdist, squareform
from torch import Tensor

from generators.articles.inverse_set.analysis.sampling import quality
from generators.articles.inverse_set.analysis.sampling.objective import spread_of_pairs
from generators.articles.inverse_set.analysis.sampling.selections import (
    RIDGE,
    as_published,
    bandwidth,
    diverse,
    farthest,
    kernel,
    nearest,
    representative,
)

WAYS = [representative, farthest, diverse, as_published]
SEEDS = range(5)


def pool(n: int, d: int, seed: int) -> Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed))


def hole(e: Tensor, chosen: Tensor | list[int]) -> float:
    return float(cdist(e.numpy(), e[chosen].numpy()).min(1).max())


@pytest.mark.filterwarnings("ignore:Number of distinct clusters")
class TestEveryWay:
    @pytest.mark.parametrize("way", WAYS)
    def test_each_is_chosen_once(self, way):
        for e in (pool(50, 3, 0), pool(50, 3, 0) + 1e4, pool(6, 3, 1)[torch.arange(50) % 6]):
            chosen = way(e, 12).tolist()
            assert len(chosen) == len(set(chosen)) == 12 and all(0 <= each < 50 for each in chosen)

    @pytest.mark.parametrize("way", WAYS)
    def test_a_pool_that_is_no_larger_is_chosen_whole(self, way):
        for n in (1, 5):
            assert sorted(way(pool(n, 2, 0), 5).tolist()) == [*range(n)]

    @pytest.mark.parametrize("way", WAYS)
    def test_copies_of_one_picture_can_be_chosen_from(self, way):
        assert len(set(way(torch.zeros(20, 4), 6).tolist())) == 6

    @pytest.mark.parametrize("way", WAYS)
    def test_a_choice_is_the_same_again(self, way):
        e = pool(60, 4, 2)
        assert torch.equal(way(e, 10), way(e, 10))


class TestRepresentative:
    def test_each_of_some_clusters_gives_its_medoid(self):
        centres = 20 * pool(7, 3, 0)
        e = centres[torch.arange(70) % 7] + pool(70, 3, 1)
        chosen = representative(e, 7)
        assert sorted((chosen % 7).tolist()) == [*range(7)]
        for index in chosen:
            members = e[int(index) % 7 :: 7]
            best = (members - members.mean(0)).norm(dim=1).argmin()
            assert torch.equal(e[index], members[best])

    def test_dense_parts_get_more(self):
        e = torch.cat([pool(900, 2, 0), pool(100, 2, 1) + 12])
        assert 1 <= int((representative(e, 20) >= 900).sum()) <= 6

    def test_it_fills_better_than_any_of_many_draws(self):
        e = pool(400, 2, 3)
        fill = quality.fill(e[representative(e, 16)], e)[0]
        lots = [quality.fill(e[torch.randperm(400)[:16]], e)[0] for _ in range(100)]
        assert fill < min(lots)


class TestFarthest:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_its_hole_is_at_most_twice_the_smallest(self, seed):
        e = pool(13, 2, seed)
        smallest = min(hole(e, list(chosen)) for chosen in combinations(range(13), 4))
        assert hole(e, farthest(e, 4)) <= 2 * smallest

    def test_centring_makes_the_hole_smaller_and_never_larger(self):
        gains = []
        for seed in range(80):
            e = pool(60, 3, seed)
            greedy = [int((e - e.mean(0)).norm(dim=1).argmin())]
            while len(greedy) < 10:
                greedy.append(int(torch.cdist(e, e[greedy]).min(1).values.argmax()))
            gains.append(hole(e, greedy) - hole(e, farthest(e, 10)))
        assert min(gains) >= -1e-6 and np.mean(np.array(gains) > 0.01) > 0.5

    def test_the_first_is_in_the_middle_and_the_next_far_away(self):
        e = torch.tensor([[0.0], [1.0], [2.1], [3.0], [4.0]])
        assert farthest(e, 1).tolist() == [2]


class TestDiverse:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_each_next_raises_the_determinant_most(self, seed):
        e = pool(25, 3, seed)
        matrix = np.exp(-(cdist(e.numpy(), e.numpy()) ** 2) / (2 * 0.9**2)) + RIDGE * np.eye(25)
        chosen = diverse(e, 8, 0.9).tolist()
        assert chosen[0] == int((e - e.mean(0)).norm(dim=1).argmax())
        for k in range(1, 8):
            others = [each for each in range(25) if each not in chosen[:k]]
            rows = [[*chosen[:k], each] for each in others]
            volumes = [np.linalg.slogdet(matrix[np.ix_(row, row)])[1] for row in rows]
            assert others[int(np.argmax(volumes))] == chosen[k]

    def test_near_copies_come_last(self):
        e = pool(10, 4, 0)
        twice = torch.cat([e, e + 1e-4])
        assert len({each % 10 for each in diverse(twice, 10).tolist()}) == 10

    def test_the_kernels_width_is_half_the_median_distance(self):
        e = pool(40, 3, 0)
        assert bandwidth(e) == pytest.approx(np.median(pdist(e.numpy())) / 2, rel=0.01)
        assert bandwidth(torch.cat([e, e[:5]])) == pytest.approx(bandwidth(e), rel=0.1)
        assert bandwidth(e[:1]) == bandwidth(torch.zeros(3, 2)) == 1.0
        torch.testing.assert_close(
            kernel(e, 0.7).numpy(), np.exp(-(squareform(pdist(e.double().numpy())) ** 2) / 0.98), rtol=1e-6, atol=1e-9
        )


class TestAsPublished:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_no_swap_raises_the_objective(self, seed):
        e = pool(30, 3, seed).double()
        chosen = as_published(e, 7).tolist()
        best = float(spread_of_pairs(e[chosen]))
        for out in chosen:
            rest = [each for each in chosen if each != out]
            for new in set(range(30)) - set(chosen):
                assert float(spread_of_pairs(e[[*rest, new]])) <= best + 1e-9

    def test_swaps_find_what_the_farthest_ones_are_not(self):
        """Nine far out on one side and four less far on the other: distances, not norms, are what counts."""
        side, other = torch.full((9, 1), 3.0), torch.full((4, 1), -2.0)
        e = torch.cat([side, other]) + 0.01 * pool(13, 1, 0)
        assert int((as_published(e, 8) >= 9).sum()) == 4

    def test_it_scores_higher_than_the_others_by_its_own_measure(self):
        e = pool(300, 5, 1)
        scores = [float(spread_of_pairs(e[way(e, 20)])) for way in WAYS]
        assert scores[-1] == max(scores)


class TestQuality:
    def test_a_hole_is_the_distance_from_what_was_held_out(self):
        e, held_out = pool(9, 4, 0), pool(50, 4, 1)
        distance = cdist(held_out.numpy(), e.numpy()).min(1)
        assert quality.fill(e, held_out) == pytest.approx((distance.mean(), distance.max()), rel=1e-5)

    def test_the_nearest_other_of_copies_is_at_no_distance(self):
        e = pool(12, 4, 0)
        distance = squareform(pdist(e.numpy())) + np.diag([np.inf] * 12)
        assert quality.nearest_neighbour(e) == pytest.approx(distance.min(1).mean(), rel=1e-5)
        assert quality.nearest_neighbour(torch.cat([e, e])) == pytest.approx(0, abs=1e-6)
        assert quality.nearest_neighbour(e[:1]) == 0.0

    def test_the_vendi_score_counts_what_differs(self):
        apart = 50 * torch.eye(10)
        assert quality.vendi(apart, 1.0) == pytest.approx(10)
        assert quality.vendi(apart[:1].repeat(10, 1), 1.0) == pytest.approx(1, abs=1e-6)
        assert quality.vendi(apart.repeat_interleave(3, 0), 1.0) == pytest.approx(10)
        e = pool(15, 3, 0)
        values = np.linalg.eigvalsh(np.exp(-(cdist(e.numpy(), e.numpy()) ** 2) / 2) / 15)
        values = values[values > 0]
        assert quality.vendi(e, 1.0) == pytest.approx(np.exp(-(values * np.log(values)).sum()), rel=1e-6)

    def test_the_distance_of_laws_is_scipys(self):
        random = np.random.default_rng(0)
        for n, m in ((1, 1), (5, 40), (64, 64)):
            first, second = random.normal(size=n).round(1), random.normal(0.3, size=m).round(1)  # with ties
            assert quality.ks(first, second) == pytest.approx(stats.ks_2samp(first, second).statistic)

    def test_the_nearest_is_named_with_its_distance(self):
        e, to = pool(7, 3, 0), pool(20, 3, 1)
        index, distance = nearest(e, to)
        matrix = cdist(e.numpy(), to.numpy())
        assert index.tolist() == matrix.argmin(1).tolist()
        np.testing.assert_allclose(distance.numpy(), matrix.min(1), rtol=1e-5)
