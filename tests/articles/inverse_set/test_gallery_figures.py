"""The gallery and the intersection: what hangs is what was measured, in numbers and in words."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from generators.articles.inverse_set.figures.gallery import BESIDE_ONE_ANOTHER, SIDE_BY_SIDE, gallery
from generators.articles.inverse_set.figures.intersection import intersection, pairs
from generators.articles.inverse_set.results.gallery import Gallery, Inverse, Level, Neuron, Selection
from generators.articles.inverse_set.results.intersection import Intersection, Meeting, Pair
from generators.articles.inverse_set.results.scores import Scores
from generators.drawing import files

LEVELS = ("weak", "moderate", "strong", "very strong", "strongest")
SELECTIONS = ("representative", "diverse", "farthest", "as published", "published algorithm")
CLASSES = ("honeycomb", "brick", "shark", "volcano", "monastery", "basin")
NONE = np.zeros((0, 4, 4, 3), np.uint8)

Painter = Callable[[np.random.Generator, int], np.ndarray]


def noise(random: np.random.Generator, n: int) -> np.ndarray:
    return random.integers(0, 256, (n, 4, 4, 3), np.uint8)


def scores(random: np.random.Generator, n: int) -> Scores:
    fill, vendi, ks, norm = random.uniform(8, 12), random.uniform(10, 40), random.uniform(0.05, 0.9), 11.3
    return Scores(n, 1.0, fill, 2.2 * fill, random.uniform(5, 20), vendi, ks, norm, 2.5, 10**7)


def level(random: np.random.Generator, k: int, n: int = 4, paint: Painter = noise, **other) -> Level:
    """Make an interval's sample of random pictures; ``published algorithm`` sits at its lower end."""
    low, high = 2.0 * k + 1, 2.0 * k + 3
    p, r = 4 * n, 3 * n
    activation = random.uniform(low, high, p)
    activation[-n:] = low + 0.01 * random.random(n)
    chosen = [random.permutation(p - n)[:n] for _ in SELECTIONS[1:]] + [np.arange(p - n, p)]
    made = {
        "name": LEVELS[k],
        "low": low,
        "high": high,
        "prior_share": 0.12 / 8**k,
        "data_count": max(0, 120 - 60 * k),
        "starts": "rejection" if k < 3 else "projection",
        "projected_share": float("nan") if k < 3 else 0.83,
        "unreached": "",
        "pictures": paint(random, p),
        "activation": activation,
        "code_norm": random.normal(11.3, 0.6, p),
        "kind": random.integers(0, len(CLASSES), p),
        "nearest": random.integers(0, r, p),
        "distance": random.uniform(2, 9, p),
        "real": paint(random, r),
        "real_activation": random.uniform(low - 4, high, r),
        "real_label": random.integers(0, len(CLASSES), r),
        "counts": np.bincount(np.minimum(random.exponential(6, 2400).astype(int), 23), minlength=24),
        "selections": tuple(
            Selection(name, members, scores(random, n)) for name, members in zip(SELECTIONS, chosen, strict=True)
        ),
        "pool": 10 * n,
        "held_out": 2400,
    }
    return Level(**made | other)


def unreached(k: int, why: str) -> Level:
    empty = np.zeros(0)
    whole = level(np.random.default_rng(0), k)
    arrays = {
        field.name: empty
        for field in dataclasses.fields(Level)
        if isinstance(getattr(whole, field.name), np.ndarray) and field.name not in ("pictures", "real")
    }
    return dataclasses.replace(
        whole, **arrays, unreached=why, pictures=NONE, real=NONE, selections=(), prior_share=0, data_count=0
    )


def result(seed: int = 0, n: int = 4, paint: Painter = noise, names=("volcano", "monastery"), **other) -> Gallery:
    random = np.random.default_rng(seed)
    made = {
        "network": "texture-net",
        "labels": CLASSES,
        "generator": "textures",
        "origin": "exact",
        "classes": CLASSES,
        "code_size": 128,
        "encoder": "the layer before the last",
        "n_draws": 20_000,
        "n_data": 1080,
        "n": n,
        "quantiles": np.linspace(0, 1, 11),
        "inverses": tuple(
            Inverse(
                Neuron(name, "head", index, "value"),
                0.7,
                np.linspace(-9, 12, 11),
                np.linspace(-8, 11, 11),
                tuple(level(random, k, n, paint) for k in range(len(LEVELS))),
            )
            for index, name in enumerate(names)
        ),
        "refused": (),
        "feasible_share": 1.0,
    }
    return Gallery(**made | other)


def meeting(random: np.random.Generator, k: int, n: int = 4, paint: Painter = noise, both: bool = True) -> Meeting:
    p = (3 if both else 2) * n
    return Meeting(
        level=LEVELS[k],
        low=(1.0 + k, 2.0 + k),
        high=(2.0 + k, 3.0 + k),
        first_share=0.1,
        second_share=0.05,
        both_share=0.004 if both else 0.0,
        product=0.005,
        data_count=3 if both else 0,
        starts="rejection" if both else "empty",
        tried=0 if both else 4000,
        reached=0,
        pictures=paint(random, p),
        activation=random.uniform(1, 3, (p, 2)),
        kind=random.integers(0, len(CLASSES), p),
        shelf=np.repeat(np.arange(p // n), n),
    )


def meetings(seed: int = 0, n: int = 4, paint: Painter = noise) -> Intersection:
    random = np.random.default_rng(seed)
    first, second = Neuron("monastery", "head", 0, "value"), Neuron("basin", "head", 1, "value")
    shown = Pair(first, second, tuple(meeting(random, k, n, paint, both=k < 3) for k in range(4)))
    blank = tuple(
        dataclasses.replace(each, pictures=NONE, activation=np.zeros((0, 2)), kind=np.zeros(0), shelf=np.zeros(0))
        for each in shown.meetings
    )
    return Intersection("texture-net", "textures", CLASSES, 20_000, 1080, n, shown, (Pair(second, first, blank),))


# The gallery ----------------------------------------------------------------------------------------------------------


def test_every_room_is_one_neuron_at_one_interval_and_shows_each_selection_as_it_was_chosen():
    given = result()
    drawn = gallery(given)
    assert [question.options for question in drawn.questions] == [["volcano", "monastery"], list(LEVELS)]
    assert list(drawn.view.options) == [*SELECTIONS, SIDE_BY_SIDE]
    wanted = [each for inverse in given.inverses for each in inverse.levels]
    for room, here in zip(drawn.rooms, wanted, strict=True):
        assert room.pictures is here.pictures
        for (shelf,), selection in zip(room.views[:-1], here.selections, strict=True):
            assert np.array_equal(shelf.pictures, selection.members)
        assert [shelf.title for shelf in room.views[-1]] == list(BESIDE_ONE_ANOTHER)
        assert [about["activation"] for about in room.about] == here.activation.tolist()
        assert [about["class"] for about in room.about] == [CLASSES[kind] for kind in here.kind]
        beside = room.companions
        assert [beside.about[k]["label"] for k in beside.of] == [CLASSES[here.real_label[k]] for k in here.nearest]
        assert np.array_equal(room.scale.values, here.activation) and room.scale.counts is here.counts
    files(drawn)


def test_the_best_of_the_selections_is_marked_and_a_tie_of_all_is_not():
    given = result()
    here = given.inverses[0].levels[-1]
    (shelves,) = zip(*gallery(given).rooms[4].views[:-1], strict=True)
    marked = [[note.is_best for note in shelf.notes] for shelf in shelves]
    fields = [("fill_mean", 1), ("fill_max", 1), ("nearest_neighbour", -1), ("vendi", -1), ("activation_ks", 1)]
    for column, (field, sign) in enumerate(fields, start=1):
        values = [sign * getattr(selection.scores, field) for selection in here.selections]
        assert [row[column] for row in marked] == [value == min(values) for value in values], field
    assert not any(row[0] or row[-1] for row in marked)
    same = tuple(dataclasses.replace(each, scores=here.selections[0].scores) for each in here.selections)
    inverse = dataclasses.replace(given.inverses[0], levels=(dataclasses.replace(here, selections=same),))
    tied = gallery(dataclasses.replace(given, inverses=(inverse,)))
    assert not any(note.is_best for view in tied.rooms[0].views for shelf in view for note in shelf.notes)


def test_words_say_the_shares_and_where_the_starts_come_from():
    weak, *_, strongest = gallery(result()).rooms[:5]
    said, found = weak.said
    assert "Activations of volcano from 1 to 3: " in said and "12% of the generator’s 20,000 draws" in said
    assert "120 of the 1,080 pictures of the data" in said and "draws reach from −9 to 12" in said
    assert found.startswith("Draws that lie there were the starts.") and "scored against 2,400 others" in found
    said, found = strongest.said
    assert "none of the 1,080 pictures of the data" in said and "0.0029% of the" in said
    assert found.startswith("Too few draws lie there: 83% of those outside")


def test_an_interval_that_nothing_reaches_says_so_in_place_of_pictures():
    why = "Nothing reaches 11 to 13: the largest activation found is 10.2."
    given = result()
    levels = (*given.inverses[0].levels[:-1], unreached(4, why))
    given = dataclasses.replace(given, inverses=(dataclasses.replace(given.inverses[0], levels=levels),))
    drawn = gallery(given)
    room = drawn.rooms[-1]
    assert all(len(view) == 1 and view[0].empty == why and not len(view[0].pictures) for view in room.views)
    assert "none of the generator’s 20,000 draws" in room.said[0] and len(room.said) == 1
    assert drawn.start == 3, "a page shows the strongest interval that has pictures"
    made = files(drawn)
    assert "room-3.sheet.webp" in made and "room-4.sheet.webp" not in made


def test_a_generator_without_classes_and_data_without_labels_say_neither():
    random = np.random.default_rng(3)
    bare = level(random, 0, kind=np.full(16, -1), real_label=np.full(12, -1))
    inverse = Inverse(Neuron("f6 unit 35", "f6", 35, "value"), np.nan, np.arange(3.0), np.arange(3.0), (bare,))
    drawn = gallery(result(classes=(), labels=(), inverses=(inverse,)))
    assert list(drawn.formats) == ["activation", "code norm"] and list(drawn.companion_formats) == ["activation"]
    assert all("class" not in about for about in drawn.rooms[0].about)


def test_where_no_neuron_has_a_picture_a_table_says_why():
    why, dead = "Nothing reaches it.", "Neuron 3 of head is dead: it is 0 for every input."
    given = result()
    blank = dataclasses.replace(given.inverses[0], levels=(unreached(0, why),))
    said = gallery(dataclasses.replace(given, inverses=(blank,), refused=(dead,)))
    assert [list(row.values()) for row in said.rows] == [[dead], [why]]
    assert files(gallery(dataclasses.replace(given, inverses=(), refused=(dead,))))


def test_refusals_are_said_and_neurons_of_one_name_told_apart():
    dead = "Neuron 3 of head is dead: it is 0 for every input."
    drawn = gallery(result(names=("unit", "volcano", "unit"), refused=(dead,)))
    assert list(drawn.questions[0].options) == ["unit (head, 0)", "volcano", "unit (head, 2)"]
    assert all(room.said[-1].endswith(dead) for room in drawn.rooms)


def test_a_score_that_is_no_number_is_a_dash_and_never_the_best():
    given = result()
    here = given.inverses[0].levels[0]
    lone = dataclasses.replace(here.selections[0].scores, nearest_neighbour=float("nan"))
    selections = (dataclasses.replace(here.selections[0], scores=lone), *here.selections[1:])
    inverse = dataclasses.replace(given.inverses[0], levels=(dataclasses.replace(here, selections=selections),))
    room = gallery(dataclasses.replace(given, inverses=(inverse,))).rooms[0]
    notes = [room.views[k][0].notes[3] for k in range(len(SELECTIONS))]
    assert notes[0].value == "–" and not notes[0].is_best and sum(note.is_best for note in notes) == 1


# The intersection -----------------------------------------------------------------------------------------------------


def test_three_shelves_hang_at_each_interval_and_say_their_shares():
    given = meetings()
    drawn = intersection(given)
    assert list(drawn.questions[0].options) == list(LEVELS[:4]) and drawn.start == 2
    for room, here in zip(drawn.rooms, given.shown.meetings, strict=True):
        (shelves,) = room.views
        assert [shelf.title for shelf in shelves] == ["in monastery’s set", "in basin’s set", "in both"]
        for index, shelf in enumerate(shelves):
            assert np.array_equal(shelf.pictures, np.flatnonzero(here.shelf == index))
        said = [[note.value for note in shelf.notes] for shelf in shelves]
        first, second = (f"{low:g} to {high:g}" for low, high in zip(here.low, here.high, strict=True))
        both = "0.4%" if here.both_share else "none"
        assert said == [[first, "10%"], [second, "5%"], [both, "0.5%"]]
        assert [tuple(about.values())[:2] for about in room.about] == list(map(tuple, here.activation.tolist()))
    assert "0.4% of 20,000 draws of the generator lie in both sets" in drawn.rooms[0].said[0]
    files(drawn)


def test_what_is_empty_is_said_to_be_empty_at_these_bounds():
    room = intersection(meetings()).rooms[3]
    assert room.said[1].startswith("Empty at these bounds: none of 4,000 starts")
    assert room.views[0][2].empty == "Empty at these bounds." and not len(room.views[0][2].pictures)


def test_the_table_lists_every_pair_at_every_interval():
    given = meetings()
    table = pairs(given)
    assert [(row["First"], row["Interval"]) for row in table.rows] == [
        (name, level) for name in ("monastery", "basin") for level in LEVELS[:4]
    ]
    assert [row["In both"] for row in table.rows[:4]] == [each.both_share for each in given.shown.meetings]
    files(table)


def test_without_any_picture_the_counts_remain():
    given = meetings()
    assert intersection(dataclasses.replace(given, shown=given.others[0])).rows[0]["First"] == "basin"


@pytest.mark.parametrize("draw", [lambda: gallery(result()), lambda: intersection(meetings())])
def test_equal_results_give_equal_bytes(draw):
    assert files(draw()) == files(draw())


def test_a_selection_of_which_nothing_came_into_the_interval_says_so():
    given = result()
    inverse = given.inverses[0]
    none = dataclasses.replace(inverse.levels[0].selections[-1], members=np.zeros(0, np.int64))
    level = dataclasses.replace(inverse.levels[0], selections=(*inverse.levels[0].selections[:-1], none))
    changed = dataclasses.replace(inverse, levels=(level, *inverse.levels[1:]))
    drawn = gallery(dataclasses.replace(given, inverses=(changed, *given.inverses[1:])))
    shelf = drawn.rooms[0].views[list(drawn.view.options).index(none.name)][0]
    assert shelf.empty == "None of its pictures came into the interval." and not len(shelf.pictures)
    files(drawn)
