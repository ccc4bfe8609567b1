from __future__ import annotations

import pytest

from searchapp.text_boundaries import find_names, is_word_end, stands_alone


def alone(text: str, name: str = "Solberg", precedes: str = "") -> bool:
    start = text.index(name)
    return stands_alone(text, start, start + len(name), lambda word: word == precedes)


@pytest.mark.parametrize("text", ["Solberg", "said Solberg.", "(Solberg's", "the 3 Solberg 4 of"])
def test_a_name_among_other_words_stands_alone(text: str) -> None:
    assert alone(text)


@pytest.mark.parametrize(
    "text",
    [
        "Solbergs",
        "Solberg Hall",
        "Solberg-Berg",
        "Anna Solberg",
        "Mr. Solberg",
        "Anna-Solberg",
        "pre-Solberg",
        "@Solberg",
        "#Solberg",
        "a/Solberg",
        "www.Solberg",
        "Élise Solberg",
    ],
)
def test_part_of_a_longer_name_or_an_address_does_not(text: str) -> None:
    assert not alone(text)


def test_the_caller_says_which_words_may_precede_a_name() -> None:
    assert alone("Then Solberg", precedes="Then ")
    assert not alone("Anna Solberg", precedes="Then ")
    assert not alone("Then-Solberg", precedes="Then-")


def test_the_word_before_is_looked_for_no_further_than_asked() -> None:
    text = f"A{'a' * 20} Solberg"
    start = text.index("S")
    assert not stands_alone(text, start, len(text))
    assert stands_alone(text, start, len(text), look_back=10)


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("Lavrov left", 6, True),
        ("Lavrova", 6, False),
        ("Лавровск", 6, False),
        ("拉夫罗夫说", 4, True),
    ],
)
def test_a_word_ends_before_a_space_or_anywhere_without_spaces(
    text: str, end: int, *, expected: bool
) -> None:
    assert is_word_end(text, end) is expected


def test_names_are_found_once_a_word_the_first_that_fits() -> None:
    names = {"Anna": ["Anna Berg", "Anna"]}
    text = "so Anna Berg met Anna, and Annabel"
    found = find_names(text, names, stands_alone)
    assert [text[start:end] for start, end in found] == ["Anna Berg", "Anna"]
