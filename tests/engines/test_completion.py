"""Names and titles a text being typed may become."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.base import Completion, Engine
from tests.engines.documents import LAW, commit, document
from tests.test_engines import ENGINES

ARCHIVE = [
    document("a", title="Lavrov meets Solberg", day="2020-01-01", person=("Sergey Lavrov",)),
    document("b", title="Solberg in Łódź", day="2021-01-01", person=("Erna Solberg",)),
    document("c", title="Talks", person=("Sergey Lavrov", "Łucja Sol"), place=("Lavra",)),
]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    made = ENGINES[request.param](tmp_path)
    commit(made, ARCHIVE)
    return made


def found(engine: Engine, text: str, size: int = 8) -> list[tuple[str, str, int]]:
    return [(c.field, c.value, c.count) for c in engine.searcher().complete(text, size)]


def test_a_name_is_found_by_any_of_its_words_the_most_frequent_first(engine: Engine) -> None:
    lavrov = ("person", "Sergey Lavrov", 2)
    title = ("title", "Lavrov meets Solberg", 1)
    assert found(engine, "lav") == [lavrov, ("place", "Lavra", 1), title]
    assert found(engine, "Sergey  LAVR") == [lavrov]
    assert found(engine, "ergey") == []
    assert found(engine, "lav", 2) == [lavrov, title]


def test_accents_make_no_difference(engine: Engine) -> None:
    assert found(engine, "luc") == [("person", "Łucja Sol", 1)]
    assert found(engine, "solberg lod") == [("title", "Solberg in Łódź", 1)]


def test_titles_come_newest_first_and_have_every_word(engine: Engine) -> None:
    titles = [c for c in engine.searcher().complete("solb", 8) if c.field == "title"]
    assert [c.document_id for c in titles] == ["b", "a"]
    assert found(engine, "meets solb") == [("title", "Lavrov meets Solberg", 1)]


@pytest.mark.parametrize("text", ["", "  ", "?!", "x" * 5000, "\ud800", "zz"])
def test_what_nothing_begins_with_becomes_nothing(engine: Engine, text: str) -> None:
    assert found(engine, text) == []


def test_a_commit_is_seen_and_the_deleted_are_not_suggested(engine: Engine) -> None:
    searcher = engine.searcher()
    assert searcher.complete("erna", 8) == (Completion("person", "Erna Solberg", 1),)
    commit(engine, [], deleted=["b"])
    assert searcher.complete("erna", 8) == ()


NAMES = st.lists(st.sampled_from(("Ada Oslo", "ada oslo", "Bo", "Bo Polo", "Łu", "O'Brien")))


@pytest.mark.parametrize("name", ENGINES)
@given(st.lists(NAMES.map(lambda names: list(dict.fromkeys(names))), max_size=8), st.data())
@LAW
def test_names_are_those_of_brute_force(
    name: str, documents: list[list[str]], data: st.DataObject
) -> None:
    begun = data.draw(st.sampled_from(("a", "o", "po", "bo", "bo p", "lu", "o'b", "x")))
    with tempfile.TemporaryDirectory() as folder:
        engine = ENGINES[name](Path(folder))
        commit(engine, [document(f"d{n}", person=names) for n, names in enumerate(documents)])
        counts = Counter(name for names in documents for name in names)
        plain = {name: name.lower().replace("ł", "l") for name in counts}
        fits = [n for n, p in plain.items() if p.startswith(begun) or f" {begun}" in p]
        expected = sorted((-counts[n], n) for n in fits)
        got = engine.searcher().complete(begun, 50)
        assert [(-c.count, c.value) for c in got] == expected
