"""What people decided, done to one document: the watch-list first, then the decisions."""

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path

from searchapp.curation import decisions, watchlist
from searchapp.curation.decisions import Decision
from searchapp.curation.rules import Key, Rules, build_entities, compile_rules
from searchapp.curation.watchlist import Watchlist
from searchapp.errors import DecisionError
from searchapp.model import IndexedDocument

Range = tuple[int, int]

CURATION_KEY = "curation"
"""Under which a build stamp keeps `Curation.version`."""


@dataclass(frozen=True)
class Curation:
    """A watch-list and decisions, with the texts they were read from.

    `unused` says why a newer file is not among them.
    """

    sources: tuple[str, str]
    watchlist: Watchlist
    decisions: tuple[Decision, ...]
    rules: Rules
    unused: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Changes when either file does; part of the build stamp."""
        digest = hashlib.blake2b(digest_size=8)
        for text in self.sources:
            digest.update(f"{len(text)}:{text}".encode())
        return digest.hexdigest()

    def apply(self, document: IndexedDocument) -> IndexedDocument:
        """The document with its entities as people want them."""
        return self.rules.apply(apply_watchlist(document, self.watchlist))


def read(directory: Path) -> Curation:
    """The files of an index directory. Raises DecisionError naming file and line."""
    return from_texts((watchlist.read_text(directory), decisions.read_text(directory)), directory)


def read_usable(directory: Path, last: tuple[str, str] | None) -> Curation:
    """As `read`, with the text that was followed last for a file that cannot be followed.

    Raises DecisionError when no text was.
    """
    try:
        return read(directory)
    except DecisionError:
        if last is None:
            raise
    texts, faults = list(last), []
    for place, read_text in enumerate((watchlist.read_text, decisions.read_text)):
        try:
            newer = read_text(directory)
            from_texts((newer, "") if place == 0 else ("", newer), directory)
            texts[place] = newer
        except DecisionError as error:
            faults.append(f"{error}; until then, what it said before holds")
    return replace(from_texts((texts[0], texts[1]), directory), unused=tuple(faults))


def from_texts(sources: tuple[str, str], directory: Path) -> Curation:
    """As `read`, from the files' contents; `directory` is for error messages."""
    listed, decided = sources
    path = directory / decisions.FILE_NAME
    found = decisions.parse(decided, path)
    names = watchlist.parse(listed, directory / watchlist.FILE_NAME)
    return Curation(sources, names, found, compile_rules(found, path))


def apply_watchlist(document: IndexedDocument, names: Watchlist) -> IndexedDocument:
    """The document with every listed name it has, in place of what was recognised there.

    A recognised name that is longer than the listed one around which it stands stays;
    one that is itself a spelling of a listed name gets that name.
    """
    if not names:
        return document
    listed = list(names.mentions(document.article.text))
    if not listed and not any(names.entry_of(entity.name) for entity in document.entities):
        return document
    found: dict[Key, set[Range]] = defaultdict(set)
    for start, end, entry in listed:
        found[entry.type, entry.name].add((start, end))
    ranges = [(start, end) for start, end, _ in listed]
    for entity in document.entities:
        known = names.entry_of(entity.name)
        key = (known.type, known.name) if known else (entity.type, entity.name)
        for mention in entity.mentions:
            _add(found[key], mention, ranges)
    return replace(document, entities=build_entities(found))


def _add(mentions: set[Range], mention: Range, listed: Sequence[Range]) -> None:
    """Add a recognised mention that no listed name covers or cuts, over shorter ones."""
    start, end = mention
    first = bisect_left(listed, start, key=itemgetter(1))
    touching = []
    while first < len(listed) and listed[first][0] < end:
        if listed[first][1] > start:
            touching.append(listed[first])
        first += 1
    if mention not in touching and all(start <= s and e <= end for s, e in touching):
        mentions.difference_update(touching)
        mentions.add(mention)
