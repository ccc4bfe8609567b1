"""Extraction, first step after `metadata`: a page's statements -> the article's title.

Pages state their title up to five times, with kickers before it and the site's
name after it. The heading that another statement confirms wins; without one, the
first statement does, less the segments that name the site.
"""

import re
from collections.abc import Callable, Iterable
from functools import partial

from lxml.html import HtmlElement

from searchapp.extraction.dates.parser import read_date
from searchapp.extraction.metadata.page import Metadata, site_of
from searchapp.extraction.template_residue import (
    has_inner_markers,
    has_markers,
    is_page_about_templates,
    to_plain_line,
)
from searchapp.extraction.text_measures import comparison_key
from searchapp.model import DatePrecision

_SEPARATOR = re.compile(
    r"\s+(?:[|｜•·»›«‹/\\]|::|[-–—―~])\s+|\s*[|｜ㅣ]\s*|\s+::?\s+|(?<=\S)[-–—](?=\S{1,40}ㅣ)"
)
_SEPARATOR_IN_QUOTING = re.compile(_SEPARATOR.pattern.replace("»›«‹", ""))
_BAR = re.compile(r"\s*[|｜ㅣ»]\s*")
_LABEL = re.compile(r"\A([^:]{3,60}):\s+(?=\S)")
_TITLE_TAGS = (
    "h1",
    "h2",
    "h3",
    "h4",
    "b",
    "strong",
    "font",
    "big",
    "center",
    "div",
    "p",
    "td",
    "span",
)
_WORD = re.compile(r"[^\W_]{2,}")
_GOES_ON = re.compile(r"\s*[-–—|｜·:»ㅣ]")
_KICKER_END = re.compile(r":\s+|\s[-–—|/]\s|\s//\s")
# Set by hand; `python bench/extraction.py` measures them as a set.
_LONGEST, _SHORTEST_HEADING = 400, 4  # characters, letters
_SENTENCE = 4  # words
# Names this short are found in other words by chance; ones of very different lengths, too.
_DISTINCTIVE = 4  # letters
_LENGTH_RATIO = 2.5


def choose_title(metadata: Metadata, url: str | None, tree: HtmlElement | None = None) -> str:
    """The title without kicker and site name; "" when the page states none.

    Where no heading says it, the part of it that `tree` shows in a line of its own is it.
    """
    names = {comparison_key(name) for name in metadata.site_names} | _host_keys(url)
    read = partial(to_plain_line, code=_is_about_code(metadata, tree))
    stated = _stated_titles(metadata, names, read)
    headings = [read(heading)[:_LONGEST] for heading in metadata.headings]
    chosen = (
        _under_other_kickers(headings, stated)
        or _find_confirmed(headings, stated, names)
        or _find_agreed(metadata, names, read)
        or _shown_part(_choose_fuller(headings, stated, names | _last_segment_key(metadata)), tree)
    )
    chosen = _find_story_heading(chosen, tree) or chosen
    return _shortest_form(chosen, [*headings, *stated])


def _find_agreed(metadata: Metadata, names: set[str], read: Callable[[str], str]) -> str:
    """What JSON-LD, a meta element and the window state alike, against any heading; else ""."""
    headlines = [read(title) for title in metadata.json_ld_strings("headline")]
    shared = {read(title) for title in metadata.meta_contents("og:title", "twitter:title")}
    window = strip_site(read(metadata.title[: _LONGEST * 4]), names)
    return next((title for title in headlines if title in shared and title in window), "")


def _find_story_heading(chosen: str, tree: HtmlElement | None) -> str:
    """The heading that begins the only `article`, where the title is but a section's name."""
    articles = [] if tree is None else tree.findall(".//article")
    if len(articles) != 1 or len(chosen.split()) >= _SENTENCE - 1:
        return ""
    first = next(articles[0].iter("h1", "h2", "h3", "p"), None)
    text = "" if first is None or first.tag == "p" else to_plain_line("".join(first.itertext()))
    return text if len(text.split()) >= _SENTENCE else ""


def _titles(metadata: Metadata) -> list[str]:
    """What the page states as its title, but for its headings, the surest first."""
    return [
        *metadata.json_ld_strings("headline"),
        *metadata.meta_contents(
            "og:title", "twitter:title", "headline", "dc.title", "citation_title"
        ),
        metadata.title,
    ]


def _is_about_code(metadata: Metadata, tree: HtmlElement | None) -> bool:
    """Whether template markers in the title are its subject: "How {{ name }} works in Jinja".

    They are where the page is about templates, and where a heading has them between words
    as another statement has them: what a template left over stands at an end, or in one.
    """
    titles = _titles(metadata)
    if not any(map(has_markers, [*titles, *metadata.headings])):
        return False
    headings = [heading for heading in metadata.headings if has_inner_markers(heading)]
    agreed = any(heading in title for heading in headings for title in titles)
    return agreed or (tree is not None and is_page_about_templates(tree))


def _stated_titles(metadata: Metadata, names: set[str], read: Callable[[str], str]) -> list[str]:
    titles = [read(title[: _LONGEST * 4]) for title in _titles(metadata)]
    headings = {read(heading) for heading in metadata.headings}
    # A name that the heading says too is part of it: "Best of Houzz 2022: kitchens".
    cleaned = (
        title if title in headings and not _ends_in(title, names) else strip_site(title, names)
        for title in titles
    )
    found = [title[:_LONGEST] for title in dict.fromkeys(cleaned)]
    return _shorter_first(
        [title for title in found if title and comparison_key(title) not in names]
    )


def _ends_in(title: str, names: set[str]) -> bool:
    """Whether the first or last segment is a name of the site, letter by letter."""
    segments = _SEPARATOR.split(title)
    return len(segments) > 1 and bool(
        {comparison_key(segments[0]), comparison_key(segments[-1])} & names
    )


def _shorter_first(titles: list[str]) -> list[str]:
    """The statement that the first one only goes on from, with a section or a site, before it."""
    for title in titles[1:]:
        rest = titles[0].removeprefix(title)
        if len(rest) < len(title) and rest != titles[0] and _GOES_ON.match(rest):
            return [title, *(other for other in titles if other != title)]
    return titles


def _last_segment_key(metadata: Metadata) -> set[str]:
    """The last segment of the window's title, which is the site's name more often than not."""
    segments = _SEPARATOR.split(to_plain_line(metadata.title[:_LONGEST]))
    return {comparison_key(segments[-1])} if len(segments) > 1 else set()


def _under_other_kickers(headings: list[str], stated: list[str]) -> str:
    """What a heading and a statement share behind kickers of their own; "" without such two."""
    whole = set(map(comparison_key, stated))
    for heading in headings:
        if comparison_key(heading) in whole:
            return ""
        kicker, headline = _split_kicker(heading)
        for title in stated:
            other, same = _split_kicker(title)
            if (
                headline == same
                and comparison_key(kicker) != comparison_key(other)
                and len(headline) > len(kicker)
            ):
                return headline
    return ""


def _split_kicker(title: str) -> tuple[str, str]:
    """The title before and behind what ends a kicker; `("", "")` without a kicker."""
    match = _KICKER_END.search(title)
    return (title[: match.start()], title[match.end() :]) if match else ("", "")


def _find_confirmed(headings: Iterable[str], stated: list[str], names: set[str]) -> str:
    """The first heading that a stated title equals, contains or is the end of."""
    for heading in headings:
        key = comparison_key(heading)
        if len(key) < _SHORTEST_HEADING or key in names:
            continue
        for title in stated:
            if _has_date_beside(heading, title):
                return title
            if key == comparison_key(title) or _is_segment(heading, title):
                return heading
            kicker = key.removesuffix(comparison_key(title))
            if (
                kicker != key
                and not kicker.isdigit()
                and len(comparison_key(title)) > len(key) * 0.4
            ):
                return title
            if _says_the_same(heading, title) and key not in _segments(title):
                return heading
    return ""


def _has_date_beside(heading: str, title: str) -> bool:
    """Whether a heading is the title and, before or behind it, a date and the like."""
    before, same, behind = heading.partition(title)
    rest = f"{before} {behind}"
    written = read_date(rest) if same and len(title) > len(rest) else None
    return written is not None and written.precision is DatePrecision.DAY


def _says_the_same(heading: str, title: str) -> bool:
    """Whether half of the shorter one's words are in the other: a variant for search engines."""
    ours, theirs = (set(_WORD.findall(text.casefold())) for text in (heading, title))
    shorter = min(len(ours), len(theirs))
    return shorter > 1 and 2 * len(ours & theirs) >= shorter


def _choose_fuller(headings: list[str], stated: list[str], names: set[str]) -> str:
    """The only heading if it is a sentence and names no site, else the first statement."""
    heading = headings[0] if headings and (len(headings) == 1 or not stated) else ""
    sentence = len(heading.split()) >= _SENTENCE and not _names_site(heading, names)
    return heading if sentence or not stated else stated[0]


def _shown_part(title: str, tree: HtmlElement | None) -> str:
    """The longest part of the title that is shown as a line of its own, else the title."""
    cuts = _separators(title)
    parts = {
        comparison_key(part): part
        for cut in cuts
        for part in (title[: cut.start()], title[cut.end() :])
    }
    parts.pop("", None)
    if tree is None or not parts:
        return title
    shown = {
        comparison_key("".join(element.itertext()))
        for element in tree.iter(*_TITLE_TAGS)
        if len(element) <= 1
    }
    return max((part for key, part in parts.items() if key in shown), key=len, default=title)


def _is_segment(heading: str, title: str) -> bool:
    """Whether the heading is the first, or the longest, of the title's segments."""
    segments = _segments(title)
    first = comparison_key(title).startswith(comparison_key(heading)) and comparison_key(
        heading
    ) in {"".join(segments[:end]) for end in range(1, len(segments))}
    return first or comparison_key(heading) == max(segments, key=len)


def _segments(title: str) -> list[str]:
    return [comparison_key(segment) for segment in _SEPARATOR.split(title)]


def strip_site(title: str, names: set[str]) -> str:
    """The title without leading and trailing segments that name the site.

    `names` are keys as `comparison_key` makes them. What follows a bar is taken for the
    site or section even when it is not known, if what precedes it is longer.
    """
    label = _LABEL.match(title)
    if label and _names_site(label[1], names):
        title = title[label.end() :]
    while True:
        separators = _separators(title)
        if not separators:
            return title
        first, last = separators[0], separators[-1]
        if _names_site(title[last.end() :], names):
            title = title[: last.start()]
        elif _names_site(title[: first.start()], names):
            title = title[first.end() :]
        elif _BAR.fullmatch(last[0]) and last.start() > len(title) - last.end():
            title = title[: last.start()]
        else:
            return title


def _separators(title: str) -> list[re.Match[str]]:
    """Where the title falls into segments; a pair of guillemets quotes and parts nothing."""
    quoting = "«" in title and "»" in title
    return list((_SEPARATOR_IN_QUOTING if quoting else _SEPARATOR).finditer(title))


def _names_site(segment: str, names: set[str]) -> bool:
    key = comparison_key(segment)
    return not key or any(
        key == name or (min(len(key), len(name)) >= _DISTINCTIVE and (key in name or name in key))
        for name in names
        if max(len(key), len(name)) < _LENGTH_RATIO * min(len(key), len(name)) + 8
    )


def _host_keys(url: str | None) -> set[str]:
    """The host and its registrable label: `news.example.co.uk` gives `example`."""
    host = site_of(url)
    if not host:
        return set()
    labels = [label for label in host.split(".")[:-1] if len(label) >= _DISTINCTIVE] or host.split(
        "."
    )[:1]
    return {comparison_key(host), comparison_key(max(labels, key=len))}


def _shortest_form(title: str, others: Iterable[str]) -> str:
    """Among spellings that differ in spaces and signs only, the one with the fewest."""
    return min(
        [title, *(other for other in others if comparison_key(other) == comparison_key(title))],
        key=len,
    )
