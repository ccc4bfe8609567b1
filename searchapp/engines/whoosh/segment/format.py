"""Which arrays a segment's file has, and how each is made of sorted rows.

Of `n` documents, numbered by falling date (those without a certain one last), then id:

    day, certain, title.length, text.length      one value a document
    ids.strings ids.offsets                      a dictionary of their ids
    ids.documents ids.places                     from its places to documents, and back
    stored.*                                     see `stored`

A dictionary of terms serves two fields: `exact` title and text, `stems` title_stems
and text_stems. Of a field, by place `t` of a term:

    FIELD.starts          its postings are those from starts[t] to starts[t + 1]
    FIELD.documents       ascending for each term
    FIELD.frequencies     how often the document has the term
    FIELD.places          exact fields only: the positions of all postings in a row, those
    FIELD.place_starts    of a term from place_starts[t] to place_starts[t + 1]

Of a facet, whose values are numbered by falling frequency, then code point:

    FACET.strings FACET.offsets    a dictionary of its values
    FACET.places FACET.ordinals    from numbers to its places, and back
    FACET.starts FACET.values      each document's numbers, ascending
    FACET.value_starts FACET.documents     each number's documents, ascending
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.whoosh.segment.array_file import ArrayWriter, narrowest
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.engines.whoosh.segment.termdict import joined
from searchapp.engines.whoosh.segment.types import Array

EXACT, STEM = "exact", "stems"
DICTIONARIES = {EXACT: FIELDS, STEM: tuple(STEMS.values())}
DICTIONARY_OF = {field: name for name, fields in DICTIONARIES.items() for field in fields}
EXTENSION = ".arrays"
UNDATED = 0
_PACKED_BITS = 63


def sorted_rows(*columns: Array) -> list[Array]:
    """Columns of non-negative numbers, with their rows in ascending order."""
    widths = [int(c.max()).bit_length() if len(c) else 0 for c in columns]
    if sum(widths) > _PACKED_BITS:
        order = np.lexsort(columns[::-1])
        return [c[order] for c in columns]
    # One sort of 64-bit numbers takes a tenth of the time of a sort by key.
    packed = np.zeros(len(columns[0]), np.int64)
    for column, width in zip(columns, widths, strict=True):
        packed <<= width
        packed |= column
    packed.sort()
    unpacked = []
    for column, width in zip(columns[::-1], widths[::-1], strict=True):
        unpacked.append((packed & ((1 << width) - 1)).astype(column.dtype))
        packed >>= width
    return unpacked[::-1]


def starts_of(sorted_numbers: Array, count: int) -> Array:
    """Where each number from 0 to `count` begins among ascending ones."""
    return np.searchsorted(sorted_numbers, np.arange(count + 1)).astype(np.int64)


def date_order(day: Array, certain: Array, id_places: Array) -> Array:
    """Documents by falling date, those without a certain one last, then by id."""
    shown = np.where(certain, day, UNDATED)
    return np.lexsort((id_places, -shown, shown == UNDATED))


def inverse(order: Array) -> Array:
    """The inverse of a permutation."""
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def write_dictionary(file: ArrayWriter, name: str, strings: Sequence[bytes]) -> None:
    """A dictionary of strings in ascending order."""
    add_dictionary(file, name, *joined(strings))


def add_dictionary(file: ArrayWriter, name: str, data: Array, offsets: Array) -> None:
    """A dictionary from its two arrays."""
    file.add(f"{name}.strings", data)
    file.add(f"{name}.offsets", offsets)


def write_starts(file: ArrayWriter, name: str, starts: Array) -> None:
    """Where lists begin, in the smaller type if it does."""
    most = int(starts[-1]) if len(starts) else 0
    file.add(name, starts.astype(np.uint32 if most < 2**32 else np.int64))


def write_documents(file: ArrayWriter, order: Array, columns: dict[str, Array]) -> None:
    """The document of each id in ascending order, and the columns by document."""
    file.add("ids.documents", order.astype(np.int32))
    file.add("ids.places", inverse(order))
    for name, values in columns.items():
        file.add(name, values)


def write_postings(
    file: ArrayWriter, field: str, count: int, terms: Array, documents: Array, frequencies: Array
) -> None:
    """A field's postings, sorted by term and document, of `count` terms."""
    write_starts(file, f"{field}.starts", starts_of(terms, count))
    file.add(f"{field}.documents", documents.astype(np.int32))
    most = frequencies.max() if len(frequencies) else 0
    file.add(f"{field}.frequencies", frequencies.astype(narrowest(most)))


def write_places(file: ArrayWriter, field: str, count: int, terms: Array, places: Array) -> None:
    """A field's positions, sorted by term, document and position."""
    write_starts(file, f"{field}.place_starts", starts_of(terms, count))
    most = places.max() if len(places) else 0
    file.add(f"{field}.places", places.astype(np.uint16 if most < 2**16 else np.uint32))


def write_facet(
    file: ArrayWriter,
    facet: str,
    strings: Sequence[bytes],
    documents: Array,
    values: Array,
    count: int,
) -> None:
    """A facet of `count` documents.

    `strings` are its values in ascending order, each in use; `documents` and `values`
    are pairs of a document and the place of one of its values.
    """
    frequency = np.bincount(values, minlength=len(strings))
    ordinals = write_values(file, facet, joined(strings), frequency)
    kind = facet_kind(len(strings))
    by_document, numbers = sorted_rows(documents, ordinals[values])
    write_starts(file, f"{facet}.starts", starts_of(by_document, count))
    file.add(f"{facet}.values", numbers.astype(kind))
    by_value, having = sorted_rows(ordinals[values], documents)
    starts = starts_of(by_value, len(strings))
    write_starts(file, f"{facet}.value_starts", starts)
    file.add(f"{facet}.documents", having.astype(np.int32))


def write_values(
    file: ArrayWriter, facet: str, strings: tuple[Array, Array], frequency: Array
) -> Array:
    """A facet's values in ascending order, a dictionary's two arrays; the number of each."""
    places = np.argsort(-frequency, kind="stable").astype(np.int32)
    ordinals = inverse(places)
    add_dictionary(file, facet, *strings)
    file.add(f"{facet}.places", places)
    file.add(f"{facet}.ordinals", ordinals)
    return ordinals


def facet_kind(values: int) -> type[np.uint16 | np.int32]:
    """The type for the numbers of so many values."""
    return np.uint16 if values <= 2**16 else np.int32


def words_of_bits(count: int) -> int:
    """How many 64-bit words hold a bit for each document."""
    return -(-count // 64)


def as_bits(documents: Array, count: int, chosen: Array | None = None) -> Array:
    """Documents as a row of bits; `chosen` is their mask, where it is there already."""
    mask = np.zeros(words_of_bits(count) * 64, bool)
    if chosen is None:
        mask[documents] = True
    else:
        mask[:count] = chosen
    return np.packbits(mask, bitorder="little").view(np.uint64)
