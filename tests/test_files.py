from __future__ import annotations

import errno
import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from searchapp.errors import SearchappError
from searchapp.files import atomic_file, atomic_write, require_output

# Killed at its n-th sync: of the new file, then of the folder.
KILLED = """
import os, sys
from pathlib import Path
from searchapp.files import atomic_write
left = [int(sys.argv[2])]
def counted(descriptor):
    if not left[0]:
        os._exit(9)
    left[0] -= 1
os.fsync = counted
atomic_write(Path(sys.argv[1]), b"new")
"""
# May write no file of more than ten bytes, as on a disk that is full.
BOUNDED = """
import sys
from pathlib import Path
from searchapp.files import atomic_write
try:
    atomic_write(Path(sys.argv[1]), b"too much for it")
except OSError as error:
    sys.exit(error.errno)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "name.json"
    path.write_text("old")
    return path


def run(script: str, path: Path, *more: str, bytes_: int | None = None) -> int:
    def limit() -> None:
        if bytes_ is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))

    command = [sys.executable, "-B", "-c", script, str(path), *more]
    return subprocess.run(command, preexec_fn=limit, check=False).returncode


@pytest.mark.parametrize(("sync", "content"), [(0, "old"), (1, "new"), (2, "new")])
def test_a_killed_writer_leaves_the_old_file_or_the_new(
    path: Path, sync: int, content: str
) -> None:
    assert run(KILLED, path, str(sync)) == (0 if sync == 2 else 9)
    assert path.read_text() == content
    atomic_write(path, b"later")
    assert path.read_text() == "later"
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(path: Path) -> None:
    assert run(BOUNDED, path, bytes_=10) == errno.EFBIG
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_what_is_broken_off_is_not_written(path: Path) -> None:
    with pytest.raises(TypeError), atomic_file(path) as file:
        file.writelines([b"half", "no bytes"])  # type: ignore[list-item]
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_the_file_is_synced_before_it_has_its_name_and_the_folder_after(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, str]] = []

    def recorded(descriptor: int) -> None:
        folder = os.path.samestat(os.fstat(descriptor), path.parent.stat())
        seen.append((folder, path.read_text()))

    monkeypatch.setattr("os.fsync", recorded)
    atomic_write(path, b"new")
    assert seen == [(False, "old"), (True, "new")]


@pytest.mark.parametrize("link", [False, True])
@pytest.mark.parametrize("kind", ["a folder", "a named pipe", "a socket", "a device"])
def test_what_is_no_file_is_refused_as_an_output(tmp_path: Path, kind: str, *, link: bool) -> None:
    target = Path("/dev/full") if kind == "a device" else tmp_path / "target"
    with socket.socket(socket.AF_UNIX) as server:
        if kind == "a folder":
            target.mkdir()
        elif kind == "a named pipe":
            os.mkfifo(target)
        elif kind == "a socket":
            server.bind(str(target))
        if link:
            (tmp_path / "link").symlink_to(target)
        path = tmp_path / "link" if link else target
        before = path.lstat()
        with pytest.raises(SearchappError, match=f"{path}: {kind}, and not to be written to"):
            require_output(path)
    assert os.path.samestat(path.lstat(), before)


def test_a_file_or_nothing_is_an_output(path: Path) -> None:
    require_output(path)
    require_output(path.with_name("new"))


def test_what_is_written_is_not_led_elsewhere_by_a_link(path: Path) -> None:
    other = path.with_name("other")
    other.write_text("kept")
    path.with_name(f"{path.name}.new").symlink_to(other)
    atomic_write(path, b"new")
    assert (path.read_text(), other.read_text()) == ("new", "kept")
