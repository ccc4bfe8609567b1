from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from searchapp.cancellation import Cancelled, CancelToken
from searchapp.errors import ReindexLocked, SearchappError
from searchapp.indexer.lock import hold_lock

HOLD = "import sys, time, pathlib; from searchapp.indexer.lock import hold_lock\n"
HOLD += "with hold_lock(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"


def test_second_holder_is_told_who_and_since_when(tmp_path: Path) -> None:
    with hold_lock(tmp_path), pytest.raises(ReindexLocked) as caught, hold_lock(tmp_path):
        pass
    holder = f"process {os.getpid()} on {socket.gethostname()} has held its lock since 20"
    assert holder in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_whoever_may_not_write_is_told_what_to_do(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(SearchappError, match="run this as the user who owns"), hold_lock(tmp_path):
        pass


def test_whoever_waits_long_enough_gets_it(tmp_path: Path) -> None:
    with ExitStack() as held:
        held.enter_context(hold_lock(tmp_path))
        release = threading.Timer(0.3, held.close)
        release.start()
        with hold_lock(tmp_path, wait=20):
            assert release.finished.is_set() or not release.is_alive()
        release.join()


def test_whoever_waits_too_short_does_not(tmp_path: Path) -> None:
    with hold_lock(tmp_path), pytest.raises(ReindexLocked), hold_lock(tmp_path, wait=0.3):
        pass


def test_waiting_can_be_stopped(tmp_path: Path) -> None:
    cancel_token = CancelToken()
    threading.Timer(0.2, cancel_token.cancel, ["Ctrl-C"]).start()
    with hold_lock(tmp_path), pytest.raises(Cancelled), hold_lock(tmp_path, 60, cancel_token):
        pass


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
