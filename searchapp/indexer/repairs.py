"""What a language model marked in a text, repaired: labelled spans to mentions.

On the data's path between the model (`entities`) and `recurrence`. Each rule takes
and gives all mentions of one document, so that the order in `repaired` is the
whole story. All patterns are linear in the text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from searchapp.indexer import conventions, cues, gazetteer, names, overlooked
from searchapp.indexer.mentions import Mention
from searchapp.model import EntityType

# ruff: noqa: SIM905 -- word lists are read as running text

LONGEST_NAME = 100
_FEWEST_LETTERS = 2
_DECISIVE = 100


_RESIDUE = re.compile(
    r"""\{\{[^{}\n]{0,200}\}\}        # {{ date | format }}
    |\{%[^{}\n]{0,200}%\}
    |</?[A-Za-z][^<>\n]{0,200}>
    |\b(?:https?://|www\.)\S{1,500}
    |\b[\w.+\-]{1,64}@[\w\-]{1,64}\.[\w.]{2,64}
    |\([A-Za-z0-9_.]{1,12}\.[A-Z]{1,3}\)  # (VOWG_p.DE), a ticker
    |\b[\w\-]{1,80}\.(?:gif|html?|jpe?g|js|mp4|pdf|php|png|svg|webp)\b
    |\b[dD]{0,4}\ ?M{3,4}\ ?[,/\-]?\ ?[yY]{2,4}\b  # a date format nobody filled in
    """,
    re.VERBOSE,
)
_CALENDAR = frozenset(
    """january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday
    saturday sunday mon tue tues wed thu thur thurs fri sat sun today tomorrow yesterday
    christmas easter ramadan""".split()
)
_COMMON = frozenset(
    """ac agency ai aids amp army authority bank brent brexit cabinet capitol ceo cfo
    chairman church city committee company coo coronavirus council court cov covid cpu
    defence defense department diesel dna dow dr dvi editing exclusive factbox file fps ftse
    fund gdp gmt government gpu group health highland hiv hotels house interior internet ipo
    it king lord mayor minister ministry miss mp mps mr mrs ms news office opposition party
    pc photo photograph photographs pm police premier president prime queen quot ram
    reporting republic results rt sars sir state states transport treasury tv university update
    updated usb utc world wrapup writing wti""".split()
) | {"covid 19", "sars cov 2", "file photo", "prime minister"}
# Who begins in lower case or writes `i` writes names so too; a newspaper does neither.
_SMALL = re.compile(r"\A[a-z]|(?:^|\s)i(?:'(?:d|ll|m|ve))?\s", re.MULTILINE)
_MARKUP = ("{", "}", "<", ">", "|", "=", "\\", "&#", "&quot")
# What the model takes for a person more often than not.
_SITES = frozenset(
    """amazon apple bloomberg facebook gmail google instagram interfax kyodo reuters tass twitter
    xinhua yonhap youtube""".split()
)
_BRACKETED = re.compile(r"\s\(([A-Z][A-Z.&]{1,9})\)?$")
# Offices of which the model takes the beginning for a name: `Norwegian Foreign` Minister.
_OFFICE = frozenset("defence defense finance foreign interior minister president prime".split())
# A paragraph's end, and the dash after a dateline or between clauses.
_CUT = re.compile(r"\n\n|\s(?:--?|[–—])\s|(?:(?<=Inc)|(?<=Ltd)|(?<=Corp))\.\s(?=[A-Z])")
_OF = re.compile(r" of (?:the )?")
_SMALL_NAMES = frozenset(conventions.AGENCIES.split("|"))
_PARTICLE = re.compile(
    r"(?:a[dlnst]|abu|bin|d[aeiu]|de[lnr]|di|el|ibn|l[ae]|te[nr]|v[ao]n|zu)[\s\-’']"
)


def repaired(text: str, mentions: Iterable[Mention], language: str) -> list[Mention]:
    """The mentions that are names, in order, without overlaps, each of the type it should be."""
    found = _within_paragraph(text, mentions)
    if language == "en":
        found = _replaced(found, conventions.conventional(text))
        found = list(_joined(text, sorted(found)))
    found = _outside_residue(text, found)
    found = [_trimmed(text, part) for mention in found for part in _unbracketed(text, mention)]
    small = language == "en" and _SMALL.search(text) is not None
    found = [m for m in found if m.type is None or _is_name(text[m.start : m.end])]
    if not small:
        found = [m for m in found if _begins_like_a_name(text[m.start : m.end])]
    if language == "en":
        found = _replaced([*overlooked.people(text), *conventions.companies(text)], found)
    found = _explained(text, _without_overlaps(found))
    found = _retyped(text, found, language)
    found = cues.in_context(text, found) if language == "en" else found
    return sorted(_one_type_each(text, found))


def _within_paragraph(text: str, mentions: Iterable[Mention]) -> list[Mention]:
    kept = []
    for mention in mentions:
        cut = _CUT.search(text, mention.start, mention.end)
        end = cut.start() if cut else mention.end
        if mention.start < end <= mention.start + LONGEST_NAME:
            kept.append(mention.within(mention.start, end))
    return kept


def _replaced(mentions: list[Mention], certain: list[Mention]) -> list[Mention]:
    """The certain ones, and of the others those that do not touch them."""
    taken = {position for mention in certain for position in range(mention.start, mention.end)}
    free = [m for m in mentions if taken.isdisjoint(range(m.start, m.end))]
    return [*certain, *free]


def _joined(text: str, mentions: list[Mention]) -> Iterator[Mention]:
    """`Electoral Commission of Ghana` as one name, of which a model makes two."""
    held: Mention | None = None
    for mention in mentions:
        if held and _is_of(text, held, mention):
            held = held.within(held.start, mention.end)
            continue
        if held:
            yield held
        held = mention
    if held:
        yield held


def _is_of(text: str, body: Mention, place: Mention) -> bool:
    one = body.type is EntityType.ORG and place.type is EntityType.PLACE
    named = one and names.is_of_somewhere(text[body.start : body.end])
    return named and _OF.fullmatch(text, body.end, place.start) is not None


def _without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Of two that share characters, the one that begins first, or else is longer."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _outside_residue(text: str, mentions: list[Mention]) -> list[Mention]:
    holes = [match.span() for match in _RESIDUE.finditer(text)]
    residue = {position for hole in holes for position in range(*hole)}
    return [m for m in mentions if residue.isdisjoint(range(m.start, m.end))]


def _unbracketed(text: str, mention: Mention) -> list[Mention]:
    """`Northern Council (NOC` as two mentions, of the name and of its abbreviation."""
    bracket = _BRACKETED.search(text, mention.start, mention.end)
    if not bracket:
        return [mention]
    return [
        mention.within(mention.start, bracket.start()),
        mention.within(bracket.start(1), mention.end),
    ]


def _trimmed(text: str, mention: Mention) -> Mention:
    if mention.type is None:
        return mention
    start, end = names.trimmed(text, mention.start, mention.end)
    if mention.type is EntityType.PERSON:
        start += names.title_end(text[start:end])
        end += names.given_name_rest(text[start : end + LONGEST_NAME], end - start)
    if mention.type is EntityType.PLACE:
        start += cues.without_inhabitants(text, mention.within(start, end))
    if mention.type is EntityType.ORG:
        end = start + len(names.without_office(text[start:end]))
        end += names.organisation_rest(text[start : end + LONGEST_NAME], end - start)
    return mention.within(start, end)


def _is_name(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    if len(letters) < _FEWEST_LETTERS or gazetteer.is_nationality(name):
        return False
    if name[0].isdigit() and not any(map(str.isupper, name)):
        return False
    return not any(sign in name for sign in _MARKUP)


def _begins_like_a_name(name: str) -> bool:
    """`eBay`, `al-Assad`, `de Gaulle` are names; `highland` is not."""
    if not name[0].islower() or name == name.lower():
        return not name[0].islower() or name in _SMALL_NAMES or name.endswith(" ministry")
    first = name.split(" ", 1)[0]
    return first != first.lower() or _PARTICLE.match(name) is not None


def _retyped(text: str, mentions: list[Mention], language: str) -> list[Mention]:
    """Countries are places, companies with a legal form organisations, known surnames people."""
    people = cues.full_names(text, mentions)
    surnames = {" ".join(parts[at:]) for parts in people for at in range(1, len(parts))}
    known = {part for parts in people for part in parts}
    kept = []
    for marked in mentions:
        mention = _without_title(text, marked, surnames)
        name = text[mention.start : mention.end]
        if gazetteer.key(name) in known or not _is_common(gazetteer.key(name), mention.type):
            kind = mention.type if mention.here else _type(name, mention.type, surnames, language)
            kept.append(mention.typed(kind))
    return kept


def _without_title(text: str, mention: Mention, surnames: set[str]) -> Mention:
    """`Prime Minister Solberg`, taken for a place, as the Solberg of this text."""
    start = mention.start + names.title_end(text[mention.start : mention.end])
    person = start > mention.start and gazetteer.key(text[start : mention.end]) in surnames
    return mention.within(start, mention.end).typed(EntityType.PERSON) if person else mention


def _is_common(key: str, kind: EntityType | None) -> bool:
    """Whether the words name a day, an office or a thing: `October 4`, `Prime Minister`."""
    if kind is EntityType.PERSON and key.rpartition(" ")[2] in _OFFICE:
        return True
    dated = all(part in _CALENDAR or part.isdigit() for part in key.split(" "))
    return dated or key in _COMMON


def _explained(text: str, mentions: Iterable[Mention]) -> list[Mention]:
    """The abbreviation in brackets after an organisation's name is one, whatever it looks like."""
    found: list[Mention] = []
    for mention in sorted(mentions):
        before = found[-1] if found else None
        bracketed = before and text[before.end : mention.start].strip() == "("
        if before and bracketed and names.is_acronym(text[mention.start : mention.end]):
            kind = before.type if before.type is EntityType.ORG else mention.type
            found.append(mention.typed(kind))
        else:
            found.append(mention)
    return found


def _type(
    name: str, kind: EntityType | None, surnames: set[str], language: str
) -> EntityType | None:
    if kind is None:
        return None
    if gazetteer.country(name, language):
        named = kind is EntityType.PERSON and gazetteer.key(name) in surnames
        return EntityType.PERSON if named else EntityType.PLACE
    if gazetteer.key(name) in surnames:
        return EntityType.PERSON
    if gazetteer.key(name) in _SITES or gazetteer.body(name):
        return EntityType.ORG
    organised = " " in name and (names.has_legal_form(name) or names.is_body(name))
    return EntityType.ORG if organised else kind


def _one_type_each(text: str, mentions: list[Mention]) -> list[Mention]:
    """A name is of the type most of its mentions have; of the first one's when even."""
    votes: dict[str, Counter[EntityType]] = defaultdict(Counter)
    for mention in sorted(mentions):
        if mention.type and not mention.here:
            votes[_voting_key(text, mention)][mention.type] += _weight(text, mention)
    return [
        m.typed(votes[_voting_key(text, m)].most_common(1)[0][0]) if m.type and not m.here else m
        for m in mentions
    ]


def _weight(text: str, mention: Mention) -> int:
    """One vote, two by convention, and more than others can have with a legal form."""
    if mention.type is EntityType.ORG and names.has_legal_form(text[mention.start : mention.end]):
        return _DECISIVE
    return 1 + mention.sure


def _voting_key(text: str, mention: Mention) -> str:
    name = text[mention.start : mention.end]
    organised = mention.type is EntityType.ORG
    return gazetteer.key(names.without_legal_form(name) if organised else name)
