"""What is left of activations when a token is taken from a text: by running the network on the shorter text."""

import numpy as np
import pytest
import torch

from generators.articles.key_value_memory.analysis import anatomy, shortening
from generators.articles.key_value_memory.analysis.reading import Read, read
from generators.articles.key_value_memory.analysis.shortening import shorten, without_last
from generators.networks import Network
from tests.articles.key_value_memory import tiny
from tests.articles.key_value_memory.tiny import CONTEXT, F

K = 4


def made(seed: int, gated: bool) -> tuple[Network, list[Read]]:
    network = tiny.network(tiny.gpt(seed, gated))
    return network, read(network, anatomy.find(network), tiny.corpus(network), K)


def left(network: Network, index: int, found: Read, gone: str) -> dict[tuple[int, int], float]:
    """Run each memory's texts of three tokens or more alone, one token less; the share that is left by memory, rank."""
    corpus, shares = tiny.corpus(network), {}
    for memory, rank in np.ndindex(*found.place.shape):
        window, position = divmod(int(found.place[memory, rank]), CONTEXT)
        if found.place[memory, rank] < 0 or position < 2:
            continue
        text = corpus.read(np.array([window]))[0][:, : position + 1]
        short = text[:, 1:] if gone == "first" else text[:, :-1]
        activation = tiny.activations(network.module, short)[index][0, -1, memory] * float(found.sign[memory])
        shares[memory, rank] = max(0.0, float(activation)) / float(found.activation[memory, rank])
    return shares


@pytest.mark.parametrize("gated", [False, True])
def test_without_its_last_token_a_text_fires_what_the_shorter_text_fires(gated: bool) -> None:
    network, reads = made(0, gated)
    for index, found in enumerate(reads):
        expected = left(network, index, found, "last")
        one_less = {(m, r): float(found.before[m, r].clamp_min(0) / found.activation[m, r]) for m, r in expected}
        assert one_less == pytest.approx(expected, rel=1e-3, abs=1e-5)
        assert len({round(share, 3) for share in expected.values()}) > 5
        long = [m for m in range(F) if ((found.place[m] >= 0) & (found.place[m] % CONTEXT >= 2)).all()]
        means = [np.mean([expected[m, r] for r in range(K)]) for m in long]
        np.testing.assert_allclose(without_last(found)[long], means, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize("rows", [3, 1000])
def test_shares_of_all_texts_are_those_of_shorter_texts_read_alone(
    gated: bool, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positions shift where the first token goes."""
    monkeypatch.setattr(shortening, "ROWS_AT_ONCE", rows)
    network, reads = made(1, gated)
    found = shorten(network, anatomy.find(network), tiny.corpus(network), reads, F, K, 0)
    for index, (first, lot, last) in enumerate(found):
        for share, gone in ((first, "first"), (last, "last")):
            assert share == pytest.approx(np.mean(list(left(network, index, reads[index], gone).values())), rel=1e-3)
        assert lot >= 0 and lot not in (first, last)


def test_the_token_by_lot_is_neither_first_nor_last() -> None:
    """In texts of three tokens there is but one such, so that the share is known."""
    network, reads = made(2, gated=False)
    short = [_only(each, each.place % CONTEXT == 2) for each in reads]
    corpus = tiny.corpus(network)
    for index, (_, lot, _) in enumerate(shorten(network, anatomy.find(network), corpus, short, F, K, 0)):
        shares = []
        for memory, rank in (short[index].place >= 0).nonzero().tolist():
            x = corpus.read(np.array([int(short[index].place[memory, rank]) // CONTEXT]))[0][:, [0, 2]]
            activation = tiny.activations(network.module, x)[index][0, -1, memory]
            shares.append(activation / float(short[index].activation[memory, rank]))
        assert lot == pytest.approx(np.mean(shares), rel=1e-3)


def _only(found: Read, there: torch.Tensor) -> Read:
    """Keep of each memory its strongest text, where that is one of those."""
    place = torch.where(there & (found.place >= 0), found.place, -1)[:, :1]
    return Read(**{**vars(found), "place": place, "activation": found.activation[:, :1]})


def test_no_texts_leave_no_number() -> None:
    network, reads = made(0, gated=False)
    never = [_only(each, torch.zeros_like(each.place, dtype=torch.bool)) for each in reads]
    found = shorten(network, anatomy.find(network), tiny.corpus(network), never, F, K, 0)
    assert np.isnan(found).all() and np.shape(found) == (tiny.N_LAYERS, 3)


def test_a_lot_is_the_same_every_time() -> None:
    network, reads = made(0, gated=False)
    one, again, other = (
        shorten(network, anatomy.find(network), tiny.corpus(network), reads, 5, 2, s) for s in (0, 0, 1)
    )
    assert one == again != other
