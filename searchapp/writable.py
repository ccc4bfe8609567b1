"""Text that every face can write: made so once, where it comes out of a file.

A leaf beside the data's path: asked by the readers, by extraction and by the workers. Half a
surrogate pair has no UTF-8, controls and noncharacters have no XML and steer terminals.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

_T = TypeVar("_T")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")
# Unicode 23.7: the last two code points of every plane, and 32 among the Arabic forms.
_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_UNWRITABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{_NONCHARACTERS}]")
_FIRST_PRINTABLE = "\xa0"  # above the controls of C1
_REPLACEMENT = "\ufffd"
# A file is found by its path, and asked for by its id: those stay as they are.
_KEYS = frozenset({"id", "path"})


def well_formed(text: str) -> str:
    """The text with surrogate pairs joined and halves replaced: it has UTF-8, and any control."""
    if not _HALF.search(text):
        return text
    joined = _PAIR.sub(lambda pair: _join(pair[0]), text)
    return _HALF.sub(_REPLACEMENT, joined)


def writable(text: str) -> str:
    """The well-formed text without controls, blank ones a space; U+FFFD for noncharacters."""
    if not _UNWRITABLE.search(text):
        return text
    return _UNWRITABLE.sub(_substitute, well_formed(text))


def with_writable_text(value: _T) -> _T:
    """The same tuple or dataclass with every text in it writable, but for ids and paths."""
    made: Any = value
    if isinstance(made, str):
        made = writable(made)
    elif isinstance(made, tuple):
        made = tuple(map(with_writable_text, made))
    elif is_dataclass(made) and not isinstance(made, type):
        found = {f.name: getattr(made, f.name) for f in fields(made) if f.name not in _KEYS}
        made = replace(made, **{name: with_writable_text(one) for name, one in found.items()})
    return made  # type: ignore[no-any-return]


def _join(pair: str) -> str:
    return pair.encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def _substitute(unwritable: re.Match[str]) -> str:
    found = unwritable[0]
    if found.isspace():
        return " "
    return "" if found < _FIRST_PRINTABLE else _REPLACEMENT
