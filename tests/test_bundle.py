"""What the site serves of others: one plotly.js everywhere, fonts that exist, and the same interface without Node."""

import json
import re
import subprocess
import sys
from pathlib import Path

import plotly
import pytest

from generators.paths import REPOSITORY

ROOT = REPOSITORY.root
PACKAGE = json.loads((ROOT / "package.json").read_text())
WHEEL = Path(plotly.__file__).parent / "package_data/plotly.min.js"
VENDOR = REPOSITORY.javascript


def test_live_plots_and_stills_are_drawn_by_the_same_plotly():
    inside = re.search(r"plotly\.js v(\d+\.\d+\.\d+)", WHEEL.read_text("utf-8")[:500])
    assert inside and PACKAGE["dependencies"]["plotly.js"] == inside[1]


def test_every_version_is_exact_and_locked():
    asked = PACKAGE["dependencies"] | PACKAGE["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in asked.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert locked[f"node_modules/{name}"]["version"] == version


@pytest.fixture
def katex() -> Path:
    if not (VENDOR / "katex").is_dir():
        pytest.skip("needs the bundle: node scripts/bundle.mjs")
    return VENDOR / "katex"


def test_the_style_sheet_of_formulas_names_the_fonts_that_are_there(katex):
    named = set(re.findall(r"url\(([^)]+)\)", (katex / "katex.min.css").read_text()))
    assert named == {f"fonts/{path.name}" for path in (katex / "fonts").iterdir()}
    assert named and all(name.endswith(".woff2") for name in named)


def test_the_bundle_gives_the_page_what_it_asks_for():
    if not (VENDOR / "plotly.js").is_file():
        pytest.skip("needs the bundle: node scripts/bundle.mjs")
    scripts = {path.name: path.read_text("utf-8") for path in VENDOR.glob("*.js")}
    exported = re.findall(r"export\s*\{([^}]*)\}|export function (\w+)", scripts["plotly.js"])
    assert any("load" in "".join(names) for names in exported)
    for name, script in scripts.items():
        for chunk in re.findall(r"(?:from|import)\s*\(?[\"']\./([^\"']+)[\"']", script):
            assert chunk in scripts, f"{name} imports {chunk}"


@pytest.fixture
def fallback(tmp_path) -> Path:
    output = tmp_path / "javascript"
    script = ROOT / "scripts/bundle_fallback.py"
    for expected in ("show MathML", "nothing to do"):
        ran = subprocess.run([sys.executable, script, output], capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0 and expected in ran.stdout, ran.stderr
    return output


def test_without_node_the_page_finds_the_same_door(fallback):
    ours = (ROOT / "scripts/plotly/load.js").read_text()
    door = re.compile(r"export (?:async )?function (\w+)")
    assert door.findall((fallback / "plotly.js").read_text()) == door.findall(ours) == ["load"]
    assert (fallback / "plotly.min.js").read_bytes() == WHEEL.read_bytes()
    asked = (REPOSITORY.site_src / "assets/plots.js").read_text()
    assert "const [{ load }] = await Promise.all([import('./vendor/plotly.js')" in asked
