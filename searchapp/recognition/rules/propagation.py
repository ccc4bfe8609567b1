"""Names found once are found everywhere in the document.

On the data's path between `postprocess` and `coreference`: a model that marks a name
in one sentence and misses it in the next leaves the reader with half the
mentions. Only the exact spelling counts, standing alone, and only where nothing
else was marked.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from searchapp.model import EntityType
from searchapp.recognition import gazetteer, name_forms
from searchapp.recognition.mentions import Mention, add_disjoint
from searchapp.recognition.truecasing import FUNCTION_WORDS
from searchapp.text_boundaries import find_names, stands_alone

_SHORTEST = 4
# Bounds the work on a text made of names that begin alike.
_MOST_SPELLINGS = 50
_WORD = re.compile(r"\w+")


def propagate(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions and the recurrences of their names, in order."""
    return sorted(add_disjoint(mentions, _recurrences(text, _spellings(text, mentions))))


def _spellings(text: str, mentions: Sequence[Mention]) -> dict[str, dict[str, EntityType]]:
    """Names to look for, and their types, by their first word, longest first."""
    small = {word for word in _WORD.findall(text) if word.islower()}
    by_word: dict[str, dict[str, EntityType]] = defaultdict(dict)
    for name, kind in _names_and_surnames(text, mentions):
        first = _WORD.match(name)
        if first and _is_telling(name, small):
            by_word[first[0]].setdefault(name, kind)
    return {
        word: dict(sorted(kinds.items(), key=lambda item: -len(item[0]))[:_MOST_SPELLINGS])
        for word, kinds in by_word.items()
    }


def _names_and_surnames(text: str, mentions: Sequence[Mention]) -> Iterator[tuple[str, EntityType]]:
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


def _recurrences(text: str, spellings: Mapping[str, Mapping[str, EntityType]]) -> Iterator[Mention]:
    by_word = {word: tuple(kinds) for word, kinds in spellings.items()}
    kinds = {name: kind for kinds in spellings.values() for name, kind in kinds.items()}
    is_alone = partial(stands_alone, may_precede=_may_precede_name)
    for start, end in find_names(text, by_word, is_alone):
        yield Mention(start, end, kinds[text[start:end]])


def _may_precede_name(word: str) -> bool:
    """Whether a capitalised word is a title, or a plain one that begins its sentence."""
    return word[:-1].lower() in FUNCTION_WORDS or name_forms.title_end(word + "X") > 0
