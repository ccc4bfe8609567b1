"""The members of a ZIP whose directory is missing, from the header before each of them.

Under `zip_archive`. APPNOTE.TXT 6.3.10, 4.3.7 to 4.3.9: a header may leave its sizes to a record
behind the data, whose end then shows only by unpacking it.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from searchapp.sources.compression import BLOCK, Budget

SIGN = b"PK\x03\x04"
_HEADER = struct.Struct("<4s5H3L2H")
_DESCRIPTOR_SIGN = b"PK\x07\x08"
_SIZES_FOLLOW = 1 << 3
_UTF_8 = 1 << 11
_IN_EXTRA = 0xFFFFFFFF
_SIZES_64 = struct.Struct("<2Q")
_EXTRA = struct.Struct("<2H")
_WINDOW = -15  # raw deflate
_FIRST_LOOK = 1 << 12


@dataclass(frozen=True)
class Member:
    """A member as its header has it; `start` is where its data begins.

    Not `is_whole` when the file ends before it, or its end cannot be found.
    """

    info: zipfile.ZipInfo
    start: int
    is_whole: bool


def members(stream: BinaryIO, size: int) -> Iterator[Member]:
    """Every member with a header in a stream of `size` bytes. Raises PageError TOO_LARGE."""
    budget, offset = Budget(size), 0
    while (offset := _find(stream, offset)) >= 0:
        member = _member(stream, offset, size, budget)
        if member is None:
            offset += len(SIGN)
            continue
        yield member
        offset = member.start + (member.info.compress_size if member.is_whole else 0)


def _member(stream: BinaryIO, offset: int, size: int, budget: Budget) -> Member | None:
    """The member whose header is at an offset, None when that is none."""
    stream.seek(offset)
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    _, _, flags, method, _, _, crc, packed, unpacked, name_size, extra_size = _HEADER.unpack(header)
    name, extra = stream.read(name_size), stream.read(extra_size)
    if not 0 < name_size == len(name) or len(extra) < extra_size:
        return None
    info = zipfile.ZipInfo(name.decode("utf-8" if flags & _UTF_8 else "cp437", "replace"))
    info.flag_bits, info.compress_type, info.CRC = flags, method, crc
    info.file_size, info.compress_size = _sizes_64(extra, unpacked, packed)
    start = stream.tell()
    if flags & _SIZES_FOLLOW and not info.compress_size:
        return Member(info, start, _measure(stream, info, budget))
    return Member(info, start, start + info.compress_size <= size)


def _sizes_64(extra: bytes, unpacked: int, packed: int) -> tuple[int, int]:
    """Unpacked and packed size, out of the ZIP64 field where they are there."""
    while packed == _IN_EXTRA and len(extra) >= _EXTRA.size:
        kind, size = _EXTRA.unpack_from(extra)
        if kind == 1 and size >= _SIZES_64.size and len(extra) >= _EXTRA.size + _SIZES_64.size:
            return _SIZES_64.unpack_from(extra, _EXTRA.size)
        extra = extra[_EXTRA.size + size :]
    return unpacked, packed


def _measure(stream: BinaryIO, info: zipfile.ZipInfo, budget: Budget) -> bool:
    """Find sizes and checksum of data that is followed by them; whether all of it is there."""
    if info.compress_type != zipfile.ZIP_DEFLATED or info.flag_bits & 1:
        return False
    inflater, data, crc = zlib.decompressobj(_WINDOW), b"", 0
    while not inflater.eof:
        block = data or stream.read(BLOCK)
        try:
            found = inflater.decompress(block, BLOCK)
        except zlib.error:
            return False
        if not block and not found:
            return False
        budget.spend(len(found))
        info.compress_size += len(block) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
        info.file_size += len(found)
        crc, data = zlib.crc32(found, crc), inflater.unconsumed_tail
    stated = inflater.unused_data + stream.read(len(_DESCRIPTOR_SIGN) + 4)
    stated = stated.removeprefix(_DESCRIPTOR_SIGN)[:4]
    info.CRC = int.from_bytes(stated, "little") if len(stated) == 4 else crc  # noqa: PLR2004
    return True


def _find(stream: BinaryIO, offset: int) -> int:
    """Where the next header is, -1 without one."""
    stream.seek(offset)
    window, size = b"", _FIRST_LOOK  # most often it is right here
    while block := stream.read(size):
        window, size = window + block, BLOCK
        if (at := window.find(SIGN)) >= 0:
            return offset + at
        kept = len(SIGN) - 1
        offset, window = offset + max(0, len(window) - kept), window[-kept:]
    return -1
