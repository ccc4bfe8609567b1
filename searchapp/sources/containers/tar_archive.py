"""TAR archives (POSIX pax, GNU, old), packed or not -> the pages in them, as a stream."""

import tarfile
from typing import Self

from searchapp.errors import PageError, PageFault
from searchapp.sources.compression import MIB, damaged_error, unpack
from searchapp.sources.containers.members import read_member
from searchapp.sources.entries import Container, Entries, Unread, skip
from searchapp.sources.formats import kind_and_packing

_EXTENDED = frozenset(
    {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}
    | {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}
)


def read(container: Container) -> Entries:
    """Every regular member in order. Raises PageError DAMAGED when the rest cannot be read.

    A header that is damaged is named by its offset; reading goes on at the next one.
    """
    _, packing = kind_and_packing(container.name)
    stream = unpack(container.stream, packing, container.size)
    header = _new_header_class()
    count = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=header, ignore_zeros=True) as archive:
            while (member := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # or it keeps every one
                count += 1
                yield from _take_damage(header, container)
                yield from _member(archive, member, container)
        yield from _take_damage(header, container)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise damaged_error(f"{error}, after {count} members") from error
    if not count:
        raise damaged_error("no TAR archive")


def _member(archive: tarfile.TarFile, member: tarfile.TarInfo, container: Container) -> Entries:
    if member.islnk() or member.issym():
        yield skip("link")
    if not member.isreg():
        return
    name = member.name.removeprefix("./")
    file = archive.extractfile(member)
    assert file is not None
    try:
        yield from read_member(container, name, member.size, file)  # type: ignore[arg-type]
    except PageError as error:
        yield Unread(container.key(name), error)


class _Header(tarfile.TarInfo):
    """A member's header, read with suspicion.

    tarfile passes over headers that are damaged without a word, and reads extended
    ones of any size into memory.
    """

    damage: list[int]

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        try:
            header = super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError:
            if any(buf):
                cls.damage.append(len(buf))
            raise
        if header.type in _EXTENDED and header.size > MIB:
            raise PageError(PageFault.DAMAGED, "a member's extended header is larger than 1 MiB")
        return header


def _new_header_class() -> type[_Header]:
    """A header class with an account of its own."""
    return type("_Header", (_Header,), {"damage": []})


def _take_damage(header: type[_Header], container: Container) -> Entries:
    """One failure for the damaged blocks met since the last whole header."""
    if header.damage:
        message = f"{len(header.damage)} blocks that are no header"
        yield Unread(container.key("damaged"), damaged_error(message))
        header.damage.clear()
