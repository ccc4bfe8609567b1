"""Sentences and the charsets that were used for them: what `test_charset_recovery` reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

_SENTENCES = Path(__file__).with_name("sentences.tsv")
CHARSETS = {
    "utf-8": "en de pl ru el ar th ja ko zh-hans",
    "utf-16": "de ru ja",
    "utf-16-le": "fr uk",
    "utf-16-be": "es el",
    "utf-32": "de zh-hans",
    "utf-32-le": "ru fr",
    "utf-32-be": "el ja",
    "cp1250": "pl cs hu ro hr",
    "cp1251": "ru uk bg sr",
    "cp1252": "en de fr es pt sv da fi is",
    "cp1253": "el",
    "cp1254": "tr",
    "cp1255": "he",
    "cp1256": "ar",
    "cp1257": "lt lv et",
    "iso8859-1": "de fr es pt sv da fi is",
    "iso8859-2": "pl cs hu hr",
    "iso8859-4": "lt lv",
    "iso8859-5": "ru bg sr",
    "iso8859-6": "ar",
    "iso8859-7": "el",
    "iso8859-8": "he",
    "iso8859-9": "tr",
    "iso8859-13": "lt lv",
    "iso8859-15": "fr fi",
    "koi8-r": "ru bg",
    "koi8-u": "uk",
    "cp866": "ru bg",
    "cp855": "ru sr",
    "mac_cyrillic": "ru uk",
    "cp874": "th",
    "tis-620": "th",
    "gb2312": "zh-hans",
    "gbk": "zh-hans",
    "gb18030": "zh-hans",
    "hz": "zh-hans",
    "big5": "zh-hant",
    "big5hkscs": "zh-hant",
    "shift_jis": "ja",
    "cp932": "ja",
    "euc_jp": "ja",
    "iso2022_jp": "ja",
    "euc_kr": "ko",
    "cp949": "ko",
    "iso2022_kr": "ko",
}
_LABELS = {
    "cp866": "ibm866",
    "cp855": "ibm855",
    "cp874": "windows-874",
    "cp932": "windows-31j",
    "mac_cyrillic": "x-mac-cyrillic",
    "hz": "hz-gb-2312",
}


class Sample(NamedTuple):
    """A text, its bytes in a charset, and whether one of them was replaced."""

    charset: str
    text: str
    body: bytes
    is_damaged: bool


def samples(seed: int = 0) -> Iterator[Sample]:
    """Each charset's sentences as a page that declares it, as one that does not, and as a text."""
    for charset, languages in CHARSETS.items():
        for text in _texts(charset, languages.split()):
            body = text.encode(charset)
            yield Sample(charset, text, body, is_damaged=False)
            yield Sample(charset, text, _damage(body, charset, seed), is_damaged=True)


def _texts(charset: str, languages: list[str]) -> Iterator[str]:
    head = "<html><head><title>Ferry</title>"
    for number, line in enumerate(_SENTENCES.read_text("utf-8").splitlines()):
        language, sentence = line.split("\t")
        if language in languages:
            page = f"</head><body><h1>Pier 7</h1>\n<p>{sentence}</p></body></html>"
            yield f'{head}<meta charset="{_label(charset)}">{page}'
            yield f"{head}{page}" if number % 2 else f"{sentence}\n"


def _label(charset: str) -> str:
    label = re.sub("^cp125", "windows-125", charset.replace("iso8859", "iso-8859"))
    return _LABELS.get(charset, label.replace("_", "-"))


def _damage(body: bytes, charset: str, seed: int) -> bytes:
    """The body with one byte of the sentence replaced."""
    chance = crc32(body, seed)
    if charset.startswith(("iso2022", "hz")):
        start = max(body.find(b"~{"), body.find(b"\x1b$"), body.find(b"\x0e")) + 8
        places = list(range(start, (start + len(body)) // 2))
    elif charset.startswith(("utf-16", "utf-32")):
        places = list(range(len(body) // 2, len(body)))
    else:
        places = [place for place, byte in enumerate(body) if byte > 127]
    place = places[chance % len(places)]
    news = [byte for byte in (0xFF, 0x3F, 0x81, 0xC5) if byte != body[place]]
    return body[:place] + bytes([news[chance // 97 % len(news)]]) + body[place + 1 :]
