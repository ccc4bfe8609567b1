"""JSON lines and CSV -> entries."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import json
import lzma
import random
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from searchapp.errors import PageError, PageFault
from searchapp.extraction.page import extract_page
from searchapp.model import RawPage
from searchapp.sources.containers import csv_rows, json_lines
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.entries import Container, Entry, Unread
from tests.sources.containers.entries import the_page

LIMIT = 1 << 20
ROW = {
    "url": "https://news.example/a",
    "text": "The ferry leaves.",
    "title": "Ferry",
    "date": "2020-10-04",
}


def read(directory: Path, name: str, data: bytes, limit: int = LIMIT) -> list[Entry]:
    path = directory / name
    path.write_bytes(data)
    return list(read_entries(str(path), limit))


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def table(*rows: list[str], delimiter: str = ",") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    return file.getvalue()


def fault(entry: Entry) -> PageFault:
    assert isinstance(entry, Unread), entry
    return entry.error.fault


def page(entry: Entry) -> RawPage:
    assert isinstance(entry, RawPage), entry
    return entry


def test_a_row_says_what_it_knows(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "a.jsonl", lines({**ROW, "author": "Ann Lee"}))
    assert entry == RawPage(
        f"{tmp_path}/a.jsonl#1",
        b"Ferry\n\nThe ferry leaves.",
        "https://news.example/a",
        "utf-8",
        title="Ferry",
        published="2020-10-04",
        authors=("Ann Lee",),
    )


def test_csv_says_the_same_as_json(tmp_path: Path) -> None:
    (one,) = read(tmp_path, "a.jsonl", lines(ROW))
    (two,) = read(tmp_path, "a.csv", table([*ROW], [*ROW.values()]).encode())
    assert page(one).body == page(two).body
    assert page(one).published == page(two).published
    assert page(two).path.endswith("a.csv#2")


def test_html_is_taken_before_text(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "a.ndjson", lines({**ROW, "HTML": "<p>Page</p>"}))
    assert (page(entry).body, page(entry).media_type) == (b"<p>Page</p>", "text/html")


@pytest.mark.parametrize(
    ("date", "read_as"),
    [
        (1601856000, "2020-10-05"),
        (1601856000000, "2020-10-05"),
        (2020, "2020"),
        ("Sun, 04 Oct 2020 23:30:00 +0300", "Sun, 04 Oct 2020 23:30:00 +0300"),
        (None, None),
        (1e300, None),
    ],
)
def test_dates_are_written_in_many_ways(tmp_path: Path, date: object, read_as: str | None) -> None:
    (entry,) = read(tmp_path, "a.jsonl", lines({**ROW, "date": date}))
    assert page(entry).published == read_as


def test_a_bad_line_costs_itself_only(tmp_path: Path) -> None:
    data = b"".join(
        [
            lines(ROW),
            b"{not json}\n",
            b"[1, 2]\n\n",
            lines({"url": "x"}, {"text": "  "}),
            b"[" * 100_000 + b"\n",
            b'{"text": ' + b"9" * 10_000 + b"}\n",
            b'{"text": "' + b"x" * 3 * LIMIT + b'"}\n',
            b"\x89PNG\r\n",
            b'{"text": "\\ud800 alone"}\n',
            lines(ROW)[:-1],
        ]
    )
    entries = read(tmp_path, "a.jsonl", data)
    keys = [entry.path.rpartition("#")[2] for entry in entries if not isinstance(entry, str)]  # type: ignore[union-attr]
    assert keys == ["1", "2", "3", "5", "6", "7", "8", "9", "10", "11", "12"]
    assert [fault(entry) for entry in entries[1:-2]] == [
        PageFault.DAMAGED,
        PageFault.DAMAGED,
        PageFault.NO_TEXT,
        PageFault.EMPTY,
        PageFault.DAMAGED,
        PageFault.DAMAGED,
        PageFault.TOO_LARGE,
        PageFault.BINARY,
    ]
    assert page(entries[-2]).body == "\ufffd alone".encode()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    text = "Премьер-министр посетил Вену и встретился с президентом. " * 5
    row = json.dumps({"text": text, "title": "Визит"}, ensure_ascii=False) + "\n"
    for name, data in (("a.jsonl", row * 2), ("a.csv", table(["title", "text"], ["Визит", text]))):
        entry = page(read(tmp_path, name, data.encode(encoding))[-1])
        assert entry.title == "Визит"
        assert text.strip() in entry.body.decode()


@pytest.mark.parametrize(
    ("packing", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_packed_rows_are_read(tmp_path: Path, packing: str, pack: object) -> None:
    assert callable(pack)
    entries = read(tmp_path, f"a.jsonl.{packing}", pack(lines(ROW, ROW)) + pack(lines(ROW)))
    assert len(list(map(page, entries))) == 3
    path = tmp_path / f"cut.jsonl.{packing}"
    path.write_bytes(pack(lines(*[ROW] * 3))[:-12])
    with pytest.raises(PageError) as caught:
        list(read_entries(str(path), LIMIT))
    assert caught.value.fault is PageFault.DAMAGED


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    data = table(
        ["URL", "Text"], ["https://a.example/", 'a "word", and; more\nlines'], delimiter=delimiter
    )
    (entry,) = read(tmp_path, "a.csv", data.encode())
    assert page(entry).body == b'a "word", and; more\nlines'


def test_a_bad_row_costs_itself_only(tmp_path: Path) -> None:
    data = 'text,title\ngood one,a\n"too",many,fields\n,empty\n\nlast,b\n'
    entries = read(tmp_path, "a.csv", data.encode())
    assert page(entries[0]).title == "a"
    assert [fault(entry) for entry in entries[1:3]] == [PageFault.DAMAGED, PageFault.EMPTY]
    assert page(entries[3]).path.endswith("#6")


def test_a_quote_that_is_never_closed_is_bounded(tmp_path: Path) -> None:
    data = 'text\n"open\n' + "line of words\n" * 2000
    entries = read(tmp_path, "a.csv", data.encode(), 10_000)
    assert fault(entries[0]) is PageFault.TOO_LARGE
    assert page(entries[1]).body == b"line of words"


def test_fields_as_large_as_a_page_are_read(tmp_path: Path) -> None:
    (entry,) = read(tmp_path, "a.csv", table(["html"], ["<p>" + "x" * 500_000]).encode())
    assert len(page(entry).body) == 500_003


def test_a_table_without_pages_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="no column is named html or text"):
        read(tmp_path, "a.csv", b"name,price\nx,1\n")


@given(st.lists(st.binary(max_size=200), max_size=6))
def test_every_line_that_is_not_blank_is_accounted_for(chunks: list[bytes]) -> None:
    data = b"\n".join(chunk.replace(b"\n", b"").replace(b"\r", b"") for chunk in chunks)
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return
    container = Container("c", "c.jsonl", io.BytesIO(data), len(data), len(data), LIMIT)
    seen = len(list(json_lines.read(container)))
    assert seen <= len(chunks)
    assert seen >= sum(
        1
        for line in data.split(b"\n")
        if line.strip(b" \t\f\v\x1c\x1d\x1e\x1f\x85\xa0") and line.isascii()
    )


@given(st.text(max_size=300))
def test_any_table_is_read_or_refused(text: str) -> None:
    data = f"text\n{text}".encode("utf-8", "replace")
    list(csv_rows.read(Container("c", "c.csv", io.BytesIO(data), len(data), len(data), LIMIT)))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is in KiB on Linux")
def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    with path.open("wb") as file:
        for number in range(100_000):
            file.write(lines({"text": f"Row {number} " + "word " * 400}))
    assert path.stat().st_size > 200_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in read_entries(str(path), LIMIT)) == 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_table_with_the_line_ends_of_old_computers_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"url,text\rhttps://a.example,It was late.\r")
    with pytest.raises(PageError, match="first line is not CSV"):
        list(read_entries(str(tmp_path / "a.csv"), 1 << 20))


def test_a_row_says_when_its_page_was_changed(tmp_path: Path) -> None:
    row = {"text": "It was late.", "date": "2020-10-04", "date_modify": 1_602_200_000}
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    page = the_page(read_entries(str(tmp_path / "a.jsonl"), 1 << 20))
    assert page.modified == "2020-10-08"
    found = extract_page(page)
    assert found.modified is not None
    assert (found.modified.iso, found.modified.method) == ("2020-10-08", "record")


@pytest.mark.parametrize("pack", [zstandard.compress, lzma.compress, bz2.compress, gzip.compress])
def test_a_packed_file_is_read_to_its_end_however_little_a_step_gives(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    noise = random.Random(1).randbytes  # noqa: S311 - no secret
    data = lines(*({**ROW, "text": noise(3000).hex()} for _ in range(100)))
    endings = {zstandard.compress: "zst", lzma.compress: "xz", bz2.compress: "bz2"}
    entries = read(tmp_path, f"a.jsonl.{endings.get(pack, 'gz')}", pack(data))
    assert len([page(entry) for entry in entries]) == 100
