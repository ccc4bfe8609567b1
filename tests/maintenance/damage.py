"""Ways to damage a file, and everything that looks at an archive whose files may be damaged."""

import contextlib
import json
import os
import random
import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from searchapp.web.app import create_app
from searchapp.web.context import AppContext
from tests.maintenance.archive import Archive

Harm = Callable[[Path, random.Random], None]
NAME = "person/Ana%20Petrova"
PAGES = ("/", "/search?q=ferry", "/status", f"/entities/{NAME}", "/nowhere", "/search?q=%22&page=x")
API = (
    "/api/v1/search?q=number3&facets=person,lang,date",
    "/api/v1/search?size=3&sort=-date",
    "/api/v1/search.csv?q=council",
    "/api/v1/search.jsonl",
    "/api/v1/search.atom",
    "/api/v1/suggest?q=Ana",
    f"/api/v1/entities/{NAME}",
    "/api/v1/status",
    "/api/v1/reindex",
    "/api/v1/nowhere",
    "/api/v1/search?page=x",
    "/healthz",
    "/readyz",
)
COMMANDS = (("status", "--json"), ("search", "ferry"), ("entities", "list"), ("doctor",))


def _flip_bit(path: Path, chance: random.Random) -> None:
    _change(path, chance, lambda byte: byte ^ (1 << chance.randrange(8)))


def _flip_early(path: Path, chance: random.Random) -> None:
    _change(path, chance, lambda byte: byte ^ (1 << chance.randrange(8)), first=128)


def _set_byte(path: Path, chance: random.Random) -> None:
    _change(path, chance, lambda _: chance.randrange(256))


def _change(
    path: Path, chance: random.Random, new: Callable[[int], int], first: int | None = None
) -> None:
    content = bytearray(path.read_bytes())
    if content:
        place = chance.randrange(min(first or len(content), len(content)))
        content[place] = new(content[place])
        path.write_bytes(content)


def _overwrite(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    start = chance.randrange(len(content) + 1)
    stop = start + chance.randrange(1, 5000)
    content[start:stop] = chance.randbytes(len(content[start:stop]))
    path.write_bytes(content)


def _cut(path: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: chance.randrange(len(content) + 1)])


def _lengthen(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.randrange(1, 5000)))


def _empty(path: Path, _: random.Random) -> None:
    path.write_bytes(b"")


def _remove(path: Path, _: random.Random) -> None:
    path.unlink()


def _folder(path: Path, _: random.Random) -> None:
    path.unlink()
    path.mkdir()


def _dangling(path: Path, _: random.Random) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _circle(path: Path, _: random.Random) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _device(path: Path, _: random.Random) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _pipe(path: Path, _: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def _socket(path: Path, _: random.Random) -> None:
    path.unlink()
    with closing(socket.socket(socket.AF_UNIX)) as server, contextlib.chdir(path.parent):
        server.bind(path.name)  # the name of one is short


def _earlier(path: Path, _: random.Random) -> None:
    """What was in the place of it in the build before, or when that was live."""
    if path.name == "CURRENT":
        shutil.copy(path.with_name("before"), path)
    for other in path.parent.parent.glob(f"build-*/*{path.suffix}"):
        if other.parent != path.parent:
            path.write_bytes(other.read_bytes())


def _text(path: Path, chance: random.Random) -> None:
    texts = (
        *(b"[" * 100_000, b'{"a":' * 100_000, b"null", b"{}", b"[]", b"1" * 5_000, b"\0" * 100),
        *("naïve".encode("utf-16"), b"\xef\xbb\xbf", b"\xff\xfe\x00", b'"' + b"x" * 200_000),
        *(b'{"pid": 1e999, "since": 3}', b'{"pid": 4611686018427387904, "since": "x"}', b"../../x"),
        b'{"pid": %d, "since": "x"}' % os.getpid(),
    )
    path.write_bytes(chance.choice(texts))


ANYWHERE: tuple[Harm, ...] = (_flip_bit, _flip_early, _set_byte, _overwrite, _cut, _lengthen, _text)
MISPLACED: tuple[Harm, ...] = (_folder, _dangling, _circle, _device, _pipe, _socket)
ONCE: tuple[Harm, ...] = (_empty, _remove, _earlier, *MISPLACED)


def harms_of(number: int) -> Iterator[Harm]:
    """So many harms: each that is always the same once, the others in turn."""
    yield from ONCE
    yield from (ANYWHERE[n % len(ANYWHERE)] for n in range(number - len(ONCE)))


def make_archive(directory: Path) -> Archive:
    """Pages, names that people decided on, two builds, and a log beside the ledger."""
    archive = Archive(directory)
    for number in range(6):
        archive.write(f"{number}.html", f"ferry number{number} of Ana Petrova and Bo Lindqvist")
    last = archive.write("5.html", "ferry number5 of Ana Petrova alone").read_bytes()
    (archive.pages / "empty.html").touch()
    index = archive.settings.index_dir
    index.mkdir()
    (index / "watchlist.csv").write_text(
        "name,aliases,type,note\nAna Petrova,,person,\nBo Lindqvist,,person,\n"
    )
    (index / "entities.toml").write_text(
        '[[decision]]\nmerge = ["Bo Lindqvist"]\ninto = "Bo Berg"\ntype = "person"\n'
    )
    current = index / "whoosh" / "CURRENT"
    for arguments in (("reindex", "pages"), ("reindex", "--full")):
        if current.exists():
            shutil.copy(current, current.with_name("before"))
        done = archive.run(*arguments)
        assert done.returncode == 3, done.stderr
        archive.pages.joinpath("5.html").write_bytes(last.replace(b"alone", b"and Bo Lindqvist"))
    (index / "background.json").write_text(json.dumps({"state": "done", "started_at": "2024"}))
    (index / "background.lock").touch()
    _leave_log(index / "ledger.sqlite")
    return archive


def _leave_log(ledger: Path) -> None:
    """A log that no one has brought into the ledger, as a run that was killed leaves it."""
    aside = ledger.with_name("aside")
    aside.mkdir()
    with closing(sqlite3.connect(ledger, isolation_level=None)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("INSERT OR REPLACE INTO note VALUES ('test', 'x')")
        for ending in ("", "-wal", "-shm"):
            shutil.copy(f"{ledger}{ending}", aside)
    for file in aside.iterdir():
        file.rename(ledger.parent / file.name)
    aside.rmdir()


@dataclass(frozen=True)
class Answer:
    """What a face of the archive said: a status or an exit code, and its words."""

    code: int
    text: str


class Faces:
    """Asks everything there is to ask of an archive."""

    def __init__(self, archive: Archive) -> None:
        self.app = create_app(archive.engine, archive.settings)
        self.ids = [hit["id"] for hit in self.ask(archive, API[1]).get_json()["results"]]

    def ask(self, archive: Archive, address: str) -> Any:
        return self._client(archive).get(address)

    def all(self, archive: Archive) -> Mapping[str, Answer]:
        client = self._client(archive)
        documents = (f"/documents/{self.ids[0]}", f"/documents/{self.ids[1]}/similar")
        addresses = (*PAGES, *API, *documents, f"/api/v1/documents/{self.ids[2]}")
        found = {address: _get(client, address) for address in addresses}
        return found | {" ".join(command): _run(archive, command) for command in COMMANDS}

    def _client(self, archive: Archive) -> FlaskClient:
        self.app.extensions["searchapp"] = AppContext(archive.engine, archive.settings)
        return self.app.test_client()


def _get(client: FlaskClient, address: str) -> Answer:
    answer = client.get(address)
    return Answer(answer.status_code, answer.get_data(as_text=True))


def _run(archive: Archive, command: tuple[str, ...]) -> Answer:
    done = archive.invoke(*command)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert "Traceback" not in done.output
    return Answer(done.exit_code, done.output)
