"""The index's words, and those a wildcard, a misspelling or a typing error means."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Self

import numpy as np
from numpy.typing import NDArray

# Longer words are codes and addresses; nobody means one by a typing error.
_LONGEST_FUZZY = 40


@dataclass(frozen=True)
class Lexicon:
    """Every exact term of title and text, distinct, in code point order."""

    terms: tuple[str, ...]

    @classmethod
    def of(cls, lexicons: Sequence[bytes]) -> Self:
        """From the terms of several segments, one a line."""
        terms = chain.from_iterable(lexicon.decode().split("\n") for lexicon in lexicons)
        return cls(tuple(sorted(set(terms) - {""})))

    def matching(self, pattern: str) -> list[str]:
        """The terms that fit a pattern of `*` and `?`, in the form terms have."""
        head = re.split(r"[*?]", pattern, maxsplit=1)[0]
        first = bisect_left(self.terms, head)
        last = bisect_left(self.terms, head + "\U0010ffff") if head else len(self.terms)
        if pattern == f"{head}*":
            return list(self.terms[first:last])
        fits = re.compile(_as_regex(pattern), re.MULTILINE)
        return fits.findall("\n".join(self.terms[first:last])) if first < last else []

    def within(self, word: str, distance: int) -> dict[str, int]:
        """The terms at most `distance` edits from a word, with how many.

        Edits are insertions, deletions, substitutions and swaps of neighbours (optimal
        string alignment; Damerau 1964), counted in code points.
        """
        if len(word) > _LONGEST_FUZZY:
            return {word: 0} if word in self.terms else {}
        near: dict[str, int] = {}
        for length in range(max(1, len(word) - distance), len(word) + distance + 1):
            terms, letters = self._of_length(length)
            edits = _edits(word, letters)
            near |= {terms[n]: int(edits[n]) for n in np.flatnonzero(edits <= distance)}
        return near

    @cached_property
    def _by_length(self) -> dict[int, list[str]]:
        by_length: dict[int, list[str]] = {}
        for term in self.terms:
            by_length.setdefault(len(term), []).append(term)
        return by_length

    def _of_length(self, length: int) -> tuple[list[str], NDArray[np.uint32]]:
        """The terms of one length, and their code points as a matrix of a row each."""
        terms = self._by_length.get(length, [])
        letters = np.array(terms, dtype=f"U{length}").view(np.uint32)
        return terms, letters.reshape(len(terms), length)


def _as_regex(pattern: str) -> str:
    """The first place a middle piece fits is as good as any: no group is entered twice."""
    first, *rest = (re.escape(piece).replace(r"\?", ".") for piece in re.split(r"\*+", pattern))
    if not rest:
        return f"^{first}$"
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1])
    return f"^{first}{middle}.*{rest[-1]}$"


def _edits(word: str, letters: NDArray[np.uint32]) -> NDArray[np.int8]:
    """Edit distances of a word from many words of one length, all at once."""
    count, length = letters.shape
    before = np.zeros((length + 1, count), np.int8)
    last = np.repeat(np.arange(length + 1, dtype=np.int8)[:, None], count, axis=1)
    for i, letter in enumerate(map(ord, word)):
        row = np.empty_like(last)
        row[0] = i + 1
        for j in range(length):
            same = letters[:, j] == letter
            row[j + 1] = np.minimum(np.minimum(last[j + 1], row[j]) + 1, last[j] + ~same)
            if i and j:
                swapped = (letters[:, j - 1] == letter) & (letters[:, j] == ord(word[i - 1]))
                row[j + 1] = np.where(
                    swapped, np.minimum(row[j + 1], before[j - 1] + 1), row[j + 1]
                )
        before, last = last, row
    return last[length]
