"""What Series 4 declares: names that exist, sentences for those who cannot see, and nothing heavy to import."""

import subprocess
import sys
from importlib import import_module

import pytest

from generators.articles.inverse_set.exhibits import exhibits
from generators.networks.subject import REFERENCE, Layer, Subject

ARTICLE = "generators.articles.inverse_set"
LAYERS = (Layer("conv", "Conv2d", (8, 3, 3, 3), (8, 16, 16)), Layer("head", "Linear", (4, 8), (4,)))
NAMED = Subject("mine", "image-classifier", LAYERS, neurons=("head:1", "conv:2"), intervals={"head:1": (1.0, 2.0)})
RENDERED = Subject("mine", "image-classifier", LAYERS, neurons=("head:1",), data="textures")
TEXT = Subject("mine", "language-model", LAYERS, neurons=("conv:2",), named_layers=("conv",))


@pytest.mark.parametrize("profile", ["smoke", "laptop", "gpu"])
@pytest.mark.parametrize("subject", [REFERENCE, NAMED, RENDERED, TEXT], ids=["reference", "named", "rendered", "text"])
def test_every_declaration_names_something_real(subject, profile):
    declared = exhibits(subject, profile)
    figures = [figure for exhibit in declared for figure in exhibit.figures]
    assert declared and len({figure.name for figure in figures}) == len(figures)
    for reference in [r for e in declared for r in (e.analyse, e.facts, *(f.draw for f in e.figures))]:
        module, _, function = reference.partition(":")
        assert callable(getattr(import_module(f"{ARTICLE}.{module}"), function)), reference
    for figure in figures:
        assert figure.alt.endswith(".") and len(figure.alt.split()) > 7, figure.name
        assert figure.title, figure.name


def test_declaring_imports_neither_torch_nor_plotly_nor_numpy():
    code = (
        f"import sys; from {ARTICLE}.exhibits import exhibits;"
        "from generators.networks.subject import REFERENCE; exhibits(REFERENCE, 'laptop');"
        "print(sorted({'torch', 'plotly', 'numpy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        (REFERENCE, ["linear", "cost", "triangles"]),
        (Subject("m", "image-classifier", LAYERS), ["gallery"]),
        (NAMED, ["gallery", "pixels", "distances", "intersection", "regularities"]),
        (RENDERED, ["gallery", "pixels", "distances", "truth", "regularities"]),
        (TEXT, ["texts"]),
        (Subject("m", "text-encoder", LAYERS), ["texts"]),
        (Subject("m", "image-classifier", LAYERS, has_data=False), []),
        (Subject("m", "plane", LAYERS), []),
    ],
)
def test_the_kind_and_the_neurons_named_decide(subject, names):
    assert [each.name for each in exhibits(subject, "laptop")] == names


def test_what_the_entry_names_is_a_parameter_so_that_another_makes_the_page_stale():
    made = {each.name: each.params for each in exhibits(NAMED, "laptop")}
    assert made["gallery"]["neurons"] == ["head:1", "conv:2"] and made["pixels"]["neurons"] == ["head:1"]
    assert made["gallery"]["intervals"] == {"head:1": [1.0, 2.0]}
    assert "intervals" not in exhibits(RENDERED, "laptop")[0].params
    texts = exhibits(TEXT, "laptop")[0].params
    assert (texts["neurons"], texts["layers"]) == (["conv:2"], ["conv"])
    assert not {"neurons", "layers"} & exhibits(Subject("m", "text-encoder", LAYERS), "laptop")[0].params.keys()
