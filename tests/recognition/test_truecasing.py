from hypothesis import given
from hypothesis import strategies as st

from searchapp.recognition.truecasing import restore_case


def test_a_headline_in_capitals_takes_the_case_of_the_text() -> None:
    text = "PETROV TELLS NATO OF OSLO FINDINGS\n\nPetrov met NATO and spoke of the findings."
    headline = restore_case(text).split("\n")[0]
    assert headline == "Petrov tells NATO of Oslo findings"


def test_prose_with_an_acronym_stays() -> None:
    for text in ("NATO met in Oslo.", "MOSCOW, October 4. Talks began.", "USA", "BBC NEWS"):
        assert restore_case(text) == text


def test_letters_that_change_their_number_with_their_case_stay() -> None:
    text = "İSTANBUL İZMİR ANKARA GROẞENHAIN"
    assert len(restore_case(text)) == len(text)


@given(st.text(st.sampled_from("ABCÇßİŒabc' \n"), max_size=200))
def test_every_character_keeps_its_place(text: str) -> None:
    changed = restore_case(text)
    assert len(changed) == len(text)
    assert changed.casefold() == text.casefold() or any(sign in text for sign in "ßİ")


def test_the_desk_s_word_is_not_half_of_a_name() -> None:
    line = "SOCCER-ARSENAL BEAT LEEDS TO LEAD"
    assert restore_case(line) == "soccer:Arsenal beat Leeds to lead"
    compound = "KOVACS-BRANDT MEETING TO BEGIN TODAY"
    assert restore_case(compound).startswith("Kovacs-Brandt")
