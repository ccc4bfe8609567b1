"""Generated searches: lists of parameters that the parser accepts."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from searchapp.engines.base import Interval, Sort
from searchapp.model import FACET_FIELDS
from searchapp.web.params.search import FINDING, MAX_PAGE, MAX_SIZE, ROLES, Match, Search, parse
from searchapp.web.params.values import MAX_COUNT

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
VALUES = st.sampled_from(("Ana Petrova", "李娜", "a&b=c", "50%", "+", "#?/", " ", "x y")) | WORDS
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
Pairs = list[tuple[str, str]]


@st.composite
def bounds(draw: st.DrawFn) -> Pairs:
    first, last = sorted((draw(DAYS), draw(DAYS)))
    lengths = st.sampled_from((4, 7, 10))
    start, end = first.isoformat()[: draw(lengths)], last.isoformat()[: draw(lengths)]
    return [pair for pair in (("from", start), ("to", end)) if draw(st.booleans())]


def facet_lists() -> st.SearchStrategy[str]:
    counts = st.dictionaries(st.sampled_from(FACET_FIELDS), st.integers(0, MAX_COUNT))
    interval = st.sampled_from(("", "date", *(f"date:{width}" for width in Interval)))
    return st.builds(
        lambda counts, date: ",".join([*(f"{f}:{n}" for f, n in counts.items()), *date.split()]),
        counts,
        interval,
    ) | st.just("none")


def filters() -> st.SearchStrategy[Pairs]:
    names = st.builds(
        str.__add__, st.sampled_from(FACET_FIELDS), st.sampled_from([*ROLES.values()])
    )
    return st.lists(st.tuples(names, VALUES), max_size=6)


def finding() -> st.SearchStrategy[Pairs]:
    """What is looked for in facets that are shown."""
    shown = st.just(("facets", ",".join(FACET_FIELDS)))
    typed = st.dictionaries(st.sampled_from([*FINDING.values()]), VALUES).map(dict.items)
    return st.builds(lambda shown, typed: [shown, *typed], shown, typed)


def singles() -> st.SearchStrategy[Pairs]:
    return st.fixed_dictionaries(
        {},
        optional={
            "q": st.sampled_from(('"a phrase"', "a -b", '"open', "title:x OR y", " ")) | WORDS,
            "undated": st.sampled_from(("", "only", "include")),
            "uncertain": st.sampled_from(("", "include")),
            "sort": st.sampled_from(("", *Sort)).map(str),
            "page": st.integers(1, MAX_PAGE // MAX_SIZE).map(str),
            "size": st.integers(1, MAX_SIZE).map(str),
            "facets": facet_lists(),
            "match": st.sampled_from(("", *Match)).map(str),
        },
    ).map(lambda given: list(given.items()))


def with_finding(given: Pairs, finding: Pairs) -> Pairs:
    """Some parameters, and what is looked for in facets instead of the facets in them."""
    return [pair for pair in given if pair[0] != "facets"] + finding


def pairs() -> st.SearchStrategy[Pairs]:
    """Parameters in any order, each of them acceptable."""
    alone = singles() | st.builds(with_finding, singles(), finding())
    parts = st.tuples(alone, filters(), bounds())
    return parts.map(lambda three: [pair for part in three for pair in part]).flatmap(
        st.permutations
    )


def searches() -> st.SearchStrategy[Search]:
    return pairs().map(parse)
