"""The neuron's laws, two other ways to solve it, and the browser's copy of it."""

import json
import shutil
import subprocess
from math import exp, inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generators.articles.neuron.analysis import coincidence, spiking
from generators.articles.neuron.analysis.spiking import BUNCHED, CORTICAL, END_MS, PATTERNS
from generators.articles.neuron.facts import coincidence as ear_facts
from generators.articles.neuron.facts import spiking as facts
from generators.articles.neuron.figures import coincidence as ear_figures
from generators.articles.neuron.figures import spiking as figures
from generators.articles.neuron.results.spiking import Membrane
from generators.drawing import files
from generators.paths import REPOSITORY

ORDER = ("uniform", "interleaved", "bunched", "first", "last")
PUBLISHED = {
    (10, 1.5): (0, 0, 2, 3, 3),
    (20, 1.0): (0, 0, 4, 4, 4),
    (20, 3.0): (13, 13, 10, 7, 7),
    (20, 2.0): (8, 8, 8, 6, 6),
}
"""Count and weight -> output spikes in ``ORDER``, from an independent simulation in steps of 0.05 ms."""

arrivals = st.lists(
    st.tuples(st.floats(0, 150), st.floats(-4, 4).filter(lambda w: abs(w) > 1e-3)), min_size=1, max_size=40
)
membranes = st.builds(Membrane, st.floats(1, 20), st.floats(0.1, 0.9), st.floats(0.5, 5))


def euler(sent: list[tuple[float, float]], membrane: Membrane, end_ms: float, step_ms: float) -> np.ndarray:
    """Step the same equations the plain way: a second opinion."""
    steps = round(end_ms / step_ms)
    jumps = np.zeros(steps + 1)
    for time, weight in sent:
        jumps[min(round(time / step_ms), steps)] += weight
    voltage = current = 0.0
    last, fired = -inf, []
    for index in range(steps):
        current = (current + jumps[index]) * (1 - step_ms / membrane.synapse_ms)
        if index * step_ms - last < membrane.refractory_ms:
            voltage = 0.0
            continue
        voltage += step_ms * (current - voltage) / membrane.membrane_ms
        if voltage >= 1:
            last, voltage = index * step_ms, 0.0
            fired.append(last)
    return np.array(fired)


def counts(n_spikes: int, weight: float) -> dict[str, int]:
    case = spiking.case("", n_spikes, weight, seed=0)
    return dict(zip((pattern.name for pattern in PATTERNS), case.counts, strict=True))


@pytest.mark.parametrize(("setting", "expected"), PUBLISHED.items())
def test_the_exact_solution_gives_the_counts_found_by_stepping(setting, expected):
    found = counts(*setting)
    assert tuple(found[name] for name in ORDER) == expected


@pytest.mark.parametrize("setting", PUBLISHED)
@pytest.mark.parametrize("pattern", [p for p in PATTERNS if p.name in ORDER], ids=lambda p: p.name)
def test_stepping_agrees_to_the_spike(setting, pattern):
    n, w = setting
    sent = spiking.merge(spiking.trains(pattern, n), (w, w))
    assert len(euler(sent, CORTICAL, END_MS, 0.05)) == spiking.count(sent, CORTICAL, END_MS)


def test_stepping_converges_to_the_exact_spike_times():
    sent = spiking.merge(spiking.trains(BUNCHED, 20), (1.0, 1.0))
    exact = spiking.run(spiking.trains(BUNCHED, 20), (1.0, 1.0), CORTICAL, END_MS, 0.5).spikes_ms
    errors = [np.abs(euler(sent, CORTICAL, END_MS, step) - exact).max() for step in (0.1, 0.05, 0.0125)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < errors[0] / 4


def test_the_voltage_below_threshold_is_the_double_exponential():
    train = np.array([10.0])
    seen = spiking.run([train], [0.5], CORTICAL, 60.0, 0.5)
    m, s = CORTICAL.membrane_ms, CORTICAL.synapse_ms
    expected = [0.5 * s / (m - s) * (exp(-(t - 10) / m) - exp(-(t - 10) / s)) if t > 10 else 0.0 for t in seen.times_ms]
    np.testing.assert_allclose(seen.voltages, expected, atol=1e-12)


@given(arrivals, membranes)
def test_without_a_threshold_responses_add_up(sent, membrane):
    def voltage(some):
        *_, last = spiking.pieces(some, membrane, 200.0, threshold=inf)
        return last.at(last.length_ms, membrane)

    assert voltage(sent) == pytest.approx(sum(voltage([one]) for one in sent), abs=1e-9)


@given(arrivals, membranes)
def test_the_voltage_never_stays_above_the_threshold(sent, membrane):
    for piece in spiking.pieces(sent, membrane, 200.0):
        for elapsed in np.linspace(0, piece.length_ms, 20):
            assert piece.at(elapsed, membrane) <= 1 + 1e-9


@given(arrivals, membranes)
def test_spikes_keep_the_refractory_distance(sent, membrane):
    train, weights = [np.array([time]) for time, _ in sent], [weight for _, weight in sent]
    fired = spiking.run(train, weights, membrane, 200.0, 1.0).spikes_ms
    assert (np.diff(fired) >= membrane.refractory_ms).all()
    assert len(fired) <= 200.0 / membrane.refractory_ms + 1


@given(st.lists(st.tuples(st.floats(0, 150), st.floats(-4, 0)), max_size=30))
def test_no_excitation_no_spike(sent):
    assert spiking.count(sent, CORTICAL, END_MS) == 0


@given(st.integers(1, 30), st.floats(0.1, 4))
def test_swapping_equal_inputs_changes_nothing(n_spikes, weight):
    first, second = spiking.trains(BUNCHED, n_spikes)
    there, back = (spiking.merge(pair, (weight, weight)) for pair in ((first, second), (second, first)))
    assert spiking.count(there, CORTICAL, END_MS) == spiking.count(back, CORTICAL, END_MS)


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: p.name)
@given(st.integers(1, 40))
def test_every_pattern_sends_the_same_number_in_order_within_its_windows(pattern, n_spikes):
    for train, (start, stop) in zip(
        spiking.trains(pattern, n_spikes, 3), (pattern.first_ms, pattern.second_ms), strict=True
    ):
        assert len(train) == n_spikes
        assert (np.diff(train) >= 0).all()
        assert start <= train.min() and train.max() <= stop + (stop - start) / n_spikes


def test_the_map_holds_both_signs_and_settings_that_change_nothing():
    grid = spiking.map_codes([10, 20], [0.5, 1.0, 1.5, 2.0, 3.0])
    assert grid.difference.tolist() == [[0, 0], [0, 4], [2, 1], [4, 0], [1, -3]]
    assert grid.uniform.tolist()[4] == [5, 13]
    assert facts.grid(grid) == {
        "settings": 10, "more": 5, "fewer": 1, "unchanged": 4, "silent": 3, "largest_gain": 4, "largest_loss": 3,
    }  # fmt: skip


def test_one_spike_lifts_the_voltage_as_the_difference_of_two_exponentials_does():
    summit_ms = np.log(10 / 2) / (1 / 2 - 1 / 10)
    height = 2 / (10 - 2) * (np.exp(-summit_ms / 10) - np.exp(-summit_ms / 2))
    shown = spiking.compare_codes({"one": (10, 1.5)}, "one")
    assert facts.codes(shown)["single_lift"] == pytest.approx(height, rel=1e-9)


def test_inhibition_only_ever_takes_spikes_away():
    opposed = spiking.oppose_signs()
    assert (np.diff(opposed.counts) <= 0).all()
    assert opposed.counts[0] > 0 and opposed.counts[-1] == 0
    assert facts.signs(opposed)["spikes_during"] == 0
    before = [run.spikes_ms[run.spikes_ms < 50] for run in (opposed.run, opposed.excited_only)]
    np.testing.assert_array_equal(*before)


def test_the_broad_ear_answers_every_cycle_up_to_half_a_millisecond_and_none_from_seven_tenths():
    bank = coincidence.tune_bank(best_ms=[0.0], weight=3.2, limit_ms=1.0, step_ms=0.1, shown_ms=0.0, shown_neurons=[0])
    answers = dict(zip(bank.differences_ms.tolist(), bank.counts[0].tolist(), strict=True))
    assert {answers[d] for d in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)} == {24}
    assert {answers[d] for d in (0.7, 0.8, 0.9, 1.0)} == {0}
    assert bank.together_peak == pytest.approx(2 * bank.single_peak)


def test_each_neuron_hears_its_own_direction_and_the_row_is_symmetric():
    bank = coincidence.tune_bank(step_ms=0.05)
    assert bank.single_peak < 1 < bank.together_peak
    for best, answers in zip(bank.best_ms, bank.counts, strict=True):
        heard = bank.differences_ms[answers > 0]
        assert abs(heard - best).max() <= bank.half_width_ms + 0.05
    np.testing.assert_array_equal(bank.counts, bank.counts[::-1, ::-1])
    assert ear_facts.bank(bank)["shown_spikes"] == 24


@given(st.floats(-1.5, 1.5))
def test_directions_and_delays_are_inverse(azimuth):
    assert coincidence.azimuth_of(coincidence.delay_ms(azimuth)) == pytest.approx(azimuth, abs=1e-9)


def test_a_head_delays_sound_from_the_side_by_two_thirds_of_a_millisecond():
    assert (
        coincidence.delay_ms(np.pi / 2)
        == pytest.approx(0.0875 / 343 * (np.pi / 2 + 1) * 1000)
        == pytest.approx(0.656, abs=5e-4)
    )
    assert coincidence.delay_ms(np.pi / 6) == pytest.approx(0.0875 / 343 * (np.pi / 6 + 0.5) * 1000)


def test_a_delay_wider_than_the_head_is_heard_at_the_side():
    assert coincidence.azimuth_of(5.0) == pytest.approx(np.pi / 2)


def code():
    return spiking.compare_codes({"weak": [10, 1.5], "shown": [20, 1.0]}, "shown", 7)


@pytest.mark.parametrize(
    "drawing",
    [
        lambda: figures.spike_code(code()),
        lambda: figures.synapse_sign(spiking.oppose_signs()),
        lambda: ear_figures.coincidence(coincidence.tune_bank(step_ms=0.05)),
    ],
    ids=["spike-code", "synapse-sign", "coincidence"],
)
def test_drawings_are_writable_and_fit_a_phone(drawing):
    drawn = drawing()
    assert set(files(drawn)) >= {"diagram.svg", "narrow.svg", "data.json", "data.csv"}
    assert 'viewBox="0 0 360' in drawn.narrow


def test_the_still_says_the_counts():
    svg = figures.spike_code(code()).svg
    assert ">0 spikes<" in svg and ">4 spikes<" in svg


def test_the_map_is_drawn_with_its_numbers_and_a_sign_in_every_cell():
    grid = spiking.map_codes([10, 20], [2.0, 3.0])
    figure = figures.spike_map(grid)
    np.testing.assert_array_equal(figure.data[0].z, grid.difference)
    assert [list(row) for row in figure.data[0].text] == [["+4", "·"], ["+1", "−3"]]
    assert "ms" in figure.layout.xaxis.title.text and figure.layout.yaxis.title.text


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js to run the browser's code")
def test_the_browser_computes_the_same_spikes():
    settings = [(p, n, w, 7) for p in PATTERNS for n, w in [*PUBLISHED, (13, 2.7), (29, 3.9), (1, 4.0)]]
    script = """
        import { run, trainsOf } from "./site_src/assets/diagrams/lif.js";
        const read = [];
        for await (const chunk of process.stdin) read.push(chunk);
        const { membrane, end, settings } = JSON.parse(read.join(""));
        console.log(JSON.stringify(settings.map(([pattern, n, w, seed]) => {
          const trains = trainsOf(pattern, n, seed);
          const { spikes, points } = run(trains, [w, w], membrane, end, 0.5);
          return { trains, spikes, points };
        })));
    """
    asked = {"membrane": vars(CORTICAL), "end": END_MS, "settings": [(vars(p), n, w, s) for p, n, w, s in settings]}
    found = subprocess.run(
        ["node", "--input-type=module", "-e", script],
        input=json.dumps(asked), cwd=REPOSITORY.root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for (pattern, n, w, seed), browser in zip(settings, json.loads(found.stdout), strict=True):
        ours = spiking.run(spiking.trains(pattern, n, seed), (w, w), CORTICAL, END_MS, 0.5)
        np.testing.assert_allclose(np.array(browser["trains"]), np.array(ours.arrivals_ms), atol=1e-12)
        np.testing.assert_allclose(browser["spikes"], ours.spikes_ms, atol=1e-9)
        np.testing.assert_allclose(np.array(browser["points"]), np.c_[ours.times_ms, ours.voltages], atol=1e-9)
