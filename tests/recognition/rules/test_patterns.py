import pytest

from searchapp.model import EntityType
from searchapp.recognition.rules import patterns


def find_datelines(text: str) -> list[tuple[str, EntityType | None]]:
    return [(text[m.start : m.end], m.type) for m in patterns.find_datelines(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MOSCOW, October 4. /TASS/. Talks began.", {"MOSCOW", "TASS"}),
        ("OSLO (Reuters) - Talks began.", {"OSLO", "Reuters"}),
        ("SAN MARINO, Oct 3 (Xinhua) -- Talks began.", {"SAN MARINO", "Xinhua"}),
        ("OSLO/BERGEN, March 3 (Reuters) - Talks began.", {"OSLO", "BERGEN", "Reuters"}),
        ("HANOI, Vietnam (AP) — Talks began.", {"HANOI", "AP"}),
        ("PORT ELSIN. /NNA/. Talks began.", {"PORT ELSIN", "NNA"}),
        ("OSLO — Talks began.", {"OSLO"}),
        ("PORT ELSIN, 22 August 1998. - Talks began.", {"PORT ELSIN"}),
        ("BERGEN (NRKX) -- Talks began.", {"BERGEN", "NRKX"}),
        ("A first paragraph.\n\nOSLO: Talks began.", {"OSLO"}),
    ],
)
def test_a_dateline_names_places_and_the_agency(text: str, expected: set[str]) -> None:
    found = find_datelines(text)
    assert {name for name, _ in found} == expected
    assert found[0][1] is EntityType.PLACE


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE — Talks began.",
        "WATCH: Talks began.",
        "PRIME MINISTER SOLBERG: Good morning.",
        "NATO said on Sunday that talks began.",
        "Talks began in OSLO (Reuters) - they said.",
        "IBM, which makes computers - and more.",
    ],
)
def test_other_openings_are_no_datelines(text: str) -> None:
    assert find_datelines(text) == []


def find_ministries(text: str) -> list[str]:
    return [text[m.start : m.end] for m in patterns.find_ministries(text)]


def test_a_ministry_in_lower_case_is_an_organisation() -> None:
    assert find_ministries("the Norwegian foreign ministry said") == ["Norwegian foreign ministry"]
    assert find_ministries("The Danish Defence Ministry said") == ["Danish Defence Ministry"]


def test_a_ministry_of_nowhere_is_not() -> None:
    assert find_ministries("Another foreign ministry said") == []
    assert find_ministries("the ministry said") == []
    assert find_ministries("the Norwegian ministry said") == []


def find_companies(text: str) -> list[str]:
    return [text[m.start : m.end] for m in patterns.find_companies(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lumen Robotics Inc., a maker of robots", "Lumen Robotics Inc."),
        ("When Bellini S.p.A. agreed", "Bellini S.p.A."),
        ("agreed with Japan's Canon Inc to make", "Canon Inc"),
        ("Paris-based Duval Plc said", "Duval Plc"),
        ("sold to Baker & Stone LLP on Monday", "Baker & Stone LLP"),
    ],
)
def test_a_legal_form_names_a_company(text: str, name: str) -> None:
    assert find_companies(text) == [name]


@pytest.mark.parametrize("text", ["when inc was added", "The Inc said", "Durham Co said"])
def test_a_form_alone_does_not(text: str) -> None:
    assert find_companies(text) == []


def teams(text: str) -> list[str]:
    return [text[m.start : m.end] for m in patterns.find_teams(text)]


def test_results_are_of_teams() -> None:
    table = "Results of matches:\n\nReal Madrid 3 Valencia 1\n\nSpain 2 Italy 2\n"
    assert teams(table) == ["Real Madrid", "Valencia"]
    assert teams("Toronto 6, Detroit 2: six innings were enough.") == ["Toronto", "Detroit"]


@pytest.mark.parametrize(
    "text",
    ["Brent 71 Dubai 69\n\nOil prices fell.", "The match was on Monday 3 and on Tuesday 4 May."],
)
def test_other_numbers_are_not(text: str) -> None:
    assert teams(text) == []


def test_a_ministry_named_once_in_full_is_meant_by_its_short_name() -> None:
    text = "The Norwegian foreign ministry spoke. The foreign ministry and the ministry left."
    assert find_ministries(text) == ["Norwegian foreign ministry", "foreign ministry"]
    text = "The Norwegian and the Danish foreign ministry met; Norwegian Foreign Ministry. "
    assert find_ministries(text + "The foreign ministry left.")[-1] == "Norwegian Foreign Ministry"


def test_a_country_of_two_names_is_one() -> None:
    text = "Trinidad and Tobago met Bosnia and Herzegovina and France and Spain."
    found = [text[m.start : m.end] for m in patterns.find_conventional(text)]
    assert found == ["Trinidad and Tobago", "Bosnia and Herzegovina"]
