"""Words with a beginning within some edits, held against the least of all their beginnings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchapp.engines.analysis.edit_distance import edits
from searchapp.engines.whoosh.segment.termdict import Dictionary, encode_dictionary
from searchapp.engines.whoosh.segment.vocabulary import Vocabulary
from tests.engines.documents import LAW

WORDS = st.text("abcé安т", min_size=1, max_size=12)


def vocabulary(words: list[str]) -> Vocabulary:
    return Vocabulary.build(Dictionary(*encode_dictionary(sorted(word.encode() for word in words))))


@given(st.lists(WORDS, max_size=30, unique=True), WORDS, st.integers(1, 2))
@LAW
def test_what_is_near_is_what_brute_force_finds(words: list[str], typed: str, most: int) -> None:
    ords, off = vocabulary(words).near(typed, most)
    in_order = sorted(words, key=str.encode)
    least = {
        word: min(edits(typed, word[:end]) for end in range(len(word) + 1)) for word in in_order
    }
    found = {in_order[n]: d for n, d in zip(ords.tolist(), off.tolist(), strict=True)}
    assert found == {word: d for word, d in least.items() if d <= most}


def test_words_that_share_a_beginning_are_each_found() -> None:
    words = ["solbakken", "solberg", "solbergs", "solbergsen"]
    ords, off = vocabulary(words).near("solbreg", 1)
    assert [words[n] for n in ords] == words[1:]
    assert off.tolist() == [1, 1, 1]


def test_no_words_are_near_nothing() -> None:
    ords, _ = vocabulary([]).near("solberg", 1)
    assert ords.tolist() == []
