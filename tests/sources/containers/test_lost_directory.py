"""ZIPs whose directory is cut off or damaged: what is whole is read, what is not is named."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from pathlib import Path

import pytest

from searchapp.sources.containers.reader import read_entries
from tests.sources.containers.breaking import until_it_breaks
from tests.sources.containers.test_lies import LIMIT, PAGE, broken, pages

NAMES = ("a.html", "deep/b.html", "Fähre.html", "d.html")
TEXTS = {name: PAGE * 300 + name.encode() for name in NAMES}


class Unseekable(io.RawIOBase):
    """To which zipfile writes the sizes behind the data."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self.content += bytes(data)  # type: ignore[call-overload]
        return len(data)  # type: ignore[arg-type]


def zipped(*, streamed: bool, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file: io.BytesIO | Unseekable = Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.mkdir("deep") if not streamed else None
        for name, text in TEXTS.items():
            archive.writestr(name, text)
    return bytes(file.content) if isinstance(file, Unseekable) else file.getvalue()


FORMS = {
    "deflated": zipped(streamed=False),
    "stored": zipped(streamed=False, method=zipfile.ZIP_STORED),
    "streamed": zipped(streamed=True),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_cut_leaves_what_is_whole(tmp_path: Path, form: str) -> None:
    data, path = FORMS[form], tmp_path / "a.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        ends = [
            member.header_offset + 30 + len(member.filename.encode()) + member.compress_size
            for member in archive.infolist()
            if not member.is_dir()
        ]
    chance = random.Random(form)  # noqa: S311 - a fixed choice
    for size in [*ends, *(chance.randrange(10, len(data) - 22) for _ in range(30))]:
        path.write_bytes(data[:size])
        entries, error = until_it_breaks(path, LIMIT)
        whole = sum(end <= size for end in ends)
        assert pages(entries) == list(NAMES[:whole]), size
        assert set(broken(entries)) <= set(NAMES[whole : whole + 1])
        assert all("cut off" in said for said in broken(entries).values())
        if size > 40:
            assert "read from header to header" in str(error)
            assert f": {whole} members are there" in str(error) or form != "streamed"
        bodies = [entry.body for entry in entries if hasattr(entry, "body")]
        assert bodies == [TEXTS[name] for name in NAMES[:whole]]


@pytest.mark.parametrize("form", FORMS)
def test_damage_in_the_directory_loses_no_member(tmp_path: Path, form: str) -> None:
    data = bytearray(FORMS[form])
    data[data.index(b"PK\x01\x02")] ^= 1
    (tmp_path / "a.zip").write_bytes(data)
    entries, error = until_it_breaks(tmp_path / "a.zip", LIMIT)
    assert pages(entries) == list(NAMES)
    assert broken(entries) == {}
    assert ", 0 are cut off" in str(error)


def test_a_damaged_member_is_named_by_its_checksum(tmp_path: Path) -> None:
    data = bytearray(FORMS["stored"][: FORMS["stored"].index(b"PK\x01\x02")])
    data[data.index(PAGE) + 5] ^= 1
    (tmp_path / "a.zip").write_bytes(data)
    entries, _ = until_it_breaks(tmp_path / "a.zip", LIMIT)
    assert pages(entries) == list(NAMES[1:])
    assert "CRC-32" in broken(entries)["a.html"]


def test_a_size_that_is_a_lie_costs_its_member(tmp_path: Path) -> None:
    data = bytearray(FORMS["deflated"][: FORMS["deflated"].index(b"PK\x01\x02")])
    at = data.index(b"PK\x03\x04", data.index(b"a.html"))
    struct.pack_into("<L", data, at + 18, 0xFFFFFFF0)
    (tmp_path / "a.zip").write_bytes(data)
    entries, _ = until_it_breaks(tmp_path / "a.zip", LIMIT)
    assert pages(entries) == ["a.html", *NAMES[2:]]
    assert list(broken(entries)) == ["deep/b.html"]


def test_what_is_no_zip_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"no archive" * 100)
    entries, error = until_it_breaks(tmp_path / "a.zip", LIMIT)
    assert (entries, "no ZIP archive" in str(error)) == ([], True)


def test_a_wacz_without_its_directory_gives_its_archives_alone(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("pages/pages.jsonl", '{"text": "x"}')
        archive.writestr("archive/a.html", PAGE)
    (tmp_path / "a.wacz").write_bytes(file.getvalue()[:-30])
    entries, _ = until_it_breaks(tmp_path / "a.wacz", LIMIT)
    assert pages(entries) == ["archive/a.html"]
    assert len(entries) == 2


def test_a_whole_one_is_read_by_its_directory(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(FORMS["streamed"])
    assert pages(list(read_entries(str(tmp_path / "a.zip"), LIMIT))) == list(NAMES)
