"""Extraction, every step: how long a text is, and whether two say the same."""

import re
from collections.abc import Iterable

WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NO_LETTER = re.compile(r"[\W_]+")
_SENTENCE = 60  # width, set by hand


def letters_of(*texts: str) -> str:
    """The texts' letters and digits in one row, in which a sentence can be looked for."""
    return _NO_LETTER.sub("", "".join(texts))


def comparison_key(text: str) -> str:
    """The text's letters and digits without case: what two spellings of it share."""
    return letters_of(text).casefold()


def total_width(paragraphs: Iterable[str]) -> int:
    """The paragraphs' length, measured by `text_width`."""
    return sum(map(text_width, paragraphs))


def text_width(text: str) -> int:
    """The text's length in letters of the Latin script: an ideograph says as much as three."""
    return len(text) if text.isascii() else len(text) + 2 * len(WIDE.findall(text))


def prose_width(texts: Iterable[str]) -> int:
    """The width of those texts that are a sentence's length or more."""
    widths = (text_width(text) for text in texts if len(text) >= _SENTENCE // 3)
    return sum(width for width in widths if width >= _SENTENCE)
