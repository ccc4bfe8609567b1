"""Of what type a name is: by closed lists, the document's other names, its mentions together.

On the data's path: the part of `postprocess` before and after `context`, which looks at the
words around.
"""

from collections import Counter, defaultdict

from searchapp.model import EntityType
from searchapp.recognition import gazetteer, name_forms
from searchapp.recognition.english import WORDS
from searchapp.recognition.mentions import Mention
from searchapp.recognition.rules import context

_DECISIVE = 100
_CALENDAR = WORDS["calendar"]
_COMMON = WORDS["common"]
_SITES = WORDS["sites"]
_OFFICE = WORDS["offices"]


def retype(text: str, mentions: list[Mention], language: str) -> list[Mention]:
    """Countries are places, companies with a legal form organisations, known surnames people."""
    people = context.full_names(text, mentions)
    surnames = {" ".join(parts[at:]) for parts in people for at in range(1, len(parts))}
    known = {part for parts in people for part in parts}
    kept = []
    for marked in mentions:
        mention = _strip_title(text, marked, surnames)
        name = text[mention.start : mention.end]
        if gazetteer.key(name) in known or not _is_common(gazetteer.key(name), mention.type):
            kind = (
                mention.type if mention.here else _type_of(name, mention.type, surnames, language)
            )
            kept.append(mention.with_type(kind))
    return kept


def _strip_title(text: str, mention: Mention, surnames: set[str]) -> Mention:
    """`Prime Minister Solberg`, taken for a place, as the Solberg of this text."""
    start = mention.start + name_forms.title_end(text[mention.start : mention.end])
    person = start > mention.start and gazetteer.key(text[start : mention.end]) in surnames
    return (
        mention.with_range(start, mention.end).with_type(EntityType.PERSON) if person else mention
    )


def _is_common(key: str, kind: EntityType | None) -> bool:
    """Whether the words name a day, an office or a thing: `October 4`, `Prime Minister`."""
    if kind is EntityType.PERSON and key.rpartition(" ")[2] in _OFFICE:
        return True
    dated = all(part in _CALENDAR or part.isdigit() for part in key.split(" "))
    return dated or key in _COMMON


def _type_of(
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
    organised = " " in name and (name_forms.has_legal_form(name) or name_forms.is_body(name))
    return EntityType.ORG if organised else kind


def unify_types(text: str, mentions: list[Mention]) -> list[Mention]:
    """A name is of the type most of its mentions have; of the first one's when even."""
    votes: dict[str, Counter[EntityType]] = defaultdict(Counter)
    for mention in sorted(mentions):
        if mention.type and not mention.here:
            votes[_voting_key(text, mention)][mention.type] += _weight(text, mention)
    return [
        m.with_type(votes[_voting_key(text, m)].most_common(1)[0][0])
        if m.type and not m.here
        else m
        for m in mentions
    ]


def _weight(text: str, mention: Mention) -> int:
    """One vote, two by convention, and more than others can have with a legal form."""
    if mention.type is EntityType.ORG and name_forms.has_legal_form(
        text[mention.start : mention.end]
    ):
        return _DECISIVE
    return 1 + mention.sure


def _voting_key(text: str, mention: Mention) -> str:
    name = text[mention.start : mention.end]
    organised = mention.type is EntityType.ORG
    return gazetteer.key(name_forms.strip_legal_form(name) if organised else name)
