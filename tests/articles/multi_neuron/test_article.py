"""The article keeps what it promises: its example runs as printed."""

import re
import subprocess
import sys

from generators.paths import REPOSITORY

ARTICLE = REPOSITORY.root / "site_src/articles/multi-neuron.md"


def test_the_example_runs_as_printed():
    (code,) = re.findall(r"```python\n(.*?)```", ARTICLE.read_text("utf-8"), re.S)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=REPOSITORY.root, check=True)
    counts, codes = done.stdout.splitlines()
    n_regions, n_vertices, n_edges, area = counts.split()
    assert int(n_vertices) - int(n_edges) + int(n_regions) == 1 and abs(float(area) - 4) < 1e-12
    assert int(n_regions) > 100 and codes.startswith(f"({n_regions}, ")
