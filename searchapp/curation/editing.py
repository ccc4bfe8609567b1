"""Changing the file of decisions: one more at its end, or one less.

Everything else in the file stays as a person wrote it. A change that would make
the file wrong is refused before anything is written.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from searchapp.curation.decisions import FILE_NAME, HEADER, Act, Decision, parse, read_text
from searchapp.curation.rules import compile_rules
from searchapp.errors import DecisionError
from searchapp.files import atomic_write


def add(directory: Path, decision: Decision) -> Decision:
    """Write the decision at the end; as read back, with its line. Raises DecisionError."""
    text = read_text(directory)
    before = f"{text.rstrip()}\n\n" if text.strip() else ""
    new = f"{before}{_as_toml(decision)}"
    _write(directory, new)
    return parse(new, directory / FILE_NAME)[-1]


def remove(directory: Path, number: int | None = None) -> Decision:
    """Take out the decision `list` shows by this number, or the last; which it was.

    Comments above a decision belong to it from the blank line before them.
    """
    text, path = read_text(directory), directory / FILE_NAME
    decisions = parse(text, path)
    if not decisions:
        raise DecisionError(f"{path}: no decision to undo")
    number = len(decisions) if number is None else number
    if not 1 <= number <= len(decisions):
        raise DecisionError(f"{path}: there is no decision {number}, only 1 to {len(decisions)}")
    starts = [_comment_start(text, found.start()) for found in HEADER.finditer(text)]
    end = (*starts[1:], len(text))[number - 1]
    _write(directory, (text[: starts[number - 1]] + text[end:]).rstrip() + "\n")
    return decisions[number - 1]


def _comment_start(text: str, start: int) -> int:
    lines = text[:start].splitlines(keepends=True)
    while lines and lines[-1].lstrip().startswith("#"):
        start -= len(lines.pop())
    return start


def _write(directory: Path, text: str) -> None:
    path = directory / FILE_NAME
    compile_rules(parse(text, path), path)
    directory.mkdir(parents=True, exist_ok=True)
    atomic_write(path, text.encode())


def _as_toml(decision: Decision) -> str:
    return "\n".join(["[[decision]]", *_fields(decision), ""])


def _fields(decision: Decision) -> Iterator[str]:
    several = decision.act in {Act.MERGE, Act.REJECT, Act.APART} or len(decision.names) > 1
    names = _quote_list(decision.names) if several else _quote(decision.names[0])
    yield f"{decision.act} = {names}"
    target = decision.to_type or decision.to
    if target:
        key = "into" if decision.act in {Act.MERGE, Act.SPLIT} else "to"
        yield f"{key} = {_quote(target)}"
    yield f"type = {_quote(decision.type)}"
    for key, values in (("written", decision.written), ("documents", decision.documents)):
        if values:
            yield f"{key} = {_quote_list(values)}"
    if decision.made:
        yield f"made = {decision.made.isoformat()}"
    if decision.note:
        yield f"note = {_quote(decision.note)}"


def _quote_list(values: Sequence[str]) -> str:
    return f"[{', '.join(map(_quote, values))}]"


def _quote(value: str) -> str:
    """A TOML basic string: JSON's escapes, and DEL, which TOML wants escaped too."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
