"""Which build is live, in a way that tells a step back from an old or damaged file.

    DIRECTORY/CURRENT               the live build, the one before it, and `#NUMBER CHECKSUM`
    DIRECTORY/build-.../PUBLISHED   the same number, of the last time the build went live

Under `builds`. Every publication, a rollback too, has a higher number than any before: CURRENT
with a lower one than some build's is an old one, however it came back.
"""

import re
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from searchapp.engines.whoosh.directory.errors import damaged
from searchapp.errors import IndexDamaged
from searchapp.files import atomic_write, read_regular

FILE = "CURRENT"
MARK = "PUBLISHED"
# A publication writes the mark behind CURRENT: so long is looked again before it is called wrong.
_LOOKS, _PAUSE = 10, 0.03
_BUILD = re.compile(r"build-[\w-]+", re.ASCII)
_NUMBERED = re.compile(rb"((?:[^#]*\n)?)#(\d{1,18}) ([0-9a-f]{8})\n")


@dataclass(frozen=True)
class Pointer:
    """The names of the live build and the one before; 0 is of a version without numbers."""

    names: tuple[str, ...]
    number: int


def read(directory: Path) -> Pointer | None:
    """What CURRENT says, None without one. Raises IndexDamaged, OSError."""
    while True:
        found = _read(directory)
        newest = max((number for _, number in _marks(directory)), default=0)
        if found is None or found.number >= newest:
            return found
        if found == _read(directory):  # else another build went live between the looks
            raise damaged(directory, "CURRENT is older than the build that went live last")


def write(directory: Path, names: tuple[str, ...]) -> None:
    """Make the first of the builds live, atomically; its mark comes after that."""
    numbers = [number for _, number in _marks(directory)]
    with suppress(IndexDamaged, OSError):
        numbers += [found.number] if (found := _read(directory)) else []
    number = max(numbers, default=0) + 1
    text = "".join(f"{name}\n" for name in names).encode()
    atomic_write(directory / FILE, _numbered(text, number))
    _mark(directory / names[0], number)


def mark_again(directory: Path) -> None:
    """Renew the live build's mark, where it is missing or damaged. Raises IndexDamaged, OSError."""
    if faults(directory):
        found = read(directory)
        assert found
        _mark(directory / found.names[0], found.number)


def faults(directory: Path) -> list[str]:
    """What is wrong with the live build's mark, as a sentence. Raises IndexDamaged, OSError."""
    said: list[str] = []
    for pause in (*(_PAUSE,) * _LOOKS, 0.0):
        found = read(directory)
        if not found or not found.number:
            return []
        if (directory / found.names[0], found.number) in _marks(directory):
            return []
        said = [f"{MARK} of {found.names[0]} is not what was written"]
        time.sleep(pause)
    return said


def _read(directory: Path) -> Pointer | None:
    try:
        content = read_regular(directory / FILE)
    except FileNotFoundError:
        return None
    numbered = _NUMBERED.fullmatch(content)
    text, number = (numbered[1], int(numbered[2])) if numbered else (content, 0)
    if numbered and content != _numbered(text, number):
        raise damaged(directory, "CURRENT does not match its checksum")
    names = tuple(text.decode("ascii", "replace").split())
    if not names or not all(map(_BUILD.fullmatch, names)):
        raise damaged(directory, "CURRENT does not name a build")
    return Pointer(names, number)


def _numbered(text: bytes, number: int) -> bytes:
    return b"%s#%d %08x\n" % (text, number, zlib.crc32(b"%s#%d" % (text, number)))


def _mark(build: Path, number: int) -> None:
    atomic_write(build / MARK, _numbered(b"", number))


def _marks(directory: Path) -> Iterator[tuple[Path, int]]:
    """The builds that were live, and when last; damaged marks count for nothing."""
    for path in directory.glob(f"build-*/{MARK}"):
        try:
            content = read_regular(path)
        except OSError:
            continue
        numbered = _NUMBERED.fullmatch(content)
        if numbered and content == _numbered(b"", int(numbered[2])):
            yield path.parent, int(numbered[2])
