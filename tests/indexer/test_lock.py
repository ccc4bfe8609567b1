from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from searchapp.errors import ReindexLocked
from searchapp.indexer.lock import hold_lock

HOLD = "import sys, time, pathlib; from searchapp.indexer.lock import hold_lock\n"
HOLD += "with hold_lock(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"


def test_second_holder_is_told_who_and_since_when(tmp_path: Path) -> None:
    with hold_lock(tmp_path), pytest.raises(ReindexLocked) as caught, hold_lock(tmp_path):
        pass
    assert f"process {os.getpid()} has held its lock since 20" in str(caught.value)


def test_lock_is_free_again_after_the_block(tmp_path: Path) -> None:
    for _ in range(2):
        with hold_lock(tmp_path):
            pass


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(ReindexLocked, match=f"process {holder.pid} "), hold_lock(tmp_path):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    with hold_lock(tmp_path):
        pass
