"""Countries, nationalities and other closed lists the rules for names look into.

Beside the data's path: asked by `postprocess` and `coreference`. Country names come
from the Unicode CLDR (through Babel), in the text's own language and in English;
`gazetteer.toml` adds what English news writes and CLDR does not list.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from anyascii import anyascii
from babel import Locale, UnknownLocaleError

_TABLES = tomllib.loads(files(__package__).joinpath("gazetteer.toml").read_text(encoding="utf-8"))
_OTHER_SENSES = frozenset(_TABLES["other_senses"])
_QUALIFIERS = frozenset(_TABLES["qualifiers"])
_BODIES: Mapping[str, str] = _TABLES["bodies"]


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
    return country(name, language) or _places_by_spelling().get(key(name), name)


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
    names = {code: _TABLES["preferred"].get(code, _plain(name)) for code, name in english.items()}
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
        if code.isalpha() and code not in _TABLES["not_countries"]:
            yield code, str(name)


def _common_forms() -> Iterator[tuple[str, str]]:
    for code, forms in _TABLES["common_forms"].items():
        for form in forms:
            yield code, form


def _plain(name: str) -> str:
    """`Myanmar (Burma)` and `Trinidad & Tobago` as running text writes them."""
    return re.sub(r"\s*\(.*?\)", "", name).replace(" & ", " and ").replace("’", "'")


def _spellings(name: str) -> set[str]:
    plain = _plain(name)
    return {name, plain, plain.replace("St. ", "Saint "), plain.replace("St. ", "St ")}


@cache
def _places_by_spelling() -> Mapping[str, str]:
    return {key(form): name for form, name in _TABLES["places"].items()}


@cache
def _peoples() -> frozenset[str]:
    names = {word for name in _countries("en") for word in (name, name.split()[-1])}
    stems = {stem for name in names for stem in (name, name[:-1]) if len(stem) >= len("peru") - 1}
    made = {stem + end for stem in stems for end in _TABLES["suffixes"]} - names
    return frozenset(made.union(_TABLES["nationalities"]))


def _is_people(word: str) -> bool:
    return any(word.removesuffix(plural) in _peoples() for plural in ("", "s", "es"))
