"""A compressed WARC's bytes -> its gzip members (RFC 1952), each with its offset."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from searchapp.sources.compression import BLOCK, GZIP_MAGIC, GZIP_WBITS, Budget, damaged_error
from searchapp.sources.containers.warc.resync import RECORD_SIGN, MemberScanner

_FEED = 1 << 14


def gzip_members(
    stream: BinaryIO, start: bytes, budget: Budget
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each member's offset and contents; members that are damaged raise when read.

    `start` is what was already read of the stream. Raises PageError TOO_LARGE for a bomb.
    """
    scanner = MemberScanner(stream, start, GZIP_MAGIC, _FEED, _is_record_start)
    return scanner.members(lambda member: _inflate_member(member, budget))


def _inflate_member(scanner: MemberScanner, budget: Budget) -> Iterator[bytes]:
    """A member's contents; afterwards `scanner` stands behind it, or where to look on."""
    member = zlib.decompressobj(GZIP_WBITS)
    begin = scanner.offset
    while not member.eof:
        data = member.unconsumed_tail or scanner.read()
        if not data:
            raise damaged_error("the compressed data ends too early")
        try:
            block = member.decompress(data, BLOCK)
        except zlib.error as error:
            scanner.resync(begin + 1)
            raise damaged_error(str(error)) from error
        if block:
            budget.spend(len(block))
            yield block
    scanner.unread(member.unused_data)


def _is_record_start(data: bytes) -> bool:
    try:
        return zlib.decompressobj(GZIP_WBITS).decompress(data, len(RECORD_SIGN)) == RECORD_SIGN
    except zlib.error:
        return False
