"""The palette can be read, told apart by readers who see fewer colours, and is the same list of names everywhere."""

import itertools
import json
import re

import numpy as np
import pytest

from generators import style
from generators.paths import REPOSITORY

TEXT = ("ink", "muted", "positive", "negative", "accent", "1", "2", "3", "4", "5", "6")
AA = 4.5

# Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB
COLOUR_BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TELLS_APART = 0.05
"""Least distance in Oklab; two colours 0.02 apart are just noticeably different."""


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[index : index + 2], 16) for index in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((linear(colour) @ (0.2126, 0.7152, 0.0722) for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    cones = np.array(
        [[0.4122215, 0.5363325, 0.0514460], [0.2119035, 0.6806995, 0.1073970], [0.0883025, 0.2817188, 0.6299787]]
    )
    mixed = np.array(
        [[0.2104543, 0.7936178, -0.0040720], [1.9779985, -2.4285922, 0.4505937], [0.0259040, 0.7827718, -0.8086758]]
    )
    return mixed @ np.cbrt(cones @ rgb)


def seen(colour: str, by: str | None) -> np.ndarray:
    rgb = linear(colour)
    return oklab(rgb if by is None else np.clip(np.array(COLOUR_BLINDNESS[by]) @ rgb, 0, 1))


def test_contrast_is_what_the_guideline_says_it_is():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", style.THEMES)
@pytest.mark.parametrize("ground", ["paper", "surface"])
@pytest.mark.parametrize("role", TEXT)
def test_every_colour_of_text_is_legible(theme, ground, role):
    palette = style.PALETTE[theme]
    assert contrast(palette[role], palette[ground]) >= AA


@pytest.mark.parametrize("theme", style.THEMES)
@pytest.mark.parametrize("role", ["ink", "muted", "positive", "negative", "accent"])
def test_what_stands_on_the_highlight_is_legible_and_the_highlight_is_seen(theme, role):
    palette = style.PALETTE[theme]
    assert contrast(palette[role], palette["highlight"]) >= AA
    assert np.linalg.norm(seen(palette["highlight"], None) - seen(palette["paper"], None)) >= 2 * TELLS_APART


@pytest.mark.parametrize("theme", style.THEMES)
@pytest.mark.parametrize("by", [None, *COLOUR_BLINDNESS])
def test_kinds_of_thing_stay_apart(theme, by):
    for one, other in itertools.combinations("123456", 2):
        distance = np.linalg.norm(seen(style.PALETTE[theme][one], by) - seen(style.PALETTE[theme][other], by))
        assert distance >= TELLS_APART, f"{one} and {other} are {distance:.3f} apart"


@pytest.mark.parametrize("theme", style.THEMES)
@pytest.mark.parametrize("by", [None, *COLOUR_BLINDNESS])
def test_positive_and_negative_stay_far_apart(theme, by):
    palette = style.PALETTE[theme]
    assert np.linalg.norm(seen(palette["positive"], by) - seen(palette["negative"], by)) >= 2 * TELLS_APART


def test_both_themes_name_the_same_colours():
    assert list(style.PALETTE["light"]) == list(style.PALETTE["dark"])


def test_the_style_sheet_says_every_colour_three_times_light_dark_and_print():
    blocks = re.findall(r"\{([^{}]*)\}", style.css())
    said = [dict(re.findall(r"--nf-(\w+): (#[0-9a-f]{6});", block)) for block in blocks]
    assert said == [style.PALETTE["light"], style.PALETTE["dark"], style.PALETTE["light"]]
    assert [re.findall(r"color-scheme: (\w+);", block) for block in blocks] == [["light"], ["dark"], ["light"]]


@pytest.mark.parametrize("theme", style.THEMES)
def test_a_template_is_json_in_the_colours_of_its_theme(theme):
    template = json.loads(style.templates()[f"template-{theme}.json"])
    assert "var(" not in json.dumps(template)
    assert template["layout"]["font"]["color"] == style.PALETTE[theme]["ink"]
    assert template["layout"]["colorway"] == [style.PALETTE[theme][index] for index in "123456"]


def test_resolve_leaves_alone_what_names_no_colour():
    value = {"a": ["var(--nf-ink)", 1, None], "b": "variance"}
    assert style.resolve(value, "dark") == {"a": [style.PALETTE["dark"]["ink"], 1, None], "b": "variance"}


def test_an_unknown_role_is_an_error():
    with pytest.raises(KeyError, match="inc"):
        style.resolve("var(--nf-inc)", "light")


def test_plots_are_lettered_like_the_page():
    sheet = (REPOSITORY.site_src / "assets/extra.css").read_text()
    page = re.search(r"--nf-sans: ([^;]+);", sheet)
    assert page and page[1].replace('"', "'") == style.FONTS


def test_every_colour_that_a_script_or_sheet_names_is_in_the_palette():
    others = {
        "sans",
        "serif",
        "mono",
        "measure",
        "gap",
        "aside",
        "width",
        "label",
        "shown",
        "ratio",
        "columns",
    }  # lengths, letters
    assets = REPOSITORY.site_src / "assets"
    for path in [*assets.rglob("*.js"), *assets.rglob("*.css")]:
        names = set(re.findall(r"var\(--nf-(\w+)[,)]", path.read_text())) - others
        assert names <= set(style.PALETTE["light"]), path.name
