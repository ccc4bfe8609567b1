"""Real gunicorn over an index that changes: no failed answer, no mixed one, nothing stuck."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest

from searchapp.cli.serve import _reload_settings
from searchapp.config import Settings, load
from searchapp.engines import open_engine
from searchapp.engines.base import BuildStamp, Engine
from searchapp.indexer.lock import hold_lock
from searchapp.model import Article, IndexedDocument
from tests.cli.server import PATIENCE_SECONDS, Server, serve, until

TOKEN = "a token of the tests"
PAGE = (
    '<html lang="en"><head><title>Ferry {0}</title></head><body><article><h1>Ferry {0}</h1>'
    "<p>The council of the harbour town voted on Monday evening about ferry {0}.</p>"
    "<p>Residents had asked for it again and again, most recently in a petition.</p>"
    "</article></body></html>"
)
ENVIRON = {"SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1", "SEARCHAPP_REINDEX_TOKEN": TOKEN}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    """Two workers over an archive of three pages, one of them empty."""
    (directory / "pages").mkdir()
    for number in range(2):
        (directory / "pages" / f"{number}.html").write_text(PAGE.format(number))
    (directory / "pages" / "empty.html").touch()
    assert run(directory, "reindex", "pages").returncode == 3
    home = {"HOME": str(directory / "home"), "XDG_RUNTIME_DIR": ""}
    (directory / "home").mkdir()
    with serve(directory, ENVIRON | home, ready="/readyz") as running:
        yield running


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "searchapp", *arguments]
    environ = {**os.environ, **ENVIRON}
    return subprocess.run(
        command, cwd=directory, env=environ, capture_output=True, text=True, check=False
    )


def write(engine: Engine, version: int, *, fresh: bool) -> None:
    """Every document of the index becomes one of this version; their number is told by it."""
    with engine.rebuild() if fresh else engine.update() as writer:
        for number in range(30):
            identity = f"d{number:02}"
            if number < 10 + version % 10:
                article = Article(f"v{version}", f"harbour v{version}", site=f"v{version}")
                writer.put(IndexedDocument(identity, f"/{identity}", article))
            else:
                writer.delete(identity)
        writer.commit(BuildStamp(datetime.now(UTC), 0))


@dataclass
class Readers:
    """Threads that search all the while, and what they saw."""

    server: Server
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._threads = [threading.Thread(target=self._read, args=(n,)) for n in range(4)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def _read(self, number: int) -> None:
        path = ("/api/v1/search?q=harbour&size=100", "/api/v1/search.csv?q=harbour")[number % 2]
        while not self.stop.is_set():
            try:
                answer = self.server.ask(path)
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(repr(error))
                continue
            if answer.status != 200:
                self.wrong.append(f"{answer.status} {answer.text}")
            elif number % 2:
                self._check({line.split(",")[1] for line in answer.text.splitlines()[1:]})
            else:
                self._check_search(answer.json())

    def _check_search(self, found: dict[str, object]) -> None:
        results: list[dict[str, str]] = found["results"]  # type: ignore[assignment]
        titles = {hit["title"] for hit in results}
        self._check(titles)
        (version,) = titles or {""}
        sites = next(f for f in found["facets"] if f["field"] == "site")  # type: ignore[attr-defined]
        expected = 10 + int(version[1:]) % 10
        if not len(results) == found["total"] == expected == sites["values"][0]["count"]:
            self.wrong.append(f"{version}: {len(results)} of {found['total']}, {sites}")

    def _check(self, versions: set[str]) -> None:
        if len(versions) != 1:
            self.wrong.append(f"mixed: {versions}")
        self.seen.update(versions)


def test_readers_move_between_builds_without_a_failed_or_mixed_answer(tmp_path: Path) -> None:
    engine = open_engine(Settings(index_dir=tmp_path / "index"))
    write(engine, 0, fresh=True)
    with serve(tmp_path, {}, ready="/readyz") as server, Readers(server) as readers:
        for version in range(1, 25):
            write(engine, version, fresh=version % 3 == 0)
            if version % 8 == 0:
                engine.rollback()
        server.signal(signal.SIGHUP)
        for version in range(25, 30):
            write(engine, version, fresh=version % 3 == 0)
        until(lambda: "v29" in readers.seen)
    assert readers.wrong == []
    assert len(readers.seen) > 5


@pytest.mark.slow
def test_a_reload_replaces_the_workers_and_fails_nobody(tmp_path: Path) -> None:
    write(open_engine(Settings(index_dir=tmp_path / "index")), 1, fresh=True)
    with serve(tmp_path, {}, ready="/readyz") as server:
        until(lambda: len(server.workers()) == 2)
        with Readers(server) as readers:
            for _ in range(3):
                was = server.workers()
                server.signal(signal.SIGHUP)
                until(lambda was=was: not set(was) & set(server.workers()))
        assert readers.wrong == []
        assert sum(readers.seen.values()) > 20
        assert len(server.workers()) == 2


@pytest.mark.slow
def test_a_reload_reads_the_settings_again_and_says_so(tmp_path: Path) -> None:
    write(open_engine(Settings(index_dir=tmp_path / "index")), 1, fresh=True)
    file = tmp_path / "searchapp.toml"
    with serve(tmp_path, {}, ready="/readyz") as server:
        file.write_text("workers = 3\nport = 9\nquery_seconds = 5.5\n")
        server.signal(signal.SIGHUP)
        until(lambda: len(server.workers()) == 3, server.log)
        # The flag of the port goes before the file, as at the start.
        assert "Settings read again; changed: workers, query_seconds" in server.log.read_text()
        file.write_text("workers = 'many'\n")
        server.signal(signal.SIGHUP)
        until(lambda: "Settings stay as they were" in server.log.read_text())
        assert "workers must be a whole number" in server.log.read_text()
        until(lambda: server.ask("/readyz").status == 200)
        assert len(server.workers()) >= 3


@pytest.mark.parametrize("slip", [b"[" * 100_000, b"\xff\xfep\0", b"port = \0", b"x" * 200_000])
def test_a_reload_of_a_broken_file_keeps_the_settings_and_says_one_line(
    tmp_path: Path, slip: bytes
) -> None:
    (tmp_path / "searchapp.toml").write_bytes(slip)
    before = Settings(port=81)
    after, said = _reload_settings(before, lambda: load({}, {}, tmp_path), insecure=False)
    assert after == before
    assert said.startswith(f"Settings stay as they were: {tmp_path}/searchapp.toml: ")
    assert "line 1" in said
    assert len(said.splitlines()) == 1


@pytest.mark.slow
def test_an_update_is_in_every_answer_from_its_commit_on(tmp_path: Path) -> None:
    engine = open_engine(Settings(index_dir=tmp_path / "index"))
    write(engine, 0, fresh=True)
    with serve(tmp_path, {}, ready="/readyz") as server:
        for version in range(1, 11):
            write(engine, version, fresh=False)
            # Each worker has to see it, and nobody waits for that.
            for _ in range(6):
                found = server.ask("/api/v1/search?q=harbour").json()
                assert found["results"][0]["title"] == f"v{version}"


@pytest.mark.slow
def test_a_worker_that_is_stuck_is_replaced(tmp_path: Path) -> None:
    write(open_engine(Settings(index_dir=tmp_path / "index")), 1, fresh=True)
    with serve(tmp_path, {"SEARCHAPP_REQUEST_SECONDS": "2"}, ready="/readyz") as server:
        stuck = server.workers()[0]
        os.kill(stuck, signal.SIGSTOP)
        until(lambda: stuck not in server.workers() and len(server.workers()) == 2, server.log)
        assert server.ask("/readyz").status == 200
        assert "WORKER TIMEOUT" in server.log.read_text()


@pytest.mark.slow
def test_an_answer_at_hand_is_finished_before_the_end(tmp_path: Path) -> None:
    write(open_engine(Settings(index_dir=tmp_path / "index")), 1, fresh=True)
    with serve(tmp_path, {}, "--workers", "1", ready="/readyz") as server:
        until(lambda: len(server.workers()) == 1)
        with socket.create_connection(
            ("127.0.0.1", server.port), timeout=PATIENCE_SECONDS
        ) as connection:
            connection.sendall(b"GET /api/v1/search HTTP/1.1\r\nHost: localhost\r\n")
            time.sleep(1)  # the worker has taken it, and waits for the rest
            server.signal(signal.SIGTERM)
            time.sleep(0.5)
            connection.sendall(b"Connection: close\r\n\r\n")
            assert connection.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
        assert server.process.wait(timeout=PATIENCE_SECONDS) == 0


@pytest.mark.slow
def test_the_access_log_goes_where_it_is_told(tmp_path: Path) -> None:
    with serve(tmp_path, {}) as server:
        server.ask("/healthz?to=stdout")
        until(lambda: "GET /healthz?to=stdout" in server.log.read_text())
    with serve(tmp_path, {"SEARCHAPP_ACCESS_LOG": "access.log"}) as server:
        server.ask("/healthz?to=file")
        until(lambda: "to=file" in (tmp_path / "access.log").read_text())
        assert "to=file" not in server.log.read_text()
    with serve(tmp_path, {}, "--access-log", "off") as server:
        server.ask("/healthz?to=nowhere")
    assert "to=nowhere" not in server.log.read_text()


def test_no_control_socket_lands_in_the_home_directory(server: Server, directory: Path) -> None:
    assert server.ask("/healthz").status == 200
    time.sleep(1)  # gunicorn makes it in a thread of its own
    assert list((directory / "home").iterdir()) == []
    assert "ontrol socket" not in server.log.read_text()


def test_no_answer_names_a_directory_of_the_server(server: Server, directory: Path) -> None:
    search = server.ask("/api/v1/search?q=ferry").json()
    (first, *_) = search["results"]
    shown = server.ask(first["links"]["self"]).json()
    assert shown["path"].startswith("pages/")
    for path in (
        *("/", "/status", "/api/v1/status", "/api/v1/search", "/api/v1/search.csv"),
        *("/api/v1/search.jsonl", "/api/v1/search.atom", "/api/v1/reindex", "/readyz"),
        *(first["links"]["self"], first["links"]["cached"]),
    ):
        answer = server.ask(path)
        assert answer.status == 200, path
        assert str(directory) not in answer.text, path
        assert str(directory.parent) not in answer.text, path
    assert "pages/empty.html" in server.ask("/status").text


@pytest.mark.slow
def test_without_an_index_no_answer_names_a_directory_either(tmp_path: Path) -> None:
    with serve(tmp_path, {}) as server:
        for path in ("/", "/api/v1/search", "/readyz", "/api/v1/documents/x"):
            answer = server.ask(path)
            assert (answer.status, "Retry-After" in answer.headers) == (503, True)
            assert "searchapp reindex PATH" in answer.text
            assert str(tmp_path) not in answer.text, path
        for path in ("/status", "/api/v1/status"):
            answer = server.ask(path)
            assert answer.status == 200
            assert str(tmp_path) not in answer.text, path
        whoosh = tmp_path / "index" / "whoosh"
        (whoosh / "build-1").mkdir(parents=True)
        (whoosh / "CURRENT").write_text("build-1\n")
        (whoosh / "build-1" / "_MAIN_1.toc").write_text("damaged")
        for path in ("/", "/api/v1/search", "/status", "/api/v1/status"):
            answer = server.ask(path)
            assert "damaged" in answer.text
            assert str(tmp_path) not in answer.text, path


def authorised(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_token_starts_a_reindex_that_outlives_its_worker(server: Server, directory: Path) -> None:
    (directory / "pages" / "later.html").write_text(PAGE.format("later"))
    started = server.ask("/api/v1/reindex", "POST", authorised())
    assert (started.status, started.headers["Location"]) == (202, "/api/v1/reindex")
    assert started.json()["running"]
    again = server.ask("/api/v1/reindex", "POST", authorised())
    assert (again.status, again.headers["Content-Type"]) == (409, "application/problem+json")
    for worker in server.workers():
        os.kill(worker, signal.SIGKILL)
    until(lambda: server.ask("/api/v1/reindex").json()["state"] == "done", server.log)
    ended = server.ask("/api/v1/reindex").json()
    assert (ended["running"], ended["documents"]) == (False, 3)
    assert ended["pages"]["done"] == 1
    assert ended["finished_at"] >= ended["started_at"]
    assert server.ask("/api/v1/search?q=later").json()["total"] == 1
    assert TOKEN not in server.log.read_text()


def test_a_reindex_from_elsewhere_is_not_joined_by_another(server: Server, directory: Path) -> None:
    with hold_lock(directory / "index"):
        answer = server.ask("/api/v1/reindex", "POST", authorised())
        assert server.ask("/api/v1/reindex").json()["running"]
        assert server.ask("/api/v1/status").json()["running"]["since"]
    assert (answer.status, "is being reindexed" in answer.text) == (409, True)
    assert str(directory) not in answer.text


@pytest.mark.slow
def test_a_killed_reindex_is_said_to_have_died(server: Server, directory: Path) -> None:
    for number in range(40):
        (directory / "pages" / f"many{number}.html").write_text(PAGE.format(number))
    assert server.ask("/api/v1/reindex", "POST", authorised()).status == 202
    lock = directory / "index" / "reindex.lock"
    until(lock.read_text)
    os.kill(json.loads(lock.read_text())["pid"], signal.SIGKILL)
    until(lambda: server.ask("/api/v1/reindex").json()["state"] == "died")
    until(lambda: server.ask("/api/v1/reindex", "POST", authorised()).status == 202)
    until(lambda: server.ask("/api/v1/reindex").json()["state"] == "done", server.log)
    assert server.ask("/api/v1/search?q=harbour").json()["total"] >= 42


def test_without_the_token_nothing_starts(server: Server, tmp_path: Path) -> None:
    for headers in ({}, {"Authorization": f"Basic {TOKEN}"}):
        answer = server.ask("/api/v1/reindex", "POST", headers)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (
            401,
            'Bearer realm="searchapp"',
        )
    for wrong in ("", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "é"):
        answer = server.ask("/api/v1/reindex", "POST", authorised(wrong))
        assert answer.status == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    with serve(tmp_path, {}) as off:
        assert off.ask("/api/v1/reindex", "POST", authorised()).status == 403
        assert off.ask("/api/v1/reindex", "POST", authorised("")).status == 403
        assert off.ask("/api/v1/reindex").json()["state"] == "none"
        assert set(off.ask("/api/v1/search", "POST").headers["Allow"].split(", ")) == {
            "GET",
            "HEAD",
        }
    with serve(tmp_path, {"SEARCHAPP_REINDEX_TOKEN": TOKEN}) as empty:
        answer = empty.ask("/api/v1/reindex", "POST", authorised())
        assert (answer.status, "searchapp reindex PATH" in answer.text) == (409, True)
        assert str(tmp_path) not in answer.text


def test_the_token_is_not_shown(directory: Path) -> None:
    for arguments in (("config", "show"), ("config", "show", "--json")):
        shown = run(directory, *arguments).stdout
        assert TOKEN not in shown
        assert "(hidden)" in shown
    assert TOKEN not in repr(Settings(reindex_token=TOKEN))


@pytest.mark.slow
def test_forwarded_headers_are_believed_only_when_a_proxy_is_named(tmp_path: Path) -> None:
    write(open_engine(Settings(index_dir=tmp_path / "index")), 1, fresh=True)
    forwarded = {
        "X-Forwarded-Prefix": "/archive",
        "X-Forwarded-Host": "news.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.7",
    }
    with serve(tmp_path, {}, ready="/readyz") as server:
        assert server.ask("/api/v1/search", headers=forwarded).json()["links"]["html"] == "/search"
        assert "news.example" not in server.ask("/api/v1/search.atom", headers=forwarded).text
    with serve(tmp_path, {"SEARCHAPP_PROXIES": "1"}, ready="/readyz") as server:
        found = server.ask("/api/v1/search", headers=forwarded).json()
        assert found["links"]["html"] == "/archive/search"
        feed = server.ask("/api/v1/search.atom", headers=forwarded).text
        assert "https://news.example/archive/" in feed
        for path in ("/", "/status"):
            page = server.ask(path, headers=forwarded).text
            assert 'href="/archive/static/searchapp.css' in page
            assert 'href="/search' not in page
        until(lambda: "192.0.2.7" in server.log.read_text())


@pytest.mark.slow
def test_it_can_be_mounted_under_a_path(tmp_path: Path) -> None:
    write(open_engine(Settings(index_dir=tmp_path / "index")), 1, fresh=True)
    environ = {"SCRIPT_NAME": "/archive"}
    with serve(tmp_path, environ, ready="/archive/readyz") as server:
        found = server.ask("/archive/api/v1/search").json()
        assert found["links"]["self"] == "/archive/api/v1/search"
        assert 'href="/archive/static/' in server.ask("/archive/status").text
        assert server.ask("/archive/static/searchapp.css").status == 200


@pytest.mark.parametrize("command", ["search", "status", "search --json"])
def test_head_causes_no_complaint(directory: Path, server: Server, command: str) -> None:
    assert server.ask("/healthz").status == 200
    line = f"{sys.executable} -m searchapp {command} | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", line],  # noqa: S607 - sh has no PIPESTATUS
        cwd=directory,
        env={**os.environ, **ENVIRON},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1].endswith("0")
