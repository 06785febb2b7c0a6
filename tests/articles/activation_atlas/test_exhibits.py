"""What Series 5 declares: names that exist, sentences for those who cannot see, and nothing heavy to import."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from inspect import signature

import pytest

from generators.articles.activation_atlas.exhibits import exhibits
from generators.networks.subject import REFERENCE, Layer, Subject

ARTICLE = "generators.articles.activation_atlas"
PROFILES = ("smoke", "laptop", "gpu")
CONV = Layer("conv", "Conv2d", (8, 3, 3, 3), (8, 16, 16))
LAYERS = (
    CONV,
    Layer("late", "ReLU", None, (16, 3, 5)),
    Layer("small", "MaxPool2d", None, (16, 2, 5)),
    Layer("head", "Linear", (4, 16), (4,)),
    Layer("unknown", "Odd", None, None),
)
PICTURES = Subject("mine", "image-classifier", LAYERS, ("a", "b", "c", "d"))
NAMED = Subject("mine", "image-classifier", LAYERS, ("a", "b", "c", "d"), named_layers=("conv", "late"))
TEXTURES = Subject(
    "texture-net",
    "image-classifier",
    LAYERS,
    ("a", "b"),
    bundled="texture-net",
    named_layers=("conv", "late"),
    neurons=("head:1",),
    data="textures",
)
TEXT = Subject("gpt", "language-model", (Layer("block", "Block", None, (64, 32)),), ("a", "b"))
SUBJECTS = {"reference": REFERENCE, "pictures": PICTURES, "named": NAMED, "textures": TEXTURES, "text": TEXT}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_every_declaration_names_something_real(subject, profile):
    declared = exhibits(subject, profile)
    for reference in [r for e in declared for r in (e.analyse, e.facts, *(f.draw for f in e.figures))]:
        module, _, function = reference.partition(":")
        assert callable(getattr(import_module(f"{ARTICLE}.{module}"), function)), reference
    names = [figure.name for exhibit in declared for figure in exhibit.figures]
    assert len(set(names)) == len(names) and len({each.name for each in declared}) == len(declared)
    for figure in (figure for exhibit in declared for figure in exhibit.figures):
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", figure.name)
        assert figure.alt.endswith(".") and len(figure.alt.split()) > 7, figure.name
        assert figure.title and figure.title[0] == figure.title[0].upper(), figure.name


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS)
def test_analyses_take_what_they_are_asked_for(subject, profile):
    for exhibit in exhibits(subject, profile):
        params = dict(exhibit.params)
        assert json.loads(json.dumps(params)) == params, exhibit.name
        module, _, function = exhibit.analyse.partition(":")
        analyse = getattr(import_module(f"{ARTICLE}.{module}"), function)
        signature(analyse).bind(*[None] * (subject is not REFERENCE), **params)


def test_declaring_imports_nothing_heavy():
    heavy = {"torch", "plotly", "numpy", "umap", "scipy", "sklearn"}
    code = (
        f"import sys; from {ARTICLE}.exhibits import exhibits; from generators.networks.subject import *;"
        "layers = (Layer('c', 'Conv2d', (8, 3, 3, 3), (8, 16, 16)),);"
        "kinds = ('image-classifier', 'language-model', 'text-encoder', 'plane');"
        "[exhibits(Subject('m', kind, layers), 'laptop') for kind in kinds]; exhibits(REFERENCE, 'laptop');"
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_networks_that_classify_pictures_have_an_atlas_of_the_layers_that_their_entry_names():
    for subject, layers in ((PICTURES, ["late"]), (NAMED, ["conv", "late"]), (TEXTURES, ["conv", "late"])):
        made = {each.name: each for each in exhibits(subject, "laptop")}
        assert made["atlas"].params["layers"] == layers
        assert {"atlas", "fidelity"} <= {figure.name for figure in made["atlas"].figures}


@pytest.mark.parametrize(
    "subject",
    [
        Subject("m", "image-classifier", LAYERS, has_data=False),
        Subject("m", "image-classifier", LAYERS[2:]),
        Subject("m", "classifier", LAYERS),
        Subject("m", "sequence-classifier", LAYERS),
        Subject("m", "plane", LAYERS),
        Subject("m", "language-model", (), has_data=False),
    ],
)
def test_networks_without_maps_or_data_have_none(subject):
    assert exhibits(subject, "laptop") == ()


def test_grids_are_a_zoom_each_at_least_twice_as_fine_and_a_larger_profile_does_more():
    made = [{each.name: each.params for each in exhibits(NAMED, profile)}["atlas"] for profile in PROFILES]
    for params in made:
        assert all(fine >= 2 * coarse for coarse, fine in zip(params["grids"], params["grids"][1:], strict=False))
    for name in ("images", "steps"):
        amounts = [params[name] for params in made]
        assert amounts == sorted(amounts), name
    assert made[0]["steps"] <= 8 and made[0]["images"] <= 1000


def made(subject: Subject, profile: str = "laptop") -> dict:
    return {each.name: dict(each.params) for each in exhibits(subject, profile)}


def test_only_where_somebody_said_what_to_look_at_the_finest_grid_is_made_and_more_is_shown():
    assert made(PICTURES)["atlas"]["grids"] == [10, 20] and made(NAMED)["atlas"]["grids"] == [10, 20, 40]
    assert set(made(PICTURES)) == set(made(NAMED)) == {"atlas"} and len(made(TEXTURES)) > 8


def test_a_closer_look_is_at_the_last_layer_or_at_one_in_the_middle_too():
    three = replace(TEXTURES, named_layers=("conv", "middle", "late"))
    params = made(three)
    assert params["objectives"]["paths"] == params["pixels"]["shown"] == params["enough"]["shown"] == ["middle", "late"]
    for name, key in {"steps": "layer", "factors": "layer", "sensitivity": "path", "search": "path"}.items():
        assert params[name][key] == "late", name
    assert (params["search"]["source"], params["search"]["target"]) == ("shark", "baseball")
    assert made(replace(TEXT, named_layers=("first", "second")))["tokens"]["layer"] == "second"
