"""Columns: facet values by document, joined segments, ranks."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.whoosh.columns import Columns, FacetColumn
from searchapp.engines.whoosh.records import Record, read_records
from tests.engines.documents import LAW

VALUES = st.lists(st.sampled_from("abcdé\ud800"), max_size=3, unique=True)
SEGMENTS = st.lists(st.lists(VALUES, max_size=12), max_size=4)
RECORDS = st.builds(
    Record,
    st.text(st.sampled_from("abé\udc80\U0001f600"), max_size=3),
    st.integers(1, 3652059) | st.none(),
    st.booleans(),
    st.lists(st.integers(0, 500), min_size=2, max_size=2),
    st.lists(VALUES, min_size=6, max_size=6),
)


@given(SEGMENTS, st.data())
@LAW
def test_joined_segments_count_as_one(segments: list[list[list[str]]], data: st.DataObject) -> None:
    documents = [values for segment in segments for values in segment]
    column = FacetColumn.join([FacetColumn.of(segment) for segment in segments])
    whole = FacetColumn.of(documents)
    assert column.values == whole.values
    chosen = data.draw(
        st.lists(st.booleans(), min_size=len(documents), max_size=len(documents))
        | st.just([n == len(documents) - 1 for n in range(len(documents))])
    )
    hits = np.array(chosen, bool)
    expected = Counter(v for d, hit in zip(documents, chosen, strict=True) if hit for v in d)
    for made in (column, whole):
        counts = made.counts(hits)
        assert {v: int(counts[made.ordinal(v)]) for v in expected} == expected
        assert counts.sum() == expected.total()
        assert made.missing(hits) == sum(
            hit and not d for d, hit in zip(documents, chosen, strict=True)
        )


@given(SEGMENTS.filter(any), st.lists(st.sampled_from("abz"), max_size=2))
@LAW
def test_having_is_any_of_the_values(segments: list[list[list[str]]], values: list[str]) -> None:
    column = FacetColumn.join([FacetColumn.of(segment) for segment in segments])
    found = column.having([n for n in map(column.ordinal, values) if n >= 0])
    documents = [d for segment in segments for d in segment]
    assert list(found) == [any(v in d for v in values) for d in documents]


@given(st.lists(RECORDS, max_size=8))
@LAW
def test_records_come_back_as_they_were(records: list[Record]) -> None:
    assert read_records([r.to_bytes() for r in records]) == records


@given(st.lists(RECORDS, max_size=10, unique_by=lambda r: r.id), st.booleans(), st.booleans())
@LAW
def test_ranks_are_by_date_undated_last_then_by_id(
    records: list[Record],
    newest: bool,  # noqa: FBT001 - generated
    uncertain: bool,  # noqa: FBT001 - generated
) -> None:
    def key(record: Record) -> tuple[bool, int, str]:
        day = record.day if record.day and (uncertain or record.certain) else 0
        return not day, -day if newest else day, record.id

    columns = Columns.of(records)
    ranks = columns.rank(newest=newest, uncertain=uncertain)
    ranked = sorted(range(len(records)), key=ranks.__getitem__)
    assert ranked == sorted(range(len(records)), key=lambda n: key(records[n]))
