"""Set everything up from a bare clone: environment, pinned packages, a browser for stills, the JavaScript bundle.

    python scripts/setup.py --for site      (or test, or check)

Only the standard library is used, so that any Python of at least 3.11 can run it. A step leaves a stamp beside what it
made, a hash of what went into it: a second run finds the stamps unchanged and does nothing, and a thing that is deleted
is made again. Packages, browser and JavaScript are fetched side by side.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if sys.version_info < (3, 11):  # so this file keeps to syntax that an older Python can parse
    sys.exit(f"Python 3.11 or newer is needed and this is {sys.version.split()[0]}: try `make PYTHON=python3.12`.")

ROOT = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
EXTRAS: Mapping[str, frozenset[str]] = {
    "site": frozenset(),
    "test": frozenset({"test", "transformers"}),
    "check": frozenset({"test", "transformers"}),
}
PURPOSE = {"site": "the site", "test": "the tests", "check": "the checks"}
BROWSERS = ["google-chrome", "google-chrome-stable", "chrome", "chromium", "chromium-browser"]
INSTALLED_BROWSERS = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    *[
        os.path.join(os.environ.get(folder, ""), *vendor, "Application", "chrome.exe")
        for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        for vendor in (("Google", "Chrome"), ("Chromium",))
    ],
]
NO_BROWSER = (
    "no Chrome or Chromium here, and none could be installed, so figures get no stills: install either one, or set "
    "BROWSER_PATH to it, and run this again"
)


class SetupError(Exception):
    """A step that cannot be done; the message is the whole explanation."""


def say(step: str, text: str) -> None:
    print(f"{step + ':':<13}{text}", flush=True)


def call(*command: str | Path) -> None:
    """Run a command in silence; its last words are shown only when it fails."""
    words = [str(word) for word in command]
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_USER": "0"}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"} | quiet
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith("WARNING:")]
        raise SetupError("\n    ".join([f"`{' '.join(words)}` failed:", *said[-15:]]))


def digest(*parts: object) -> str:
    """Hash files by their content and everything else by its JSON."""
    made = hashlib.sha256()
    for part in parts:
        made.update(part.read_bytes() if isinstance(part, Path) else json.dumps(part).encode())
        made.update(b"\0")
    return made.hexdigest()


def read_stamp(stamp: Path) -> dict:
    """Read what a step left behind: nothing when it never came to its end."""
    try:
        return json.loads(stamp.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def write_stamp(stamp: Path, **content: object) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps(content), "utf-8")


# Python


def in_environment(program: str) -> Path:
    """Say where .venv keeps a program."""
    return ROOT / ".venv" / (f"Scripts/{program}.exe" if WINDOWS else f"bin/{program}")


def environment_works() -> bool:
    """Whether .venv has a Python that starts, is new enough, has pip beside it, and was not moved here."""
    ask = [str(in_environment("python")), "-I", "-S", "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        major, minor = map(int, subprocess.check_output(ask, stderr=subprocess.DEVNULL).split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return False
    library = ROOT / ".venv" / ("Lib" if WINDOWS else f"lib/python{major}.{minor}")
    made_here = read_stamp(ROOT / ".venv/environment.stamp").get("root", str(ROOT)) == str(ROOT)
    return (major, minor) >= (3, 11) and (library / "site-packages/pip").is_dir() and made_here


def make_environment() -> None:
    """Make .venv, or make it anew when it is broken."""
    say("environment", f"making .venv with Python {sys.version.split()[0]}")
    base = getattr(sys, "_base_executable", None) or sys.executable  # the Python of a broken .venv could not replace it
    try:
        call(base, "-m", "venv", "--clear", ROOT / ".venv")
    except SetupError as error:
        raise SetupError(f"{error}\n    (on Debian and Ubuntu: apt-get install python3-venv)") from None
    write_stamp(ROOT / ".venv/environment.stamp", root=str(ROOT))


def packages_digest() -> str:
    """Hash what decides which packages are installed; a changed setting of a tool is not among it."""
    import tomllib  # newer than some Pythons that are sent away above

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return digest(ROOT / "constraints.txt", project["project"], project["build-system"])


def prepare_python(purpose: str) -> bool:
    """Have .venv with every package that the purpose needs; returns whether anything had to be done."""
    works, inputs, stamp = environment_works(), packages_digest(), ROOT / ".venv/packages.stamp"
    before = read_stamp(stamp) if works else {}
    installed = frozenset(before.get("extras", ()))
    if before.get("inputs") == inputs and EXTRAS[purpose] <= installed:
        return False
    if not works:
        make_environment()
    pip = (in_environment("python"), "-m", "pip", "install", "--quiet", "--no-input", "-c", "constraints.txt")
    torch = next(pin for pin in (ROOT / "constraints.txt").read_text("utf-8").split() if pin.startswith("torch=="))
    say("torch", f"installing {torch}, the largest download")
    call(*pip, torch)
    extras = sorted(EXTRAS[purpose] | installed)
    say("packages", f"installing what constraints.txt pins, for {PURPOSE[purpose]}")
    call(*pip, "--editable", f".[{','.join(extras)}]" if extras else ".")
    write_stamp(stamp, inputs=inputs, extras=extras)
    return True


# The browser, for stills and for the tests that look at pages


def find_browser() -> str | None:
    """Find Chrome or Chromium in the places where kaleido looks."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named if os.path.exists(named) else None
    downloaded = read_stamp(ROOT / ".venv/browser.stamp").get("path")
    places = [*map(shutil.which, BROWSERS), *INSTALLED_BROWSERS, downloaded]
    return next((place for place in places if place and os.path.exists(place)), None)


def install_browser() -> None:
    """Install Chromium with apt where that is allowed."""
    if getattr(os, "geteuid", lambda: 1)() == 0 and shutil.which("apt-get"):
        say("browser", "installing chromium with apt-get")
        try:
            call("apt-get", "update")
            call("apt-get", "install", "-y", "chromium", "fonts-liberation")
        except SetupError as error:
            say("browser", str(error))


def download_browser() -> None:
    """Let plotly_get_chrome download Chrome, and note where it is, or that there is none."""
    say("browser", "downloading Chrome with plotly_get_chrome")
    place = "from choreographer.cli._cli_utils import get_chrome_download_path as place; print(place(mkdir=False))"
    try:
        call(in_environment("plotly_get_chrome"), "-y")
        path = subprocess.check_output([in_environment("python"), "-c", place], text=True).strip()
    except (SetupError, OSError, subprocess.SubprocessError):
        path = None
    write_stamp(ROOT / ".venv/browser.stamp", path=path)


# JavaScript


def prepare_javascript() -> tuple[bool, str | None]:
    """Bundle with Node; returns whether anything was done, and why it could not be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return False, "Node.js is not installed"
    installed, bundled = ROOT / "node_modules/setup.stamp", ROOT / "build/javascript.stamp"
    pinned = digest(ROOT / "package.json", ROOT / "package-lock.json")
    inputs = digest(pinned, ROOT / "scripts/bundle.mjs", *sorted((ROOT / "scripts/plotly").glob("*")))
    has_packages = read_stamp(installed).get("inputs") == pinned  # typesetting and tests use them after the bundling
    has_bundle = read_stamp(bundled).get("inputs") == inputs and (ROOT / "build/javascript").is_dir()
    try:
        if not has_packages:
            say("JavaScript", "installing what package-lock.json pins")
            call(npm, "ci", "--no-audit", "--no-fund")
            write_stamp(installed, inputs=pinned)
        if not has_bundle:
            say("JavaScript", "bundling")
            call(node, "scripts/bundle.mjs")
            write_stamp(bundled, inputs=inputs)
    except SetupError as error:
        return True, str(error)
    return not (has_packages and has_bundle), None


def javascript_without_node(why: str) -> bool:
    """Take plotly.js whole from the Python package; returns whether anything had to be done."""
    say("JavaScript", f"{why}; pages use the plotly.js inside the Python package, which is heavier")
    fallback, stamp = ROOT / "scripts/bundle_fallback.py", ROOT / "build/javascript.stamp"
    inputs = digest(fallback, ROOT / "constraints.txt")
    if read_stamp(stamp).get("inputs") == inputs and (ROOT / "build/javascript").is_dir():
        return False
    call(in_environment("python"), fallback)
    write_stamp(stamp, inputs=inputs)
    return True


# All of it


def prepare(purpose: str) -> bool:
    """Do what is missing, side by side where one need not wait for another; returns whether anything was done."""
    if purpose == "check":
        return prepare_python(purpose)
    with ThreadPoolExecutor() as pool:
        bundling = pool.submit(prepare_javascript)
        wanted = find_browser() is None and not (ROOT / ".venv/browser.stamp").exists()
        installing = pool.submit(install_browser) if wanted else None
        worked = prepare_python(purpose)
        bundled, why = bundling.result()
    if why:
        bundled = javascript_without_node(why)
    if installing and not find_browser():
        download_browser()
    if not find_browser():
        say("browser", NO_BROWSER)
    return worked or bundled or wanted


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--for", dest="purpose", choices=sorted(EXTRAS), default="site", help="default: site")
    purpose = parser.parse_args().purpose
    began = time.perf_counter()
    try:
        worked = prepare(purpose)
    except SetupError as error:
        sys.exit(f"set-up stopped: {error}")
    except KeyboardInterrupt:
        sys.exit("set-up interrupted; run it again to go on")
    seconds = time.perf_counter() - began
    done = f"ready for {PURPOSE[purpose]} after {seconds:.1f} s"
    say("set-up", done if worked else f"nothing to do for {PURPOSE[purpose]} ({seconds:.2f} s)")


if __name__ == "__main__":
    main()
