"""A text file -> its lines, each bounded, in UTF-8, UTF-16 or what their bytes look like."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO

from searchapp.errors import PageError
from searchapp.model import RawPage
from searchapp.sources.charset import decode
from searchapp.sources.compression import BLOCK, too_large_error

_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def text_lines(stream: BinaryIO, max_bytes: int) -> Iterator[str | PageError]:
    """Every line with its ending; in place of one over `max_bytes` or binary, its error."""
    stream = _narrow_utf16(stream)
    first = True
    while line := stream.readline(max_bytes + 1):
        if first:
            line, first = line.removeprefix(codecs.BOM_UTF8), False
        if len(line) > max_bytes:
            while line and not line.endswith(b"\n"):
                line = stream.readline(BLOCK)
            yield too_large_error(max_bytes)
        else:
            yield _decode_line(line)


def _decode_line(line: bytes) -> str | PageError:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return decode(RawPage("", line))
    except PageError as error:
        return error


def _narrow_utf16(stream: BinaryIO) -> BinaryIO:
    """UTF-16 with a byte order mark as UTF-8."""
    buffered = stream if isinstance(stream, io.BufferedReader) else _buffer(stream)
    encoding = _WIDE.get(buffered.peek(2)[:2])
    if encoding is None:
        return buffered
    return io.BufferedReader(_Transcoded(buffered, encoding), BLOCK)


def _buffer(stream: BinaryIO) -> io.BufferedReader:
    return io.BufferedReader(stream, BLOCK)  # type: ignore[arg-type]


class _Transcoded(io.RawIOBase):
    """Bytes in one encoding as bytes in UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            block = self._stream.read(BLOCK)
            text = self._decoder.decode(block, final=not block)
            self._rest = text.lstrip("\ufeff").encode("utf-8", "replace")
            if not block:
                break
        block, self._rest = self._rest[: len(target)], self._rest[len(target) :]
        target[: len(block)] = block
        return len(block)
