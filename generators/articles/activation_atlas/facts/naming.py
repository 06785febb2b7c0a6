"""How facts call a layer or a class: small letters, digits and underscores."""

import re


def plain(name: str) -> str:
    """``"layer3.2.bn2"`` -> ``"layer3_2_bn2"``."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
