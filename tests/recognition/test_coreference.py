import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.model import EntityType
from searchapp.recognition.coreference import canonical_people, canonical_places, resolve_entities
from searchapp.recognition.mentions import Mention
from searchapp.recognition.organisations import canonical_organisations

PERSON, ORG, PLACE = EntityType.PERSON, EntityType.ORG, EntityType.PLACE


def names_for(names: list[str]) -> set[str]:
    return set(canonical_people(names).values())


def test_a_surname_is_the_one_person_who_bears_it() -> None:
    assert names_for(["Anna Solberg", "Solberg"]) == {"Anna Solberg"}
    assert names_for(["Solberg", "Anna Solberg"]) == {"Anna Solberg"}
    assert names_for(["Omar al-Hadid", "al-Hadid", "Hadid"]) == {"Omar al-Hadid"}


def test_two_who_share_a_surname_stay_two_and_the_bare_name_is_neither() -> None:
    assert names_for(["Bill Clinton", "Hillary Clinton", "Clinton"]) == {
        "Bill Clinton",
        "Hillary Clinton",
        "Clinton",
    }


def test_a_given_name_is_the_one_person_who_bears_it() -> None:
    assert names_for(["Han Min-jun", "Han"]) == {"Han Min-jun"}
    assert names_for(["Anna Solberg", "Anna Berg", "Anna"]) == {
        "Anna Solberg",
        "Anna Berg",
        "Anna",
    }


def test_a_surname_goes_before_a_given_name() -> None:
    assert (
        canonical_people(["Anna Clinton", "Clinton Berg", "Clinton"])["Clinton"] == "Anna Clinton"
    )


def test_middle_names_and_initials() -> None:
    assert names_for(["John Smith", "John Robert Smith", "J. Smith", "Smith"]) == {
        "John Robert Smith"
    }
    assert len(names_for(["John Smith", "Jack Smith", "J. Smith"])) == 3
    assert len(names_for(["John Smith", "Jane Smith"])) == 2


def test_a_son_is_not_his_father() -> None:
    assert names_for(["John Smith", "John Smith Jr.", "Smith"]) == {
        "John Smith",
        "John Smith Jr.",
    }


def test_transliterations_of_one_name() -> None:
    assert names_for(["Volodymyr Zelensky", "Zelenskyy"]) == {"Volodymyr Zelensky"}
    assert names_for(["Sergey Lavrov", "Sergei Lavrov"]) == {"Sergey Lavrov"}
    assert len(names_for(["Anna Petrov", "Petrova"])) == 2


@given(st.lists(st.sampled_from(["Al", "Bo Al", "Bo", "B. Al", "Bo C. Al", "C Al", "Bo Bo"])))
def test_merging_ends_and_is_idempotent(names: list[str]) -> None:
    merged = canonical_people(list(dict.fromkeys(names)))
    assert all(merged[name] == name for name in merged.values())


def test_thousands_of_namesakes_take_no_time() -> None:
    started = time.process_time()
    canonical_people([f"Given{number} Smith" for number in range(2000)] + ["Smith"])
    canonical_organisations([f"Alpha Beta{number} Council" for number in range(2000)] + ["ABC"])
    assert time.process_time() - started < 15


def test_an_acronym_is_the_one_organisation_it_abbreviates() -> None:
    osce = "Organization for Security and Co-operation in Europe"
    assert canonical_organisations([osce, "OSCE"])["OSCE"] == osce
    assert canonical_organisations(["Northern Oil", "Norwegian Opera", "NO"])["NO"] == "NO"
    assert canonical_organisations([osce, "NATO"])["NATO"] == "NATO"


def test_a_nation_before_the_name_is_not_in_the_acronym() -> None:
    fda = "U.S. Food and Drug Administration"
    assert canonical_organisations([fda, "FDA"])["FDA"] == fda


def test_an_office_is_the_only_one_of_its_kind() -> None:
    foreign = "Norwegian Foreign Ministry"
    assert canonical_organisations([foreign, "Foreign Ministry"])["Foreign Ministry"] == foreign
    two = [foreign, "Danish Foreign Ministry", "Foreign Ministry"]
    assert canonical_organisations(two)["Foreign Ministry"] == "Foreign Ministry"


def test_groups_and_branches_only_with_evidence() -> None:
    assert canonical_organisations(["Nordvik Group", "Nordvik"])["Nordvik Group"] == "Nordvik"
    assert canonical_organisations(["Nordvik Group"])["Nordvik Group"] == "Nordvik Group"
    assert canonical_organisations(["Nordvik Airlines", "Nordvik"])["Nordvik"] == "Nordvik Airlines"
    assert canonical_organisations(["Nordvik Music", "Nordvik"])["Nordvik"] == "Nordvik"


def read(text: str, *marked: tuple[str, EntityType]) -> dict[str, list[str]]:
    mentions, end = [], 0
    for name, kind in marked:
        start = text.index(name, end)
        end = start + len(name)
        mentions.append(Mention(start, end, kind))
    return {
        found.name: [text[start:end] for start, end in found.mentions]
        for found in resolve_entities(text, mentions, "en")
    }


def test_an_abbreviation_the_text_explains() -> None:
    text = "Guardians of the Rock (GUARC) met. GUARC left."
    marked = (("Guardians of the Rock", ORG), ("GUARC", ORG), ("GUARC", ORG))
    assert list(read(text, *marked)) == ["Guardians of the Rock"]


def test_brackets_that_explain_nothing() -> None:
    text = "Guardians of the Rock (XYZ) met."
    assert len(read(text, ("Guardians of the Rock", ORG), ("XYZ", ORG))) == 2


def test_capitals_take_the_spelling_of_the_text() -> None:
    text = "SOLBERG SPEAKS. Solberg spoke in OSLO to NATO and BANK OF NORWAY."
    marked = (("SOLBERG", PERSON), ("Solberg", PERSON), ("OSLO", PLACE), ("NATO", ORG),
              ("BANK OF NORWAY", ORG))  # fmt: skip
    assert list(read(text, *marked)) == ["Solberg", "Oslo", "NATO", "Bank of Norway"]


def test_countries_merge_and_other_places_do_not() -> None:
    text = "The US, the U.S. and the United States; Guinea and Guinea-Bissau; Oslo, Osby"
    marked = tuple((name, PLACE) for name in (
        "US", "U.S.", "United States", "Guinea", "Guinea-Bissau", "Oslo", "Osby"))  # fmt: skip
    assert list(read(text, *marked)) == [
        "United States", "Guinea", "Guinea-Bissau", "Oslo", "Osby"]  # fmt: skip


def test_apostrophes_are_one() -> None:
    assert list(read("Maeve O’Brien spoke", ("Maeve O’Brien", PERSON))) == ["Maeve O'Brien"]


def test_one_name_of_two_kinds_is_two_entities() -> None:
    text = "Nordvik, Nordvik"
    kinds = [Mention(0, 7, PLACE), Mention(9, 16, ORG)]
    assert [found.type for found in resolve_entities(text, kinds, "en")] == [PLACE, ORG]


def test_a_company_without_its_legal_form_and_a_ministry_with_capitals() -> None:
    text = "Nordvik AG and Nordvik and the Norwegian foreign ministry"
    marked = (("Nordvik AG", ORG), ("Nordvik", ORG), ("Norwegian foreign ministry", ORG))
    assert list(read(text, *marked)) == ["Nordvik", "Norwegian Foreign Ministry"]


def test_a_pope_keeps_the_title_and_his_name_alone_is_him() -> None:
    text = "Pope Francis spoke. Francis left."
    assert read(text, ("Francis", PERSON), ("Francis", PERSON)) == {
        "Pope Francis": ["Francis", "Francis"]
    }


def test_a_surname_is_of_who_was_named_by_then() -> None:
    text = "Ann Ashdown died. Ashdown was 91. She leaves a son, Mark Ashdown."
    assert names_of(text, "Ann Ashdown", "Ashdown", "Mark Ashdown") == [
        "Ann Ashdown",
        "Ann Ashdown",
        "Mark Ashdown",
    ]
    text = "Ann Ashdown came with Mark Ashdown. Ashdown was 91."
    assert names_of(text, "Ann Ashdown", "Mark Ashdown", "Ashdown was")[-1] == "Ashdown was"


def names_of(text: str, *written: str) -> list[str]:
    at, marked = 0, []
    for name in written:
        at = text.index(name, at)
        marked.append(Mention(at, at + len(name), PERSON))
        at += len(name)
    by_range = {m: e.name for e in resolve_entities(text, marked, "en") for m in e.mentions}
    return [by_range[m.start, m.end] for m in marked]


@pytest.mark.parametrize(
    ("distinct", "name", "full"),
    [
        (["Philippine Red Cross", "Red Cross"], "Red Cross", "Philippine Red Cross"),
        (["Detroit Tigers", "Tigers"], "Tigers", "Detroit Tigers"),
        (["U.S. Geological Survey", "USGS"], "USGS", "U.S. Geological Survey"),
        (["Procter and Gamble", "P&G"], "P&G", "Procter and Gamble"),
        (["Church of England", "Church"], "Church", "Church"),
        (["Electoral Commission of Ghana", "Electoral Commission"], "Electoral Commission",
         "Electoral Commission of Ghana"),
        (["New York Times", "Financial Times", "Times"], "Times", "Times"),
        (["Reuters Holdings", "Reuters"], "Reuters", "Reuters"),
        (["Reuters Holdings", "Reuters"], "Reuters Holdings", "Reuters"),
        (["Nordvik Music", "Nordvik"], "Nordvik", "Nordvik"),
    ],
)  # fmt: skip
def test_short_names_of_organisations(distinct: list[str], name: str, full: str) -> None:
    assert canonical_organisations(distinct)[name] == full


def test_the_first_word_of_a_company_is_short_for_it() -> None:
    assert canonical_organisations(["Lumen Robotics", "Lumen"], {"Lumen Robotics"})["Lumen"] == (
        "Lumen Robotics"
    )
    both = {"Intel Overseas", "Intel"}
    assert canonical_organisations(["Intel Overseas", "Intel"], both)["Intel"] == "Intel"


def test_a_short_country_name_is_of_the_only_one() -> None:
    assert canonical_places(["DR Congo", "Congo"])["Congo"] == "DR Congo"
    both = ["DR Congo", "Republic of the Congo", "Congo"]
    assert canonical_places(both)["Congo"] == "Congo"
    assert canonical_places(["South Sudan", "Sudan"])["Sudan"] == "Sudan"
