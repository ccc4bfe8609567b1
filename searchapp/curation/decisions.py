"""The file of decisions about names: TOML that people read, review and keep in git.

    [[decision]]
    merge = ["Zelenskyy", "Zelenskiy"]
    into = "Volodymyr Zelensky"
    type = "person"

Names are written exactly as facets show them. docs/entities.md has every form.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from searchapp.curation.edited_file import read_edited
from searchapp.errors import DecisionError
from searchapp.model import EntityType
from searchapp.toml_text import parse_toml

FILE_NAME = "entities.toml"
HEADER = re.compile(r"^[ \t]*\[\[[ \t]*decision[ \t]*\]\]", re.MULTILINE)


class Act(StrEnum):
    """What a decision does with names; also the key that holds them in the file."""

    MERGE = "merge"
    RENAME = "rename"
    REJECT = "reject"
    RETYPE = "retype"
    SPLIT = "split"
    APART = "apart"


# What each act needs and may have beside its names and `type`.
_NEEDS: dict[Act, tuple[str, ...]] = {
    Act.MERGE: ("into",),
    Act.RENAME: ("to",),
    Act.REJECT: (),
    Act.RETYPE: ("to",),
    Act.SPLIT: ("into",),
    Act.APART: (),
}
_MAY = {"note", "made"}
_SPLIT_BY = ("written", "documents")


@dataclass(frozen=True)
class Decision:
    """One decision. `line` is where it begins in the file, counted from 1.

    `names` are the names it is about, all of `type`. `to` is the name they get
    (merge, rename, split), `to_type` the type (retype). A split holds where the text
    writes one of `written`, or in documents whose path matches one of `documents`.
    Names that are apart are those of different ones, and never to become one name; a
    single name that is apart is not the same name of another type.
    """

    act: Act
    type: EntityType
    names: tuple[str, ...]
    to: str = ""
    to_type: EntityType | None = None
    written: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    note: str = ""
    made: date | None = None
    line: int = 0

    @property
    def summary(self) -> str:
        """The decision in words: `merge person “Zelenskyy” into “Volodymyr Zelensky”`."""
        names = ", ".join(f"“{name}”" for name in self.names)
        verb = "keep apart" if self.act is Act.APART else self.act
        parts = [f"{verb} {self.type} {names}"]
        if self.act is Act.RETYPE:
            parts.append(f"to {self.to_type}")
        elif self.to:
            parts.append(f"{'to' if self.act is Act.RENAME else 'into'} “{self.to}”")
        if self.written:
            parts.append("where written " + ", ".join(f"“{name}”" for name in self.written))
        if self.documents:
            parts.append("in " + ", ".join(self.documents))
        return " ".join(parts)


def read(directory: Path) -> tuple[Decision, ...]:
    """The decisions of an index directory, in order; none without a file.

    Raises DecisionError naming file and line.
    """
    return parse(read_text(directory), directory / FILE_NAME)


def read_text(directory: Path) -> str:
    """The file as it stands, empty when there is none. Raises DecisionError."""
    return read_edited(directory / FILE_NAME)


def parse(text: str, path: Path) -> tuple[Decision, ...]:
    """The decisions a file holds. Raises DecisionError naming file and line."""
    try:
        table = parse_toml(text)
    except ValueError as error:
        raise DecisionError(f"{path}: {error}") from error
    unknown = [key for key in table if key != "decision"]
    entries = table.get("decision", [])
    if unknown or not isinstance(entries, list):
        key = unknown[0] if unknown else "decision"
        raise DecisionError(f"{path}: {key!r} stands alone; begin decisions with [[decision]]")
    lines = [text.count("\n", 0, found.start()) + 1 for found in HEADER.finditer(text)]
    if len(lines) != len(entries):
        raise DecisionError(f"{path}: begin each decision with [[decision]] on a line of its own")
    return tuple(
        _decision(entry, line, f"{path}, line {line}")
        for entry, line in zip(entries, lines, strict=True)
    )


def _decision(entry: Mapping[str, Any], line: int, where: str) -> Decision:
    acts = [act for act in Act if act in entry]
    if len(acts) != 1:
        raise DecisionError(f"{where}: say one of {', '.join(Act)}{_nearest(entry)}")
    act = acts[0]
    _check_keys(entry, act, where)
    target = "".join(_names(entry, key, where, most=1)[0] for key in _NEEDS[act])
    return Decision(
        act=act,
        type=_type(entry["type"], "type", where),
        names=_names(entry, act, where),
        to="" if act is Act.RETYPE else target,
        to_type=_type(target, "to", where) if act is Act.RETYPE else None,
        written=_names(entry, "written", where) if "written" in entry else (),
        documents=_names(entry, "documents", where) if "documents" in entry else (),
        note=str(entry.get("note", "")),
        made=_day(entry, where),
        line=line,
    )


def _check_keys(entry: Mapping[str, Any], act: Act, where: str) -> None:
    needed = {act, "type", *_NEEDS[act]}
    allowed = needed | _MAY | (set(_SPLIT_BY) if act is Act.SPLIT else set())
    for key in entry:
        if key not in allowed:
            near = difflib.get_close_matches(key, sorted(allowed), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise DecisionError(f"{where}: {act} has no {key!r}{hint}")
    for key in sorted(needed - set(entry)):
        raise DecisionError(f"{where}: {act} needs {key!r}")
    if act is Act.SPLIT and not set(_SPLIT_BY) & set(entry):
        raise DecisionError(f"{where}: split needs 'written' or 'documents'")


def _names(entry: Mapping[str, Any], key: str, where: str, most: int = 0) -> tuple[str, ...]:
    value = entry[key]
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise DecisionError(f"{where}: {key} must be a name or a list of names, not {value!r:.100}")
    if most and len(names) > most:
        raise DecisionError(f"{where}: {key} must be one name, not {len(names)}")
    return tuple(dict.fromkeys(names))


def _type(value: object, key: str, where: str) -> EntityType:
    try:
        return EntityType(str(value))
    except ValueError:
        raise DecisionError(
            f"{where}: {key} must be one of {', '.join(EntityType)}, not {value!r:.100}"
        ) from None


def _day(entry: Mapping[str, Any], where: str) -> date | None:
    made = entry.get("made")
    if made is not None and not isinstance(made, date):
        raise DecisionError(f"{where}: made must be a date such as 2020-10-04, not {made!r:.100}")
    return made


def _nearest(entry: Mapping[str, Any]) -> str:
    near = [n for key in entry for n in difflib.get_close_matches(key, [*map(str, Act)], n=1)]
    return f"; did you mean {near[0]!r}?" if near and near[0] not in entry else ""
