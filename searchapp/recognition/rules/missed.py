"""Names a model missed that a closed list or the form of a sentence gives away.

On the data's path between `postprocess` and `propagation`. Only what stands alone, and
only where nothing else was marked. All patterns are linear in the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from searchapp.model import EntityType
from searchapp.recognition import gazetteer, name_forms
from searchapp.recognition.mentions import Mention, add_disjoint
from searchapp.recognition.rules import context
from searchapp.text_boundaries import find_names, stands_alone

_SIGN_ABOVE = re.compile(r"[@#/\-.]\n")
_LOOK_BACK = 30  # characters
_PART = (
    r"(?:[A-Z]\.|(?:al-|el-|O['’]|Mc|Mac|[dD]['’])?[A-Z][^\W\d_A-Z]{1,20}"
    r"(?:-[A-Z]?[^\W\d_A-Z]{1,20})?)"
)
_FULL_NAME = rf"{_PART}(?: (?:(?:al|bin|da|de|del|der|di|la|van|von) ){{0,2}}{_PART}){{1,2}}"
_ANNOUNCED = re.compile(rf"\b{context.ROLE} (?P<name>{_FULL_NAME})(?![\w\-]| [A-Z])")
_EXPLAINED = re.compile(
    rf"\b(?P<name>{_FULL_NAME}), (?:\d\d,|(?:an?|the|its|his|her|their|[a-z]+) "
    rf"(?:[\w’'\-]+ ){{0,4}}{context.ROLE}\b)"
)
_COMPETITOR = re.compile(
    rf"\b(?P<name>{_FULL_NAME}) \((?P<country>[A-Z][\w.]{{1,15}}(?: [A-Z]\w{{2,15}})?)\)"
)
_ACRONYM = re.compile(
    r"(?<![\w.&@#/\-])(?:[A-Z]{3,6}|(?:[A-Z]\.){3,6})(?![\w&/]|-[A-Z]| [A-Z][A-Z])"
)


def add_missed(text: str, mentions: Sequence[Mention], language: str) -> list[Mention]:
    """The mentions, in order, and those that were missed between them."""
    missed = chain(_find_acronyms(text, mentions), _find_countries(text, language))
    return sorted(add_disjoint(mentions, missed))


def find_people(text: str) -> Iterator[Mention]:
    """`Prosecutor Lerato Dube`, `Lerato Dube, the prosecutor`, `Lerato Dube (South Africa)`."""
    for found in chain(_ANNOUNCED.finditer(text), _EXPLAINED.finditer(text)):
        if _is_plausible_person(found["name"]):
            yield Mention(*found.span("name"), EntityType.PERSON)
    for competitor in _COMPETITOR.finditer(text):
        if gazetteer.country(competitor["country"]) and _is_plausible_person(competitor["name"]):
            yield Mention(*competitor.span("name"), EntityType.PERSON)


def _is_plausible_person(name: str) -> bool:
    place_or_body = (
        gazetteer.country(name) or name_forms.is_body(name) or context.type_by_form(name)
    )
    peoples = any(gazetteer.is_nationality(part) for part in name.split(" "))
    return not (place_or_body or peoples or name_forms.has_legal_form(name))


def _find_acronyms(text: str, mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Initials that are those of one organisation of the text, and of no other."""
    known = {text[m.start : m.end] for m in mentions if m.type is EntityType.ORG}
    by_acronym: dict[str, set[str]] = {}
    for name in known:
        for acronym in name_forms.acronyms(name):
            by_acronym.setdefault(acronym, set()).add(name)
    for found in _ACRONYM.finditer(text):
        if len(by_acronym.get(found[0].replace(".", ""), ())) == 1:
            yield Mention(*found.span(), EntityType.ORG)


def _find_countries(text: str, language: str) -> Iterator[Mention]:
    """Countries by name, but for those that mean something else as well."""
    forms = gazetteer.countries_by_word(language)
    for start, end in find_names(text, forms, _stands_alone):
        yield Mention(start, end, EntityType.PLACE)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """As any name; here a sign at the end of the line above is beside it too."""
    above = _SIGN_ABOVE.match(text, max(0, start - 2), start)
    return not above and stands_alone(text, start, end, look_back=_LOOK_BACK)
