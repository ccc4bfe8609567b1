"""Short names of organisations, and the full names they stand for in one document.

Beside the data's path: the part of `coreference` that knows organisations.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from searchapp.recognition import gazetteer, name_forms

_OFFICE = re.compile(
    r" (?:Academy|Agency|Assembly|Bank|Bureau|Church|Commission|Committee|Council|Court|Department|"
    r"Federation|Institute|Ministry|Parliament|Senate|Union|University)$"
)


def canonical_organisations(
    distinct: Sequence[str], companies: AbstractSet[str] = frozenset()
) -> dict[str, str]:
    """The full name of the same organisation for each name, given in order of mention.

    The first word of one of `companies`, which the text writes with a legal form, is
    short for it: `Lumen` of `Lumen Robotics Inc.`
    """
    index = _Index(distinct, companies)
    return {name: index.full(name) for name in distinct}


def unique_or(fitting: AbstractSet[str], name: str) -> str:
    """The only name that fits, or else the name itself."""
    return next(iter(fitting)) if len(fitting) == 1 else name


class _Index:
    """The names of a document by what may stand for them."""

    def __init__(self, distinct: Iterable[str], companies: AbstractSet[str]) -> None:
        self._known, self._companies = frozenset(distinct), companies
        self._by_acronym: dict[str, set[str]] = defaultdict(set)
        self._by_ending: dict[str, set[str]] = defaultdict(set)
        self._by_branch: dict[str, set[str]] = defaultdict(set)
        self._by_beginning: dict[str, set[str]] = defaultdict(set)
        self._by_first: dict[str, set[str]] = defaultdict(set)
        for name in self._known:
            self._add(name)

    def _add(self, name: str) -> None:
        words = name.split(" ")
        for whole in (name, _strip_nation(name)):
            for acronym in name_forms.acronyms(whole):
                self._by_acronym[acronym].add(name)
        self._by_branch[name_forms.strip_branch(name.removesuffix(".com"))].add(name)
        self._by_beginning[name.partition(" of ")[0]].add(name)
        if name in self._companies and not gazetteer.is_nationality(words[0]):
            self._by_first[words[0]].add(name)
        for start in range(1, len(words)):
            self._by_ending[" ".join(words[start:])].add(name)

    def full(self, name: str) -> str:
        if name_forms.is_acronym(name):
            return unique_or(self._by_acronym[re.sub(r"[.&]", "", name)], name)
        if _OFFICE.search(name):
            return unique_or(self._by_ending[name] or self._by_beginning[name] - {name}, name)
        short = name_forms.strip_group(name)
        if short != name and short in self._known:
            return short
        if name in self._companies:
            return name  # with a legal form of its own, it is nobody's short form
        longer = self._by_branch[name] - {name} or self._by_ending[name] or self._by_first[name]
        return unique_or({other for other in longer if name_forms.strip_group(other) != name}, name)


def _strip_nation(name: str) -> str:
    """`Food and Drug Administration` of `U.S. Food and Drug Administration`."""
    first, _, rest = name.partition(" ")
    nation = gazetteer.country(first) or gazetteer.is_nationality(first)
    return rest if rest and nation else name
