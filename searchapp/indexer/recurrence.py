"""Names found once are found everywhere in the document.

On the data's path between `mentions` and `coreference`: a model that marks a name
in one sentence and misses it in the next leaves the reader with half the
mentions. Only the exact spelling counts, standing alone, and only where nothing
else was marked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from searchapp.indexer import names
from searchapp.indexer.mentions import Mention
from searchapp.model import EntityType

_SHORTEST = 4
# Bounds the work on a text made of names that begin alike.
_MOST_SPELLINGS = 50
_WORD = re.compile(r"\w+")
_CAPITALISED_AFTER = re.compile(r"[ \-–][^\W\d_a-z]")
_CAPITALISED_BEFORE = re.compile(r"[^\W\d_a-z]\w*\.?[ \-–]$")


def everywhere(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions and the recurrences of their names, in order."""
    taken = {position for m in mentions for position in range(m.start, m.end)}
    found = list(mentions)
    for recurrence in _recurrences(text, _spellings(text, mentions)):
        if taken.isdisjoint(range(recurrence.start, recurrence.end)):
            found.append(recurrence)
            taken.update(range(recurrence.start, recurrence.end))
    return sorted(found)


def _spellings(text: str, mentions: Sequence[Mention]) -> dict[str, list[tuple[str, EntityType]]]:
    """Names to look for by their first word, longest first."""
    small = {word for word in _WORD.findall(text) if word.islower()}
    by_word: dict[str, dict[str, EntityType]] = defaultdict(dict)
    for mention in mentions:
        name = text[mention.start : mention.end]
        first = _WORD.match(name)
        if first and mention.type and _is_telling(name, small):
            by_word[first[0]].setdefault(name, mention.type)
    return {
        word: sorted(spellings.items(), key=lambda item: -len(item[0]))[:_MOST_SPELLINGS]
        for word, spellings in by_word.items()
    }


def _is_telling(name: str, small: set[str]) -> bool:
    """Whether the spelling can be nothing but the name."""
    if " " in name:
        return True
    long_enough = len(name) >= _SHORTEST or (names.is_acronym(name) and len(name) > len("US"))
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
    if preceded and not names.title_end(before[preceded.start() :] + "X"):
        return False
    joined = text[end : end + 1].isalnum() or before[-1:] in {"-", "@", "#", "/", "."}
    return not joined and not _CAPITALISED_AFTER.match(text, end)
