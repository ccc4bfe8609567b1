"""A compressed WARC's bytes -> its gzip members (RFC 1952), each with its offset."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from searchapp.sources.compression import BLOCK, GZIP_MAGIC, Budget, damaged_error
from searchapp.sources.containers.warc.resync import RECORD_SIGN, MemberScanner

_FEED = 1 << 14
_GZIP = 16 + zlib.MAX_WBITS


def gzip_members(
    stream: BinaryIO, start: bytes, budget: Budget
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each member's offset and contents; members that are damaged raise when read.

    `start` is what was already read of the stream. Raises PageError TOO_LARGE for a bomb.
    """
    scanner = MemberScanner(stream, start, GZIP_MAGIC, _FEED, _begins_record)
    return scanner.members(lambda member: _inflate_member(member, budget))


def _inflate_member(scanner: MemberScanner, budget: Budget) -> Iterator[bytes]:
    """A member's contents; afterwards `scanner` stands behind it, or where to look on."""
    member = zlib.decompressobj(_GZIP)
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


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(_GZIP).decompress(data, len(RECORD_SIGN)) == RECORD_SIGN
    except zlib.error:
        return False
