"""The postings of several segments woven into one: part of `merging`.

A range of terms is taken of all of them, and one sort weaves it; a term in very many
documents is taken some documents at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile, ArrayWriter, Stream
from searchapp.engines.whoosh.segment.format import sorted_rows, write_starts
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_source import Source, cut, share

# What a posting weighs, in positions.
_PLACES_A_POSTING = 3


class Weaving:
    """The postings of one field, of all sources, on their way into one file.

    `maps` are the places in the new dictionary of each source's terms.
    """

    def __init__(
        self,
        file: ArrayWriter,
        field: str,
        sources: Sequence[Source],
        maps: Sequence[Array],
        *,
        exact: bool,
    ) -> None:
        self._file, self._field, self._exact = file, field, exact
        self._sources = list(zip(sources, maps, strict=True))
        self._documents = sum(int(source.live.sum()) for source in sources)
        names = ("documents", "frequencies", "places")[: 3 if exact else 2]
        self._streams = {name: self._stream(name) for name in names}

    def weave(self, terms: int) -> None:
        """Write the postings of so many terms, some at a time, and where each term's begin."""
        postings, places = np.zeros(terms + 1, np.int64), np.zeros(terms + 1, np.int64)
        for first, last, documents in self._ranges(terms):
            here = slice(first + 1, last + 1)
            for low in range(0, self._documents, documents):
                woven, held = self._woven(first, last, low, low + documents)
                postings[here] += woven
                places[here] += held
        write_starts(self._file, f"{self._field}.starts", np.cumsum(postings, out=postings))
        if self._exact:
            write_starts(self._file, f"{self._field}.place_starts", np.cumsum(places, out=places))

    def _stream(self, name: str) -> Stream:
        """Room for the arrays of all sources together, in the widest of their types."""
        name = f"{self._field}.{name}"
        files = [source.file for source, _ in self._sources]
        kind = np.result_type(*(f.dtype(name) for f in files))
        return self._file.reserve(name, kind, sum(f.count(name) for f in files))

    def _ranges(self, terms: int) -> Iterator[tuple[int, int, int]]:
        """Ranges of terms, at least one each, and how many documents to take of them at once."""
        postings, weights = self._sizes(terms)
        for first, last in cut(np.cumsum(weights)):
            weight, taken = int(weights[first:last].sum()), int(postings[first:last].sum())
            yield first, last, share(weight, taken, self._documents)

    def _sizes(self, terms: int) -> tuple[Array, Array]:
        """How many postings each term has, and what they weigh with their positions."""
        sizes = np.zeros((2, terms + 1), np.int64)
        for source, places in self._sources:
            counts = np.diff(source.file[f"{self._field}.starts"].astype(np.int64))
            np.add.at(sizes[0], places, counts)
            if self._exact:
                held = np.diff(source.file[f"{self._field}.place_starts"].astype(np.int64))
                counts = counts + held // _PLACES_A_POSTING
            np.add.at(sizes[1], places, counts)
            source.file.release()
        return sizes[0, :terms], sizes[1, :terms]

    def _woven(self, first: int, last: int, low: int, high: int) -> tuple[Array, Array]:
        """Write some terms' postings in some documents; each term's, and its positions."""
        parts = [self._part(first, last, low, high, *source) for source in self._sources]
        columns = zip(*parts, strict=True)
        terms, documents, frequencies, places = (np.concatenate(column) for column in columns)
        rows = np.arange(len(terms))
        terms, documents, rows = sorted_rows(terms, documents, rows)
        self._streams["documents"].append(documents)
        if self._exact:
            self._streams["places"].append(_gathered(places, frequencies, rows))
        frequencies = frequencies[rows]
        self._streams["frequencies"].append(frequencies)
        held = np.bincount(terms, frequencies, minlength=last - first)
        return np.bincount(terms, minlength=last - first), held.astype(np.int64)

    def _part(
        self, first: int, last: int, low: int, high: int, source: Source, places: Array
    ) -> tuple[Array, Array, Array, Array]:
        """A source's live postings of them: term, new document, frequency, positions."""
        file, field = source.file, self._field
        begin, end = np.searchsorted(places, (first, last))
        starts: Array = file.part(f"{field}.starts", begin, end + 1).astype(np.int64)
        inside = int(starts[0]), int(starts[-1])
        documents = source.numbers[file.part(f"{field}.documents", *inside)]
        frequencies = file.part(f"{field}.frequencies", *inside)
        terms = np.repeat(places[begin:end] - first, starts[1:] - starts[:-1])
        kept = (documents >= low) & (documents < high)
        found = np.zeros(0, np.int64)
        if self._exact:
            before = int(file.part(f"{field}.place_starts", begin, begin + 1)[0])
            found = self._places(file, before, frequencies, kept)
        if not kept.all():
            terms, documents, frequencies = terms[kept], documents[kept], frequencies[kept]
        frequencies = frequencies.astype(np.int64)
        file.release()
        return terms, documents, frequencies, found

    def _places(self, file: ArrayFile, before: int, frequencies: Array, kept: Array) -> Array:
        """The positions of the postings kept; `before` them all are so many."""
        chosen = np.flatnonzero(kept)
        if not len(chosen):
            return np.zeros(0, np.int64)
        run = slice(int(chosen[0]), int(chosen[-1]) + 1)
        before += int(frequencies[: run.start].sum(dtype=np.int64))
        held = frequencies[run]
        count = int(held.sum(dtype=np.int64))
        found = file.part(f"{self._field}.places", before, before + count)
        # Copied, for the file is about to be released.
        return found.copy() if kept[run].all() else found[np.repeat(kept[run], held)]


def _gathered(values: Array, lengths: Array, rows: Array) -> Array:
    """Lists that stand in a row, in another order."""
    before = np.cumsum(lengths) - lengths
    chosen = lengths[rows]
    shift = before[rows] - (np.cumsum(chosen) - chosen)
    gathered: Array = values[np.repeat(shift, chosen) + np.arange(len(values))]
    return gathered
