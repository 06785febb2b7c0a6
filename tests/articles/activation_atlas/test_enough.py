"""How many pictures are enough: means counted again by hand, what is compared with what, and figures that say it."""

from dataclasses import replace

import numpy as np
import pytest

from generators.articles.activation_atlas.analysis import enough as analysis
from generators.articles.activation_atlas.facts import enough as facts
from generators.articles.activation_atlas.figures import enough as figures
from generators.articles.activation_atlas.results.enough import Enough, Layer, Sample, at
from generators.drawing import files
from tests.articles.activation_atlas import mapped

M, D, CELLS = 4_000, 5, 30


def regions(seed: int = 0, noise: float = 1.0) -> analysis.Regions:
    """Cells of which each has a mean of its own, and members about it."""
    random = np.random.default_rng(seed)
    member = random.integers(-1, CELLS, M)
    middles = random.normal(size=(CELLS + 1, D))
    vectors = (middles[member] + noise * random.normal(size=(M, D))).astype(np.float32)
    return analysis.Regions(vectors, member, CELLS, vectors.mean(0))


@pytest.mark.parametrize("rows", [slice(0, 40), slice(0, M), slice(500, 900), slice(3, 3)])
def test_means_are_those_of_the_members(rows):
    found = regions()
    means, counts = found.averaged(rows)
    for cell in range(CELLS):
        own = found.vectors[rows][found.member[rows] == cell]
        assert counts[cell] == len(own)
        assert np.allclose(means[cell], own.mean(0) if len(own) else 0, atol=1e-5)


def test_all_pictures_are_the_atlas_itself():
    sample = regions().sample(M, np.arange(M))
    assert sample.cosine == pytest.approx(1) and sample.cells == CELLS
    assert np.isnan(sample.apart)


def test_more_pictures_come_closer_and_a_stranger_is_never_closer_than_what_is_part_of_all():
    found = regions(noise=3.0)
    samples = [found.sample(n, np.arange(M)) for n in (400, 1_000, 2_000)]
    assert [each.cosine for each in samples] == sorted(each.cosine for each in samples)
    assert all(each.apart < each.cosine for each in samples)


def test_a_sample_is_the_first_pictures_though_some_are_not_on_the_map():
    found = regions()
    kept = np.arange(M) * 2  # every second picture is silent
    assert found.sample(2_000, kept).cells == found.sample(1_000, np.arange(M)).cells
    assert found.sample(2_000, kept).cosine == found.sample(1_000, np.arange(M)).cosine


def test_two_samples_share_no_picture_and_look_at_no_other():
    found, kept = regions(), np.arange(M)
    first, second = (found.averaged(slice(begin, begin + 1_000))[0] for begin in (0, 1_000))
    expected = [
        (a - found.mean) @ (b - found.mean) / np.linalg.norm(a - found.mean) / np.linalg.norm(b - found.mean)
        for a, b in zip(first, second, strict=True)
    ]
    found.vectors[2_000:] = 7
    assert found.sample(1_000, kept).apart == pytest.approx(np.mean(expected), abs=1e-6)


def test_cells_without_kinship_are_at_chance():
    random = np.random.default_rng(0)
    vectors = random.normal(size=(M, 200)).astype(np.float32)
    found = analysis.Regions(vectors, random.integers(0, CELLS, M), CELLS, vectors.mean(0))
    assert abs(found.chance(0)) < 0.1
    assert np.isnan(analysis.Regions(vectors, np.zeros(M, int), 1, vectors.mean(0)).chance(0))


@pytest.fixture
def result(tmp_path, monkeypatch) -> Enough:
    net = mapped.network(tmp_path)
    monkeypatch.setattr(analysis, "look", lambda _net, _layers, _images, _path, grid, _seed: mapped.view(net, grid))
    return analysis.compare_sizes(net, ["late"], ["late"], mapped.N, [30, 90, 10_000], 4, 0)


def test_sizes_beyond_what_there_is_are_left_out(result):
    assert [each.n for each in result.layers[0].samples] == [30, 90, mapped.N]
    assert at(result.layers[0], mapped.N).cells == 16


def test_the_figure_holds_the_numbers_and_the_facts_no_nan(result):
    figure = figures.enough(result)
    drawn = {tuple(trace.y) for trace in figure.data}
    assert tuple(each.cells for each in result.layers[0].samples) in drawn
    assert figure.layout.xaxis.title.text == "pictures" and list(figure.layout.xaxis.ticktext) == ["30", "90", "300"]
    told = facts.enough(result)
    assert told["late_cells_300"] == 16 and told["late_cosine_300"] == pytest.approx(1)
    assert not any(isinstance(value, float) and np.isnan(value) for value in told.values())
    assert files(figure)["figure.json"] and files(figures.enough_table(result))["table.json"]


@pytest.mark.parametrize(("n", "said"), [(300, "300"), (1_000, "1k"), (20_000, "20k"), (1_000_000, "1M")])
def test_counts_are_short(n, said):
    assert figures.short(n) == said


def test_labels_of_sizes_that_would_touch_on_a_phone_make_room():
    assert figures._apart([300, 1_000, 3_000, 10_000, 20_000]) == ["300", "1k", "3k", "", "20k"]
    assert figures._apart([1_000_000]) == ["1M"]


def cosine_of(one: np.ndarray, other: np.ndarray) -> float:
    return one @ other / np.linalg.norm(one) / np.linalg.norm(other)


@pytest.mark.parametrize("n", [150, 200])
def test_a_sample_is_counted_by_hand(n):
    """Cells with at least five; cosines from the mean of all, of these alone."""
    found = regions(noise=2.0)
    found = analysis.Regions(found.vectors + 3, found.member, CELLS, found.mean + 3)
    own, others, all_of = (
        [found.vectors[rows][found.member[rows] == cell] for cell in range(CELLS)]
        for rows in (slice(0, n), slice(n, 2 * n), slice(None))
    )
    full = [cell for cell in range(CELLS) if len(own[cell]) >= 5]
    both = [cell for cell in full if len(others[cell]) >= 5]
    assert 10 <= len(full) < CELLS
    close = [cosine_of(own[cell].mean(0) - found.mean, all_of[cell].mean(0) - found.mean) for cell in full]
    apart = [cosine_of(own[cell].mean(0) - found.mean, others[cell].mean(0) - found.mean) for cell in both]
    sample = found.sample(n, np.arange(M))
    assert sample.cells == len(full) and sample.per_cell == np.median([len(own[cell]) for cell in full])
    assert (sample.cosine, sample.cosine_p10) == pytest.approx((np.mean(close), np.percentile(close, 10)), abs=1e-5)
    wanted = (np.mean(apart), np.percentile(apart, 10)) if len(both) >= 10 else (np.nan, np.nan)
    assert (sample.apart, sample.apart_p10) == pytest.approx(wanted, abs=1e-5, nan_ok=True)


def test_of_fewer_than_ten_cells_there_is_no_mean():
    sample = regions().sample(100, np.arange(M))
    assert 0 < sample.cells < 10 and np.isnan([sample.cosine, sample.cosine_p10]).all()


def test_where_no_second_sample_is_as_large_there_is_none():
    assert np.isnan(regions().sample(M // 2 + 500, np.arange(M)).apart)
    assert not np.isnan(regions().sample(M // 2, np.arange(M)).apart)


def test_chance_is_seen_from_the_mean_of_all():
    random = np.random.default_rng(0)
    vectors = random.normal(size=(M, 200)).astype(np.float32) + 5
    assert abs(analysis.Regions(vectors, random.integers(0, CELLS, M), CELLS, vectors.mean(0)).chance(0)) < 0.1


def two_layers() -> Enough:
    nan = float("nan")
    early = (Sample(300, 20, 6, 0.9, 0.8, 0.5, 0.3), Sample(2_000, 40, 9, 0.96, 0.9, 0.7, 0.6))
    late = (Sample(300, 25, 7, 0.97, 0.85, 0.55, 0.35), Sample(2_000, 45, 8, 0.98, 0.95, 0.75, 0.65))
    whole = Sample(9_000, 60, 30, 1, 1, nan, nan)
    return Enough(20, 9_000, (Layer("early", (*early, whole), 0.01), Layer("late", (*late, whole), 0.02)))


def test_facts_name_the_first_size_that_is_enough_and_the_last_layer_s_sample_of_about_a_thousand():
    told = facts.enough(two_layers())
    assert (told["early_enough"], told["late_enough"]) == (2_000, 300)
    assert (told["few_n"], told["few_cosine"], told["few_cells"]) == (300, 0.97, 25)
    assert (told["early_cosine_p10_300"], told["late_apart_2000"], told["late_chance"]) == (0.8, 0.75, 0.02)
    assert (told["late_per_cell_300"], told["late_apart_p10_300"]) == (7, 0.35)


def test_the_table_names_every_number_as_the_result_does():
    row = figures.enough_table(two_layers()).rows[1]
    assert list(row.items()) == [
        ("Layer", "early"), ("Pictures", 2_000), ("Cells", 40), ("In a cell", 9), ("Cosine to all", 0.96),
        ("10th percentile", 0.9), ("Cosine of two samples", 0.7),
    ]  # fmt: skip


def test_a_cosine_that_there_is_none_of_is_not_said():
    """The largest sample has no second one; the smallest has too few cells."""
    sample = Sample(9000, 60, 30, 1.0, 1.0, np.nan, np.nan)
    few = replace(sample, n=300, cosine=np.nan)
    drawn = figures.enough(Enough(20, 9000, (Layer("late", (few, sample), 0.02),)))
    said = {each for trace in drawn.data for each in trace.text}
    assert not any("nan" in each for each in said)
    assert any(each.endswith("30 in each<br>cosine to all 1.000") for each in said)
