"""Extraction, first step: a page's markup -> a small, safe element tree.

What costs time and holds no article (scripts, styles, drawings, comments, data:
URIs) is cut from the text by linear scans. BeautifulSoup parses what is left, and
one walk copies it into an lxml tree whose size, depth and attributes are bounded,
so that nothing downstream can recurse too deep or scan for minutes.
"""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any

from bs4 import BeautifulSoup, CData, NavigableString, PageElement, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import Script, TemplateString
from lxml.etree import ElementDefaultClassLookup, TreeBuilder
from lxml.html import HtmlComment, HtmlElement, HTMLParser

from searchapp.extraction.template_residue import CONTROLS

# Set by hand, far above what stories need; lengths are in characters.
MAX_CHARACTERS = 6_000_000
MAX_TAGS = 40_000
MAX_DEPTH = 150
MAX_ATTRIBUTES = 40
MAX_ATTRIBUTE_LENGTH = 20_000
MAX_TEXT_NODE = 400_000
MAX_JSON_LD = 1_000_000

_DISCARDED = ("script", "style", "svg", "iframe", "object", "select")
_OPENING = re.compile(rf"<(?:!--|\?|(?:{'|'.join(_DISCARDED)})\b)", re.IGNORECASE)
_CLOSING = {f"<{name}": re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in _DISCARDED}
_CLOSING |= {"<!--": re.compile("--!?>"), "<?": re.compile(">")}
# Browsers read these as raw text to the end of the page when nothing closes them.
_RAW_TEXT = frozenset({"<script", "<style"})
_JSON_LD = re.compile(r"<script[^>]{0,400}?application/ld\+json", re.IGNORECASE)
_DATA_URI = re.compile(r"data:[\w/+;=.-]{0,80},[A-Za-z0-9+/=%]{100,}")
_FRAMES = re.compile(r"</?(?:frameset|frame|noframes)\b[^<>]*>", re.IGNORECASE)
# Tags that hold no words; the tree is a tenth smaller without them.
_WORDLESS = re.compile(
    r"<(?:link\b(?![^<>]{0,400}canonical)|source|input|path|track|wbr|img|embed|param|col)\b"
    # a bracket in quotes ends no tag: onload="if(this.width>500)…"
    r"(?:[^<>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}')*+>",
    re.IGNORECASE,
)
_WRAPPER = re.compile(r"</?(?:div|span|center|section|table|tbody)\b[^<>]*>", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)
_KEPT_STRINGS = frozenset({NavigableString, CData, Script, TemplateString})
# Beyond MAX_DEPTH only these are still opened, so that a deep article keeps its paragraphs.
_TEXT_TAGS = frozenset(
    "p h1 h2 h3 h4 h5 h6 article blockquote pre li a time title meta link".split()  # noqa: SIM905
)
_MIN_HIDDEN_ARTICLE = 400  # characters, set by hand
# lxml.html looks every element's class up by its name, in Python, whenever the element is
# touched; forms have no methods that cleaning needs, so that one class does for all.
_PARSER = HTMLParser()
_PARSER.set_element_class_lookup(
    ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment)
)


class _HtmlBuilder(LXMLTreeBuilder):
    """Beautiful Soup's builder without what it does for XML: HTML has no namespaces."""

    attribute_dict_class = dict

    def start(self, tag: Any, attrib: Any, nsmap: Any = MappingProxyType({})) -> None:  # noqa: ARG002 - lxml's
        self.soup.handle_starttag(tag, None, None, attrib)

    def end(self, tag: Any) -> None:
        self.soup.handle_endtag(tag)


def parse(markup: str) -> HtmlElement:
    """The page's tree, rooted at `html`; never deeper than MAX_DEPTH plus a little.

    Linear in the length of `markup`; deterministic. JSON-LD scripts stay.
    """
    with _collection_paused():
        # nothing may hold the soup when collection goes on: it would be walked twice to be freed
        text = trim_markup(markup)
        return _copy_tree(BeautifulSoup(text, builder=_HtmlBuilder, multi_valued_attributes=None))


@contextmanager
def _collection_paused() -> Iterator[None]:
    """No garbage collection while thousands of objects are made that live equally long."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def trim_markup(markup: str) -> str:
    """The markup without what holds no article, cut off at the caps."""
    text = "".join(_cut_discarded(CONTROLS.sub("", markup)))
    text = _WORDLESS.sub("", _DATA_URI.sub("data:,", text)[:MAX_CHARACTERS])
    text = _FRAMES.sub(" ", text)
    if text.count("<") > MAX_TAGS:  # wrappers go first: they hold the article, but no words
        text = _WRAPPER.sub(" ", text)
    return text[: _find_nth("<", MAX_TAGS, text)]


def _find_nth(sign: str, number: int, text: str) -> int:
    """Where the sign stands for the nth time, else the text's end."""
    if text.count(sign) <= number:
        return len(text)
    return next(islice(re.finditer(sign, text), number, None)).start()


def _cut_discarded(text: str) -> Iterator[str]:
    """The stretches between comments, scripts and the like; each is scanned once."""
    kept_to = 0
    never_closed: set[str] = set()
    for opening in _OPENING.finditer(text):
        if opening.start() < kept_to or _is_json_ld(text, opening.start()):
            continue
        end = _find_end(text, opening, never_closed)
        if end is not None:
            yield text[kept_to : opening.start()]
            kept_to = end
    yield text[kept_to:]


def _is_json_ld(text: str, start: int) -> bool:
    if not _JSON_LD.match(text, start):
        return False
    return _CLOSING["<script"].search(text, start, start + MAX_JSON_LD) is not None


def _find_end(text: str, opening: re.Match[str], never_closed: set[str]) -> int | None:
    """Where the ballast ends; None for an unclosed element that browsers would read on in.

    `never_closed` remembers what was searched in vain, which keeps the scan linear.
    """
    name = opening[0].lower()
    closing = None if name in never_closed else _CLOSING[name].search(text, opening.end())
    if closing:
        return closing.end()
    never_closed.add(name)
    if name == "<!--":  # as browsers before HTML5: it ends at the next bracket
        return text.find(">", opening.end()) + 1 or len(text)
    return len(text) if name in _RAW_TEXT else None


def _copy_tree(soup: BeautifulSoup) -> HtmlElement:
    """Walk the soup with an explicit stack, writing what the caps allow."""
    builder = TreeBuilder(parser=_PARSER)
    root = soup.html or soup
    builder.start("html", _attributes(root))
    stack: list[tuple[str, Iterator[PageElement]]] = [("", iter(root.contents))]
    depth = 1
    while stack:
        name, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            if name:
                builder.end(name)
                depth -= 1
        elif isinstance(child, Tag):
            opened = _tag_name(child, depth)
            if opened:
                builder.start(opened, _attributes(child))
                depth += 1
            stack.append((opened, iter(child.contents)))
        elif type(child) in _KEPT_STRINGS:
            builder.data(_strip_controls(str(child)[:MAX_TEXT_NODE]))
    builder.end("html")
    tree: HtmlElement = builder.close()
    return tree


def _tag_name(tag: Tag, depth: int) -> str:
    """The name to write the tag under; "" leaves the tag out and keeps what is in it."""
    name = tag.name.lower()
    if depth >= MAX_DEPTH and (name not in _TEXT_TAGS or depth >= MAX_DEPTH + 40):
        return ""
    if name in {"noscript", "template"}:
        return "div" if _holds_article(tag) else "noscript"
    return name if _is_name(name) else "span"


def _holds_article(tag: Tag) -> bool:
    """Pages without scripts keep the story itself in here, others a tracking pixel."""
    paragraphs = tag.find_all("p", limit=50)
    return sum(len(paragraph.get_text()) for paragraph in paragraphs) >= _MIN_HIDDEN_ARTICLE


def _attributes(tag: Tag) -> dict[str | bytes, str | bytes]:
    return {
        name: _strip_controls(str(value)[:MAX_ATTRIBUTE_LENGTH])
        for name, value in islice(tag.attrs.items(), MAX_ATTRIBUTES)
        if _is_name(name)
    }


def _strip_controls(text: str) -> str:
    """The text without what entities such as `&#1;` bring in again."""
    return text if text.isprintable() else CONTROLS.sub("", text)


@lru_cache(maxsize=4096)
def _is_name(name: str) -> bool:
    return _NAME.match(name) is not None
