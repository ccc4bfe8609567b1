"""The words of the names in a segment, from each to the values that have it: for completion.

Beside the facets' columns; `format` has the arrays. A word is looked up as `name_words` has
it. A file without them, or of another version of these words, gets them in memory.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from searchapp.engines.analysis.name_words import VERSION, allowed_slips, name_words, spelling_key
from searchapp.engines.whoosh.segment.array_file import ArrayFile, ArrayWriter
from searchapp.engines.whoosh.segment.format import (
    add_dictionary,
    sort_rows,
    starts_of,
    write_starts,
)
from searchapp.engines.whoosh.segment.termdict import (
    Dictionary,
    encode_dictionary,
    read_dictionary,
)
from searchapp.engines.whoosh.segment.types import Array, Ints, Mask
from searchapp.engines.whoosh.segment.vocabulary import Vocabulary, slices_to_indices
from searchapp.model import EntityType

NAMES = (*map(str, EntityType), "site")
NO_MATCH = 255


class Lists(NamedTuple):
    """Lists of numbers, one after the other: that of `n` is `numbers[starts[n]:starts[n + 1]]`."""

    starts: Array
    numbers: Ints

    def of_many(self, wanted: Array) -> Ints:
        """The numbers of several lists, one after the other."""
        starts = self.starts[wanted].astype(np.int64)
        return self.numbers[slices_to_indices(starts, self.starts[wanted + 1] - starts)]


@dataclass(frozen=True)
class NameIndex:
    """The words of all names, their `spelling_key`s with the words of each, and the ords by word.

    `ords` has by facet the ascending ords of its values that have each word.
    """

    words: Vocabulary
    keys: Vocabulary
    key_words: Lists
    ords: Mapping[str, Lists]

    @classmethod
    def read(cls, file: ArrayFile) -> NameIndex:
        """A segment's. Raises Damaged."""
        if file.facts.get("names") != VERSION:
            facets = ((f, read_dictionary(file, f), file[f"{f}.ordinals"]) for f in NAMES)
            return cls.build(facets)
        return cls(
            _read_vocabulary(file, "names"),
            _read_vocabulary(file, "name_keys"),
            Lists(file["name_keys.starts"], file["name_keys.words"]),
            {f: Lists(file[f"{f}.word_starts"], file[f"{f}.word_ordinals"]) for f in NAMES},
        )

    @classmethod
    def build(cls, facets: Iterable[tuple[str, Iterable[bytes], Array]]) -> NameIndex:
        """Of the values of `NAMES`, each a facet, its values in order and their ords."""
        numbers: dict[str, int] = {}
        pairs = {facet: _word_pairs(numbers, values, ords) for facet, values, ords in facets}
        words, ranks = _sort_words(list(numbers))
        lists = {
            facet: _lists(ranks[found], ords, len(ranks)) for facet, (found, ords) in pairs.items()
        }
        keys: dict[str, int] = {}
        key_numbers = [keys.setdefault(spelling_key(word), len(keys)) for word in numbers]
        key_dictionary, key_ranks = _sort_words(list(keys))
        key_words = _lists(key_ranks[np.array(key_numbers, np.int64)], ranks, len(key_ranks))
        return cls(Vocabulary.build(words), Vocabulary.build(key_dictionary), key_words, lists)

    def write(self, file: ArrayWriter) -> None:
        """Write it as arrays of a segment's file."""
        file.facts["names"] = VERSION
        for name, vocabulary in (("names", self.words), ("name_keys", self.keys)):
            add_dictionary(file, name, *vocabulary.words.arrays())
            file.add(f"{name}.letters", vocabulary.letters)
            file.add(f"{name}.heads", vocabulary.heads)
        write_starts(file, "name_keys.starts", self.key_words.starts)
        file.add("name_keys.words", self.key_words.numbers)
        for facet, lists in self.ords.items():
            write_starts(file, f"{facet}.word_starts", lists.starts)
            file.add(f"{facet}.word_ordinals", lists.numbers)

    def begun(self, facet: str, typed: str, count: int) -> Mask:
        """Which of a facet's `count` values have a word that begins so: by ord."""
        lists = self.ords[facet]
        first, stop = self.words.with_prefix(typed)
        mask = np.zeros(count, bool)
        mask[lists.numbers[int(lists.starts[first]) : int(lists.starts[stop])]] = True
        return mask

    def slips(self, facet: str, typed: str, count: int) -> Array:
        """How many slips a facet's `count` values are off: uint8 by ord, `NO_MATCH`: too many."""
        slips = np.full(count, NO_MATCH, np.uint8)
        for off, words in reversed(self._near(typed)):
            if len(words):
                slips[self.ords[facet].of_many(words)] = off
        return slips

    def _near(self, typed: str) -> list[tuple[int, Array]]:
        """The words as many slips off, by how many; kept for the letters typed next."""
        if (found := self._kept.get(typed)) is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[typed] = self._find_near(typed)
        return found

    def _find_near(self, typed: str) -> list[tuple[int, Array]]:
        slips = np.full(len(self.words.words), NO_MATCH, np.uint8)
        if most := allowed_slips(typed):
            key = spelling_key(typed)
            if alike := min(most, allowed_slips(key)):
                keys, off = self.keys.near(key, alike)
                for n in range(alike, -1, -1):
                    slips[self.key_words.of_many(keys[off == n])] = max(1, n)
            words, off = self.words.near(typed, most)
            slips[words] = np.minimum(slips[words], off)
        slips[slice(*self.words.with_prefix(typed))] = 0
        return [(n, np.flatnonzero(slips == n)) for n in range(most + 1)]

    @cached_property
    def _kept(self) -> dict[str, list[tuple[int, Array]]]:
        return {}


# Words typed whose near ones are kept; set by hand.
_MOST_KEPT = 16


def _read_vocabulary(file: ArrayFile, name: str) -> Vocabulary:
    words = read_dictionary(file, name)
    return Vocabulary(words, file[f"{name}.letters"], file[f"{name}.heads"])


def _word_pairs(
    numbers: dict[str, int], values: Iterable[bytes], ords: Array
) -> tuple[Array, Array]:
    """Rows of a word's number and the ord of a value that has it."""
    found, counts = array("i"), array("i")
    for value in values:
        name = value.decode("utf-8", "surrogatepass")
        plain = name.isascii() and name.replace(" ", "").isalnum()
        # Most names need no more.
        short = plain and len(name) <= _SHORT
        words = set(name.lower().split() if short else (w.text for w in name_words(name)))
        found.extend(numbers.setdefault(word, len(numbers)) for word in words)
        counts.append(len(words))
    by_value = np.repeat(ords, np.array(counts, np.int32))
    return np.array(found, np.int32), by_value.astype(np.int32)


# No word of a name this short is cut, nor are its words too many.
_SHORT = 40


def _sort_words(words: list[str]) -> tuple[Dictionary, Array]:
    """A dictionary of words, and the ord of each: int32."""
    encoded = [word.encode("utf-8", "surrogatepass") for word in words]
    order = sorted(range(len(words)), key=encoded.__getitem__)
    ranks = np.zeros(len(words), np.int32)
    ranks[order] = np.arange(len(words))
    return Dictionary(*encode_dictionary(encoded[n] for n in order)), ranks


def _lists(of: Array, numbers: Array, count: int) -> Lists:
    """Lists from rows of a list's number and one of its numbers."""
    by_list, in_order = sort_rows(of.astype(np.int32), numbers.astype(np.int32))
    return Lists(starts_of(by_list, count), in_order.astype(np.int32))
