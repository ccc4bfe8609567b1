"""Each language: spellings that are one, inflections that are found, on every engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis.snowball import find_stemmer as find_snowball
from searchapp.engines.analysis.spelling import fold
from searchapp.engines.analysis.stemming import LIGHT, stemmer
from searchapp.engines.analysis.terms import normalise, query_terms
from searchapp.engines.base import Engine, SearchRequest
from searchapp.engines.memory import MemoryEngine
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from tests.engines.analysis.inflections import MISSED, PAIRS, pairs
from tests.engines.documents import LAW, commit, document

PAGE = Path(__file__).parents[3] / "docs/languages.md"
ONE_SPELLING = [
    "İstanbul ISTANBUL istanbul ıstanbul",
    "ısı ISI isi İSİ",
    "كتاب کتاب كِتاب كـتاب",
    "أحمد احمد إحمد آحمد ٱحمد",
    "مدينة مدينه مدینه",
    "على علي علی",
    "رئيس رئیس رييس",
    "2020 ٢٠٢٠ ۲۰۲۰ २०२० ２０２０",
    "सड़क सडक सड\u093cक",
    "שָׁלוֹם שלום שלומ",
    "Οδός ΟΔΟΣ οδοσ οδός",
    "ёлка Ёлка елка е\u0308лка",
    "за\u0301мок замок",
    "м'ята м’ята мʼята м`ята м′ята м‘ята",
    "ґанок ганок",
    "צ'רצ'יל צ׳רצ׳יל צ’רצ’יל",
    "Straße STRASSE strasse",
]
OTHERS = ["й и", "ї і", "ў у", "ك ق", "ہ ح", "ד ר", "लड लढ"]


@pytest.fixture(params=["memory", "whoosh"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    return MemoryEngine() if request.param == "memory" else WhooshEngine(tmp_path / "index")


def found(engine: Engine, query: str) -> set[str]:
    hits = engine.searcher().search(SearchRequest(parse(query).node, size=1000)).hits
    return {hit.document.id for hit in hits}


@pytest.mark.parametrize("words", ONE_SPELLING)
def test_many_spellings_are_one(words: str) -> None:
    terms = {tuple(term.term for term in query_terms(word)[0]) for word in words.split()}
    assert len(terms) == 1


@pytest.mark.parametrize("words", ONE_SPELLING)
def test_any_spelling_finds_the_others_and_marks_them(engine: Engine, words: str) -> None:
    commit(engine, [document(w, f"a {w} b", language=None) for w in words.split()])
    for word in words.split():
        response = engine.searcher().search(SearchRequest(parse(word).node))
        assert {hit.document.id for hit in response.hits} == set(words.split())
        for hit in response.hits:
            (snippet,) = hit.snippets
            ((start, end),) = snippet.ranges
            assert snippet.text[start:end] == hit.document.id


@pytest.mark.parametrize("words", OTHERS)
def test_other_letters_stay_others(words: str) -> None:
    one, other = words.split()
    assert fold(one) != fold(other)


SCRIPTS = st.text(
    st.characters(max_codepoint=0x7FF)
    | st.characters(min_codepoint=0x900, max_codepoint=0x97F)
    | st.sampled_from("ےۀۂﻻﷲ٣۳३ƒ\u0301\u0308\u0654\u093c\u200c"),
    max_size=8,
)


@given(SCRIPTS)
@LAW
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("language", PAIRS)
def test_a_word_in_one_form_finds_the_other(engine: Engine, language: str) -> None:
    listed = pairs(PAIRS[language])
    forms = dict.fromkeys(form for pair in listed for form in pair)
    commit(engine, [document(form, form, language=language) for form in forms])
    for one, other in listed:
        assert {one, other} <= found(engine, one), (one, other)
        assert {one, other} <= found(engine, other), (one, other)


@pytest.mark.parametrize("language", MISSED)
def test_what_is_said_to_be_missed_is(language: str) -> None:
    for one, other in pairs(MISSED[language]):
        assert stemmer(language)(normalise(one)) != stemmer(language)(normalise(other))


def test_a_mixed_archive_is_searched_by_the_rules_of_each_language(engine: Engine) -> None:
    firsts = {language: pairs(PAIRS[language])[0] for language in PAIRS}
    mixed = [document(code, f"{form} x", language=code) for code, (form, _) in firsts.items()]
    without = [
        document("sw", "nyumba kubwa", language="sw"),
        document("none", "ferries strikes", language=None),
        document("de-AT", "Die Häfen", language="de-AT"),
        document("nb", "Havnen", language="nb"),
    ]
    commit(engine, [*mixed, *without])
    for code, (_, other) in firsts.items():
        assert code in found(engine, other)
    assert found(engine, "nyumba") == {"sw"}
    assert found(engine, "strikes") == {"none", "en"} - {"en"}
    assert found(engine, "strike") == set()
    assert found(engine, "Hafen") == {"de", "de-AT"}
    assert "nb" in found(engine, "havner")


@pytest.mark.parametrize("language", ["ca", "cs", "el", "hi", "lt", "nl", "pl"])
def test_folded_tables_end_on_any_word(language: str) -> None:
    stem = find_snowball(language)
    assert stem

    @given(
        st.text(st.characters(categories=["L", "M"]), max_size=12)
        | st.text("aeiouytrkns", max_size=14)
    )
    @LAW
    def ends(word: str) -> None:
        assert len(stem(fold(word))) <= len(fold(word)) + 1

    ends()


@given(st.text("ובהלמשכגדתםית", min_size=6, max_size=9))
@LAW
def test_a_hebrew_word_has_the_same_stem_behind_the_article(word: str) -> None:
    stem = LIGHT["he"]
    assert stem(fold(f"ה{word}")) == stem(fold(word))


def rows() -> dict[str, tuple[str, str]]:
    """The table of the page: stemmer and share of pairs, by code."""
    table = re.findall(
        r"^\| `(\w\w)` \|[^|]*\| ([\w' ]+) \| (\d+ of \d+) \|$", PAGE.read_text(), re.MULTILINE
    )
    return {code: (name, share) for code, name, share in table}


def test_the_page_says_what_each_language_has() -> None:
    assert rows().keys() == PAIRS.keys()
    for code, (name, share) in rows().items():
        light, snowball = code in LIGHT, find_snowball(code) is not None
        assert name.startswith("light" if light else "Snowball" if snowball else "Whoosh")
        joined, missed = len(pairs(PAIRS[code])), len(pairs(MISSED.get(code, "")) or ())
        assert share == f"{joined} of {joined + missed}"
