"""Countries, nationalities and other closed lists the rules for names look into.

Beside the data's path: asked by `repairs` and `coreference`. Country names come
from the Unicode CLDR (through Babel), in the text's own language and in English;
the tables add what English news writes and CLDR does not list.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from anyascii import anyascii
from babel import Locale, UnknownLocaleError

# ruff: noqa: SIM905 -- word lists are read as running text

# CLDR regions that are not a country or territory anyone writes about by that name.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})

# Where an English reader expects another name than CLDR's.
_PREFERRED = {
    "BA": "Bosnia and Herzegovina",
    "CD": "DR Congo",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "HK": "Hong Kong",
    "MM": "Myanmar",
    "MO": "Macau",
    "PS": "Palestine",
    "TL": "East Timor",
    "TR": "Turkey",
    "VA": "Vatican",
}

_COMMON_FORMS = {
    "AE": "UAE|U.A.E.|Emirates",
    "BA": "Bosnia|Bosnia-Herzegovina",
    "BY": "Byelorussia",
    "CD": "DRC|D.R. Congo|Congo-Kinshasa|Democratic Republic of Congo|"
    "Democratic Republic of the Congo|Zaire",
    "CG": "Congo-Brazzaville|Republic of Congo",
    "CI": "Cote d'Ivoire",
    "CN": "PRC|People's Republic of China|Mainland China",
    "CV": "Cabo Verde",
    "CZ": "Czechia",
    "GB": "UK|U.K.|Britain|Great Britain|United Kingdom of Great Britain and Northern Ireland",
    "IR": "Islamic Republic of Iran",
    "KP": "N. Korea|N.Korea|DPRK|Democratic People's Republic of Korea",
    "KR": "S. Korea|S.Korea|ROK|Republic of Korea",
    "MD": "Moldavia|Republic of Moldova",
    "MK": "Macedonia|FYROM|Republic of North Macedonia",
    "MM": "Burma",
    "NL": "Holland",
    "NZ": "NZ|N. Zealand",
    "PS": "Palestinian Territories|Palestinian Authority Territories|State of Palestine",
    "RU": "Russian Federation",
    "SA": "KSA|Kingdom of Saudi Arabia",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland",
    "TL": "Timor-Leste",
    "TR": "Türkiye|Republic of Turkey",
    "TW": "Republic of China",
    "US": "U.S.|USA|U.S.A.|United States of America|America",
    "VA": "Vatican City|Holy See",
    "VN": "Viet Nam",
    "ZA": "S. Africa|S.Africa|RSA",
}

# What news writes of as often in another sense: people, birds, islands, airlines.
_OTHER_SENSES = frozenset("chad emirates georgia guernsey holland jersey jordan turkey".split())

# Abbreviations and second spellings of places that are no countries.
_PLACES = {
    "Ala.": "Alabama",
    "Ariz.": "Arizona",
    "Ark.": "Arkansas",
    "Calif.": "California",
    "Colo.": "Colorado",
    "Conn.": "Connecticut",
    "D.C.": "Washington",
    "Del.": "Delaware",
    "Fla.": "Florida",
    "Ill.": "Illinois",
    "Kan.": "Kansas",
    "Ky.": "Kentucky",
    "Mass.": "Massachusetts",
    "Mich.": "Michigan",
    "Minn.": "Minnesota",
    "Mont.": "Montana",
    "N. Ireland": "Northern Ireland",
    "N.C.": "North Carolina",
    "N.D.": "North Dakota",
    "N.H.": "New Hampshire",
    "N.J.": "New Jersey",
    "N.M.": "New Mexico",
    "N.Y.": "New York",
    "Neb.": "Nebraska",
    "Nev.": "Nevada",
    "New York City": "New York",
    "Okla.": "Oklahoma",
    "Ore.": "Oregon",
    "R.I.": "Rhode Island",
    "S.C.": "South Carolina",
    "S.D.": "South Dakota",
    "Tenn.": "Tennessee",
    "Tex.": "Texas",
    "Va.": "Virginia",
    "Vt.": "Vermont",
    "W.Va.": "West Virginia",
    "Washington D.C.": "Washington",
    "Washington, D.C.": "Washington",
    "Wis.": "Wisconsin",
    "Wyo.": "Wyoming",
    "Kiev": "Kyiv",
    "St Petersburg": "Saint Petersburg",
    "St. Petersburg": "Saint Petersburg",
}

# International bodies whose abbreviation stands for nothing else in upper case.
_BODIES = {"EU": "European Union", "Fed": "Federal Reserve", "UN": "United Nations"}

# Nationalities that `_SUFFIXES` do not make from a country's name, and faiths.
_NATIONALITIES = frozenset(
    """afghan american andorran arab argentine armenian austrian azerbaijani azeri basque bavarian
    belgian bengali bosnian brazilian breton briton british bulgarian burmese cambodian canadian
    catalan chechen chilean chinese congolese cornish corsican croat croatian cuban cypriot czech
    dane danish dutch egyptian emirati english englishman estonian ethiopian european filipino
    finn finnish flemish frenchman french frenchwoman gambian georgian german ghanaian greek
    hungarian icelander icelandic indonesian iranian iraqi irish irishman israeli italian japanese
    jordanian kazakh kenyan korean kosovan kosovar kurd kurdish kuwaiti kyrgyz lao laotian latvian
    lebanese libyan lithuanian luxembourgish macedonian malagasy maltese mexican mongolian
    montenegrin moroccan muscovite nepalese nepali norwegian omani ossetian pakistani palestinian
    parisian persian peruvian philippine pole polish portuguese qatari romanian russian rwandan
    saudi scot scottish scotsman serb serbian siberian sicilian slovak slovakian slovene slovenian
    somali soviet spaniard spanish swede swedish swiss syrian taiwanese tajik tatar thai tibetan
    tunisian turk turkish turkmen ukrainian uighur uyghur uzbek venezuelan vietnamese welsh
    welshman yemeni zimbabwean african asian latino hispanic western eastern northern southern
    bahamian barbadian burkinabe honduran ivorian maldivian panamanian salvadoran togolese
    zealander anglo franco sino russo euro afro indo islamic muslim christian jewish jew
    catholic protestant orthodox hindu buddhist sikh sunni shia shiite republican democrat
    democratic""".split()
)
_QUALIFIERS = frozenset(
    """and backed based born central costa east latin led new north or puerto south speaking sri
    west""".split()
)
_SUFFIXES = ("n", "an", "ian", "i", "ese", "er")


@cache
def key(name: str) -> str:
    """What two spellings of one name share: no case, accents, script or punctuation."""
    folded = anyascii(unicodedata.normalize("NFKC", name)).casefold()
    if re.fullmatch(r"(?:\w\.)+\w?\.?", folded):
        folded = folded.replace(".", "")
    joined = re.sub(r"['`]", "", folded.replace("&", " and "))
    return re.sub(r"[\s\-_.,]+", " ", joined).strip()


def country(name: str, language: str = "en") -> str | None:
    """The English short name of the country or territory, None when it is not one.

    Short forms count in capitals only: `US` is a country, `us` a pronoun.
    """
    wanted = key(name)
    if len(wanted) <= len("drc") and not name.isupper():
        return None
    return _countries(language).get(wanted)


def has_a_team(name: str) -> bool:
    """Whether it plays as itself: a country, or one of Britain's."""
    return country(name) is not None or key(name) in {
        "england",
        "scotland",
        "wales",
        "northern ireland",
    }


def place(name: str, language: str = "en") -> str:
    """The name a place is known by: a country's, a state written out, or its own."""
    return country(name, language) or _spelled_places().get(key(name), name)


def body(name: str) -> str | None:
    """The full name of an international body by its abbreviation, such as `U.N.`."""
    return _BODIES.get(name.replace(".", ""))


@cache
def is_nationality(name: str) -> bool:
    """Whether every part names a people or a faith (`Russian`, `US-Russian`, `Armenians`)."""
    if " " in name and country(name.rpartition(" ")[2]):
        return False  # `Northern Ireland`
    parts = [part for part in re.split(r"[\s\-–/]+", name) if part]
    peoples = [part for part in parts if _is_people(key(part))]
    return bool(peoples) and all(
        part in peoples or country(part) or key(part) in _QUALIFIERS for part in parts
    )


@cache
def countries_by_word(language: str) -> Mapping[str, tuple[str, ...]]:
    """Names of countries that mean nothing else, by their first word, longest first."""
    found: dict[str, set[str]] = defaultdict(set)
    for form in _forms(language):
        first = re.match(r"\w+", form)
        telling = len(form) > len("USA") or form in {"DRC", "UAE", "UK", "USA"}
        if first and form[0].isupper() and telling and key(form) not in _OTHER_SENSES:
            found[first[0]].add(form)
    return {word: tuple(sorted(forms, key=len, reverse=True)) for word, forms in found.items()}


@cache
def paired_countries() -> re.Pattern[str]:
    """English names of countries that `and` joins from two."""
    pairs = {form.replace("&", "and") for form in _forms("en") if re.search(r" (?:and|&) ", form)}
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, pairs)))})\b")


def _forms(language: str) -> Iterator[str]:
    for source in (_territories(language), _territories("en"), _common_forms()):
        for _, name in source:
            yield from _spellings(name)


@cache
def _countries(language: str) -> Mapping[str, str]:
    english = dict(_territories("en"))
    names = {code: _PREFERRED.get(code, _plain(name)) for code, name in english.items()}
    return {
        key(form): names[code]
        for source in (_territories(language), english.items(), names.items(), _common_forms())
        for code, name in source
        if code in names
        for form in _spellings(name)
    }


def _territories(language: str) -> Iterator[tuple[str, str]]:
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return
    for code, name in territories.items():
        if code.isalpha() and code not in _NOT_COUNTRIES:
            yield code, str(name)


def _common_forms() -> Iterator[tuple[str, str]]:
    for code, forms in _COMMON_FORMS.items():
        for form in forms.split("|"):
            yield code, form


def _plain(name: str) -> str:
    """`Myanmar (Burma)` and `Trinidad & Tobago` as running text writes them."""
    return re.sub(r"\s*\(.*?\)", "", name).replace(" & ", " and ").replace("’", "'")


def _spellings(name: str) -> set[str]:
    plain = _plain(name)
    return {name, plain, plain.replace("St. ", "Saint "), plain.replace("St. ", "St ")}


@cache
def _spelled_places() -> Mapping[str, str]:
    return {key(form): name for form, name in _PLACES.items()}


@cache
def _peoples() -> frozenset[str]:
    names = {word for name in _countries("en") for word in (name, name.split()[-1])}
    stems = {stem for name in names for stem in (name, name[:-1]) if len(stem) >= len("peru") - 1}
    return _NATIONALITIES | {stem + end for stem in stems for end in _SUFFIXES} - names


def _is_people(word: str) -> bool:
    return any(word.removesuffix(plural) in _peoples() for plural in ("", "s", "es"))
