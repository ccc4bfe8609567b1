"""A WARC's bytes -> its records (ISO 28500:2017, WARC 1.0 and 1.1), packed or not.

The libraries for this end silently at the first damage. Here a record that cannot
be read is named by its offset, and reading goes on at the next one that can.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from searchapp.errors import PageError, PageFault
from searchapp.sources.compression import (
    BLOCK,
    GZIP_MAGIC,
    ZSTD_DICTIONARY,
    ZSTD_MAGIC,
    Budget,
    cut_off_error,
)
from searchapp.sources.containers.warc.gzip_members import gzip_members
from searchapp.sources.containers.warc.http import MOST_HEADERS, parse_headers
from searchapp.sources.containers.warc.resync import RECORD_SIGN
from searchapp.sources.containers.warc.zstd_frames import zstd_frames


@dataclass(frozen=True)
class Record:
    """One record; `where` is its offset in the file.

    In a file that was compressed as a whole it is the offset of the gzip member or Zstandard
    frame, `+`, and the offset within. `block` is cut off where it exceeds the reader's limit;
    `length` is what it was.
    """

    where: str
    headers: Mapping[str, str]
    block: bytes
    length: int


@dataclass(frozen=True)
class BrokenRecord:
    """Where something stands that is no whole record, and what is wrong with it."""

    where: str
    error: PageError


def read_records(
    stream: BinaryIO, size: int | None, file_size: int, max_block: int
) -> Iterator[Record | BrokenRecord]:
    """Every record in order; blocks are cut after `max_block` bytes.

    `size` are the bytes of the stream, if they are known, `file_size` those of the file on disk.
    Raises PageError TOO_LARGE when the file is a bomb, MISSING_EXTRA without Zstandard.
    """
    start = stream.read(len(ZSTD_MAGIC))
    for name, blocks in _sections(stream, start, Budget(file_size)):
        yield from _SectionReader(name, blocks, max_block, None if name else size)


def _sections(
    stream: BinaryIO, start: bytes, budget: Budget
) -> Iterator[tuple[str, Iterator[bytes]]]:
    if start.startswith(GZIP_MAGIC):
        return gzip_members(stream, start, budget)
    if start in {ZSTD_MAGIC, ZSTD_DICTIONARY}:
        return zstd_frames(stream, start, budget)
    return _one_section(stream, start)


def _one_section(stream: BinaryIO, start: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    def blocks() -> Iterator[bytes]:
        yield start
        yield from iter(lambda: stream.read(BLOCK), b"")

    yield "", blocks()


class _SectionReader:
    """The records in one stretch of bytes: a gzip member (its offset is `name`), or a file."""

    def __init__(self, name: str, blocks: Iterator[bytes], max_block: int, end: int | None) -> None:
        self._name, self._blocks, self._max_block, self._end = name, blocks, max_block, end
        self._data, self._at, self._before = b"", 0, 0
        self._lost = False

    def __iter__(self) -> Iterator[Record | BrokenRecord]:
        where = self._where()
        while True:
            try:
                line = self._line()
                if line.startswith(RECORD_SIGN):
                    where = self._where(len(line))
                    self._lost = False
                    yield self._record(where)
                elif line.strip() and not self._lost:
                    self._lost = True
                    yield BrokenRecord(self._where(len(line)), _not_a_record_error())
                elif not line:
                    return
            except PageError as error:
                if error.fault is PageFault.TOO_LARGE:
                    raise
                yield BrokenRecord(where, error)
                if not self._lost:
                    return

    def _record(self, where: str) -> Record:
        headers = self._headers()
        try:
            length = int(headers.get("content-length", ""))
        except ValueError:
            length = -1
        if length < 0:
            self._lost = True
            raise PageError(PageFault.DAMAGED, "the record does not say how long it is")
        if self._end is not None and length > self._end - self._before - self._at:
            self._lost = True
            raise cut_off_error()
        block = self._read(min(length, self._max_block))
        if not self._skip(length - len(block)):
            self._take_back(block)
            raise cut_off_error()
        self._check_end()
        return Record(where, headers, block, length)

    def _headers(self) -> dict[str, str]:
        lines: list[str] = []
        budget = MOST_HEADERS
        while (line := self._line()).strip():
            budget -= len(line)
            if budget < 0:
                self._lost = True
                raise PageError(PageFault.DAMAGED, "the record's header does not end")
            lines.append(line.decode("utf-8", "replace").rstrip("\r\n"))
        return parse_headers(lines)

    def _check_end(self) -> None:
        """Blank lines follow a record; some writers leave them out, but nothing else follows.

        Reading to the end of them also verifies a gzip member's checksum.
        """
        while (line := self._line()) and not line.strip():
            pass
        if line.startswith(RECORD_SIGN):
            self._at -= len(line)
        elif line.strip():
            self._lost = True
            raise PageError(PageFault.DAMAGED, "the record is not as long as it says")

    def _where(self, back: int = 0) -> str:
        within = self._before + self._at - back
        if not self._name:
            return str(within)
        return f"{self._name}+{within}" if within else self._name

    def _fill(self) -> bool:
        block = next(self._blocks, b"")
        if block:
            self._before += self._at
            self._data, self._at = self._data[self._at :] + block, 0
        return bool(block)

    def _line(self) -> bytes:
        while (end := self._data.find(b"\n", self._at, self._at + MOST_HEADERS)) < 0:
            if len(self._data) - self._at >= MOST_HEADERS or not self._fill():
                end = min(len(self._data), self._at + MOST_HEADERS) - 1
                break
        line = self._data[self._at : end + 1]
        self._at = end + 1
        return line

    def _read(self, length: int) -> bytes:
        """So many bytes, or all up to the end."""
        parts = []
        while length and (self._at < len(self._data) or self._fill()):
            part = self._data[self._at : self._at + length]
            self._at += len(part)
            length -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _skip(self, length: int) -> bool:
        """Pass over so many bytes; whether they were there."""
        while length:
            passed = len(self._read(min(length, BLOCK)))
            length -= passed
            if not passed:
                return False
        return True

    def _take_back(self, block: bytes) -> None:
        """Look for records in what a record that does not end has swallowed."""
        self._end = self._before + self._at
        self._data, self._at, self._before = block, 0, self._end - len(block)
        self._lost = True


def _not_a_record_error() -> PageError:
    return PageError(PageFault.DAMAGED, "here stands something that is no WARC record")
