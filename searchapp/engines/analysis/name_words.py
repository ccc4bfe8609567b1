"""The words of names, and how near what is typed comes to one: the same for every engine.

Names are completed while they are typed: a word stands for all that begin with it. From
four letters on a slip is forgiven, from eight on two (optimal string alignment, Damerau
1964), and another way to write the sounds of a foreign name, as `spelling_key` has them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from searchapp.engines.analysis.edit_distance import prefix_edits
from searchapp.engines.analysis.spelling import fold
from searchapp.engines.analysis.terms import is_unspaced, part_spans

VERSION = "2"
# Of a name so many words are looked at, of a word so many letters; of what is typed so many
# characters, and in more words than that no slip is forgiven. Set by hand.
MOST_WORDS, LONGEST_WORD = 24, 40
LONGEST_TYPED, MOST_FORGIVEN = 200, 4
# The shortest words in which one slip, and two, are forgiven.
_ONE_SLIP, _TWO_SLIPS = 4, 8
# So many letters have to be right, of each at most two: `aaaa` stands for half of all words.
_TELLING = 3
_FAR = 99
# How sounds are written otherwise, most letters first: Zelensky, Zelenskyy, Selenskyj.
_SPELLINGS = {
    **dict.fromkeys(("tsch", "tch", "tsh", "ch", "cz"), "c"),
    **dict.fromkeys(("sch", "sh", "ts", "tz", "z"), "s"),
    **dict.fromkeys(("kh", "gh", "ck", "q"), "k"),
    "ph": "f",
    "w": "v",
    "ou": "u",
    "oo": "u",
    "ee": "i",
    "y": "i",
    "j": "i",
    "x": "ks",
}
_SPELLING = re.compile("|".join(sorted(_SPELLINGS, key=len, reverse=True)))
_REPEATED = re.compile(r"(.)\1+")


class NameWord(NamedTuple):
    """A word as it is looked up, and where it stands in the name, in code points."""

    text: str
    start: int
    end: int


def name_words(name: str) -> Iterator[NameWord]:
    """The words of a name; those that a mark joins also as one ("O'Brien", "obrien").

    In scripts without spaces a word begins at each character.
    """
    spans = list(islice(part_spans(name), MOST_WORDS))
    chain = 0
    for n, (start, end) in enumerate(spans):
        stop = _run_end(spans, n) if is_unspaced(name[start]) else end
        if word := _folded(name[start:stop]):
            yield NameWord(word, start, stop)
        following = spans[n + 1][0] if n + 1 < len(spans) else _FAR + end
        if following == end + 1 and not name[end].isspace():
            continue
        if chain < n and following != end and (whole := _joined(name, spans[chain : n + 1])):
            yield NameWord(whole, spans[chain][0], end)
        chain = n + 1


def typed_words(text: str) -> tuple[str, ...]:
    """The words of a text being typed, folded."""
    cut = text[:LONGEST_TYPED]
    spans = list(part_spans(cut))
    words, done = [], -1
    for n, (start, end) in enumerate(spans):
        if start < done:
            continue
        done = _run_end(spans, n) if is_unspaced(cut[start]) else end
        words.append(_folded(cut[start:done]))
    return tuple(dict.fromkeys(filter(None, words)))


def allowed_slips(word: str) -> int:
    """How many slips are forgiven in a word typed; fewer in one of the same few letters."""
    told = sum(min(count, 2) for count in Counter(word).values())
    return min((len(word) >= _ONE_SLIP) + (len(word) >= _TWO_SLIPS), max(0, told - _TELLING))


@lru_cache(maxsize=10_000)
def spelling_key(word: str) -> str:
    """A folded word by its sounds: the same for several ways to write a foreign name."""
    spelt = _SPELLING.sub(lambda found: _SPELLINGS[found.group()], word)
    return _REPEATED.sub(r"\1", spelt)


def word_slips(typed: str, word: str) -> int | None:
    """How many slips a typed word is away from a beginning of a name's; None is too many.

    Both folded. Another spelling of the same sounds counts as one.
    """
    if word.startswith(typed):
        return 0
    allowed = allowed_slips(typed)
    if not allowed:
        return None
    slips, key = prefix_edits(typed, word), spelling_key(typed)
    if alike := min(allowed, allowed_slips(key)):
        sounds = prefix_edits(key, spelling_key(word))
        slips = min(slips, max(1, sounds) if sounds <= alike else _FAR)
    return slips if slips <= allowed else None


def name_slips(typed: Sequence[str], name: str) -> int | None:
    """How many slips all words typed are away from a name's, in any order; None is too many."""
    words = {word.text for word in name_words(name)}
    slips = [
        min((n for n in (word_slips(one, word) for word in words) if n is not None), default=_FAR)
        for one in typed
    ]
    total = sum(slips)
    forgiven = not total or len(typed) <= MOST_FORGIVEN
    return total if slips and forgiven and total < _FAR else None


def matched_ranges(typed: Sequence[str], name: str) -> tuple[tuple[int, int], ...]:
    """Where a name has the words typed: ascending ranges of code points, half-open.

    What was begun as it is written is marked as far as it is typed, else the whole word.
    """
    words = list(name_words(name))
    return join_ranges(filter(None, (_matched_range(one, words, name) for one in typed)))


def join_ranges(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges in order, those that touch joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def typed_end(text: str, typed: str, start: int, end: int) -> int:
    """Where in a word of a text, from `start` to `end`, all letters typed have come."""
    has_all = (n for n in range(start + 1, end) if _length(text[start:n]) >= len(typed))
    return next(has_all, end)


def _matched_range(typed: str, words: Sequence[NameWord], name: str) -> tuple[int, int] | None:
    near = [(slips, w) for w in words if (slips := word_slips(typed, w.text)) is not None]
    if not near:
        return None
    slips, (_, start, end) = min(near, key=lambda found: found[0])
    return start, end if slips else typed_end(name, typed, start, end)


def _length(beginning: str) -> int:
    """How many letters a beginning of a word is looked up by."""
    return sum(len(fold(beginning[a:b])) for a, b in part_spans(beginning))


def _folded(word: str) -> str:
    return fold(word)[:LONGEST_WORD]


def _joined(name: str, spans: Sequence[tuple[int, int]]) -> str:
    return "".join(fold(name[start:end]) for start, end in spans)[:LONGEST_WORD]


def _run_end(spans: Sequence[tuple[int, int]], first: int) -> int:
    """Where the characters end that follow one another from the first of them on."""
    end = spans[first][1]
    for start, stop in spans[first + 1 :]:
        if start != end:
            break
        end = stop
    return end
