"""The newest hits of a search as an Atom feed (RFC 4287), to follow a story.

Atom wants a date for every entry. None is made up: documents without a date are
not in the feed.
"""

import re
import uuid
from datetime import date
from xml.etree import ElementTree as ET

from searchapp.engines.base import Hit, SearchResponse
from searchapp.web.params import urls
from searchapp.web.params.search import Search, to_pairs
from searchapp.web.params.urls import Representation, search_url

MEDIA_TYPE = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 (section 2.2) has no way to write.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(search: Search, response: SearchResponse, root: str) -> bytes:
    """Return the feed; `root` is the address the application is mounted at.

    It is absolute, or a path that readers resolve by the feed's own address (RFC 3986, 5.1.3).
    """
    address = search_url(search, root, Representation.ATOM)
    feed = ET.Element("feed", xmlns=_ATOM)
    _text(feed, "id", _urn("\n".join("=".join(pair) for pair in to_pairs(search))))
    _text(feed, "title", f"searchapp: {search.q}" if search.q else "searchapp: newest")
    _text(feed, "updated", response.index.built_at.isoformat(timespec="seconds"))
    _text(ET.SubElement(feed, "author"), "name", "searchapp")
    ET.SubElement(feed, "link", rel="self", type=MEDIA_TYPE, href=address)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=search_url(search, root))
    for hit in response.hits:
        article = hit.document.article
        if published := article.counted_day(uncertain=search.request.uncertain):
            _entry(feed, hit, published, root)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _entry(feed: ET.Element, hit: Hit, published: date, root: str) -> None:
    document, article = hit.document, hit.document.article
    entry = ET.SubElement(feed, "entry")
    _text(entry, "id", _urn(document.id))
    _text(entry, "title", article.title)
    for name in ("published", "updated"):
        _text(entry, name, f"{published.isoformat()}T00:00:00Z")
    for author in article.authors:
        _text(ET.SubElement(entry, "author"), "name", author)
    cached = urls.document_url(document.id, root)
    ET.SubElement(entry, "link", rel="alternate", type="text/html", href=cached)
    if original := urls.original_url(article):
        ET.SubElement(entry, "link", rel="via", href=_to_xml_text(original))
    _text(entry, "summary", " … ".join(s.text for s in hit.snippets) or article.lead)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _to_xml_text(text)


def _to_xml_text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _urn(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"searchapp:{name}").urn
