"""CSV and TSV (RFC 4180, with a header row) -> pages, one row at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from searchapp.errors import PageError, PageFault
from searchapp.sources.containers.rows import NAMES, page_from_row
from searchapp.sources.containers.text_lines import text_lines
from searchapp.sources.entries import Container, Entries, Entry, Unread

_DELIMITERS = (",", ";", "\t", "|")


def read(container: Container) -> Entries:
    """A page or a failure for every row; `where` is the number of the row's first line.

    Raises PageError NO_TEXT when no column holds pages.
    """
    csv.field_size_limit(max(container.max_bytes, csv.field_size_limit()))
    lines = _Lines(text_lines(container.stream, container.max_bytes), 2 * container.max_bytes)
    header = next(lines, "")
    delimiter = max(_DELIMITERS, key=header.count)
    columns = _columns(header, delimiter)
    rows = csv.reader(lines, delimiter=delimiter)
    while True:
        number = lines.begin_row()
        try:
            row = next(rows)
        except StopIteration:
            return
        except PageError as error:
            yield Unread(container.key(number), error)
        except csv.Error as error:
            yield Unread(container.key(number), PageError(PageFault.DAMAGED, f"not CSV: {error}"))
        else:
            if any(row):
                yield _entry(row, columns, container, number)


def _columns(header: str, delimiter: str) -> list[str]:
    try:
        names = next(csv.reader([header.strip("\r\n")], delimiter=delimiter), [])
    except csv.Error as error:
        message = "its first line is not CSV; do its lines end as those of other files?"
        raise PageError(PageFault.DAMAGED, message) from error
    columns = [name.strip().lower() for name in names]
    if not {*NAMES["html"], *NAMES["text"]} & set(columns):
        raise PageError(
            PageFault.NO_TEXT,
            "no column is named html or text in its first line; add a line with the columns' names",
        )
    return columns


def _entry(row: list[str], columns: list[str], container: Container, number: int) -> Entry:
    path = container.key(number)
    if len(row) > len(columns):
        message = f"the row has {len(row)} fields, the header {len(columns)}; quote the fields"
        return Unread(path, PageError(PageFault.DAMAGED, message))
    try:
        return page_from_row(dict(zip(columns, row, strict=False)), path, container.max_bytes)
    except PageError as error:
        return Unread(path, error)


class _Lines:
    """Lines for `csv.reader`, which may join any number to a row: no more than a limit.

    Goes on after an error, as a generator could not.
    """

    def __init__(self, lines: Iterator[str | PageError], most: int) -> None:
        self._lines, self._most = lines, most
        self._number = self._taken = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._number += 1
        if isinstance(line, PageError):
            raise line
        self._taken += len(line)
        if self._taken > self._most:
            raise PageError(PageFault.TOO_LARGE, "the row does not end; is a quote not closed?")
        return line

    def begin_row(self) -> int:
        """The number of the next line, which begins a row."""
        self._taken = 0
        return self._number + 1
