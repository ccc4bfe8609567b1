"""What every test shares: an engine, and the same examples on every CI run."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from searchapp.engines.base import Engine
from searchapp.engines.memory import MemoryEngine

# A deadline on the wall clock fails on a busy machine, whatever the code does.
settings.register_profile("new", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
profile = "ci" if os.environ.get("CI") else "new"
settings.load_profile(profile)


def pytest_configure(config: pytest.Config) -> None:
    """Fewer examples of each law where the slow tests are left out."""
    if "not slow" in config.getoption("markexpr"):
        parent = settings.get_profile(profile)
        settings.register_profile("fast", parent, max_examples=30)
        settings.load_profile("fast")


@pytest.fixture
def new_engine() -> Engine:
    """An engine without an index, for tests of what does not depend on Whoosh's files."""
    return MemoryEngine()
