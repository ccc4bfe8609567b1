"""Part of the cleaner: `Metadata` -> the article's title.

Pages state their title up to five times, with kickers before it and the site's
name after it. The heading that another statement confirms wins; without one, the
first statement does, less the segments that name the site.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from searchapp.indexer.metadata import Metadata, site_of
from searchapp.indexer.residue import plain

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
_NOT_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]{2,}")
_LONGEST = 400
_SHORTEST_HEADING = 4
# Names this short are found in other words by chance; ones of very different lengths, too.
_TELLING = 4
_LENGTH_RATIO = 2.5


def choose_title(metadata: Metadata, url: str | None, tree: HtmlElement | None = None) -> str:
    """The title without kicker and site name; "" when the page states none.

    Where no heading says it, the part of it that `tree` shows in a line of its own is it.
    """
    names = {_key(name) for name in metadata.site_names} | _host_keys(url)
    stated = _stated(metadata, names)
    headings = [plain(heading)[:_LONGEST] for heading in metadata.headings]
    chosen = _confirmed(headings, stated, names) or _shown_part(_fuller(headings, stated), tree)
    return _shortest_form(chosen, [*headings, *stated])


def _stated(metadata: Metadata, names: set[str]) -> list[str]:
    titles = [
        *metadata.structured("headline"),
        *metadata.stated("og:title", "twitter:title", "headline", "dc.title", "citation_title"),
        metadata.title,
    ]
    cleaned = (without_site(plain(title[: _LONGEST * 4]), names)[:_LONGEST] for title in titles)
    return [title for title in dict.fromkeys(cleaned) if title and _key(title) not in names]


def _confirmed(headings: Iterable[str], stated: list[str], names: set[str]) -> str:
    """The first heading that a stated title equals, contains or is the end of."""
    for heading in headings:
        key = _key(heading)
        if len(key) < _SHORTEST_HEADING or key in names:
            continue
        for title in stated:
            if key == _key(title) or _is_segment(heading, title):
                return heading
            if key.endswith(_key(title)) and len(_key(title)) > len(key) * 0.4:
                return title
            if _says_the_same(heading, title):
                return heading
    return ""


def _says_the_same(heading: str, title: str) -> bool:
    """Whether half of the shorter one's words are in the other: a variant for search engines."""
    ours, theirs = (set(_WORD.findall(text.casefold())) for text in (heading, title))
    shorter = min(len(ours), len(theirs))
    return shorter > 1 and 2 * len(ours & theirs) >= shorter


def _fuller(headings: list[str], stated: list[str]) -> str:
    """The first statement, unless it is a label ("Home") and there is one real heading."""
    heading = headings[0] if headings and (len(headings) == 1 or not stated) else ""
    if stated and (len(stated[0].split()) > 2 or len(heading.split()) < 3):  # noqa: PLR2004
        return stated[0]
    return heading


def _shown_part(title: str, tree: HtmlElement | None) -> str:
    """The longest part of the title that is shown as a line of its own, else the title."""
    cuts = _separators(title)
    parts = {
        _key(part): part for cut in cuts for part in (title[: cut.start()], title[cut.end() :])
    }
    parts.pop("", None)
    if tree is None or not parts:
        return title
    shown = {
        _key("".join(element.itertext()))
        for element in tree.iter(*_TITLE_TAGS)
        if len(element) <= 1
    }
    return max((part for key, part in parts.items() if key in shown), key=len, default=title)


def _is_segment(heading: str, title: str) -> bool:
    """Whether the heading is the first, or the longest, of the title's segments."""
    segments = [_key(segment) for segment in _SEPARATOR.split(title)]
    first = _key(title).startswith(_key(heading)) and _key(heading) in {
        "".join(segments[:end]) for end in range(1, len(segments))
    }
    return first or _key(heading) == max(segments, key=len)


def without_site(title: str, names: set[str]) -> str:
    """The title without leading and trailing segments that name the site.

    `names` are keys as `_key` makes them. What follows a bar is taken for the
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
    key = _key(segment)
    return not key or any(
        key == name or (min(len(key), len(name)) >= _TELLING and (key in name or name in key))
        for name in names
        if max(len(key), len(name)) < _LENGTH_RATIO * min(len(key), len(name)) + 8
    )


def _host_keys(url: str | None) -> set[str]:
    """The host and its registrable label: `news.example.co.uk` gives `example`."""
    host = site_of(url)
    if not host:
        return set()
    labels = [label for label in host.split(".")[:-1] if len(label) >= _TELLING] or host.split(".")[
        :1
    ]
    return {_key(host), _key(max(labels, key=len))}


def _shortest_form(title: str, others: Iterable[str]) -> str:
    """Among spellings that differ in spaces and signs only, the one with the fewest."""
    return min([title, *(other for other in others if _key(other) == _key(title))], key=len)


def _key(text: str) -> str:
    return _NOT_WORD.sub("", text).casefold()
