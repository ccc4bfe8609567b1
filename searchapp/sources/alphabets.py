"""Under `charset`: which letters beyond ASCII a language writes with.

Single-byte charsets put other letters on the same bytes, and each result looks
like words. But only the right one has letters that one language uses together.
The alphabets hold the letters in everyday use; those of loan words are left out.
"""

from collections import Counter

_LATIN = tuple(
    map(
        frozenset,
        (
            "äöüß",  # German
            "àâæçéèêëîïôœùûüÿ",  # French
            "áéíñóúü",  # Spanish
            "áâãàçéêíóôõúü",  # Portuguese
            "àèéìíîòóùú",  # Italian
            "àçéèíïóòúü",  # Catalan
            "áàâäéèêëíïîóôöúûü",  # Dutch
            "åäöé",  # Swedish, Finnish
            "æøåéòóô",  # Danish, Norwegian
            "áðéíóúýþæö",  # Icelandic
            "ąćęłńóśźż",  # Polish
            "áčďéěíňóřšťúůýž",  # Czech
            "áäčďéíĺľňóôŕšťúýž",  # Slovak
            "áéíóöőúüű",  # Hungarian
            "ăâîșşțţ",  # Romanian
            "čćđšž",  # Croatian, Slovene
            "çğıöşüâîû",  # Turkish
            "ąčęėįšųūž",  # Lithuanian
            "āčēģīķļņšūž",  # Latvian
            "äõöüšž",  # Estonian
        ),
    )
)
_LAST_LATIN = "\u024f"


def misfit(text: str) -> float:
    """The share of Latin letters beyond ASCII that the best-fitting language lacks (0 is best)."""
    lower = (character for character in text.lower() if "\x7f" < character <= _LAST_LATIN)
    letters = Counter(filter(str.isalpha, lower))
    if not letters:
        return 0.0
    best = max(sum(letters[letter] for letter in alphabet) for alphabet in _LATIN)
    return 1 - best / letters.total()
