"""The content codings of HTTP (RFC 9110, section 8.4.1) taken off a body, bounded as pages are."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import brotli

from searchapp.errors import PageError, PageFault
from searchapp.sources.compression import (
    BLOCK,
    GZIP_MAGIC,
    damaged_error,
    gunzip,
    too_large_error,
    unpack_step,
)


def _inflate(member: zlib._Decompress, packed: bytes, max_bytes: int) -> bytes:
    page = unpack_step(member, packed, max_bytes)
    if not member.eof:
        raise damaged_error("the compressed data ends too early")
    return page


def decode_content(body: bytes, content_encoding: str, max_bytes: int) -> bytes:
    """A body without its content codings, the header's `content_encoding` (RFC 9110, section 8.4).

    Archives often keep the header of a coding that was already removed: a body that
    is plainly not in the coding is left as it is. Raises PageError DAMAGED, TOO_LARGE
    or UNSUPPORTED.
    """
    for coding in reversed([name.strip().lower() for name in content_encoding.split(",")]):
        if coding in {"", "identity", "none", "utf-8"} or not body:
            continue
        decode = _DECODERS.get(coding)
        if decode is None:
            message = f"in the content coding {coding!r}, which is not known; store it without"
            raise PageError(PageFault.UNSUPPORTED, message)
        body = decode(body, max_bytes)
    return body


def _decode_gzip(body: bytes, max_bytes: int) -> bytes:
    return gunzip(body, max_bytes) if body.startswith(GZIP_MAGIC[:2]) else body


def _decode_deflate(body: bytes, max_bytes: int) -> bytes:
    """Zlib as the standard says, or raw deflate as some servers send."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return _inflate(zlib.decompressobj(window), body, max_bytes)
        except PageError as error:
            if error.fault is PageFault.TOO_LARGE:
                raise
    return _as_stored(body)


def _decode_brotli(body: bytes, max_bytes: int) -> bytes:
    """RFC 7932."""
    decoder = brotli.Decompressor()
    page = bytearray()
    try:
        page += decoder.process(body, output_buffer_limit=BLOCK)
        while not decoder.is_finished() and not decoder.can_accept_more_data():
            page += decoder.process(b"", output_buffer_limit=BLOCK)
            if len(page) > max_bytes:
                raise too_large_error(max_bytes)
    except brotli.error:
        return _as_stored(body)
    return bytes(page) if decoder.is_finished() else _as_stored(body)


def _as_stored(body: bytes) -> bytes:
    if body.lstrip()[:1] == b"<":
        return body
    raise damaged_error("its content coding cannot be removed")


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _decode_gzip,
    "x-gzip": _decode_gzip,
    "deflate": _decode_deflate,
    "br": _decode_brotli,
}
