"""ZIP, WACZ and TAR archives -> entries."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources import compression
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.entries import Entry, Skipped, Unread
from tests.sources.containers.breaking import until_it_breaks

LIMIT = 1 << 20
FILES = {
    "a.html": b"<p>page</p>",
    "новости/б.txt": "слова".encode(),
    "b.html.gz": gzip.compress(b"<p>packed</p>"),
    "mail.eml": b"Subject: x\n\nwords",
    "photo.PNG": b"\x89PNG",
    "README": b"read me",
    "empty.html": b"",
    "large.html": b"x" * (LIMIT + 1),
    "rows.jsonl": b'{"text": "one"}\n{"text": "two"}\nnonsense\n',
    "inner.zip": b"PK",
}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return file.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, body in files.items():
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return file.getvalue()


def read(directory: Path, data: bytes, name: str) -> list[Entry]:
    path = directory / name
    path.write_bytes(data)
    return list(read_entries(str(path), LIMIT))


def keys(entries: list[Entry]) -> list[str]:
    return [entry.path.split("#", 1)[1] for entry in entries if isinstance(entry, RawPage)]


def faults(entries: list[Entry]) -> dict[str, PageFault]:
    broken = (entry for entry in entries if isinstance(entry, Unread))
    return {entry.path.split("#", 1)[1]: entry.error.fault for entry in broken}


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.zip", zipped),
        ("a.ZIP", lambda files: zipped(files, zipfile.ZIP_STORED)),
        ("a.tar", tarred),
        ("a.tar.gz", lambda files: gzip.compress(tarred(files))),
        ("a.tgz", lambda files: gzip.compress(tarred(files))),
        ("a.tar.bz2", lambda files: bz2.compress(tarred(files))),
        ("a.tar.xz", lambda files: lzma.compress(tarred(files))),
    ],
)
def test_members_are_read_by_their_kind(
    tmp_path: Path, name: str, pack: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    entries = read(tmp_path, pack(FILES), name)
    types = {entry.media_type for entry in entries if isinstance(entry, RawPage)}
    assert types == {None, "message/rfc822"}
    assert keys(entries) == [
        *("a.html", "новости/б.txt", "b.html.gz", "mail.eml", "rows.jsonl#1", "rows.jsonl#2"),
    ]
    assert faults(entries) == {
        "empty.html": PageFault.EMPTY,
        "large.html": PageFault.TOO_LARGE,
        "rows.jsonl#3": PageFault.DAMAGED,
        "inner.zip": PageFault.UNSUPPORTED,
    }
    skips = [entry.kind for entry in entries if isinstance(entry, Skipped)]
    assert skips == [".png", "no suffix"]


def test_a_wacz_is_its_warcs(tmp_path: Path) -> None:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page</p>"
    record = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\n"
        b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n"
        % (len(http), http)
    )
    files = {
        "datapackage.json": b"{}",
        "pages/pages.jsonl": b'{"url": "https://a.example/", "text": "not to be read twice"}',
        "archive/data.warc.gz": gzip.compress(record) * 2,
    }
    entries = read(tmp_path, zipped(files, zipfile.ZIP_STORED), "a.wacz")
    offset = len(gzip.compress(record))
    assert keys(entries) == ["archive/data.warc.gz#0", f"archive/data.warc.gz#{offset}"]
    assert len(entries) == 4


def test_a_damaged_member_of_a_zip_costs_itself_only(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(3000).hex().encode()  # noqa: S311 - no secret
    data = bytearray(zipped({"a.html": noise, "b.html": noise, "c.html": noise}))
    data[5000:5010] = b"\xff" * 10
    entries = read(tmp_path, bytes(data), "a.zip")
    assert (len(keys(entries)), len(faults(entries))) == (2, 1)


def test_a_damaged_header_in_a_tar_is_named_and_passed_over(tmp_path: Path) -> None:
    data = bytearray(tarred({"a.html": b"a", "b.html": b"b", "c.html": b"c"}))
    data[1024 + 10 : 1024 + 20] = b"\xff" * 10
    entries = read(tmp_path, bytes(data), "a.tar")
    assert keys(entries) == ["a.html", "c.html"]
    assert list(faults(entries).values()) == [PageFault.DAMAGED]


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_an_archive_that_is_cut_off_gives_what_is_whole_and_says_so(
    tmp_path: Path, name: str
) -> None:
    noise = random.Random(1)  # noqa: S311 - noise, no secret
    data = tarred({f"{n}.html": noise.randbytes(150_000) for n in range(20)})
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gz": gzip.compress,
        "bz2": bz2.compress,
        "xz": lzma.compress,
    }
    data = pack.get(name.rpartition(".")[2], bytes)(data)
    path = tmp_path / name
    path.write_bytes(data[: len(data) * 3 // 4])
    entries, error = until_it_breaks(path, LIMIT)
    assert error.fault is PageFault.DAMAGED
    assert len(keys(entries)) >= 10


@pytest.mark.parametrize("name", ["a.zip", "a.wacz", "a.tar", "a.tgz", "a.tar.xz", "a.jsonl.bz2"])
@pytest.mark.parametrize("data", [b"", b"hello" * 1000, bytes(5000)])
def test_another_file_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(PageError) as caught:
        read(tmp_path, data, name)
    assert caught.value.fault in {PageFault.DAMAGED, PageFault.EMPTY}


def test_a_zip_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.html": b"secret"}))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + at] |= 1
    (entry,) = read(tmp_path, bytes(data), "a.zip")
    assert isinstance(entry, Unread)
    assert "password" in str(entry.error)
    (entry,) = read(tmp_path, zipped({"a.html": b"x"}, zipfile.ZIP_LZMA), "a.zip")
    assert isinstance(entry, Unread)
    assert entry.error.fault is PageFault.UNSUPPORTED


@pytest.mark.parametrize("name", ["a.tar.bz2", "a.tar.xz", "a.jsonl.gz", "a.zip"])
def test_a_bomb_stops_at_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(compression, "ALWAYS_ALLOWED", 4 * LIMIT)
    monkeypatch.setattr(compression, "MOST_GROWTH", 10)
    zeros = bytes(50 * LIMIT)
    bombs: dict[str, Callable[[], bytes]] = {
        "a.tar.bz2": lambda: bz2.compress(zeros),
        "a.tar.xz": lambda: lzma.compress(zeros, preset=0),
        "a.jsonl.gz": lambda: gzip.compress(b'{"text": "%s"}\n' % (b"x" * 5000) * 5_000),
        "a.zip": lambda: zipped({f"{n}.html": zeros[: LIMIT - 1] for n in range(50)}),
    }
    (tmp_path / name).write_bytes(bombs[name]())
    tracemalloc.start()
    try:
        with pytest.raises(PageError, match="as bombs do"):
            for _ in read_entries(str(tmp_path / name), LIMIT):
                pass
        assert tracemalloc.get_traced_memory()[1] < 8 * LIMIT
    finally:
        tracemalloc.stop()


def test_an_xz_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    data = lzma.compress(b'{"text": "x"}\n', filters=filters)
    with pytest.raises(PageError, match=r"[Mm]emory"):
        read(tmp_path, data, "a.jsonl.xz")


def test_an_extended_header_cannot_fill_the_memory(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("a.html")
        member.pax_headers = {"comment": "x" * 3 * LIMIT}
        archive.addfile(member)
    extended, page = read(tmp_path, file.getvalue(), "a.tar")
    assert isinstance(extended, Unread)
    assert "larger than 1 MiB" in str(extended.error)
    assert isinstance(page, Unread)
    assert page.error.fault is PageFault.EMPTY


def test_a_directory_that_is_too_long_is_refused_unread(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.html": b"x"}))
    at = data.rindex(b"PK\x05\x06")
    data[at + 12 : at + 16] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(PageError, match="too many members"):
        read(tmp_path, bytes(data), "a.zip")


def test_links_and_devices_are_no_pages(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        link = tarfile.TarInfo("passwd.html")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        pipe = tarfile.TarInfo("pipe.html")
        pipe.type = tarfile.FIFOTYPE
        archive.addfile(pipe)
    assert read(tmp_path, file.getvalue(), "a.tar") == [Skipped("link")]
