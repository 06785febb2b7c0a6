"""What Series 3 declares: names that exist, sentences for those who cannot see, and nothing heavy to import."""

import subprocess
import sys
from importlib import import_module

import pytest

from generators.articles.multi_neuron.exhibits import exhibits
from generators.networks.subject import REFERENCE, Layer, Subject

ARTICLE = "generators.articles.multi_neuron"


@pytest.mark.parametrize("profile", ["smoke", "laptop", "gpu"])
def test_every_declaration_names_something_real(profile):
    declared = exhibits(REFERENCE, profile)
    figures = [figure for exhibit in declared for figure in exhibit.figures]
    assert {"two-neurons", "eight-neurons", "input-boundary"} <= {figure.name for figure in figures}
    assert len({figure.name for figure in figures}) == len(figures)
    for reference in [r for e in declared for r in (e.analyse, e.facts, *(f.draw for f in e.figures))]:
        module, _, function = reference.partition(":")
        assert callable(getattr(import_module(f"{ARTICLE}.{module}"), function)), reference
    for figure in figures:
        assert figure.alt.endswith(".") and len(figure.alt.split()) > 7, figure.name


def test_declaring_imports_neither_torch_nor_plotly_nor_numpy():
    code = (
        f"import sys; from {ARTICLE}.exhibits import exhibits;"
        "from generators.networks.subject import REFERENCE; exhibits(REFERENCE, 'laptop');"
        "print(sorted({'torch', 'plotly', 'numpy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def layer(path: str, kind: str, *shape: int, gives: tuple[int, ...] = ()) -> Layer:
    return Layer(path, kind, shape or None, gives or shape[:1])


PLANE = (
    layer("layer1", "Linear", 16, 2),
    layer("relu1", "ReLU"),
    layer("layer2", "Linear", 16, 16),
    layer("head", "Linear", 2, 16),
)
PICTURES = (
    layer("conv1", "Conv2d", 8, 1, 3, 3, gives=(8, 8, 8)),
    layer("relu", "ReLU"),
    layer("head", "Linear", 10, 64),
)
MLP = (layer("blocks.0.mlp.key", "Linear", 256, 64), layer("blocks.0.mlp.value", "Linear", 64, 256))
LABELS = tuple(map(str, range(10)))


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        (Subject("mine", "plane", PLANE, LABELS[:2]), ["layers"]),
        (Subject("mine", "classifier", PLANE, LABELS[:2]), ["layers"]),
        (Subject("mine", "plane", PLANE, LABELS[:2], has_data=False), []),
        (Subject("spirals-net", "plane", PLANE, LABELS[:2], bundled="spirals-net"), ["layers", "training"]),
        (Subject("moons", "plane", (PLANE[0], layer("head", "Linear", 2, 16)), LABELS[:2]), ["layers"]),
        (
            Subject("few", "plane", (layer("a", "Linear", 8, 2), layer("b", "Linear", 2, 8)), LABELS[:2]),
            ["regions", "layers"],
        ),
        (Subject("mine", "image-classifier", PICTURES, LABELS), ["slice"]),
        (Subject("mine", "image-classifier", (*PICTURES, layer("act", "GELU")), LABELS), []),
        (Subject("mine", "image-classifier", PICTURES, LABELS[:2]), []),
        (Subject("gpt", "language-model", (layer("tokens", "Embedding", 99, 64), *MLP), LABELS), ["memory"]),
        (Subject("gpt", "language-model", (layer("tokens", "Embedding", 99, 64), MLP[0]), LABELS), []),
    ],
    ids=lambda value: value.name if isinstance(value, Subject) else None,
)
def test_a_network_gets_what_its_shapes_allow(subject, names):
    for profile in ("smoke", "laptop", "gpu"):
        declared = exhibits(subject, profile)
        assert [each.name for each in declared] == names
        figures = [figure for each in declared for figure in each.figures]
        assert len({figure.name for figure in figures}) == len(figures)
        assert all(figure.title and figure.alt.endswith(".") for figure in figures)
        for each in declared:
            assert callable(
                getattr(import_module(f"{ARTICLE}.{each.facts.partition(':')[0]}"), each.facts.partition(":")[2])
            )


def test_a_costly_network_is_asked_for_fewer_regions():
    wanted = []
    for side in (8, 32, 256):
        layers = (layer("conv1", "Conv2d", 8, 1, 3, 3, gives=(8, side, side)), layer("head", "Linear", 10, 64))
        (each,) = exhibits(Subject("mine", "image-classifier", layers, LABELS), "laptop")
        wanted.append(each.params["regions"])
    assert wanted == sorted(wanted, reverse=True) and len(set(wanted)) == 3
