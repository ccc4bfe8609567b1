"""What an answer says of itself beside its hits, in the same words on every engine."""

CHANGED = "the archive changed since the page before: some hits may be repeated or missing"


def left_out(written: str) -> str:
    """Of a word that is only punctuation."""
    return f"{written} has no letters or digits to search for; it was left out"


def stands_for_all(written: str) -> str:
    """Of a pattern that is only `*`."""
    return f"{written} alone stands for every document with words"
