"""Extraction, `dates`, below `visible`: a line with a day in it -> whether it dates the page.

By-lines and stamps do; captions, events, deadlines, lives and sentences name days of their own.
"""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.dom.class_names import attribute_matcher
from searchapp.extraction.phrases import compile_pattern

BYLINE_LENGTH = 120  # characters
_PUBLISHED = compile_pattern(r"(?<!\w)(?:{publication}|{published})(?!\w)")
_SAYS_BY_WHOM = compile_pattern(r"(?<!\w)(?:{by}|{on_day}|{story_by})(?!\w)")
_BEGINS = compile_pattern(r"\W*(?:{publication}|{published})(?!\w)")
_OTHER_DAY = compile_pattern(r"(?<!\w){other_day}(?!\w)|{other_day_within}")
_LABEL = re.compile(r"[^\W\d_][^:：\d]{1,40}[:：]\s")
_PARTS = re.compile(r"\s*[|·•;]\s*|\s[-–—/]\s|\s{3,}")
_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d{2}(?!\d)")
_DAYS = re.compile(r"(?<![\d.:])[0-3]?\d\.?\s?[-–—]\s?[0-3]?\d\.?\s+[^\W\d_]{3}")
_PLAIN_WORD = re.compile(r"(?<![\w.])[a-zà-ÿа-яёα-ω][^\W\d_]+")
_SENTENCE_END = re.compile(r"[^\W\d_]{3,}[.!?。！？]\W*\Z")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_FEW_WORDS = 4  # weekday, month, "at", zone: set by hand
_MONTH_LENGTH = 3
_is_caption = attribute_matcher(
    re.compile(
        r"(?:caption|legende|legend|bildunterschrift|pic(?:ture)?-?box|wp-caption)", re.IGNORECASE
    ),
    "class",
    "id",
)
_CAPTIONS = frozenset({"figcaption", "figure", "caption"})
_INLINE = frozenset({"b", "i", "em", "strong", "u", "a", "time", "font", "mark"})
_ANCESTORS = 4  # a caption's parts lie no deeper


def says_publication(line: str) -> bool:
    """Whether a line calls its day that of publication, and is no sentence about another's."""
    if _OTHER_DAY.search(line) or not _PUBLISHED.search(line):
        return False
    rest = _SAYS_BY_WHOM.sub(" ", _PUBLISHED.sub(" ", line))
    label = _LABEL.match(line)
    if label and _LETTERS.search(_SAYS_BY_WHOM.sub(" ", _PUBLISHED.sub(" ", label[0]))):
        return False  # "Release date: "
    return _BEGINS.match(line) is not None or not _is_sentence(rest)


def dates_page(line: str, language: str | None = None) -> bool:
    """Whether the day in a line can be the page's, by the words around it.

    It stands alone, behind a place or a name, or is called the day of publication: not in
    a sentence, behind another label, nor as one of a span's two ends.
    """
    if says_publication(line):
        return True
    if _OTHER_DAY.search(line) or len(set(_YEAR.findall(line))) > 1 or _DAYS.search(line):
        return False
    part = next((part for part in _PARTS.split(line) if read_date(part, language)), line)
    part = _SAYS_BY_WHOM.sub(" ", part)
    return not (_LABEL.match(part) or _is_sentence(part, language))


def is_bare_date(line: str, language: str | None = None) -> bool:
    """Whether a line has a day and hardly a word besides: a weekday, "at", a zone."""
    return dates_page(line, language) and len(_LETTERS.findall(line)) <= _FEW_WORDS


def _is_sentence(part: str, language: str | None = None) -> bool:
    """Whether two words that are no months are written small, or one before a full stop."""
    words = [word for word in _PLAIN_WORD.findall(part) if not _is_of_date(word, language)]
    return len(words) > 1 or bool(words and _SENTENCE_END.search(part))


def _is_of_date(word: str, language: str | None) -> bool:
    """Whether a word is a month's name or joins the parts of a date: "5 de mayo de 2020"."""
    return len(word) < _MONTH_LENGTH or read_date(f"1 {word} 2020", language) is not None


def is_apart(element: HtmlElement) -> bool:
    """Whether an element stands in no caption."""
    ancestors = [element, *list(element.iterancestors())[:_ANCESTORS]]
    return not any(one.tag in _CAPTIONS or _is_caption(one) for one in ancestors)


def line_of(element: HtmlElement) -> str:
    """The element's own text; of one within a line, with the words right before and behind."""
    text = element.text or ""
    if element.tag not in _INLINE:
        return text.strip()
    return "".join(_around(element, text)).strip()


def _around(element: HtmlElement, text: str) -> Iterator[str]:
    previous, parent = element.getprevious(), element.getparent()
    before = parent.text if previous is None and parent is not None else None
    yield (before if previous is None else previous.tail) or ""
    yield text
    yield element.tail or ""


def is_in_sentence(element: HtmlElement, language: str | None) -> bool:
    """Whether an element is a part of a running sentence."""
    line = line_of(element)
    within = line != (element.text or "").strip()
    return within and (len(line) > BYLINE_LENGTH or not dates_page(line, language))
