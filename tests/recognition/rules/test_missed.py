import pytest

from searchapp.model import EntityType
from searchapp.recognition.mentions import Mention
from searchapp.recognition.rules import missed

PERSON, ORG, PLACE = EntityType.PERSON, EntityType.ORG, EntityType.PLACE


def find_people(text: str) -> list[str]:
    return [text[m.start : m.end] for m in missed.find_people(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Prosecutor Lerato Dube asked for life.", "Lerato Dube"),
        ("said spokeswoman Ana de la Cruz on Sunday", "Ana de la Cruz"),
        ("Istvan Kovacs, the Hungarian prime minister, agreed.", "Istvan Kovacs"),
        ("Jonah Pell, 34, was arrested.", "Jonah Pell"),
        ("1 - Jana Hruba (Czech Republic) won.", "Jana Hruba"),
    ],
)
def test_who_is_announced_is_a_person(text: str, name: str) -> None:
    assert find_people(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Lead manager Swiss Bank said so.",
        "Lead manager Nordvik Holdings Ltd said so.",
        "Coach French Open winners.",
        "The spokesman said Nordvik Energy, a company, agreed.",
        "Nordvik Motor (Maker) agreed.",
        "The prosecutor Dube asked for life.",
    ],
)
def test_others_are_not(text: str) -> None:
    assert find_people(text) == []


def add_missed(text: str, *known: tuple[str, EntityType], language: str = "en") -> list[str]:
    marked = [Mention(text.index(n), text.index(n) + len(n), kind) for n, kind in known]
    found = missed.add_missed(text, marked, language)
    return [text[m.start : m.end] for m in found if m not in marked]


def test_countries_are_found_by_name() -> None:
    assert add_missed("Rice from the Philippines and South Korea's ports.") == [
        "Philippines",
        "South Korea",
    ]
    assert add_missed("Il vit en Allemagne.", language="fr") == ["Allemagne"]


@pytest.mark.parametrize(
    "text",
    [
        "Michael Jordan met Georgia.",  # people as often as countries
        "He ate turkey and china.",
        "The Bank of Cuba Libre opened.",
        "Air France flew.",
        "Tell us, US or not.",
    ],
)
def test_what_may_be_something_else_is_not_a_country(text: str) -> None:
    assert add_missed(text) == []


def test_initials_of_an_organisation_of_the_text_are_its_name() -> None:
    full = ("National Prosecuting Authority", ORG)
    assert add_missed("The National Prosecuting Authority met. NPA lawyers left.", full) == ["NPA"]
    assert add_missed("The National Prosecuting Authority met. NPB lawyers left.", full) == []
    other = ("National Police Agency", ORG)
    text = "The National Prosecuting Authority and the National Police Agency met. NPA left."
    assert add_missed(text, full, other) == []


def test_what_is_marked_stays() -> None:
    assert add_missed("The Republic of Cuba Club met.", ("Republic of Cuba Club", ORG)) == []
