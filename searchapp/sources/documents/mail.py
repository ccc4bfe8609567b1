"""A mail (RFC 5322) or web page saved as one (MHTML, RFC 2557) -> the page in it.

Opened by the worker, under its limits. Attachments go along, for `extraction.article` to read
or name.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import islice

from searchapp.errors import PageError, PageFault
from searchapp.model import Attachment, RawPage
from searchapp.sources import charset
from searchapp.sources.compression import damaged_error
from searchapp.sources.entries import prepend_title
from searchapp.writable import well_formed

_MOST_PARTS = 50  # looked at to see how rich an alternative is
_LONGEST_NAME = 200  # characters
_WEB = ("http://", "https://")
_PAGES = ("text/html", "application/xhtml+xml")


def read_mail(page: RawPage) -> RawPage:
    """The page a mail or MHTML file holds: HTML rather than text.

    Raises PageError DAMAGED, EMPTY or NO_TEXT.
    """
    try:
        message = message_from_bytes(page.body)
        if _is_saved_page(message, page.media_type):
            return _saved_page(page, message, list(_parts(message)))
        return _mail_page(page, message, list(_leaves(message)))
    except (RecursionError, MessageError, LookupError, ValueError) as error:
        raise damaged_error(f"no mail that can be read ({error})") from error


def _parts(message: Message) -> Iterator[Message]:
    """The parts that could be a page, attachments left out, with a stack: parts nest."""
    stack = [message]
    while stack:
        part = stack.pop()
        payload = part.get_payload()
        if isinstance(payload, list):
            stack += [inner for inner in reversed(payload) if isinstance(inner, Message)]
        elif part.get_content_disposition() != "attachment":
            yield part


def _leaves(message: Message) -> Iterator[Message]:
    """The parts of a mail as its reader sees them: of alternatives the richest, mails whole."""
    stack = [message]
    while stack:
        part = stack.pop()
        payload = part.get_payload()
        if not isinstance(payload, list) or part.get_content_type() == "message/rfc822":
            yield part
            continue
        inner = [one for one in payload if isinstance(one, Message)]
        if part.get_content_subtype() == "alternative":
            inner = [max(inner, key=_richness)] if inner else []
        stack += reversed(inner)


def _richness(part: Message) -> int:
    types = [one.get_content_type() for one in _first_parts(part)]
    return 2 if _PAGES[0] in types or _PAGES[1] in types else int("text/plain" in types)


def _first_parts(part: Message) -> Iterator[Message]:
    return islice(_parts(part), _MOST_PARTS)


def _is_saved_page(message: Message, media_type: str | None) -> bool:
    return media_type == "multipart/related" or message.get("Snapshot-Content-Location") is not None


def _saved_page(page: RawPage, message: Message, parts: list[Message]) -> RawPage:
    """MHTML: the root part, as served; its Date is when it was captured."""
    root = _root(message, parts)
    address = _header(root, "Content-Location") or _header(message, "Snapshot-Content-Location")
    return replace(
        _replace_body(page, root),
        url=page.url or (address if address.startswith(_WEB) else None),
        captured=page.captured or _date(message),
    )


def _root(message: Message, parts: list[Message]) -> Message:
    """RFC 2387: the part `start` names, else the first; never one that is no page."""
    start = message.get_param("start")
    named = [part for part in parts if start and part.get("Content-ID") == start]
    pages = [part for part in parts if part.get_content_type() in _PAGES]
    for part in [*(named if named and named[0] in pages else []), *pages]:
        return part
    raise PageError(PageFault.NO_TEXT, "holds no web page; save it again as HTML")


def _mail_page(page: RawPage, message: Message, parts: list[Message]) -> RawPage:
    """A mail's body under its subject; the subject alone where attachments have the words."""
    body = _select_body(parts)
    attachments = tuple(_attachment(part) for part in parts if _is_attached(part, body))
    if attachments and body is not None and not _has_words(body):
        body = None
    if (body is None and not attachments) or not message.keys():
        raise PageError(PageFault.NO_TEXT, "a mail without text, HTML or attachments")
    subject = _header(message, "Subject")
    found = replace(_fill_from_headers(page, message), attachments=attachments)
    if body is None:
        return _replace_text(found, subject or attachments[0].name)
    return _prepend_subject(_replace_body(found, body), subject)


def _select_body(parts: list[Message]) -> Message | None:
    """The first part in HTML, else the first in plain text; none that is attached."""
    shown = [part for part in parts if part.get_content_disposition() != "attachment"]
    html = (part for part in shown if part.get_content_type() in _PAGES)
    text = (part for part in shown if part.get_content_type() == "text/plain")
    return next(html, None) or next(text, None)


def _fill_from_headers(page: RawPage, message: Message) -> RawPage:
    """The page with subject, day and sender, where its container did not state them."""
    sender, date = parseaddr(_header(message, "From"))[0], _date(message)
    return replace(
        page,
        title=page.title or _header(message, "Subject") or None,
        published=page.published or (date.date().isoformat() if date else None),
        authors=page.authors or ((sender,) if sender and "@" not in sender else ()),
    )


def _prepend_subject(page: RawPage, subject: str) -> RawPage:
    if page.media_type == "text/html" or not subject:
        return page
    return _replace_text(page, prepend_title(_decode(page), subject))


def _replace_text(page: RawPage, text: str) -> RawPage:
    return replace(page, body=well_formed(text).encode(), charset="utf-8", media_type=None)


def _has_words(part: Message) -> bool:
    payload = part.get_payload(decode=True)
    return isinstance(payload, bytes) and bool(payload.strip())


def _is_attached(part: Message, body: Message | None) -> bool:
    """Whether a part is more than the body, and than what the body shows in its place."""
    shown = part.get_content_maintype() == "image" and part.get("Content-ID") is not None
    return part is not body and not (shown and part.get_content_disposition() != "attachment")


def _attachment(part: Message) -> Attachment:
    media_type = part.get_content_type()
    inner = part.get_payload()
    if media_type == "message/rfc822" and isinstance(inner, list) and inner:
        mail = inner[0]
        assert isinstance(mail, Message)
        return Attachment(_header(mail, "Subject") or "a mail", media_type, mail.as_bytes())
    body = part.get_payload(decode=True)
    return Attachment(
        name=_name(part),
        media_type=media_type,
        body=body if isinstance(body, bytes) else b"",
        charset=part.get_content_charset(),
    )


def _name(part: Message) -> str:
    """The part's file name (RFC 2183), on one line; "unnamed" without one."""
    text = well_formed(part.get_filename() or "")
    return " ".join("".join(filter(str.isprintable, text)).split())[:_LONGEST_NAME] or "unnamed"


def _replace_body(page: RawPage, part: Message) -> RawPage:
    body = part.get_payload(decode=True)
    if not isinstance(body, bytes) or not body.strip():
        raise PageError(PageFault.EMPTY, "the mail or page in it is empty")
    markup = "text/html" if part.get_content_type() in _PAGES else None
    return replace(page, body=body, charset=part.get_content_charset(), media_type=markup)


def _decode(page: RawPage) -> str:
    """The text; words that begin like a binary file (`ID3`) are words in a mail."""
    try:
        return charset.decode(page)
    except PageError:
        return page.body.decode("utf-8", "replace")


def _header(message: Message, name: str) -> str:
    """A header as text (RFC 2047), on one line."""
    value = message.get(name, "")
    try:
        text = str(make_header(decode_header(value)))
    except (LookupError, ValueError, MessageError):
        text = str(value)
    return " ".join(well_formed(text).split())


def _date(message: Message) -> datetime | None:
    """The sender's Date, in the sender's zone."""
    try:
        date = parsedate_to_datetime(str(message.get("Date", "")))
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
