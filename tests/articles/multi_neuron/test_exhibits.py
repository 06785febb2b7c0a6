"""What Series 3 declares: names that exist, sentences for those who cannot see, and nothing heavy to import."""

import subprocess
import sys
from importlib import import_module

import pytest

from generators.articles.multi_neuron.exhibits import exhibits
from generators.networks.subject import REFERENCE

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
