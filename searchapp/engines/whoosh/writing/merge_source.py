"""Segments on their way into another, a part of them in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.types import Array

# Postings taken at once: 2 MB of each of some ten arrays.
_WOVEN = 250_000


@dataclass
class Source:
    """A segment to merge: its file, which documents are `live`, their new numbers."""

    file: ArrayFile
    live: Array
    numbers: Array


def alive(source: Source, starts: str, documents: str) -> Array:
    """How many live documents each list of them has."""
    begins = source.file[starts].astype(np.int64)
    counts = np.zeros(len(begins) - 1, np.int64)
    for first, last in cut(begins[1:]):
        inside = begins[first : last + 1]
        owners = source.file.part(documents, int(inside[0]), int(inside[-1]))
        alive = np.concatenate([np.zeros(1, np.int64), np.cumsum(source.live[owners])])
        ends = alive[inside - inside[0]]
        counts[first:last] = ends[1:] - ends[:-1]
        source.file.release()
    return counts


def cut(ends: Array) -> Iterator[tuple[int, int]]:
    """Ranges of lists that end there in a row, cut so that each range is short."""
    first = 0
    while first < len(ends):
        before = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + _WOVEN, "right")))
        yield first, min(last, len(ends))
        first = min(last, len(ends))


def share(weight: int, postings: int, documents: int) -> int:
    """Of how many documents to take postings at once, whose weight may be too large for it."""
    return max(1, documents if weight <= _WOVEN else _WOVEN * postings // weight)
