"""The members of a compressed WARC, and how to go on behind one that is damaged.

Under `gzip_members` and `zstd_frames`: the next member that begins a record is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from searchapp.errors import PageError, PageFault

RECORD_SIGN = b"WARC/"
_PROBED = 1 << 18  # a block of Zstandard gives nothing until all of it is there


class MemberScanner:
    """Compressed bytes and where they stand in the file.

    `start` is what was already read of the stream, `magic` what a member begins with,
    `feed` how many bytes to read at once, `is_record_start` whether bytes that begin so
    are a member that holds a record, and not such bytes by chance. `offset` is where
    the next byte stands in the file.
    """

    def __init__(
        self,
        stream: BinaryIO,
        start: bytes,
        magic: bytes,
        feed: int,
        is_record_start: Callable[[bytes], bool],
    ) -> None:
        self._stream, self._magic, self._feed = stream, magic, feed
        self._is_start_of_record = is_record_start
        self._ahead = start
        self._last = b""
        self._is_lost = False
        self.offset = 0

    def read(self) -> bytes:
        """The next bytes, at most `feed`; none at the end of the file."""
        self._last = (self._ahead or self._stream.read(self._feed))[: self._feed]
        self._ahead = self._ahead[len(self._last) :]
        self.offset += len(self._last)
        return self._last

    def unread(self, rest: bytes) -> None:
        """Put back what was read and not needed."""
        self._ahead = rest + self._ahead
        self.offset -= len(rest)

    def resync(self, earliest: int) -> None:
        """After damage: the next member may begin in what was read last, from `earliest` on."""
        start = max(earliest, self.offset - len(self._last))
        self.unread(self._last[len(self._last) - (self.offset - start) :])
        self._is_lost = True

    def find_member(self) -> bool:
        """Move to the next member; what is between members is padding."""
        while self._fill(len(self._magic)):
            at = self._ahead.find(self._magic)
            keep = at if at >= 0 else len(self._ahead) - len(self._magic) + 1
            self._ahead = self._ahead[keep:]
            self.offset += keep
            if at >= 0 and (not self._is_lost or self._is_record_start()):
                self._is_lost = False
                return True
            if at >= 0:
                self._ahead = self._ahead[1:]
                self.offset += 1
        return False

    def members(
        self, unpack: Callable[[MemberScanner], Iterator[bytes]]
    ) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each member's offset and contents, which raise PageError where it is damaged.

        What the caller leaves of one is read before the next. Raises PageError TOO_LARGE.
        """
        while self.find_member():
            blocks = unpack(self)
            yield str(self.offset), blocks
            try:
                for _ in blocks:
                    pass
            except PageError as error:
                if error.fault is PageFault.TOO_LARGE:
                    raise

    def _fill(self, least: int) -> bool:
        while len(self._ahead) < least:
            more = self._stream.read(self._feed)
            if not more:
                return False
            self._ahead += more
        return True

    def _is_record_start(self) -> bool:
        self._fill(_PROBED)
        return self._is_start_of_record(self._ahead)
