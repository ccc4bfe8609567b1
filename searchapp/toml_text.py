"""The text of files that people edit, and TOML: whatever is in them, one line that says where.

A leaf, for `config` and the decisions about names.
"""

import tomllib
from typing import Any

_SHOWN = 200


def decode(data: bytes) -> str:
    """The text of a file, with or without a byte order mark. Raises ValueError naming the line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is not UTF-8; save the file as UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(f"line {line} has a NUL, so that this is no text; save the file as UTF-8")
    return text


def parse_toml(text: str) -> dict[str, Any]:
    """A table. Raises ValueError naming the line."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(f"line {_deepest(text)} has brackets in brackets without end") from error
    except ValueError as error:
        last = text.rstrip().count("\n") + 1
        ends = f"at line {last}, where the file ends"
        message = str(error).replace("at end of document", ends)
        if "line" not in message:  # as of a number of too many digits
            message = f"{message} (in a number on line {_longest(text)})"
        raise ValueError(message[:_SHOWN]) from error


def _deepest(text: str) -> int:
    lines = text.splitlines() or [""]
    return max(range(len(lines)), key=lambda n: lines[n].count("[") + lines[n].count("{")) + 1


def _longest(text: str) -> int:
    lines = text.splitlines() or [""]
    return max(range(len(lines)), key=lambda n: len(lines[n])) + 1
