"""Without Node.js: serve the whole plotly.js of the Python wheel through the interface of ``scripts/plotly/load.js``.

KaTeX is then absent: pages fall back to MathML. Standard library only; run it with the environment's Python, which has
plotly.
"""

import hashlib
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

LOAD = """\
let plotly
export function load() {
  return plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = new URL('./plotly.min.js', import.meta.url)
    script.onload = () => resolve(window.Plotly)
    script.onerror = () => reject(new Error('plotly.min.js did not load'))
    document.head.append(script)
  })
}
"""


def bundle(output: Path) -> None:
    """Put plotly.js into ``output`` unless it is there already."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        sys.exit("plotly is not installed in this Python; run python scripts/setup.py first.")
    wheel = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    stamp = hashlib.sha256(Path(__file__).read_bytes() + wheel.read_bytes()).hexdigest()
    if (output / "stamp").is_file() and (output / "stamp").read_text() == stamp:
        print("JavaScript: nothing to do")
        return
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    shutil.copyfile(wheel, output / "plotly.min.js")
    (output / "plotly.js").write_text(LOAD)
    (output / "stamp").write_text(stamp)
    print(
        "JavaScript: Node.js is not here, so pages load the whole plotly.js (1.5 MB compressed instead of 0.4) and "
        "show MathML."
    )


if __name__ == "__main__":
    bundle(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent / "build" / "javascript")
