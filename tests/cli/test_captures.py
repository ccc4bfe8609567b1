"""Revisits in WARC files: captures of pages that are there, through the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from searchapp.config import Settings
from searchapp.engines import open_engine
from searchapp.indexer.events import Reporter
from searchapp.indexer.run import reindex
from searchapp.ledger.captures import Capture
from searchapp.ledger.reader import LedgerReader

HTML = (
    b"<html><head><title>Ferry line to reopen</title></head><body><article><p>The council of the "
    b"harbour town voted on Monday to reopen the old ferry line.</p></article></body></html>"
)
FERRY = "https://news.example/ferry"


def record(kind: str, url: str, day: str, block: bytes, **headers: str) -> bytes:
    """A WARC record (ISO 28500), with a digest that stands for that of its payload."""
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {day}T10:00:00Z",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def response(digest: str) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML
    headers = {"Content-Type": "application/http", "WARC-Payload-Digest": digest}
    headers["WARC-Record-ID"] = "<urn:uuid:1>"
    return record("response", FERRY, "2020-10-04", http, **headers)


def status(directory: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "searchapp", "status", *arguments, "--index", "index"],
        check=False,
        cwd=directory,
        env={**os.environ, "SEARCHAPP_MODELS_EN": ""},
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def captures(directory: Path) -> list[Capture]:
    """What the ledger has of them after a run over the archive."""
    settings = Settings(index_dir=directory / "index", jobs=1, models={})
    reindex([directory / "archive"], settings, open_engine(settings), Reporter())
    with LedgerReader(settings.index_dir) as ledger:
        return list(ledger.captures)


def test_a_revisit_counts_as_a_capture_of_its_page(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "first.warc").write_bytes(response("sha1:ABC"))
    assert captures(tmp_path) == []
    later = [
        record("revisit", FERRY, "2020-11-04", b"", WARC_Payload_Digest="sha1:ABC"),
        record("revisit", FERRY + "?2", "2020-11-05", b"", WARC_Refers_To="<urn:uuid:1>"),
        record(
            "revisit",
            FERRY + "?3",
            "2020-11-06",
            b"",
            WARC_Refers_To_Target_URI=FERRY,
            WARC_Refers_To_Date="2020-10-04T10:00:00Z",
        ),
        record("revisit", FERRY + "?4", "2020-11-07", b"", WARC_Payload_Digest="sha1:XYZ"),
    ]
    (archive / "later.warc").write_bytes(b"".join(later))
    found = captures(tmp_path)
    page = str(archive / "first.warc#0")
    assert [capture.of for capture in found] == [page, page, page, None]
    told = json.loads(status(tmp_path, "--json"))["captures"]
    assert [capture["of"] for capture in told] == [page, page, page, None]
    assert [capture["captured"][:10] for capture in told] == [
        "2020-11-04",
        "2020-11-05",
        "2020-11-06",
        "2020-11-07",
    ]
    said = status(tmp_path)
    assert "documents  1 " in said
    assert "captures   3 more of pages in the index, 1 of pages that are not" in said
    assert f"{FERRY}?4 as it had been in a page it does not name" in said

    (archive / "first.warc").unlink()
    assert [capture.of for capture in captures(tmp_path)] == [None] * 4
    (archive / "later.warc").unlink()
    assert captures(tmp_path) == []


def test_captures_go_with_the_archives_that_are_renamed(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "first.warc").write_bytes(response("sha1:ABC"))
    again = record("revisit", FERRY, "2020-11-04", b"", WARC_Payload_Digest="sha1:ABC")
    (archive / "later.warc").write_bytes(again)
    captures(tmp_path)
    for name in ("first.warc", "later.warc"):
        (archive / name).rename(archive / f"old-{name}")
    (found,) = captures(tmp_path)
    assert "/old-later.warc#" in found.path
    assert "/old-first.warc#" in (found.of or "")
