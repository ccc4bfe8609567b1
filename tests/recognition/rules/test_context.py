import time

import pytest

from searchapp.model import EntityType
from searchapp.recognition.mentions import Mention
from searchapp.recognition.rules import context

PERSON, ORG, PLACE = EntityType.PERSON, EntityType.ORG, EntityType.PLACE


def here(text: str, name: str) -> EntityType | None:
    start = text.index(name)
    return context.type_of_person(text, Mention(start, start + len(name), PERSON))


@pytest.mark.parametrize(
    "text",
    [
        "The ferry was built in Zorvane.",
        "A fire near Zorvane was put out.",
        "They crossed the river Zorvane at noon.",
        "Fog came down the lower Zorvane, and stayed.",
        "The mayor of Zorvane resigned.",
    ],
)
def test_where_one_is_is_a_place(text: str) -> None:
    assert here(text, "Zorvane") is PLACE


@pytest.mark.parametrize(
    "text",
    [
        "He has lost confidence in Zorvane.",
        "Few people believe in Zorvane now.",
        "It was found in Zorvane's car.",
        "She danced with Zorvane.",
        "A vote held in Zorvane and Marsh's absence.",
    ],
)
def test_somebody_may_still_be_a_person(text: str) -> None:
    assert here(text, "Zorvane") is PERSON


def test_a_person_has_no_article() -> None:
    assert here("Two boats off the Zorvane, and a gull.", "Zorvane") is None
    assert here("It is what the Zorvane government wants.", "Zorvane") is PERSON
    assert here("It is in the Anna Zorvane, he said.", "Anna Zorvane") is PERSON


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Zorvane Energy", ORG),
        ("Zorvane Point", PLACE),
        ("Port Zorvane", PLACE),
        ("Anna Zorvane", None),
        ("Airport", None),
        ("Energy", None),
    ],
)
def test_a_name_may_say_what_it_is(name: str, expected: EntityType | None) -> None:
    assert context.type_by_form(name) is expected


def test_the_adjective_of_a_country_nobody_knows_is_a_people() -> None:
    assert context.find_adjectives({"zorvania", "zorvanian", "anna martin"}) == {"zorvanian"}
    assert context.find_adjectives({"republic of zorvania", "zorvanian"}) == {"zorvanian"}
    assert context.find_adjectives({"martin", "marten"}) == set()


def test_inhabitants_are_not_part_of_a_place() -> None:
    text = "Citizens of Zorvane"
    skipped = context.inhabitants_end(text, Mention(0, len(text), PLACE))
    assert text[skipped:] == "Zorvane"
    city = "City of London"
    assert context.inhabitants_end(city, Mention(0, len(city), PLACE)) == 0


def test_cues_take_linear_time_on_hostile_text() -> None:
    text = "the in " * 50_000 + "Zorvane" + " Of" * 50_000
    start = text.index("Zorvane")
    begun = time.process_time()
    context.type_of_person(text, Mention(start, start + 7, PERSON))
    context.type_by_form("A " * 50_000)
    assert time.process_time() - begun < 10


def retype_by_context(text: str, name: str, kind: EntityType) -> list[EntityType | None]:
    start = text.index(name)
    return [
        m.type for m in context.retype_by_context(text, [Mention(start, start + len(name), kind)])
    ]


@pytest.mark.parametrize(
    ("text", "name", "kind", "expected"),
    [
        ("the spokesman Ibra Zorvane said", "Ibra Zorvane", PLACE, PERSON),
        ("Ibra Zorvane, 34, said", "Ibra Zorvane", ORG, PERSON),
        ("Budi Santoso, who lives here", "Budi Santoso", PLACE, PERSON),
        ("University of Zorvane, who said", "University of Zorvane", ORG, ORG),
        ("Lead manager Zorvane Holdings Ltd said", "Zorvane Holdings Ltd", ORG, ORG),
        ("Leeds manager Howard Wilkes", "Leeds", PLACE, ORG),
        ("England manager Howard Wilkes", "England", PLACE, PLACE),
        ("Kestria closed its border, a Kestrian officer said", "Kestria", PERSON, PLACE),
        ("Sylvia closed her shop, a Kestrian officer said", "Sylvia", PERSON, PERSON),
        ("Leeds managers met", "Leeds", PLACE, PLACE),
        ("beat Leeds United at home", "Leeds United", PLACE, ORG),
    ],
)
def test_the_words_around_tell_what_a_name_is(
    text: str, name: str, kind: EntityType, expected: EntityType
) -> None:
    assert retype_by_context(text, name, kind) == [expected]
