"""The search contract, sentence by sentence, on every engine.

Request and response are the docstring of `engines/base.py`; the query language is
`docs/query-language.md`. Generated archives and requests are in `test_engines_laws.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from searchapp.engines.base import (
    BuildStamp,
    Engine,
    Facet,
    FieldFilter,
    Interval,
    Searcher,
    SearchRequest,
    SearchResponse,
    Sort,
    Undated,
    ValueState,
)
from searchapp.engines.memory import MemoryEngine
from searchapp.engines.query import And, Or, Wildcard, Word, parse, render
from searchapp.engines.relaxation import MIN_COMPLETE
from searchapp.engines.whoosh import WhooshEngine
from searchapp.errors import BuildRejected, DocumentNotFound, IndexMissing, ReindexLocked
from tests.engines.documents import BUILT, commit, document, place_of

ENGINES: dict[str, Callable[[Path], Engine]] = {
    "whoosh": WhooshEngine,
    "memory": lambda _: MemoryEngine(),
}
ARCHIVE = (
    document(
        "talks",
        "Sergey Lavrov met Zohrab Mnatsakanyan in Moscow. The talks were about peace.",
        title="Top diplomats discuss peace",
        day="2020-10-04",
        site="news.example",
        authors=("Ana Reed",),
        person=("Sergey Lavrov", "Zohrab Mnatsakanyan"),
        place=("Moscow",),
    ),
    document(
        "virus",
        "COVID-19 cases rise. The U.S. ordered F-16 jets; AT&T paid O'Brien.",
        title="Cases rise",
        day="2020-09",
        site="www2.news.example",
        person=("Sergey Lavrov",),
        org=("AT&T",),
    ),
    document(
        "band",
        "The Who played. To be or not to be, they ask us at t.",
        title="Lavrov sings",
        day="2021-03-01",
        site="other.example",
        place=("Moscow", "Łódź"),
    ),
    document("guess", "A page whose date was guessed.", day="2020-10-04", certain=False),
    document("bare", "Une économie générale, l'homme disait-il.", language="fr"),
)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = ENGINES[request.param](tmp_path / "index")
    commit(made, ARCHIVE, failed=3)
    return made


def ids(engine: Engine, query: str = "", request: SearchRequest | None = None) -> list[str]:
    """The ids of a query's hits; the total agrees with them."""
    request = replace(request or SearchRequest(), size=100)
    response = engine.searcher().search(replace(request, query=parse(query).node))
    assert response.total == len(response.hits)
    return [hit.document.id for hit in response.hits]


def facet(engine: Engine, name: str, request: SearchRequest) -> Facet:
    (found,) = engine.searcher().search(replace(request, facets={name: 10})).facets
    return found


QUERIES = [
    ("", {"talks", "virus", "band", "guess", "bare"}),
    ("lavrov", {"talks", "band"}),
    ("LAVROV moscow", {"talks"}),
    ("meet OR diplomat", {"talks"}),
    ("case", {"virus"}),
    ("talk -lavrov", set()),
    ("NOT lavrov", {"virus", "guess", "bare"}),
    ("(peace OR cases) -covid", {"talks"}),
    ("title:lavrov", {"band"}),
    ('"the talks were about peace"', {"talks"}),
    ('"talks about peace"', set()),
    ('"talks about peace"~1', {"talks"}),
    ('"peace about talks"~9', set()),
    ('"case"', set()),
    ('"to be or not to be"', {"band"}),
    ('"the who"', {"band"}),
    ("lav*", {"talks", "band"}),
    ("l?vrov", {"talks", "band"}),
    ("*nyan", {"talks"}),
    ("lavrof~1", {"talks", "band"}),
    ("larvov~1", {"talks", "band"}),
    ("lovrof~1", set()),
    ("lovrof~2", {"talks", "band"}),
    ("lavrov^2", {"talks", "band"}),
    ('person:"Sergey Lavrov"', {"talks", "virus"}),
    ('person:"sergey lavrov"', {"talks", "virus"}),
    ("person:lavrov", {"talks", "virus"}),
    ('person:"Lavrov"', set()),
    ("place:lodz", {"band"}),
    ("site:news.example", {"talks", "virus"}),
    ("site:example", {"talks", "virus", "band"}),
    ("site:ews.example", set()),
    ("lang:fr", {"bare"}),
    ("date:2020-10", {"talks"}),
    ("date:[2020-09-01 TO 2020-10-03]", {"virus"}),
    ("before:2020-10-04", {"virus"}),
    ("after:2020-10-04", {"band"}),
    ("COVID-19", {"virus"}),
    ("covid", {"virus"}),
    ('"COVID-19 cases"', {"virus"}),
    ("AT&T", {"virus"}),
    ("U.S.", {"virus"}),
    ("O'Brien", {"virus"}),
    ("brien", {"virus"}),
    ("F-16", {"virus"}),
    ("f16", {"virus"}),
    ("generale", {"bare"}),
    ("homme", {"bare"}),
    ("généraux", {"bare"}),
    ("nowhere", set()),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES, ids=[q for q, _ in QUERIES])
def test_query_language(engine: Engine, query: str, expected: set[str]) -> None:
    assert set(ids(engine, query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("COVID-19", {"hyphen", "apart", "solid", "dash"}),
        ("covid19", {"hyphen", "solid"}),
        ("covid 19", {"hyphen", "apart", "dash", "far"}),
        ('"COVID 19"', {"hyphen", "apart", "dash"}),
        ('"COVID-19 cases"', {"hyphen", "apart"}),
        ("F-16", {"hyphen", "apart"}),
        ('"state of the art"', {"dash"}),
        ("state-of-the-art", {"dash"}),
    ],
)
def test_a_word_with_a_hyphen_is_found_written_apart_and_the_other_way(
    engine: Engine, query: str, expected: set[str]
) -> None:
    texts = {
        "hyphen": "COVID-19 cases and an F-16.",
        "apart": "Of Covid 19 cases; F 16 jets.",
        "solid": "COVID19 again.",
        "dash": "COVID–19 and state-of-the-art care.",
        "far": "In 19 places covid was seen.",
    }
    commit(engine, [document(id_, text) for id_, text in texts.items()], fresh=True)
    assert set(ids(engine, query)) == expected


def test_what_stands_in_quotation_marks_is_not_stemmed_in_any_language(engine: Engine) -> None:
    texts = {"one": ("chat", "fr"), "many": ("chats", "fr"), "en": ("cats", "en")}
    commit(engine, [document(i, t, language=c) for i, (t, c) in texts.items()], fresh=True)
    assert set(ids(engine, "chats")) == {"one", "many"}
    assert set(ids(engine, '"chats"')) == {"many"}
    assert set(ids(engine, "cat")) == {"en"}
    assert set(ids(engine, '"cat"')) == set()


def test_filter_values_are_or_within_a_field_and_across_fields_and(engine: Engine) -> None:
    people = FieldFilter(any=("Zohrab Mnatsakanyan", "Sergey Lavrov"))
    assert set(ids(engine, "", SearchRequest(filters={"person": people}))) == {"talks", "virus"}
    both = {"person": people, "place": FieldFilter(any=("Moscow",))}
    assert ids(engine, "", SearchRequest(filters=both)) == ["talks"]


def test_all_requires_every_value_and_none_excludes(engine: Engine) -> None:
    every = {"person": FieldFilter(all=("Sergey Lavrov", "Zohrab Mnatsakanyan"))}
    assert ids(engine, "", SearchRequest(filters=every)) == ["talks"]
    without = {"person": FieldFilter(none=("Sergey Lavrov",))}
    assert set(ids(engine, "", SearchRequest(filters=without))) == {"band", "guess", "bare"}


def test_filter_values_are_compared_exactly(engine: Engine) -> None:
    assert ids(engine, "", SearchRequest(filters={"place": FieldFilter(any=("moscow",))})) == []


def test_dates_are_inclusive_and_leave_the_undated_out(engine: Engine) -> None:
    day = date(2020, 10, 4)
    assert ids(engine, "", SearchRequest(first_day=day, last_day=day)) == ["talks"]
    assert set(ids(engine, "", SearchRequest(last_day=day))) == {"virus", "talks"}


def test_undated_documents_are_reached_when_asked_for(engine: Engine) -> None:
    day = date(2020, 10, 4)
    only = SearchRequest(undated=Undated.ONLY)
    assert set(ids(engine, "", only)) == {"guess", "bare"}
    assert set(ids(engine, "", replace(only, first_day=day))) == {"guess", "bare"}
    include = SearchRequest(first_day=day, undated=Undated.INCLUDE)
    assert set(ids(engine, "", include)) == {"talks", "band", "guess", "bare"}


def test_a_date_of_low_confidence_counts_only_if_uncertain_is_set(engine: Engine) -> None:
    day = date(2020, 10, 4)
    request = SearchRequest(first_day=day, last_day=day, uncertain=True)
    assert set(ids(engine, "", request)) == {"talks", "guess"}
    assert set(ids(engine, "date:2020-10-04", SearchRequest(uncertain=True))) == {"talks", "guess"}


def test_total_is_exact_without_hits(engine: Engine) -> None:
    response = engine.searcher().search(SearchRequest(size=0))
    assert (response.total, response.hits) == (5, ())


def test_a_count_is_the_total_after_the_click(engine: Engine) -> None:
    for name in ("person", "org", "place", "site", "author", "lang"):
        for value in facet(engine, name, SearchRequest()).values:
            clicked = {name: FieldFilter(any=(value.value,))}
            assert len(ids(engine, "", SearchRequest(filters=clicked))) == value.count


def test_counts_ignore_the_facets_own_or_and_respect_the_rest(engine: Engine) -> None:
    filters = {"place": FieldFilter(any=("Łódź",)), "person": FieldFilter(any=("Sergey Lavrov",))}
    places = facet(engine, "place", SearchRequest(filters=filters))
    assert [(v.value, v.count) for v in places.values] == [("Moscow", 1), ("Łódź", 0)]


def test_chosen_values_are_listed_whatever_their_rank(engine: Engine) -> None:
    chosen = FieldFilter(any=("Łódź",), all=("Moscow",), none=("Atlantis",))
    request = SearchRequest(filters={"place": chosen}, facets={"place": 0})
    (found,) = engine.searcher().search(request).facets
    states = {v.value: (v.count, v.state) for v in found.values}
    assert states == {
        "Moscow": (2, ValueState.REQUIRED),
        "Łódź": (1, ValueState.INCLUDED),
        "Atlantis": (0, ValueState.EXCLUDED),
    }


def test_facet_values_come_most_frequent_first_then_by_code_point(engine: Engine) -> None:
    found = facet(engine, "place", SearchRequest())
    assert [v.value for v in found.values] == ["Moscow", "Łódź"]
    sites = facet(engine, "site", SearchRequest())
    assert [v.value for v in sites.values] == ["news.example", "other.example", "www2.news.example"]
    assert (sites.distinct, sites.missing) == (3, 2)


def test_only_so_many_values_are_listed_as_asked_for(engine: Engine) -> None:
    (found,) = engine.searcher().search(SearchRequest(facets={"site": 2})).facets
    assert [v.value for v in found.values] == ["news.example", "other.example"]
    assert found.distinct == 3


@pytest.mark.parametrize(
    ("interval", "periods"),
    [
        (Interval.DAY, ["2020-09-01", "2020-10-04", "2021-03-01"]),
        (Interval.MONTH, ["2020-09", "2020-10", "2021-03"]),
        (Interval.YEAR, ["2020", "2021"]),
        (Interval.AUTO, ["2020-09", "2020-10", "2021-03"]),
    ],
)
def test_the_histogram_sums_with_the_undated_to_the_total(
    engine: Engine, interval: Interval, periods: list[str]
) -> None:
    response = engine.searcher().search(SearchRequest(interval=interval))
    (found,) = response.facets
    assert [v.value for v in found.values] == periods
    assert sum(v.count for v in found.values) + found.missing == response.total


def test_the_histogram_chooses_days_for_a_short_span(engine: Engine) -> None:
    found = facet(engine, "date", SearchRequest(last_day=date(2020, 12, 31)))
    assert (found.interval, len(found.values), found.missing) == (Interval.DAY, 2, 0)


def test_order_is_by_date_with_the_undated_last_both_ways(engine: Engine) -> None:
    newest = ids(engine, "", SearchRequest(sort=Sort.NEWEST))
    assert newest == ["band", "talks", "virus", "bare", "guess"]
    oldest = ids(engine, "", SearchRequest(sort=Sort.OLDEST))
    assert oldest == ["virus", "talks", "band", "bare", "guess"]


def test_ties_in_relevance_go_newest_first_then_by_id(engine: Engine) -> None:
    assert ids(engine) == ["band", "talks", "virus", "bare", "guess"]


def test_title_words_weigh_more(engine: Engine) -> None:
    assert ids(engine, "lavrov") == ["band", "talks"]


def test_boost_changes_the_order(engine: Engine) -> None:
    assert ids(engine, "jets^9 OR diplomats") == ["virus", "talks"]
    assert ids(engine, "jets OR diplomats^9") == ["talks", "virus"]


def test_pages_neither_repeat_nor_skip(engine: Engine) -> None:
    searcher = engine.searcher()
    pages = [searcher.search(SearchRequest(page=n, size=2)) for n in (1, 2, 3, 4)]
    found = [hit.document.id for page in pages for hit in page.hits]
    assert found == ids(engine)
    assert {page.total for page in pages} == {5}


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("query", ["", "lavrov OR jets OR moscow"])
def test_what_comes_after_a_place_begins_behind_it(engine: Engine, query: str, sort: Sort) -> None:
    searcher = engine.searcher()
    request = SearchRequest(parse(query).node, sort=sort)
    response = searcher.search(request)
    order = [hit.document.id for hit in response.hits]
    assert len(order) > 2
    for number, hit in enumerate(response.hits, 1):
        place = place_of(hit, request, response)
        rest = searcher.search(replace(request, after=place))
        assert [hit.document.id for hit in rest.hits] == order[number:]
        assert (rest.total, rest.more) == (len(order), False)


def test_scan_gives_every_hit_in_the_same_order_without_snippets(engine: Engine) -> None:
    hits = list(engine.searcher().scan(SearchRequest(size=1)))
    assert [hit.document.id for hit in hits] == ids(engine)
    assert all(hit.snippets == () for hit in hits)


def test_ids_and_values_come_all_at_once(engine: Engine) -> None:
    commit(engine, [document("more", place=("Å", "Moscow"))], deleted=["bare"])
    searcher = engine.searcher()
    assert set(searcher.iter_ids()) == {"talks", "virus", "band", "guess", "more"}
    assert list(searcher.iter_values("place")) == [("Moscow", 3), ("Å", 1), ("Łódź", 1)]
    assert list(searcher.iter_values("lang")) == [("en", 5)]


def test_a_pinned_searcher_stays_on_its_snapshot_and_a_scan_of_it_beyond(engine: Engine) -> None:
    searcher = engine.searcher()
    with searcher.pinned() as pinned:
        before = pinned.info()
        commit(engine, [document("alone")], fresh=True)
        assert (pinned.info(), pinned.search(SearchRequest()).index) == (before, before)
        assert pinned.document("talks") == ARCHIVE[0]
        scan = pinned.scan(SearchRequest())
    assert len(list(scan)) == len(ARCHIVE)
    assert list(searcher.iter_ids()) == ["alone"]


def test_documents_come_back_as_they_were_put(engine: Engine) -> None:
    searcher = engine.searcher()
    assert tuple(searcher.document(d.id) for d in ARCHIVE) == ARCHIVE


def test_an_unknown_document_is_an_error_that_names_it(engine: Engine) -> None:
    with pytest.raises(DocumentNotFound, match="'nobody'"):
        engine.searcher().document("nobody")


def test_the_response_names_its_snapshot(engine: Engine) -> None:
    searcher = engine.searcher()
    before = searcher.search(SearchRequest()).index
    assert (before.documents, before.failed, before.built_at) == (5, 3, BUILT)
    assert searcher.info() == before
    assert searcher.stamp().versions == {"cleaner": "7"}
    commit(engine, [document("new")])
    assert searcher.info().id != before.id
    assert searcher.info().documents == 6


def test_a_scan_under_way_stays_on_its_snapshot(engine: Engine) -> None:
    searcher = engine.searcher()
    scan = searcher.scan(SearchRequest())
    first = next(scan)
    commit(engine, [document("new")], deleted=[d.id for d in ARCHIVE])
    assert searcher.info().documents == 1
    assert [first.document.id, *(hit.document.id for hit in scan)] == [
        "band",
        "talks",
        "virus",
        "bare",
        "guess",
    ]


def test_highlights_are_ranges_of_code_points_over_plain_text(engine: Engine) -> None:
    commit(engine, [document("wide", "𝒳 <b>Zürich’s</b> café", title="𝒳 Cafés & more")])
    (hit,) = engine.searcher().search(SearchRequest(parse("cafe OR zurich").node)).hits
    (snippet,) = hit.snippets
    assert snippet.text == "𝒳 <b>Zürich’s</b> café"
    assert [snippet.text[a:b] for a, b in snippet.ranges] == ["Zürich", "café"]
    assert [hit.title.text[a:b] for a, b in hit.title.ranges] == ["Cafés"]


def test_a_phrase_is_highlighted_only_where_in_sequence(engine: Engine) -> None:
    commit(engine, [document("seq", "peace comes; old news, then peace talks and talks")])
    response = engine.searcher().search(SearchRequest(parse('"peace talks"').node))
    (snippet,) = response.hits[0].snippets
    assert snippet.ranges == ((28, 33), (34, 39))


def test_a_hit_by_filters_alone_shows_its_lead(engine: Engine) -> None:
    commit(engine, [document("led", "The lead.\n\nMore text.", lead="The lead.", org=("NATO",))])
    (hit,) = engine.searcher().search(SearchRequest(parse("org:nato").node)).hits
    assert [(s.text, s.ranges) for s in hit.snippets] == [("The lead.", ())]


def test_an_empty_answer_suggests_a_query_that_finds_something(engine: Engine) -> None:
    response = engine.searcher().search(SearchRequest(parse("mnatsakanian lavrof").node))
    assert response.total == 0
    assert response.suggestion is not None
    assert ids(engine, response.suggestion) == ["talks"]


def test_a_word_hardly_any_document_has_is_taken_for_a_slip(engine: Engine) -> None:
    many = [document(f"m{n}", "The ferry sails on time.") for n in range(40)]
    commit(engine, [document("slip", "The fery was late."), *many])
    searcher = engine.searcher()
    assert searcher.search(SearchRequest(parse("fery").node)).suggestion == "ferry"
    assert searcher.search(SearchRequest(parse("ferry").node)).suggestion is None
    assert searcher.search(SearchRequest(parse("late").node)).suggestion is None


def test_no_suggestion_when_every_word_is_known_or_nothing_is_near(engine: Engine) -> None:
    searcher = engine.searcher()
    for query in ("peace jets", "xylophonist", "mnatsakanian jetz"):
        assert searcher.search(SearchRequest(parse(query).node)).suggestion is None


def test_one_or_two_letters_are_not_taken_for_slips(engine: Engine) -> None:
    commit(engine, [document(f"a{n}", "a ferry to go") for n in range(40)])
    for query in ("b", "tq", "a b", '"a* b"~9'):
        assert engine.searcher().search(SearchRequest(parse(query).node)).suggestion is None
    assert engine.searcher().search(SearchRequest(parse("a fery").node)).suggestion == "a AND ferry"


@pytest.mark.parametrize("pattern", ["word*", "w*d*", "?ord*", "*rd1234", "word1234~1"])
def test_a_pattern_is_searched_whole_however_many_words_fit(engine: Engine, pattern: str) -> None:
    text = " ".join(f"word{n}" for n in range(1500))
    commit(engine, [document(f"many{n}", text) for n in range(2)])
    commit(engine, [document("rare", "the rare word12345678 and word1234")])
    response = engine.searcher().search(SearchRequest(parse(pattern).node))
    assert (response.total, response.notices) == (3, ())
    (rare,) = (hit for hit in response.hits if hit.document.id == "rare")
    (snippet,) = rare.snippets
    assert "word1234" in [snippet.text[a:b] for a, b in snippet.ranges]


def test_a_star_alone_stands_for_every_document_with_words(engine: Engine) -> None:
    commit(engine, [document("wordless", "...")])
    assert len(ids(engine, "*")) == 6
    titled = engine.searcher().search(SearchRequest(Wildcard("*", "title")))
    assert titled.total == 3
    assert titled.notices == ("* alone stands for every document with words",)


def test_similar_is_a_query_for_telling_words(engine: Engine) -> None:
    commit(engine, [document("more", "Zohrab Mnatsakanyan speaks of Moscow again.")])
    found = engine.searcher().search(SearchRequest(engine.searcher().similar("talks")))
    assert [hit.document.id for hit in found.hits[:2]] == ["talks", "more"]


def test_the_most_telling_words_are_rare_frequent_and_shared(engine: Engine) -> None:
    common = " ".join(f"common{'abcdefghijklmnop'[n]}" for n in range(16))
    others = [document(f"other{n}", common) for n in range(5)]
    subject = document("subject", f"{common} zebra zebra quagga lonelyword", title="Zebra")
    commit(engine, [subject, document("kin", "quagga zebra"), *others])
    telling = engine.searcher().similar("subject")
    assert isinstance(telling, Or)
    words = [child.text for child in telling.children if isinstance(child, Word)]
    assert words[:2] == ["Zebra", "quagga"]
    assert "lonelyword" not in words
    assert len(words) == 12


def test_a_deleted_document_leaves_hits_facets_and_suggestions(engine: Engine) -> None:
    commit(engine, [], deleted=["talks", "never there"])
    assert ids(engine, "mnatsakanyan") == []
    people = facet(engine, "person", SearchRequest())
    assert [v.value for v in people.values] == ["Sergey Lavrov"]
    response = engine.searcher().search(SearchRequest(parse("mnatsakanian").node))
    assert response.suggestion is None


def test_putting_an_id_again_replaces_its_document(engine: Engine) -> None:
    commit(engine, [document("talks", "first draft"), document("talks", "final word")])
    assert len(ids(engine)) == 5
    assert ids(engine, "draft OR mnatsakanyan") == []
    assert ids(engine, "final") == ["talks"]


def test_leaving_without_commit_changes_nothing(engine: Engine) -> None:
    before = engine.searcher().info()
    with engine.update() as writer:
        writer.put(document("lost"))
        writer.delete("talks")
    with engine.rebuild() as writer:
        writer.put(document("lost"))
    assert engine.searcher().info() == before
    assert len(ids(engine)) == 5


def test_a_fresh_writer_replaces_everything(engine: Engine) -> None:
    searcher = engine.searcher()
    assert searcher.info().documents == 5
    commit(engine, [document("alone")], fresh=True)
    assert [hit.document.id for hit in searcher.search(SearchRequest()).hits] == ["alone"]


def test_a_rebuild_that_fails_its_check_leaves_the_live_index(engine: Engine) -> None:
    def check(searcher: Searcher) -> Iterator[str]:
        yield f"{searcher.info().documents} documents are too few"

    with engine.rebuild(check) as writer:
        writer.put(document("alone"))
        with pytest.raises(BuildRejected, match="1 documents are too few"):
            writer.commit(BuildStamp(BUILT, 0))
    assert len(ids(engine)) == len(ARCHIVE)


def test_rollback_goes_back_and_forth_over_updates(engine: Engine) -> None:
    commit(engine, [document("alone")], fresh=True)
    commit(engine, [document("company")])
    searcher = engine.searcher()
    assert engine.rollback().documents == searcher.info().documents == len(ARCHIVE)
    assert engine.rollback() == searcher.info()
    assert set(searcher.iter_ids()) == {"alone", "company"}


def test_without_an_index_before_there_is_nothing_to_go_back_to(engine: Engine) -> None:
    commit(engine, [document("more")])
    with pytest.raises(IndexMissing, match="nothing to go back to"):
        engine.rollback()


def test_there_is_one_writer_at_a_time(engine: Engine) -> None:
    with engine.update(), pytest.raises(ReindexLocked), engine.rebuild():
        pass
    commit(engine, [document("more")])


@pytest.mark.parametrize("name", ENGINES)
def test_an_index_exists_once_it_was_committed(name: str, tmp_path: Path) -> None:
    engine = ENGINES[name](tmp_path / "index")
    assert not engine.exists()
    with engine.update():
        assert not engine.exists()
    commit(engine, [])
    assert engine.exists()


@pytest.mark.parametrize("name", ENGINES)
def test_without_an_index_the_error_names_the_command(name: str, tmp_path: Path) -> None:
    searcher = ENGINES[name](tmp_path / "nothing").searcher()
    with pytest.raises(IndexMissing, match="searchapp reindex PATH"):
        searcher.search(SearchRequest())


@pytest.mark.parametrize("name", ENGINES)
def test_an_empty_index_answers(name: str, tmp_path: Path) -> None:
    engine = ENGINES[name](tmp_path / "index")
    commit(engine, [])
    request = SearchRequest(facets={"person": 5, "date": 5})
    response = engine.searcher().search(request)
    assert (response.total, response.hits, response.suggestion) == (0, (), None)
    assert [f.values for f in response.facets] == [(), ()]
    assert ids(engine, 'word "a phrase" pre* fuzz~1') == []


def corrected(engine: Engine, query: str, **request: Any) -> SearchResponse:
    return engine.searcher().search(SearchRequest(parse(query).node, correct=True, **request))


def said(response: SearchResponse) -> list[tuple[str | None, str, str]]:
    """What was replaced, by field as typed and as meant."""
    replaced = response.correction.replaced if response.correction else ()
    return [(one.field, one.typed, one.meant) for one in replaced]


SLIPS = [
    ("lavrof", "Lavrov", [(None, "lavrof", "Lavrov")]),
    ("Larvov", "Lavrov", [(None, "Larvov", "Lavrov")]),
    ("mnatsakanyam", "Mnatsakanyan", [(None, "mnatsakanyam", "Mnatsakanyan")]),
    ("Mnazakanjan", "Mnatsakanyan", [(None, "Mnazakanjan", "Mnatsakanyan")]),
    ("moskow", "Moscow", [(None, "moskow", "Moscow")]),
    ("title:lavrof", "title:Lavrov", [(None, "lavrof", "Lavrov")]),
    (
        "moskow lavrof",
        "Moscow AND Lavrov",
        [(None, "moskow", "Moscow"), (None, "lavrof", "Lavrov")],
    ),
    ("peace lavrof -covid", "peace AND Lavrov AND NOT covid", [(None, "lavrof", "Lavrov")]),
    ("(lavrof OR moskow)^2", None, [(None, "lavrof", "Lavrov"), (None, "moskow", "Moscow")]),
    ('"sergey lavrof"', '"sergey Lavrov"', [(None, "lavrof", "Lavrov")]),
    ('"met Sergei Lavrow"~3', None, []),
    (
        '"Sergei Lavrow"',
        '"Sergey Lavrov"',
        [(None, "Sergei", "Sergey"), (None, "Lavrow", "Lavrov")],
    ),
    ("topdiplomats", '"top diplomats"', [(None, "topdiplomats", "top diplomats")]),
    ("top diplo mats", "top AND diplomats", [(None, "diplo mats", "diplomats")]),
    ('person:"Sergei Lavrow"', None, [("person", "Sergei Lavrow", "Sergey Lavrov")]),
    ('person:"Lavrov, Sergey"', None, [("person", "Lavrov, Sergey", "Sergey Lavrov")]),
    ("person:lavrof", "person:Lavrov", [("person", "lavrof", "Lavrov")]),
    ("place:Lods", "place:Łódź", [("place", "Lods", "Łódź")]),
    ("site:news.exmple", 'site:"news.example"', [("site", "news.exmple", "news.example")]),
    ('author:"Anna Reed"', 'author:"Ana Reed"', [("author", "Anna Reed", "Ana Reed")]),
]


@pytest.mark.parametrize(("query", "answered", "replaced"), SLIPS)
def test_what_nothing_has_is_answered_in_the_archives_spelling(
    engine: Engine, query: str, answered: str | None, replaced: list[tuple[str | None, str, str]]
) -> None:
    response = corrected(engine, query)
    assert said(response) == replaced
    if answered and replaced:
        assert response.correction is not None
        assert render(response.correction.query) == answered
    if replaced:
        assert response.total > 0
        assert response.suggestion is None


@pytest.mark.parametrize(
    "query",
    [
        *("", "lavrov", "xylophonist", "F-17", "2012", "lav", "lavrof~1", "lavrofx*", "NOT lavrof"),
        *("peace xyzzyq", "lavrof xyzzyq", "lang:enn", "date:1999", "sergey mnatsakanyan covid"),
    ],
)
def test_what_is_found_no_word_or_far_from_any_is_not_corrected(engine: Engine, query: str) -> None:
    response = corrected(engine, query)
    assert response.correction is None
    assert response == engine.searcher().search(SearchRequest(parse(query).node))


def test_only_who_asks_for_it_has_a_query_corrected(engine: Engine) -> None:
    response = engine.searcher().search(SearchRequest(parse("lavrof moscow").node))
    assert (response.total, response.correction) == (0, None)
    assert response.suggestion == "lavrov AND moscow"


def test_all_of_an_answer_is_the_corrected_querys(engine: Engine) -> None:
    request = SearchRequest(facets={"person": 9}, interval=Interval.DAY, sort=Sort.NEWEST, size=1)
    right = engine.searcher().search(replace(request, query=parse("lavrov").node))
    wrong = replace(request, query=parse("lavrof").node, correct=True)
    response = engine.searcher().search(wrong)
    assert replace(response, correction=None) == right
    after = place_of(response.hits[0], wrong, response)
    ((second, _), *_) = [(h, 0) for h in engine.searcher().search(replace(wrong, after=after)).hits]
    assert [h.document.id for h in engine.searcher().scan(wrong)] == [
        response.hits[0].document.id,
        second.document.id,
    ]


def test_archive_and_query_decide_of_a_correction_and_not_the_filters(engine: Engine) -> None:
    late = date(2030, 1, 1)
    kept = corrected(engine, "lavrov", first_day=late)
    assert (kept.total, kept.correction) == (0, None)
    mended = corrected(engine, "lavrof", first_day=late)
    assert (mended.total, said(mended)) == (0, [(None, "lavrof", "Lavrov")])


@pytest.mark.parametrize("role", ["any", "all", "none"])
def test_a_filters_value_that_no_document_has_is_the_nearest_one(engine: Engine, role: str) -> None:
    def of(name: str) -> SearchRequest:
        return SearchRequest(
            filters={"person": FieldFilter(**{role: (name,)})}, facets={"person": 9}
        )

    asked = replace(of("sergej lawrow"), correct=True)
    response = engine.searcher().search(asked)
    assert said(response) == [("person", "sergej lawrow", "Sergey Lavrov")]
    assert replace(response, correction=None) == engine.searcher().search(of("Sergey Lavrov"))


def test_a_filters_values_keep_their_own_case_when_they_are_there(engine: Engine) -> None:
    commit(engine, [document("other", person=("sergey lavrov",))])
    known = FieldFilter(any=("sergey lavrov", "Zohrab Mnatsakanyan"))
    response = corrected(engine, "", filters={"person": known, "lang": FieldFilter(any=("enn",))})
    assert response.correction is None


def test_a_rare_word_is_kept_while_anything_has_it(engine: Engine) -> None:
    many = [document(f"m{n}", "The ferry terminal sails on time.") for n in range(40)]
    commit(engine, [document("slip", "The fery was late."), *many])
    rare = corrected(engine, "fery")
    assert ([hit.document.id for hit in rare.hits], rare.correction) == (["slip"], None)
    assert rare.suggestion == "ferry"
    together = corrected(engine, "fery terminal")
    assert said(together) == [(None, "fery terminal", "ferry terminal")]
    assert together.total == 40


def test_words_are_chosen_that_are_there_together(engine: Engine) -> None:
    commit(
        engine,
        [
            *(document(f"a{n}", "Marit Solveig of Halden") for n in range(9)),
            document("b", "Erna Solberg"),
        ],
    )
    assert said(corrected(engine, "Erna Solbeig")) == [(None, "Solbeig", "Solberg")]
    assert said(corrected(engine, "Marit Solbeig")) == [(None, "Solbeig", "Solveig")]


def test_a_quoted_name_is_found_where_its_words_are_there_apart(engine: Engine) -> None:
    commit(engine, [document("x", "Sergei Eisenstein")])
    response = corrected(engine, '"Sergei Lavrov"')
    assert said(response) == [(None, "Sergei Lavrov", "Sergey Lavrov")]
    assert [hit.document.id for hit in response.hits] == ["talks"]


def test_a_correction_has_the_archives_case_and_accents(engine: Engine) -> None:
    texts = ("Der HAFENARBEITER Jürg Čapek. Hafenarbeiter streiken.", "Jürg Čapek aus Łódź")
    commit(engine, [document(f"c{n}", text, language="de") for n, text in enumerate(texts)])
    for typed, meant in [
        ("Juerg", "Jürg"),
        ("capec", "Čapek"),
        ("hafenarbieter", "Hafenarbeiter"),
        ("hafen arbeiter", "Hafenarbeiter"),
    ]:
        assert said(corrected(engine, typed)) == [(None, typed, meant)]


def test_words_that_may_be_missing_are_corrected_with_the_others(engine: Engine) -> None:
    words = (Word("lavrof"), Word("xyzzyq"), Word("moscow"))
    request = SearchRequest(And(words), optional=words, correct=True)
    response = engine.searcher().search(request)
    assert said(response) == [(None, "lavrof", "Lavrov")]


def test_a_stop_word_that_no_document_has_is_no_slip(engine: Engine) -> None:
    ferries = [document(f"f{n}", "Who saw the ferry from the quay?") for n in range(3)]
    commit(engine, [*ferries, document("tram", "The tram is late.")])
    search = engine.searcher().search
    for text in ("whom ferry", "ferry by whom quay"):
        response = search(asked(text, correct=True))
        assert (response.correction, response.complete, response.total) == (None, 3, 3)
    assert said(search(asked("whom fery quay", correct=True))) == [(None, "fery", "ferry")]
    assert said(search(asked("whom", correct=True))) == [(None, "whom", "Who")]


def asked(text: str, **changes: object) -> SearchRequest:
    """The request of a text as it is typed, its plain words free to be missing."""
    parsed = parse(text)
    request = SearchRequest(parsed.node, optional=parsed.optional, size=100)
    return replace(request, **changes)  # type: ignore[arg-type]


def lacking(engine: Engine, text: str, **changes: object) -> dict[str, tuple[str, ...]]:
    """What each hit of a text as typed lacks, by id, in order; a scan says the same."""
    request = asked(text, **changes)
    response = engine.searcher().search(request)
    assert response.total == len(response.hits)
    found = {hit.document.id: hit.missing for hit in response.hits}
    assert {hit.document.id: hit.missing for hit in engine.searcher().scan(request)} == found
    complete = sum(not missing for missing in found.values())
    assert response.complete in (None, complete)
    return found


HARBOUR = (
    document("all", "The quay, the ferry and the lamp.", day="2020-01-02", person=("Ada",)),
    document("no-quay", "A ferry with a lamp, a lamp, a lamp.", day="2021-01-02", person=("Bo",)),
    document("no-lamp", "The ferry left the quay.", day="2019-01-02", person=("Ada",)),
    document("only-lamp", "A lamp. Nothing is said of boats.", title="Lamp"),
    document("none", "A page of something else."),
)


@pytest.fixture(params=ENGINES)
def harbour(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = ENGINES[request.param](tmp_path / "index")
    commit(made, HARBOUR)
    return made


def test_words_may_be_missing_where_few_documents_have_all(harbour: Engine) -> None:
    found = lacking(harbour, "ferry quay lamp")
    assert found == {"all": (), "no-quay": ("quay",), "no-lamp": ("lamp",)}
    assert next(iter(found)) == "all"
    response = harbour.searcher().search(asked("ferry quay lamp"))
    assert (response.total, response.complete) == (3, 1)


def test_no_word_may_be_missing_unless_the_request_says_so(harbour: Engine) -> None:
    request = SearchRequest(parse("ferry quay lamp").node, facets={"person": 5})
    response = harbour.searcher().search(request)
    assert (response.total, response.complete, response.hits[0].missing) == (1, None, ())


def test_marks_of_a_sentence_are_not_said_to_be_missing(harbour: Engine) -> None:
    found = harbour.searcher().search(asked("¿ferry, lamp, quay?!")).hits
    assert {hit.document.id: hit.missing for hit in found if hit.missing} == {
        "no-quay": ("quay",),
        "no-lamp": ("lamp",),
    }


@pytest.mark.parametrize(
    "text", ["whom did the ferry at the quay", 'what quay title:"a ferry" lamp']
)
def test_small_words_make_no_others_be_missing_where_enough_have_the_rest(
    engine: Engine, text: str
) -> None:
    every = [document(f"all{n}", "Quay, lamp: left.", title="A ferry") for n in range(MIN_COMPLETE)]
    commit(engine, [*every, document("half", "A lamp, left.", title="A ferry")])
    assert lacking(engine, text).keys() == {one.id for one in every}
    assert engine.searcher().search(asked(text)).complete is None
    commit(engine, [], deleted=["all0"])
    assert lacking(engine, text)["half"] == ("quay",)


@pytest.mark.parametrize(
    "text", ["who saw the ferry at the quay", "ferry quay lamp", "whom ferry", "quay zeppelin lamp"]
)
def test_every_word_finds_those_that_lack_nothing(harbour: Engine, text: str) -> None:
    response = harbour.searcher().search(asked(text))
    every = harbour.searcher().search(asked(text, every_word=True))
    lacking_nothing = {hit.document.id for hit in response.hits if not hit.missing}
    assert {hit.document.id for hit in every.hits} == lacking_nothing
    assert (every.total, every.complete) == (response.complete, None)
    assert not any(hit.missing for hit in every.hits)


def test_no_word_may_be_missing_where_enough_documents_have_all(
    engine: Engine,
) -> None:
    every = [document(f"all{n}", "ferry quay", person=(f"P{n}",)) for n in range(MIN_COMPLETE)]
    commit(engine, [*every, document("half", "ferry")])
    assert len(lacking(engine, "ferry quay")) == MIN_COMPLETE
    response = engine.searcher().search(
        asked("ferry quay", filters={"person": FieldFilter(any=("P1",))})
    )
    assert (response.total, response.complete) == (1, None)
    commit(engine, [], deleted=["all0"])
    assert lacking(engine, "ferry quay")["half"] == ("quay",)


@pytest.mark.parametrize(
    "filters",
    [
        {"filters": {"person": FieldFilter(any=("Ada",))}},
        {"filters": {"person": FieldFilter(all=("Ada",))}},
        {"filters": {"person": FieldFilter(none=("Bo",))}},
        {"last_day": date(2020, 12, 31)},
    ],
)
def test_filters_take_from_what_is_found_and_change_nothing_else(
    harbour: Engine, filters: dict[str, object]
) -> None:
    assert lacking(harbour, "ferry quay lamp", **filters) == {"all": (), "no-lamp": ("lamp",)}


def test_a_filter_may_leave_only_what_lacks_a_word(harbour: Engine) -> None:
    bo = FieldFilter(any=("Bo",))
    request = asked("ferry quay lamp", filters={"person": bo}, facets={"person": 5})
    response = harbour.searcher().search(request)
    assert (response.total, response.complete) == (1, 0)
    (person,) = response.facets
    assert {v.value: v.count for v in person.values} == {"Ada": 2, "Bo": 1}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"ferry" quay lamp', {"all": (), "no-lamp": ("lamp",), "no-quay": ("quay",)}),
        ('"quay" ferry lamp', {"all": (), "no-lamp": ("lamp",)}),
        ("quay AND ferry AND lamp", {"all": ()}),
        ("quay AND ferry lamp", {"all": ()}),
        ("text:quay ferry lamp", {"all": (), "no-lamp": ("lamp",)}),
        ("ferry quay -lamp", {"no-lamp": ()}),
        ("ferry lamp -quay", {"no-quay": (), "only-lamp": ("ferry",)}),
        ("lam* ferry quay", {"all": (), "no-quay": ("quay",)}),
        ("ferry (quay lamp)", {"all": (), "no-lamp": ("lamp",), "no-quay": ("quay",)}),
        ("ferry (quay AND lamp)", {"all": ()}),
        ("person:ada ferry lamp", {"all": (), "no-lamp": ("lamp",)}),
        ("before:2020 ferry quay lamp", {"no-lamp": ("lamp",)}),
    ],
)
def test_only_plain_words_may_be_missing(
    harbour: Engine, query: str, found: dict[str, tuple[str, ...]]
) -> None:
    assert lacking(harbour, query) == found


def test_stop_words_are_neither_needed_nor_missed(harbour: Engine) -> None:
    found = lacking(harbour, "what is the ferry of the quay and a lamp")
    assert found == {"all": (), "no-quay": ("quay",), "no-lamp": ("lamp",)}
    assert lacking(harbour, "what is said")["only-lamp"] == ()


def test_a_query_of_stop_words_alone_asks_for_them(harbour: Engine) -> None:
    assert lacking(harbour, "of with") == {
        "no-quay": ("of",),
        "only-lamp": ("with",),
        "none": ("with",),
    }


def test_a_word_is_a_stop_word_in_the_language_of_the_query(tmp_path: Path) -> None:
    for name, make in ENGINES.items():
        engine = make(tmp_path / name)
        english = document("en", "The die is cast.")
        commit(engine, [english, document("de", "Die Fähre.", language="de")])
        assert lacking(engine, "the cast of the die") == {"en": (), "de": ("cast",)}
        assert lacking(engine, "die Fähre nach Oslo") == {"de": ("Oslo",)}


def test_a_word_that_no_document_has_is_missed_and_not_needed(harbour: Engine) -> None:
    found = lacking(harbour, "ferry zeppelin quay airship")
    assert found["all"] == found["no-lamp"] == ("zeppelin", "airship")
    assert harbour.searcher().search(asked("ferry zeppelin quay")).complete == 0


def test_words_that_no_document_has_find_nothing(harbour: Engine) -> None:
    assert lacking(harbour, "zeppelin airship") == {}
    assert lacking(harbour, 'zeppelin airship "ferry"') == {}


def test_the_words_that_are_there_are_marked(harbour: Engine) -> None:
    (*_, hit) = harbour.searcher().search(asked("ferry quay tower", sort=Sort.NEWEST)).hits
    (snippet,) = hit.snippets
    assert [snippet.text[a:b] for a, b in snippet.ranges] == ["ferry", "quay"]
    assert hit.missing == ("tower",)


def test_by_date_it_does_not_matter_what_is_missing(harbour: Engine) -> None:
    found = lacking(harbour, "ferry quay lamp", sort=Sort.NEWEST)
    assert list(found) == ["no-quay", "all", "no-lamp"]


def test_a_word_that_hardly_any_document_has_tells_more(engine: Engine) -> None:
    common = [document(f"c{n}", "ferry") for n in range(50)]
    commit(engine, [*common, document("rare", "lamplighter")])
    assert lacking(engine, "ferry lamplighter") == {"rare": ("ferry",)}


def test_documents_with_all_words_come_before_any_that_score_higher(engine: Engine) -> None:
    often = [document(f"o{n}", "ferry ferry ferry lamp", title="ferry lamp") for n in range(20)]
    commit(engine, [document("all", f"{'word ' * 500} ferry lamp quay"), *often])
    found = lacking(engine, "ferry lamp quay")
    assert next(iter(found)) == "all"
    assert len(found) > 1


def test_what_is_misspelt_is_still_suggested(harbour: Engine) -> None:
    response = harbour.searcher().search(asked("ferry lampp"))
    assert response.total
    assert response.suggestion == "ferry AND lamp"


def test_a_word_that_may_be_missing_becomes_no_phrase_that_may_not(harbour: Engine) -> None:
    commit(harbour, [document("split", "Any one of the boats.")])
    found = lacking(harbour, "anyone lamp quay ferry", correct=True)
    assert found["all"] == ("anyone",)
    assert "split" not in found
    response = harbour.searcher().search(asked("anyone lamp quay fery", correct=True))
    assert response.correction is not None
    assert [r.meant for r in response.correction.replaced] == ["ferry"]
    assert response.total > 1


def test_a_word_written_twice_may_be_missing_too(harbour: Engine) -> None:
    assert lacking(harbour, "quay quay lamp lamp ferry")["no-quay"] == ("quay",)


def test_a_long_word_that_may_be_missing_is_not_made_a_phrase_that_may_not(engine: Engine) -> None:
    words = (Word("topdiplomats"), Word("lavrov"), Word("covid"))
    request = SearchRequest(And(words), optional=words, correct=True)
    assert engine.searcher().search(request).correction is None


SPELLINGS = [
    ("Zelensky", ["Zelenskyy", "Selenskyj", "zelenskiy", "Zelenski", "Zelnesky"]),
    ("Gaddafi", ["Qaddafi", "Kadhafi", "gadafi", "Gadhafi"]),
    ("Tchaikovsky", ["Chaikovsky", "Tschaikowski", "Tchaikovski"]),
    ("Mohammed", ["Muhammad", "mohamed", "Mohammad"]),
    ("al-Assad", ["el-Assad", "Al-Asad"]),
    ("Søren", ["Soeren", "soren", "Sören"]),
    ("Müller", ["mueller", "muler"]),
    ("harbour", ["harbor", "harbuor"]),
    ("organised", ["organized"]),
    ("Hafenarbeiter", ["hafen arbeiter", "Hafenarbieter"]),
    ("Verkehrsminister", ["verkehr minister"]),
    ("sky line", ["skyline"]),
]


@pytest.mark.parametrize(("name", "typed"), SPELLINGS, ids=lambda value: str(value)[:9])
def test_a_name_is_found_in_any_spelling(engine: Engine, name: str, typed: list[str]) -> None:
    others = [document(f"o{n}", f"{other} was there") for n, (other, _) in enumerate(SPELLINGS)]
    commit(engine, [*others, document("this", f"It was {name} again")])
    for text in typed:
        response = corrected(engine, text)
        assert "this" in [hit.document.id for hit in response.hits], text
        assert all(meant == name for _, _, meant in said(response)), text


def test_only_a_name_has_other_spellings(engine: Engine) -> None:
    commit(engine, [document("x", "They broke the lock. Mr Brokke saw it.", language="en")])
    assert said(corrected(engine, "Brücke")) == [(None, "Brücke", "Brokke")]
    commit(engine, [document("x", "They broke the lock.", language="en")])
    assert said(corrected(engine, "Brücke")) == []
