import pytest

from searchapp.indexer import conventions
from searchapp.model import EntityType


def datelines(text: str) -> list[tuple[str, EntityType | None]]:
    return [(text[m.start : m.end], m.type) for m in conventions.datelines(text)]


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
    found = datelines(text)
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
    assert datelines(text) == []


def ministries(text: str) -> list[str]:
    return [text[m.start : m.end] for m in conventions.ministries(text)]


def test_a_ministry_in_lower_case_is_an_organisation() -> None:
    assert ministries("the Norwegian foreign ministry said") == ["Norwegian foreign ministry"]
    assert ministries("The Danish Defence Ministry said") == ["Danish Defence Ministry"]


def test_a_ministry_of_nowhere_is_not() -> None:
    assert ministries("Another foreign ministry said") == []
    assert ministries("the ministry said") == []
    assert ministries("the Norwegian ministry said") == []
