"""Annotated news: texts in which a person marked every name, and which names are of one.

A file holds several documents, each after a line `=== id`. A name is marked
`[[as written|P]]`, with O for organisations and L for places; `[[Lavrov|P|Sergey
Lavrov]]` says in addition whose it is: marks with one identity, or one spelling and
no other identity, are of one entity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"\[\[([^|\]]+)\|([POL])(?:\|([^\]]+))?\]\]")
_TYPES = {"P": "PER", "O": "ORG", "L": "LOC"}


@dataclass(frozen=True)
class Mark:
    """A half-open range of the text, its type, and whose name it is."""

    start: int
    end: int
    type: str
    identity: str


@dataclass(frozen=True)
class Annotated:
    """A text and its marks, in order."""

    id: str
    text: str
    marks: tuple[Mark, ...]


def read(path: Path) -> Iterator[Annotated]:
    """The documents of a file, or ValueError when a mark is not whole."""
    for part in path.read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, marked = part.partition("\n")
        yield _document(name.strip(), marked.strip())


def _document(name: str, marked: str) -> Annotated:
    text, marks, done = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[done : mark.start()]
        end = len(text) + len(mark[1])
        marks.append(Mark(len(text), end, _TYPES[mark[2]], mark[3] or mark[1]))
        text, done = text + mark[1], mark.end()
    text += marked[done:]
    if "[[" in text or "]]" in text:
        raise ValueError(f"{name}: a mark is not whole in {text!r}")
    return Annotated(name, text, tuple(marks))
