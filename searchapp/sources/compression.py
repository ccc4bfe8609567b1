"""Bounded decompression: whole pages and streams.

Ratios of a thousand (gzip) to a million (bzip2, Brotli) make bombs of small files:
a page stops at its limit, a stream at a multiple of its packed size.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from types import ModuleType
from typing import BinaryIO

from searchapp.errors import PageError, PageFault

GZIP_MAGIC = b"\x1f\x8b\x08"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"
# A byte may grow to 32 KiB: what is fed at once stays below 32 MiB.
ZSTD_FEED = 1 << 10
MIB = 1 << 20
BLOCK = 1 << 16
# Text packs to a fifth, logs and repetitive tables to a fiftieth.
MOST_GROWTH = 200
ALWAYS_ALLOWED = 1 << 30
_XZ_MEMORY = 256 * MIB
GZIP_WBITS = 16 + zlib.MAX_WBITS
_FIRST_STEP = 1 << 12
_ERRORS = (EOFError, OSError, zlib.error, lzma.LZMAError)


def too_large_error(max_bytes: int) -> PageError:
    """One page beyond the limit."""
    limit = f"{max_bytes / MIB:.4g} MiB"
    return PageError(
        PageFault.TOO_LARGE, f"larger than {limit} when read; raise page_max_mb to index it"
    )


def empty_error() -> PageError:
    """A page without a byte."""
    return PageError(PageFault.EMPTY, "the file is empty; save it again")


def damaged_error(reason: str) -> PageError:
    """Packed data that cannot be unpacked."""
    return PageError(PageFault.DAMAGED, f"damaged: {reason}; fetch or pack it again")


def cut_off_error(detail: str = "") -> PageError:
    """What is said to be behind the end of the file."""
    return damaged_error(f"cut off{detail}: the file ends before it does")


class Budget:
    """How far a container may grow when unpacked; past it, PageError TOO_LARGE."""

    def __init__(self, packed: int) -> None:
        """`packed` is the container's size in bytes."""
        self.left = ALWAYS_ALLOWED + MOST_GROWTH * packed

    def spend(self, size: int) -> None:
        """Take off `size` unpacked bytes. Raises PageError TOO_LARGE."""
        self.left -= size
        if self.left < 0:
            raise PageError(
                PageFault.TOO_LARGE,
                f"grows to more than {MOST_GROWTH} times its size when unpacked, as bombs do; the "
                "rest is not read: unpack it and index the folder if you trust it",
            )


def read_bounded(stream: BinaryIO, max_bytes: int) -> bytes:
    """The rest of a stream. Raises PageError TOO_LARGE."""
    body = stream.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise too_large_error(max_bytes)
    return body


def unpack(stream: BinaryIO, packing: str, size: int) -> BinaryIO:
    """A stream of `size` bytes without its packing ("", ".gz", ".bz2", ".xz", ".zst").

    Raises PageError MISSING_EXTRA; reading it raises DAMAGED, or TOO_LARGE past its budget.
    """
    if not packing:
        return stream
    return io.BufferedReader(_BlockStream(_blocks(stream, packing), Budget(size)), BLOCK)


def meter(stream: BinaryIO, budget: Budget) -> BinaryIO:
    """A stream whose bytes are taken off a budget; reading it raises PageError TOO_LARGE."""
    return io.BufferedReader(_BlockStream(iter(lambda: stream.read(BLOCK), b""), budget), BLOCK)


class _BlockStream(io.RawIOBase):
    """Blocks as a raw stream."""

    def __init__(self, blocks: Iterator[bytes], budget: Budget) -> None:
        # A step may give nothing yet, which a reader would take for the end.
        self._blocks, self._budget, self._rest = filter(None, blocks), budget, b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = self._next()
        block, self._rest = self._rest[: len(target)], self._rest[len(target) :]
        target[: len(block)] = block
        return len(block)

    def _next(self) -> bytes:
        try:
            block = next(filter(None, self._blocks), b"")
        except _ERRORS as error:
            raise damaged_error(str(error) or "the compressed data ends too early") from error
        self._budget.spend(len(block))
        return block


def _blocks(stream: BinaryIO, packing: str) -> Iterator[bytes]:
    if packing == ".xz":
        return _xz_blocks(stream)
    if packing == ".zst":
        return _zstd_blocks(stream)
    file = gzip.GzipFile(fileobj=stream) if packing == ".gz" else bz2.BZ2File(stream)
    return iter(lambda: file.read(BLOCK), b"")


def _xz_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """As `lzma.open`, which cannot bound the dictionary that a file asks for."""
    data = b""
    while data := data.lstrip(b"\0") or stream.read(BLOCK).lstrip(b"\0"):
        member = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        while not member.eof:
            yield member.decompress(data, BLOCK)
            data = stream.read(BLOCK) if member.needs_input and not member.eof else b""
            if not data and member.needs_input and not member.eof:
                raise EOFError("the compressed data ends too early")
        data = member.unused_data


def zstd() -> ModuleType:
    """The library for Zstandard. Raises PageError MISSING_EXTRA."""
    try:
        import zstandard  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        message = "Zstandard files need an extra: pip install 'searchapp[zstd]', then reindex"
        raise PageError(PageFault.MISSING_EXTRA, message) from error
    library: ModuleType = zstandard
    return library


def _zstd_blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Every frame of a file (RFC 8878)."""
    library = zstd()
    data = b""
    while data := data or stream.read(ZSTD_FEED):
        frame = library.ZstdDecompressor().decompressobj()
        while not frame.eof:
            try:
                yield frame.decompress(data)
            except library.ZstdError as error:
                raise damaged_error(str(error)) from error
            data = b"" if frame.eof else stream.read(ZSTD_FEED)
            if not data and not frame.eof:
                raise EOFError("the compressed data ends too early")
        data = frame.unused_data


def unpack_page(body: bytes, max_bytes: int) -> bytes:
    """A page's bytes, out of gzip if they are. Raises PageError EMPTY, DAMAGED or TOO_LARGE."""
    if body.startswith(GZIP_MAGIC):
        body = gunzip(body, max_bytes)
    if not body:
        raise empty_error()
    return body


def gunzip(packed: bytes, max_bytes: int) -> bytes:
    """Every member of a gzip file (RFC 1952), unpacked; what follows, if not gzip, is padding.

    Raises PageError DAMAGED or TOO_LARGE.
    """
    page = bytearray()
    position = 0
    while packed.startswith(GZIP_MAGIC, position):
        member = zlib.decompressobj(GZIP_WBITS)
        step = _FIRST_STEP  # small: what a step leaves over is copied, for every member
        while not member.eof:
            data = packed[position : position + step]
            page += unpack_step(member, data, max_bytes - len(page))
            position += len(data)
            step = BLOCK
        position -= len(member.unused_data)
    return bytes(page)


def unpack_step(member: zlib._Decompress, data: bytes, max_bytes: int) -> bytes:
    """What some bytes unpack to, at most `max_bytes`. Raises PageError DAMAGED or TOO_LARGE."""
    if not data:
        raise damaged_error("the compressed data ends too early")
    try:
        page = member.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise damaged_error(str(error)) from error
    if len(page) > max_bytes:
        raise too_large_error(max_bytes)
    return page
