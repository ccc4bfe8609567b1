"""Extraction, after `body`: the state a page's scripts start from -> the body of its article.

Pages drawn by scripts carry their story as data: Next.js in `__NEXT_DATA__` or a flight
stream, Nuxt in `__NUXT__`, Apollo in `__APOLLO_STATE__`, others in `__INITIAL_STATE__` and
the like. What is plain JSON is read; JavaScript is never run.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from searchapp.extraction.metadata.next_flight import read_flight_values
from searchapp.extraction.template_residue import to_plain_line
from searchapp.extraction.text_measures import letters_of, total_width

_STATE = re.compile(
    r"<script\b[^<>]{0,300}\bid=[\"']?(?:__NEXT_DATA__|__NUXT_DATA__)\b[^<>]{0,300}>"
    r"|\b(?:__NUXT__|__APOLLO_STATE__|__INITIAL_STATE__|__PRELOADED_STATE__|__INITIAL_DATA__|__STATE__|__DATA__)[\"'\]]{0,2}\s{0,3}=\s{0,3}(?=[{\[])",
)
# One of these is in every name above: most pages are told apart without the pattern.
_IN_NAMES = ("__NUXT__", "_DATA__", "_STATE__")
# Set by hand; `python bench/extraction.py` measures them as a set.
_LONGEST_STATE = 3_000_000  # characters
_MOST_VALUES, _MOST_STATES = 200_000, 4
_PROSE, _BODY = 60, 400  # characters of a paragraph, width of a body
_NO_PROSE = re.compile(r"https?:\S+\Z|[\w./:-]+\Z|[{\[<]?(?:svg|path|function|import)\b|data:")
_BLOCK_END = re.compile(r"</(?:p|h[1-6]|li|td|blockquote|div)>|<br\s*/?>|\n", re.IGNORECASE)
_CAPTION = re.compile(
    r"<(figcaption|(?:div|p|span)\b[^<>]{0,300}\bclass=[\"'][^\"'<>]{0,100}caption)\b[^<>]{0,300}>"
    r"[^<>]{0,1000}(?:</?(?:p|a|b|i|em|span|strong)\b[^<>]{0,300}>[^<>]{0,1000}){0,9}</",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]{1,2000}>")
_STUB, _LONG = 2_000, 5_000  # width
_MORE, _HEAP = 1.5, 8  # times the width shown
_BEGINNING, _MOST_OF_IT = 0.3, 0.6  # shares of a text
_LONGEST_TITLE = 300  # characters


def find_hydrated_body(markup: str, shown: Sequence[str], title: str) -> list[str]:
    """The paragraphs of the story in the page's state; [] unless they go on from what is shown.

    The story is the smallest object or list that holds most of the paragraphs shown, or,
    where the page shows next to none, the title and a text. Only a page that shows little is
    asked.
    """
    if total_width(shown) > _STUB:
        return []
    states = list(_iter_states(markup))
    wanted = [letters_of(line) for line in shown if len(line) >= _PROSE]
    named = letters_of(title)
    for state in states:
        body = _prose_lines(_find_story(state, wanted, named))
        if wanted and _is_continuation(body, shown) and _has_same_beginning(body, wanted):
            return body
    if wanted and total_width(shown) >= _BODY:
        return []
    bodies = (_prose_lines(_find_body(_find_story(state, [], named))) for state in states)
    return next((body for body in bodies if _is_continuation(body, shown)), [])


def _is_continuation(body: Sequence[str], shown: Sequence[str]) -> bool:
    """Whether the text says much more than is shown, and is not a heap of texts."""
    return (
        max(_MORE * total_width(shown), _BODY)
        < total_width(body)
        < max(_HEAP * total_width(shown), _LONG)
    )


def _has_same_beginning(body: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the text begins about where the page does."""
    letters = letters_of(*body)
    starts = [letters.find(line) for line in wanted if line in letters]
    return not wanted or min(starts, default=len(letters)) <= _BEGINNING * len(letters)


def _find_story(value: Any, wanted: Sequence[str], title: str) -> Any:
    """The innermost part of the state that is the story; None when the whole is not.

    A single paragraph is its own innermost part: then the list it stands in is the story.
    """
    if not _is_story(value, wanted, title):
        return None
    innermost_list = None
    while True:
        innermost_list = value if isinstance(value, list) else innermost_list
        inner = (child for child in _children(value) if _is_story(child, wanted, title))
        child = next(inner, None)
        if child is None:
            alone = len(wanted) == 1 and len(_prose_lines(value)) == 1
            return innermost_list if alone else value
        value = child


def _find_body(value: Any) -> Any:
    """The part of the article's object that holds most of what it says: its body."""
    while True:
        least = _MOST_OF_IT * total_width(_prose_lines(value))
        fuller = (child for child in _children(value) if total_width(_prose_lines(child)) > least)
        child = next(fuller, None)
        if child is None or isinstance(child, str):
            return value if child is None else child
        value = child


def _is_story(value: Any, wanted: Sequence[str], title: str) -> bool:
    if not wanted:
        titled = bool(title) and any(_is_title(text, title) for text in _iter_strings(value))
        return titled and total_width(_prose_lines(value)) >= _BODY
    letters = letters_of(*_prose_lines(value))
    return sum(line in letters for line in wanted) > len(wanted) / 2


def _is_title(text: str, title: str) -> bool:
    """Whether the text is the page's title, a section or site behind it aside."""
    key = letters_of(text) if len(text) <= _LONGEST_TITLE else ""
    return title.startswith(key) and len(key) > _MOST_OF_IT * len(title)


def _iter_states(markup: str) -> Iterator[Any]:
    """The states in the page's scripts that are JSON."""
    yield from read_flight_values(markup)
    if not any(part in markup for part in _IN_NAMES):
        return
    decoder = json.JSONDecoder(strict=False)
    for number, start in enumerate(_STATE.finditer(markup)):
        if number >= _MOST_STATES:
            return
        text = markup[start.end() : start.end() + _LONGEST_STATE].lstrip()
        try:
            yield decoder.raw_decode(text)[0]
        except (ValueError, RecursionError):
            continue


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _iter_strings(value: Any) -> Iterator[str]:
    """The strings below a value, in order, without recursion; bounded."""
    waiting = [value]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        else:
            waiting.extend(reversed(_children(item)))


def _prose_lines(value: Any) -> list[str]:
    """The paragraphs in the strings below a value, each once."""
    return list(dict.fromkeys(line for text in _iter_strings(value) for line in _lines(text)))


def _lines(text: str) -> Iterator[str]:
    if len(text) < _PROSE or _NO_PROSE.match(text):
        return
    for part in _BLOCK_END.split(_CAPTION.sub("</", text) if "caption" in text else text):
        line = to_plain_line(_TAG.sub("", part))
        if any(map(str.isalnum, line)):
            yield line
