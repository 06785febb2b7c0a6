"""What opens a report: by kind and shapes alone, and without importing what it names."""

from dataclasses import replace
from importlib import import_module

import pytest

from generators.articles.report.exhibits import exhibits
from generators.networks.subject import REFERENCE, Layer, Subject

PACKAGE = "generators.articles.report"
CONV, HEAD = Layer("conv", "Conv2d", (8, 3, 3, 3), (8, 8, 8)), Layer("head", "Linear", (3, 16), (3,))
POINTS = Layer("first", "Linear", (8, 2), (8,))
PICTURES = Subject("any", "image-classifier", (CONV, HEAD), ("a", "b", "c"))
PLANE = Subject("any", "plane", (POINTS, HEAD), ("a", "b", "c"))
LANGUAGE = Subject("any", "language-model", (Layer("wte", "Embedding", (50, 16), (8, 16)),), ("a",) * 50)


def names(subject: Subject) -> list[str]:
    return [exhibit.name for exhibit in exhibits(subject, "laptop")]


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        (PICTURES, ["card", "examples", "confusion", "generated"]),
        (PLANE, ["card", "decisions", "confusion"]),
        (replace(PLANE, kind="classifier"), ["card", "decisions", "confusion"]),
        (replace(PLANE, layers=(HEAD,)), ["card", "confusion"]),
        (replace(PICTURES, kind="sequence-classifier"), ["card", "confusion"]),
        (LANGUAGE, ["card", "reading"]),
        (replace(PICTURES, has_data=False), ["card"]),
        (replace(LANGUAGE, has_data=False), ["card"]),
        (REFERENCE, []),
    ],
)
def test_a_network_gets_what_its_kind_and_shapes_allow(subject, wanted):
    assert names(subject) == wanted


def test_only_a_bundled_network_with_checkpoints_shows_how_it_learned():
    assert "learning" in names(replace(PLANE, bundled="moons-net"))
    assert "learning" not in names(replace(PICTURES, bundled="digits-net"))
    learning = exhibits(replace(PLANE, bundled="moons-net"), "laptop")[-1]
    assert learning.params["bundled"] == "moons-net" and len(learning.params["checkpoints"]) == 16


def test_a_thousand_classes_are_counted_and_not_drawn():
    many = replace(PICTURES, labels=tuple(map(str, range(1000))))
    assert [len(exhibit.figures) for exhibit in exhibits(many, "laptop") if exhibit.name == "confusion"] == [0]


@pytest.mark.parametrize("profile", ["smoke", "laptop", "gpu"])
@pytest.mark.parametrize("subject", [PICTURES, replace(PLANE, bundled="moons-net"), LANGUAGE], ids=lambda s: s.kind)
def test_every_declaration_names_something_real(subject, profile):
    declared = exhibits(subject, profile)
    for reference in [r for e in declared for r in (e.analyse, e.facts, *(f.draw for f in e.figures))]:
        module, _, function = reference.partition(":")
        assert callable(getattr(import_module(f"{PACKAGE}.{module}"), function)), reference
    for figure in [figure for exhibit in declared for figure in exhibit.figures]:
        assert figure.alt.endswith(".") and len(figure.alt.split()) > 7, figure.name
        assert figure.title and not figure.title.endswith("."), figure.name
