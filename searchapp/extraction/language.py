"""Extraction, last step: a text -> its language as an ISO 639-1 code."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# Set by hand; `python bench/extraction.py` measures them as a set.
_SAMPLE = 3_000  # characters
_FEWEST_LETTERS, _FEW_LETTERS = 20, 200
# Pairs that text alone hardly tells apart: the page's word counts among them.
_SIBLINGS = (
    {"no", "nb", "nn", "da"},
    {"hr", "sr", "bs", "sl"},
    {"cs", "sk"},
    {"id", "ms", "jv"},
    {"es", "gl", "pt", "ca"},
    {"af", "nl"},
    {"zu", "xh", "rw"},
    {"ru", "uk", "be", "bg", "mk"},
)
_TIE = 3  # of the languages ranked first


def identify_language(text: str, declared: str | None) -> str | None:
    """The text's language; None when there is too little text to tell.

    `declared` is what the page says of itself: it decides for short texts and
    between close relatives, when the text is at least compatible with it.
    """
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if letters < _FEWEST_LETTERS:
        return None
    ranked = [language for language, _ in _identifier().rank(sample)[:_TIE]]
    best: str = ranked[0]
    if declared and declared != best and _plausible(declared, best, ranked, letters):
        return declared
    return best


def _plausible(declared: str, best: str, ranked: list[str], letters: int) -> bool:
    close = any({declared, best} <= siblings for siblings in _SIBLINGS)
    return declared in ranked and (close or letters < _FEW_LETTERS)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE)
