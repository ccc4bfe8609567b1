"""Segments on their way into another, a part of them in memory at a time: for all of `merge`."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.types import Array

# Postings taken at once: 2 MB of each of some ten arrays. Set by hand, not measured.
_CHUNK_POSTINGS = 250_000


@dataclass
class MergeSource:
    """A segment to merge: its file, its live docs as a mask, the new doc of each (int32) or -1."""

    file: ArrayFile
    live_docs: Array
    new_docs: Array


def live_counts(source: MergeSource, starts: str, docs: str) -> Array:
    """How many live docs each list of docs has: int64; `starts` and `docs` name the arrays."""
    begins = source.file[starts].astype(np.int64)
    counts = np.zeros(len(begins) - 1, np.int64)
    for first, last in chunks_by_size(begins[1:]):
        inside = begins[first : last + 1]
        part = source.file.part(docs, int(inside[0]), int(inside[-1]))
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(source.live_docs[part])])
        ends = before[inside - inside[0]]
        counts[first:last] = ends[1:] - ends[:-1]
        source.file.release()
    return counts


def chunks_by_size(ends: Array) -> Iterator[tuple[int, int]]:
    """Half-open ranges of lists that end at ascending `ends`: `_CHUNK_POSTINGS`, or one list."""
    first = 0
    while first < len(ends):
        before = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + _CHUNK_POSTINGS, "right")))
        yield first, min(last, len(ends))
        first = min(last, len(ends))


def docs_per_chunk(weight: int, postings: int, docs: int) -> int:
    """How many of `docs` to take at once of lists with so many postings, that weigh `weight`."""
    return max(1, docs if weight <= _CHUNK_POSTINGS else _CHUNK_POSTINGS * postings // weight)
