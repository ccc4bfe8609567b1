from searchapp.model import EntityType
from searchapp.recognition.mentions import Mention
from searchapp.recognition.postprocess import repair_mentions

PERSON, ORG, PLACE = EntityType.PERSON, EntityType.ORG, EntityType.PLACE


def repair(
    text: str, *marked: tuple[str, EntityType], language: str = "en"
) -> list[tuple[str, str]]:
    """What is left of the marked substrings, each marked where it next occurs."""
    mentions, end = [], 0
    for name, kind in marked:
        start = text.index(name, end)
        end = start + len(name)
        mentions.append(Mention(start, end, kind))
    return [(text[m.start : m.end], str(m.type)) for m in repair_mentions(text, mentions, language)]


def test_template_residue_is_no_name() -> None:
    text = (
        "2020 {{day.date | date : 'd MMMM yyyy'}} in Oslo; d MMMM yyyy; see http://a.example/Oslo"
    )
    marked = (("MMMM", PERSON), ("Oslo", PLACE), ("MMMM yyyy", ORG), ("Oslo", PLACE))
    assert repair(text, *marked) == [("Oslo", "place")]


def test_markup_and_tickers_are_no_names() -> None:
    assert repair("Acme (ACM.OL) and Let&#39;s", ("ACM", ORG), ("Let&#39;s", PERSON)) == []


def test_nationalities_are_never_places() -> None:
    text = "Norwegian and Danish sailors met Swedes in Norway"
    marked = (("Norwegian", PLACE), ("Danish", ORG), ("Swedes", PERSON), ("Norway", PLACE))
    assert repair(text, *marked) == [("Norway", "place")]


def test_months_and_days_are_no_names() -> None:
    text = "In October, on October 4, on Sunday and in May"
    marked = (("October", PLACE), ("October 4", ORG), ("Sunday", PLACE), ("May", PERSON))
    assert repair(text, *marked) == []


def test_a_month_that_is_somebodys_name_stays() -> None:
    text = "Anna May spoke. May left."
    assert repair(text, ("Anna May", PERSON), ("May", PERSON)) == [
        ("Anna May", "person"),
        ("May", "person"),
    ]


def test_common_nouns_are_no_names_unless_somebodys() -> None:
    assert repair("The King and the Bank", ("King", PERSON), ("Bank", ORG)) == []
    text = "Anna King spoke. King left."
    assert repair(text, ("Anna King", PERSON), ("King", PERSON))[1] == ("King", "person")


def test_lower_case_is_no_name_in_a_newspaper() -> None:
    assert repair("The upland region", ("upland", PLACE)) == []
    assert repair("The eBay shop of al-Hadid", ("eBay", ORG), ("al-Hadid", PERSON)) == [
        ("eBay", "org"),
        ("al-Hadid", "person"),
    ]


def test_lower_case_is_a_name_where_all_is_lower_case() -> None:
    assert repair("what can i see in bergen", ("bergen", PLACE)) == [("bergen", "place")]


def test_a_country_is_a_place_whatever_the_model_says() -> None:
    assert repair("Norway won", ("Norway", ORG)) == [("Norway", "place")]
    assert repair("Oslo won", ("Oslo", ORG)) == [("Oslo", "org")]


def test_a_country_that_is_somebodys_surname_stays_a_person() -> None:
    text = "Anna Jordan spoke. Jordan left."
    assert repair(text, ("Anna Jordan", PERSON), ("Jordan", PERSON))[1] == ("Jordan", "person")
    assert repair("Jordan voted", ("Jordan", PERSON)) == [("Jordan", "place")]


def test_a_known_surname_is_a_person_whatever_the_model_says() -> None:
    text = "Anna Solberg spoke. Solberg left for Bergen."
    marked = (("Anna Solberg", PERSON), ("Solberg", ORG), ("Bergen", PLACE))
    assert repair(text, *marked)[1:] == [("Solberg", "person"), ("Bergen", "place")]


def test_a_legal_form_makes_an_organisation() -> None:
    assert repair("Anna Berg AS, Nordvik AG", ("Nordvik AG", PERSON)) == [("Nordvik AG", "org")]
    assert repair("Nordvik", ("Nordvik", PERSON)) == [("Nordvik", "person")]


def test_a_body_is_an_organisation_whatever_the_model_says() -> None:
    assert repair("The Oslo Fishers' Union", ("Oslo Fishers' Union", PLACE))[0][1] == "org"
    assert repair("The Soviet Union", ("Soviet Union", PLACE))[0][1] == "place"


def test_an_abbreviation_in_brackets_is_a_mention_of_its_own() -> None:
    assert repair("Northern Council (NOC) met", ("Northern Council (NOC", ORG)) == [
        ("Northern Council", "org"),
        ("NOC", "org"),
    ]
    assert repair("Rome (Georgia)", ("Rome (Georgia)", PLACE)) == [("Rome (Georgia)", "place")]


def test_a_name_that_ends_in_and_goes_on_or_ends_before_it() -> None:
    text = (
        "the Organisation for Trade and Co-operation in Europe said; Berg and others; Dahl and Son"
    )
    marked = (("Organisation for Trade and", ORG), ("Berg and", ORG), ("Dahl", ORG))
    names = [name for name, _ in repair(text, *marked)]
    assert names == ["Organisation for Trade and Co-operation in Europe", "Berg", "Dahl"]


def test_a_name_cut_at_its_hyphen_takes_what_follows() -> None:
    text = "the Council for Trade and Co-operation in Europe and Acme Co-founders"
    marked = (("Council for Trade and Co", ORG), ("Europe", PLACE), ("Acme Co", ORG))
    assert repair(text, *marked) == [
        ("Council for Trade and Co-operation in Europe", "org"),
        ("Acme Co", "org"),
    ]


def test_a_title_before_a_known_surname_makes_a_person() -> None:
    text = "Anna Solberg spoke. Prime Minister Solberg left King County."
    marked = (("Anna Solberg", PERSON), ("Prime Minister Solberg", PLACE), ("King County", PLACE))
    assert repair(text, *marked)[1:] == [("Solberg", "person"), ("King County", "place")]


def test_the_beginning_of_an_office_is_nobody() -> None:
    assert repair("Norwegian Foreign Minister", ("Norwegian Foreign", PERSON)) == []
    assert repair("Ministry of Defence", ("Ministry of Defence", ORG)) != []


def test_an_abbreviation_explained_is_of_the_names_type() -> None:
    text = "Northern Council (NOCO) met Ana (NOCX)"
    marked = (("Northern Council", ORG), ("NOCO", PERSON), ("Ana", PERSON), ("NOCX", PLACE))
    assert [kind for _, kind in repair(text, *marked)] == ["org", "org", "person", "place"]


def test_most_mentions_decide_the_type() -> None:
    text = "Nordvik rose. Nordvik fell. Nordvik rests."
    marked = (("Nordvik", PLACE), ("Nordvik", ORG), ("Nordvik", ORG))
    assert {kind for _, kind in repair(text, *marked)} == {"org"}


def test_a_name_ends_with_its_paragraph_and_is_never_a_sentence() -> None:
    assert repair("Anna Berg\n\nOslo", ("Anna Berg\n\nOslo", PERSON)) == [("Anna Berg", "person")]
    long = "Anna " * 30
    assert repair(long, (long, PERSON)) == []


def test_certain_mentions_replace_guesses() -> None:
    text = "OSLO (Reuters) - The Norwegian foreign ministry spoke."
    marked = (("OSLO", ORG), ("Norwegian", PLACE))
    assert repair(text, *marked) == [
        ("OSLO", "place"),
        ("Reuters", "org"),
        ("Norwegian foreign ministry", "org"),
    ]


def test_english_conventions_hold_in_english_only() -> None:
    assert repair("OSLO (Reuters) - Samtaler.", language="no") == []


def test_a_place_taken_for_a_person_is_told_by_where_it_stands() -> None:
    marked = [("Zorvane", PERSON)] * 3
    text = "A fire in Zorvane. Zorvane slept. They slept near Zorvane."
    assert {kind for _, kind in repair(text, *marked)} == {"place"}
    text = "A fire in Zorvane. Zorvane slept, and Zorvane spoke."
    assert {kind for _, kind in repair(text, *marked)} == {"person"}


def test_a_person_with_a_full_name_stays_one_wherever_it_stands() -> None:
    text = "Anna Zorvane spoke. Voters see much in Zorvane."
    found = repair(text, ("Anna Zorvane", PERSON), ("Zorvane", PERSON))
    assert found == [("Anna Zorvane", "person"), ("Zorvane", "person")]


def test_the_first_word_of_a_company_is_no_person() -> None:
    found = repair("Zorvane Energy won. Zorvane sells power.", ("Zorvane Energy", PERSON))
    assert found == [("Zorvane Energy", "org")]
    text = "Zorvane Energy won. Zorvane sells power."
    found = repair(text, ("Zorvane Energy", ORG), ("Zorvane", PERSON))
    assert found == [("Zorvane Energy", "org"), ("Zorvane", "org")]


def test_a_people_is_told_by_its_country() -> None:
    text = "Zorvania signed it in the Zorvanian language."
    assert repair(text, ("Zorvania", PLACE), ("Zorvanian", PLACE)) == [("Zorvania", "place")]


def test_a_title_in_capitals_is_no_part_of_a_name() -> None:
    text = "PRIME MINISTER SOLBERG: Good morning."
    assert repair(text, ("PRIME MINISTER SOLBERG", PERSON)) == [("SOLBERG", "person")]


def test_a_name_ends_at_a_dash_and_behind_a_legal_form() -> None:
    assert repair("Cambridge, Mass. - Researchers met", ("Mass. - Researchers", PLACE)) == [
        ("Mass", "place")
    ]
    text = "said Kara Inc. Terms were not disclosed by Kara-Terms."
    found = repair(text, ("Kara Inc. Terms", ORG), ("Kara-Terms", ORG))
    assert found == [("Kara Inc", "org"), ("Kara-Terms", "org")]


def test_a_body_of_a_place_is_one_name() -> None:
    text = "The Electoral Commission of Ghana met the Goethe Prize of Ghana."
    marked = (("Electoral Commission", ORG), ("Ghana", PLACE), ("Goethe Prize", ORG))
    assert repair(text, *marked, ("Ghana", PLACE)) == [
        ("Electoral Commission of Ghana", "org"),
        ("Goethe Prize", "org"),
        ("Ghana", "place"),
    ]


def test_a_legal_form_outvotes_a_model() -> None:
    text = "Canon Inc agreed. Canon will pay, Canon said. Pitney will not."
    marked = (("Canon Inc", ORG), ("Canon", PERSON), ("Canon", PERSON), ("Pitney", PERSON))
    assert [kind for _, kind in repair(text, *marked)] == ["org", "org", "org", "person"]


def test_a_team_in_a_table_says_nothing_of_the_city() -> None:
    text = "Matches:\n\nDetroit 2 Toronto 6\n\nThey met in Detroit."
    assert repair(text, ("Detroit", PLACE), ("Toronto", PLACE), ("Detroit", PLACE)) == [
        ("Detroit", "org"),
        ("Toronto", "org"),
        ("Detroit", "place"),
    ]


def test_northern_ireland_is_no_nationality() -> None:
    assert repair("in Northern Ireland", ("Northern Ireland", PLACE)) == [
        ("Northern Ireland", "place")
    ]
    assert repair("a US-Russian plan", ("US-Russian", PLACE)) == []


def test_a_party_s_initial_is_not_part_of_the_state() -> None:
    assert repair("Rep. Dale Whitcomb, D-Ohio, said", ("D-Ohio", PLACE))[-1] == ("Ohio", "place")


def test_an_agency_may_be_written_small() -> None:
    assert ("dpa", "org") in repair("VIENNA (dpa) - Talks began in highland.", ("highland", PLACE))
