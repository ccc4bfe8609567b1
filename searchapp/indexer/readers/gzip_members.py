"""A compressed WARC's bytes -> its gzip members (RFC 1952), each with its offset.

A member that is damaged does not end the file: the next one is looked for behind it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from searchapp.errors import PageError, PageFault
from searchapp.indexer.readers.compression import BLOCK, GZIP_MAGIC, Budget, damaged

_SIGN = b"WARC/"
_FEED = 1 << 14
_GZIP = 16 + zlib.MAX_WBITS


def gzip_members(
    stream: BinaryIO, start: bytes, budget: Budget
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each member's offset and contents; members that are damaged raise when read.

    `start` is what was already read of the stream. Raises PageError TOO_LARGE for a bomb.
    """
    packed = _Packed(stream, start)
    while packed.find_member():
        blocks = _inflated(packed, budget)
        yield str(packed.offset), blocks
        try:
            for _ in blocks:
                pass
        except PageError as error:
            if error.fault is PageFault.TOO_LARGE:
                raise


def _inflated(packed: _Packed, budget: Budget) -> Iterator[bytes]:
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


class _Packed:
    """Compressed bytes and where they stand in the file."""

    def __init__(self, stream: BinaryIO, start: bytes) -> None:
        self._stream = stream
        self._ahead = start
        self._last = b""
        self._lost = False
        self.offset = 0  # of the first byte in `_ahead`

    def take(self) -> bytes:
        self._last = (self._ahead or self._stream.read(_FEED))[:_FEED]
        self._ahead = self._ahead[len(self._last) :]
        self.offset += len(self._last)
        return self._last

    def give_back(self, rest: bytes) -> None:
        self._ahead = rest + self._ahead
        self.offset -= len(rest)

    def look_again(self, earliest: int) -> None:
        """After damage: the next member may begin in what was taken last."""
        start = max(earliest, self.offset - len(self._last))
        self.give_back(self._last[len(self._last) - (self.offset - start) :])
        self._lost = True

    def find_member(self) -> bool:
        """Move to the next member; what is between members is padding."""
        while self._more(len(GZIP_MAGIC)):
            at = self._ahead.find(GZIP_MAGIC)
            keep = at if at >= 0 else len(self._ahead) - len(GZIP_MAGIC) + 1
            self._ahead = self._ahead[keep:]
            self.offset += keep
            if at >= 0 and (not self._lost or self._begins_record()):
                self._lost = False
                return True
            if at >= 0:
                self._ahead = self._ahead[1:]
                self.offset += 1
        return False

    def _more(self, least: int) -> bool:
        while len(self._ahead) < least:
            more = self._stream.read(_FEED)
            if not more:
                return False
            self._ahead += more
        return True

    def _begins_record(self) -> bool:
        self._more(_FEED)
        try:
            return zlib.decompressobj(_GZIP).decompress(self._ahead, len(_SIGN)) == _SIGN
        except zlib.error:
            return False
