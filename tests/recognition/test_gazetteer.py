import pytest

from searchapp.recognition import gazetteer


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("US", "United States"),
        ("U.S.", "United States"),
        ("United States of America", "United States"),
        ("Britain", "United Kingdom"),
        ("GERMANY", "Germany"),
        ("Côte d’Ivoire", "Ivory Coast"),
        ("Cote d'Ivoire", "Ivory Coast"),
        ("Saint Lucia", "St. Lucia"),
        ("Trinidad & Tobago", "Trinidad and Tobago"),
        ("Trinidad and Tobago", "Trinidad and Tobago"),
        ("Türkiye", "Turkey"),
        ("DR Congo", "DR Congo"),
    ],
)
def test_every_common_form_of_a_country_gives_one_name(form: str, name: str) -> None:
    assert gazetteer.country(form) == name


@pytest.mark.parametrize("word", ["us", "Us", "it", "Paris", "Russian", "Congo", "European Union"])
def test_what_is_no_country_gives_none(word: str) -> None:
    assert gazetteer.country(word) is None


def test_a_country_is_found_by_its_name_in_the_texts_language() -> None:
    assert gazetteer.country("Allemagne", "fr") == "Germany"
    assert gazetteer.country("Соединенные Штаты", "ru") == "United States"
    assert gazetteer.country("Allemagne", "en") is None
    assert gazetteer.country("Germany", "no such language") == "Germany"


def test_states_and_cities_are_written_out_and_other_places_stay() -> None:
    assert gazetteer.place("Calif.") == "California"
    assert gazetteer.place("Kiev") == "Kyiv"
    assert gazetteer.place("Kiel") == "Kiel"


def test_international_bodies_by_abbreviation() -> None:
    assert gazetteer.body("U.N.") == "United Nations"
    assert gazetteer.body("UNO") is None


@pytest.mark.parametrize(
    "word",
    ["Russian", "Armenians", "South Korean", "US-Russian", "Malian", "Russian-backed", "Saudi",
     "New Zealanders", "Iraqis", "Togolese"],
)  # fmt: skip
def test_nationalities_are_known(word: str) -> None:
    assert gazetteer.is_nationality(word)


@pytest.mark.parametrize(
    "word",
    ["Russia", "Mali", "Oman", "London", "South", "Russian foreign ministry", "French Guiana",
     "Indiana", "US", "New York"],
)  # fmt: skip
def test_places_and_offices_are_no_nationalities(word: str) -> None:
    assert not gazetteer.is_nationality(word)


def test_key_ignores_case_accents_script_and_punctuation() -> None:
    assert gazetteer.key("O’Brien") == gazetteer.key("O'BRIEN")
    assert gazetteer.key("São  Paulo") == gazetteer.key("Sao Paulo")
    assert gazetteer.key("U.S.") == gazetteer.key("US")
    assert gazetteer.key("Al-Qaeda") == gazetteer.key("al Qaeda")
    assert gazetteer.key("AT&T") != gazetteer.key("ATT")
