"""A compressed WARC's bytes -> its Zstandard frames (RFC 8878), each with its offset.

As the specification of `.warc.zst` says, the file may begin with a skippable frame that
holds the dictionary all other frames need, itself compressed or not:
<https://iipc.github.io/warc-specifications/specifications/warc-zstd/>. Needs the optional
extra `searchapp[zstd]`.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from searchapp.sources.compression import (
    BLOCK,
    ZSTD_DICTIONARY,
    ZSTD_FEED,
    ZSTD_MAGIC,
    Budget,
    damaged_error,
    zstd,
)
from searchapp.sources.containers.warc.resync import RECORD_SIGN, MemberScanner

_HEAD = 8
_MOST_DICTIONARY = 16 << 20


def zstd_frames(
    stream: BinaryIO, start: bytes, budget: Budget
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Each frame's offset and contents; frames that are damaged raise when read.

    `start` is what was already read of the stream. Raises PageError TOO_LARGE for a bomb,
    MISSING_EXTRA without the extra.
    """
    zstd()  # missing, it is missing for the whole file
    start, length, dictionary = _read_dictionary(stream, start)

    def is_record_start(data: bytes) -> bool:
        frame, unpacked, at = _decompressor(dictionary), b"", 0
        try:
            while len(unpacked) < len(RECORD_SIGN) and at < len(data) and not frame.eof:
                unpacked += frame.decompress(data[at : at + ZSTD_FEED])
                at += ZSTD_FEED
        except zstd().ZstdError:
            return False
        return bool(unpacked.startswith(RECORD_SIGN))

    scanner = MemberScanner(stream, start, ZSTD_MAGIC, ZSTD_FEED, is_record_start)
    scanner.offset = length
    return scanner.members(lambda frame: _decompress_frame(frame, dictionary, budget))


def _decompress_frame(scanner: MemberScanner, dictionary: Any, budget: Budget) -> Iterator[bytes]:
    """A frame's contents; afterwards `scanner` stands behind it, or where to look on."""
    frame = _decompressor(dictionary)
    begin = scanner.offset
    while not frame.eof:
        data = scanner.read()
        if not data:
            raise damaged_error("the compressed data ends too early")
        try:
            unpacked = frame.decompress(data)
        except zstd().ZstdError as error:
            scanner.resync(begin + 1)
            raise damaged_error(str(error)) from error
        budget.spend(len(unpacked))
        for at in range(0, len(unpacked), BLOCK):
            yield unpacked[at : at + BLOCK]
    scanner.unread(frame.unused_data)


def _decompressor(dictionary: Any) -> Any:
    return zstd().ZstdDecompressor(dict_data=dictionary).decompressobj()


def _read_dictionary(stream: BinaryIO, start: bytes) -> tuple[bytes, int, Any]:
    """What follows the dictionary's frame, that frame's length, and the dictionary."""
    head = start + stream.read(_HEAD - len(start))
    if not head.startswith(ZSTD_DICTIONARY):
        return head, 0, None
    length = int.from_bytes(head[4:_HEAD], "little")
    if length > _MOST_DICTIONARY:
        raise damaged_error("its dictionary is larger than any")
    stored = stream.read(length)
    try:
        if stored.startswith(ZSTD_MAGIC):
            reader = zstd().ZstdDecompressor().stream_reader(stored)
            stored = reader.read(_MOST_DICTIONARY)
        return b"", _HEAD + length, zstd().ZstdCompressionDict(stored)
    except zstd().ZstdError as error:
        raise damaged_error(f"its dictionary cannot be read ({error})") from error
