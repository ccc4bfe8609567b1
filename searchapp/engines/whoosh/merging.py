"""Merges segments into one, array by array.

Documents take their places by date anew. A segment's documents stay in the same order
among themselves, so every list of postings stays ascending and only has to be woven
into the others: terms are taken a range at a time, and one sort weaves the range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from searchapp.engines.whoosh.arrays import Array, ArrayFile, ArrayWriter, Dictionary, Stream
from searchapp.engines.whoosh.layout import (
    DICTIONARIES,
    EXACT,
    date_order,
    inverse,
    sorted_rows,
    write_dictionary,
    write_documents,
    write_facet,
    write_starts,
)
from searchapp.engines.whoosh.schema import FIELDS
from searchapp.engines.whoosh.stored import Shelf, Shelves, read_slot
from searchapp.model import FACET_FIELDS

# Postings woven at once: 2 MB of each of some ten arrays.
_WOVEN = 250_000
_COPIED = 1 << 24
# With a smaller share of documents alive, or with fewer on each, shelves are made anew.
_ALIVE_SHARE = 0.6
_SHELF = 2_000


@dataclass
class Source:
    """A segment to merge: its file, which documents are `live`, their new numbers."""

    file: ArrayFile
    live: Array
    numbers: Array

    @property
    def documents(self) -> Array:
        """The live documents."""
        return np.flatnonzero(self.live)


def merge(files: Sequence[tuple[ArrayFile, Array]], path: Path) -> int:
    """Write one segment of the live documents of several; how many they are."""
    sources = [Source(f, live, np.full(len(live), -1, np.int32)) for f, live in files]
    count = int(sum(s.live.sum() for s in sources))
    with ArrayWriter(path, documents=count) as file:
        order = _merge_documents(file, sources)
        for name, fields in DICTIONARIES.items():
            _merge_terms(file, name, fields, sources)
        for facet in FACET_FIELDS:
            _merge_facet(file, facet, sources, count)
        _merge_stored(file, sources, order)
    return count


def dictionary(file: ArrayFile, name: str) -> Dictionary:
    """A dictionary of a segment, by name."""
    return Dictionary(file[f"{name}.strings"], file[f"{name}.offsets"])


def _merge_documents(file: ArrayWriter, sources: Sequence[Source]) -> Array:
    """Number the documents anew; their order, as places among all live ones in a row."""
    ids = [_ids(s) for s in sources]
    flat = list(chain.from_iterable(ids))
    by_id = np.array(sorted(range(len(flat)), key=flat.__getitem__), np.int64)
    columns = {
        name: _joined([s.file[name][s.live] for s in sources])
        for name in ("day", "certain", *(f"{field}.length" for field in FIELDS))
    }
    order = date_order(columns["day"], columns["certain"], inverse(by_id))
    numbers = inverse(order)
    for source, part in zip(sources, _split(numbers, sources), strict=True):
        source.numbers[source.live] = part
    in_order = {name: values[order] for name, values in columns.items()}
    write_documents(file, [flat[n] for n in by_id], numbers[by_id], in_order)
    return order


def _ids(source: Source) -> list[bytes]:
    """The ids of the live documents, by number."""
    listed = list(dictionary(source.file, "ids"))
    return [listed[n] for n in source.file["ids.places"][source.live].tolist()]


def _split(values: Array, sources: Sequence[Source]) -> list[Array]:
    """Values of all live documents in a row, by source."""
    ends = np.cumsum([int(s.live.sum()) for s in sources])
    return np.split(values, ends[:-1])


def _joined(parts: Sequence[Array]) -> Array:
    return np.concatenate(parts)


def _merge_terms(
    file: ArrayWriter, name: str, fields: Sequence[str], sources: Sequence[Source]
) -> None:
    """A dictionary of the terms still in use, and the postings of its fields."""
    terms, maps = _united(name, sources)
    if not all(s.live.all() for s in sources):
        used = np.zeros(len(terms), bool)
        for source, places in zip(sources, maps, strict=True):
            used[places[_used(source, fields)]] = True
        terms = [terms[n] for n in np.flatnonzero(used)]
        # A term no longer in use takes the place of the next: its postings are all gone.
        maps = [(np.cumsum(used) - used)[places] for places in maps]
    write_dictionary(file, name, terms)
    count = len(terms)
    for field in fields:
        _merge_field(file, field, count, list(zip(sources, maps, strict=True)), exact=name == EXACT)


def _united(name: str, sources: Sequence[Source]) -> tuple[list[bytes], list[Array]]:
    """The strings of all dictionaries, sorted, and the places of each one's among them.

    One source's strings are held at a time: a long build merges dozens.
    """
    known: set[bytes] = set()
    for source in sources:
        known.update(dictionary(source.file, name))
        source.file.release()
    strings = sorted(known)
    place = {string: n for n, string in enumerate(strings)}
    maps = []
    for source in sources:
        found = dictionary(source.file, name)
        maps.append(np.fromiter(map(place.__getitem__, found), np.int32, len(found)))
        source.file.release()
    return strings, maps


def _used(source: Source, fields: Sequence[str]) -> Array:
    """Which terms a live document has."""
    used = np.zeros(source.file.count(f"{fields[0]}.starts") - 1, bool)
    for field in fields:
        starts = source.file[f"{field}.starts"].astype(np.int64)
        for first, last in _cut(starts[1:]):
            inside = starts[first : last + 1]
            owners = source.file.part(f"{field}.documents", int(inside[0]), int(inside[-1]))
            alive = np.concatenate([np.zeros(1, np.int64), np.cumsum(source.live[owners])])
            ends = alive[inside - inside[0]]
            used[first:last] |= ends[1:] > ends[:-1]
    source.file.release()
    return used


def _merge_field(
    file: ArrayWriter,
    field: str,
    count: int,
    sources: Sequence[tuple[Source, Array]],
    *,
    exact: bool,
) -> None:
    names = ("documents", "frequencies", "places")[: 3 if exact else 2]
    streams = {name: _stream(file, f"{field}.{name}", sources) for name in names}
    starts, place_starts = [np.zeros(1, np.int64)], [np.zeros(1, np.int64)]
    for first, last in _ranges(field, count, sources):
        woven, held = _weave(field, first, last, sources, streams)
        starts.append(starts[-1][-1] + np.cumsum(woven))
        place_starts.append(place_starts[-1][-1] + np.cumsum(held))
    write_starts(file, f"{field}.starts", np.concatenate(starts))
    if exact:
        write_starts(file, f"{field}.place_starts", np.concatenate(place_starts))


def _stream(file: ArrayWriter, name: str, sources: Sequence[tuple[Source, Array]]) -> Stream:
    """Room for the arrays of all sources together, in the widest of their types."""
    files = [source.file for source, _ in sources]
    kind = np.result_type(*(f.dtype(name) for f in files))
    return file.reserve(name, kind, sum(f.count(name) for f in files))


def _ranges(
    field: str, count: int, sources: Sequence[tuple[Source, Array]]
) -> Iterator[tuple[int, int]]:
    """Ranges of terms with so many postings, at least one term each."""
    sizes = np.zeros(count + 1, np.int64)
    for source, places in sources:
        np.add.at(sizes, places, np.diff(source.file[f"{field}.starts"].astype(np.int64)))
    return _cut(np.cumsum(sizes[:count]))


def _cut(ends: Array) -> Iterator[tuple[int, int]]:
    """Ranges of lists that end there in a row, cut so that each range is short."""
    first = 0
    while first < len(ends):
        before = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + _WOVEN)))
        yield first, min(last, len(ends))
        first = min(last, len(ends))


def _weave(
    field: str,
    first: int,
    last: int,
    sources: Sequence[tuple[Source, Array]],
    streams: dict[str, Stream],
) -> tuple[Array, Array]:
    """Write the postings of some terms; how many postings and positions each has."""
    parts = [_part(field, first, last, *source, places="places" in streams) for source in sources]
    terms, documents, frequencies, places = (_joined(column) for column in zip(*parts, strict=True))
    rows = np.arange(len(terms))
    terms, documents, rows = sorted_rows(terms, documents, rows)
    streams["documents"].append(documents)
    if "places" in streams:
        streams["places"].append(_gathered(places, frequencies, rows))
    frequencies = frequencies[rows]
    streams["frequencies"].append(frequencies)
    count = last - first
    return np.bincount(terms, minlength=count), np.bincount(
        terms, frequencies, minlength=count
    ).astype(np.int64)


def _part(
    field: str, first: int, last: int, source: Source, maps: Array, *, places: bool
) -> tuple[Array, Array, Array, Array]:
    """A source's live postings of some terms: term, new document, frequency, positions."""
    file = source.file
    low, high = np.searchsorted(maps, (first, last))
    starts: Array = file.part(f"{field}.starts", low, high + 1).astype(np.int64)
    lengths = starts[1:] - starts[:-1]
    terms = np.repeat(maps[low:high] - first, lengths)
    inside = int(starts[0]), int(starts[-1])
    documents = source.numbers[file.part(f"{field}.documents", *inside)]
    frequencies = file.part(f"{field}.frequencies", *inside).astype(np.int64)
    found = np.zeros(0, np.int64)
    if places:
        held = file.part(f"{field}.place_starts", low, high + 1)
        found = file.part(f"{field}.places", int(held[0]), int(held[-1]))
    kept = documents >= 0
    if not kept.all():
        if places:
            found = found[np.repeat(kept, frequencies)]
        terms, documents, frequencies = terms[kept], documents[kept], frequencies[kept]
    file.release()
    return terms, documents, frequencies, found


def _gathered(values: Array, lengths: Array, rows: Array) -> Array:
    """Lists that stand in a row, in another order."""
    before = np.cumsum(lengths) - lengths
    chosen = lengths[rows]
    shift = before[rows] - (np.cumsum(chosen) - chosen)
    gathered: Array = values[np.repeat(shift, chosen) + np.arange(len(values))]
    return gathered


def _merge_facet(file: ArrayWriter, facet: str, sources: Sequence[Source], count: int) -> None:
    strings, maps = _united(facet, sources)
    documents, values = [], []
    for source, places in zip(sources, maps, strict=True):
        owners, numbers = _entries(source, facet)
        values.append(places[source.file[f"{facet}.places"]][numbers])
        documents.append(owners)
        source.file.release()
    flat = _joined(values)
    used = np.bincount(flat, minlength=len(strings)) > 0
    flat = (np.cumsum(used) - used)[flat]
    in_use = [strings[n] for n in np.flatnonzero(used)]
    write_facet(file, facet, in_use, _joined(documents), flat, count)


def _entries(source: Source, facet: str) -> tuple[Array, Array]:
    """The new number of a live document and one of its values, for each of them."""
    starts = source.file[f"{facet}.starts"].astype(np.int64)
    owners = np.repeat(source.numbers, starts[1:] - starts[:-1])
    kept = owners >= 0
    return owners[kept], source.file[f"{facet}.values"][kept]


def _merge_stored(file: ArrayWriter, sources: Sequence[Source], order: Array) -> None:
    """Copy the shelves, or make new ones where most is gone or they are too small."""
    parts = [_copied(s) if _worth_keeping(s) else _anew(s) for s in sources]
    documents = file.reserve("stored.documents", np.uint8, sum(int(p.offsets[-1]) for p in parts))
    offsets, slots, shelves, samples = [np.zeros(1, np.int64)], [], [], b""
    for part in parts:
        first, begun = sum(map(len, offsets)) - 1, len(samples)
        slots.append(first + part.slots)
        offsets.append(offsets[-1][-1] + part.offsets[1:].astype(np.int64))
        shelves += [[first + a, begun + b, begun + c] for a, b, c in part.shelves]
        samples += part.samples
        for data in part.data:
            documents.append(data)
    file.add("stored.samples", np.frombuffer(samples, np.uint8))
    write_starts(file, "stored.offsets", _joined(offsets))
    file.add("stored.slot", _joined(slots).astype(np.int32)[order])
    file.facts["shelves"] = shelves


@dataclass
class _Stored:
    """The shelves of a source, and the slots of its live documents."""

    data: Iterable[Array | bytes]
    offsets: Array
    slots: Array
    shelves: Shelves
    samples: bytes


def _worth_keeping(source: Source) -> bool:
    """Whether most documents of the shelves are alive, and they are many."""
    alive, kept = int(source.live.sum()), source.file.count("stored.offsets") - 1
    shelves = len(source.file.facts["shelves"])
    return alive >= _ALIVE_SHARE * kept and (shelves == 1 or alive >= _SHELF * shelves)


def _copied(source: Source) -> _Stored:
    file = source.file
    samples = file["stored.samples"].tobytes()
    slots = file["stored.slot"][source.live]
    return _Stored(_pieces(file), file["stored.offsets"], slots, file.facts["shelves"], samples)


def _pieces(file: ArrayFile) -> Iterator[Array]:
    size = file.count("stored.documents")
    for start in range(0, size, _COPIED):
        yield file.part("stored.documents", start, min(start + _COPIED, size))
        file.release()


def _anew(source: Source) -> _Stored:
    """The live documents on a shelf of their own."""
    shelf = Shelf()
    slots = source.file["stored.slot"][source.live]
    for slot in np.sort(slots).tolist():
        shelf.add(read_slot(source.file, slot))
    shelf.close()
    sample = shelf.sample or b""
    new = inverse(np.argsort(slots))
    return _Stored(shelf.data, shelf.offsets(), new, [[0, 0, len(sample)]], sample)
