"""Extraction, `textdump`, second step: lines -> how much each is prose of the story.

A line scores by its length if it is prose and loses if it is menu or notice; then its
neighbours count: teasers, comments and refrains look like prose, but stand otherwise.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from searchapp.extraction.boilerplate import is_notice
from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.text_measures import WIDE, text_width
from searchapp.extraction.textdump.hard_wraps import SENTENCE_END

_MENU = compile_pattern("{menu}")
_CODE = re.compile(
    r"function\s*\(|=>\s*\{|\bvar \w+ ?=|\{[^{}]*:[^{}]*;|[;{}]\s*\Z|window\.|document\."
    r"|\A[.#@][\w-]+\s*[{,]"
)
# Set by hand. Width; the points of a line are its width, or one of the penalties.
PROSE, SENTENCE, _MOST = 80, 40, 400
SHORT, NOTICE = -35, -40
_STAMP = 2 * SHORT
_FEWEST_STAMPS, _ENTRY = 3, 12  # date lines that make a list, and lines between two of them
_ALONE, _UNENDED = 4, 3  # what points are divided by
_REFRAIN, _FEWEST_IN_RUN = 3, 3  # times, lines
_DIGITS = re.compile(r"\d+")
_DATE_LINE = re.compile(r"(?:19|20)\d{2}")
_CREDIT = compile_pattern(
    r"(?:{photo_credit}|{caption_label})\s*(?:[:：]|by\b|credit).{0,80}\Z"
    r"|.{0,60}(?:getty images|istockphoto|shutterstock|keystone|picture[ -]alliance|imago"
    r"|unsplash|/\s?dpa|/\s?afp|, AP|/\s?AP|/\s?reuters)\W*\Z"
    # a sentence with its agency or photographer behind: a caption
    r"|.{0,300}(?:[.!?)]\s?(?:getty images|istock\w*|shutterstock|keystone(?:/\w+)?|imago"
    r"|reuters|afp|dpa"
    r"|\w+/(?:ap|afp|reuters|dpa|getty\w*))|[.다]\s?(?:연합뉴스|뉴시스|뉴스1|\w{2,4}\s기자)"
    r"|=(?:연합뉴스|뉴시스|뉴스1))\W*\Z"
)
_LONGEST_HEADING, _LONGEST_CAPTION = 70, 200  # width
_FEWEST_PARAGRAPHS, _MOSTLY = 4, 0.7  # paragraphs, and the share of them


def score_lines(lines: Sequence[str], *, code: bool = False) -> list[int]:
    """A score for every line, its surroundings counted in.

    `code` says that program text is the subject and no residue.
    """
    alone = [score_line(line, code=code) for line in lines]
    return demote_isolated(_demote_refrains(lines, demote_entries(alone)))


def score_line(line: str, *, code: bool = False) -> int:
    """How much a line is prose: its length, or a penalty for menus and notices.

    `code` says that program text is the subject and no residue.
    """
    length = text_width(line)
    if _CODE.search(line):
        return 1 if code else NOTICE
    if (_MENU.search(line) and length < 2 * PROSE) or is_notice(line) or _CREDIT.match(line):
        return NOTICE
    if _is_date_line(line):
        return _STAMP
    ends = SENTENCE_END.search(line) is not None
    if length < (SENTENCE if ends else PROSE):
        return SHORT
    return min(length, _MOST) if ends or not is_caption(line) else length // _UNENDED


def _is_date_line(line: str) -> bool:
    return len(line) < SENTENCE and bool(_DATE_LINE.search(line)) and read_date(line) is not None


def _demote_refrains(lines: Sequence[str], scores: list[int]) -> list[int]:
    """The scores, short lines that come again and again ("12 replies", "Share") as notices."""
    shapes = [_DIGITS.sub("0", line) if len(line) < SENTENCE else "" for line in lines]
    count = Counter(shapes)
    return [
        min(points, NOTICE) if shape and count[shape] >= _REFRAIN else points
        for shape, points in zip(shapes, scores, strict=True)
    ]


def demote_entries(scores: list[int]) -> list[int]:
    """The scores; the last stretch with a date every few lines counts as no prose.

    It holds comments or other stories, unless it makes up most of the text.
    """
    stamps = [index for index, points in enumerate(scores) if points == _STAMP]
    first = last = stamps[-1] if stamps else 0
    for stamp in reversed(stamps):
        first = stamp if first - stamp <= _ENTRY else first
    entries = sum(first <= stamp <= last for stamp in stamps)
    before = sum(points for points in scores[:first] if points > 0)
    behind = sum(points for points in scores[first:] if points > 0)
    if entries < _FEWEST_STAMPS or before < behind / 2:
        return scores
    return [*scores[:first], *(min(points, SHORT) for points in scores[first:])]


def demote_isolated(scores: Sequence[int]) -> list[int]:
    """The scores, prose between lines that are none counting a part: a teaser among headlines.

    Kohlschütter et al., "Boilerplate Detection using Shallow Text Features", WSDM 2010:
    a block is content if those beside it are. The longest lines stand for themselves, and
    where no paragraph follows another, standing alone says nothing.
    """
    if longest_run(points > 0 for points in scores) < _FEWEST_IN_RUN:
        return list(scores)
    padded = [0, 0, *scores, 0, 0]
    return [
        points // _ALONE if 0 < points < _MOST and _is_alone(padded[index : index + 5]) else points
        for index, points in enumerate(scores)
    ]


def _is_alone(around: Sequence[int]) -> bool:
    """Whether the middle one of five stands below two lines that are no prose, and above one."""
    return max(around[0], around[1], around[3]) <= 0


def longest_run(holds: Iterable[bool]) -> int:
    """The most times in a row that something holds."""
    longest = run = 0
    for this in holds:
        run = run + 1 if this else 0
        longest = max(longest, run)
    return longest


def is_punctuated(lines: Sequence[str]) -> bool:
    """Whether the paragraphs end as sentences do, so that a line that does not is none."""
    ends = [SENTENCE_END.search(line) is not None for line in lines if text_width(line) >= PROSE]
    return len(ends) >= _FEWEST_PARAGRAPHS and sum(ends) >= _MOSTLY * len(ends)


def is_caption(line: str) -> bool:
    """Whether a line is too long for a heading and yet no sentence: a caption, a teaser, a job."""
    return (
        _LONGEST_HEADING <= text_width(line) < _LONGEST_CAPTION
        and not SENTENCE_END.search(line)
        and not WIDE.search(line)
    )
