"""Clients that are slow, long-winded or lie about who they are, against real gunicorn."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.engines.base import BuildStamp
from searchapp.model import Article, IndexedDocument
from tests.cli.server import Server, serve, until
from tests.cli.shell import Shell

SLOW = 64
rarely = partial(pytest.param, marks=pytest.mark.slow)  # a case that the fast tests leave out
LONGEST_LOG_LINE = 5000
# A second is what a reader may wait; here the machine may be busy, and the clients are patient.
WAIT_SECONDS = 8.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With a text and an export of 6 MB each, more than the buffers of sockets hold."""
    directory = tmp_path_factory.mktemp("hostile")
    with open_engine(Settings(index_dir=directory / "index")).rebuild() as writer:
        article = Article("Harbour", " ".join(f"word{n % 9999}" for n in range(700_000)))
        writer.put(IndexedDocument("long", "/long", article))
        for number in range(3000):
            titled = Article("Pier " * 400, "pier")
            writer.put(IndexedDocument(f"d{number}", f"/{number}", titled))
        writer.commit(BuildStamp(datetime.now(UTC), 0))
    with serve(directory, {}, ready="/readyz") as running:
        yield running


@contextlib.contextmanager
def clients(port: int, first: bytes, more: bytes, read: int) -> Iterator[None]:
    """Clients that send `first`, then every second one byte of `more`, or read `read` bytes."""
    stop = threading.Event()

    def dawdle() -> None:
        with socket.socket() as client, contextlib.suppress(OSError):
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(first)
            while not stop.wait(1):
                client.sendall(more)
                client.recv(read) if read else None

    threads = [threading.Thread(target=dawdle) for _ in range(SLOW)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    ("first", "more", "read"),
    [
        rarely(b"", b"", 0),
        (b"GET /search HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", b"a", 0),
        (b"POST /api/v1/reindex HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n", b"a", 0),
        rarely(b"GET /search HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1", 0),
        rarely(b"GET /api/v1/documents/long HTTP/1.1\r\nHost: localhost\r\n\r\n", b"", 1),
        (b"GET /api/v1/search.jsonl HTTP/1.1\r\nHost: localhost\r\n\r\n", b"", 1),
        rarely(b"GET /api/v1/search%2Ejsonl HTTP/1.1\r\nHost: localhost\r\n\r\n", b"", 1),
    ],
    ids=["silent", "head", "body", "chunks", "page", "export", "escaped export"],
)
def test_slow_clients_keep_nobody_waiting(
    server: Server, first: bytes, more: bytes, read: int
) -> None:
    with clients(server.port, first, more, read):
        for path in ("/healthz", "/api/v1/search?q=harbour", "/status") * 2:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=WAIT_SECONDS)
            with contextlib.closing(connection):
                connection.request("GET", path)
                response = connection.getresponse()
                assert (response.status, bool(response.read())) == (200, True)


def exchange(server: Server, request: bytes, timeout: float = WAIT_SECONDS) -> tuple[int, bytes]:
    """Send it all, whether or not the server still listens; the status and the answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as client:
        sender = threading.Thread(target=_send, args=(client, request))
        sender.start()
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := client.recv(65536):
                answer += piece
        sender.join()
    return int(answer.split()[1]), answer.partition(b"\r\n\r\n")[2]


def _send(client: socket.socket, request: bytes) -> None:
    with contextlib.suppress(OSError):
        client.sendall(request)


@pytest.mark.parametrize(
    ("status", "request_"),
    [
        (414, b"GET /search?q=" + b"a" * 60_000_000),
        (414, b"GET /search?q=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 60_000_000),
        (431, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: " * 200_000 + b"\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 9000 + b"\r\n"),
    ],
    ids=["endless line", "long line", "endless header", "long header", "many headers"],
)
def test_what_is_too_long_is_refused_at_once(server: Server, status: int, request_: bytes) -> None:
    refused, body = exchange(server, request_)
    assert refused == status
    assert body.startswith(f"{status} ".encode())
    assert b"bytes" in body
    assert len(body) < 1000
    assert server.ask("/healthz").status == 200


MALFORMED = [
    (400, b"GET %s HTTP/1.1\r\nHost: localhost\r\nno colon\r\n\r\n", "no colon"),
    (400, b"GET %s HTTP/1.1\r\nHost: localhost\r\nA B: c\r\n\r\n", "A B"),
    (400, b"GET %s HTTP/1.1\r\nHost: localhost\r\n folded: c\r\n\r\n", "folding"),
    (400, b"GET %s HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "CONTENT-LENGTH"),
    (400, b"GET %s HTTP/9.9.9\r\n\r\n", "HTTP/9.9.9"),
    (400, b"g<script> %s HTTP/1.1\r\n\r\n", "g<script>"),
    (501, b"GET %s HTTP/1.1\r\nTransfer-Encoding: odd\r\n\r\n", "odd"),
    (414, b"GET %s?q=" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", "8,190"),
]


@pytest.mark.parametrize(("status", "request_", "named"), MALFORMED)
def test_what_is_malformed_is_refused_as_everything_else_is(
    server: Server, status: int, request_: bytes, named: str
) -> None:
    refused, body = exchange(server, request_.replace(b"%s", b"/api/v1/search"))
    problem = json.loads(body)
    assert (refused, problem["status"], problem["errors"]) == (status, status, [])
    assert named in problem["detail"]
    refused, body = exchange(server, request_.replace(b"%s", b"/search"))
    assert (refused, body.decode().partition(" ")[0]) == (status, str(status))
    assert named in body.decode()
    assert len(body) < 400
    assert b"<html" not in body


@pytest.mark.parametrize("start", [b"\x16\x03\x01\x02\x00", b"\x00" * 50, b"\xff GET", b"GET"])
def test_what_is_no_http_gets_a_line_of_text(server: Server, start: bytes) -> None:
    refused, body = exchange(server, start + b"\r\n\r\n")
    assert refused == 400
    assert body.startswith(b"400 Bad Request: ")


def test_another_name_is_refused_over_a_real_connection(server: Server) -> None:
    refused = server.ask("/api/v1/search", headers={"Host": "evil.example"})
    assert refused.status == 421
    assert "base_url" in refused.json()["detail"]
    assert server.ask("/search", headers={"Host": "evil.example"}).status == 421
    assert server.ask("/search", headers={"Host": f"localhost:{server.port}"}).status == 200
    assert server.ask("/readyz", headers={"Host": "evil.example"}).status == 200


@pytest.mark.parametrize(
    ("environ", "arguments"),
    [
        ({}, ["--insecure"]),
        rarely({}, ["--insecure", "--host", "0.0.0.0"]),  # noqa: S104
        rarely({"SEARCHAPP_PROXIES": "1"}, []),
        rarely({"SEARCHAPP_BASE_URL": "https://evil.example"}, []),
    ],
)
def test_any_name_is_answered_where_that_was_asked_for(
    tmp_path: Path, environ: dict[str, str], arguments: list[str]
) -> None:
    (tmp_path / "index").mkdir()
    with serve(tmp_path, environ, *arguments) as server:
        assert server.ask("/status", headers={"Host": "evil.example"}).status == 200


def test_a_request_line_of_eight_thousand_bytes_is_answered(server: Server) -> None:
    assert server.ask("/api/v1/search?q=" + "a" * 7900).status == 200


@pytest.mark.slow
def test_a_head_that_never_ends_is_given_up(server: Server) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\n"
    status, _ = exchange(server, head, timeout=60)
    assert status == 408


def test_an_answer_larger_than_all_buffers_arrives_whole(server: Server) -> None:
    assert len(server.ask("/api/v1/documents/long").json()["text"]) > 5_000_000
    assert len(server.ask("/api/v1/search.jsonl").text) > 5_000_000


def test_lines_of_the_log_are_bounded(server: Server) -> None:
    marked = {
        "User-Agent": "a" * 7000,
        "Referer": "b" * 7000,
        "Authorization": "Basic " + "YWFh" * 900,
    }
    assert server.ask("/healthz?" + "c" * 7000, headers=marked).status == 200
    until(lambda: "GET /healthz?cccc" in server.log.read_text())
    assert max(map(len, server.log.read_text().splitlines())) < LONGEST_LOG_LINE


FORGED = {
    "SCRIPT_NAME": "//evil.example",
    "PATH_INFO": "/evil.example",
    "Script-Name": "//evil.example",
    "X-Script-Name": "/evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Protocol": "ssl",
    "X-Forwarded-Ssl": "on",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Port": "666",
    "X-Forwarded-For": "203.0.113.66",
    "X-Real-Ip": "203.0.113.66",
    "X-Original-Url": "/evil.example",
    "X-Rewrite-Url": "/evil.example",
    "X-Http-Method-Override": "DELETE",
    "Forwarded": "for=203.0.113.66;host=evil.example;proto=https",
    "Wsgi.Url_Scheme": "https",
}


def _answers(server: Server, headers: dict[str, str]) -> list[tuple[int, str]]:
    paths = ("/", "/search?q=harbour", "/status", "/api/v1/search.atom", "/api/v1/openapi.json")
    return [
        (answer.status, answer.text)
        for answer in (server.ask(path, headers=headers) for path in paths)
    ]


@pytest.fixture(scope="module")
def unforged(server: Server) -> list[tuple[int, str]]:
    return _answers(server, {})


@pytest.mark.parametrize("name", FORGED)
def test_no_header_is_believed(server: Server, unforged: list[tuple[int, str]], name: str) -> None:
    assert _answers(server, {name: FORGED[name]}) == unforged
    assert "203.0.113.66" not in server.log.read_text()


@pytest.mark.parametrize(
    "target", ["//evil.example/search?q=harbour", "//evil.example//", "//x/.."]
)
def test_a_path_of_two_slashes_leads_nowhere_else(server: Server, target: str) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_SECONDS) as client:
        forged = "Host: localhost\r\nSCRIPT_NAME: //evil.example"
        client.sendall(f"GET {target} HTTP/1.1\r\n{forged}\r\n\r\n".encode())
        head = client.makefile("rb").read().partition(b"\r\n\r\n")[0]
    assert b" 404 " in head.splitlines()[0]


def test_under_a_path_the_others_are_not_found(tmp_path: Path) -> None:
    with serve(tmp_path, {"SCRIPT_NAME": "/archive/"}, ready="/archive/healthz") as server:
        for path in ("/healthz", "/archives/healthz", "/api/v1/search", "/"):
            assert server.ask(path).status == 404
        assert server.ask("/archive/api/v1/openapi.json").json()["servers"] == [{"url": "/archive"}]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "::ffff:192.0.2.1"])  # noqa: S104
def test_it_is_not_served_to_strangers(tmp_path: Path, host: str) -> None:
    for debug in ([], ["--debug"]):
        refused = Shell(tmp_path).here("serve", "--port", "0", f"--host={host}", *debug)
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1
        assert "--insecure" in refused.stderr
        assert "access_token (SEARCHAPP_ACCESS_TOKEN)" in refused.stderr


@pytest.mark.parametrize(
    ("environ", "arguments", "status"),
    [
        ({"SEARCHAPP_ACCESS_TOKEN": "a token of the tests"}, [], 401),
        rarely({"SEARCHAPP_PROXIES": "1"}, [], 200),
        rarely({}, ["--insecure"], 200),
    ],
)
def test_it_is_served_where_someone_answers_for_it(
    tmp_path: Path, environ: dict[str, str], arguments: list[str], status: int
) -> None:
    (tmp_path / "index").mkdir()
    with serve(tmp_path, environ, "--host", "0.0.0.0", *arguments) as server:  # noqa: S104
        assert server.ask("/status").status == status
        assert server.ask("/healthz").status == 200


@pytest.mark.slow
def test_strangers_are_told_no_names_of_sources(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "confidential.html").touch()
    indexed = {**os.environ, "SEARCHAPP_MODELS_EN": "", "SEARCHAPP_JOBS": "1"}
    command = [sys.executable, "-m", "searchapp", "reindex", "pages"]
    done = subprocess.run(command, cwd=tmp_path, env=indexed, capture_output=True, check=False)
    assert done.returncode == 3
    paths = ("/status", "/api/v1/status", "/api/v1/reindex")
    with serve(tmp_path, {}) as server:
        assert "confidential" in server.ask("/status").text
    for environ, arguments in (({"SEARCHAPP_PROXIES": "1"}, []), ({}, ["--insecure"])):
        with serve(tmp_path, environ, "--host", "0.0.0.0", *arguments) as server:  # noqa: S104
            for path in paths:
                answer = server.ask(path)
                assert answer.status == 200
                assert "confidential" not in answer.text
                assert "pages/" not in answer.text
