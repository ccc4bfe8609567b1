"""The values of a facet, of several segments, as those of one: part of `merge`."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from searchapp.engines.whoosh.segment.array_file import ArrayWriter
from searchapp.engines.whoosh.segment.format import (
    ord_dtype,
    sort_rows,
    write_starts,
    write_values,
)
from searchapp.engines.whoosh.segment.termdict import Dictionary
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_source import MergeSource, chunks_by_size, live_counts
from searchapp.engines.whoosh.writing.merge_termdict import merge_dictionaries

# A segment with the new ord of each of its values (int32 by ord).
_Source = tuple[MergeSource, Array]


def merge_facet(
    file: ArrayWriter, facet: str, sources: Sequence[MergeSource], count: int
) -> tuple[Dictionary, Array]:
    """A facet of `count` docs: its values still in use, renumbered by frequency. Raises Damaged.

    Gives the values, and their ords (int32) in that order.
    """
    ords = [s.file[f"{facet}.ordinals"].astype(np.int32) for s in sources]
    live = [
        live_counts(s, f"{facet}.value_starts", f"{facet}.documents")[o]
        for s, o in zip(sources, ords, strict=True)
    ]
    strings, maps = merge_dictionaries(facet, sources, [counts > 0 for counts in live])
    frequency = np.zeros(len(strings[1]), np.int64)  # and one, for what is no longer in use
    for dict_ords, counts in zip(maps, live, strict=True):
        np.add.at(frequency, dict_ords, counts)
    value_ords = np.append(write_values(file, facet, strings, frequency[:-1]), np.int32(0))
    renumbered: list[_Source] = []
    for source, dict_ords, ords_of in zip(sources, maps, ords, strict=True):
        new_ords = np.empty(len(dict_ords), np.int32)
        new_ords[ords_of] = value_ords[dict_ords]
        renumbered.append((source, new_ords))
    dtype = ord_dtype(len(value_ords) - 1)
    _merge_values(file, facet, renumbered, np.zeros(count, np.int64), dtype)
    frequency[value_ords[:-1]] = frequency[:-1].copy()
    _merge_docs(file, facet, renumbered, np.cumsum(frequency[:-1]))
    return Dictionary(*strings), value_ords[:-1]


def _merge_values(
    file: ArrayWriter, facet: str, sources: Sequence[_Source], ends: Array, dtype: Any
) -> None:
    """Each doc's ords, some docs at a time; `ends` is room for where theirs end, by doc."""
    for source, _ in sources:
        lengths = np.diff(source.file[f"{facet}.starts"].astype(np.int64))
        ends[source.new_docs[source.live_docs]] = lengths[source.live_docs]
    np.cumsum(ends, out=ends)
    total = int(ends[-1]) if len(ends) else 0
    values = file.reserve(f"{facet}.values", dtype, total)
    for first, last in chunks_by_size(ends):
        parts = [_values(facet, first, last, *source) for source in sources]
        docs, ords = (np.concatenate(column) for column in zip(*parts, strict=True))
        values.append(sort_rows(docs, ords)[1])
    write_starts(file, f"{facet}.starts", np.concatenate([np.zeros(1, np.int64), ends]))


def _values(
    facet: str, first: int, last: int, source: MergeSource, new_ords: Array
) -> tuple[Array, Array]:
    """Rows of a source for new docs from `first` to before `last`: doc less `first`, new ord."""
    chosen = np.flatnonzero((source.new_docs >= first) & (source.new_docs < last))
    if not len(chosen):
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    # Live docs stay in order, so that these are in a row, but for deleted ones.
    begin, end = int(chosen[0]), int(chosen[-1]) + 1
    starts = source.file.part(f"{facet}.starts", begin, end + 1).astype(np.int64)
    docs = np.repeat(source.new_docs[begin:end], starts[1:] - starts[:-1])
    found = source.file.part(f"{facet}.values", int(starts[0]), int(starts[-1]))
    kept = docs >= 0
    ords = new_ords[found[kept]]
    source.file.release()
    return docs[kept] - first, ords


def _merge_docs(file: ArrayWriter, facet: str, sources: Sequence[_Source], ends: Array) -> None:
    """Each value's docs, some values at a time; `ends` are where theirs end, by new ord."""
    total = int(ends[-1]) if len(ends) else 0
    documents = file.reserve(f"{facet}.documents", np.int32, total)
    orders = [np.argsort(new_ords, kind="stable") for _, new_ords in sources]
    for first, last in chunks_by_size(ends):
        parts = [
            _docs(facet, first, last, *source, order)
            for source, order in zip(sources, orders, strict=True)
        ]
        ords, docs = (np.concatenate(column) for column in zip(*parts, strict=True))
        documents.append(sort_rows(ords, docs)[1])
    write_starts(file, f"{facet}.value_starts", np.concatenate([np.zeros(1, np.int64), ends]))


def _docs(
    facet: str, first: int, last: int, source: MergeSource, new_ords: Array, order: Array
) -> tuple[Array, Array]:
    """Rows of a source for new ords from `first` to before `last`: ord less `first`, new doc.

    `order` has the source's ords in the order of the new ones.
    """
    low, high = np.searchsorted(new_ords, (first, last), sorter=order)
    ords = order[low:high]
    starts = source.file[f"{facet}.value_starts"]
    begins = starts[ords].astype(np.int64)
    lengths = starts[ords + 1].astype(np.int64) - begins
    values = np.repeat(new_ords[ords] - first, lengths)
    shift = begins - (np.cumsum(lengths) - lengths)
    indices = np.repeat(shift, lengths) + np.arange(int(lengths.sum()))
    documents = source.file.part(name := f"{facet}.documents", 0, source.file.count(name))
    docs = source.new_docs[documents[indices]]
    kept = docs >= 0
    source.file.release()
    return values[kept], docs[kept]
