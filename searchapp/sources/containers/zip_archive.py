"""ZIP and WACZ archives -> the pages in them.

What is kept per member is its entry in the archive's directory, some 1.3 KB; the
members themselves are streamed; `zip_headers` finds them where that directory is lost. A WACZ
is a ZIP with WARCs in `archive/`.
"""

import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from typing import IO, BinaryIO, cast

from searchapp.errors import PageError, PageFault
from searchapp.sources.compression import Budget, cut_off_error, damaged_error, meter
from searchapp.sources.containers import zip_headers
from searchapp.sources.containers.members import read_member
from searchapp.sources.entries import Container, Entries, Unread, skip
from searchapp.sources.formats import kind_and_packing

_LARGEST_DIRECTORY = 32 << 20
# APPNOTE.TXT 6.3.10, sections 4.3.14 to 4.3.16
_END = struct.Struct("<4s4H2LH")
_END_SIGN = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_SIGN = b"PK\x06\x07"
_END_64_SIGN = b"PK\x06\x06"
_END_64_SIZE = 56
_SIZE_IN_END_64 = slice(40, 48)
# zipfile bounds what it unpacks at a time for these two only
_BOUNDED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, struct.error, ValueError)


def read(container: Container) -> Entries:
    """Every member in the order of the directory. Raises PageError DAMAGED or TOO_LARGE.

    Where the directory cannot be read, every member whose header is found.
    """
    if _directory_size(container.stream, container.file_size) > _LARGEST_DIRECTORY:
        raise PageError(PageFault.TOO_LARGE, "too many members for one ZIP archive; split it")
    try:
        archive = zipfile.ZipFile(container.stream)
    except (*_BROKEN, NotImplementedError) as error:
        yield from _without_directory(container, error)
        return
    budget = Budget(container.file_size)
    with archive:
        for member in archive.infolist():
            yield from _member(member, partial(archive.open, member), container, budget)


def _without_directory(container: Container, error: Exception) -> Entries:
    """What is whole, by the headers before the members; what is not is named."""
    container.stream.seek(0)
    if container.stream.read(len(zip_headers.SIGN)) != zip_headers.SIGN:
        raise damaged_error(f"no ZIP archive ({error})") from error
    whole, cut, budget = 0, 0, Budget(container.file_size)
    for member in zip_headers.members(container.stream, container.file_size):
        whole, cut = whole + member.is_whole, cut + (not member.is_whole)
        yield from _member(member.info, partial(_open, container, member), container, budget)
    raise damaged_error(
        f"the directory at its end is missing or damaged, so it was read from header to header: "
        f"{whole} members are there, {cut} are cut off, and what came after is lost"
    )


def _open(container: Container, member: zip_headers.Member) -> IO[bytes]:
    if not member.is_whole:
        raise cut_off_error()
    container.stream.seek(member.start)
    return cast("IO[bytes]", zipfile.ZipExtFile(container.stream, "r", member.info))


def _member(
    member: zipfile.ZipInfo, opened: Callable[[], IO[bytes]], container: Container, budget: Budget
) -> Entries:
    name = member.filename
    if kind_and_packing(container.name)[0] == ".wacz" and not name.startswith("archive/"):
        yield skip("WACZ metadata")
        return
    if member.is_dir():
        return
    try:
        _check(member)
        with opened() as file:
            yield from read_member(container, name, member.file_size, meter(file, budget))  # type: ignore[arg-type]
    except PageError as error:
        if budget.left < 0:
            raise
        yield Unread(container.key(name), error)
    except (EOFError, struct.error):
        yield Unread(container.key(name), cut_off_error())
    except (*_BROKEN, RuntimeError) as error:
        yield Unread(container.key(name), damaged_error(str(error) or type(error).__name__))


def _check(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise PageError(PageFault.UNSUPPORTED, "protected by a password; unpack it first")
    if member.compress_type not in _BOUNDED:
        message = f"packed by method {member.compress_type}, not deflate; unpack it first"
        raise PageError(PageFault.UNSUPPORTED, message)


def _directory_size(stream: BinaryIO, size: int) -> int:
    """Bytes of the directory as the archive's end states them, where zipfile looks for it.

    0 when the archive has no end.
    """
    stream.seek(max(0, size - _END.size - _LOCATOR.size - _END_64_SIZE - 0xFFFF))
    tail = stream.read()
    at = len(tail) - _END.size
    if at < 0 or tail[at : at + 4] != _END_SIGN or tail[-2:] != b"\0\0":
        at = tail.rfind(_END_SIGN)
    if at < 0 or len(tail) < at + _END.size:
        return 0
    before = tail[max(0, at - _LOCATOR.size - _END_64_SIZE) : at]
    if before[-_LOCATOR.size :][:4] == _LOCATOR_SIGN and before.startswith(_END_64_SIGN):
        return int.from_bytes(before[_SIZE_IN_END_64], "little")
    return int(_END.unpack_from(tail, at)[5])
