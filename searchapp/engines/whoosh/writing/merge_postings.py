"""The postings of several segments as those of one: part of `merge`.

A range of terms is taken of all of them, and one sort merges it; a term in very many
docs is taken some docs at a time.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile, ArrayWriter, Stream
from searchapp.engines.whoosh.segment.format import sort_rows, write_starts
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_source import (
    MergeSource,
    chunks_by_size,
    docs_per_chunk,
)

# What a posting weighs, in positions: its ord, doc and frequency.
_POSITIONS_PER_POSTING = 3


class PostingsMerger:
    """The postings of one field, of all sources, on their way into one file.

    `maps` are the ords in the new dictionary of each source's terms: ascending int32.
    """

    def __init__(
        self,
        file: ArrayWriter,
        field: str,
        sources: Sequence[MergeSource],
        maps: Sequence[Array],
        *,
        exact: bool,
    ) -> None:
        self._file, self._field, self._exact = file, field, exact
        self._sources = list(zip(sources, maps, strict=True))
        self._doc_count = sum(int(source.live_docs.sum()) for source in sources)
        names = ("documents", "frequencies", "places")[: 3 if exact else 2]
        self._streams = {name: self._stream(name) for name in names}

    def write(self, terms: int) -> None:
        """Write the postings of so many terms, some at a time, and where each term's begin.

        Raises Damaged.
        """
        starts, position_starts = np.zeros(terms + 1, np.int64), np.zeros(terms + 1, np.int64)
        for first, last, docs in self._ranges(terms):
            here = slice(first + 1, last + 1)
            for low in range(0, self._doc_count, docs):
                postings, positions = self._merge(first, last, low, low + docs)
                starts[here] += postings
                position_starts[here] += positions
        write_starts(self._file, f"{self._field}.starts", np.cumsum(starts, out=starts))
        if self._exact:
            np.cumsum(position_starts, out=position_starts)
            write_starts(self._file, f"{self._field}.place_starts", position_starts)

    def _stream(self, name: str) -> Stream:
        """Room for the arrays of all sources together, in the widest of their types."""
        name = f"{self._field}.{name}"
        files = [source.file for source, _ in self._sources]
        dtype = np.result_type(*(f.dtype(name) for f in files))
        return self._file.reserve(name, dtype, sum(f.count(name) for f in files))

    def _ranges(self, terms: int) -> Iterator[tuple[int, int, int]]:
        """Half-open ranges of new ords, and how many docs to take of them at once."""
        postings, weights = self._sizes(terms)
        for first, last in chunks_by_size(np.cumsum(weights)):
            weight, taken = int(weights[first:last].sum()), int(postings[first:last].sum())
            yield first, last, docs_per_chunk(weight, taken, self._doc_count)

    def _sizes(self, terms: int) -> tuple[Array, Array]:
        """How many postings each term has, and what they weigh: int64 by new ord."""
        sizes = np.zeros((2, terms + 1), np.int64)
        for source, new_ords in self._sources:
            counts = np.diff(source.file[f"{self._field}.starts"].astype(np.int64))
            np.add.at(sizes[0], new_ords, counts)
            if self._exact:
                held = np.diff(source.file[f"{self._field}.place_starts"].astype(np.int64))
                counts = counts + held // _POSITIONS_PER_POSTING
            np.add.at(sizes[1], new_ords, counts)
            source.file.release()
        return sizes[0, :terms], sizes[1, :terms]

    def _merge(self, first: int, last: int, low: int, high: int) -> tuple[Array, Array]:
        """Write the postings of new ords and docs in half-open ranges.

        How many each term has, and how many positions: int64, from the ord `first`.
        """
        parts = [self._part(first, last, low, high, *source) for source in self._sources]
        columns = zip(*parts, strict=True)
        ords, docs, frequencies, positions = (np.concatenate(column) for column in columns)
        rows = np.arange(len(ords))
        ords, docs, rows = sort_rows(ords, docs, rows)
        self._streams["documents"].append(docs)
        if self._exact:
            self._streams["places"].append(_reorder(positions, frequencies, rows))
        frequencies = frequencies[rows]
        self._streams["frequencies"].append(frequencies)
        held = np.bincount(ords, frequencies, minlength=last - first)
        return np.bincount(ords, minlength=last - first), held.astype(np.int64)

    def _part(
        self, first: int, last: int, low: int, high: int, source: MergeSource, new_ords: Array
    ) -> tuple[Array, Array, Array, Array]:
        """A source's live postings of them: ord less `first`, new doc, frequency; positions."""
        file, field = source.file, self._field
        begin, end = np.searchsorted(new_ords, (first, last))
        starts: Array = file.part(f"{field}.starts", begin, end + 1).astype(np.int64)
        inside = int(starts[0]), int(starts[-1])
        docs = source.new_docs[file.part(f"{field}.documents", *inside)]
        frequencies = file.part(f"{field}.frequencies", *inside)
        ords = np.repeat(new_ords[begin:end] - first, starts[1:] - starts[:-1])
        kept = (docs >= low) & (docs < high)
        positions = np.zeros(0, np.int64)
        if self._exact:
            before = int(file.part(f"{field}.place_starts", begin, begin + 1)[0])
            positions = self._positions(file, before, frequencies, kept)
        if not kept.all():
            ords, docs, frequencies = ords[kept], docs[kept], frequencies[kept]
        frequencies = frequencies.astype(np.int64)
        file.release()
        return ords, docs, frequencies, positions

    def _positions(self, file: ArrayFile, before: int, frequencies: Array, kept: Array) -> Array:
        """The positions of the postings kept, a mask; `before` them all are so many."""
        chosen = np.flatnonzero(kept)
        if not len(chosen):
            return np.zeros(0, np.int64)
        run = slice(int(chosen[0]), int(chosen[-1]) + 1)
        before += int(frequencies[: run.start].sum(dtype=np.int64))
        lengths = frequencies[run]
        count = int(lengths.sum(dtype=np.int64))
        found = file.part(f"{self._field}.places", before, before + count)
        # Copied, for the file is about to be released.
        return found.copy() if kept[run].all() else found[np.repeat(kept[run], lengths)]


def _reorder(values: Array, lengths: Array, rows: Array) -> Array:
    """Lists of these lengths that stand in a row, in the order of `rows`."""
    before = np.cumsum(lengths) - lengths
    chosen = lengths[rows]
    shift = before[rows] - (np.cumsum(chosen) - chosen)
    reordered: Array = values[np.repeat(shift, chosen) + np.arange(len(values))]
    return reordered
