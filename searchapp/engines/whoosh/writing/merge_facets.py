"""The values of a facet, of several segments, as those of one: part of `merging`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayWriter
from searchapp.engines.whoosh.segment.format import (
    facet_kind,
    sorted_rows,
    write_starts,
    write_values,
)
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_source import Source, alive, cut
from searchapp.engines.whoosh.writing.merge_termdict import united


def merge_facet(file: ArrayWriter, facet: str, sources: Sequence[Source], count: int) -> None:
    """A facet of `count` documents: its values still in use, renumbered by frequency."""
    ordinals = [s.file[f"{facet}.ordinals"].astype(np.int32) for s in sources]
    counted = [
        alive(s, f"{facet}.value_starts", f"{facet}.documents")[o]
        for s, o in zip(sources, ordinals, strict=True)
    ]
    strings, maps = united(facet, sources, [counts > 0 for counts in counted])
    frequency = np.zeros(len(strings[1]), np.int64)  # and one, for what is no longer in use
    for places, counts in zip(maps, counted, strict=True):
        np.add.at(frequency, places, counts)
    numbers = write_values(file, facet, strings, frequency[:-1])
    numbers = np.append(numbers, np.int32(0))
    renumbered = []
    for places, ordinal in zip(maps, ordinals, strict=True):
        renumbered.append(np.empty(len(places), np.int32))
        renumbered[-1][ordinal] = numbers[places]
    taken = list(zip(sources, renumbered, strict=True))
    _merge_values(file, facet, taken, np.zeros(count, np.int64), facet_kind(len(numbers) - 1))
    frequency[numbers[:-1]] = frequency[:-1].copy()
    _merge_owners(file, facet, taken, np.cumsum(frequency[:-1]))


def _merge_values(
    file: ArrayWriter,
    facet: str,
    sources: Sequence[tuple[Source, Array]],
    ends: Array,
    kind: Any,
) -> None:
    """Each document's values, some documents at a time; `ends` is room for where theirs end."""
    for source, _ in sources:
        held = np.diff(source.file[f"{facet}.starts"].astype(np.int64))
        ends[source.numbers[source.live]] = held[source.live]
    np.cumsum(ends, out=ends)
    total = int(ends[-1]) if len(ends) else 0
    values = file.reserve(f"{facet}.values", kind, total)
    for first, last in cut(ends):
        parts = [_values(facet, first, last, *source) for source in sources]
        owners, numbers = (np.concatenate(column) for column in zip(*parts, strict=True))
        values.append(sorted_rows(owners, numbers)[1])
    write_starts(file, f"{facet}.starts", np.concatenate([np.zeros(1, np.int64), ends]))


def _values(
    facet: str, first: int, last: int, source: Source, renumbered: Array
) -> tuple[Array, Array]:
    """The values of a source's documents with some new numbers: which document, which value."""
    chosen = np.flatnonzero((source.numbers >= first) & (source.numbers < last))
    if not len(chosen):
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    # Live documents stay in order, so that these are in a row, but for dead ones.
    begin, end = int(chosen[0]), int(chosen[-1]) + 1
    starts = source.file.part(f"{facet}.starts", begin, end + 1).astype(np.int64)
    owners = np.repeat(source.numbers[begin:end], starts[1:] - starts[:-1])
    found = source.file.part(f"{facet}.values", int(starts[0]), int(starts[-1]))
    kept = owners >= 0
    values = renumbered[found[kept]]
    source.file.release()
    return owners[kept] - first, values


def _merge_owners(
    file: ArrayWriter, facet: str, sources: Sequence[tuple[Source, Array]], ends: Array
) -> None:
    """Each value's documents, some values at a time; `ends` are where theirs end."""
    total = int(ends[-1]) if len(ends) else 0
    documents = file.reserve(f"{facet}.documents", np.int32, total)
    in_order = [np.argsort(renumbered, kind="stable") for _, renumbered in sources]
    for first, last in cut(ends):
        parts = [
            _owners(facet, first, last, *source, order)
            for source, order in zip(sources, in_order, strict=True)
        ]
        values, owners = (np.concatenate(column) for column in zip(*parts, strict=True))
        documents.append(sorted_rows(values, owners)[1])
    write_starts(file, f"{facet}.value_starts", np.concatenate([np.zeros(1, np.int64), ends]))


def _owners(
    facet: str, first: int, last: int, source: Source, renumbered: Array, order: Array
) -> tuple[Array, Array]:
    """A source's documents of values with some new numbers: which value, which new document."""
    low, high = np.searchsorted(renumbered, (first, last), sorter=order)
    numbers = order[low:high]
    starts = source.file[f"{facet}.value_starts"]
    begins = starts[numbers].astype(np.int64)
    lengths = starts[numbers + 1].astype(np.int64) - begins
    values = np.repeat(renumbered[numbers] - first, lengths)
    shift = begins - (np.cumsum(lengths) - lengths)
    places = np.repeat(shift, lengths) + np.arange(int(lengths.sum()))
    documents = source.file.part(name := f"{facet}.documents", 0, source.file.count(name))
    owners = source.numbers[documents[places]]
    kept = owners >= 0
    source.file.release()
    return values[kept], owners[kept]
