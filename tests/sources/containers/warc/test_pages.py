"""WARC files written by warcio, and what befalls them -> entries."""

from __future__ import annotations

import gzip
import io
import random
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.containers.warc.records import Record, read_records
from searchapp.sources.entries import Entry, Revisit, Skipped, Unread

# warcio leaves its temporary files to the garbage collector
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LIMIT = 1 << 20
HTML = "text/html; charset=UTF-8"
# Incompressible, so that offsets in the compressed file are those of whole records.
NOISE = random.Random(1).randbytes(3000)  # noqa: S311 - no secret
PAGE = b"<html><title>Ferry</title><p>" + NOISE.hex().encode()


def respond(
    writer: WARCWriter,
    url: str,
    body: bytes = PAGE,
    *headers: tuple[str, str],
    status: str = "200 OK",
    warc_date: str = "2020-10-04T22:30:00Z",
) -> None:
    http = StatusAndHeaders(status, [*headers] or [("Content-Type", HTML)], protocol="HTTP/1.1")
    record = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": warc_date},
    )
    writer.write_record(record)


def warc(build: Callable[[WARCWriter], None], *, packed: bool = True) -> bytes:
    file = io.BytesIO()
    build(WARCWriter(file, gzip=packed))
    return file.getvalue()


def some(count: int) -> Callable[[WARCWriter], None]:
    def build(writer: WARCWriter) -> None:
        for number in range(count):
            respond(writer, f"https://news.example/{number}", b"%d" % number + PAGE)

    return build


def read(directory: Path, data: bytes, name: str = "crawl.warc.gz") -> list[Entry]:
    path = directory / name
    path.write_bytes(data)
    return list(read_entries(str(path), LIMIT))


def pages(entries: list[Entry]) -> list[RawPage]:
    return [entry for entry in entries if isinstance(entry, RawPage)]


def faults(entries: list[Entry]) -> list[PageFault]:
    return [entry.error.fault for entry in entries if isinstance(entry, Unread)]


def kinds(entries: list[Entry]) -> list[str]:
    return [entry.kind for entry in entries if isinstance(entry, Skipped | Revisit)]


def test_a_response_says_its_address_charset_and_time(tmp_path: Path) -> None:
    data = warc(lambda writer: respond(writer, "https://news.example/a"))
    (page,) = pages(read(tmp_path, data))
    assert page.digest is not None
    assert page.record_id is not None
    assert page.record_id.startswith("urn:uuid:")
    assert replace(page, digest=None, record_id=None) == RawPage(
        f"{tmp_path}/crawl.warc.gz#0",
        PAGE,
        "https://news.example/a",
        "UTF-8",
        datetime(2020, 10, 4, 22, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize("packed", [True, False])
def test_records_are_those_that_the_library_reads(packed: bool) -> None:  # noqa: FBT001
    data = warc(some(7), packed=packed)
    iterator = ArchiveIterator(io.BytesIO(data), no_record_parse=True)
    expected = []
    for record in iterator:
        block = record.raw_stream.read()
        expected.append((str(iterator.get_record_offset()), block))
    found = list(read_records(io.BytesIO(data), len(data), len(data), LIMIT))
    assert [(r.where, r.block) for r in found if isinstance(r, Record)] == expected
    assert len(found) == 7


def test_a_file_that_was_compressed_as_a_whole_is_read(tmp_path: Path) -> None:
    plain = warc(some(3), packed=False)
    found = pages(read(tmp_path, gzip.compress(plain)))
    offsets = [page.path.rpartition("#")[2] for page in found]
    assert offsets[0] == "0"
    assert all(offset.startswith("0+") for offset in offsets[1:])
    assert [page.body[:1] for page in found] == [b"0", b"1", b"2"]


@pytest.mark.parametrize(
    ("headers", "encode"),
    [
        ([("Content-Encoding", "gzip")], gzip.compress),
        ([("Content-Encoding", "x-gzip")], gzip.compress),
        ([("Content-Encoding", "deflate")], zlib.compress),
        ([("Content-Encoding", "deflate")], lambda body: zlib.compress(body, wbits=-15)),
        ([("Content-Encoding", "br")], brotli.compress),
        ([("Content-Encoding", "br, gzip")], lambda body: gzip.compress(brotli.compress(body))),
        ([("Content-Encoding", "gzip")], bytes),
        ([("Content-Encoding", "br")], bytes),
        ([("Content-Encoding", "identity")], bytes),
        (
            [("Transfer-Encoding", "chunked")],
            lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
        ),
        (
            [("Transfer-Encoding", "chunked")],
            lambda body: b"5;x=y\r\n%s\r\n%X\r\n%s\r\n" % (body[:5], len(body) - 5, body[5:]),
        ),
        ([("Transfer-Encoding", "chunked")], bytes),
        (
            [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")],
            lambda body: b"%x\r\n%s\r\n0\r\n\r\n" % (len(gzip.compress(body)), gzip.compress(body)),
        ),
    ],
)
def test_codings_are_removed_where_they_are_there(
    tmp_path: Path, headers: list[tuple[str, str]], encode: Callable[[bytes], bytes]
) -> None:
    stated = [("Content-Type", "text/html"), *headers]
    data = warc(lambda writer: respond(writer, "http://a.example/", encode(PAGE), *stated))
    (page,) = pages(read(tmp_path, data))
    assert page.body == PAGE


def test_what_is_no_page_is_counted_by_kind(tmp_path: Path) -> None:
    def build(writer: WARCWriter) -> None:
        writer.write_record(writer.create_warcinfo_record("crawl.warc", {"software": "x"}))
        respond(writer, "http://a.example/moved", b"", ("Location", "/"), status="301 Moved")
        respond(writer, "http://a.example/gone", PAGE, status="404 Not Found")
        respond(writer, "http://a.example/i.png", b"\x89PNG", ("Content-Type", "image/png"))
        respond(
            writer, "http://a.example/robots.txt", b"User-agent: *", ("Content-Type", "text/plain")
        )
        respond(writer, "http://a.example/empty", b"")
        respond(writer, "dns:a.example", b"20201004 a.example. 300 IN A 192.0.2.1")
        record = writer.create_warc_record(
            "http://a.example/", "request", payload=io.BytesIO(b"GET / HTTP/1.1\r\n\r\n")
        )
        writer.write_record(record)

    assert kinds(read(tmp_path, warc(build))) == [
        *("warcinfo", "redirect", "HTTP 404", "image/png", "robots.txt", "empty response"),
        *("dns address", "request"),
    ]


def test_a_revisit_repeats_a_page_that_is_there(tmp_path: Path) -> None:
    def build(writer: WARCWriter) -> None:
        respond(writer, "http://a.example/")
        record = writer.create_revisit_record(
            "http://a.example/", "sha1:X", "http://a.example/", "2020-10-04T22:30:00Z"
        )
        writer.write_record(record)

    entries = read(tmp_path, warc(build))
    assert (len(pages(entries)), kinds(entries)) == (1, ["revisit"])


def test_resources_and_conversions_are_pages_of_their_own_type(tmp_path: Path) -> None:
    def build(writer: WARCWriter) -> None:
        for kind, url, media_type in (
            ("resource", "file:///a.html", "text/html; charset=koi8-r"),
            ("resource", "urn:pageinfo:a", "application/json"),
            ("conversion", "http://a.example/", "text/plain"),
            ("resource", "http://a.example/a.pdf", "application/pdf"),
            ("resource", "http://a.example/a.css", "text/css"),
        ):
            record = writer.create_warc_record(
                url, kind, payload=io.BytesIO(b"words"), warc_content_type=media_type
            )
            writer.write_record(record)

    entries = read(tmp_path, warc(build))
    assert [(page.charset, page.media_type) for page in pages(entries)] == [
        ("koi8-r", None),
        (None, None),
        (None, "application/pdf"),
    ]
    assert kinds(entries) == ["urn address", "text/css"]


def test_a_type_that_is_not_stated_is_looked_for(tmp_path: Path) -> None:
    def build(writer: WARCWriter) -> None:
        respond(writer, "http://a.example/1", b"\n<!DOCTYPE html><p>page", ("X", "y"))
        respond(writer, "http://a.example/2", bytes(100), ("X", "y"))

    entries = read(tmp_path, warc(build))
    assert len(pages(entries)) == 1
    assert kinds(entries) == ["unknown media type"]


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_that_is_cut_off_gives_what_is_whole_and_names_the_rest(
    tmp_path: Path,
    packed: bool,  # noqa: FBT001
) -> None:
    data = warc(some(4), packed=packed)
    entries = read(tmp_path, data[: len(data) * 5 // 8], "crawl.warc" + ".gz" * packed)
    assert len(pages(entries)) == 2
    assert faults(entries) == [PageFault.DAMAGED]
    assert isinstance(entries[2], Unread)
    assert "ends" in str(entries[2].error)


def test_damage_in_one_member_costs_that_record_only(tmp_path: Path) -> None:
    data = bytearray(warc(some(6)))
    offsets = [int(page.path.rpartition("#")[2]) for page in pages(read(tmp_path, bytes(data)))]
    data[offsets[2] + 100 : offsets[2] + 140] = b"\xff" * 40
    entries = read(tmp_path, bytes(data))
    assert [page.body[:1] for page in pages(entries)] == [b"0", b"1", b"3", b"4", b"5"]
    (broken,) = (entry for entry in entries if isinstance(entry, Unread))
    assert broken.path == f"{tmp_path}/crawl.warc.gz#{offsets[2]}"


@pytest.mark.parametrize(
    "stated", [b"Content-Length: 9", b"Content-Length: x", b"Content-Lenght: 6"]
)
def test_a_record_of_a_wrong_length_costs_itself_only(tmp_path: Path, stated: bytes) -> None:
    data = warc(some(3), packed=False)
    length = data.split(b"Content-Length: ")[1].split(b"\r\n")[0]
    data = data.replace(b"Content-Length: " + length, stated, 1)
    entries = read(tmp_path, data, "crawl.warc")
    assert [page.body[:1] for page in pages(entries)] == [b"1", b"2"]
    assert faults(entries) == [PageFault.DAMAGED]


def test_bytes_between_records_are_named(tmp_path: Path) -> None:
    one, two = (warc(some(1), packed=False) for _ in range(2))
    entries = read(tmp_path, one + b"\nlost words\nand more\n" + two, "crawl.warc")
    assert len(pages(entries)) == 1
    assert faults(entries) == [PageFault.DAMAGED]


def test_a_page_beyond_the_limit_is_named_and_an_image_beyond_it_is_not(tmp_path: Path) -> None:
    def build(writer: WARCWriter) -> None:
        respond(writer, "http://a.example/big", b"x" * 2 * LIMIT)
        respond(writer, "http://a.example/i", b"x" * 2 * LIMIT, ("Content-Type", "video/mp4"))
        packed = gzip.compress(bytes(64 * LIMIT))
        respond(
            writer,
            "http://a.example/bomb",
            packed,
            ("Content-Type", "text/html"),
            ("Content-Encoding", "gzip"),
        )
        bomb = brotli.compress(bytes(64 * LIMIT), quality=1)
        respond(
            writer,
            "http://a.example/bomb",
            bomb,
            ("Content-Type", "text/html"),
            ("Content-Encoding", "br"),
        )
        respond(writer, "http://a.example/good")

    entries = read(tmp_path, warc(build))
    assert faults(entries) == [PageFault.TOO_LARGE] * 3
    assert kinds(entries) == ["video/mp4"]
    assert len(pages(entries)) == 1


@pytest.mark.parametrize(
    "data",
    [b"\0" * 100, b"hello", gzip.compress(b"<html>" * 1000, mtime=0)],
    ids=["zeros", "words", "gzip"],
)
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(PageError, match="no whole WARC record"):
        read(tmp_path, data)


@given(st.binary(max_size=300), st.integers(0, 12_000), st.integers(0, 300), st.booleans())
def test_no_damage_stops_the_records_before_it(
    noise: bytes,
    at: int,
    cut: int,
    packed: bool,  # noqa: FBT001
) -> None:
    data = warc(some(2), packed=packed)
    harmed = data[:at] + noise + data[at + cut :]
    whole = list(read_records(io.BytesIO(data), len(data), len(data), LIMIT))
    found: list[object] = []
    with suppress(PageError):  # of a file whose first bytes are no WARC's any more
        found.extend(read_records(io.BytesIO(harmed), len(harmed), len(harmed), LIMIT))
    for record in whole:
        assert isinstance(record, Record)
        end = int(whole[1].where) if record is whole[0] else len(data)
        if end <= at:
            assert record in found


def zstd_warc(count: int, dictionary: str = "") -> bytes:
    """A `.warc.zst`: a frame per record, after one with the dictionary, if any."""
    zstandard = pytest.importorskip("zstandard")
    start, trained = b"", None
    if dictionary:
        samples = [b"%d" % number * 60 + PAGE[: number * 9] for number in range(200)]
        trained = zstandard.train_dictionary(1 << 12, samples)
        stored = trained.as_bytes()
        if dictionary == "packed":
            stored = zstandard.ZstdCompressor().compress(stored)
        start = b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored
    packer = zstandard.ZstdCompressor(dict_data=trained)
    return start + b"".join(packer.compress(one_record(number)) for number in range(count))


def one_record(number: int) -> bytes:
    def build(writer: WARCWriter) -> None:
        respond(writer, f"https://news.example/{number}", b"%d" % number + PAGE)

    return warc(build, packed=False)


@pytest.mark.parametrize("dictionary", ["", "plain", "packed"])
def test_a_zstd_file_is_read_by_frames(tmp_path: Path, dictionary: str) -> None:
    data = zstd_warc(5, dictionary)
    found = pages(read(tmp_path, data, "crawl.warc.zst"))
    assert [page.body[:1] for page in found] == [b"%d" % number for number in range(5)]
    offsets = [int(page.path.rpartition("#")[2]) for page in found]
    assert all(data[at:].startswith(b"\x28\xb5\x2f\xfd") for at in offsets)


def test_a_damaged_frame_costs_one_record(tmp_path: Path) -> None:
    data = bytearray(zstd_warc(5))
    found = pages(read(tmp_path, bytes(data), "crawl.warc.zst"))
    third = int(found[2].path.rpartition("#")[2])
    data[third + 20 : third + 40] = bytes(20)
    entries = read(tmp_path, bytes(data), "crawl.warc.zst")
    assert [page.body[:1] for page in pages(entries)] == [b"0", b"1", b"3", b"4"]
    assert faults(entries) == [PageFault.DAMAGED]


def test_a_zstd_file_that_was_cut_off_keeps_what_came_before(tmp_path: Path) -> None:
    entries = read(tmp_path, zstd_warc(3)[:-50], "crawl.warc.zst")
    assert len(pages(entries)) == 2
    assert faults(entries) == [PageFault.DAMAGED]


def revisit(writer: WARCWriter, url: str, digest: str, **headers: str) -> None:
    record = writer.create_revisit_record(
        url, digest, headers.get("uri", url), headers.get("date", "2020-10-04T22:30:00Z")
    )
    writer.write_record(record)


def test_a_revisit_says_what_it_is_the_same_as(tmp_path: Path) -> None:
    def build(writer: WARCWriter) -> None:
        respond(writer, "https://news.example/1")
        revisit(writer, "https://news.example/1?again", "sha1:ABC", uri="https://news.example/1")

    page, met = read(tmp_path, warc(build))
    assert isinstance(page, RawPage)
    assert page.digest is not None
    assert page.digest.startswith("sha1:")
    assert page.record_id is not None
    assert isinstance(met, Revisit)
    assert (met.url, met.digest) == ("https://news.example/1?again", "sha1:abc")
    assert (met.of_url, met.of_captured) == (page.url, page.captured)


def test_a_revisit_of_an_image_is_no_page(tmp_path: Path) -> None:
    def build(writer: WARCWriter) -> None:
        http = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
        record = writer.create_revisit_record(
            "https://news.example/a.png", "sha1:ABC", "", "", http_headers=http
        )
        writer.write_record(record)

    assert read(tmp_path, warc(build)) == [Skipped("image/png")]


@pytest.mark.parametrize("name", ["crawl.warc.zst", "rows.jsonl.zst"])
def test_without_the_extra_a_zstd_file_says_what_to_install(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(PageError, match=r"pip install 'searchapp\[zstd\]'") as caught:
        read(tmp_path, b"\x28\xb5\x2f\xfdxx", name)
    assert caught.value.fault is PageFault.MISSING_EXTRA
