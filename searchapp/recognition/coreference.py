"""Which mentions of a document name the same entity, and by what canonical name.

On the data's path: the last step of `recogniser`. Nothing is
merged across documents, and within one only when exactly one longer name fits:
where two people share a surname, the bare surname stays by itself.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from searchapp.model import Entity, EntityType
from searchapp.recognition import gazetteer, name_forms
from searchapp.recognition.mentions import Mention
from searchapp.recognition.organisations import canonical_organisations, unique_or

_INTRODUCES = re.compile(r"\s\((?:the )?$")
# A name that could be more people than this is ambiguous whoever the others are.
_MOST_CANDIDATES = 50


@dataclass(frozen=True, slots=True)
class _NamedMention:
    start: int
    end: int
    type: EntityType
    name: str


def resolve_entities(text: str, mentions: Iterable[Mention], language: str) -> tuple[Entity, ...]:
    """One entity for each distinct name of the document, in order of first mention."""
    named = _name_mentions(text, mentions, language)
    canonical = _canonical_names(text, named)
    found: dict[tuple[EntityType, str], tuple[str, list[tuple[int, int]]]] = {}
    for mention in named:
        name = canonical[mention.type][mention.name]
        _, ranges = found.setdefault((mention.type, gazetteer.key(name)), (name, []))
        ranges.append((mention.start, mention.end))
    return tuple(Entity(name, kind, tuple(ranges)) for (kind, _), (name, ranges) in found.items())


def _name_mentions(text: str, mentions: Iterable[Mention], language: str) -> list[_NamedMention]:
    """Mentions with the name each would have by itself, one spelling for one key."""
    named = [
        _NamedMention(m.start, m.end, m.type, _own_name(text, m, language))
        for m in sorted(mentions)
        if m.type
    ]
    mixed: dict[str, str] = {}
    for mention in named:
        if not mention.name.isupper():
            mixed.setdefault(gazetteer.key(mention.name), mention.name)
    return [_NamedMention(m.start, m.end, m.type, _recase(m, mixed)) for m in named]


def _own_name(text: str, mention: Mention, language: str) -> str:
    name = " ".join(text[mention.start : mention.end].replace("’", "'").split())
    if mention.type is EntityType.PLACE:
        return gazetteer.place(name, language)
    if mention.type is EntityType.ORG:
        return gazetteer.body(name) or name_forms.capitalise_ministry(
            name_forms.strip_legal_form(name)
        )
    return name_forms.add_throne(name, before=text[max(0, mention.start - 10) : mention.start])


def _recase(mention: _NamedMention, mixed: Mapping[str, str]) -> str:
    known = mixed.get(gazetteer.key(mention.name))
    if known or not mention.name.isupper():
        return known or mention.name
    stays = mention.type is EntityType.ORG or len(mention.name) <= len("JFK")
    return (
        mention.name
        if stays and name_forms.is_acronym(mention.name)
        else name_forms.to_title_case(mention.name)
    )


def _canonical_names(
    text: str, named: Sequence[_NamedMention]
) -> Mapping[EntityType, Mapping[str, str]]:
    distinct = {
        kind: list(dict.fromkeys(m.name for m in named if m.type is kind)) for kind in EntityType
    }
    organisations = [m for m in named if m.type is EntityType.ORG]
    companies = {m.name for m in organisations if name_forms.has_legal_form(text[m.start : m.end])}
    return {
        EntityType.PERSON: canonical_people(distinct[EntityType.PERSON], _introductions(named)),
        EntityType.ORG: canonical_organisations(distinct[EntityType.ORG], companies)
        | _explained_acronyms(text, named),
        EntityType.PLACE: canonical_places(distinct[EntityType.PLACE]),
    }


def _introductions(named: Sequence[_NamedMention]) -> Mapping[str, frozenset[str]]:
    """For each person's name, the others that come before its last mention."""
    known: set[str] = set()
    before: dict[str, frozenset[str]] = {}
    for mention in named:
        if mention.type is EntityType.PERSON:
            known.add(mention.name)
            if " " not in mention.name:
                before[mention.name] = frozenset(known)
    return before


def canonical_places(distinct: Sequence[str]) -> dict[str, str]:
    """The one country whose name a place's is short for: `Congo` of `DR Congo`."""
    countries: dict[str, set[str]] = defaultdict(set)
    for name in distinct:
        if " " in name and gazetteer.country(name):
            countries[name.rpartition(" ")[2]].add(name)
    return {
        name: name if gazetteer.country(name) else unique_or(countries[name], name)
        for name in distinct
    }


def canonical_people(
    distinct: Sequence[str], before: Mapping[str, frozenset[str]] | None = None
) -> dict[str, str]:
    """The fullest name of the same person for each name, given in order of mention.

    Of several people of one surname only those count that `before` says were named by
    then, if any was: nobody writes of somebody not yet introduced.
    """
    parts = {name: tuple(gazetteer.key(name).split(" ")) for name in distinct}
    sharing: dict[str, list[str]] = defaultdict(list)
    for name in distinct:
        for part in dict.fromkeys((*parts[name], *map(name_forms.skeleton, parts[name]))):
            if len(sharing[part]) < _MOST_CANDIDATES:
                sharing[part].append(name)
    order = {name: rank for rank, name in enumerate(distinct)}

    def fullest(name: str) -> str:
        while longer := _fuller_name(name, parts, sharing, order, (before or {}).get(name)):
            name = longer
        return name

    return {name: fullest(name) for name in distinct}


def _fuller_name(
    name: str,
    parts: Mapping[str, tuple[str, ...]],
    sharing: Mapping[str, Sequence[str]],
    order: Mapping[str, int],
    introduced: frozenset[str] | None,
) -> str | None:
    last = parts[name][-1]
    near = dict.fromkeys((*sharing[last], *sharing[name_forms.skeleton(last)]))
    for same in (
        _is_surname,
        _is_given_name,
        _is_without_middle_names,
        _has_initial,
        _is_transliteration,
    ):
        fitting = [
            other
            for other in near
            if other != name
            and (len(parts[other]) > len(parts[name]) or order[other] < order[name])
            and same(parts[name], parts[other])
        ]
        if fitting:
            by_then = [other for other in fitting if other in (introduced or fitting)]
            return _longest_form(by_then or fitting, parts)
    return None


def _longest_form(fitting: Sequence[str], parts: Mapping[str, tuple[str, ...]]) -> str | None:
    """The one that fits, or the longest when the others are short forms of it."""
    longest = max(fitting, key=lambda name: len(parts[name]))
    whole = {name_forms.skeleton(part) for part in parts[longest]}
    whole |= {part[0] for part in parts[longest]}
    one = all(name_forms.skeleton(part) in whole for name in fitting for part in parts[name])
    return longest if one else None


Parts = tuple[str, ...]


def _is_surname(short: Parts, full: Parts) -> bool:
    """`Lavrov` of `Sergey Lavrov`, `al-Assad` and `Assad` of `Bashar al-Assad`."""
    return len(short) < len(full) and full[-len(short) :] == short


def _is_given_name(short: Parts, full: Parts) -> bool:
    """`Hillary` of `Hillary Clinton`, `Xi` of `Xi Jinping`."""
    return len(short) == 1 < len(full) and short[0] in full


def _is_without_middle_names(short: Parts, full: Parts) -> bool:
    """`John Smith` of `John Robert Smith`."""
    ends = short[0] == full[0] and short[-1] == full[-1]
    return 1 < len(short) < len(full) and ends and set(short) <= set(full)


def _has_initial(short: Parts, full: Parts) -> bool:
    """`J. Smith` of `John Smith`."""
    if len(short) == 1 or len(full) == 1 or len(short[0]) > 1 or len(full[0]) == 1:
        return False
    return short[-1] == full[-1] and full[0].startswith(short[0])


def _is_transliteration(short: Parts, full: Parts) -> bool:
    """`Zelenskyy` of `Volodymyr Zelensky`, `Sergei Lavrov` of `Sergey Lavrov`."""
    if len(short) > len(full) or len("".join(short)) < name_forms.SHORTEST_TRANSLITERATED:
        return False
    return tuple(map(name_forms.skeleton, full[-len(short) :])) == tuple(
        map(name_forms.skeleton, short)
    )


def _explained_acronyms(text: str, named: Sequence[_NamedMention]) -> dict[str, str]:
    """Abbreviations the text itself explains: `Islamic Revolutionary Guard Corps (IRGC)`."""
    organisations = [mention for mention in named if mention.type is EntityType.ORG]
    found: dict[str, str] = {}
    for full, short in pairwise(organisations):
        written = text[full.start : full.end]
        introduced = _INTRODUCES.fullmatch(text[full.end : short.start])
        explained = name_forms.is_acronym(short.name) and not name_forms.is_acronym(full.name)
        if introduced and explained and _is_abbreviation(short.name, written):
            found.setdefault(short.name, full.name)
    return found


def _is_abbreviation(short: str, full: str) -> bool:
    """Whether the letters stand in the name in this order, beginning with its first."""
    letters = iter(full.casefold())
    wanted = short.replace(".", "").casefold()
    return full[:1].casefold() == wanted[:1] and all(letter in letters for letter in wanted)
