"""TAR archives (POSIX pax, GNU, old), packed or not -> the pages in them, as a stream.

`tarfile` parses single headers here and no more: it believes the sizes they state, and reads
on behind the end of a file for as long as they say.
"""

import io
import re
import tarfile
from collections.abc import Mapping
from typing import BinaryIO

from searchapp.errors import PageError, PageFault
from searchapp.sources.compression import BLOCK, MIB, cut_off_error, damaged_error, unpack
from searchapp.sources.containers.members import read_member
from searchapp.sources.entries import Container, Entries, Unread, skip
from searchapp.sources.formats import is_container, is_page, kind_and_packing

_PAX = frozenset({tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE})
_EXTENDED = _PAX | {tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}
_LARGEST_EXTENDED = MIB
_MAGIC = slice(257, 262)  # b"ustar"
_IS_EXTENDED, _IS_EXTENDED_AGAIN = 482, 504  # of GNU's sparse headers: another one follows
_RECORD = re.compile(rb"(\d{1,7}) ([^=]{1,100})=")
# All versions of sparse members state one of these sizes.
_SPARSE = frozenset({"GNU.sparse.size", "GNU.sparse.realsize"})
_KEPT = frozenset({b"path", b"size", b"GNU.sparse.name", *(key.encode() for key in _SPARSE)})
_DIGITS = 100  # of a size that are looked at


def read(container: Container) -> Entries:
    """Every regular member in order. Raises PageError DAMAGED when the rest cannot be read.

    A header that is damaged, or says more than there is, is named; reading goes on at the next.
    """
    walk = _Walk(container)
    yield from walk.entries()
    if walk.is_lost:
        raise cut_off_error(f", after {walk.count} members")
    if not walk.count:
        raise damaged_error("no TAR archive")


class _MemberData(io.RawIOBase):
    """The bytes a header claims for its member; where the file has no more, that is an error."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self.size = self.left = size

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        block = self._stream.read(min(len(target), self.left, BLOCK))
        if self.left and not block:
            raise cut_off_error()
        self.left -= len(block)
        target[: len(block)] = block
        return len(block)

    def skip(self) -> None:
        """Pass over what was not read. Raises PageError DAMAGED."""
        passed = bytearray(BLOCK)
        while self.left:
            self.readinto(passed)


class _Walk:
    """Reading from header to header.

    Where the stream ends shows, in a packed archive, only when a member is cut off: what it
    took for its own is unpacked once more then, and looked through for headers.
    """

    def __init__(self, container: Container) -> None:
        self._container = container
        self._packing = kind_and_packing(container.name)[1]
        self._stream = self._unpacked()
        self._end = None if self._packing else container.size
        self._offset = self._damaged = 0
        self._stated: dict[str, str] = {}
        self.count = 0
        self.is_lost = False

    def entries(self) -> Entries:
        """What all members give, and what is wrong with headers."""
        while len(block := self._read(tarfile.BLOCKSIZE)) == tarfile.BLOCKSIZE:
            header = self._header(block)
            if header is not None:
                yield from self._damage()
                yield from self._member(header, block)
        self.is_lost |= bool(block and self.count)
        if self.count:
            yield from self._damage()

    def _header(self, block: bytes) -> tarfile.TarInfo | None:
        if self.is_lost and block[_MAGIC] != b"ustar":
            return None
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.HeaderError, ValueError, IndexError):
            self._damaged += any(block) and not self.is_lost
            return None
        if header.size < 0:
            self._damaged += not self.is_lost
            return None
        self.is_lost = False
        return header

    def _damage(self) -> Entries:
        """One failure for the damaged blocks met since the last whole header."""
        if self._damaged:
            message = f"{self._damaged} blocks that are no header"
            yield Unread(self._container.key("damaged"), damaged_error(message))
            self._damaged = 0

    def _member(self, header: tarfile.TarInfo, block: bytes) -> Entries:
        if header.type in _EXTENDED:
            yield from self._extended(header)
            return
        self.count += 1
        stated, self._stated = self._stated, {}
        name = stated.get("path", header.name).removeprefix("./")
        if header.islnk() or header.issym():
            yield skip("link")
        if header.isreg() or header.type not in tarfile.SUPPORTED_TYPES:
            if header.type == tarfile.GNUTYPE_SPARSE:
                self._pass_sparse_map(block)
                stated["GNU.sparse.size"] = ""
            data = _MemberData(self._stream, _size(stated, header.size))
            yield from self._data(name, data, self._pages(header, name, data, stated))

    def _extended(self, header: tarfile.TarInfo) -> Entries:
        """Keep what a header says about the next one."""
        data = _MemberData(self._stream, header.size)
        if header.size <= _LARGEST_EXTENDED:
            yield from self._data(header.name, data, self._take_extended(header.type, data))
        else:
            message = "a member's extended header is larger than 1 MiB; what it says is not known"
            error = PageError(PageFault.DAMAGED, message)
            yield from self._data(
                header.name, data, iter([Unread(self._container.key(header.name), error)])
            )

    def _take_extended(self, kind: bytes, data: _MemberData) -> Entries:
        content = io.BufferedReader(data, BLOCK).read()
        if kind in _PAX:
            self._stated |= _pax_records(content)
        elif kind == tarfile.GNUTYPE_LONGNAME:
            self._stated["path"] = content.partition(b"\0")[0].decode("utf-8", "surrogateescape")
        yield from ()

    def _pages(
        self,
        header: tarfile.TarInfo,
        name: str,
        data: _MemberData,
        stated: Mapping[str, str],
    ) -> Entries:
        if not header.isreg():
            return
        if not _SPARSE.isdisjoint(stated) and _is_read(name):
            raise PageError(PageFault.UNSUPPORTED, "a sparse file; pack it without --sparse")
        stream = io.BufferedReader(data, BLOCK)
        yield from read_member(self._container, name, data.left, stream)

    def _data(self, name: str, data: _MemberData, entries: Entries) -> Entries:
        """A member's entries; then the stream stands behind it, or where to look on."""
        key, is_named = self._container.key(name), False
        try:
            self._check_fits(data)
            for entry in entries:
                is_named |= isinstance(entry, Unread) and entry.path == key
                yield entry
            data.skip()
        except PageError as error:
            if not is_named:
                yield Unread(key, error)
        self.is_lost = not self._pass_over(data)

    def _check_fits(self, data: _MemberData) -> None:
        if self._end is not None and data.size > self._end - self._offset:
            raise cut_off_error()

    def _pass_over(self, data: _MemberData) -> bool:
        """Read what is left of a member; whether all of it was there."""
        try:
            self._check_fits(data)
            data.skip()
            self._stream.read(-data.size % tarfile.BLOCKSIZE)
        except PageError as error:
            if self._end is None and error.fault == PageFault.DAMAGED:
                self._end = self._offset + data.size - data.left
                self._return()
            return False
        self._offset += data.size + -data.size % tarfile.BLOCKSIZE
        return True

    def _unpacked(self) -> BinaryIO:
        return unpack(self._container.stream, self._packing, self._container.file_size)

    def _return(self) -> None:
        """Unpack again up to where the member's data begins. Raises PageError."""
        self._container.stream.seek(0)
        self._stream = self._unpacked()
        _MemberData(self._stream, self._offset).skip()

    def _pass_sparse_map(self, block: bytes) -> None:
        again = block[_IS_EXTENDED : _IS_EXTENDED + 1]
        while again.strip(b"\0"):
            again = self._read(tarfile.BLOCKSIZE)[_IS_EXTENDED_AGAIN : _IS_EXTENDED_AGAIN + 1]

    def _read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._offset += len(block)
        return block


def _is_read(name: str) -> bool:
    return is_page(name) or is_container(name)


def _size(stated: Mapping[str, str], size: int) -> int:
    text = stated.get("size", "")
    return int(text[:_DIGITS]) if text.isdecimal() else size


def _pax_records(data: bytes) -> dict[str, str]:
    """What a pax header states (POSIX.1-2001, pax, extended header)."""
    stated: dict[str, str] = {}
    at = 0
    while record := _RECORD.match(data, at):
        end = at + int(record[1])
        if record[2] in _KEPT:
            value = data[record.end() : end - 1]
            stated[record[2].decode()] = value.decode("utf-8", "surrogateescape")
        if end < record.end():
            break
        at = end
    if "GNU.sparse.name" in stated:
        stated["path"] = stated["GNU.sparse.name"]
    return stated
