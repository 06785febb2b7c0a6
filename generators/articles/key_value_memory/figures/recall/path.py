"""One fact on its way: the tokens of a question, the memories that fire at the last one, what would be said after each
layer, and what silencing or swapping them makes of the answer.

It is drawn for a network of three layers. ``recall.js`` redraws it for another question, or with memories changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generators.articles.key_value_memory.figures.recall.marks import Plate, marks, most_sides
from generators.articles.key_value_memory.figures.recall.told import Fact, fires, percent, plus, thousandths
from generators.articles.key_value_memory.results.recall import Recall
from generators.drawing import Diagram
from generators.drawing.svg import Child, element
from generators.drawing.weights import ACCENT, FAINT, HALO, INK, MUTED, SURFACE, canvas, lines, words

SHOWN = "the capital of france is"
WORDS_END, STREAM, FIRST_ROW, ROW, LAST_ROW = 62.0, 70.0, 46.0, 22.0, 182.0
PLATES = ((138.0, 156.0), (366.0, 78.0), (514.0, 156.0))
"""Left edge and width of each layer's marks, wide."""
SAYS = (102.0, 330.0, 479.0, 718.0)
"""Where stands what would be said, wide."""
NARROW_PLATE = (32.0, 318.0)
LAYERS = range(len(PLATES))
KEY = "Marks are memories that fire: red squares write for the answer, blue discs against it, by area."


@dataclass(frozen=True)
class Page:
    """How sentences are set on one of both drawings."""

    name: str
    width: float
    letters: int
    """In a line."""
    n_lines: tuple[int, int, int, int]
    """Of the sentences: on the memory, on silencing, on swapping, and the key."""


WIDE, NARROW = Page("wide", 760.0, 100, (2, 2, 1, 1)), Page("narrow", 360.0, 50, (4, 3, 2, 2))
LINE, BETWEEN = 19.0, 5.0


def one_fact(result: Recall) -> Diagram:
    """Draw the path of one question; the script draws the others."""
    facts = [Fact(result, question) for question in range(len(result.prompts))]
    shown = facts[result.prompts.index(SHOWN)]
    promoted = result.promoted.reshape(-1, result.promoted.shape[2])
    firing = sorted({int(place) for fact in facts for places in fact.places for place in places})
    wide, narrow = (_drawn(shown, facts, page) for page in (WIDE, NARROW))
    return Diagram(
        svg=wide,
        narrow=narrow,
        data={
            "words": result.words,
            "n_memories": result.activation.shape[2],
            "largest": float(abs(result.contribution).max()),
            "scopes": [{"name": scope.name, "layers": scope.layers} for scope in result.scopes],
            "promoted": {place: promoted[place] for place in firing},
            "facts": [fact.data for fact in facts],
            "shown": shown.question,
        },
        rows=[row for fact in facts for row in _rows(fact)],
        script="recall",
    )


def _rows(fact: Fact) -> Iterator[dict[str, object]]:
    result, q = fact.result, fact.question
    for place in (int(place) for places in fact.places for place in places):
        layer, memory = divmod(place, result.activation.shape[2])
        yield {
            "question": result.prompts[q],
            "answer": fact.answer,
            "layer": layer + 1,
            "memory": memory + 1,
            "activation": result.activation[q, layer, memory],
            "writes (logits)": result.contribution[q, layer, memory],
            "log odds lost without it": result.cost[0, q, layer, memory],
        }


def _drawn(fact: Fact, facts: Sequence[Fact], page: Page) -> str:
    most = [list(most_sides(facts, layer)) for layer in LAYERS]
    parts, bottom = (_wide if page is WIDE else _narrow)(fact, most)
    sentences, height = _sentences(fact, page, bottom)
    return canvas(*parts, *sentences, width=page.width, height=height, layout=page.name)


def _lowest(plate: Plate, most: Sequence[Sequence[float]]) -> float:
    """Where the marks of a layer end, for the question that has most."""
    return max(plate.flow(sides)[1] for sides in most)


def _wide(fact: Fact, most: list[list[list[float]]]) -> tuple[list[Child], float]:
    """Tokens down the side, layers from left to right, the last token's memories below its line."""
    plates = [Plate(x, LAST_ROW + 48, width) for x, width in PLATES]
    bottom = max(_lowest(plates[layer], most[layer]) for layer in LAYERS) + 4
    parts = [
        words(SAYS[0], 16, element("tspan", text="would say"), text_anchor="middle", font_size=13, fill=MUTED),
        words(SAYS[-1], 16, element("tspan", text="says"), text_anchor="middle", font_size=13, fill=MUTED),
    ]
    for layer, plate in enumerate(plates):
        middle, name = plate.x + plate.width / 2, element("tspan", text=f"layer {layer + 1}")
        ground = {"width": plate.width + 12, "height": bottom - 24, "rx": 6, "fill": SURFACE}
        parts.append(element("rect", x=plate.x - 6, y=24, **ground))
        parts.append(words(middle, 16, name, text_anchor="middle", font_weight=600))
    *earlier, last = range(len(fact.result.texts[fact.question]))
    for row in earlier:
        parts += _row(fact, row, plates)
    end = SAYS[-1] - 50
    parts.append(element("path", d=f"M{STREAM:g} {LAST_ROW:g}H{end:g}", stroke=MUTED, stroke_width=3))
    parts.append(element("path", d=f"M{end + 6:g} {LAST_ROW:g}l-10 -5.500v11z", fill=MUTED))
    parts.append(_token(fact, last, LAST_ROW))
    for layer, plate in enumerate(plates):
        centre, middle = {"text_anchor": "middle", "font_size": 13}, plate.x + plate.width / 2
        parts.append(words(middle, LAST_ROW + 20, _fires(fact, layer), data_fires=layer, **centre))
        parts.append(words(middle, LAST_ROW + 37, _writes(fact, layer), data_writes=layer, **centre))
        parts.append(_marks(fact, layer, plate, most[layer]))
    return [*parts, *(_says(fact, k, x, LAST_ROW) for k, x in enumerate(SAYS))], bottom + 26


def _row(fact: Fact, row: int, plates: Sequence[Plate]) -> Iterator[Child]:
    """Draw the way of one of the earlier tokens."""
    y = FIRST_ROW + row * ROW
    yield element("path", d=f"M{STREAM:g} {y:g}H{plates[-1].x + plates[-1].width + 6:g}", stroke=FAINT, stroke_width=2)
    yield _token(fact, row, y)
    for layer, plate in enumerate(plates):
        told = element("tspan", text=fires(int(fact.result.firing[fact.question, row, layer])))
        look = {"text_anchor": "middle", "font_size": 12, "fill": MUTED, **HALO, "stroke": SURFACE}
        yield words(plate.x + plate.width / 2, y + 4, told, data_fire=f"{layer} {row}", **look)


def _narrow(fact: Fact, most: list[list[list[float]]]) -> tuple[list[Child], float]:
    """The question above, and from layer to layer down."""
    rows = range(len(fact.result.texts[fact.question]))
    tokens = [
        element("tspan", text=_word(fact, row), dx=5 if row else None, data_token=row, **_look(fact, row))
        for row in rows
    ]
    parts, y = [words(2, 16, *tokens, font_size=15)], 58.0
    for layer in LAYERS:
        plate = Plate(NARROW_PLATE[0], y + 28, NARROW_PLATE[1])
        bottom = _lowest(plate, most[layer]) + 4
        parts.append(element("rect", x=22, y=y, width=338, height=bottom - y, rx=6, fill=SURFACE))
        parts.append(element("path", d=f"M12 {y + 13:g}h10", stroke=MUTED, stroke_width=2))
        parts.append(words(32, y + 18, element("tspan", text=f"layer {layer + 1}"), font_weight=600))
        parts.append(words(168, y + 18, _fires(fact, layer), font_size=13, text_anchor="middle", data_fires=layer))
        parts.append(words(350, y + 18, _writes(fact, layer), font_size=13, text_anchor="end", data_writes=layer))
        parts.append(_marks(fact, layer, plate, most[layer]))
        parts.append(_says_across(fact, layer, y - 10))
        y = bottom + 34
    parts.append(element("path", d=f"M12 26V{y - 26:g}", stroke=MUTED, stroke_width=3))
    parts.append(element("path", d=f"M12 {y - 18:g}l-5.500 -10h11z", fill=MUTED))
    return [*parts, _says_across(fact, len(SAYS) - 1, y - 10)], y + 20


def _marks(fact: Fact, layer: int, plate: Plate, most: Sequence[Sequence[float]]) -> Child:
    drawn = marks(fact, layer, plate, max(map(len, most)))
    return element("g", *drawn, data_plate=layer, data_place=f"{plate.x:g} {plate.y:g} {plate.width:g}")


def _word(fact: Fact, row: int) -> str:
    return fact.result.words[fact.result.texts[fact.question, row]]


def _token(fact: Fact, row: int, y: float) -> Child:
    told = element("tspan", text=_word(fact, row))
    return words(WORDS_END, y + 5, told, text_anchor="end", data_token=row, **_look(fact, row))


def _look(fact: Fact, row: int) -> dict[str, object]:
    """The token asked about stands out, and the last one, where the answer is made."""
    text, subject = fact.result.texts[fact.question], fact.result.subjects[fact.question]
    if text[row] == subject:
        return {"fill": ACCENT, "font_weight": 700}
    return {"fill": INK, "font_weight": 700} if row == len(text) - 1 else {"fill": MUTED, "font_weight": 400}


def _fires(fact: Fact, layer: int) -> Child:
    return element("tspan", text=fires(len(fact.places[layer])))


def _writes(fact: Fact, layer: int) -> Child:
    return element("tspan", text=f"write {plus(fact.result.contribution[fact.question, layer].sum())}")


def _said(fact: Fact, k: int) -> tuple[Child, Child]:
    """The word that would be said at one of the places, and its probability."""
    result, last = fact.result, k == len(SAYS) - 1
    word, p = result.lens[fact.question, k], result.lens_probability[fact.question, k]
    return (
        element("tspan", text=result.words[word], font_weight=600, font_size=15 if last else 14, data_word=k),
        element("tspan", text=percent(thousandths(p)), font_size=13, fill=MUTED, data_chance=k),
    )


def _says(fact: Fact, k: int, x: float, y: float) -> Child:
    """Write above and below the line what would be said there."""
    word, p = _said(fact, k)
    drawn = [words(x, y - 10, word, text_anchor="middle"), words(x, y + 20, p, text_anchor="middle")]
    if k == len(SAYS) - 1:
        instead = element("tspan", text="", data_instead="")
        drawn.append(words(x, y + 40, instead, text_anchor="middle", font_size=13, fill=MUTED))
    return element("g", *drawn, data_says=k)


def _says_across(fact: Fact, k: int, y: float) -> Child:
    word, p = _said(fact, k)
    last = k == len(SAYS) - 1
    parts = [element("tspan", text="says " if last else "would say ", font_size=13, fill=MUTED), word]
    parts += [element("tspan", text=" "), p]
    if last:
        parts += [element("tspan", text=" "), element("tspan", text="", font_size=13, fill=MUTED, data_instead="")]
    return element("g", words(32, y, *parts, style="white-space:pre"), data_says=k)


def _sentences(fact: Fact, page: Page, y: float) -> tuple[list[Child], float]:
    together, pair = fact.result.scopes[-1], fact.others()[0]
    told = (fact.memory(fact.strongest), fact.silence(together), fact.swap(together, pair), KEY)
    parts = []
    for name, sentence, n in zip(("memory", "silence", "swap", "key"), told, page.n_lines, strict=True):
        look = {"font_size": 13, "fill": MUTED} if name == "key" else {"font_size": 13.5}
        parts.append(lines(0, y, sentence, page.letters, n, LINE, data_told=name, **look))
        y += n * LINE + BETWEEN
    return parts, y - LINE
