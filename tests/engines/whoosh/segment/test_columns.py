"""Columns: facet values by document, joined segments, ranks."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.reader.snapshots import Snapshots
from searchapp.engines.whoosh.segment.columns import Columns
from searchapp.model import IndexedDocument
from tests.engines.documents import LAW, commit, document

VALUES = st.lists(st.sampled_from("abcdé\ud800"), max_size=3, unique=True)
IDS = st.text(st.sampled_from("abé\udc80\U0001f600"), max_size=3)
DOCUMENTS = st.builds(
    document,
    IDS,
    day=st.sampled_from(("2020-01-01", "2020-01-02", "0001-01-01")) | st.none(),
    certain=st.booleans(),
    person=VALUES,
)
FEW = settings(LAW, max_examples=25)
SEGMENTS = st.lists(st.lists(DOCUMENTS, max_size=9), min_size=1, max_size=4)


@contextmanager
def columns_of(
    segments: list[list[IndexedDocument]],
) -> Iterator[tuple[Columns, list[IndexedDocument]]]:
    """Columns, and the documents by ordinal, deleted ones included."""
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        for documents in segments:
            commit(engine, documents)
        snapshot = Snapshots(Path(folder)).newest()
        held = [snapshot.document(n) for n in range(snapshot.columns.doc_count)]
        yield snapshot.columns, held


@given(SEGMENTS, st.data())
@FEW
def test_joined_segments_count_as_one(
    segments: list[list[IndexedDocument]], data: st.DataObject
) -> None:
    with columns_of(segments) as (columns, documents):
        size = len(documents)
        hits = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), bool)
        values = [d.values("person") for d in documents]
        column = columns.facets["person"]
        expected = Counter(v for d, hit in zip(values, hits, strict=True) if hit for v in d)
        chosen = np.flatnonzero(hits).astype(np.int32)
        for counts in (column.count_by_ord(chosen), column.count_by_ord_masked(hits)):
            found = zip(map(column.value, range(len(counts))), counts.tolist(), strict=True)
            assert {v: n for v, n in found if n} == expected
        assert Counter(map(column.value, column.ords_of_few(chosen))) == expected


@given(SEGMENTS, st.lists(st.sampled_from("abz"), max_size=2))
@FEW
def test_having_is_any_of_the_values(
    segments: list[list[IndexedDocument]], values: list[str]
) -> None:
    with columns_of(segments) as (columns, documents):
        column = columns.facets["person"]
        found = column.docs_with_any([n for n in map(column.ord_of, values) if n >= 0])
        assert list(found) == [any(v in d.values("person") for v in values) for d in documents]


@given(SEGMENTS)
@FEW
def test_values_are_numbered_by_falling_frequency(segments: list[list[IndexedDocument]]) -> None:
    with columns_of(segments) as (columns, documents):
        column = columns.facets["person"]
        counted = Counter(v for d in documents for v in d.values("person"))
        expected = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        assert list(zip(column.texts, column.frequency.tolist(), strict=True)) == expected
        for value, _ in expected:
            assert column.value(column.ord_of(value)) == value


@given(SEGMENTS)
@FEW
def test_ids_are_those_of_the_documents(segments: list[list[IndexedDocument]]) -> None:
    with columns_of(segments) as (columns, documents):
        assert [columns.id(n) for n in range(columns.doc_count)] == [d.id for d in documents]


@given(SEGMENTS, st.booleans(), st.booleans())
@FEW
def test_ranks_are_by_date_undated_last_then_by_id(
    segments: list[list[IndexedDocument]],
    newest: bool,  # noqa: FBT001 - generated
    uncertain: bool,  # noqa: FBT001 - generated
) -> None:
    with columns_of(segments) as (columns, documents):

        def key(number: int) -> tuple[bool, int, str]:
            found = documents[number].article.published
            shown = found and (uncertain or found.confidence == "high")
            day = found.day.toordinal() if found and shown else 0
            return not day, -day if newest else day, documents[number].id

        ranks = columns.date_ranks(newest=newest, uncertain=uncertain)
        assert sorted(range(len(documents)), key=ranks.__getitem__) == sorted(
            range(len(documents)), key=key
        )
