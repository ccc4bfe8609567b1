"""A build's files and their checksums, so that damage is found before it is searched.

    DIRECTORY/build-.../seal-<generation>.json   {name: [bytes, BLAKE2b-128]}

Beside `builds`: a seal is written after each commit, when every file of it is there.
Segments never change, so a seal takes over what the one before it says of them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from searchapp.engines.whoosh.directory import builds
from searchapp.files import sync

_SEAL = re.compile(r"seal-\d+\.json")
_TOC_OR_STAMP = re.compile(r"_MAIN_\d+\.toc(\..+)?|stamp-\d+\.json")
_LOCK = re.compile(r".*_WRITELOCK|.*\.tmp")
_CHUNK = 2**20


@dataclass(frozen=True)
class Seal:
    """The size and checksum of every file of a commit, by name."""

    files: dict[str, tuple[int, str]]

    @classmethod
    def read(cls, build: Path, number: int) -> Seal | None:
        """A commit's seal; None when there is none, as after a crash, or it is damaged."""
        try:
            content = json.loads(_path(build, number).read_text(encoding="utf-8"))
            return cls({name: (int(size), str(sum_)) for name, (size, sum_) in content.items()})
        except (OSError, ValueError, TypeError, AttributeError):
            return None


def seal(build: Path, number: int) -> None:
    """Write a commit's seal, and forget the ones before it."""
    before = Seal.read(build, number - 1) or Seal({})
    files = {}
    for file in sorted(_sealable(build, number)):
        size = file.stat().st_size
        known = before.files.get(file.name)
        immutable = known and known[0] == size and not _TOC_OR_STAMP.fullmatch(file.name)
        files[file.name] = known if known and immutable else (size, _checksum(file))
    waiting = build / f"seal-{number}.new"
    waiting.write_text(json.dumps(files, indent=0), encoding="utf-8")
    sync(waiting)
    waiting.replace(_path(build, number))
    for file in build.glob("seal-*"):
        if file.name != _path(build, number).name:
            file.unlink(missing_ok=True)


def names_of(build: Path, number: int) -> list[str]:
    """The names of a commit's files, its seal's among them."""
    if found := Seal.read(build, number):
        return [*found.files, _path(build, number).name]
    return [file.name for file in _sealable(build, number)]


def damaged_files(build: Path, *, from_disk: bool = False) -> Iterator[str]:
    """What is wrong with the files of a build's last commit, a sentence each.

    Nothing can be said of a commit without a seal. `from_disk` has the kernel forget
    what it holds of each file in memory, so that the disk itself is asked.
    """
    found = Seal.read(build, builds.generation(build))
    for name, (size, checksum) in (found.files if found else {}).items():
        file = build / name
        if not file.exists():
            yield f"{name} is missing"
        elif file.stat().st_size != size:
            yield f"{name} has {file.stat().st_size} bytes, not {size}"
        elif _checksum(file, from_disk=from_disk) != checksum:
            yield f"{name} does not have the content it was written with"


def _sealable(build: Path, number: int) -> Iterator[Path]:
    """The commit's own files: no seals, no locks, nothing of another commit."""
    own = {f"_MAIN_{number}.toc", f"stamp-{number}.json"}
    for file in build.iterdir():
        other = _TOC_OR_STAMP.fullmatch(file.name) and file.name not in own
        passing = _SEAL.fullmatch(file.name) or _LOCK.fullmatch(file.name)
        if file.is_file() and not other and not passing and not file.name.endswith(".new"):
            yield file


def _checksum(file: Path, *, from_disk: bool = False) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with file.open("rb") as content:
        if from_disk and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(content.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _path(build: Path, number: int) -> Path:
    return build / f"seal-{number}.json"
