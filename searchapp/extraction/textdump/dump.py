"""Extraction of pages saved as plain text: text -> title, date, lead, paragraphs.

A dump holds every line its page had. The article is the stretch of lines with the
most prose, found as a maximum subsequence (Pasternack and Roth, "Extracting
Article Text from the Web with Maximum Subsequence Segmentation", WWW 2009).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from searchapp.extraction.authors.names import clean_names
from searchapp.extraction.boilerplate import drop_boilerplate_lines, is_notice
from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.dates.plausibility import PlausibilityFilter, is_stated_in
from searchapp.extraction.dates.visible import to_publication_date
from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.template_residue import (
    is_about_templates,
    normalise_text,
    strip_cut_tags,
    strip_residue,
    to_plain_line,
)
from searchapp.extraction.text_measures import WIDE, text_width
from searchapp.extraction.textdump.hard_wraps import SENTENCE_END, join_wrapped_lines
from searchapp.extraction.textdump.lead import find_dump_lead
from searchapp.extraction.textdump.line_scores import (
    NOTICE,
    PROSE,
    SENTENCE,
    SHORT,
    is_caption,
    is_punctuated,
    longest_run,
    score_line,
    score_lines,
)
from searchapp.extraction.title import strip_site
from searchapp.model import DatePrecision, PublicationDate, RejectedDate

_LABELS = ("title", "date", "author", "url")
_MONTH_AND_YEAR = r"[^\W\d_]{3,12}\.?\s(?:\d{1,2},?\s)?\d{4}"
_LABELLED = compile_pattern(
    "|".join(
        rf"(?P<{name}>{{{name}_label}}(?:\s*[:：=]\s*|\s+(?=\d{{4}}-|{_MONTH_AND_YEAR}\s*\Z)))"
        for name in _LABELS
    )
)
_HEADER_LINES = 12
# `MOSCOW, October 4, 2020 /TASS/.` and `LONDON, 4 Oct 2020 (Reuters) -`
_DATELINE = re.compile(
    r"\A[^\W\d_][\w .'’/-]{1,40}[,(]\s?([^()/—]{4,40}?)[.,]?\s*(?:/|\(|—|--|-\s|–\s)"
)
_LIST_MARK = re.compile(r"(?:[-*•·–]|\d{1,2}[.)])\s")
# Set by hand; docs/cleaning.md has figures of dumps.
_SHORTEST_TITLE, _LONGEST_TITLE = 12, 250  # characters
_FEWEST_WORDS, _DATE_WORDS = 4, 8  # words of a headline, and of one that may hold a date
_BYLINE = compile_pattern(r"(?:{by}|{byline_label})[\s:：]\s*\S.{1,60}\Z")
_MENU = 5  # short lines in a row
_LONGEST_STANDFIRST = 500  # width


@dataclass(frozen=True)
class Dump:
    """What a text dump says; `paragraphs` hold the lead exactly once."""

    title: str
    paragraphs: list[str]
    lead: str
    authors: tuple[str, ...]
    published: PublicationDate | None
    rejected: tuple[RejectedDate, ...] = ()


def read_dump(text: str, latest: date) -> Dump:
    """Take a dump apart; `latest` is the last day believed. Never raises."""
    text = normalise_text(text)
    code = is_about_templates(text, "")
    if not code:
        text = "\n".join(strip_residue(strip_cut_tags(line)) for line in text.split("\n"))
    header, lines = _split_header(join_wrapped_lines(text))
    title, lines, heading = _split_title(header.get("title", ""), lines, code=code)
    scores = score_lines(lines, code=code)
    first, last = find_densest(scores)
    if first == 1 and scores[0] == SHORT and not _BYLINE.match(lines[0]):
        first = 0  # the heading of the first part, and nothing else above
    above = lines[max(0, first - _HEADER_LINES) : first]
    below = [line for line in lines[heading:first] if line in above] if heading else []
    paragraphs = list(_article_lines(lines[first:last], scores[first:last])) or lines
    paragraphs = paragraphs if code else drop_boilerplate_lines(paragraphs, title)
    lead, paragraphs = find_dump_lead(
        paragraphs, _find_standfirst(above, title, paragraphs) or _find_standfirst_below(below)
    )
    if len(title) < _SHORTEST_TITLE:
        title = _find_headline(above) or title
    near = above + lines[:3]
    plausible = PlausibilityFilter(latest, lambda found: is_stated_in(near, found))
    return Dump(
        title=title,
        paragraphs=paragraphs,
        lead=lead,
        authors=clean_names([header.get("author", ""), *filter(_BYLINE.match, above)]),
        published=_find_published(header, near, paragraphs, plausible),
        rejected=plausible.rejected,
    )


def find_densest(scores: Sequence[int]) -> tuple[int, int]:
    """The half-open range of scores that sum to the most; all when none is positive."""
    best, running, start = 0, 0, 0
    found = (0, len(scores))
    for index, points in enumerate(scores):
        if running <= 0:
            running, start = 0, index
        running += points
        if running > best:
            best, found = running, (start, index + 1)
    return found


def _split_header(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Labelled lines at the start (`date 2020-10-04`, `Title: ...`), and the rest."""
    header: dict[str, str] = {}
    rest = []
    for line in lines[:_HEADER_LINES]:
        match = _LABELLED.match(line)
        name = match.lastgroup if match else None
        value = line[match.end() :].strip() if match else ""
        if name and name not in header and _fits(name, value):
            header[name] = value
        else:
            rest.append(line)
    return header, rest + lines[_HEADER_LINES:]


def _fits(name: str, value: str) -> bool:
    if name == "date":
        return read_date(value) is not None and len(value) < 60  # noqa: PLR2004 - a date, not a sentence
    if name == "author":
        return bool(clean_names([value])) and len(value) < 100  # noqa: PLR2004
    return bool(value)


def _split_title(labelled: str, lines: list[str], *, code: bool) -> tuple[str, list[str], int]:
    """The labelled title, else the first line if it is short and no sentence; and the rest.

    The number says before which line of the rest the title is shown again; 0 if nowhere.
    """
    first = lines[0] if lines else ""
    if labelled:
        return to_plain_line(labelled, code=code), *_drop_title(lines, {labelled})
    if len(lines) < 2 or len(first) > _LONGEST_TITLE or first.endswith((".", ",", ";", "。")):  # noqa: PLR2004
        return "", lines, 0
    title = _repeated_part(first, lines[1:]) or strip_site(to_plain_line(first, code=code), set())
    return title, *_drop_title(lines[1:], {first, title})


def _drop_title(lines: list[str], titles: set[str]) -> tuple[list[str], int]:
    rest: list[str] = []
    heading = 0
    for line in lines:
        if line not in titles:
            rest.append(line)
        elif not heading:
            heading = len(rest)
    return rest, heading


def _find_standfirst_below(lines: Sequence[str]) -> str:
    """The one sentence or two between the heading and the story, by-lines and captions aside."""
    sentences = (
        line for line in lines if score_line(line) > 0 and text_width(line) <= _LONGEST_STANDFIRST
    )
    return next((line for line in sentences if SENTENCE_END.search(line)), "")


def _repeated_part(first: str, lines: list[str]) -> str:
    """The heading further down that the page's title begins with, the site's name cut off."""
    starts = (line for line in lines[:200] if len(line) > 12 and first.startswith(line))  # noqa: PLR2004
    return max(starts, key=len, default="")


def _find_headline(above: list[str]) -> str:
    """The first line above the article that reads like one: a few words, no notice, no date."""
    for line in above:
        if (
            _count_words(line) >= _FEWEST_WORDS
            and score_line(line) != NOTICE
            and not read_date(line)
        ):
            return line
    return ""


def _count_words(line: str) -> int:
    """How many words; three ideographs count as one."""
    return len(line.split()) + len(WIDE.findall(line)) // 3


def _article_lines(lines: list[str], scores: list[int]) -> Iterator[str]:
    """The stretch without notices, code, captions and menus inside it, and repeated paragraphs."""
    seen: set[str] = set()
    punctuated = is_punctuated(lines)
    for index, (line, points) in enumerate(zip(lines, scores, strict=True)):
        around = scores[max(0, index - _MENU + 1) : index + _MENU]
        listed = _LIST_MARK.match(line) is not None
        in_menu = (
            points == SHORT and not listed and longest_run(other < 0 for other in around) >= _MENU
        )
        repeated = line in seen and len(line) >= SENTENCE
        caption = punctuated and index > 1 and not listed and is_caption(line)
        if points > NOTICE and not in_menu and not repeated and not caption:
            yield line
        seen.add(line)


def _find_standfirst(above: Sequence[str], title: str, paragraphs: Sequence[str]) -> str:
    """The line between the title and the story: right above a dateline, or all there is."""
    candidates = [line for line in above if line != title]
    line = candidates[-1] if candidates else ""
    expected = len(candidates) == 1 or any(map(_DATELINE.match, paragraphs[:1]))
    words = _count_words(line)
    plain = not (is_notice(line) or _BYLINE.match(line) or _LABELLED.match(line) or read_date(line))
    return line if expected and words > _FEWEST_WORDS and (plain or words > _DATE_WORDS) else ""


def _find_published(
    header: dict[str, str], near: list[str], paragraphs: list[str], plausible: PlausibilityFilter
) -> PublicationDate | None:
    dateline = next(filter(None, map(_DATELINE.match, paragraphs[:2])), None)
    candidates = [
        to_publication_date(read_date(header.get("date", "")), "text-header"),
        to_publication_date(read_date(dateline[1]), "dateline") if dateline else None,
        *(to_publication_date(read_date(line), "text") for line in near if len(line) < PROSE),
    ]
    for found in filter(None, candidates):
        named = found.method != "text" or found.precision is DatePrecision.DAY
        if named and plausible(found):
            return found
    return None
