"""Counting facet values and periods, against loops over documents."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.engines.base import FieldFilter, Interval
from searchapp.engines.whoosh.collect import facet_counts
from searchapp.engines.whoosh.collect.date_histogram import count_periods
from searchapp.engines.whoosh.query.docset import ScoredDocs
from tests.engines.documents import LAW, document
from tests.engines.whoosh.segment.test_columns import columns_of

DAYS = ("2020-01-01", "2020-01-31", "2020-02-01", "2021-01-01", None)
# Enough values and documents for every way of counting to be taken.
VALUES = st.lists(st.integers(0, 40).map(lambda n: f"n{n * n // 30}"), max_size=4, unique=True)
DOCUMENTS = st.builds(
    lambda values, day, certain: (values, day, certain),
    VALUES,
    st.sampled_from(DAYS),
    st.booleans(),
)
SEGMENTS = st.lists(st.lists(DOCUMENTS, max_size=60), min_size=1, max_size=3)


@given(
    SEGMENTS,
    st.integers(0, 12),
    st.integers(0, 100),
    st.tuples(*map(st.sampled_from, ((0.0, 0.17, 2.0), (0, 24, 200), (0, 64)))),
    st.randoms(use_true_random=False),
)
@settings(LAW, max_examples=40)
def test_counts_are_those_of_the_hits(
    segments: list[list[tuple[list[str], str | None, bool]]],
    limit: int,
    share: int,
    ways: tuple[float, int, int],
    random: object,
) -> None:
    patch = pytest.MonkeyPatch()
    for name, value in zip(("_FEW", "_HANDFUL", "_SPARSE"), ways, strict=True):
        patch.setattr(facet_counts, name, value)
    made = [
        [
            document(f"{s}-{n}", day=day, certain=certain, person=values)
            for n, (values, day, certain) in enumerate(rows)
        ]
        for s, rows in enumerate(segments)
    ]
    with columns_of(made) as (columns, documents):
        chosen = [n for n in range(len(documents)) if random.randrange(100) < share]  # type: ignore[attr-defined]
        hits = ScoredDocs(np.array(chosen, np.int32), None, len(documents))
        column = columns.facets["person"]
        found = facet_counts.count_values(
            "person", column, hits, limit, FieldFilter(any=("n0", "x"))
        )
        counted = Counter(v for n in chosen for v in documents[n].values("person"))
        expected = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        rows = [(v.value, v.count) for v in found.values]
        assert set(rows) == {*expected[:limit], ("n0", counted["n0"]), ("x", 0)}
        assert rows == sorted(rows, key=lambda row: (-row[1], row[0]))
        assert found.distinct == len(counted)
        assert found.missing == sum(not documents[n].values("person") for n in chosen)
        for uncertain in (False, True):
            months = count_periods(columns, hits, Interval.MONTH, uncertain=uncertain)
            shown = [documents[n].article.published for n in chosen]
            dated = [p for p in shown if p and (uncertain or p.confidence == "high")]
            assert {v.value: v.count for v in months.values} == Counter(
                p.day.isoformat()[:7] for p in dated
            )
            assert months.missing == len(chosen) - len(dated)
    patch.undo()
