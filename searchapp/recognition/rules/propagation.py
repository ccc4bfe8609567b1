"""Names found once are found everywhere in the document.

On the data's path between `repairs` and `coreference`: a model that marks a name
in one sentence and misses it in the next leaves the reader with half the
mentions. Only the exact spelling counts, standing alone, and only where nothing
else was marked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from searchapp.model import EntityType
from searchapp.recognition import gazetteer, name_forms
from searchapp.recognition.mentions import Mention, with_others
from searchapp.recognition.truecasing import FUNCTION_WORDS

_SHORTEST = 4
# Bounds the work on a text made of names that begin alike.
_MOST_SPELLINGS = 50
_WORD = re.compile(r"\w+")
_CAPITALISED_AFTER = re.compile(r"[ \-–][^\W\d_a-z]")
_CAPITALISED_BEFORE = re.compile(r"[^\W\d_a-z]\w*\.?[ \-–]$")


def everywhere(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions and the recurrences of their names, in order."""
    return sorted(with_others(mentions, _recurrences(text, _spellings(text, mentions))))


def _spellings(text: str, mentions: Sequence[Mention]) -> dict[str, list[tuple[str, EntityType]]]:
    """Names to look for by their first word, longest first."""
    small = {word for word in _WORD.findall(text) if word.islower()}
    by_word: dict[str, dict[str, EntityType]] = defaultdict(dict)
    for name, kind in _named(text, mentions):
        first = _WORD.match(name)
        if first and _is_telling(name, small):
            by_word[first[0]].setdefault(name, kind)
    return {
        word: sorted(spellings.items(), key=lambda item: -len(item[0]))[:_MOST_SPELLINGS]
        for word, spellings in by_word.items()
    }


def _named(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, EntityType]]:
    """The names, then the surnames of people, which any other use of the word outranks."""
    named = [(text[m.start : m.end], m.type) for m in mentions if m.type]
    yield from named
    for name, kind in named:
        surname = name.rpartition(" ")[2]
        if kind is EntityType.PERSON and not gazetteer.country(surname):
            yield surname, kind


def _is_telling(name: str, small: set[str]) -> bool:
    """Whether the spelling can be nothing but the name."""
    if " " in name:
        return True
    long_enough = len(name) >= _SHORTEST or (name_forms.is_acronym(name) and len(name) > len("US"))
    return long_enough and name[0].isupper() and name.lower() not in small


def _recurrences(
    text: str, spellings: dict[str, list[tuple[str, EntityType]]]
) -> Iterator[Mention]:
    for word in _WORD.finditer(text):
        for name, kind in spellings.get(word[0], ()):
            end = word.start() + len(name)
            if text.startswith(name, word.start()) and _stands_alone(text, word.start(), end):
                yield Mention(word.start(), end, kind)
                break


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether no capitalised word touches it, which would make it part of a longer name."""
    before = text[max(0, start - 40) : start]
    preceded = _CAPITALISED_BEFORE.search(before)
    if preceded and not _goes_before_names(preceded[0]):
        return False
    joined = text[end : end + 1].isalnum() or before[-1:] in {"-", "@", "#", "/", "."}
    return not joined and not _CAPITALISED_AFTER.match(text, end)


def _goes_before_names(word: str) -> bool:
    """Whether a capitalised word is a title, or a plain one that begins its sentence."""
    return word[:-1].lower() in FUNCTION_WORDS or name_forms.title_end(word + "X") > 0
