"""What is kept of columns that come some rows at a time is what looking at everything at once finds."""

import numpy as np
import pytest
import torch
from torch import Tensor

from generators.articles.key_value_memory.analysis import strongest
from generators.articles.key_value_memory.analysis.strongest import BINS, Spread, Strongest

Kept = list[tuple[float, int, float]]


def naive(values: Tensor, first: Tensor, texts: Tensor, k: int) -> list[Kept]:
    """Sort all that is above zero, of each text the largest, of equal ones the earliest; of each column the first k:
    value, place, and the value one row before."""
    found: list[Kept] = []
    for column in range(values.shape[2]):
        rows = [
            (-float(values[n, t, column]), int(first[n]) + t, int(texts[n, t]), n, t)
            for n in range(values.shape[0])
            for t in range(values.shape[1])
            if values[n, t, column] > 0
        ]
        seen: set[int] = set()
        kept: Kept = []
        for value, place, text, n, t in sorted(rows):
            if text not in seen and len(kept) < k:
                kept.append((-value, place, float(values[n, t - 1, column]) if t else np.nan))
            seen.add(text)
        found.append(kept)
    return found


def stream(values: Tensor, first: Tensor, texts: Tensor, k: int, sizes: list[int]) -> Strongest:
    """Take in windows in batches of these sizes."""
    found, begin = Strongest(values.shape[2], k, "cpu"), 0
    for size in sizes:
        rows = slice(begin, begin + size)
        found.add(values[rows], first[rows], texts[rows])
        begin += size
    assert begin == len(values)
    return found


def check(found: Strongest, expected: list[Kept]) -> None:
    for column, kept in enumerate(expected):
        n = len(kept)
        assert found.value[column, :n].tolist() == [value for value, _, _ in kept]
        assert found.place[column, :n].tolist() == [place for _, place, _ in kept]
        np.testing.assert_array_equal(found.before[column, :n].numpy(), [before for _, _, before in kept])
        assert (found.value[column, n:] == 0).all() and (found.place[column, n:] == -1).all()
        assert found.before[column, n:].isnan().all()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("levels", [3, 40, None])
def test_the_strongest_are_those_that_sorting_everything_finds(seed: int, levels: int | None) -> None:
    """On numbers with many ties, few, and none; texts repeat; some columns have fewer than k above zero, some none."""
    random = np.random.default_rng(seed)
    n, t, columns, k = (int(random.integers(low, high)) for low, high in ((1, 40), (1, 7), (1, 9), (1, 9)))
    drawn = random.normal(size=(n, t, columns)) - random.choice([0, 1, 9], columns)
    values = torch.from_numpy(drawn if levels is None else np.round(drawn * levels / 3) * 3 / levels).float()
    first = torch.from_numpy(np.sort(random.choice(3 * n, n, replace=False))) * t
    texts = torch.from_numpy(random.integers(0, max(1, n * t // 3), (n, t)))
    cuts = np.sort(random.integers(0, n + 1, random.integers(0, 6)))
    sizes = np.diff([0, *cuts, n]).tolist()
    check(stream(values, first, texts, k, sizes), naive(values, first, texts, k))


def test_batches_of_any_size_keep_the_same() -> None:
    draw = torch.Generator().manual_seed(0)
    values = (torch.randn(64, 5, 7, generator=draw) * 4).round()
    texts, first = torch.randint(90, (64, 5), generator=draw), torch.arange(64) * 5
    whole, *others = (stream(values, first, texts, 6, [size] * (64 // size)) for size in (64, 1, 2, 16))
    for each in others:
        torch.testing.assert_close(each.value, whole.value)
        torch.testing.assert_close(each.place, whole.place)
        torch.testing.assert_close(each.before, whole.before, equal_nan=True)


def test_a_text_that_comes_again_is_kept_once_and_as_its_strongest() -> None:
    values = torch.tensor([[0.5, 0.4], [0.7, 0.1], [0.2, 0.6]])[..., None]
    texts = torch.tensor([[1, 2], [1, 3], [4, 2]])
    found = stream(values, torch.tensor([0, 2, 4]), texts, 4, [1, 1, 1])
    torch.testing.assert_close(found.value[0], torch.tensor([0.7, 0.6, 0.2, 0.1]))
    assert found.place[0].tolist() == [2, 5, 4, 3]
    np.testing.assert_allclose(found.before[0].numpy(), [np.nan, 0.2, np.nan, 0.7])


def histogram(values: np.ndarray, width: float, zero: int, n_bins: int) -> np.ndarray:
    edges = float(width) * (np.arange(n_bins + 1, dtype=np.float64) - zero)
    return np.histogram(values.astype(np.float64), edges)[0]


def check_spread(spread: Spread, values: Tensor, is_signed: bool) -> None:
    """Compare with all numbers (n, columns) at once, and with what bins promise."""
    zero = BINS if is_signed else 0
    for column, each in enumerate(values.numpy().T):
        counted = each if is_signed else each[each > 0]
        largest = np.abs(counted).max(initial=0)
        width = float(spread.width[column])
        expected = histogram(counted, width, zero, zero + BINS)
        np.testing.assert_array_equal(spread.counts[column].numpy(), expected)
        assert spread.counts[column].sum() == len(counted), "a number was lost"
        assert spread.silent[column] == len(each) - len(counted)
        assert spread.high[column] == pytest.approx(width * BINS) and spread.low[column] == -width * zero
        if largest > 0:
            assert largest < width * BINS


@pytest.mark.parametrize("is_signed", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_a_histogram_is_exact_at_any_time(seed: int, is_signed: bool) -> None:
    """Columns of very different sizes, which grow as they come, like GELU's (small below zero), or are silent long."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(600, 6)) * 10.0 ** random.uniform(-6, 6, 6)
    values[:, 0] *= np.linspace(0.01, 10, 600) ** 4
    values[:, 1] = np.maximum(values[:, 1], -0.01 * np.abs(values[:, 1]))
    values[:500, 2] = -np.abs(values[:500, 2]) * (not is_signed)
    values[:, 3] = -np.abs(values[:, 3])
    values[:, 4] = 0
    rows, spread, done = torch.from_numpy(values).float(), Spread(6, is_signed, "cpu"), 0
    for size in random.integers(0, 90, 40):
        part = rows[done : done + size]
        if len(part):
            spread.add(part)
            done += len(part)
            check_spread(spread, rows[:done], is_signed)
    assert done == 600


@pytest.mark.parametrize("is_signed", [False, True])
def test_bins_double_and_stay_within_twice_of_what_is_needed(is_signed: bool) -> None:
    spread, rows = Spread(1, is_signed, "cpu"), torch.tensor([[1e-6], [1.0], [1e6], [3.0], [-2.0]])
    spread.add(rows[:1])
    narrow = spread.width.clone()
    for k in range(1, 5):
        spread.add(rows[k : k + 1])
    ratio = float(spread.width.double() / narrow.double())
    assert np.log2(ratio) == int(np.log2(ratio))
    assert 1e6 < float(spread.high) <= 2e6
    check_spread(spread, rows, is_signed)


@pytest.mark.parametrize("is_signed", [False, True])
def test_numbers_on_edges_belong_to_the_bin_above(is_signed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Edges are multiples of an eighth here, so that no rounding decides."""
    monkeypatch.setattr(strongest, "WIDER", 1.0)
    spread, rows = Spread(1, is_signed, "cpu"), torch.cat([torch.tensor([3.0]), torch.arange(-40, 41) / 8])[:, None]
    spread.add(rows[:1])
    spread.add(rows[1:])
    assert float(spread.width) == 0.25
    check_spread(spread, rows, is_signed)


@pytest.mark.parametrize("first", [1e-45, 1e-39, 3e38])
def test_the_smallest_and_largest_floats_have_bins(first: float) -> None:
    spread, rows = Spread(1, True, "cpu"), torch.tensor([[first], [-1.0], [0.5], [2.0]])
    for row in rows:
        spread.add(row[None])
    check_spread(spread, rows, True)


def test_bins_are_as_fine_when_nothing_but_zeros_came_first() -> None:
    for is_signed in (False, True):
        spread, rows = Spread(1, is_signed, "cpu"), torch.tensor([[0.0], [0.0], [0.001], [0.0004]])
        spread.add(rows[:2])
        spread.add(rows[2:])
        assert 0.001 < float(spread.high) < 0.002
        check_spread(spread, rows, is_signed)
