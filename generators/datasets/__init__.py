"""Data sets by name: what a network was trained on and is measured on.

``load`` needs torch; ``fingerprint`` reads and hashes files and imports neither torch nor scikit-learn, so that a build
with nothing to do stays quick.
"""

from generators.datasets.dataset import Dataset, Split
from generators.datasets.registry import BUNDLED, Bundled, data_files, fingerprint, load

__all__ = ["BUNDLED", "Bundled", "Dataset", "Split", "data_files", "fingerprint", "load"]
