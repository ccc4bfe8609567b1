"""Where a name in running text begins and ends, so that no part of a longer one is taken for it.

A leaf beside the data's path: asked by `recognition.rules` and `curation.watchlist`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

# Scripts that write words without spaces, or endings onto them (Hangul).
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
SPACED_WORD = re.compile(rf"[^\W{_UNSPACED}]+")
"""A word in a script that puts spaces between words."""
_WORD = re.compile(r"\w+")
_CAPITALISED_AFTER = re.compile(r"[ \-–][^\W\d_a-z]")
_CAPITALISED_BEFORE = re.compile(r"[^\W\d_a-z]\w*\.?[ \-–]$")
_GLUED_BEFORE = re.compile(r"[@#/\-.]\Z")

Boundary = Callable[[str, int, int], bool]
"""Whether the range of a text, in code points, may be a name by itself."""


def is_word_end(text: str, end: int) -> bool:
    """Whether a name may end there: between words, and anywhere in scripts without spaces."""
    return not (SPACED_WORD.match(text, end - 1) and SPACED_WORD.match(text, end))


def stands_alone(
    text: str,
    start: int,
    end: int,
    may_precede: Callable[[str], bool] = lambda _: False,
    look_back: int = 40,
) -> bool:
    """Whether nothing beside it makes the range a part of a longer name, address or compound.

    A capitalised word next to it does, but for those that `may_precede` a name; it gets the
    word with the space or hyphen behind it. That word is looked for within `look_back` characters.
    """
    before = text[max(0, start - look_back) : start]
    word = _CAPITALISED_BEFORE.search(before)
    if word and not may_precede(word[0]):
        return False
    joined = text[end : end + 1].isalnum() or _GLUED_BEFORE.search(before)
    return not joined and not _CAPITALISED_AFTER.match(text, end)


def find_names(
    text: str, by_first_word: Mapping[str, Sequence[str]], is_alone: Boundary
) -> Iterator[tuple[int, int]]:
    """Where names stand, of those that begin with one word the first that fits."""
    for word in _WORD.finditer(text):
        for name in by_first_word.get(word[0], ()):
            end = word.start() + len(name)
            if text.startswith(name, word.start()) and is_alone(text, word.start(), end):
                yield word.start(), end
                break
