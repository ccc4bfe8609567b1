"""A compressed WARC's bytes -> its gzip members (RFC 1952), each with its offset."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from searchapp.sources.compression import BLOCK, GZIP_MAGIC, Budget, damaged
from searchapp.sources.containers.warc.resync import Packed

_SIGN = b"WARC/"
_FEED = 1 << 14
_GZIP = 16 + zlib.MAX_WBITS


def gzip_members(
    stream: BinaryIO, start: bytes, budget: Budget
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each member's offset and contents; members that are damaged raise when read.

    `start` is what was already read of the stream. Raises PageError TOO_LARGE for a bomb.
    """
    packed = Packed(stream, start, GZIP_MAGIC, _FEED, _begins_record)
    return packed.members(lambda member: _inflated(member, budget))


def _inflated(packed: Packed, budget: Budget) -> Iterator[bytes]:
    """A member's contents; afterwards `packed` stands behind it, or where to look on."""
    member = zlib.decompressobj(_GZIP)
    begin = packed.offset
    while not member.eof:
        data = member.unconsumed_tail or packed.take()
        if not data:
            raise damaged("the compressed data ends too early")
        try:
            block = member.decompress(data, BLOCK)
        except zlib.error as error:
            packed.look_again(begin + 1)
            raise damaged(str(error)) from error
        if block:
            budget.spend(len(block))
            yield block
    packed.give_back(member.unused_data)


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(_GZIP).decompress(data, len(_SIGN)) == _SIGN
    except zlib.error:
        return False
