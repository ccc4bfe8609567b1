"""Which arrays a segment's file has, and how each is made of sorted rows.

A doc is a document's number in its segment, by falling date (those without a certain one
last), then id. Names on disk are older than the code's: there a position is a `place`.

    day, certain, title.length, text.length      one value a doc: int32, bool, uint16 or int32
    ids.strings ids.offsets                      a dictionary of their ids
    ids.documents ids.places                     int32: from its ords to docs, and back
    stored.*                                     see `docstore`

A dictionary is `NAME.strings`, bytes one after the other, and `NAME.offsets`. One of terms
serves two fields: `exact` title and text, `stems` title_stems and text_stems. Of a field, by
the ord `t` of a term:

    FIELD.starts          its postings are those from starts[t] to starts[t + 1]
    FIELD.documents       docs, int32, ascending for each term
    FIELD.frequencies     how often the doc has the term, in the narrowest unsigned type
    FIELD.places          exact fields only: the positions of all postings in a row, uint16 or
    FIELD.place_starts    uint32, those of a term from place_starts[t] to place_starts[t + 1]

Of a facet, a value's ord is its number by falling frequency, then code point:

    FACET.strings FACET.offsets    a dictionary of its values, in code point order
    FACET.places FACET.ordinals    int32: from ords to the dictionary's, and back
    FACET.starts FACET.values      each doc's ords, ascending: uint16 or int32
    FACET.value_starts FACET.documents     each ord's docs, ascending: int32

Of the words of names, that `name_index` looks up, the ords of dictionaries being words and keys:

    names.strings names.offsets                a dictionary of the words
    name_keys.strings name_keys.offsets        a dictionary of their `spelling_key`s
    names.letters name_keys.letters            the letters of each as bits, see `vocabulary`: uint64
    names.heads name_keys.heads                the same of their beginnings
    name_keys.starts name_keys.words           each key's words, ascending: int32
    FACET.word_starts FACET.word_ordinals      each word's values' ords, ascending: int32

Offsets and starts are uint32, or int64 from 2**32 on.
"""

from collections.abc import Sequence

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.whoosh.segment.array_file import ArrayWriter, narrowest
from searchapp.engines.whoosh.segment.schema import STEMS
from searchapp.engines.whoosh.segment.termdict import encode_dictionary
from searchapp.engines.whoosh.segment.types import Array

EXACT, STEM = "exact", "stems"
DICTIONARIES = {EXACT: FIELDS, STEM: tuple(STEMS.values())}
DICTIONARY_OF = {field: name for name, fields in DICTIONARIES.items() for field in fields}
EXTENSION = ".arrays"
UNDATED = 0
_PACKED_BITS = 63


def sort_rows(*columns: Array) -> list[Array]:
    """Columns of non-negative integers, each of its dtype, with their rows in ascending order."""
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
    """Where each number from 0 to `count` begins among ascending ones: int64."""
    return np.searchsorted(sorted_numbers, np.arange(count + 1)).astype(np.int64)


def date_order(day: Array, certain: Array, id_ranks: Array) -> Array:
    """The order of docs by falling date, those without a certain one last, then by id.

    `day` int32, `certain` bool and the ranks of their ids, by doc; int64 indices.
    """
    shown = np.where(certain, day, UNDATED)
    return np.lexsort((id_ranks, -shown, shown == UNDATED))


def inverse_permutation(order: Array) -> Array:
    """The inverse of a permutation: int32."""
    inverse = np.empty(len(order), np.int32)
    inverse[order] = np.arange(len(order), dtype=np.int32)
    return inverse


def add_dictionary(file: ArrayWriter, name: str, data: Array, offsets: Array) -> None:
    """A dictionary from its two arrays, see `termdict.encode_dictionary`."""
    file.add(f"{name}.strings", data)
    file.add(f"{name}.offsets", offsets)


def write_starts(file: ArrayWriter, name: str, starts: Array) -> None:
    """Where lists begin, ascending, and the last ends; in the smaller type if it does."""
    most = int(starts[-1]) if len(starts) else 0
    file.add(name, starts.astype(np.uint32 if most < 2**32 else np.int64))


def write_documents(file: ArrayWriter, order: Array, columns: dict[str, Array]) -> None:
    """The doc of each id in ascending order, and the columns by doc."""
    file.add("ids.documents", order.astype(np.int32))
    file.add("ids.places", inverse_permutation(order))
    for name, values in columns.items():
        file.add(name, values)


def write_postings(
    file: ArrayWriter, field: str, count: int, terms: Array, docs: Array, frequencies: Array
) -> None:
    """A field's postings, rows sorted by term ord and doc, of `count` terms."""
    write_starts(file, f"{field}.starts", starts_of(terms, count))
    file.add(f"{field}.documents", docs.astype(np.int32))
    most = frequencies.max() if len(frequencies) else 0
    file.add(f"{field}.frequencies", frequencies.astype(narrowest(most)))


def write_positions(
    file: ArrayWriter, field: str, count: int, terms: Array, positions: Array
) -> None:
    """A field's positions, rows sorted by term ord, doc and position."""
    write_starts(file, f"{field}.place_starts", starts_of(terms, count))
    most = positions.max() if len(positions) else 0
    file.add(f"{field}.places", positions.astype(np.uint16 if most < 2**16 else np.uint32))


def write_facet(
    file: ArrayWriter,
    facet: str,
    strings: Sequence[bytes],
    docs: Array,
    values: Array,
    count: int,
) -> Array:
    """A facet of `count` docs; the ords of its values (int32).

    `strings` are its values in ascending order, each in use; `docs` and `values`
    are pairs of a doc and the index in `strings` of one of its values.
    """
    frequency = np.bincount(values, minlength=len(strings))
    ords = write_values(file, facet, encode_dictionary(strings), frequency)
    dtype = ord_dtype(len(strings))
    by_doc, doc_values = sort_rows(docs, ords[values])
    write_starts(file, f"{facet}.starts", starts_of(by_doc, count))
    file.add(f"{facet}.values", doc_values.astype(dtype))
    by_value, value_docs = sort_rows(ords[values], docs)
    starts = starts_of(by_value, len(strings))
    write_starts(file, f"{facet}.value_starts", starts)
    file.add(f"{facet}.documents", value_docs.astype(np.int32))
    return ords


def write_values(
    file: ArrayWriter, facet: str, strings: tuple[Array, Array], frequency: Array
) -> Array:
    """A facet's values, a dictionary's two arrays, with how many docs have each; their ords.

    `frequency` and the result (int32) are by index in the dictionary.
    """
    dict_ords = np.argsort(-frequency, kind="stable").astype(np.int32)
    ords = inverse_permutation(dict_ords)
    add_dictionary(file, facet, *strings)
    file.add(f"{facet}.places", dict_ords)
    file.add(f"{facet}.ordinals", ords)
    return ords


def ord_dtype(values: int) -> type[np.uint16 | np.int32]:
    """The type for the ords of so many values."""
    return np.uint16 if values <= 2**16 else np.int32


def bitset_words(count: int) -> int:
    """How many 64-bit words hold a bit for each of `count` docs."""
    return -(-count // 64)


def to_bitset(docs: Array, count: int, mask: Array | None = None) -> Array:
    """Docs of `count` as uint64 bits; `mask` has them by doc, where it is there already."""
    padded = np.zeros(bitset_words(count) * 64, bool)
    if mask is None:
        padded[docs] = True
    else:
        padded[:count] = mask
    return np.packbits(padded, bitorder="little").view(np.uint64)
