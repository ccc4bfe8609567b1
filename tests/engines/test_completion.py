"""Names and titles a text being typed may become."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.base import Completion, Engine, FieldFilter, SearchRequest, Undated
from tests.engines.documents import LAW, commit, document
from tests.test_engines import ENGINES

ARCHIVE = [
    document("a", title="Lavrov meets Solberg", day="2020-01-01", person=("Sergey Lavrov",)),
    document("b", title="Solberg in Łódź", day="2021-01-01", person=("Erna Solberg",)),
    document("c", title="Talks", person=("Sergey Lavrov", "Łucja Sol"), place=("Lavra",)),
]
NAMED = [
    document("1", person=("Marit Solberg", "Volodymyr Zelensky"), site="harbour-news.example"),
    document("2", person=("Marit Solberg",), org=("Solberg & Sons",), day="2020-05-01"),
    document("3", person=("Gerhard Schröder", "Seán O'Brien"), place=("Kyiv",), day="2021-05-01"),
    document("4", person=("Muammar Gaddafi", "安倍晋三"), place=("Łódź", "Kharkiv")),
]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = ENGINES[request.param](tmp_path)
    commit(made, ARCHIVE)
    return made


@pytest.fixture(params=ENGINES)
def named(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = ENGINES[request.param](tmp_path)
    commit(made, NAMED[:2])
    commit(made, NAMED[2:])
    return made


def found(
    engine: Engine, text: str, size: int = 8, within: SearchRequest | None = None
) -> list[tuple[str, str, int]]:
    completions = engine.searcher().complete(text, size, within)
    return [(c.field, c.value, c.count) for c in completions]


def values(engine: Engine, text: str) -> list[str]:
    return [value for _, value, _ in found(engine, text)]


def marked(engine: Engine, text: str) -> list[list[str]]:
    completions = engine.searcher().complete(text, 8)
    return [[c.value[start:end] for start, end in c.ranges] for c in completions]


def test_a_name_is_found_by_any_of_its_words_the_most_frequent_first(engine: Engine) -> None:
    lavrov = ("person", "Sergey Lavrov", 2)
    title = ("title", "Lavrov meets Solberg", 1)
    assert found(engine, "lav") == [lavrov, ("place", "Lavra", 1), title]
    assert found(engine, "Sergey  LAVR") == [lavrov]
    assert found(engine, "rge") == []
    assert found(engine, "lav", 2) == [lavrov, title]


def test_the_words_of_a_name_come_in_any_order(engine: Engine) -> None:
    assert found(engine, "lavrov serg") == [("person", "Sergey Lavrov", 2)]
    assert found(engine, "solb er") == [("person", "Erna Solberg", 1)]
    assert found(engine, "solb serg") == []


def test_accents_make_no_difference(engine: Engine) -> None:
    assert found(engine, "luc") == [("person", "Łucja Sol", 1)]
    assert found(engine, "solberg lod") == [("title", "Solberg in Łódź", 1)]


def test_titles_come_newest_first_and_have_every_word(engine: Engine) -> None:
    titles = [c for c in engine.searcher().complete("solb", 8) if c.field == "title"]
    assert [c.document_id for c in titles] == ["b", "a"]
    assert found(engine, "meets solb") == [("title", "Lavrov meets Solberg", 1)]


def test_newest_first_goes_over_commits(engine: Engine) -> None:
    late = document("d", title="Solberg again", day="2022-01-01")
    early = document("e", title="Solberg before", day="2019-01-01")
    commit(engine, [late])
    commit(engine, [early, document("f", title="Solberg undated")])
    titles = [c for c in engine.searcher().complete("solb", 8) if c.field == "title"]
    assert [c.document_id for c in titles] == ["d", "b", "a"]


@pytest.mark.parametrize("text", ["", "  ", "?!", "x" * 5000, "\ud800", "zz", "[.*+", "a b " * 999])
def test_what_nothing_begins_with_becomes_nothing(engine: Engine, text: str) -> None:
    assert found(engine, text) == []


def test_a_commit_is_seen_and_the_deleted_are_not_suggested(engine: Engine) -> None:
    searcher = engine.searcher()
    erna = Completion("person", "Erna Solberg", 1, None, ((0, 4),))
    assert searcher.complete("erna", 8) == (erna,)
    commit(engine, [], deleted=["b"])
    assert searcher.complete("erna", 8) == ()


SLIPS = {
    "one letter left out": ("solbrg", "Marit Solberg"),
    "one too many": ("sollberg", "Marit Solberg"),
    "one for another": ("solbirg", "Marit Solberg"),
    "two the wrong way round": ("solbreg", "Marit Solberg"),
    "the first letter": ("zolberg", "Marit Solberg"),
    "a slip before it is all typed": ("slob", "Marit Solberg"),
    "two from the eighth letter": ("volodimir", "Volodymyr Zelensky"),
    "two next to each other": ("schroderr ger", "Gerhard Schröder"),
    "an accent": ("schroeder", "Gerhard Schröder"),
    "another way to write it": ("selenskyj", "Volodymyr Zelensky"),
    "and another": ("zelenskiy", "Volodymyr Zelensky"),
    "and in a place": ("charkiw", "Kharkiv"),
    "without the mark that joins": ("obrien", "Seán O'Brien"),
    "with it": ("o'bri", "Seán O'Brien"),
    "in the other order": ("gadafi muamar", "Muammar Gaddafi"),
    "of a script without spaces": ("晋三", "安倍晋三"),
}


@pytest.mark.parametrize("kind", SLIPS)
def test_slips_are_forgiven(named: Engine, kind: str) -> None:
    typed, name = SLIPS[kind]
    assert values(named, typed)[:1] == [name]


@pytest.mark.parametrize("typed", ["aaaa", "sob", "solbxxx", "mxxrit solb", "kyiv solberg"])
def test_too_many_slips_are_not(named: Engine, typed: str) -> None:
    assert values(named, typed) == []


def test_what_is_written_as_typed_comes_first_and_enough_of_it_alone(tmp_path: Path) -> None:
    for number, make in enumerate(ENGINES.values()):
        engine = make(tmp_path / str(number))
        many = [document(f"m{n}", person=("Hans Moller",)) for n in range(5)]
        commit(engine, [*many, document("k", person=("Ida Miller",))])
        assert values(engine, "mille") == ["Ida Miller", "Hans Moller"]
        assert values(engine, "ida mille") == ["Ida Miller"]
        assert values(engine, "ida mlile") == ["Ida Miller"]
        commit(engine, [document("l", person=("Bo Miller", "Cy Miller"))])
        assert values(engine, "mille") == ["Bo Miller", "Cy Miller", "Ida Miller"]


def test_a_segment_without_the_words_of_names_completes_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ENGINES["whoosh"](tmp_path)
    commit(engine, NAMED)
    typed = ("solb mar", "selenskyj", "harb", "晋三")
    before = [engine.searcher().complete(text, 8) for text in typed]
    assert all(before)
    later = "searchapp.engines.whoosh.segment.name_index.VERSION"
    monkeypatch.setattr(later, "of another time")
    assert [engine.searcher().complete(text, 8) for text in typed] == before


def test_the_words_of_names_are_merged(tmp_path: Path) -> None:
    engine = ENGINES["whoosh"](tmp_path)
    for n in range(12):
        commit(engine, [document(f"n{n}", person=(f"Marit Solberg {n}", "Bo"))], deleted=["n1"])
    assert found(engine, "bo") == [("person", "Bo", 11)]
    assert len(found(engine, "solbreg", 50)) == 11
    commit(engine, [document("o", person=("Bo",))], deleted=["n2"])
    assert found(engine, "bo") == [("person", "Bo", 11)]
    assert ("person", "Marit Solberg 2", 1) not in found(engine, "marit", 50)


def test_sites_are_suggested(named: Engine) -> None:
    assert found(named, "harb") == [("site", "harbour-news.example", 1)]
    assert found(named, "news") == [("site", "harbour-news.example", 1)]


def test_what_matched_is_marked(named: Engine) -> None:
    assert marked(named, "solb mar") == [["Mar", "Solb"]]
    assert marked(named, "solbreg mar") == [["Mar", "Solberg"]]
    assert marked(named, "lod") == [["Łód"]]
    assert marked(named, "obri") == [["O'Bri"]]


def test_what_matched_is_marked_in_titles(engine: Engine) -> None:
    titles = [c for c in engine.searcher().complete("solb", 8) if c.field == "title"]
    assert [title.ranges for title in titles] == [((0, 4),), ((13, 17),)]
    assert marked(engine, "meets sol") == [["meets", "Sol"]]
    assert marked(engine, "solberg lo") == [["Solberg", "Łó"]]


def test_names_are_counted_within_the_filters(named: Engine) -> None:
    marit, sons = ("person", "Marit Solberg"), ("org", "Solberg & Sons")
    assert found(named, "solb") == [(*marit, 2), (*sons, 1)]
    late = SearchRequest(first_day=date(2020, 1, 1), last_day=date(2020, 12, 31))
    assert found(named, "solb", within=late) == [(*sons, 1), (*marit, 1)][::-1]
    dated = SearchRequest(first_day=date(2020, 1, 1), undated=Undated.INCLUDE)
    assert found(named, "solb", within=dated) == [(*marit, 2), (*sons, 1)]


def test_what_the_filters_leave_without_documents_comes_last(named: Engine) -> None:
    within = SearchRequest(filters={"site": FieldFilter(any=("harbour-news.example",))})
    assert found(named, "solb", within=within) == [
        ("person", "Marit Solberg", 1),
        ("org", "Solberg & Sons", 0),
    ]
    without = SearchRequest(filters={"person": FieldFilter(none=("Marit Solberg",))})
    assert found(named, "solb", within=without) == [
        ("person", "Marit Solberg", 0),
        ("org", "Solberg & Sons", 0),
    ]


def test_a_count_leaves_out_what_its_own_facet_chose(named: Engine) -> None:
    within = SearchRequest(filters={"person": FieldFilter(any=("Muammar Gaddafi",))})
    assert found(named, "solb", within=within) == [
        ("person", "Marit Solberg", 2),
        ("org", "Solberg & Sons", 0),
    ]


def test_titles_are_of_documents_within_the_filters(engine: Engine) -> None:
    within = SearchRequest(filters={"person": FieldFilter(any=("Erna Solberg",))})
    completions = engine.searcher().complete("solb", 8, within)
    assert [c.document_id for c in completions if c.field == "title"] == ["b"]


NAMES = st.lists(st.sampled_from(("Ada Oslo", "ada oslo", "Bo", "Bo Polo", "Łu", "O'Brien")))


@pytest.mark.parametrize("name", ENGINES)
@given(st.lists(NAMES.map(lambda names: list(dict.fromkeys(names))), max_size=8), st.data())
@LAW
def test_names_are_those_of_brute_force(
    name: str, documents: list[list[str]], data: st.DataObject
) -> None:
    begun = data.draw(st.sampled_from(("a", "o", "po", "bo", "po b", "lu", "o'b", "x")))
    with tempfile.TemporaryDirectory() as folder:
        engine = ENGINES[name](Path(folder))
        commit(engine, [document(f"d{n}", person=names) for n, names in enumerate(documents)])
        counts = Counter(name for names in documents for name in names)
        plain = {name: name.lower().replace("ł", "l") for name in counts}
        typed = begun.replace("'", " ").split()
        fits = [
            n
            for n, p in plain.items()
            if all(any(w.startswith(t) for w in p.replace("'", " ").split()) for t in typed)
        ]
        expected = sorted((-counts[n], n) for n in fits)
        got = engine.searcher().complete(begun, 50)
        assert [(-c.count, c.value) for c in got] == expected


WORDS = st.text("abcdeéß'-zsch тер安倍", min_size=1, max_size=9)
FULL_NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@given(
    st.lists(st.lists(FULL_NAMES, max_size=4, unique=True), min_size=1, max_size=9),
    st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
    st.integers(1, 9),
    st.data(),
)
@LAW
def test_every_engine_completes_alike(
    documents: list[list[str]], typed: str, size: int, data: st.DataObject
) -> None:
    every = sorted({name for names in documents for name in names})
    chosen = data.draw(st.lists(st.sampled_from(every), max_size=2)) if every else []
    role = data.draw(st.sampled_from(("any", "all", "none")))
    within = SearchRequest(filters={"person": FieldFilter(**{role: tuple(chosen)})})
    cut = data.draw(st.integers(0, len(documents)))
    made = [
        document(
            f"d{n}", title=" ".join(names), day=f"2020-01-0{n + 1}", person=names, org=names[:1]
        )
        for n, names in enumerate(documents)
    ]
    answers = []
    with tempfile.TemporaryDirectory() as folder:
        for name, make in ENGINES.items():
            engine = make(Path(folder, name))
            commit(engine, made[:cut])
            commit(engine, made[cut:], deleted=["d0"] if cut else [])
            answers.append(engine.searcher().complete(typed, size, within))
    assert all(answer == answers[0] for answer in answers)
