"""The last step: ``build/docs`` -> ``site/``, by mkdocs, strictly, and only when something it reads has changed."""

import hashlib
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from generators.errors import UsageError
from generators.paths import Paths

_MARKED = re.compile(r"^(WARNING|ERROR|Aborted|Config value)", re.MULTILINE)


def publish(paths: Paths) -> bool:
    """Make ``site/`` what ``build/docs`` says; returns whether it had to change."""
    stamp, inputs = paths.root / "build" / "site.stamp", _inputs(paths)
    if (paths.site / "index.html").is_file() and stamp.is_file() and stamp.read_text("utf-8") == inputs:
        return False
    stamp.unlink(missing_ok=True)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(paths.root / "mkdocs.yml")]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=paths.root, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        marked = [line for line in said if _MARKED.match(line)] or said[-20:]
        raise UsageError("\n  ".join(["mkdocs refuses the pages:", *marked]))
    stamp.write_text(inputs, "utf-8")
    return True


def _inputs(paths: Paths) -> str:
    """Hash everything the builder reads."""
    made = hashlib.sha256(repr([version("mkdocs"), version("mkdocs-material"), os.environ.get("SITE_URL")]).encode())
    for file in [paths.root / "mkdocs.yml", *_files(paths.templates), *_files(paths.docs)]:
        content = file.read_bytes()
        made.update(f"{file.relative_to(paths.root).as_posix()} {len(content)}\n".encode() + content)
    return made.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
