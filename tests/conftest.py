"""What every test is run with: no hub is asked for anything, one thread a worker, and time limits left to the tests."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.diagram_page import chromium

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers of pytest-xdist share the cores already
os.environ.pop("SITE_URL", None)

settings.register_profile(
    "house", deadline=None, derandomize=True
)  # a busy machine is slow, and CI must not be a lottery
settings.load_profile("house")


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """The browser that takes the stills, for all tests of a file."""
    with chromium() as running:
        yield running
