"""The gallery of a tiny network: every picture measured anew from its bytes, every count counted again."""

import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist
from torch import Tensor

from generators.articles.inverse_set.analysis import gallery as analysis
from generators.articles.inverse_set.analysis import readings
from generators.articles.inverse_set.analysis.choosing import pictures, selectivity
from generators.articles.inverse_set.analysis.drawing import draw
from generators.articles.inverse_set.analysis.gallery import BINS, _merged
from generators.articles.inverse_set.analysis.problem import Problem, Views
from generators.articles.inverse_set.analysis.showing import shown
from generators.articles.inverse_set.facts.gallery import gallery as facts
from generators.articles.inverse_set.results.gallery import Gallery, Inverse, Level
from generators.networks import Network
from tests.articles.inverse_set import tiny

NAMED = ["head:1", "units:0", "maps:2"]
CLASSES = ("dark", "bright", "grey")
WAYS = ["representative", "diverse", "farthest", "as published", "by lot", "published algorithm"]
ASKED = {"draws": 500, "data": 80, "n": 6, "pool": 20, "starts": 8, "published": [3, 20, 5]}


@pytest.fixture(scope="module")
def of() -> Network:
    return tiny.network()


@pytest.fixture(scope="module", params=[(), CLASSES], ids=["codes", "classes"])
def gallery(request, of) -> Gallery:
    wanted = {"maps:2": [0.8, 0.9]}
    return tiny.gallery(NAMED, of, tiny.generator(request.param), **ASKED, intervals=wanted)


def levels(gallery: Gallery) -> list[tuple[Inverse, Level]]:
    return [(inverse, level) for inverse in gallery.inverses for level in inverse.levels]


def measured(of: Network, inverse: Inverse, pictures: np.ndarray) -> np.ndarray:
    """Activations of pictures uint8 (n, h, w, c), with nothing but the network."""
    x = (torch.from_numpy(pictures).movedim(-1, 1).float() / 255 - tiny.MEAN) / tiny.STD
    return readings.read(of, [inverse.neuron], x).values[:, 0].double().numpy()


def looked_at(of: Network, n: int) -> tuple[Tensor, Tensor]:
    x, y = zip(*pictures(of, n), strict=True)
    return torch.cat(x), torch.cat(y)


def test_what_was_asked_for_is_there(gallery):
    assert [inverse.neuron.name for inverse in gallery.inverses] == [tiny.LABELS[1], "units:0", "maps:2"]
    assert not gallery.refused and gallery.feasible_share == 1.0
    assert (gallery.n, gallery.n_draws, gallery.n_data, gallery.code_size) == (6, 500, 80, tiny.CODE)
    assert (gallery.network, gallery.generator, gallery.origin) == ("tiny", "paint", "given")
    assert gallery.labels == tiny.LABELS and gallery.classes in ((), CLASSES)
    assert [level.name for _, level in levels(gallery)][-1] == "wanted"
    for _, level in levels(gallery):
        assert level.unreached == "" and [each.name for each in level.selections] == WAYS


def test_every_picture_measured_from_its_bytes_lies_in_its_interval(gallery, of):
    for inverse, level in levels(gallery):
        assert level.pictures.dtype == np.uint8 and level.pictures.shape[1:] == (tiny.SIDE, tiny.SIDE, 1)
        activation = measured(of, inverse, level.pictures)
        assert ((activation >= level.low) & (activation <= level.high)).all()
        np.testing.assert_allclose(activation, level.activation, atol=1e-5, rtol=1e-5)


def test_each_picture_is_kept_once_and_shown_by_some_selection(gallery):
    for _, level in levels(gallery):
        shown = np.concatenate([each.members for each in level.selections])
        assert sorted(set(shown)) == [*range(len(level.pictures))]
        for each in level.selections:
            assert len(set(each.members)) == len(each.members) == round(each.scores.n * each.scores.feasible_share)
        assert all(each.scores.n == 6 and each.scores.feasible_share == 1 for each in level.selections[:5])
        assert len({(*code,) for code in level.pictures.reshape(len(level.pictures), -1)}) > 0.9 * len(level.pictures)


def test_shares_and_quantiles_are_those_of_the_draws(gallery, of):
    drawn = _draws(gallery, of)
    for column, inverse in enumerate(gallery.inverses):
        values = drawn[:, column].double().numpy()
        np.testing.assert_allclose(inverse.prior, np.quantile(values, gallery.quantiles))
        for level in inverse.levels:
            inside = sum(level.low <= value <= level.high for value in values)
            assert level.prior_share == pytest.approx(inside / 500)
            assert (level.starts == "rejection") == np.isnan(level.projected_share)
            if level.starts == "rejection":
                assert inside >= 4 * 6 and level.pool + level.held_out <= inside
    assert gallery.quantiles[0] == 0 and gallery.quantiles[-1] == 1 and (np.diff(gallery.quantiles) > 0).all()
    assert (gallery.quantiles > 0.99).sum() > 50  # dense where hardly any activation is larger


def _draws(gallery: Gallery, of: Network) -> Tensor:
    """The activations (500, 3) of the draws, made again from the seed."""
    neurons = [inverse.neuron for inverse in gallery.inverses]
    problem = Problem(of, tiny.generator(gallery.classes), neurons)
    return draw(problem, 500, torch.Generator().manual_seed(0)).values


def test_the_data_are_counted_as_a_loop_does(gallery, of):
    x, y = looked_at(of, 80)
    for inverse in gallery.inverses:
        values = readings.read(of, [inverse.neuron], x).values[:, 0].double()
        np.testing.assert_allclose(inverse.data, np.quantile(values.numpy(), gallery.quantiles))
        assert inverse.selectivity == pytest.approx(float(selectivity(values[:, None], y)[0]), rel=1e-5)
        for level in inverse.levels:
            assert level.data_count == sum(level.low <= float(value) <= level.high for value in values)
    assert any(level.data_count for _, level in levels(gallery))


def test_the_nearest_picture_of_the_data_is_the_one_that_a_search_finds(gallery, of):
    x, y = looked_at(of, 80)
    real = readings.read(of, [], x).embedding.double().numpy()
    for inverse, level in levels(gallery):
        shown = (torch.from_numpy(level.pictures).movedim(-1, 1).float() / 255 - tiny.MEAN) / tiny.STD
        distance = cdist(readings.read(of, [], shown).embedding.double().numpy(), real)
        np.testing.assert_allclose(level.distance, distance.min(1), atol=1e-4)
        best = distance.argmin(1)
        raw = ((x[best] * tiny.STD + tiny.MEAN).clamp(0, 1) * 255).round().byte().movedim(1, -1).numpy()
        assert np.array_equal(level.real[level.nearest], raw)
        assert level.real_label[level.nearest].tolist() == y[best].tolist()
        values = readings.read(of, [inverse.neuron], x[best]).values[:, 0].double().numpy()
        np.testing.assert_allclose(level.real_activation[level.nearest], values, atol=1e-5)
        assert sorted(set(level.nearest)) == [*range(len(level.real))]  # each once, none that is not near


def test_the_histogram_counts_what_was_held_out(gallery):
    for _, level in levels(gallery):
        assert level.counts.shape == (BINS,) and int(level.counts.sum()) == level.held_out <= 20
        assert 6 <= level.pool <= 20 or level.starts == "projection"
    for end in (0, -1):  # its parts are those of the interval, whether a member lies at the ends or not
        assert {bool(level.counts[end]) for _, level in levels(gallery)} == {True, False}


def test_all_that_lie_there_are_shared_out_where_the_pool_has_room(of):
    """An odd one goes to those to choose from."""
    found = levels(tiny.gallery(["head:1", "maps:2"], of, draws=407, pool=500))
    shared = [level for _, level in found if level.starts == "rejection"]
    assert {level.pool - level.held_out for level in shared} == {0, 1}
    assert all(int(level.counts.sum()) == level.held_out for level in shared)
    for level in shared:  # one at either end may be left out, within a hair of it
        assert 0 <= round(407 * level.prior_share) - level.pool - level.held_out <= 2


def test_what_the_draws_took_is_part_of_every_selections_time(of, monkeypatch):
    def slow(*given):
        time.sleep(0.2)
        return draw(*given)

    monkeypatch.setattr(analysis, "draw", slow)
    for _, level in levels(tiny.gallery(["head:1"], of)):
        assert all(each.scores.seconds > 0.2 for each in level.selections[:5])


def test_a_picture_outside_its_interval_would_not_be_published(gallery):
    inverse = gallery.inverses[0]
    wrong = replace(inverse.levels[1], low=float(np.median(inverse.levels[1].activation)))
    assert analysis._feasible([inverse]) == 1
    with pytest.raises(AssertionError, match="are not in their interval"):
        analysis._feasible([replace(inverse, levels=(inverse.levels[0], wrong))])


def test_codes_have_their_norms_and_classes(gallery, of):
    for _, level in levels(gallery):
        assert (level.code_norm > 0).all()
        assert level.code_norm[level.selections[4].members].mean() == pytest.approx(
            level.selections[4].scores.code_norm, rel=1e-5
        )
        if gallery.classes:
            assert set(level.kind) <= {0, 1, 2}
        else:
            assert set(level.kind) == {-1}
    if gallery.classes:  # a class has its own shade, so the picture says which one it is
        shade = {k: [] for k in range(3)}
        for _, level in levels(gallery):
            for kind, picture in zip(level.kind, level.pictures, strict=True):
                shade[int(kind)].append(picture.mean())
        assert np.mean(shade[2]) < np.mean(shade[0]) < np.mean(shade[1])


def test_the_same_seed_gives_the_same_gallery(gallery, of):
    again, other = (
        tiny.gallery(["head:1"], of, tiny.generator(gallery.classes), **ASKED, seed=seed) for seed in (0, 1)
    )
    for first, second, third in zip(
        gallery.inverses[0].levels, again.inverses[0].levels, other.inverses[0].levels, strict=True
    ):
        assert (first.low, first.high) == (second.low, second.high) != (third.low, third.high)
        if first.name == "weak":
            assert np.array_equal(first.pictures, second.pictures)
            assert [each.members.tolist() for each in first.selections] == [
                each.members.tolist() for each in second.selections
            ]


def test_as_many_as_wanted_are_chosen_of_a_network_whose_entry_names_none(of):
    found = tiny.gallery(2, of)
    assert len(found.inverses) == 2 and found.inverses[0].selectivity >= found.inverses[1].selectivity > 0


def test_facts_say_every_score_and_the_means(gallery):
    said = facts(gallery)
    level = gallery.inverses[2].levels[0]
    assert said["maps_2_weak_farthest_fill_max"] == level.selections[2].scores.fill_max
    assert said["maps_2_weak_data_count"] == level.data_count
    assert said["units_0_most"] == gallery.inverses[1].prior.max()
    every = [level.selections[1].scores.vendi for _, level in levels(gallery)]
    assert said["diverse_vendi"] == pytest.approx(np.mean(every))
    best = [min(level.selections, key=lambda each: each.scores.fill_mean).name for _, level in levels(gallery)]
    assert said["representative_filled_best"] == best.count("representative")
    assert sum(said[f"{name.replace(' ', '_')}_filled_best"] for name in WAYS) == len(best)
    assert said["n_pictures"] == sum(len(level.pictures) for _, level in levels(gallery))
    assert said["n_sets"] == len(levels(gallery)) and said["unreached"] == 0
    assert said["projected"] == sum(level.starts == "projection" for _, level in levels(gallery)) > 0
    assert all(not isinstance(value, float) or np.isfinite(value) for value in said.values())
    assert all(name.isidentifier() for name in said)


class TestMerged:
    def views(self, *numbers: int) -> Views:
        points = torch.tensor(numbers, dtype=torch.float32)[:, None]
        return Views(points, 10 * points, torch.cat([points, -points], 1))

    def test_equal_points_are_kept_once_in_the_order_in_which_they_come(self):
        parts = [self.views(5, 2), self.views(2, 9, 5), self.views(1)]
        merged, places = _merged(parts, parts[0])
        assert merged.points[:, 0].tolist() == [5, 2, 9, 1]
        assert [each.tolist() for each in places] == [[0, 1], [1, 2, 0], [3]]
        assert torch.equal(merged.values, 10 * merged.points) and merged.embedding[:, 1].tolist() == [-5, -2, -9, -1]
        for part, place in zip(parts, places, strict=True):
            assert torch.equal(merged.points[torch.from_numpy(place)], part.points)

    def test_of_nothing_there_is_nothing(self):
        merged, places = _merged([], self.views(1, 2))
        assert len(merged) == 0 and places == [] and merged.embedding.shape == (0, 2)


class TestShown:
    def test_small_pictures_stay_as_they_are(self):
        pictures = torch.randint(256, (3, 3, 5, 4), dtype=torch.uint8, generator=tiny.numbers(0))
        assert np.array_equal(shown(pictures), pictures.permute(0, 2, 3, 1).numpy())

    def test_large_ones_are_made_smaller_and_other_channels_grey(self):
        pictures = torch.full((2, 1, 512, 256), 200, dtype=torch.uint8)
        assert shown(pictures).shape == (2, 128, 64, 1) and (shown(pictures) == 200).all()
        four = torch.tensor([10, 20, 30, 43], dtype=torch.uint8)[None, :, None, None].expand(2, 4, 3, 3)
        assert shown(four).shape == (2, 3, 3, 1) and (shown(four) == 26).all()
        assert shown(pictures[:0]).shape[0] == 0


def test_data_in_other_units_give_the_same_pictures(of):
    """Ink from 0 to 16: what is published is what a person would see, 0 to 255."""
    assert of.dataset is not None
    ink = replace(of.dataset, mean=(16 * tiny.MEAN,), std=(16 * tiny.STD,), white=16.0)
    levels, inked = (tiny.gallery(["maps:2"], each).inverses[0].levels for each in (of, tiny.network(dataset=ink)))
    for one, other in zip(levels, inked, strict=True):
        assert np.array_equal(one.real, other.real)
