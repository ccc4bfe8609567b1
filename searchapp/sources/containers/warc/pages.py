"""WARC records -> pages: what a crawler was answered, with its address and time.

Pages are responses with status 200 or 203, resources and conversions, of a media
type that holds text. All else is counted by kind: requests, redirects, errors,
images, robots.txt. A revisit says that a page was as it had been: another capture of it.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.compression import too_large_error
from searchapp.sources.containers.warc import http
from searchapp.sources.containers.warc.records import BrokenRecord, Record, read_records
from searchapp.sources.entries import (
    Container,
    Entries,
    Entry,
    Revisit,
    Skipped,
    Unread,
    parse_time,
    skip,
)
from searchapp.sources.formats import DOCUMENTS

_TEXT = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_OPENED = frozenset(DOCUMENTS.values())
_SCHEMES = frozenset({"http", "https", "ftp", "file", "dat", "gemini"})
_BEARING = frozenset({"response", "resource", "conversion"})
_COMPLETE = frozenset({200, 203})
_SNIFFED = 1 << 10


def read(container: Container) -> Entries:
    """Every record of a WARC, packed or not.

    Raises PageError DAMAGED for another file, TOO_LARGE for a bomb, MISSING_EXTRA for `.zst`.
    """
    seen = False
    most = container.max_bytes + http.MOST_HEADERS
    for record in read_records(container.stream, container.size, container.file_size, most):
        if isinstance(record, BrokenRecord):
            yield Unread(container.key(record.where), record.error)
            continue
        seen = True
        try:
            yield _entry(record, container)
        except PageError as error:
            yield Unread(container.key(record.where), error)
    if not seen:
        raise PageError(PageFault.DAMAGED, "no whole WARC record in it; fetch it again")


def _entry(record: Record, container: Container) -> Entry:
    kind = record.headers.get("warc-type", "").lower()
    url = record.headers.get("warc-target-uri", "").strip("<> ")
    content_type = record.headers.get("content-type", "")
    if kind == "revisit" and _scheme(url) in _SCHEMES:
        return _revisit(record, container, url)
    if kind not in _BEARING:
        return skip(kind or "record without a type")
    if _scheme(url) not in _SCHEMES:
        return skip(f"{_scheme(url) or 'no'} address")
    if "warc-segment-number" in record.headers:
        message = "the record is split into segments; join them when crawling"
        raise PageError(PageFault.UNSUPPORTED, message)
    if kind == "response" and _is_http(content_type, record.block):
        return _response(record, container, url)
    return _page(record, container, url, content_type, record.block)


def _revisit(record: Record, container: Container, url: str) -> Revisit | Skipped:
    """What was met again: ISO 28500, 6.7. Its block may hold the headers of the response."""
    headers = record.headers
    media_type = _media_type_in(record.block)
    if _is_other_type(media_type):
        return skip(media_type)
    return Revisit(
        path=container.key(record.where),
        url=url,
        captured=parse_time(headers.get("warc-date", "")),
        digest=_digest(headers),
        of_record=headers.get("warc-refers-to", "").strip("<> ") or None,
        of_url=headers.get("warc-refers-to-target-uri", "").strip("<> ") or None,
        of_captured=parse_time(headers.get("warc-refers-to-date", "")),
    )


def _media_type_in(block: bytes) -> str:
    try:
        return http.split_response(block)[0].media_type
    except PageError:
        return ""


def _digest(headers: Mapping[str, str]) -> str | None:
    return headers.get("warc-payload-digest", "").strip().lower() or None


def _response(record: Record, container: Container, url: str) -> Entry:
    head, raw = http.split_response(record.block)
    if head.status not in _COMPLETE:
        return skip("redirect" if 300 <= head.status < 400 else f"HTTP {head.status}")  # noqa: PLR2004 - RFC 9110
    content_type = head.headers.get("content-type", "")
    if _is_other_type(content_type) or not raw:
        return skip(head.media_type if raw else "empty response")
    _check_length(record, container)
    body = http.decode_body(head, raw, container.max_bytes)
    return _page(record, container, url, content_type, body)


def _page(record: Record, container: Container, url: str, content_type: str, body: bytes) -> Entry:
    media_type = http.media_type(content_type)
    if _is_other_type(content_type):
        return skip(media_type)
    if urlsplit(url).path == "/robots.txt":
        return skip("robots.txt")
    if not body.strip():
        return skip("empty response")
    if media_type not in _TEXT | _OPENED and not _is_page_like(body):
        return skip(media_type or "unknown media type")
    _check_length(record, container)
    return RawPage(
        path=container.key(record.where),
        body=body,
        url=url,
        charset=http.charset(content_type),
        captured=parse_time(record.headers.get("warc-date", "")),
        media_type=media_type if media_type in _OPENED else None,
        record_id=record.headers.get("warc-record-id", "").strip("<> ") or None,
        digest=_digest(record.headers),
    )


def _check_length(record: Record, container: Container) -> None:
    if record.length > len(record.block):
        raise too_large_error(container.max_bytes)


def _is_other_type(content_type: str) -> bool:
    """Whether a media type is stated and says that this is no page."""
    media_type = http.media_type(content_type)
    vague = {"", "application/octet-stream", "unknown/unknown", "application/unknown", "*/*"}
    return media_type not in _TEXT | _OPENED | vague


def _is_page_like(body: bytes) -> bool:
    start = body[:_SNIFFED].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in start


def _is_http(content_type: str, block: bytes) -> bool:
    return http.media_type(content_type) == "application/http" or block[:5] == b"HTTP/"


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()
