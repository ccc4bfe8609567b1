"""One spelling for the many of a word, below `terms`: width, case, accents, keyboards, digits.

Arabic and Persian letters as in Lucene's normalizers for them.
"""

import re
import unicodedata

# Soft hyphens and joiners stand inside words and say nothing about them.
INVISIBLE = "\u00ad\u200c\u200d\u2060"
# Besides them the Arabic tatweel, and the vowel signs of Hebrew and Arabic.
_UNSEEN = re.compile(
    f"[{INVISIBLE}\u0640\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670\u06d6-\u06ed]"
)
# Accents of Latin and Greek, stress and `ё` in Cyrillic, hamza and madda on a letter, nuktas.
_MARKS = re.compile(
    "(?<=[a-z\u0370-\u03ff])[\u0300-\u036f]+|(?<=[аиоуыэюяіє\u0308])[\u0300\u0301]+"
    "|(?<=е)[\u0300\u0301\u0308]+|[\u0653-\u0655\u093c\u0a3c\u0abc]"
)
# Letters that Unicode does not decompose.
_LETTERS = dict(zip("łøđðħıŧςґ", "loddhitσг", strict=True)) | {"æ": "ae", "œ": "oe", "þ": "th"}
_ARABIC = dict(zip("ىیېکڪةۀہۂۃەٱ", "يييككهههههها", strict=True))
_HEBREW = dict(zip("ךםןףץ", "כמנפצ", strict=True)) | {"װ": "וו", "ױ": "וי", "ײ": "יי"}
_DIGITS = {
    chr(n): str(unicodedata.decimal(chr(n)))
    for n in range(0x80, 0x20000)
    if unicodedata.category(chr(n)) == "Nd"
}
_SPELT = str.maketrans(_LETTERS | _ARABIC | _HEBREW | _DIGITS)


def fold(text: str) -> str:
    """Any text without what does not tell words apart: width, case, diacritics, keyboards."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    letters = unicodedata.normalize("NFD", _UNSEEN.sub("", folded)).translate(_SPELT)
    return unicodedata.normalize("NFC", _MARKS.sub("", letters))
