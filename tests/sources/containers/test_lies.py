"""Sizes that containers state and do not have: each costs its member, no time and no memory."""

import bz2
import gzip
import io
import struct
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.entries import Entry, Unread

LIMIT = 1 << 20
PAGE = b"<p>The ferry left.</p>"
HUGE = [1 << 33, 1 << 40, 1 << 80]


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.type = size, kind
    return member.tobuf(tarfile.GNU_FORMAT)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % tarfile.BLOCKSIZE)


def whole(name: str, data: bytes = PAGE, kind: bytes = tarfile.REGTYPE) -> bytes:
    return header(name, len(data), kind) + padded(data)


def pax(**stated: str) -> bytes:
    records = b""
    for key, value in stated.items():
        rest = f" {key.replace('_', '.')}={value}\n".encode()
        length = len(rest) + 2
        records += b"%d" % (length + (length > 99)) + rest
    return whole("pax", records, tarfile.XHDTYPE)


LIES: dict[str, Callable[[int], bytes]] = {
    "page": lambda size: header("lie.html", size) + padded(PAGE),
    "no page": lambda size: header("lie.png", size) + padded(PAGE),
    "rows": lambda size: header("lie.jsonl", size) + padded(b"x"),
    "unknown kind": lambda size: header("lie.html", size, b"V") + padded(PAGE),
    "long name": lambda size: header("lie", size, tarfile.GNUTYPE_LONGNAME) + padded(PAGE),
    "pax header": lambda size: header("lie", size, tarfile.XHDTYPE) + padded(PAGE),
    "global header": lambda size: header("lie", size, tarfile.XGLTYPE) + padded(PAGE),
    "sparse": lambda size: header("lie.html", size, tarfile.GNUTYPE_SPARSE) + padded(PAGE),
    "size in pax": lambda size: pax(size=str(size)) + whole("lie.html"),
}


def read(path: Path, data: bytes) -> tuple[list[Entry], PageError | None]:
    """The entries before the container fails, and why it does; in little memory."""
    path.write_bytes(data)
    entries: list[Entry] = []
    tracemalloc.start()
    try:
        for entry in read_entries(str(path), LIMIT):
            entries.append(entry)  # noqa: PERF402 - extend keeps nothing when it fails
    except PageError as error:
        return entries, error
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 16 * LIMIT
    return entries, None


def pages(entries: list[Entry]) -> list[str]:
    return [entry.path.split("#", 1)[1] for entry in entries if isinstance(entry, RawPage)]


def broken(entries: list[Entry]) -> dict[str, str]:
    unread = (entry for entry in entries if isinstance(entry, Unread))
    return {entry.path.split("#", 1)[1]: str(entry.error) for entry in unread}


@pytest.mark.parametrize("size", HUGE)
@pytest.mark.parametrize("lie", LIES)
def test_a_size_beyond_the_end_of_a_tar_costs_its_member(
    tmp_path: Path, lie: str, size: int
) -> None:
    data = whole("a.html") + LIES[lie](size) + whole("b.html") + whole("c.html")
    entries, error = read(tmp_path / "a.tar", data + bytes(1024))
    assert pages(entries) == ["a.html", "b.html", "c.html"]
    (said,) = broken(entries).values()
    assert "cut off" in said
    assert error is None


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("lie", LIES)
def test_in_a_packed_tar_what_was_before_it_is_kept(
    tmp_path: Path, lie: str, pack: Callable[[bytes], bytes]
) -> None:
    suffix = "gz" if pack is gzip.compress else "bz2"
    entries, error = read(tmp_path / f"a.tar.{suffix}", pack(whole("a.html") + LIES[lie](1 << 80)))
    assert pages(entries) == ["a.html"]
    assert len(broken(entries)) == 1
    assert error is not None
    assert "cut off, after" in str(error)


def test_a_tar_that_ends_in_a_member_says_which(tmp_path: Path) -> None:
    data = whole("a.html") + whole("b.html", PAGE * 10_000)
    entries, error = read(tmp_path / "a.tar", data[:100_000])
    assert pages(entries) == ["a.html"]
    assert "cut off" in broken(entries)["b.html"]
    assert error is not None
    assert error.fault is PageFault.DAMAGED
    assert "cut off, after 2 members" in str(error)


def test_names_that_need_a_header_of_their_own_are_read(tmp_path: Path) -> None:
    long = "ferry/" * 60 + "a.html"
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w", format=form) as archive:
            member = tarfile.TarInfo(long)
            member.size, member.mtime = len(PAGE), 1.5
            archive.addfile(member, io.BytesIO(PAGE))
        assert read(tmp_path / "a.tar", file.getvalue())[0] == [
            RawPage(f"{tmp_path}/a.tar#{long}", PAGE)
        ]


@pytest.mark.parametrize(
    "sparse",
    [
        header("hole.html", len(PAGE), tarfile.GNUTYPE_SPARSE) + padded(PAGE),
        pax(GNU_sparse_realsize="8589934592", GNU_sparse_name="hole.html") + whole("x", b"0\n"),
    ],
)
def test_a_sparse_member_is_named_and_not_unfolded(tmp_path: Path, sparse: bytes) -> None:
    entries, error = read(tmp_path / "a.tar", sparse + whole("b.html") + bytes(1024))
    assert pages(entries) == ["b.html"]
    assert "a sparse file" in broken(entries)["hole.html"]
    assert error is None


def zipped(*names: str) -> bytearray:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, PAGE * 50)
    return bytearray(file.getvalue())


@pytest.mark.parametrize("at", [20, 24])  # APPNOTE.TXT 4.3.12: compressed and uncompressed size
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_sizes_in_the_directory_of_a_zip_are_not_believed(
    tmp_path: Path, at: int, method: int
) -> None:
    data = zipped("a.html", "b.html")
    entry = data.index(b"PK\x01\x02")
    data[entry + 10 : entry + 12] = method.to_bytes(2, "little")
    data[entry + at : entry + at + 4] = (0xFFFFFFF0).to_bytes(4, "little")
    entries, _ = read(tmp_path / "a.zip", bytes(data))
    assert {*pages(entries), *broken(entries)} == {"a.html", "b.html"}
    assert "b.html" in pages(entries)


@pytest.mark.parametrize("inside", [False, True])
def test_a_directory_of_a_zip_that_claims_gigabytes_is_not_read(
    tmp_path: Path, *, inside: bool
) -> None:
    data = zipped("a.html")
    at = data.rindex(b"PK\x05\x06")
    end = data[at:]
    if inside:  # the sign once more within the record, where its end is looked for
        end[16:20] = b"PK\x05\x06"
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 1 << 33, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)  # points elsewhere
    entries, error = read(tmp_path / "a.zip", bytes(data[:at] + record + locator + end))
    assert entries == []
    assert error is not None
    assert error.fault is PageFault.TOO_LARGE


def record(url: str, length: int | None = None) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    return (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http\r\n"
        f"Content-Length: {len(block) if length is None else length}\r\n\r\n"
    ).encode() + block + b"\r\n\r\n"  # fmt: skip


@pytest.mark.parametrize("length", [*HUGE, 100_000])
@pytest.mark.parametrize("name", ["a.warc", "a.warc.bz2", "a.warc.gz"])
def test_a_record_longer_than_the_file_costs_itself(tmp_path: Path, name: str, length: int) -> None:
    addresses = [f"https://{n}.example/" for n in "abc"]
    data = record(addresses[0]) + record("https://lie.example/", length)
    data += b"".join(map(record, addresses[1:]))
    packings: dict[str, Callable[[bytes], bytes]] = {".bz2": bz2.compress, ".gz": gzip.compress}
    pack = packings.get(Path(name).suffix, bytes)
    entries, error = read(tmp_path / name, pack(data))
    assert [entry.url for entry in entries if isinstance(entry, RawPage)] == addresses
    (said,) = broken(entries).values()
    assert "cut off" in said
    assert error is None


def test_many_lies_cost_no_more_than_one(tmp_path: Path) -> None:
    """What one record swallowed is looked at once, not for each of those that follow."""
    data = b"".join(record("https://lie.example/", 1 << 40) for _ in range(5_000))
    entries, error = read(tmp_path / "a.warc.bz2", bz2.compress(data))
    assert len(broken(entries)) == 5_000
    assert "no whole WARC record" in str(error)


def test_rows_in_an_archive_grow_by_the_size_of_the_file_not_by_what_it_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchapp.sources.compression.ALWAYS_ALLOWED", LIMIT)
    monkeypatch.setattr("searchapp.sources.compression.MOST_GROWTH", 20)
    bomb = gzip.compress(b'{"text": "%s"}\n' % (b"x" * 5_000) * 2_000)
    lie = header("lie.jsonl.gz", 1 << 50) + padded(bomb) + bytes(200_000)
    entries, _ = read(tmp_path / "a.tar.gz", gzip.compress(lie))
    assert 0 < len(pages(entries)) < 300
    assert isinstance(entries[-1], Unread)
    assert "as bombs do" in broken(entries)["lie.jsonl.gz"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
def test_a_line_without_an_end_costs_itself(tmp_path: Path, name: str) -> None:
    first, line = (b"text\n", b'"%s"\n') if name == "a.csv" else (b"", b'{"text": "%s"}\n')
    data = first + line % PAGE + line % (b"x" * (5 * LIMIT)) + line % PAGE
    entries, error = read(tmp_path / name, data)
    assert len(pages(entries)) == 2
    assert error is None
    assert len(broken(entries)) == 1


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
@pytest.mark.parametrize("size", [100_000, 1 << 40])
@pytest.mark.parametrize("lie", LIES)
def test_what_a_member_of_a_packed_tar_took_for_its_own_is_read_all_the_same(
    tmp_path: Path, lie: str, size: int, pack: Callable[[bytes], bytes]
) -> None:
    suffix = "gz" if pack is gzip.compress else "bz2"
    data = whole("a.html") + LIES[lie](size) + whole("b.html") + LIES[lie](size)
    data += whole("c.html", PAGE * 3_000) + bytes(1024)
    entries, error = read(tmp_path / f"a.tar.{suffix}", pack(data))
    assert [page for page in pages(entries) if "lie" not in page] == ["a.html", "b.html", "c.html"]
    assert broken(entries)
    assert error is None


def test_many_lies_in_a_packed_tar_cost_no_more_than_one(tmp_path: Path) -> None:
    data = b"".join(LIES["no page"](1 << 40) for _ in range(3_000)) + whole("b.html")
    started = time.process_time()
    entries, error = read(tmp_path / "a.tar.bz2", bz2.compress(data))
    assert time.process_time() - started < 10
    assert (pages(entries), error) == (["b.html"], None)
