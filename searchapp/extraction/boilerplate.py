"""Extraction, before and after `body`: what stands around an article on a page, told from it.

Before, blocks of the tree that their own names call dialogs, cookie notices, subscription
forms and the like; after, lines by which pages send readers elsewhere ("Read also: ..."), sign
them up, or state rights. Names are conventions of the web, words are in `phrases`; no site is
named. The term is that of Kohlschütter et al., WSDM 2010.
"""

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.dom.class_names import attribute_matcher
from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.text_measures import comparison_key, prose_width, text_width

_BLOCK_NAMES = re.compile(
    r"(?:^|[\s_-])(?:modal|popup|lightbox|overlay|cookie(?:s|law|consent|notice|bar|banner)?"
    r"|gdpr|consent"
    r"|newsletter|subscri(?:be|ption)|sign-?up|paywall|regwall|(?:most-)?popular|most-?read"
    r"|trending"
    r"|read-?(?:more|also|next)|also-?read|recirc(?:ulation)?|outbrain|taboola|share-?bar"
    r"|social-?share"
    r"|visually-?hidden|sr-only|screen-reader-text|print-only|image-?credit|photo-?credit|copyright"
    r"|advert(?:isement)?|promo(?:box)?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_is_boilerplate = attribute_matcher(_BLOCK_NAMES, "class", "id")
_CONTAINERS = ("div", "section", "aside", "form", "ul", "ol", "p", "span", "figcaption")
# Set by hand; `python bench/extraction.py` measures them as a set.
_MOST_OF_PAGE = 0.25  # share of the page's running text
_LITTLE_TEXT = 400  # width

_READ_ALSO = compile_pattern(r"\W{0,4}{read_also}\s*(?:[:：|>»›→]|\W*\Z)")
_NOTICE = compile_pattern(
    r"\W{0,3}(?:{rights}"
    r"|(?:{photo_credit}|{picture_label})\s*(?:[:：]|\s{credit_by}\b).{1,80}\Z"
    r"|(?:{reading_time}|{advertisement})\W*\Z"
    r"|{back}\s*(?:\||\Z)"
    r"|{correction}|{share}|{print}|{comment_form}|{sign_up}|{notice})"
)
_PROMOTION = compile_pattern("{promotion}")
_ENDING = compile_pattern(r"\W{0,3}(?:{read_also}|{ending})\W*\Z")
# What stands behind these is never the story, however long it is.
_CERTAIN_ENDING = compile_pattern(
    r"\W{0,3}(?:(?:\d{1,5}\s+)?(?:{comments_by}\s+)?{comments}(?:\s+{comments_on})?(?:\s*\(\d{1,5}\))?"
    r"|{comments_counted}(?:\s*[:：(]?\s*\d{0,5}\)?)"
    r"|{about_author}|{write_comment}|{further_reading})\W*\Z"
)
_TRAILER = compile_pattern(r"{more_from}\s*[:：]")
_BYLINE = compile_pattern(r"\W{0,3}(?:{by}|{byline_label}|{byline})\b")
_ADDRESS = re.compile(
    r"\s*(?:https?://\S+|www\.\S+|\S+@\S+\.\w+|(?:twitter|facebook)\.com/\S+|@\w+)\s*"
)
# Characters of a heading, of a notice, of what may promote; width of a paragraph.
_SHORT, _LINE, _NOTICE_LENGTH, _PARAGRAPH = 60, 160, 300, 80
_HEAD_LINES = 6
_LONGEST_KICKER, _DISTINCTIVE_TITLE = 30, 20  # letters
# How much of a text stands before what ends it: share; width and share, where it is certain.
_ENDING_FROM = 0.5
_CERTAIN_FROM, _CERTAIN_SHARE = 400, 0.3


def drop_boilerplate_blocks(tree: HtmlElement) -> None:
    """Take blocks that their names call boilerplate out of the tree, in place.

    A block with a good part of the page's paragraphs stays whatever its name, as names lie,
    and so does every block of a page with few words.
    """
    body = tree.find(".//body")
    if body is None:
        return
    named = [element for element in body.iter(*_CONTAINERS) if _is_boilerplate(element)]
    prose = prose_width(map(str, body.itertext())) if named else 0
    if prose < _LITTLE_TEXT:
        return
    allowed = _MOST_OF_PAGE * prose
    for element in named:
        if prose_width(map(str, element.itertext())) <= allowed and element.getparent() is not None:
            element.drop_tree()


def drop_boilerplate_lines(
    paragraphs: Sequence[str], title: str, authors: Sequence[str] = ()
) -> list[str]:
    """The article's own paragraphs: nothing before, between or behind them.

    No title, by-line or date at the start, no notices, no list of further reading at the
    end. Never empties a text.
    """
    kept = list(paragraphs)
    kept = kept[: _find_end(kept)]
    kept = [line for line in kept if not is_notice(line)]
    kept = kept[
        _find_start(kept, comparison_key(title), {comparison_key(author) for author in authors}) :
    ]
    return kept or list(paragraphs)


def is_notice(line: str) -> bool:
    """Whether a line addresses the reader on the page's behalf instead of telling the story."""
    length = len(line)
    if length <= _LINE and (_READ_ALSO.match(line) or _NOTICE.match(line)):
        return True
    if length <= _SHORT and _ADDRESS.fullmatch(line):
        return True
    return length <= _NOTICE_LENGTH and _PROMOTION.search(line) is not None


def _find_end(lines: Sequence[str]) -> int:
    """Where comments or further reading begin behind the story; else the number of lines."""
    sizes = [text_width(line) for line in lines]
    total, before = sum(sizes), 0
    for index, line in enumerate(lines):
        late = before >= _ENDING_FROM * total
        certain = before >= _CERTAIN_FROM and before >= _CERTAIN_SHARE * total
        if certain and len(line) <= _SHORT and _CERTAIN_ENDING.match(line):
            return index
        if late and index == len(lines) - 1 and _TRAILER.match(line):
            return index
        if late and len(line) <= _SHORT and _ENDING.match(line):
            rest = lines[index + 1 :]
            if sum(len(text) for text in rest if len(text) >= _LINE) <= 0.5 * sum(map(len, rest)):
                return index
        before += text_width(line)
    return len(lines)


def _find_start(lines: Sequence[str], title: str, authors: set[str]) -> int:
    """The first line after a repeated title, by-line and date."""
    start = 0
    for index, line in enumerate(lines[:_HEAD_LINES]):
        if _is_heading(line, title):
            start = index + 1
        elif text_width(line) >= _PARAGRAPH:
            break
        elif _is_byline(line) or comparison_key(line) in authors:
            start = index + 1
    return start if start < len(lines) else 0


def _is_heading(line: str, title: str) -> bool:
    key = comparison_key(line)
    if title and key.startswith(title) and len(key) <= len(title) + _SHORT and read_date(line):
        return True
    kicker = _LONGEST_KICKER if len(title) >= _DISTINCTIVE_TITLE else 0
    return bool(title) and key.endswith(title) and len(key) <= len(title) + kicker


def _is_byline(line: str) -> bool:
    return _BYLINE.match(line) is not None or (len(line) < _SHORT and read_date(line) is not None)
