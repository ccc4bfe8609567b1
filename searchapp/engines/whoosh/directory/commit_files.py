"""The files of a commit, by its table of contents, and whether each is as it was written.

Beside `builds`. Every byte that is read has a checksum: the arrays of a segment a CRC-32 for
each 64 KiB, the table of contents one in the stamp, the stamp one of its own.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from searchapp.engines.whoosh.directory.builds import (
    generation,
    read_contents,
    stamp_path,
    toc_path,
)
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.errors import IndexDamaged


def names_of(build: Path, number: int) -> list[str]:
    """The names of a commit's files. Raises IndexDamaged, FileNotFoundError."""
    segments = [segment.file_name() for segment in read_contents(build, number).segments]
    return [*segments, toc_path(build, number).name, stamp_path(build, number).name]


def damaged_files(build: Path, *, from_disk: bool = False) -> Iterator[str]:
    """What is wrong with the files of a build's last commit, a sentence each.

    `from_disk` has the kernel forget what it holds of each file in memory, so that the disk
    itself is asked.
    """
    number = generation(build)
    if number < 0:
        return
    try:
        segments = read_contents(build, number).segments
    except FileNotFoundError as error:
        yield f"{Path(error.filename).name} is missing"
    except IndexDamaged as error:
        yield str(error)
    else:
        for segment in segments:
            yield from _damage(build / segment.file_name(), from_disk=from_disk)


def _damage(file: Path, *, from_disk: bool) -> Iterator[str]:
    try:
        if from_disk:
            _forget_pages(file)
        ArrayFile(file).verify()
    except FileNotFoundError:
        yield f"{file.name} is missing"
    except IndexDamaged:
        yield f"{file.name} does not have the content it was written with"


def _forget_pages(file: Path) -> None:
    with file.open("rb") as content:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(content.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
