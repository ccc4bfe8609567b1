"""Extraction, `authors`: what a page shows its readers -> the names in its by-lines."""

import re
from collections.abc import Iterator
from itertools import chain, islice

from lxml.html import HtmlElement

from searchapp.extraction.authors.names import clean_names, is_label, is_made_by, is_single_name
from searchapp.extraction.dom.class_names import attribute_matcher
from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.text_measures import comparison_key

_AUTHOR_CLASS = compile_pattern(
    r"(?:^|[\s_-])(?:(?:entry|post|article|story|meta|vcard|news)?[_-]*{author_class}s?"
    r"(?:[_-]*(?:name|link|title))?|{byline_class})(?:$|[\s_-])"
)
_is_for_author = attribute_matcher(_AUTHOR_CLASS, "class", "id")
_BYLINE_TAGS = (
    *("a", "span", "div", "p", "address", "strong", "cite", "em", "b", "i", "li"),
    *("h4", "h5", "h6"),
)
_BY = compile_pattern(
    r"\s*(?:{story_by}\s+)?(?:{by}|{author_word}|{photo_by})\s*[:：]?\s+(?=[^\W\d_])"
)
_POSTED = compile_pattern(r"\s*{story_by}\s+{by}\s+[^\W_]+\s*\Z")
_BY_WITHIN = compile_pattern(r"\d{4}\s?[-–—|·]\s?{by}\s")
_NAME = re.compile(
    r"(?:(?:de[rnl]?|del|da|di|do|dos|du|la|le|van|von|vom|zu|bin|al|el|ter|ten|y|e|i)\s"
    r"|\([^\W\d_][\w.'’-]*\)\s"
    r"|(?![a-zа-яёα-ωà-ÿ])[^\W\d_][\w.'’-]*\s){1,4}(?![a-zа-яёα-ωà-ÿ])[^\W\d_][\w.'’-]*"
    r"|[\u4e00-\u9fff·]{2,6}|[\uac00-\ud7af]{2,4}"
)
# Set by hand; `python bench/extraction.py` measures them as a set.
_LONGEST_BYLINE, _BYLINE_PARTS, _MOST_TEXTS = 100, 4, 1_500  # characters, texts, texts of a page
_CHINESE_BYLINE = re.compile(
    r"(?:(?:作者|撰文|文)\s?[:：/]|(?:记者|記者)(?:\s?[:：/]|\s))\s*"
    r"([\u4e00-\u9fff·]{2,4}(?:\s[\u4e00-\u9fff]{2,3})*)(?![\u4e00-\u9fff])"
)
_AUTHOR_PAGE = compile_pattern(r"(?:\A|/){author_page}/[^/]")
_BEFORE_HEADING, _AFTER_HEADING = 15, 60  # elements
_RIGHT = re.compile(r"text-align:\s*right", re.IGNORECASE)


def find_shown_authors(tree: HtmlElement, sites: set[str]) -> tuple[str, ...]:
    """The names in the first by-line that has any, else in a signature.

    None where the site names itself before that. What is not marked as a name counts only
    when it is written as names are, with capitals.
    """
    for line in chain(find_bylines(tree), _signatures(tree)):
        if comparison_key(line) in sites:
            return ()
        known = is_single_name if _POSTED.match(line) else _NAME.fullmatch
        names = tuple(name for name in clean_names([line], sites) if known(name))
        if names:
            return names
    for name in chain(_author_links(tree), _marked_names(tree)):
        names = tuple(filter(is_single_name, clean_names([name], sites)))
        if names:
            return names
    return ()


def find_name_lines(tree: HtmlElement, sites: set[str]) -> tuple[str, ...]:
    """The names that are all there is in a paragraph under the heading, or in the last one.

    Any two words with capitals look like that: only for pages that name a house as their author.
    """
    paragraphs = list(tree.iterfind(".//p"))
    texts = (" ".join(" ".join(one.itertext()).split()) for one in paragraphs[:2] + paragraphs[-1:])
    for text in filter(_is_short, texts):
        names = clean_names([text], sites)
        if names and all(" " in name and _NAME.fullmatch(name) for name in names):
            return names
    return ()


def find_bylines(tree: HtmlElement) -> Iterator[str]:
    """Short lines that name an author, the best marked first.

    Links to authors' pages beside the headline, elements that are named for the author,
    lines such as `By Jane Doe`, then `作者：`.
    """
    yield from _author_links(tree)
    yield from filter(_is_short, map(_first_words, _marked_elements(tree)))
    body = tree.find(".//body")
    texts = [] if body is None else list(islice(body.itertext(), _MOST_TEXTS))
    lines = list(filter(_is_short, texts))
    yield from _labelled_lines(tree)
    yield from filter(_BY.match, lines)
    yield from filter(is_made_by, lines)
    within = map(_BY_WITHIN.search, lines)
    yield from (by.string[by.end() :] for by in within if by)
    match = _CHINESE_BYLINE.search(" ".join(texts))
    yield ";".join(match[1].split()) if match else ""


def _is_short(line: str) -> bool:
    return 0 < len(line) <= _LONGEST_BYLINE


def _labelled_lines(tree: HtmlElement) -> Iterator[str]:
    """Lines of which the label is an element's first words: "By" and a name beside or in it."""
    for element in tree.iter(*_BYLINE_TAGS):
        if not element.text or not is_label(element.text):
            continue
        line = " ".join(" ".join(element.itertext()).split())
        beside = element.getnext()
        if is_label(line) and beside is not None and not (element.tail or "").strip():
            yield f"{line} {_first_words(beside)}"
        elif _is_short(line) and not is_label(line):
            yield _first_words(element)


def _marked_elements(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter(*_BYLINE_TAGS):
        if _is_for_author(element):
            yield element


def _marked_names(tree: HtmlElement) -> Iterator[str]:
    """What stands alone in elements that are named for the author."""
    for element in _marked_elements(tree):
        text = " ".join("".join(element.itertext()).split())
        if _is_short(text):
            yield text


def _first_words(element: HtmlElement) -> str:
    """The element's first words; the next ones too where the first are but a label."""
    texts = (text.strip() for text in islice(element.itertext(), _BYLINE_PARTS))
    words = [text for text in texts if text]
    labelled = bool(words) and is_label(words[0])
    return " ".join(" ".join(words[: 2 if labelled else 1]).split())


def _author_links(tree: HtmlElement) -> Iterator[str]:
    """Links beside the first heading that lead to the page of an author."""
    links = {link for link in tree.iter("a") if _AUTHOR_PAGE.search(link.get("href") or "")}
    elements = list(tree.iter()) if links else []
    heading = next((n for n, element in enumerate(elements) if element.tag == "h1"), None)
    if heading is None:
        return
    for element in elements[max(0, heading - _BEFORE_HEADING) : heading + _AFTER_HEADING]:
        if element in links:
            yield " ".join(" ".join(element.itertext()).split())[:_LONGEST_BYLINE]


def _signatures(tree: HtmlElement) -> Iterator[str]:
    """Short paragraphs set to the right, as papers sign their stories; the last one first."""
    paragraphs = tree.findall(".//p[@style]") + tree.findall(".//p[@align='right']")
    for paragraph in reversed(paragraphs):
        right = paragraph.get("align") or _RIGHT.search(paragraph.get("style") or "")
        text = " ".join(" ".join(paragraph.itertext()).split())
        if right and _is_short(text):
            yield text
