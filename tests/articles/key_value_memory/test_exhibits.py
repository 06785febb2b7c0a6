"""What Series 2 declares: names that exist, sentences for those who cannot see, and nothing heavy to import."""

import subprocess
import sys
from importlib import import_module

import pytest

from generators.articles.key_value_memory.exhibits import CLEAREST, WHOLE, exhibits
from generators.networks.subject import REFERENCE, Layer, Subject

ARTICLE = "generators.articles.key_value_memory"


def linear(path: str, n_out: int, n_in: int) -> Layer:
    return Layer(path, "Linear", (n_out, n_in), (8, n_out))


def gpt(n_blocks: int = 2, d: int = 16) -> tuple[Layer, ...]:
    shapes = {"attention.qkv": (3 * d, d), "attention.out": (d, d), "mlp.key": (4 * d, d), "mlp.value": (d, 4 * d)}
    return tuple(linear(f"blocks.{k}.{name}", *shape) for k in range(n_blocks) for name, shape in shapes.items())


MIXTURE = (
    Layer("layers.0.mlp.gate", "Router", (4, 16), None),
    Layer("layers.0.mlp.experts", "Experts", None, None, (("gate_up_proj", (4, 64, 16)), ("down_proj", (4, 16, 32)))),
)
GRAMMAR = Subject("mine", "language-model", gpt(), bundled="grammar-gpt")


@pytest.mark.parametrize("profile", ["smoke", "laptop", "gpu"])
def test_every_declaration_names_something_real(profile):
    declared = (
        *exhibits(REFERENCE, profile),
        *exhibits(GRAMMAR, profile),
        *exhibits(Subject("m", "language-model", MIXTURE), profile),
    )
    figures = [figure for exhibit in declared for figure in exhibit.figures]
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


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        (GRAMMAR, ["memories", "recall"]),
        (Subject("mine", "language-model", gpt(), bundled="pydoc-gpt"), ["memories"]),
        (Subject("mine", "language-model", gpt()), ["memories"]),
        (Subject("mine", "text-encoder", gpt()), ["memories"]),
        (Subject("mine", "language-model", gpt(), has_data=False), []),
        (Subject("mine", "language-model", (linear("head", 87, 16),)), []),
        (Subject("mine", "language-model", MIXTURE), ["mixture-of-experts"]),
        (Subject("mine", "language-model", (*gpt(), *MIXTURE)), ["memories", "mixture-of-experts"]),
        (Subject("mine", "image-classifier", gpt()), []),
    ],
)
def test_kind_and_shapes_decide_what_is_shown(subject, names):
    assert [exhibit.name for exhibit in exhibits(subject, "laptop")] == names


def test_without_a_head_only_texts_are_shown():
    def shown(kind: str) -> set[str]:
        return {figure.name for figure in exhibits(Subject("mine", kind, gpt()), "laptop")[0].figures}

    assert shown("text-encoder") == {"memories", "purity-by-layer", "activity-by-layer"}
    assert shown("text-encoder") < shown("language-model")


def test_a_large_network_shows_its_clearest_memories_and_a_small_one_all():
    def shown(n_blocks: int) -> object:
        return exhibits(Subject("mine", "language-model", gpt(n_blocks)), "laptop")[0].params["shown"]

    assert shown(2) == 2 * 64 and shown(WHOLE // 64) == WHOLE and shown(WHOLE // 64 + 1) == CLEAREST
