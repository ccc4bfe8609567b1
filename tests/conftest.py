"""What every test shares: the same examples on every CI run, new ones everywhere else."""

from __future__ import annotations

import os

from hypothesis import settings

# A deadline on the wall clock fails on a busy machine, whatever the code does.
settings.register_profile("new", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "new")
