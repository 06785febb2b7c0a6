"""What every test is run with: no hub is asked for anything, one thread a worker, and time limits left to the tests."""

import os

from hypothesis import settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")  # the workers of pytest-xdist share the cores already
os.environ.pop("SITE_URL", None)

settings.register_profile(
    "house", deadline=None, derandomize=True
)  # a busy machine is slow, and CI must not be a lottery
settings.load_profile("house")
