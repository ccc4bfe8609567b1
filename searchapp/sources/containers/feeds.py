"""RSS (0.9 to 2.0) and Atom (RFC 4287) files -> pages, one item at a time.

Read with a parser that forgives, because feeds are often not well-formed, and that
resolves no entities and fetches nothing.
"""

import html
import re
from collections.abc import Generator, Iterator
from typing import BinaryIO

from lxml import etree

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.entries import Container, Entries, Entry, Unread, skip, wrap_article

_ROOTS = frozenset({"rss", "rdf", "feed"})
_ITEMS = frozenset({"item", "entry"})
_CONTENT = ("encoded", "content", "description", "summary")
_DATES = ("published", "pubdate", "issued", "date")
_MAX_NODES = 10_000  # of one item; what is more is freed
_MAX_KEY = 300  # characters
_TAIL = 1 << 10  # bytes


def read(container: Container) -> Entries:
    """A page for every item; `where` is its id, its link, or its number.

    An XML file that is no feed is counted as one. Raises PageError DAMAGED for a
    feed that ends too early.
    """
    stream = _TailStream(container.stream)
    parser = etree.iterparse(
        stream,
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        root = yield from _items(parser, container)
    except etree.LxmlError as error:
        raise PageError(PageFault.DAMAGED, f"not readable as XML: {error}") from error
    if root is None:
        raise PageError(PageFault.DAMAGED, "no XML in it; fetch it again")
    if root:
        _check_end(parser, stream.tail, root)


def _items(parser: etree.iterparse, container: Container) -> Generator[Entry, None, str | None]:
    """The items as they are read; returns the name of the feed's root.

    None when there is no XML at all, "" when it is no feed.
    """
    number = nodes = 0
    root = None
    for event, element in parser:
        if event == "start":
            nodes += 1
            if root is None:
                root = _name(element)
                if root not in _ROOTS:
                    yield skip("XML that is no feed")
                    return ""
            continue
        if _name(element) in _ITEMS:
            number += 1
            yield _entry(element, container, number)
        elif nodes <= _MAX_NODES and _is_within_item(element):
            continue
        _free(element)
        nodes = 0
    return root


def _check_end(parser: etree.iterparse, tail: bytes, root: str) -> None:
    """A parser that forgives closes what is open; whether all was there is for us to see."""
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise PageError(PageFault.DAMAGED, "nested too deeply, or its entities grow as bombs do")
    if not re.search(rb"</\s*(?:[\w.-]+:)?%s\s*>" % root.encode(), tail.lower()):
        raise PageError(PageFault.DAMAGED, "ends in the middle; fetch it again")


class _TailStream:
    """A stream that remembers its end, without the zeros of UTF-16."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self.tail = (self.tail + block.replace(b"\0", b""))[-_TAIL:]
        return block


def _is_within_item(element: etree._Element) -> bool:
    return any(_name(above) in _ITEMS for above in element.iterancestors())


def _free(element: etree._Element) -> None:
    """Free an element that was read, and those before it."""
    element.clear()
    parent = element.getparent()
    if parent is None or _is_within_item(element):  # an item that was never closed
        return
    while element.getprevious() is not None:
        del parent[0]


def _entry(item: etree._Element, container: Container, number: int) -> Entry:
    link = _link(item)
    path = container.key((_text(item, "id", "guid") or link or str(number))[:_MAX_KEY])
    content = next(filter(None, (_markup(item, name) for name in _CONTENT)), "")
    title = html.unescape(_text(item, "title"))
    body = wrap_article(content, title).encode("utf-8", "replace")
    if not content.strip():
        return Unread(path, PageError(PageFault.NO_TEXT, "the item has a title at most, no text"))
    if len(body) > container.max_bytes:
        return Unread(path, PageError(PageFault.TOO_LARGE, "larger than page_max_mb allows"))
    return RawPage(
        path=path,
        body=body,
        url=link or None,
        charset="utf-8",
        media_type="text/html",
        title=title or None,
        published=_text(item, *_DATES) or None,
        modified=_text(item, "updated", "modified") or None,
        authors=tuple(_authors(item)),
    )


def _children(item: etree._Element, *names: str) -> Iterator[etree._Element]:
    for name in names:
        yield from (child for child in item if _name(child) == name)


def _text(item: etree._Element, *names: str) -> str:
    texts = ("".join(map(str, child.itertext())).strip() for child in _children(item, *names))
    return next(filter(None, texts), "")


def _markup(item: etree._Element, name: str) -> str:
    """An element's HTML: escaped, in CDATA, or as XHTML children."""
    for child in _children(item, name):
        if len(child):
            return html.escape(child.text or "") + "".join(map(_serialise, child))
        if child.text and child.text.strip():
            plain = child.get("type") == "text"
            return html.escape(child.text) if plain else child.text
    return ""


def _serialise(node: etree._Element) -> str:
    return str(etree.tostring(node, encoding="unicode", method="html"))


def _link(item: etree._Element) -> str:
    for child in _children(item, "link"):
        if child.get("rel", "alternate") == "alternate":
            link = (child.get("href") or child.text or "").strip()
            if link.startswith(("http://", "https://")):
                return link
    guid = _text(item, "guid")
    return guid if guid.startswith(("http://", "https://")) else ""


def _authors(item: etree._Element) -> Iterator[str]:
    for child in _children(item, "creator", "author"):
        name = _text(child, "name") or (child.text or "").strip()
        if name and "@" not in name:
            yield name


def _name(element: etree._Element) -> str:
    """The tag in lower case without its namespace; "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
