"""From text to terms: what is indexed, what a query word looks up, and that they agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis.spelling import fold
from searchapp.engines.analysis.terms import (
    LONGEST_TERM,
    analyse,
    is_break,
    normalise,
    normalise_pattern,
    query_terms,
)
from tests.engines.documents import LAW

FORMS = [
    ("COVID-19", ["covid19", "covid", "19"], ["covid19"]),
    ("COVID\u201119", ["covid19", "covid", "19"], ["covid19"]),
    ("AT&T", ["at&t", "at", "t"], ["at&t"]),
    ("U.S.", ["u.s", "us"], ["u.s"]),
    ("J.R.R. Tolkien", ["j.r.r", "jrr", "tolkien"], ["j.r.r", "tolkien"]),
    ("O'Brien", ["obrien", "o", "brien"], ["obrien"]),
    ("O’Brien’s", ["obrien", "o", "brien"], ["obrien"]),
    ("Lavrov’s", ["lavrov"], ["lavrov"]),
    ("F-16", ["f16", "f", "16"], ["f16"]),
    ("C++", ["c++", "c"], ["c++"]),
    ("C#", ["c#", "c"], ["c#"]),
    ("Disney+", ["disney+", "disney"], ["disney+"]),
    ("3.5", ["3.5", "3", "5"], ["3.5"]),
    ("1,000,000", ["1000000"], ["1000000"]),
    ("1,2", ["1,2", "1", "2"], ["1,2"]),
    ("e-mail", ["email", "e", "mail"], ["email"]),
    ("node.js", ["node.js", "node", "js"], ["node.js"]),
    ("9/11", ["9", "11"], ["9", "11"]),
    ("don't", ["dont", "don", "t"], ["dont"]),
    ("l’économie", ["leconomie", "l", "economie"], ["economie"]),
    ("L'économie", ["leconomie", "l", "economie"], ["economie"]),
    ("D'Angelo", ["dangelo", "d", "angelo"], ["dangelo"]),
    ("dell'arte", ["dellarte", "dell", "arte"], ["arte"]),
    ("Łódź", ["lodz"], ["lodz"]),
    ("Straße", ["strasse"], ["strasse"]),
    ("ﬁnance", ["finance"], ["finance"]),
    ("Ёлка й", ["елка", "й"], ["елка", "й"]),
    ("Ἀθῆναι", ["αθηναι"], ["αθηναι"]),
    ("हिन्दी", ["हिन्दी"], ["हिन्दी"]),
    ("inter\u00adnational", ["international"], ["international"]),
    ("東京都", ["東", "東京", "京", "京都", "都"], ["東京", "京都"]),
    ("人", ["人"], ["人"]),
    ("ไทย", ["ไ", "ไท", "ท", "ทย", "ย"], ["ไท", "ทย"]),
    ("한국어", ["한", "한국", "국", "국어", "어"], ["한국", "국어"]),
    ("abc東", ["abc", "東"], ["abc", "東"]),
    ("foo_bar", ["foo", "bar"], ["foo", "bar"]),
    ("& – !", [], []),
    ("", [], []),
]


@pytest.mark.parametrize(("text", "indexed", "looked_up"), FORMS, ids=[f[0] for f in FORMS])
def test_forms(text: str, indexed: list[str], looked_up: list[str]) -> None:
    assert [t.term for t in analyse(text)] == indexed
    assert [t.term for t in query_terms(text)[0]] == looked_up


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a COVID-19 case", [("a", 0), ("covid19", 1), ("covid", 1), ("19", 2), ("case", 3)]),
        ("an AT&T bill", [("an", 0), ("at&t", 1), ("at", 1), ("t", 1), ("bill", 2)]),
        ("the U.S. army", [("the", 0), ("u.s", 1), ("us", 1), ("army", 2)]),
    ],
)
def test_positions(text: str, places: list[tuple[str, int]]) -> None:
    assert [(t.term, t.position) for t in analyse(text)] == places


@pytest.mark.parametrize(
    ("written", "expected"),
    [("Łó*", "lo*"), ("COVID-1?", "covid1?"), ("*", "*"), ("o'b*n", "ob*n")],
)
def test_patterns_take_the_form_of_terms(written: str, expected: str) -> None:
    assert normalise_pattern(written) == expected


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [("ab cd", 2, True), ("ab cd", 1, False), ("東京", 1, True), ("กี่", 1, False), ("ab", 0, True)],
)
def test_breaks_leave_words_whole(text: str, place: int, *, expected: bool) -> None:
    assert is_break(text, place) == expected


WORDS = st.text(st.sampled_from("aZéßёй'’-&.+#@,1 東京ไท한\u0301_/\u00ad"), max_size=12) | st.text(
    max_size=12
)


@given(WORDS)
@LAW
def test_what_is_typed_finds_what_is_written(text: str) -> None:
    indexed = {t.term for t in analyse(text)}
    assert {t.term for t in query_terms(text)[0]} <= indexed


@given(WORDS)
@LAW
def test_tokens_are_ordered_ranges_of_the_text(text: str) -> None:
    tokens = list(analyse(text))
    positions = [t.position for t in tokens]
    assert positions == sorted(positions)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert 0 < len(token.term) <= LONGEST_TERM
        token.term.encode()


@given(WORDS)
@LAW
def test_a_term_is_its_own_normal_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(st.characters(max_codepoint=0x2FF), max_size=12))
@LAW
def test_folding_ignores_case_and_composition(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(text.lower()) == fold(text.upper().lower())
