"""An HTTP response as a crawler stored it -> status, media type, charset, body.

Lenient where stores are careless: bare line feeds, bodies that are no longer
chunked or compressed although their headers say so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from searchapp.errors import PageError, PageFault
from searchapp.sources.containers.warc.content_encoding import decode_content

MOST_HEADERS = 1 << 16
_HEAD = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(r"\S+\s+(\d{3})")
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """A response's status and headers, names in lower case."""

    status: int
    headers: Mapping[str, str]

    @property
    def media_type(self) -> str:
        """`text/html`, lower case; "" when not stated."""
        return media_type(self.headers.get("content-type", ""))


def split_response(block: bytes) -> tuple[Head, bytes]:
    """Head and raw body of a message (RFC 9112, section 2.1). Raises PageError DAMAGED."""
    end = _HEAD.search(block[:MOST_HEADERS])
    lines = block[: end.start() if end else MOST_HEADERS].decode("utf-8", "replace").splitlines()
    status = _STATUS.match(lines[0]) if lines else None
    if not status:
        raise PageError(PageFault.DAMAGED, "the record holds no HTTP response; crawl it again")
    return Head(int(status[1]), parse_headers(lines[1:])), block[end.end() :] if end else b""


def parse_headers(lines: list[str]) -> dict[str, str]:
    """Header fields by lower-case name; folded lines are joined, repeated fields too.

    RFC 9112, section 5; the headers of WARC records are read so too.
    """
    headers: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[:1] in {" ", "\t"} and name:
            headers[name] += " " + line.strip()
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower() if colon else ""
        if name:
            headers[name] = ", ".join(filter(None, [headers.get(name), value.strip()]))
    return headers


def decode_body(head: Head, raw: bytes, max_bytes: int) -> bytes:
    """The body without transfer and content coding, at most `max_bytes`.

    Raises PageError DAMAGED, TOO_LARGE or UNSUPPORTED.
    """
    if "chunked" in head.headers.get("transfer-encoding", "").lower():
        raw = _dechunk(raw)
    return decode_content(raw, head.headers.get("content-encoding", ""), max_bytes)


def media_type(content_type: str) -> str:
    """`Text/HTML; charset=x` -> `text/html`; of several, the first."""
    return re.split(r"[;,]", content_type, maxsplit=1)[0].strip().lower()


def charset(content_type: str) -> str | None:
    """The charset parameter of a media type."""
    match = _CHARSET.search(content_type)
    return match[1] if match else None


def _dechunk(raw: bytes) -> bytes:
    """RFC 9112, section 7.1; as it is when it is not chunked, what came when it was cut off."""
    parts: list[bytes] = []
    position = 0
    while chunk := _CHUNK.match(raw, position):
        size = int(chunk[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(raw[chunk.end() : chunk.end() + size])
        position = chunk.end() + size
        position += 2 if raw[position : position + 2] == b"\r\n" else 1
    return b"".join(parts) if parts and position >= len(raw) else raw
