"""Part of the cleaner: what two texts share that say the same in another case or setting."""

from __future__ import annotations

import re

_NO_LETTER = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    """The text's letters and digits, without case, blanks and signs."""
    return _NO_LETTER.sub("", text).casefold()
