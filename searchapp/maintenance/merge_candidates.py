"""Names that may be one, across documents: proposed with evidence, never merged by guess.

Beside the data's path, after the engine. Each proposal is a Decision a person can
accept; the evidence is what the index knows of the two names.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from searchapp.curation.decisions import Act, Decision
from searchapp.curation.rules import Key, Rules
from searchapp.engines.base import Searcher
from searchapp.maintenance import entity_counts
from searchapp.model import EntityType
from searchapp.recognition import gazetteer
from searchapp.recognition import name_forms as forms

_SHARED = 3
_VOWELS = re.compile(r"(?<=\w)[aeiou](?=\w)")


@dataclass(frozen=True)
class Suggestion:
    """A decision to accept or not, and what speaks for it and against.

    `documents` has the number of documents of the name and of what it would become,
    `together` of both at once: a text that names both speaks against one. `shared`
    are names that occur with either.
    """

    decision: Decision
    reason: str
    documents: tuple[int, int]
    together: int
    shared: tuple[str, ...]


@dataclass(frozen=True)
class _Pair:
    """`name` may be `full`, of the same or of another type."""

    name: Key
    full: Key
    reason: str
    # A weak resemblance is worth showing only with neighbours in common.
    weak: bool = False


def suggest(searcher: Searcher, most: int, rules: Rules) -> list[Suggestion]:
    """The likeliest, surest first, but for names kept apart. Raises IndexUnavailable."""
    counts = entity_counts.counts(searcher)
    apart = rules.apart_pairs()
    pairs = (pair for pair in _pairs(counts) if not _is_apart(pair, apart))
    return list(islice(_weigh(searcher, counts, pairs, set()), most))


def _is_apart(pair: _Pair, apart: AbstractSet[frozenset[Key]]) -> bool:
    alone = pair.name[1] == pair.full[1] and {frozenset({pair.name}), frozenset({pair.full})}
    return frozenset({pair.name, pair.full}) in apart or bool(alone and alone & apart)


def _weigh(
    searcher: Searcher, counts: Mapping[Key, int], pairs: Iterable[_Pair], seen: set[Key]
) -> Iterator[Suggestion]:
    for pair in pairs:
        if pair.name in seen:
            continue
        near, far = (entity_counts.neighbours(searcher, key) for key in (pair.name, pair.full))
        common = sorted((key for key in near if key in far), key=lambda k: -min(near[k], far[k]))
        shared = tuple(name for _, name in common[:_SHARED])
        if pair.weak and not shared:
            continue
        seen.add(pair.name)
        kind = pair.name[0]
        both = entity_counts.count_together(searcher, kind, pair.name[1], pair.full[1])
        documents = (counts[pair.name], counts[pair.full])
        yield Suggestion(
            _decision(pair), pair.reason, documents, both if pair.full[0] is kind else 0, shared
        )


def _decision(pair: _Pair) -> Decision:
    (kind, name), (other, full) = pair.name, pair.full
    if kind is not other:
        return Decision(Act.RETYPE, kind, (name,), to_type=other)
    return Decision(Act.MERGE, kind, (name,), to=full)


def _pairs(counts: Mapping[Key, int]) -> Iterator[_Pair]:
    """Pairs of names by how sure their resemblance is, then by how many documents it changes."""
    for resemblance in (_types, _spellings, _transliterations, _acronyms, _longer, _surnames):
        found = sorted(resemblance(counts), key=lambda pair: (-counts[pair.name], pair.name))
        yield from found


def _types(counts: Mapping[Key, int]) -> Iterator[_Pair]:
    by_name: dict[str, list[Key]] = defaultdict(list)
    for key in counts:
        by_name[key[1]].append(key)
    for keys in by_name.values():
        most = max(keys, key=counts.__getitem__)
        for key in keys:
            if counts[key] < counts[most]:
                yield _Pair(key, most, f"the same name is a {most[0]} elsewhere")


def _spellings(counts: Mapping[Key, int]) -> Iterator[_Pair]:
    yield from _alike(counts, list(counts), gazetteer.key, "the same but for accents and signs")


def _transliterations(counts: Mapping[Key, int]) -> Iterator[_Pair]:
    people = [
        key
        for key in counts
        if key[0] is EntityType.PERSON and len(key[1]) >= forms.SHORTEST_TRANSLITERATED
    ]
    yield from _alike(counts, people, _sound, "one transliteration of the same name")
    full = [key for key in people if " " in key[1]]
    yield from _alike(counts, full, _consonants, "the same but for vowels", weak=True)


def _sound(name: str) -> str:
    return forms.skeleton(gazetteer.key(name))


def _consonants(name: str) -> str:
    """Without vowels inside words: `Mohammed` and `Muhammad` agree, `Petrov` and `Petrova` not."""
    return _VOWELS.sub("", _sound(name))


def _alike(
    counts: Mapping[Key, int],
    keys: Sequence[Key],
    form: Callable[[str], str],
    reason: str,
    *,
    weak: bool = False,
) -> Iterator[_Pair]:
    by_form: dict[tuple[EntityType, str], list[Key]] = defaultdict(list)
    for key in keys:
        by_form[key[0], form(key[1])].append(key)
    for group in by_form.values():
        best = max(group, key=lambda key: (counts[key], len(key[1].encode()), key))
        yield from (_Pair(key, best, reason, weak) for key in group if key != best)


def _acronyms(counts: Mapping[Key, int]) -> Iterator[_Pair]:
    by_acronym: dict[str, list[Key]] = defaultdict(list)
    for key in counts:
        if key[0] is EntityType.ORG:
            for acronym in forms.acronyms(key[1]):
                by_acronym[acronym].append(key)
    for key in counts:
        full = by_acronym[key[1].replace(".", "")]
        if key[0] is EntityType.ORG and forms.is_acronym(key[1]) and len(full) == 1:
            yield _Pair(key, full[0], "its initials", weak=len(key[1]) <= len("AP"))


def _longer(counts: Mapping[Key, int]) -> Iterator[_Pair]:
    """`Volkswagen Group` and `Volkswagen`: under the name that more documents have."""
    for key in counts:
        for shorten in (forms.strip_legal_form, forms.strip_group, forms.strip_branch):
            short = (key[0], shorten(key[1]))
            if key[0] is EntityType.ORG and short != key and short in counts:
                less, more = sorted((short, key), key=lambda one: (counts[one], one))
                yield _Pair(less, more, "one is the other's short form", weak=True)


def _surnames(counts: Mapping[Key, int]) -> Iterator[_Pair]:
    by_surname: dict[str, list[Key]] = defaultdict(list)
    for key in counts:
        if key[0] is EntityType.PERSON and " " in key[1]:
            by_surname[gazetteer.key(key[1]).rpartition(" ")[2]].append(key)
    for key in counts:
        full = by_surname[gazetteer.key(key[1])]
        if key[0] is EntityType.PERSON and len(full) == 1:
            yield _Pair(key, full[0], "the only one of that surname in the archive", weak=True)
