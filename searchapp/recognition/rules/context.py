"""What a name's own form, the document's other names and the words around say it is.

On the data's path: the part of `postprocess` that decides a name's type. A language
model sees one sentence; a name nobody has heard of is told by all its sentences
together. English only. All patterns are linear in the text.
"""

import re
from collections.abc import Iterable, Iterator

from searchapp.model import EntityType
from searchapp.recognition import gazetteer, name_forms
from searchapp.recognition.mentions import Mention

_WINDOW = 30  # characters before a name
# `confidence in Lavrov` names no place, `in Port Elsin` does.
_LOCATED = re.compile(
    r"(?:(?<!interest)(?<!interested)(?<!confidence)(?<!trust)(?<!faith)(?<!believe)(?<!believed)"
    r"(?<!belief)(?<!role)(?<!invest)(?<!invested)(?<!stake)(?<!shares)\s(?:in|near)"
    r"|\b(?:[Cc]ity|[Ll]ake|[Mm]ayor|[Pp]ort|[Pp]eople|[Rr]esidents|[Tt]own|[Vv]illage) of"
    r"|\b(?:lower|upper|[Rr]iver))\s$"
)
ROLE = (
    r"(?:[Aa]nalyst|[Aa]rchbishop|[Aa]ttorney|[Bb]owler|[Cc]aptain|[Cc]hairman|[Cc]hairwoman|[Cc]oach|"
    r"[Cc]olonel|[Dd]irector|[Ee]conomist|[Ee]xecutive|[Gg]eneral|[Gg]oalkeeper|[Ii]nspector|"
    r"[Jj]udge|[Jj]ustice|[Ll]awyer|[Ll]eader|[Ll]ieutenant|[Mm]anager|[Mm]ayor|[Mm]idfielder|"
    r"[Mm]inister|[Oo]fficial|[Pp]itcher|[Pp]resident|[Pp]rosecutor|[Qq]uarterback|[Ss]ecretary|"
    r"[Ss]enator|[Ss]ergeant|[Ss]peaker|[Ss]pokes(?:man|person|woman)|[Ss]triker|"
    r"[Ss]uperintendent|Col\.|Dr\.?|Gen\.|Gov\.|Lt\.|Mrs?\.?|Ms\.?|Prof\.?|Rep\.|Sen\.|Sgt\.)"
)
"""What stands before a person's name, or a team's before it: `analyst Adam Leigh`."""
_ROLE_BEFORE = re.compile(rf"\b{ROLE}\s$")
_AGE = re.compile(r",\s\d\d,")
_WHO_FOLLOWS = re.compile(r",\swho\b")
_TEAM_FOLLOWS = re.compile(
    r"\s(?:bowler|captain|coach|defender|goalkeeper|manager|midfielder|pitcher|quarterback|"
    r"striker|winger)\s[A-Z]"
)
_POSSESSIVE_FOLLOWS = re.compile(r"['’]s?\b|\s(?:and|or)\b")
_LANDMARK = re.compile(
    r"(?:Cape|Lake|Mount|Port|River)\s\S+$"
    r"|.*\s(?:Airport|Avenue|Bridge|Harbou?r|Island|Islands|Peninsula|Point|River|Road|Square|"
    r"Street|Valley)$"
)
_COMPANY = re.compile(
    r".*\s(?:Airlines|Airways|Bancorp|Bank|Capital|Energy|Group|Holdings|Hospital|Industries|"
    r"Institute|Insurance|Rovers|United|Wanderers|Motors|Museum|Partners|Pharmaceuticals|Securities|Systems|"
    r"Technologies|Times|University)$"
)
_CLUB = re.compile(r".*\s(?:F\.?C\.?|Hotspur|Rovers|United|Wanderers)$")
_THE = re.compile(r"\b[Tt]he\s$")
_NOUN_FOLLOWS = re.compile(
    r"['’\-–]|\s+(?!(?:and|as|at|by|for|from|had|has|in|is|of|on|or|to|was|with)\b)\w"
)
_PEOPLE_OF = re.compile(r"(?:Citizens|Residents|People)\s+of\s+|[DIR]-(?=[A-Z])")


def retype_by_context(text: str, marked: list[Mention]) -> list[Mention]:
    """People that their own form, other names or the words around say they are not."""
    mentions = [_retype_by_form(text, mention) for mention in marked]
    adjectives = find_adjectives(gazetteer.key(text[m.start : m.end]) for m in mentions if m.type)
    known = {part for parts in full_names(text, mentions) for part in parts}
    by_first_word = _first_words(text, mentions)
    kept = []
    for mention in mentions:
        key = gazetteer.key(text[mention.start : mention.end])
        kind = mention.type
        if kind is EntityType.PERSON and key not in known:
            kind = (
                by_first_word.get(key)
                or _type_with_inhabitants(text, mention)
                or type_of_person(text, mention)
            )
        elif kind in {EntityType.ORG, EntityType.PLACE}:
            kind = _type_of_other(text, mention)
        if not kind or key not in adjectives:
            kept.append(mention.with_type(kind))
    return kept


def _retype_by_form(text: str, mention: Mention) -> Mention:
    if mention.type is EntityType.PLACE and _CLUB.match(text[mention.start : mention.end]):
        return mention.with_type(EntityType.ORG)
    if mention.type is not EntityType.PERSON:
        return mention
    form = type_by_form(text[mention.start : mention.end])
    return mention.with_type(form or mention.type)


def _first_words(text: str, mentions: list[Mention]) -> dict[str, EntityType]:
    """The type of `Vestwind` from `Vestwind Energy`, of `Skerry` from `Skerry Bank`."""
    found: dict[str, EntityType] = {}
    for mention in mentions:
        name = text[mention.start : mention.end]
        if mention.type and type_by_form(name) and name.count(" ") == 1:
            found.setdefault(gazetteer.key(name.split(" ")[0]), mention.type)
    return found


def full_names(text: str, mentions: list[Mention]) -> list[list[str]]:
    """The parts of every person's name of more than one."""
    persons = (m for m in mentions if m.type is EntityType.PERSON)
    split = (gazetteer.key(text[m.start : m.end]).split(" ") for m in persons)
    return [parts for parts in split if len(parts) > 1]


def type_by_form(name: str) -> EntityType | None:
    """What a name of several words, taken for a person, says itself that it is."""
    if _COMPANY.match(name):
        return EntityType.ORG
    return EntityType.PLACE if _LANDMARK.match(name) else None


def type_of_person(text: str, mention: Mention) -> EntityType | None:
    """The type of a name taken for a person where it stands; None for a thing.

    A place is what one is in or near; `off the Skerry and` has no person in it.
    """
    before = text[max(0, mention.start - _WINDOW) : mention.start]
    if _LOCATED.search(before) and not _POSSESSIVE_FOLLOWS.match(text, mention.end):
        return EntityType.PLACE
    single = " " not in text[mention.start : mention.end]
    if single and _THE.search(before) and not _NOUN_FOLLOWS.match(text, mention.end):
        return None
    return EntityType.PERSON


def _type_of_other(text: str, mention: Mention) -> EntityType | None:
    """The type of a name taken for an organisation or a place where it stands."""
    name = text[mention.start : mention.end]
    if (
        mention.sure
        or gazetteer.has_a_team(name)
        or name_forms.is_body(name)
        or name_forms.is_acronym(name)
    ):
        return mention.type
    if name_forms.has_legal_form(name) or gazetteer.is_nationality(name.partition(" ")[0]):
        return mention.type
    if mention.type is EntityType.PLACE and _TEAM_FOLLOWS.match(text, mention.end):
        return EntityType.ORG
    full = name.count(" ") in {1, 2} and name[-1:].islower() and not type_by_form(name)
    announced = _ROLE_BEFORE.search(text, max(0, mention.start - _WINDOW), mention.start)
    who = mention.type is EntityType.PLACE and _WHO_FOLLOWS.match(text, mention.end)
    person = full and " of " not in name and (announced or who or _AGE.match(text, mention.end))
    return EntityType.PERSON if person else mention.type


def _type_with_inhabitants(text: str, mention: Mention) -> EntityType | None:
    """`Kestria` is a country where the text has Kestrians."""
    name = text[mention.start : mention.end]
    peopled = name.endswith("ia") and re.search(rf"\b{re.escape(name)}ns?\b", text)
    return EntityType.PLACE if peopled else None


def inhabitants_end(text: str, mention: Mention) -> int:
    """How many characters of `Citizens of Kestria` and `D-Calif.` do not belong to the place."""
    people = _PEOPLE_OF.match(text, mention.start, mention.end)
    return len(people[0]) if people else 0


def find_adjectives(keys: Iterable[str]) -> frozenset[str]:
    """Keys that are the adjective of another one: `kestrian` beside `kestria`."""
    known = frozenset(keys)
    stems = known | {key.rpartition(" ")[2] for key in known}
    return frozenset(key for key in known for stem in _stems(key) if stem in stems)


def _stems(key: str) -> Iterator[str]:
    if " " not in key and key.endswith("n"):
        yield key[:-1]
        yield key[:-2]
        yield key[:-3]
