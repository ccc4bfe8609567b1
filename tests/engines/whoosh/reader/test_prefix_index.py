"""Values by how their words begin, against looking at each."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis.spelling import fold
from searchapp.engines.whoosh.reader.prefix_index import PrefixIndex
from searchapp.engines.whoosh.segment.facet_column import FacetColumn
from searchapp.engines.whoosh.segment.termdict import Dictionary, encode_dictionary
from tests.engines.documents import LAW


def index_of(values: list[str]) -> PrefixIndex:
    """Numbered from the last in code point order to the first."""
    count = len(values)
    ords = np.arange(count, dtype=np.int32)[::-1].copy()
    none = np.zeros(0, np.int32)
    strings = Dictionary(
        *encode_dictionary(v.encode("utf-8", "surrogatepass") for v in sorted(values))
    )
    starts = np.zeros(1, np.int64)
    return PrefixIndex.build(FacetColumn(strings, ords, ords, starts, none, starts, none))


def found(values: list[str], typed: str) -> set[str]:
    numbered = sorted(values)[::-1]
    return {numbered[n] for n in index_of(values).ords_with_prefixes(typed)}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("lav", {"Sergey Lavrov", "Lavra"}),
        ("SER lav", {"Sergey Lavrov"}),
        ("lav ser", {"Sergey Lavrov"}),
        ("avrov", set()),
        ("lod", {"Łódź"}),
        ("brien", {"Pat O\u2019Brien", "Flann O'Brien"}),
        ("assad", {"Hafez al-Assad"}),
        ("京", {"東京"}),
        ("9", {"Channel 9"}),
        ("two l", {"two\nlines"}),
        ("?!", set()),
        (" ", set()),
        ("x" * 300, set()),
        ("\ud800", set()),
    ],
)
def test_a_value_is_found_by_the_beginnings_of_its_words(typed: str, expected: set[str]) -> None:
    values = ["Sergey Lavrov", "Lavra", "Łódź", "Pat O\u2019Brien", "Flann O'Brien"]
    assert found([*values, "Hafez al-Assad", "東京", "Channel 9", "two\nlines"], typed) == expected


def test_no_value_is_found_among_none() -> None:
    assert index_of([]).ords_with_prefixes("a").tolist() == []


VALUES = st.lists(st.text(st.sampled_from("abAÉé -'1ß"), min_size=1, max_size=6), unique=True)


@given(VALUES, st.text(st.sampled_from("abé 1"), max_size=5))
@LAW
def test_all_are_found_and_no_others(values: list[str], typed: str) -> None:
    words = fold(typed).split()
    expected = {
        value
        for value in values
        if words and all(re.search(rf"(?<![^\W_]){word}", fold(value)) for word in words)
    }
    assert found(values, typed) == expected
