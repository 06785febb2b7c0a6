"""What Series 1 declares: by shapes alone, for anybody's network, and without importing what it names."""

import subprocess
import sys
from dataclasses import replace
from importlib import import_module

import pytest

from generators.articles.neuron.exhibits import exhibits
from generators.networks.subject import REFERENCE, Layer, Subject

ARTICLE = "generators.articles.neuron"
CONV = Layer("conv1", "Conv2d", (8, 1, 3, 3), (8, 8, 8))
RELU = Layer("relu1", "ReLU", None, (8, 8, 8))
MIX = Layer("mix", "Conv2d", (16, 8, 1, 1), (16, 8, 8))
HEAD = Layer("head", "Linear", (10, 16), (10,))
DIGITS = Subject("any name", "image-classifier", (CONV, RELU, MIX, HEAD), tuple("0123456789"))
LITTLE = Subject(
    "little",
    "classifier",
    (
        Layer("a", "Linear", (2, 3), (2,)),
        Layer("r", "ReLU", None, (2,)),
        Layer("b", "Linear", (2, 2), (2,)),
    ),
)


def names(subject: Subject) -> list[str]:
    return [exhibit.name for exhibit in exhibits(subject, "laptop")]


def with_layer(subject: Subject, index: int, **changes: object) -> Subject:
    layers = list(subject.layers)
    layers[index] = replace(layers[index], **changes)
    return replace(subject, layers=tuple(layers))


def test_a_small_picture_network_gets_every_drawing_its_layers_allow():
    assert names(DIGITS) == ["counting", "linear", "activations", "kernels", "conv-as-matrix", "one-by-one"]


def test_a_small_perceptron_is_drawn_whole():
    assert names(LITTLE) == ["counting", "mlp"]
    assert exhibits(LITTLE, "laptop")[1].figures[0].name == "mlp-two"


@pytest.mark.parametrize(
    ("subject", "gone"),
    [
        (with_layer(DIGITS, 0, weight_shape=(64, 1, 3, 3)), {"activations", "kernels", "conv-as-matrix"}),
        (with_layer(DIGITS, 0, weight_shape=(8, 3, 3, 3)), {"activations", "kernels", "conv-as-matrix"}),
        (with_layer(DIGITS, 0, weight_shape=(8, 1, 3, 5)), {"activations", "kernels", "conv-as-matrix"}),
        (with_layer(DIGITS, 0, output_shape=(8, 28, 28)), {"activations", "kernels", "conv-as-matrix"}),
        (with_layer(DIGITS, 0, output_shape=(8, 24, 24)), {"conv-as-matrix"}),
        (with_layer(DIGITS, 2, weight_shape=(16, 8, 3, 3)), {"one-by-one"}),
        (with_layer(DIGITS, 3, weight_shape=(1000, 512)), {"linear"}),
        (with_layer(DIGITS, 1, output_shape=None), set(names(DIGITS)) - {"counting"}),
        (replace(DIGITS, has_data=False), set(names(DIGITS)) - {"counting"}),
        (with_layer(LITTLE, 0, weight_shape=(64, 3)), {"mlp"}),
        (with_layer(LITTLE, 1, type="GELU"), {"mlp"}),
    ],
)
def test_what_cannot_be_drawn_legibly_is_not_declared(subject, gone):
    whole = DIGITS if subject.kind == DIGITS.kind else LITTLE
    assert set(names(whole)) - set(names(subject)) == gone


def test_a_recurrent_layer_needs_a_linear_reader():
    layer = Layer("rnn", "RNN", (16, 8), (8, 16))
    assert names(Subject("r", "sequence-classifier", (layer, HEAD))) == ["counting", "recurrent"]
    assert names(Subject("r", "sequence-classifier", (layer,))) == ["counting"]
    assert names(Subject("r", "sequence-classifier", (replace(layer, weight_shape=(64, 8)), HEAD))) == ["counting"]


@pytest.mark.parametrize("profile", ["smoke", "laptop", "gpu"])
@pytest.mark.parametrize("subject", [DIGITS, LITTLE, REFERENCE], ids=lambda subject: subject.name)
def test_every_declaration_names_something_real(subject, profile):
    declared = exhibits(subject, profile)
    figures = [figure for exhibit in declared for figure in exhibit.figures]
    assert len({exhibit.name for exhibit in declared}) == len(declared)
    assert len({figure.name for figure in figures}) == len(figures)
    for reference in [r for e in declared for r in (e.analyse, e.facts, *(f.draw for f in e.figures))]:
        module, _, function = reference.partition(":")
        assert callable(getattr(import_module(f"{ARTICLE}.{module}"), function)), reference
    for figure in figures:
        assert figure.alt.endswith(".") and len(figure.alt.split()) > 7, figure.name


def test_declaring_imports_neither_torch_nor_plotly_nor_numpy():
    code = (
        "import sys; from generators.articles.neuron.exhibits import exhibits;"
        "from generators.networks.subject import REFERENCE; exhibits(REFERENCE, 'laptop');"
        "print(sorted({'torch', 'plotly', 'numpy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
