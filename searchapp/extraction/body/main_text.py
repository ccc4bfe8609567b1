"""Extraction, `body`, first step and the order of the others: a tree -> the article's paragraphs.

Trafilatura picks them from the tree that `dom` made. Where it finds nothing,
or much less than the page's own JSON-LD, the article body stated there, then all
its `p` elements, then everything visible is taken: a page with words is never lost.
"""

import logging
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from itertools import islice

from lxml.etree import XPath, iterwalk, strip_elements
from lxml.html import HtmlElement, fromstring
from trafilatura import bare_extraction
from trafilatura.readability_lxml import Document as Readability

from searchapp.extraction.body.agreement import (
    SHORTEST_ARTICLE,
    choose_text,
    has_overlap,
    is_run_together,
)
from searchapp.extraction.body.completion import drop_unstated, restore_headings
from searchapp.extraction.boilerplate import drop_boilerplate_blocks
from searchapp.extraction.dom.legacy_layout import split_at_line_breaks
from searchapp.extraction.metadata.page import Metadata
from searchapp.extraction.template_residue import (
    CODE_TAGS,
    has_markers,
    is_page_about_templates,
    normalise_text,
    strip_residue,
    to_plain_line,
)
from searchapp.extraction.text_measures import WIDE, letters_of, text_width, total_width

# They report pages they refuse; those pages get another way here.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_UNREAD = ("script", "style", "noscript", "head", "title", "button")
_BESIDES = "ancestor::*[self::nav or self::footer or self::aside or self::noscript]"
_MARKS_PARTS = XPath(
    "boolean(.//article) or boolean(.//main)"
    " or boolean(.//*[@role='main' or @itemprop='articleBody'])"
)
_BLOCK = frozenset(
    "p div li td th tr h1 h2 h3 h4 h5 h6 blockquote pre dt dd section article".split()  # noqa: SIM905
) | {"br", "hr", "figcaption"}
# Past this the second opinions take time that grows with the square of the size.
_LARGE_TREE = 10_000  # elements
_WIDE_COMMA, _COUNTED_COMMA = "，", "，,"
_WORDS_AROUND = 4  # set by hand: fewer are a label, as in "Published on"
_SHORTEST_PARAGRAPH = 30  # width; set by hand, measured as a set by `python bench/extraction.py`
# What trafilatura loses, with or without what follows, where it stands within a line.
_MOST_LOST = 1_000  # taking one out takes time with the number of its neighbours
_LOST_IN_LINES = ("time", "output", "label", "q")
_BLANKS = re.compile(r"\s+")
_SIGNS_OF_RESIDUE = re.compile(r"[{}%&]|\[[\[/A-Za-z]|\$\$|yy")


def strip_tree_residue(tree: HtmlElement, title: str = "") -> None:
    """Take template residue out of the tree's text in place; code blocks keep theirs.

    A page that is about templates, as its title may show, is left as it is.
    """
    suspects = [
        element
        for element in tree.iter()
        if element.tag not in _UNREAD and (_is_suspect(element.text) or _is_suspect(element.tail))
    ]
    if not suspects or has_markers(title) or _is_about_templates(tree, suspects):
        return
    in_code = {inner for block in tree.iter(*CODE_TAGS) for inner in block.iter()}
    for element in suspects:
        if element.text and element not in in_code:
            element.text = strip_residue(element.text)
        if element.tail and element.getparent() not in in_code:
            element.tail = strip_residue(element.tail)


def _is_suspect(text: str | None) -> bool:
    return text is not None and _SIGNS_OF_RESIDUE.search(text) is not None


def _is_about_templates(tree: HtmlElement, suspects: list[HtmlElement]) -> bool:
    if not any(has_markers(f"{element.text} {element.tail}") for element in suspects):
        return False
    return is_page_about_templates(tree)


def extract_main_text(tree: HtmlElement, metadata: Metadata, url: str | None) -> list[str]:
    """The article's paragraphs, each one line of visible text, none repeated in a row."""
    if not _is_marked_up(tree, metadata):
        split_at_line_breaks(tree)
    drop_boilerplate_blocks(tree)
    _unwrap_words(tree)
    found = _prefer_stated(_extract(tree, metadata, url), metadata)
    marked = _marked_article(tree)
    if marked and not _has_any(marked, found):
        found = marked
    if total_width(found) < SHORTEST_ARTICLE:
        return max(found, _own_paragraphs(tree), key=total_width) or _visible_lines(tree)
    return restore_headings(
        drop_unstated(found, list(metadata.json_ld_strings("articleBody"))), tree
    )


def _unwrap_words(tree: HtmlElement) -> None:
    """Put the words of elements that stand within a sentence into its text, in place."""
    known: dict[HtmlElement, bool] = {}
    for element in list(islice(tree.iter(*_LOST_IN_LINES), _MOST_LOST)):
        parent = element.getparent()
        if parent is None:
            continue
        if parent not in known:
            known[parent] = _has_words(parent)
        if known[parent]:
            element.drop_tag()


def _has_words(line: HtmlElement) -> bool:
    """Whether an element has words of its own, not only within others."""
    texts = filter(None, [line.text, *(child.tail for child in islice(line, _MOST_LOST))])
    return len(" ".join(texts).split()) >= _WORDS_AROUND


def _prefer_stated(found: list[str], metadata: Metadata) -> list[str]:
    """The body that JSON-LD states where it says much more than was found, or the same in lines."""
    stated = [
        line for body in metadata.json_ld_strings("articleBody") for line in _body_lines(body)
    ]
    if stated and (
        total_width(stated) > 2 * total_width(found) or letters_of(*stated) == letters_of(*found)
    ):
        return _lines("\n".join(stated))
    return found


def _has_any(marked: list[str], paragraphs: list[str]) -> bool:
    """Whether any of the marked paragraphs was picked, in whole or within another."""
    picked = letters_of(*paragraphs)
    return any(letters_of(paragraph) in picked for paragraph in marked)


def _is_marked_up(tree: HtmlElement, metadata: Metadata) -> bool:
    """Whether the page marks its parts, as pages have done since about 2012."""
    return bool(metadata.articles) or bool(_MARKS_PARTS(tree))


def _extract_by_density(tree: HtmlElement) -> list[str]:
    """What Arc90's readability takes for the article: the block with the densest paragraphs.

    It counts letters and commas; on pages in ideographs both are made to count.
    """
    copied = deepcopy(tree)
    wide = len(WIDE.findall(" ".join(copied.itertext()))) >= SHORTEST_ARTICLE // 3
    if wide:
        _replace(copied, _WIDE_COMMA, _COUNTED_COMMA)
    try:
        document = Readability(copied, min_text_length=25 // 3 if wide else 25)
        found = fromstring(document.summary())
    except Exception:  # noqa: BLE001 - whatever fails in there, the page has other ways
        return []
    return [line.replace(_COUNTED_COMMA, _WIDE_COMMA) for line in _visible_lines(found)]


def _replace(tree: HtmlElement, old: str, new: str) -> None:
    for element in tree.iter():
        element.text = element.text and element.text.replace(old, new)
        element.tail = element.tail and element.tail.replace(old, new)


def _extract(tree: HtmlElement, metadata: Metadata, url: str | None) -> list[str]:
    """What trafilatura's rules or readability's densities find.

    Where the two differ, trafilatura also does all it can against its rules' failures,
    at twice the cost.
    """
    large = tree.xpath("count(.//*)") > _LARGE_TREE
    by_density = [] if large else _extract_by_density(tree)
    by_rules = _extract_by_rules(tree, url, fast=True)
    if is_run_together(by_rules, by_density):
        return by_density
    marked_up = _is_marked_up(tree, metadata)
    if not large and has_overlap(by_rules, by_density):
        if marked_up:  # `choose_text` would only compare them once more
            return by_rules
    elif not large:
        by_rules = _extract_by_rules(tree, url, fast=False)
    return choose_text(by_rules, by_density, marked_up=marked_up)


def _extract_by_rules(tree: HtmlElement, url: str | None, *, fast: bool) -> list[str]:
    try:
        document = bare_extraction(tree, url=url, include_comments=False, fast=fast)
    except Exception:  # noqa: BLE001 - whatever fails in there, the page has other ways
        return []
    return _lines(str(getattr(document, "text", None) or ""))


def _marked_article(tree: HtmlElement) -> list[str]:
    """The paragraphs of the page's only `article` element, if they make a story."""
    articles = tree.findall(".//article")
    paragraphs = _own_paragraphs(articles[0]) if len(articles) == 1 else []
    return paragraphs if total_width(paragraphs) >= 2 * SHORTEST_ARTICLE else []


def _lines(text: str) -> list[str]:
    lines = (_strip_marks(line) for line in normalise_text(text).split("\n"))
    return list(_drop_repeats(line for line in lines if any(map(str.isalnum, line))))


def _strip_marks(line: str) -> str:
    """The line without trafilatura's list and table marks: cells stay apart by a bar."""
    if line.startswith("|"):
        line = line.strip("| ").replace("\\|", "|")
    return line.removeprefix("- ").strip()


def _drop_repeats(lines: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    previous = ""
    for line in lines:
        if line != previous and not (len(line) > 2 * _SHORTEST_PARAGRAPH and line in seen):
            yield line
        seen.add(line)
        previous = line


def _body_lines(body: str) -> Iterator[str]:
    for line in re.sub(r"</p>|<br\s*/?>", "\n", body).split("\n"):
        yield to_plain_line(line)


def _own_paragraphs(tree: HtmlElement) -> list[str]:
    paragraphs = tree.xpath(f".//p[not({_BESIDES})]")
    texts = (" ".join(" ".join(paragraph.itertext()).split()) for paragraph in paragraphs)
    return _lines("\n".join(text for text in texts if text_width(text) >= _SHORTEST_PARAGRAPH))


def _visible_lines(tree: HtmlElement) -> list[str]:
    """Everything a browser would show, a line for every block."""
    strip_elements(tree, *_UNREAD, with_tail=False)
    pieces: list[str] = []
    preformatted = 0
    for event, element in iterwalk(tree, events=("start", "end")):
        edge = "\n" if element.tag in _BLOCK else ""
        preformatted += (event == "start") - (event == "end") if element.tag == "pre" else 0
        text = (element.text if event == "start" else element.tail) or ""
        pieces += [edge, text if preformatted else _BLANKS.sub(" ", text)]
    return _lines("".join(pieces))
