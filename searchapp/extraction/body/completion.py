"""Extraction, `body`, last step: the paragraphs picked -> without strangers, with their headings.

Two checks against the rest of the page: what it states as its body in JSON-LD, and the
headings in its tree that stand right above a paragraph that was picked.
"""

from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from searchapp.extraction.template_residue import to_plain_line
from searchapp.extraction.text_measures import letters_of

_HEADINGS = ("h2", "h3", "h4", "h5")
# Set by hand; `python bench/extraction.py` measures them as a set.
_LONGEST_HEADING, _LONGEST_LABEL = 160, 60  # characters
_OPENING, _PIECE = 24, 12  # letters
_MOST = 0.7  # share of the characters picked


def drop_unstated(paragraphs: list[str], bodies: Sequence[str]) -> list[str]:
    """The paragraphs without those that the body stated in JSON-LD does not know.

    Only where it knows most of them; the opening ones stay, as it often begins after the
    standfirst, and so do headings, which it leaves out.
    """
    stated = letters_of(*map(to_plain_line, bodies))
    known = [bool(stated) and _is_known(letters_of(line), stated) for line in paragraphs]
    shared = sum(len(line) for line, is_known in zip(paragraphs, known, strict=True) if is_known)
    if shared < _MOST * sum(map(len, paragraphs)):
        return paragraphs
    first = known.index(True)
    last = len(known) - known[::-1].index(True)
    return [
        line
        for index, line in enumerate(paragraphs[:last])
        if index < first or known[index] or len(line) <= _LONGEST_LABEL
    ]


def _is_known(line: str, stated: str) -> bool:
    """Whether a good part of the line stands there: links and marks may be missing."""
    pieces = [
        line[start : start + _PIECE] for start in range(0, max(1, len(line) - _PIECE), _PIECE)
    ]
    return 2 * sum(piece in stated for piece in pieces) >= len(pieces)


def restore_headings(paragraphs: list[str], tree: HtmlElement) -> list[str]:
    """The paragraphs and the headings that the page shows right above one of them."""
    picked = letters_of(*paragraphs)
    missing = {}
    for heading in tree.iter(*_HEADINGS):
        text = " ".join("".join(heading.itertext()).split())
        key = letters_of(text)
        if key and len(text) <= _LONGEST_HEADING and key not in picked and not _is_linked(heading):
            missing[_following_letters(heading)] = text
    return list(_insert_headings(paragraphs, missing)) if missing else paragraphs


def _is_linked(heading: HtmlElement) -> bool:
    return heading.find(".//a") is not None or next(heading.iterancestors("a"), None) is not None


def _following_letters(heading: HtmlElement) -> str:
    """The first letters of the text behind a heading."""
    key = ""
    for text in heading.xpath("following::text()[normalize-space()][position() <= 6]"):
        key += letters_of(str(text))
        if len(key) >= _OPENING:
            break
    return key[:_OPENING]


def _insert_headings(paragraphs: Sequence[str], missing: dict[str, str]) -> Iterator[str]:
    for index, line in enumerate(paragraphs):
        key = letters_of(line)[:_OPENING]
        if index and len(key) == _OPENING and key in missing:
            yield missing[key]
        yield line
