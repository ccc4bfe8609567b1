"""The soak of bench/soak.py, short: kills at random moments while the index is searched."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOAK = Path(__file__).parents[1] / "bench" / "soak.py"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_lost_whenever_a_run_is_killed() -> None:
    flags = ["--kills", "6", "--pages", "60", "--rate", "5"]
    done = subprocess.run(
        [sys.executable, str(SOAK), *flags], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the index is that of an undisturbed run" in done.stdout
    assert " 0 failed" in done.stdout
