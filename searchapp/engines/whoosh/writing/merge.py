"""Merges segments into one, array by array.

Documents are numbered by date anew. A segment's documents stay in the same order
among themselves, so every list of postings stays ascending and only has to be merged
into the others: terms are taken a range at a time, and one sort merges the range.
"""

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
    inverse_permutation,
    write_documents,
)
from searchapp.engines.whoosh.segment.name_index import NAMES, NameIndex
from searchapp.engines.whoosh.segment.types import Array
from searchapp.engines.whoosh.writing.merge_docstore import merge_docstore
from searchapp.engines.whoosh.writing.merge_facets import merge_facet
from searchapp.engines.whoosh.writing.merge_postings import PostingsMerger
from searchapp.engines.whoosh.writing.merge_source import MergeSource, live_counts
from searchapp.engines.whoosh.writing.merge_termdict import merge_dictionaries
from searchapp.model import FACET_FIELDS


def merge(files: Sequence[tuple[ArrayFile, Array]], path: Path) -> int:
    """Write one segment of the live docs of several, each with a mask of them; how many they are.

    Raises Damaged.
    """
    sources = [MergeSource(f, live, np.full(len(live), -1, np.int32)) for f, live in files]
    count = int(sum(s.live_docs.sum() for s in sources))
    with ArrayWriter(path, documents=count) as file:
        order = _number_documents(file, sources)
        for name, fields in DICTIONARIES.items():
            _merge_terms(file, name, fields, sources)
        values = {facet: merge_facet(file, facet, sources, count) for facet in FACET_FIELDS}
        NameIndex.build((facet, *values[facet]) for facet in NAMES).write(file)
        merge_docstore(file, sources, order)
    return count


def _number_documents(file: ArrayWriter, sources: Sequence[MergeSource]) -> Array:
    """Number the documents anew; their order, as indices of all live ones in a row."""
    used = [s.live_docs[s.file["ids.documents"]] for s in sources]
    ids, maps = merge_dictionaries("ids", sources, used)
    id_ranks = np.concatenate(
        [
            new_ords[s.file["ids.places"][s.live_docs]]
            for s, new_ords in zip(sources, maps, strict=True)
        ]
    )
    columns = {
        name: np.concatenate([s.file[name][s.live_docs] for s in sources])
        for name in ("day", "certain", *(f"{field}.length" for field in FIELDS))
    }
    order = date_order(columns["day"], columns["certain"], id_ranks)
    new_docs = inverse_permutation(order)
    for source, part in zip(sources, _split(new_docs, sources), strict=True):
        source.new_docs[source.live_docs] = part
    in_order = {name: values[order] for name, values in columns.items()}
    add_dictionary(file, "ids", *ids)
    write_documents(file, inverse_permutation(id_ranks[order]), in_order)
    return order


def _split(values: Array, sources: Sequence[MergeSource]) -> list[Array]:
    """Values of all live docs in a row, by source."""
    ends = np.cumsum([int(s.live_docs.sum()) for s in sources])
    return np.split(values, ends[:-1])


def _merge_terms(
    file: ArrayWriter, name: str, fields: Sequence[str], sources: Sequence[MergeSource]
) -> None:
    """A dictionary of the terms still in use, and the postings of its fields."""
    used = [_terms_in_use(source, fields) for source in sources]
    terms, maps = merge_dictionaries(name, sources, used)
    add_dictionary(file, name, *terms)
    for field in fields:
        PostingsMerger(file, field, sources, maps, exact=name == EXACT).write(len(terms[1]) - 1)


def _terms_in_use(source: MergeSource, fields: Sequence[str]) -> Array:
    """Which terms a live doc has, as a mask by ord."""
    if source.live_docs.all():
        return np.ones(source.file.count(f"{fields[0]}.starts") - 1, bool)
    counts = [live_counts(source, f"{field}.starts", f"{field}.documents") for field in fields]
    used: Array = np.logical_or.reduce([count > 0 for count in counts])
    return used
