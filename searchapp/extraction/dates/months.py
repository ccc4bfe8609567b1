"""Extraction, `dates`, for `parser`: the names of the months, and numerals, of many languages.

The names are those of the Unicode CLDR, through Babel, compared without case and accents.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from searchapp.extraction.phrases import short_months

# Tried when the page's language does not have the name, or is not known; in case of
# doubt the first counts, and it is said to be doubtful.
_LANGUAGES = (
    *("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "uk", "el", "tr", "sv", "nb", "fi"),
    *("cs", "ar", "da", "sk", "hu", "ro", "bg", "sr", "hr", "sl", "mk", "et", "lv", "lt", "is"),
    *("ca", "he", "fa", "id"),
)
# Regions whose months have other names, or another script.
_REGIONS = {
    "de": ("de_AT",),
    "es": ("es_PE",),
    "sr": ("sr_Latn",),
    "ar": ("ar_SY", "ar_DZ", "ar_MA"),
}
_SHORT_NAME = 3  # letters
_HEBREW_IN = "ב"
_LIKE_I = str.maketrans({"ı": "i"})

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_ERA_YEAR = re.compile(r"(令和|平成|昭和)\s?(元|\d{1,2})\s?年")
_HAN_DIGITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
_HAN_NUMBER = re.compile(r"([〇零一二三四五六七八九十]{1,4})\s?(?=[年月日])")


class Month(NamedTuple):
    """A month's number; `certain` unless languages disagree about the name."""

    number: int
    certain: bool


def find_month(name: str, language: str | None) -> Month | None:
    """The month of a full or short name in the page's language, in English, or in any known.

    Names of three letters are not looked for in other languages than the page's: they
    are words in too many.
    """
    key = _key(name)
    for known in (language, "en") if language else ():
        number = _months(known).get(key)
        if number:
            return Month(number, certain=True)
    numbers = _all_months().get(key) or _all_months().get(key.removeprefix(_HEBREW_IN))
    if not numbers or (language and len(key) <= _SHORT_NAME):
        return None
    return Month(numbers[0], certain=len(numbers) == 1)


def to_western_numerals(text: str) -> str:
    """The text with the digits of all scripts, Han numerals and Japanese eras as 0 to 9."""
    if text.isascii():
        return text
    text = text.replace("’", "'")
    text = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)
    if "年" in text:
        text = _HAN_NUMBER.sub(lambda number: str(_from_han(number[1])), text)
        text = _ERA_YEAR.sub(lambda era: f"{_era_year(era[1], era[2])}年", text)
    return text


def _from_han(number: str) -> int:
    """`二〇二〇` is 2020, `十` 10, `二十一` 21."""
    if "十" not in number:
        return int("".join(str(_HAN_DIGITS[digit]) for digit in number))
    tens, _, ones = number.partition("十")
    return 10 * _HAN_DIGITS.get(tens, 1) + _HAN_DIGITS.get(ones, 0)


def _era_year(era: str, year: str) -> int:
    return _ERAS[era] + (1 if year == "元" else int(year))


@cache
def _all_months() -> dict[str, tuple[int, ...]]:
    """Every name with the numbers it has in any language, in the order of the languages."""
    found: dict[str, dict[int, None]] = {}
    for language in _LANGUAGES:
        for name, number in _months(language).items():
            found.setdefault(name, {})[number] = None
    return {name: tuple(numbers) for name, numbers in found.items()}


@cache
def _months(language: str) -> dict[str, int]:
    names: dict[str, int] = {}
    for locale in filter(None, map(_locale, (language, *_REGIONS.get(language, ())))):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    names.setdefault(_key(name), number)
    names |= short_months(language)
    return {name: number for name, number in names.items() if not name.isdigit()}


def _locale(name: str) -> Locale | None:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return None


def _key(name: str) -> str:
    """A name without case, accents and its full stop; a dotless i is one with a dot."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(bare.translate(_LIKE_I).rstrip(".").split())
