"""Steps three to five for pages saved as plain text: text -> title, date, lead, paragraphs.

A dump holds every line its page had. The article is the stretch of lines with the
most prose, found as a maximum subsequence (Pasternack and Roth, "Extracting
Article Text from the Web with Maximum Subsequence Segmentation", WWW 2009).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from searchapp.indexer.authors import clean_names
from searchapp.indexer.calendar import read_date
from searchapp.indexer.dates import EARLIEST, stated
from searchapp.indexer.furniture import is_notice, width, without_furniture
from searchapp.indexer.lead import first_paragraph, place_lead
from searchapp.indexer.residue import plain, shows_templates, visible, without_residue
from searchapp.indexer.titles import without_site
from searchapp.indexer.wrapping import SENTENCE_END, paragraph_lines
from searchapp.model import DatePrecision, PublicationDate

_LABELS = {
    "title": "title|headline|заголовок|titel|titre|título|标题",
    "date": "date|published(?: on)?|posted(?: on)?|pubdate|дата|datum|fecha|日期|发布时间",
    "author": "author|authors|by|автор|autor|auteur|作者",
    "url": "url|source url|link",
}
_MONTH_AND_YEAR = r"[^\W\d_]{3,12}\.?\s(?:\d{1,2},?\s)?\d{4}"
_LABELLED = re.compile(
    "|".join(
        rf"(?P<{name}>(?:{words})(?:\s*[:：=]\s*|\s+(?=\d{{4}}-|{_MONTH_AND_YEAR}\s*\Z)))"
        for name, words in _LABELS.items()
    ),
    re.IGNORECASE,
)
_HEADER_LINES = 12
# `MOSCOW, October 4, 2020 /TASS/.` and `LONDON, 4 Oct 2020 (Reuters) -`
_DATELINE = re.compile(
    r"\A[^\W\d_][\w .'’/-]{1,40}[,(]\s?([^()/—]{4,40}?)[.,]?\s*(?:/|\(|—|--|-\s|–\s)"
)
_BOILERPLATE = re.compile(
    r"cookie|privacy policy|all rights reserved|©|copyright|terms of (?:use|service)|sign up"
    r"|log ?in\b|subscribe|newsletter|share (?:this|on|via)|read (?:more|also|next)\b|advertisement"
    r"|(?:facebook|twitter|whatsapp|telegram|linkedin|pinterest)\b.{0,40}\Z|follow us"
    r"|comments?\b\s*\(?\d*\)?\Z|javascript|impressum|datenschutz|alle rechte vorbehalten"
    r"|mehr zum thema|anzeige\Z|lesen sie auch|lire aussi|leer también|читайте также"
    r"|подпис(?:аться|ывайтесь)|все права защищены|политика конфиденциальности"
    r"|版权所有|责任编辑|登录|注册",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"function\s*\(|=>\s*\{|\bvar \w+ ?=|\{[^{}]*:[^{}]*;|[;{}]\s*\Z|window\.|document\."
    r"|\A[.#@][\w-]+\s*[{,]"
)
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LIST_MARK = re.compile(r"(?:[-*•·–]|\d{1,2}[.)])\s")
_PROSE, _SENTENCE, _MOST = 80, 40, 400
_SHORT_LINE, _BOILERPLATE_LINE = -35, -40
_STAMP = 2 * _SHORT_LINE
_STAMPS, _ENTRY = 3, 12
_ALONE = 4
_UNENDED = 3
_REFRAIN = 3
_TELLING_RUN = 3
_DIGITS = re.compile(r"\d+")
_DATE_LINE = re.compile(r"(?:19|20)\d{2}")
_CREDIT = re.compile(
    r"(?:(?:photo|image|picture|credit|foto|bild|fotos|photos?|legende|фото|zdjęcie|fot\."
    r"|φωτο\w*|图|图片|图片来源)\s*(?:[:：]|by\b|credit).{0,80}\Z)"
    r"|.{0,60}(?:getty images|istockphoto|shutterstock|keystone|picture[ -]alliance|imago"
    r"|unsplash|/\s?dpa|/\s?afp|, AP|/\s?AP|/\s?reuters)\W*\Z",
    re.IGNORECASE,
)
_LONGEST_TITLE = 250
_SHORTEST_TITLE = 12
_FEWEST_WORDS, _DATE_WORDS = 4, 8
_BYLINE = re.compile(r"(?:by|von|par|por|автор|作者|记者)[\s:：]\s*\S.{1,60}\Z", re.IGNORECASE)
_MENU = 5
_LONGEST_HEADING, _LONGEST_CAPTION = 70, 200
_FEWEST_PARAGRAPHS, _MOSTLY = 4, 0.7


@dataclass(frozen=True)
class Dump:
    """What a text dump says; `paragraphs` hold the lead exactly once."""

    title: str
    paragraphs: list[str]
    lead: str
    authors: tuple[str, ...]
    published: PublicationDate | None


def read_dump(text: str, latest: date) -> Dump:
    """Take a dump apart; `latest` is the last day believed. Never raises."""
    text = visible(text)
    code = shows_templates(text, "")
    if not code:
        text = "\n".join(without_residue(line) for line in text.split("\n"))
    header, lines = _split_header(paragraph_lines(text))
    title, lines = _split_title(header.get("title", ""), lines)
    scores = in_context(
        _without_refrains(lines, without_entries([score(line, code=code) for line in lines]))
    )
    first, last = densest(scores)
    above = lines[max(0, first - _HEADER_LINES) : first]
    paragraphs = list(_article(lines[first:last], scores[first:last])) or lines
    paragraphs = paragraphs if code else without_furniture(paragraphs, title)
    lead, paragraphs = _with_lead(paragraphs, _standfirst(above, title, paragraphs))
    if len(title) < _SHORTEST_TITLE:
        title = _headline(above) or title
    return Dump(
        title=title,
        paragraphs=paragraphs,
        lead=lead,
        authors=clean_names([header.get("author", ""), *filter(_BYLINE.match, above)]),
        published=_published(header, above + lines[:3], paragraphs, latest),
    )


def densest(scores: Sequence[int]) -> tuple[int, int]:
    """The half-open range of scores that sum to the most; all when none is positive."""
    best, running, start = 0, 0, 0
    found = (0, len(scores))
    for position, points in enumerate(scores):
        if running <= 0:
            running, start = 0, position
        running += points
        if running > best:
            best, found = running, (start, position + 1)
    return found


def _without_refrains(lines: Sequence[str], scores: list[int]) -> list[int]:
    """The scores, short lines that come again and again ("12 replies", "Share") as notices."""
    shapes = [_DIGITS.sub("0", line) if len(line) < _SENTENCE else "" for line in lines]
    count = Counter(shapes)
    return [
        min(points, _BOILERPLATE_LINE) if shape and count[shape] >= _REFRAIN else points
        for shape, points in zip(shapes, scores, strict=True)
    ]


def _is_date_line(line: str) -> bool:
    return len(line) < _SENTENCE and bool(_DATE_LINE.search(line)) and read_date(line) is not None


def without_entries(scores: list[int]) -> list[int]:
    """The scores; the last stretch with a date every few lines counts as no prose.

    It holds comments or other stories, unless it makes up most of the text.
    """
    stamps = [place for place, points in enumerate(scores) if points == _STAMP]
    first = last = stamps[-1] if stamps else 0
    for stamp in reversed(stamps):
        first = stamp if first - stamp <= _ENTRY else first
    entries = sum(first <= stamp <= last for stamp in stamps)
    told = sum(points for points in scores[:first] if points > 0)
    listed = sum(points for points in scores[first:] if points > 0)
    if entries < _STAMPS or told < listed / 2:
        return scores
    return [*scores[:first], *(min(points, _SHORT_LINE) for points in scores[first:])]


def in_context(scores: Sequence[int]) -> list[int]:
    """The scores, prose between lines that are none counting a part: a teaser among headlines.

    Kohlschütter et al., "Boilerplate Detection using Shallow Text Features", WSDM 2010:
    a block is content if those beside it are. The longest lines stand for themselves, and
    where no paragraph follows another, standing alone says nothing.
    """
    if _longest_run(points > 0 for points in scores) < _TELLING_RUN:
        return list(scores)
    padded = [0, 0, *scores, 0, 0]
    return [
        points // _ALONE if 0 < points < _MOST and _is_alone(padded[place : place + 5]) else points
        for place, points in enumerate(scores)
    ]


def _is_alone(around: Sequence[int]) -> bool:
    """Whether the middle one of five stands below two lines that are no prose, and above one."""
    return max(around[0], around[1], around[3]) <= 0


def score(line: str, *, code: bool = False) -> int:
    """How much a line is prose: its length, or a penalty for menus and notices.

    `code` says that program text is the subject and no residue.
    """
    length = width(line)
    if _CODE.search(line):
        return 1 if code else _BOILERPLATE_LINE
    if (
        (_BOILERPLATE.search(line) and length < 2 * _PROSE)
        or is_notice(line)
        or _CREDIT.match(line)
    ):
        return _BOILERPLATE_LINE
    if _is_date_line(line):
        return _STAMP
    ends = SENTENCE_END.search(line) is not None
    if length < (_SENTENCE if ends else _PROSE):
        return _SHORT_LINE
    return min(length, _MOST) if ends or not _is_caption(line) else length // _UNENDED


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


def _split_title(labelled: str, lines: list[str]) -> tuple[str, list[str]]:
    """The labelled title, else the first line if it is short and no sentence."""
    first = lines[0] if lines else ""
    if labelled:
        return plain(labelled), [line for line in lines if line != labelled]
    if len(lines) < 2 or len(first) > _LONGEST_TITLE or first.endswith((".", ",", ";", "。")):  # noqa: PLR2004
        return "", lines
    title = _repeated_part(first, lines[1:]) or without_site(plain(first), set())
    return title, [line for line in lines[1:] if line not in {first, title}]


def _repeated_part(first: str, lines: list[str]) -> str:
    """The heading further down that the page's title begins with, the site's name cut off."""
    starts = (line for line in lines[:200] if len(line) > 12 and first.startswith(line))  # noqa: PLR2004
    return max(starts, key=len, default="")


def _headline(above: list[str]) -> str:
    """The first line above the article that reads like one: a few words, no notice, no date."""
    for line in above:
        words = len(line.split()) + len(_WIDE.findall(line)) // 3
        if words >= _FEWEST_WORDS and score(line) != _BOILERPLATE_LINE and not read_date(line):
            return line
    return ""


def _article(lines: list[str], scores: list[int]) -> Iterator[str]:
    """The stretch without notices, code, captions and menus inside it, and repeated paragraphs."""
    seen: set[str] = set()
    punctuated = _is_punctuated(lines)
    for position, (line, points) in enumerate(zip(lines, scores, strict=True)):
        around = scores[max(0, position - _MENU + 1) : position + _MENU]
        listed = _LIST_MARK.match(line) is not None
        in_menu = (
            points == _SHORT_LINE
            and not listed
            and _longest_run(other < 0 for other in around) >= _MENU
        )
        repeated = line in seen and len(line) >= _SENTENCE
        caption = punctuated and position > 1 and not listed and _is_caption(line)
        if points > _BOILERPLATE_LINE and not in_menu and not repeated and not caption:
            yield line
        seen.add(line)


def _is_punctuated(lines: Sequence[str]) -> bool:
    """Whether the paragraphs end as sentences do, so that a line that does not is none."""
    ends = [SENTENCE_END.search(line) is not None for line in lines if width(line) >= _PROSE]
    return len(ends) >= _FEWEST_PARAGRAPHS and sum(ends) >= _MOSTLY * len(ends)


def _is_caption(line: str) -> bool:
    """Whether a line is too long for a heading and yet no sentence: a caption, a teaser, a job."""
    return (
        _LONGEST_HEADING <= width(line) < _LONGEST_CAPTION
        and not SENTENCE_END.search(line)
        and not _WIDE.search(line)
    )


def _longest_run(holds: Iterable[bool]) -> int:
    """The most times in a row that something holds."""
    longest = run = 0
    for this in holds:
        run = run + 1 if this else 0
        longest = max(longest, run)
    return longest


def _standfirst(above: Sequence[str], title: str, paragraphs: Sequence[str]) -> str:
    """The line between the title and the story: right above a dateline, or all there is."""
    candidates = [line for line in above if line != title]
    line = candidates[-1] if candidates else ""
    expected = len(candidates) == 1 or any(map(_DATELINE.match, paragraphs[:1]))
    words = len(line.split()) + len(_WIDE.findall(line)) // 3
    told = not (is_notice(line) or _BYLINE.match(line) or _LABELLED.match(line) or read_date(line))
    return line if expected and words > _FEWEST_WORDS and (told or words > _DATE_WORDS) else ""


def _with_lead(paragraphs: list[str], standfirst: str) -> tuple[str, list[str]]:
    """The lead, and the paragraphs with it said once.

    Without a standfirst above them, a first paragraph that a later one repeats is one.
    """
    if standfirst:
        return place_lead(standfirst, paragraphs)
    if len(paragraphs) > 1 and len(paragraphs[0]) >= _SENTENCE:
        lead, placed = place_lead(paragraphs[0], paragraphs)
        if len(placed) < len(paragraphs):
            return lead, placed
    return first_paragraph(paragraphs), paragraphs


def _published(
    header: dict[str, str], near: list[str], paragraphs: list[str], latest: date
) -> PublicationDate | None:
    dateline = next(filter(None, map(_DATELINE.match, paragraphs[:2])), None)
    candidates = [
        stated(read_date(header.get("date", "")), "text-header"),
        stated(read_date(dateline[1]), "dateline") if dateline else None,
        *(stated(read_date(line), "text") for line in near if len(line) < _PROSE),
    ]
    for found in filter(None, candidates):
        named = found.method != "text" or found.precision is DatePrecision.DAY
        if named and EARLIEST <= found.day <= latest:
            return found
    return None
