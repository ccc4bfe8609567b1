"""What a language model marked in a text, mended: labelled spans to mentions.

On the data's path between the model (`recogniser`) and `propagation`. Each rule takes
and gives all mentions of one document, so that the order in `repair_mentions` is the
whole story. All patterns are linear in the text.
"""

import re
from collections.abc import Iterable, Iterator

from searchapp.model import EntityType
from searchapp.recognition import gazetteer, name_forms
from searchapp.recognition.mentions import Mention
from searchapp.recognition.rules import context, missed, patterns, retyping

LONGEST_NAME = 100
_FEWEST_LETTERS = 2


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
# Who begins in lower case or writes `i` writes names so too; a newspaper does neither.
_SMALL = re.compile(r"\A[a-z]|(?:^|\s)i(?:'(?:d|ll|m|ve))?\s", re.MULTILINE)
_MARKUP = ("{", "}", "<", ">", "|", "=", "\\", "&#", "&quot")
_BRACKETED = re.compile(r"\s\(([A-Z][A-Z.&]{1,9})\)?$")
# A paragraph's end, and the dash after a dateline or between clauses.
_CUT = re.compile(r"\n\n|\s(?:--?|[–—])\s|(?:(?<=Inc)|(?<=Ltd)|(?<=Corp))\.\s(?=[A-Z])")
_OF = re.compile(r" of (?:the )?")
_SMALL_NAMES = frozenset(patterns.AGENCIES.split("|"))
_PARTICLE = re.compile(
    r"(?:a[dlnst]|abu|bin|d[aeiu]|de[lnr]|di|el|ibn|l[ae]|te[nr]|v[ao]n|zu)[\s\-’']"
)


def repair_mentions(text: str, mentions: Iterable[Mention], language: str) -> list[Mention]:
    """The mentions that are names, in order, without overlaps, each of the type it should be."""
    found = _cut_at_paragraphs(text, mentions)
    if language == "en":
        found = _override(found, patterns.find_conventional(text))
        found = list(_join_bodies_of_places(text, sorted(found)))
    found = _drop_residue(text, found)
    found = [_trim(text, part) for mention in found for part in _split_bracketed(text, mention)]
    is_informal = language == "en" and _SMALL.search(text) is not None
    found = [m for m in found if m.type is None or _is_name(text[m.start : m.end])]
    if not is_informal:
        found = [m for m in found if _has_name_start(text[m.start : m.end])]
    if language == "en":
        found = _override([*missed.find_people(text), *patterns.find_companies(text)], found)
    found = _type_bracketed_acronyms(text, _drop_overlaps(found))
    found = retyping.retype(text, found, language)
    found = context.retype_by_context(text, found) if language == "en" else found
    return sorted(retyping.unify_types(text, found))


def _cut_at_paragraphs(text: str, mentions: Iterable[Mention]) -> list[Mention]:
    kept = []
    for mention in mentions:
        cut = _CUT.search(text, mention.start, mention.end)
        end = cut.start() if cut else mention.end
        if mention.start < end <= mention.start + LONGEST_NAME:
            kept.append(mention.with_range(mention.start, end))
    return kept


def _override(mentions: list[Mention], certain: list[Mention]) -> list[Mention]:
    """The certain ones, and of the others those that do not touch them."""
    taken = {position for mention in certain for position in range(mention.start, mention.end)}
    free = [m for m in mentions if taken.isdisjoint(range(m.start, m.end))]
    return [*certain, *free]


def _join_bodies_of_places(text: str, mentions: list[Mention]) -> Iterator[Mention]:
    """`Electoral Commission of Ghana` as one name, of which a model makes two."""
    held: Mention | None = None
    for mention in mentions:
        if held and _is_of(text, held, mention):
            held = held.with_range(held.start, mention.end)
            continue
        if held:
            yield held
        held = mention
    if held:
        yield held


def _is_of(text: str, body: Mention, place: Mention) -> bool:
    one = body.type is EntityType.ORG and place.type is EntityType.PLACE
    named = one and name_forms.is_of_somewhere(text[body.start : body.end])
    return named and _OF.fullmatch(text, body.end, place.start) is not None


def _drop_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Of two that share characters, the one that begins first, or else is longer."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _drop_residue(text: str, mentions: list[Mention]) -> list[Mention]:
    holes = [match.span() for match in _RESIDUE.finditer(text)]
    residue = {position for hole in holes for position in range(*hole)}
    return [m for m in mentions if residue.isdisjoint(range(m.start, m.end))]


def _split_bracketed(text: str, mention: Mention) -> list[Mention]:
    """`Northern Council (NOC` as two mentions, of the name and of its abbreviation."""
    bracket = _BRACKETED.search(text, mention.start, mention.end)
    if not bracket:
        return [mention]
    return [
        mention.with_range(mention.start, bracket.start()),
        mention.with_range(bracket.start(1), mention.end),
    ]


def _trim(text: str, mention: Mention) -> Mention:
    if mention.type is None:
        return mention
    start, end = name_forms.trim(text, mention.start, mention.end)
    if mention.type is EntityType.PERSON:
        start += name_forms.title_end(text[start:end])
        end += name_forms.given_name_rest(text[start : end + LONGEST_NAME], end - start)
    if mention.type is EntityType.PLACE:
        start += context.inhabitants_end(text, mention.with_range(start, end))
    if mention.type is EntityType.ORG:
        end = start + len(name_forms.strip_officers(text[start:end]))
        end += name_forms.organisation_rest(text[start : end + LONGEST_NAME], end - start)
    return mention.with_range(start, end)


def _is_name(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    if len(letters) < _FEWEST_LETTERS or gazetteer.is_nationality(name):
        return False
    if name[0].isdigit() and not any(map(str.isupper, name)):
        return False
    return not any(sign in name for sign in _MARKUP)


def _has_name_start(name: str) -> bool:
    """`eBay`, `al-Assad`, `de Gaulle` are names; `highland` is not."""
    if not name[0].islower() or name == name.lower():
        return not name[0].islower() or name in _SMALL_NAMES or name.endswith(" ministry")
    first = name.split(" ", 1)[0]
    return first != first.lower() or _PARTICLE.match(name) is not None


def _type_bracketed_acronyms(text: str, mentions: Iterable[Mention]) -> list[Mention]:
    """The abbreviation in brackets after an organisation's name is one, whatever it looks like."""
    found: list[Mention] = []
    for mention in sorted(mentions):
        before = found[-1] if found else None
        bracketed = before and text[before.end : mention.start].strip() == "("
        if before and bracketed and name_forms.is_acronym(text[mention.start : mention.end]):
            kind = before.type if before.type is EntityType.ORG else mention.type
            found.append(mention.with_type(kind))
        else:
            found.append(mention)
    return found
