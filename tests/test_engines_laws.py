"""The search contract on generated archives, histories and requests, against brute force."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchapp.engines.base import (
    Engine,
    FieldFilter,
    Hit,
    Interval,
    SearchRequest,
    SearchResponse,
    Sort,
    Undated,
    ValueState,
)
from searchapp.engines.query import (
    And,
    Boost,
    DateRange,
    Everything,
    FacetTerm,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Wildcard,
    Word,
)
from searchapp.model import FACET_FIELDS, Confidence, IndexedDocument
from tests.engines import oracle
from tests.engines.documents import commit, document, place_of
from tests.test_engines import ENGINES

# Words no stemmer changes, some of them close to one another.
WORDS = st.sampled_from(("ab", "abc", "acb", "bac", "oslo", "polo", "x1"))
DAYS = ("2019-12-31", "2020-01", "2020-02-29", "2021", "1999-05-05")
NAMES = ("Ada Oslo", "ada oslo", "Bo", "Bo Polo", "Łu")
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
PEOPLE = st.lists(st.sampled_from(NAMES), max_size=3, unique=True)
IDS = st.sampled_from([f"d{n}" for n in range(12)])
DATES = st.dates(date(2019, 12, 1), date(2021, 2, 1)) | st.none()

DOCUMENTS = st.builds(
    document,
    IDS,
    TEXTS,
    title=TEXTS,
    day=st.sampled_from(DAYS) | st.none(),
    certain=st.booleans(),
    language=st.sampled_from(("en", "fr", None)),
    site=st.sampled_from(("a.example", "b.a.example", None)),
    person=PEOPLE,
    place=PEOPLE,
)
# A history: each commit deletes some ids, then puts some documents.
HISTORIES = st.lists(
    st.tuples(st.lists(IDS, max_size=3), st.lists(DOCUMENTS, max_size=6)), min_size=1, max_size=4
)
FIELDS = st.sampled_from((None, None, "title", "text"))
LEAVES = st.one_of(
    st.just(Everything()),
    st.builds(Word, WORDS, FIELDS),
    st.builds(
        Phrase, st.lists(WORDS, min_size=1, max_size=3).map(tuple), st.integers(0, 2), FIELDS
    ),
    st.builds(Wildcard, st.sampled_from(("a*", "*o", "?a*", "o*o", "*b*")), FIELDS),
    st.builds(Fuzzy, WORDS, st.integers(1, 2), FIELDS),
    st.builds(FacetTerm, st.just("person"), st.sampled_from(("Ada Oslo", "bo")), st.just(True)),  # noqa: FBT003 - the node's field
    st.builds(FacetTerm, st.just("place"), st.sampled_from(("oslo", "BO")), st.just(False)),  # noqa: FBT003 - as above
    st.builds(DateRange, DATES, DATES),
)


def queries(leaves: st.SearchStrategy[Node], most: int) -> st.SearchStrategy[Node]:
    """Trees of at most so many leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
            st.builds(Not, inner),
            st.builds(Boost, inner, st.sampled_from((0.5, 3.0))),
        ),
        max_leaves=most,
    )


QUERIES = queries(LEAVES, 5)
VALUES = st.lists(st.sampled_from((*NAMES, "nobody")), max_size=2, unique=True).map(tuple)
REQUESTS = st.builds(
    SearchRequest,
    QUERIES,
    st.dictionaries(
        st.sampled_from(("person", "place")), st.builds(FieldFilter, VALUES, VALUES, VALUES)
    ),
    DATES,
    DATES,
    st.sampled_from(Undated),
    st.booleans(),
    st.sampled_from(Sort),
    size=st.just(100),
    facets=st.just(dict.fromkeys(FACET_FIELDS, 100)),
    interval=st.sampled_from((Interval.DAY, Interval.MONTH, Interval.YEAR)),
    finding=st.dictionaries(
        st.sampled_from(("person", "place")), st.sampled_from(("o", "os", "b")), max_size=1
    ),
)
# Words side by side, some beside other nodes: they may be missing.
PLAIN = st.lists(st.builds(Word, WORDS | st.just("absent")), min_size=2, max_size=5, unique=True)
TYPED = st.builds(
    lambda request, words, others, every: replace(
        request, query=And((*others, *words)), optional=tuple(words), every_word=every
    ),
    REQUESTS,
    PLAIN,
    st.lists(LEAVES.filter(lambda leaf: not isinstance(leaf, Word)), max_size=1),
    st.sampled_from((False, False, True)),
)
History = list[tuple[list[str], list[IndexedDocument]]]
LAW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def engine_after(name: str, history: History) -> Iterator[tuple[Engine, list[IndexedDocument]]]:
    """An engine that lived through a history, and the documents it should hold."""
    held: dict[str, IndexedDocument] = {}
    with tempfile.TemporaryDirectory() as folder:
        engine = ENGINES[name](Path(folder))
        for deleted, documents in history:
            commit(engine, documents, deleted=deleted)
            for id_ in deleted:
                held.pop(id_, None)
            held |= {d.id: d for d in documents}
        yield engine, list(held.values())


@pytest.mark.parametrize("name", ENGINES)
@given(history=HISTORIES, requests=st.lists(REQUESTS | TYPED, min_size=1, max_size=6))
@LAW
def test_answers_are_those_of_brute_force(
    name: str, history: History, requests: list[SearchRequest]
) -> None:
    with engine_after(name, history) as (engine, documents):
        searcher = engine.searcher()
        for request in requests:
            check(searcher.search(request), documents, request)


def check(
    response: SearchResponse, documents: list[IndexedDocument], request: SearchRequest
) -> None:
    expected = oracle.found(documents, request)
    assert {hit.document.id for hit in response.hits} == expected
    assert response.total == len(response.hits) == len(expected)
    lacks = oracle.missing(documents, request)
    assert {hit.document.id: hit.missing for hit in response.hits} == {
        id_: lacks.get(id_, ()) for id_ in expected
    }
    complete = sum(not hit.missing for hit in response.hits)
    strict = lacks is oracle.STRICT or request.every_word
    assert response.complete == (None if strict else complete)
    assert {h.document.id: h.document for h in response.hits} == {
        d.id: d for d in documents if d.id in expected
    }
    facets = {facet.field: facet for facet in response.facets}
    for name in FACET_FIELDS:
        every = oracle.facet_counts(documents, request, name)
        begun = request.finding.get(name, "")
        chosen = {v.value for v in facets[name].values if v.state != ValueState.NONE}
        counts = {v: n for v, n in every.items() if v in chosen or f" {begun}" in f" {v.lower()}"}
        listed = {v.value: v.count for v in facets[name].values if v.count}
        assert listed == counts
        assert facets[name].distinct == len(counts)
        ranked = [(-v.count, v.value) for v in facets[name].values]
        assert ranked == sorted(ranked)
    assert request.interval
    spread = {v.value: v.count for v in facets["date"].values}
    assert list(spread.items()) == list(
        oracle.periods(documents, request, request.interval).items()
    )
    assert sum(spread.values()) + facets["date"].missing == response.total


@pytest.mark.parametrize("name", ENGINES)
@given(history=HISTORIES, request=REQUESTS | TYPED, size=st.integers(1, 5))
@LAW
def test_pages_are_the_order_cut_up(
    name: str, history: History, request: SearchRequest, size: int
) -> None:
    with engine_after(name, history) as (engine, _):
        searcher = engine.searcher()
        whole = searcher.search(request)
        pages = [searcher.search(replace(request, size=size, page=n)) for n in range(1, 14)]
        assert [h for page in pages for h in page.hits] == list(whole.hits)
        scanned = [(h.document, h.score, h.missing) for h in searcher.scan(request)]
        assert scanned == [(h.document, h.score, h.missing) for h in whole.hits]


@pytest.mark.parametrize("name", ENGINES)
@given(history=HISTORIES, request=REQUESTS | TYPED, size=st.integers(1, 3))
@LAW
def test_going_on_behind_the_last_hit_gives_the_order_too(
    name: str, history: History, request: SearchRequest, size: int
) -> None:
    with engine_after(name, history) as (engine, _):
        searcher = engine.searcher()
        whole = searcher.search(request)
        page = searcher.search(replace(request, size=size))
        seen = list(page.hits)
        for _ in whole.hits:  # each page brings one at least: an end, whatever the engine does
            if not page.more:
                break
            after = place_of(page.hits[-1], request, page)
            page = searcher.search(replace(request, size=size, after=after))
            assert page.total == whole.total
            assert page.hits
            assert not page.notices or page.notices == whole.notices
            seen += page.hits
        assert not page.more
        assert seen == list(whole.hits)


@pytest.mark.parametrize("name", ENGINES)
@given(
    history=HISTORIES,
    later=HISTORIES,
    sort=st.sampled_from((Sort.NEWEST, Sort.OLDEST)),
    size=st.integers(1, 4),
)
@LAW
def test_by_date_a_commit_between_two_pages_repeats_and_skips_nothing_that_stays(
    name: str, history: History, later: History, sort: Sort, size: int
) -> None:
    with engine_after(name, history) as (engine, documents):
        searcher = engine.searcher()
        request = SearchRequest(sort=sort, size=size)
        first = searcher.search(request)
        for deleted, added in later:
            commit(engine, added, deleted=deleted)
        now = searcher.search(replace(request, size=100)).hits
        if not first.more:
            return
        rest = searcher.search(
            replace(request, size=100, after=place_of(first.hits[-1], request, first))
        ).hits
        seen = {hit.document.id: hit.document for hit in first.hits}
        kept = [d for d in documents if any(d == hit.document for hit in now)]
        there = {d.id for d in kept}
        again = {hit.document.id for hit in rest} & there & seen.keys()
        assert again == set()
        assert {hit.document.id for hit in rest} | seen.keys() >= there
        assert list(rest) == [hit for hit in now if hit in rest]


@pytest.mark.parametrize("name", ENGINES)
@given(history=HISTORIES, query=QUERIES)
@LAW
def test_one_archive_ranks_the_same_however_it_was_written(
    name: str, history: History, query: Node
) -> None:
    request = SearchRequest(query, size=100)
    with (
        engine_after(name, history) as (engine, documents),
        engine_after(name, [([], documents)]) as (other, _),
    ):
        ranked, again = (e.searcher().search(request).hits for e in (engine, other))
        assert [(h.document, h.score) for h in ranked] == [(h.document, h.score) for h in again]
        assert _order(ranked) == sorted(_order(ranked))


def _order(hits: tuple[Hit, ...]) -> list[tuple[float, int, str]]:
    """What hits are ordered by: relevance falling, newest first, then id."""
    return [(-hit.score, -_day_number(hit.document), hit.document.id) for hit in hits]


def _day_number(found: IndexedDocument) -> int:
    published = found.article.published
    certain = published is not None and published.confidence == Confidence.HIGH
    return published.day.toordinal() if published and certain else 0


@pytest.mark.parametrize("name", ENGINES)
@given(history=HISTORIES, request=TYPED)
@LAW
def test_a_count_is_the_total_after_the_click_with_words_missing(
    name: str, history: History, request: SearchRequest
) -> None:
    request = replace(request, filters={}, finding={})
    with engine_after(name, history) as (engine, _):
        searcher = engine.searcher()
        response = searcher.search(request)
        for facet in response.facets:
            for value in facet.values if facet.field in ("person", "place") else ():
                chosen = FieldFilter(any=(value.value,))
                clicked = searcher.search(replace(request, filters={facet.field: chosen}))
                assert clicked.total == value.count
                assert (clicked.complete is None) == (response.complete is None)
                assert {(h.document.id, h.missing) for h in clicked.hits} <= {
                    (h.document.id, h.missing) for h in response.hits
                }


@pytest.mark.parametrize("name", ENGINES)
@given(history=HISTORIES, request=TYPED)
@LAW
def test_by_relevance_no_document_that_lacks_a_word_comes_before_one_that_has_all(
    name: str, history: History, request: SearchRequest
) -> None:
    with engine_after(name, history) as (engine, _):
        hits = engine.searcher().search(replace(request, sort=Sort.RELEVANCE)).hits
        lacks = [bool(hit.missing) for hit in hits]
        assert lacks == sorted(lacks)
        assert [-hit.score for hit in hits] == sorted(-hit.score for hit in hits)


SLIPS = st.sampled_from(("olso", "osloo", "pool", "polo", "Ab", "absent", "oslopolo", "abc"))
SLIP_LEAVES = st.one_of(
    st.builds(Word, SLIPS, FIELDS),
    st.builds(Phrase, st.lists(SLIPS, min_size=1, max_size=2).map(tuple), st.integers(0, 1)),
    st.builds(
        FacetTerm, st.just("person"), st.sampled_from(("Ada Olso", "bo polo")), st.just(value=True)
    ),
    st.builds(
        FacetTerm, st.just("place"), st.sampled_from(("osol", "pollo")), st.just(value=False)
    ),
)
SLIP_VALUES = st.lists(st.sampled_from(("Ada Olso", "bo", "Bo Pollo")), max_size=1).map(tuple)
SLIPPED = st.builds(
    lambda request, query, values: replace(
        request, query=query, filters={"person": FieldFilter(values)}, correct=True
    ),
    REQUESTS,
    queries(SLIP_LEAVES, 3),
    SLIP_VALUES,
)


def answered(request: SearchRequest, response: SearchResponse) -> SearchRequest:
    """The request that a response to one with slips in it says it is to."""
    correction = response.correction
    if correction is None:
        return replace(request, correct=False)
    meant = {one.typed: one.meant for one in correction.replaced if one.field == "person"}
    values = tuple(sorted({meant.get(v, v) for v in request.filters["person"].any}))
    filters = {"person": FieldFilter(values)}
    return replace(request, query=correction.query, filters=filters, correct=False)


@given(history=HISTORIES, request=SLIPPED)
@LAW
def test_a_slip_is_answered_as_what_it_is_said_to_mean(
    history: History, request: SearchRequest
) -> None:
    told = []
    for name in ENGINES:
        with engine_after(name, history) as (engine, _):
            searcher = engine.searcher()
            response = searcher.search(request)
            right = searcher.search(answered(request, response))
            assert replace(response, correction=None, suggestion=None) == replace(
                right, suggestion=None
            )
            assert [hit.document for hit in searcher.scan(request)] == [
                hit.document for hit in right.hits
            ]
            replaced = response.correction.replaced if response.correction else ()
            told.append((response.total, [(r.field, r.typed, r.meant.lower()) for r in replaced]))
    assert told[0] == told[1]
