"""Which split of a data set is looked at: test before validation before train, as the network has seen it less."""

import re
from collections.abc import Iterable

PREFERRED = (("test", "t10k"), ("validation", "valid", "val", "dev"), ("train", "training"))
NAMES = frozenset(name for names in PREFERRED for name in names)


def preferred(names: Iterable[str]) -> str | None:
    """The name of the split to read; ``None`` where no name is one of a split."""
    known = {name.lower(): name for name in sorted(names, reverse=True)}
    return next((known[name] for group in PREFERRED for name in group if name in known), None)


def split_of(file_name: str) -> str | None:
    """The split that a file's name begins with or has as a word, as in ``test-00000-of-00001.parquet``."""
    words = re.split(r"[^a-z0-9]+", file_name.lower())
    return next((word for word in words if word in NAMES), None)
