"""`reindex` as cron and people meet it: real processes, real signals, a real full disk."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import Searcher, SearchRequest
from searchapp.engines.query import parse
from searchapp.ledger.ledger import Ledger

STORY = (
    "<title>{0}</title><h1>{0}</h1>"
    "<p>The council of the harbour town voted on Monday evening about the {0}.</p>"
)
PATIENCE = 250.0


@dataclass
class Command:
    """The command, over a folder of pages."""

    folder: Path
    index: Path

    def write(self, count: int, topic: str = "ferry") -> None:
        self.folder.mkdir(exist_ok=True)
        for number in range(count):
            (self.folder / f"{number}.html").write_text(STORY.format(f"{topic} {number}"))

    def start(self, *flags: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "searchapp", "reindex", str(self.folder)),
                *("--index", str(self.index), "--no-entities", "--jobs", "1", *flags),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder.parent,
        )

    def run(self, *flags: str) -> tuple[int, str, str]:
        process = self.start(*flags)
        said, complained = process.communicate(timeout=PATIENCE)
        return process.returncode, said, complained

    def found(self, query: str = "") -> int:
        searcher = open_engine(Settings(index_dir=self.index)).searcher()
        return searcher.search(SearchRequest(query=parse(query).node)).total


@pytest.fixture
def command(tmp_path: Path) -> Command:
    (tmp_path / "pages").mkdir()
    return Command(tmp_path / "pages", tmp_path / "index")


def events(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def await_line(process: subprocess.Popen[str], sign: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if sign in line:
            return line
    raise AssertionError(process.communicate())


def await_true(what: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_in_a_pipe_there_is_the_account_alone(command: Command) -> None:
    command.write(3)
    code, said, complained = command.run()
    assert (code, complained, len(said.splitlines())) == (0, "", 2)
    assert "3 documents in" in said
    assert "the index was built anew" in said


def test_events_are_lines_of_json(command: Command) -> None:
    command.write(2)
    (command.folder / "empty.html").touch()
    (command.folder / "rows.jsonl").write_text('{"text": "The ferry was late again."}')
    code, said, _ = command.run("--json")
    told = {event["event"]: event for event in events(said)}
    assert code == 3
    assert told["planned"] == {
        "event": "planned",
        "added": 4,
        "changed": 0,
        "outdated": 0,
        "retried": 0,
        "moved": 0,
        "removed": 0,
        "recognise": 0,
        "unchanged": 0,
        "behind": 0,
        "bytes": sum(path.stat().st_size for path in command.folder.iterdir()),
    }
    assert told["failed"]["fault"] == "empty"
    assert told["opened"]["path"].endswith("rows.jsonl")
    assert told["indexing"] == {"event": "indexing", "documents": 3, "total": 3}
    finished = told["finished"]
    assert (finished["read"], finished["documents"], finished["stopped"]) == (4, 3, None)
    assert finished["failures"][0]["path"].endswith("empty.html")


def test_a_dry_run_names_every_file(command: Command) -> None:
    command.write(4)
    command.run()
    (command.folder / "0.html").unlink()
    (command.folder / "1.html").rename(command.folder / "moved.html")
    (command.folder / "2.html").write_text(STORY.format("tunnel"))
    (command.folder / "new.html").write_text(STORY.format("bridge"))
    code, said, _ = command.run("--dry-run")
    lines = [line.replace(f"{command.folder}/", "") for line in said.splitlines()]
    assert code == 0
    assert lines[:-1] == [
        "update     2.html (changed)",
        "add        new.html",
        "move       1.html -> moved.html",
        "delete     0.html",
    ]
    numbers = "1 files to add, 1 to update, 0 to try again, 1 to move, 1 to delete"
    assert lines[-1].startswith(numbers)
    would = [e["do"] for e in events(command.run("--dry-run", "--json")[1]) if "do" in e]
    assert would == ["update", "add", "move", "delete"]
    assert command.found("bridge") == 0


@pytest.mark.parametrize(
    ("number", "code", "name"),
    [
        (signal.SIGINT, 130, "Ctrl-C"),
        pytest.param(signal.SIGTERM, 143, "SIGTERM", marks=pytest.mark.slow),
    ],
)
def test_a_signal_stops_it_with_an_account(
    command: Command, number: signal.Signals, code: int, name: str
) -> None:
    command.write(2_000)
    process = command.start("--json")
    await_line(process, '"progress"')
    process.send_signal(number)
    said, complained = process.communicate(timeout=PATIENCE)
    finished = events(said)[-1]
    assert (process.returncode, finished["stopped"]) == (code, name)
    assert complained.startswith(f"stopped by {name}; what was read is kept")
    assert 0 < finished["read"] < 2_000
    assert command.found() == finished["read"] == finished["documents"]


def workers_of(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [int(c) for c in children] + [w for c in children for w in workers_of(int(c))]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_killed_at_once_it_leaves_no_process_and_loses_nothing(command: Command) -> None:
    command.write(400)
    process = command.start("--json")
    await_line(process, '"progress"')
    workers = workers_of(process.pid)
    process.kill()
    process.communicate()
    assert len(workers) >= 2
    await_true(lambda: not any(map(alive, workers)))
    with Ledger(command.index) as ledger:
        before = ledger.cleaned()
    code, said, _ = command.run("--json")
    finished = events(said)[-1]
    assert (code, finished["documents"], command.found()) == (0, 400, 400)
    assert finished["read"] == 400 - before


@pytest.mark.slow
def test_a_second_run_waits_when_told_to(command: Command) -> None:
    command.write(600)
    first = command.start("--json")
    await_line(first, '"planned"')
    code, _, complained = command.run()
    assert code == 4
    assert f"process {first.pid} on " in complained
    assert command.run("--wait", "0.5")[0] == 4
    code, said, _ = command.run("--wait")
    assert (code, "0 read, 600 unchanged" in said) == (0, True)
    assert first.communicate()[0]


def test_wait_leaves_the_path_after_it_alone(command: Command) -> None:
    command.write(1)
    assert command.run("--wait", str(command.folder))[0] == 0


def test_what_changes_in_a_watched_folder_can_soon_be_found(command: Command) -> None:
    command.write(2)
    process = command.start("--watch", "--json")
    await_line(process, '"watching"')
    (command.folder / "new.html").write_text(STORY.format("bridge"))
    await_true(lambda: command.found("bridge") == 1)
    deep = command.folder / "deep" / "deeper"
    deep.mkdir(parents=True)
    (deep / "a.html").write_text(STORY.format("tunnel"))
    (command.folder / "style.css").write_text("b {}")
    await_true(lambda: command.found("tunnel") == 1)
    (command.folder / "new.html").rename(command.folder / "renamed.html")
    await_true(lambda: _paths(command, "bridge") == {"renamed.html"})
    (command.folder / "0.html").unlink()
    await_true(lambda: command.found() == 3)
    assert command.run("--dry-run")[1].startswith("0 files to add, 0 to update")  # lock is free
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    finished = [event for event in events(said) if event["event"] == "finished"]
    assert max(event["read"] for event in finished) <= 1  # nothing was read twice


def finds(searcher: Searcher, request: SearchRequest) -> bool:
    return searcher.search(request).total > 0


def test_a_watched_change_is_found_once_it_is_committed(command: Command) -> None:
    """By a searcher that is open, as a server's are."""
    command.write(2)
    process = command.start("--watch", "--json")
    await_line(process, '"watching"')
    searcher = open_engine(Settings(index_dir=command.index)).searcher()
    for topic in ("bridge", "tunnel", "bridge tunnel"):
        request = SearchRequest(query=parse(f'"{topic} again"').node)
        assert searcher.search(request).total == 0
        (command.folder / "new.html").write_text(STORY.format(f"{topic} again"))
        assert json.loads(await_line(process, '"finished"'))["indexed"] == 1
        await_true(partial(finds, searcher, request))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)


def _paths(command: Command, query: str) -> set[str]:
    searcher = open_engine(Settings(index_dir=command.index)).searcher()
    hits = searcher.search(SearchRequest(query=parse(query).node)).hits
    return {Path(hit.document.path).name for hit in hits}


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[None]:
    place.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    try:
        done = subprocess.run(["mount", *options], check=False, capture_output=True)  # noqa: S607
    except FileNotFoundError:
        pytest.skip("no mount command")
    if done.returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield
    finally:
        # Lazily: what a search mapped of it is let go with the process.
        subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S607


@pytest.mark.skipif(sys.platform != "linux", reason="needs tmpfs")
@pytest.mark.parametrize(
    "left", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in (300, 700))]
)
def test_a_full_disk_leaves_the_index_as_it_was(
    command: Command, tmp_path: Path, left: int
) -> None:
    """The disk fills in the ledger, in the index, or at once, by the KiB left on it."""
    disk = tmp_path / "disk"
    with small_disk(disk, 4):
        full = Command(command.folder, disk / "index")
        full.write(20)
        assert full.run()[0] == 0
        before = open_engine(Settings(index_dir=full.index)).searcher().info()
        files = {path for path in disk.rglob("*") if "ledger" not in path.name}
        _fill(disk / "ballast", left)
        full.write(1_500, "a much longer story about the tunnel under the bay, and")
        code, _, complained = full.run()
        assert code == 1
        assert f"{full.index}: no space left on its disk; free some" in complained
        assert "Traceback" not in complained
        info = open_engine(Settings(index_dir=full.index)).searcher().info()
        assert info.documents >= before.documents
        assert full.found() == info.documents
        strange = set(disk.rglob("*tmp*"))
        strange |= {p for p in disk.rglob("build-*") if p.is_dir() and p not in files}
        assert strange == set()
        (disk / "ballast").unlink()
        os.sync()


def _fill(ballast: Path, left: int) -> None:
    """All of the disk but some KiB."""
    free = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        file.write(bytes(max(0, free.f_bavail * free.f_frsize - left * 1024)))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("endless.html", signal.SIGINT),
        ("endless.tar", signal.SIGTERM),
        pytest.param("endless.html", signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param("endless.tar", signal.SIGINT, marks=pytest.mark.slow),
    ],
)
def test_a_signal_is_heard_while_a_file_is_read(
    command: Command, name: str, number: signal.Signals
) -> None:
    with (command.folder / name).open("wb") as file:
        file.truncate(1 << 40)  # nothing on the disk, and hours to read
    process = command.start("--json")
    await_line(process, '"planned"')
    process.send_signal(number)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 128 + number
    assert events(said)[-1]["read"] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_signal_is_heard_while_a_container_is_walked(command: Command) -> None:
    packed = zlib.compressobj(1, wbits=31)
    zeros = (packed.compress(bytes(1 << 20)) for _ in range(1_000))
    (command.folder / "bomb.tar.gz").write_bytes(b"".join(zeros) + packed.flush())
    process = command.start("--json")
    await_line(process, '"opened"')
    await_true(lambda: len(workers_of(process.pid)) >= 2)  # who starts, and who walks
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 143
    assert not [event for event in events(said) if event["event"] == "failed"]


def test_a_signal_is_heard_in_the_midst_of_a_read_that_gets_no_answer() -> None:
    script = (
        "import os\nfrom searchapp.cli.signals import stop_on_signals\n"
        "from searchapp.errors import SearchappError\n"
        "with stop_on_signals() as token:\n"
        "    try:\n"
        "        with token.interrupting():\n"
        "            print('reading', flush=True)\n"
        "            os.read(os.pipe()[0], 1)\n"
        "    except SearchappError as error:\n"
        "        print(error)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    await_line(process, "reading")
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=PATIENCE)[0] == "stopped by SIGTERM\n"


BUSY = "print(flush=True)\nwhile True: pass"


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_on_a_busy_machine_nothing_is_lost(command: Command) -> None:
    command.write(3)
    (command.folder / "rows.jsonl").write_text('{"text": "The ferry was late again."}')
    busy = [
        subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.DEVNULL) for _ in range(6)
    ]
    process = command.start("--page-seconds", "5")
    try:
        said, _ = process.communicate(timeout=1_700)
    finally:
        for one in busy:
            one.kill()
            one.wait()
    assert process.returncode == 0
    assert "4 documents in" in said


@pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")
@pytest.mark.parametrize(
    ("limit", "size", "named"),
    [
        (resource.RLIMIT_CPU, 2, "ulimit -t"),
        (resource.RLIMIT_NOFILE, 8, "ulimit -n"),
        (resource.RLIMIT_FSIZE, 4_000, "ulimit -f"),
    ],
)
def test_a_limit_of_the_shell_is_named(command: Command, limit: int, size: int, named: str) -> None:
    command.write(50)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "searchapp", "reindex", str(command.folder)),
            *("--index", str(command.index), "--no-entities"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: resource.setrlimit(limit, (size, size)),  # noqa: PLW1509
    )
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode not in {0, 3}
    assert named in said
    assert "Traceback" not in said
