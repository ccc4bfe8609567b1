"""Merges segments into one, array by array.

Documents take their places by date anew. A segment's documents stay in the same order
among themselves, so every list of postings stays ascending and only has to be woven
into the others: terms are taken a range at a time, and one sort weaves the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from searchapp.engines.analysis.fields import FIELDS
from searchapp.engines.whoosh.segment.array_file import ArrayFile, ArrayWriter
from searchapp.engines.whoosh.segment.format import (
    DICTIONARIES,
    EXACT,
    add_dictionary,
    date_order,
    inverse,
    write_documents,
)
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_docstore import merge_stored
from searchapp.engines.whoosh.writing.merge_facets import merge_facet
from searchapp.engines.whoosh.writing.merge_postings import Weaving
from searchapp.engines.whoosh.writing.merge_source import Source, alive
from searchapp.engines.whoosh.writing.merge_termdict import united
from searchapp.model import FACET_FIELDS


def merge(files: Sequence[tuple[ArrayFile, Array]], path: Path) -> int:
    """Write one segment of the live documents of several; how many they are."""
    sources = [Source(f, live, np.full(len(live), -1, np.int32)) for f, live in files]
    count = int(sum(s.live.sum() for s in sources))
    with ArrayWriter(path, documents=count) as file:
        order = _merge_documents(file, sources)
        for name, fields in DICTIONARIES.items():
            _merge_terms(file, name, fields, sources)
        for facet in FACET_FIELDS:
            merge_facet(file, facet, sources, count)
        merge_stored(file, sources, order)
    return count


def _merge_documents(file: ArrayWriter, sources: Sequence[Source]) -> Array:
    """Number the documents anew; their order, as places among all live ones in a row."""
    used = [s.live[s.file["ids.documents"]] for s in sources]
    ids, maps = united("ids", sources, used)
    id_places = np.concatenate(
        [places[s.file["ids.places"][s.live]] for s, places in zip(sources, maps, strict=True)]
    )
    columns = {
        name: np.concatenate([s.file[name][s.live] for s in sources])
        for name in ("day", "certain", *(f"{field}.length" for field in FIELDS))
    }
    order = date_order(columns["day"], columns["certain"], id_places)
    numbers = inverse(order)
    for source, part in zip(sources, _split(numbers, sources), strict=True):
        source.numbers[source.live] = part
    in_order = {name: values[order] for name, values in columns.items()}
    add_dictionary(file, "ids", *ids)
    write_documents(file, inverse(id_places[order]), in_order)
    return order


def _split(values: Array, sources: Sequence[Source]) -> list[Array]:
    """Values of all live documents in a row, by source."""
    ends = np.cumsum([int(s.live.sum()) for s in sources])
    return np.split(values, ends[:-1])


def _merge_terms(
    file: ArrayWriter, name: str, fields: Sequence[str], sources: Sequence[Source]
) -> None:
    """A dictionary of the terms still in use, and the postings of its fields."""
    used = [_used(source, fields) for source in sources]
    terms, maps = united(name, sources, used)
    add_dictionary(file, name, *terms)
    for field in fields:
        Weaving(file, field, sources, maps, exact=name == EXACT).weave(len(terms[1]) - 1)


def _used(source: Source, fields: Sequence[str]) -> Array:
    """Which terms a live document has."""
    if source.live.all():
        return np.ones(source.file.count(f"{fields[0]}.starts") - 1, bool)
    counts = [alive(source, f"{field}.starts", f"{field}.documents") for field in fields]
    used: Array = np.logical_or.reduce([count > 0 for count in counts])
    return used
