"""Which reader a stream of pages has, and the files of a ZIP or TAR, read one deep."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from types import ModuleType
from typing import BinaryIO

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.compression import empty_error, read_bounded, unpack
from searchapp.sources.containers import csv_rows, feeds, json_lines
from searchapp.sources.containers.warc import pages
from searchapp.sources.entries import Container, Entries, Unread, skip
from searchapp.sources.formats import (
    STREAMS,
    is_container,
    is_page,
    kind_and_packing,
    media_type_of,
)

_READERS: Mapping[str, ModuleType] = {
    ".warc": pages,
    ".jsonl": json_lines,
    ".ndjson": json_lines,
    ".csv": csv_rows,
    ".tsv": csv_rows,
    ".rss": feeds,
    ".atom": feeds,
    ".xml": feeds,
}


def read_stream(container: Container) -> Entries:
    """A container that is read from beginning to end.

    Raises PageError DAMAGED, TOO_LARGE, NO_TEXT or MISSING_EXTRA; the entries before are good.
    """
    kind, packing = kind_and_packing(container.name)
    if kind != ".warc" or packing not in {".gz", ".zst"}:  # a WARC's members are its records
        stream = unpack(container.stream, packing, container.file_size)
        size = None if packing else container.size
        container = replace(container, stream=stream, size=size)
    read: Callable[[Container], Entries] = _READERS[kind].read
    yield from read(container)


def read_member(archive: Container, name: str, size: int, stream: BinaryIO) -> Entries:
    """One file of an archive, said to have `size` bytes. Raises PageError TOO_LARGE or EMPTY."""
    path = archive.key(name)
    kind, _ = kind_and_packing(name)
    if is_page(name):
        yield _read_page(path, stream, archive.max_bytes, media_type_of(name))
    elif kind in STREAMS:
        yield from _read_nested(replace(archive, path=path, name=name, stream=stream, size=size))
    elif is_container(name):
        message = "an archive within an archive is not opened; unpack it and index the folder"
        yield Unread(path, PageError(PageFault.UNSUPPORTED, message))
    else:
        yield skip(PurePosixPath(name).suffix.lower() or "no suffix")


def _read_nested(container: Container) -> Entries:
    try:
        yield from read_stream(container)
    except PageError as error:
        yield Unread(container.path, error)


def _read_page(path: str, stream: BinaryIO, max_bytes: int, media_type: str | None) -> RawPage:
    body = read_bounded(stream, max_bytes)
    if not body:
        raise empty_error()
    # A member's time is no capture date: often it is 1980.
    return RawPage(path, body, media_type=media_type)
