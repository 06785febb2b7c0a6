"""One pass over a collection: every example once, in its order, with flat queues and no thread left behind."""

import threading
import time

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generators.datasets.examples import AHEAD, PIECE, UNREADABLE, Generated, Skipped, batches
from generators.errors import UsageError


class Numbers:
    """The numbers from 0 to n, of which some cannot be read; it notes what it was asked for."""

    def __init__(self, n, bad=(), breaks_at=None, starts=None):
        self.n, self.bad, self.breaks_at = n, set(bad), breaks_at
        self.asked = 0
        if starts is not None:
            self.starts = starts

    def __len__(self):
        return self.n

    def read(self, index):
        self.asked += len(index)
        if self.breaks_at is not None and self.breaks_at in index:
            raise UsageError(f"example {self.breaks_at} is damaged")
        y = torch.tensor([UNREADABLE if int(i) in self.bad else int(i) % 3 for i in index])
        return torch.from_numpy(index).float()[:, None], y


def reading() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("reading")]


@given(st.integers(0, 700), st.integers(1, 300), st.sampled_from([None, 0, 1]), st.sets(st.integers(0, 700)))
def test_every_readable_example_comes_once_with_its_own_answer(n, size, seed, bad):
    found = list(batches(Numbers(n, bad), size, seed))
    index = np.concatenate([batch.index for batch in found]) if found else np.empty(0, int)
    wanted = [i for i in range(n) if i not in bad]
    assert (sorted(index) if seed is not None else list(index)) == wanted
    for batch in found:
        assert 0 < len(batch.x) == len(batch.y) == len(batch.index) <= size
        assert batch.x[:, 0].tolist() == batch.index.tolist()
        assert batch.y.tolist() == (batch.index % 3).tolist()
    if not bad:
        assert all(len(batch.x) == size for batch in found[:-1])


def test_a_seed_gives_the_same_order_each_time_and_another_seed_another():
    first, again, other = (
        np.concatenate([batch.index for batch in batches(Numbers(5_000), 64, seed)]) for seed in (3, 3, 4)
    )
    assert first.tolist() == again.tolist() != other.tolist()
    assert abs(np.corrcoef(first, np.arange(5_000))[0, 1]) < 0.05


def test_chunks_stay_together_within_a_window():
    starts = list(range(0, 20_000, 500))
    numbers = Numbers(20_000, starts=starts)
    index = np.concatenate([batch.index for batch in batches(numbers, 100, seed=0)])
    assert sorted(index) == list(range(20_000))
    assert len(np.unique(index[:4_500] // 500)) == 9  # nine chunks make the first window
    assert len(np.unique(index[:100] // 500)) > 5  # and are mixed


def test_no_more_is_read_ahead_than_was_promised():
    numbers = Numbers(100_000)
    reader = batches(numbers, size=64)
    for taken in range(1, 6):
        next(reader)
        time.sleep(0.02)
        assert numbers.asked <= (taken + AHEAD) * 64 + PIECE
    reader.close()


def test_no_thread_is_left_when_the_consumer_stops_early():
    for _ in batches(Numbers(100_000), 16):
        assert reading()
        break
    assert not reading()
    list(batches(Numbers(100), 16))
    assert not reading()


def test_what_a_reader_raises_arrives_at_its_place_and_leaves_no_thread():
    seen = []
    with pytest.raises(UsageError, match="example 3000 is damaged"):
        for batch in batches(Numbers(10_000, breaks_at=3_000), 256):
            seen.append(len(batch.index))
    assert sum(seen) == 3_000 // 256 * 256
    assert not reading()


def test_slow_readers_work_side_by_side(monkeypatch):
    monkeypatch.setattr("generators.datasets.examples.cores", lambda: 8)

    class Slow(Numbers):
        def read(self, index):
            time.sleep(0.02)
            return super().read(index)

    started = time.perf_counter()
    assert sum(len(batch.y) for batch in batches(Slow(32 * 40), 256)) == 32 * 40
    assert time.perf_counter() - started < 40 * 0.02 / 3


def test_examples_may_be_made():
    made = Generated(500, lambda index: (index[:, None].float().sqrt(), index % 3))
    found = list(batches(made, 64))
    torch.testing.assert_close(torch.cat([batch.x for batch in found])[:, 0], torch.arange(500).float().sqrt())
    assert torch.cat([batch.y for batch in found]).tolist() == [i % 3 for i in range(500)]


def test_skipped_examples_are_counted_once_and_refused_above_the_share():
    skipped = Skipped("pictures", 500)
    for key in (4, 2, 4, 9, 9, 1):
        skipped.add(key, f"{key}.png", "is cut off")
    assert skipped.named() == [(f"{key}.png", "is cut off") for key in (1, 2, 4, 9)]
    skipped.check(400)
    with pytest.raises(UsageError, match="pictures has 4 of 399 examples that cannot be read, and more than 1% is"):
        skipped.check(399)
    skipped.add(5, "5.png", "is cut off")
    with pytest.raises(UsageError, match=r"'1.png': is cut off; '2.png': is cut off; '4.png': is cut off and 3 more$"):
        skipped.add(6, "a\nb.png", "is cut off")
