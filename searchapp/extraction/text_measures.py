"""How long a text is, and whether two say the same: measures that all of the cleaner shares."""

from __future__ import annotations

import re
from collections.abc import Sequence

WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NO_LETTER = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    """The text's letters and digits, without case, blanks and signs."""
    return _NO_LETTER.sub("", text).casefold()


def letters(paragraphs: Sequence[str]) -> str:
    """The text without blanks and signs, in which a sentence can be looked for."""
    return _NO_LETTER.sub("", "".join(paragraphs))


def size(paragraphs: Sequence[str]) -> int:
    """The text's length, measured by `width`."""
    return sum(map(width, paragraphs))


def width(text: str) -> int:
    """The text's length in letters of the Latin script: an ideograph says as much as three."""
    return len(text) if text.isascii() else len(text) + 2 * len(WIDE.findall(text))
