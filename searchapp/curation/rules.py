"""Decisions as one consistent set of rules, and what they make of a document's entities.

A rule moves a name to another one, or to nothing. Moves chain: with `A` merged into
`B` and `B` renamed to `C`, `A` is `C`. Two rules that contradict each other and
rules that lead in a circle are errors, found before anything is applied.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from pathlib import Path

from searchapp.curation.decisions import Act, Decision
from searchapp.errors import DecisionError
from searchapp.model import Entity, EntityType, IndexedDocument

Key = tuple[EntityType, str]


@dataclass(frozen=True)
class Rules:
    """Where each name goes, `None` for nowhere; splits come before moves.

    Of each set in `apart` no two names go to the same one.
    """

    moves: Mapping[Key, Key | None]
    splits: Mapping[Key, tuple[Decision, ...]]
    apart: tuple[frozenset[Key], ...] = ()

    def apply(self, document: IndexedDocument) -> IndexedDocument:
        """The document with its entities as decided, in order of first mention."""
        if not any(self._has_rule_for((e.type, e.name)) for e in document.entities):
            return document
        found: dict[Key, list[tuple[int, int]]] = defaultdict(list)
        for entity in document.entities:
            for mention in entity.mentions:
                key = self._final_of_mention((entity.type, entity.name), document, mention)
                if key:
                    found[key].append(mention)
        return replace(document, entities=build_entities(found))

    def final(self, key: Key) -> Key | None:
        """Where a name ends up wherever it is written; None when it is rejected."""
        last = self.chain(key)[-1]
        return self.moves.get(last, last)

    def chain(self, key: Key) -> list[Key]:
        """The name and all it becomes on its way."""
        steps = [key]
        while moved := self.moves.get(steps[-1]):
            steps.append(moved)
        return steps

    def apart_pairs(self) -> frozenset[frozenset[Key]]:
        """Every two names of the index that are of different ones; one alone: of its type."""
        pairs = (pair for keys in self.apart for pair in combinations(keys, min(2, len(keys))))
        final = (frozenset(map(self.final, pair)) for pair in pairs)
        return frozenset(
            frozenset(key for key in pair if key) for pair in final if None not in pair
        )

    def effect_on(self, key: Key) -> object:
        """What is decided about a name itself, comparable; nothing of notes and lines."""
        splits = [(s.type, s.to, s.written, s.documents) for s in self.splits.get(key, ())]
        return self.moves.get(key, key), splits

    def sources_of(self, keys: Iterable[Key]) -> frozenset[Key]:
        """The given names and all that some rule turns into one of them."""
        sources: dict[Key, list[Key]] = defaultdict(list)
        for source, target in self.edges():
            sources[target].append(source)
        reached, ahead = set[Key](), list(keys)
        while ahead:
            key = ahead.pop()
            if key not in reached:
                reached.add(key)
                ahead += sources[key]
        return frozenset(reached)

    def _has_rule_for(self, key: Key) -> bool:
        return key in self.moves or key in self.splits

    def edges(self) -> Iterator[tuple[Key, Key]]:
        """What may become what, in one step."""
        for source, target in self.moves.items():
            if target:
                yield source, target
        for source, splits in self.splits.items():
            for split in splits:
                yield source, (split.type, split.to)

    def _final_of_mention(
        self, key: Key | None, document: IndexedDocument, mention: tuple[int, int]
    ) -> Key | None:
        while key and self._has_rule_for(key):
            splits = self.splits.get(key, ())
            split = next((s for s in splits if _matches_split(s, document, mention)), None)
            if not split and key not in self.moves:
                return key
            key = (split.type, split.to) if split else self.moves[key]
        return key


def build_entities(mentions: Mapping[Key, Collection[tuple[int, int]]]) -> tuple[Entity, ...]:
    """Entities in order of first mention, each with its mentions in order, without empty ones."""
    entities = [
        Entity(name, kind, tuple(sorted(set(ranges))))
        for (kind, name), ranges in mentions.items()
        if ranges
    ]
    return tuple(sorted(entities, key=lambda entity: entity.mentions[0]))


def compile_rules(decisions: Sequence[Decision], path: Path) -> Rules:
    """The rules of a file. Raises DecisionError naming the lines that contradict each other."""
    moves: dict[Key, Key | None] = {}
    splits: dict[Key, list[Decision]] = defaultdict(list)
    made: dict[Key, Decision] = {}
    apart = [decision for decision in decisions if decision.act is Act.APART]
    for decision in (d for d in decisions if d.act is not Act.APART):
        for name in decision.names:
            source = (decision.type, name)
            if decision.act is Act.SPLIT:
                splits[source].append(decision)
                continue
            target = _target(decision, name)
            if source in moves and moves[source] != target:
                raise DecisionError(_conflict(made[source], decision, path))
            moves[source] = target
            made.setdefault(source, decision)
    kept = tuple(frozenset((d.type, name) for name in d.names) for d in apart)
    rules = Rules(moves, {key: tuple(found) for key, found in splits.items()}, kept)
    _refuse_circles(rules, decisions, path)
    for decision in apart:
        _refuse_joined(rules, decision, made, path)
    return rules


def _target(decision: Decision, name: str) -> Key | None:
    if decision.act is Act.REJECT:
        return None
    return (decision.to_type or decision.type, decision.to or name)


def _conflict(first: Decision, second: Decision, path: Path) -> str:
    return (
        f"{path}, line {second.line}: {second.summary}, but line {first.line} says "
        f"{first.summary}; remove one of them"
    )


def _refuse_circles(rules: Rules, decisions: Sequence[Decision], path: Path) -> None:
    graph = TopologicalSorter[Key]()
    for source, target in rules.edges():
        graph.add(source, target)
    try:
        graph.prepare()
    except CycleError as error:
        circle = set(error.args[1])
        inside = [d for d in decisions if any((d.type, name) in circle for name in d.names)]
        lines = ", ".join(str(decision.line) for decision in inside)
        names = " and ".join(sorted(f"“{name}”" for _, name in circle))
        raise DecisionError(
            f"{path}, lines {lines}: {names} would become each other for ever; remove one decision"
        ) from None


def _refuse_joined(rules: Rules, apart: Decision, made: Mapping[Key, Decision], path: Path) -> None:
    """Raise DecisionError when names that are apart become one all the same."""
    by_final: dict[Key, Key] = {}
    if len(apart.names) == 1:  # as it is in another type, it is another one's
        by_final = {(kind, apart.names[0]): (kind, "") for kind in EntityType if kind != apart.type}
    for key in ((apart.type, name) for name in apart.names):
        final = rules.final(key)
        other = by_final.setdefault(final, key) if final else key
        if final and other != key:
            steps = (*rules.chain(key), *rules.chain(other))
            lines = sorted({made[step].line for step in steps if step in made})
            raise DecisionError(
                f"{path}, line {apart.line}: {apart.summary}, but line "
                f"{' and '.join(map(str, lines))} makes it {final[0]} “{final[1]}”; "
                "remove one of them"
            )


def _matches_split(split: Decision, document: IndexedDocument, mention: tuple[int, int]) -> bool:
    """Whether the mention is written as the split says, in a document it names."""
    start, end = mention
    written = not split.written or document.article.text[start:end] in split.written
    return written and (
        not split.documents or any(_matches_document(document, p) for p in split.documents)
    )


def _matches_document(document: IndexedDocument, pattern: str) -> bool:
    below = fnmatchcase(document.path, pattern) or fnmatchcase(document.path, f"*/{pattern}")
    return below or pattern == document.id
