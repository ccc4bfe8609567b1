"""The files of a commit, by its table of contents, and whether each is as it was written.

Beside `builds`, over `commits`. Every byte that is read has a checksum: the arrays of a segment
a CRC-32 for each 64 KiB, the table of contents one in the stamp, the stamp one of its own.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from searchapp.engines.whoosh.directory.commits import (
    generation,
    read_contents,
    read_seals,
    stamp_path,
    toc_path,
)
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.errors import IndexDamaged
from searchapp.files import open_regular


def names_of(build: Path, number: int) -> list[str]:
    """The names of a commit's files. Raises IndexDamaged, FileNotFoundError."""
    segments = [segment.file_name() for segment in read_contents(build, number).segments]
    return [*segments, toc_path(build, number).name, stamp_path(build, number).name]


def damaged_files(build: Path, *, from_disk: bool = False) -> Iterator[str]:
    """What is wrong with the files of a build's last commit, a sentence each.

    `from_disk` has the kernel forget what it holds of each file in memory, so that the disk
    itself is asked.
    """
    try:
        number = generation(build)
    except OSError as error:
        yield _unreadable(error)
        return
    if number < 0:
        yield f"{build.name} has no table of contents"
        return
    try:
        segments = read_contents(build, number).segments
        seals = read_seals(build, number)
    except OSError as error:
        yield _unreadable(error)
    except IndexDamaged as error:
        yield str(error)
    else:
        for segment in segments:
            file = build / segment.file_name()
            yield from _damage(file, seals.get(file.name), from_disk=from_disk)


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{Path(error.filename).name} is missing"
    return f"{Path(error.filename or '').name} cannot be read: {error.strerror}"


def _damage(file: Path, seal: int | None, *, from_disk: bool) -> Iterator[str]:
    try:
        if from_disk:
            _forget_pages(file)
        ArrayFile(file, seal).verify()
    except OSError as error:
        yield _unreadable(error)
    except IndexDamaged:
        yield f"{file.name} does not have the content it was written with"


def _forget_pages(file: Path) -> None:
    with open_regular(file) as content:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(content.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
