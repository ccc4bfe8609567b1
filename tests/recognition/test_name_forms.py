import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.recognition import name_forms


def trim(text: str) -> str:
    start, end = name_forms.trim(text, 0, len(text))
    return text[start:end]


@pytest.mark.parametrize(
    ("marked", "name"),
    [
        ("the United States", "United States"),
        ("Russia’s", "Russia"),
        ("RUSSIA'S", "RUSSIA"),
        ("Reuters'", "Reuters"),
        ("“Ivan Petrov”", "Ivan Petrov"),
        ("(Oslo", "Oslo"),
        ("Oslo)", "Oslo"),
        ("anti-Petrov", "Petrov"),
        ("Moscow-based", "Moscow"),
        ("US-led", "US"),
        ("Oslo.", "Oslo"),
        ("Oslo -", "Oslo"),
    ],
)
def test_what_stands_around_a_name_is_trimmed(marked: str, name: str) -> None:
    assert trim(marked) == name


@pytest.mark.parametrize(
    "name",
    ["The Hague", "McDonald's", "Moody’s", "Acme Inc.", "U.S.", "Ivan Petrov Jr.",
     "Rome (Georgia)", "Theodor Anders", "Nagorno-Karabakh", "J."],
)  # fmt: skip
def test_what_belongs_to_a_name_stays(name: str) -> None:
    assert trim(name) == name


@given(st.text(max_size=60))
def test_trimming_stays_inside_and_is_idempotent(text: str) -> None:
    start, end = name_forms.trim(text, 0, len(text))
    assert 0 <= start <= end <= len(text)
    assert name_forms.trim(text, start, end) == (start, end)


@pytest.mark.parametrize(
    ("titled", "name"),
    [
        ("Mr. Petrov", "Petrov"),
        ("Foreign Minister Ivan Petrov", "Ivan Petrov"),
        ("President-elect Petrov", "Petrov"),
        ("Lt. Col. Petrov", "Petrov"),
        ("Marshall Petrov", "Marshall Petrov"),
        ("Larry King", "Larry King"),
        ("PRIME MINISTER PETROV", "PETROV"),
        ("Mme Petrov", "Petrov"),
        ("Herr Petrov", "Petrov"),
        ("Señora Petrov", "Petrov"),
        ("President", "President"),
    ],
)
def test_titles_go_and_first_names_stay(titled: str, name: str) -> None:
    assert titled[name_forms.title_end(titled) :] == name


def test_who_reigns_keeps_the_title() -> None:
    assert name_forms.add_throne("Francis", before="said Pope ") == "Pope Francis"
    assert name_forms.add_throne("Elizabeth II", before="Queen ") == "Queen Elizabeth II"
    assert name_forms.add_throne("Ivan Petrov", before="King ") == "Ivan Petrov"
    assert name_forms.add_throne("Petrov", before="President ") == "Petrov"


def test_a_given_name_cut_at_its_hyphen_goes_on() -> None:
    assert name_forms.given_name_rest("Han Min-jun said", len("Han Min")) == len("-jun")
    assert name_forms.given_name_rest("Ivan Petrov-led", len("Ivan Petrov")) == 0
    assert name_forms.given_name_rest("Min-jun said", len("Min")) == 0


def test_legal_forms_go_and_words_stay() -> None:
    assert name_forms.strip_legal_form("Nordwind AG") == "Nordwind"
    assert name_forms.strip_legal_form("Acme, Inc.") == "Acme"
    assert name_forms.strip_legal_form("Bank of Oslo") == "Bank of Oslo"
    assert name_forms.strip_legal_form("SAGA") == "SAGA"


def test_officers_are_not_part_of_the_name() -> None:
    assert name_forms.strip_officers("Geneva Group Co-Chairs") == "Geneva Group"
    assert name_forms.strip_officers("Office of the President") == "Office of the President"


def test_acronyms_of_a_name() -> None:
    assert "ONC" in name_forms.acronyms("Organisation for Northern Co-operation")
    assert "ONCO" in name_forms.acronyms("Organisation for Northern Co-operation")
    assert name_forms.acronyms("Oslo") == frozenset()


def test_capitals_become_running_case() -> None:
    assert name_forms.to_title_case("BANK OF NORWAY") == "Bank of Norway"
    assert name_forms.to_title_case("NBC NEWS") == "NBC News"
    assert name_forms.to_title_case("O'BRIEN") == "O'brien"


def test_acronyms_are_capitals() -> None:
    assert all(map(name_forms.is_acronym, ("OSCE", "U.S.", "AT&T")))
    assert not any(map(name_forms.is_acronym, ("Oslo", "A", "INTERNATIONAL", "OSCE GROUP")))


def test_transliterations_share_a_skeleton() -> None:
    assert (
        name_forms.skeleton("zelenskyy")
        == name_forms.skeleton("zelensky")
        == name_forms.skeleton("zelenskiy")
    )
    assert name_forms.skeleton("petrov") != name_forms.skeleton("petrova")
