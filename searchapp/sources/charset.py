"""A page's bytes -> text, whatever its charset claims.

Order: byte order mark, UTF-16 by its zero bytes, UTF-8 (strict, then forgiving a
few bad bytes), what the transport and the page declare if the result reads like
text, and last a detector. Labels follow the WHATWG Encoding Standard, section 4.2.
"""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.alphabets import misfit

# Only where Python's codec of that name is not what browsers read under it.
_WHATWG = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "x-user-defined": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "windows-949": "cp949",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso-8859-8",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-cp1251": "cp1251",
    # A label that could be read in ASCII cannot be true of UTF-16.
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "unicode": "utf-8",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "compressed once more"),
    (b"BZh9", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"\x7fELF", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"RIFF", "a media file"),
    (b"OggS", "a media file"),
    (b"ID3", "a media file"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"SQLite format 3", "a database"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 1 << 16  # bytes
_SAMPLE = 1 << 16  # bytes, or characters of text
_OFTEN_UNDECLARED = ("cp1252", "cp1251", "koi8-r")
# Of the detector's guesses, those a browser could make: no EBCDIC, DOS or Macintosh tables.
_ON_THE_WEB = frozenset(
    codecs.lookup(name).name
    for name in (
        *(f"cp125{number}" for number in range(9)),
        *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *("koi8-r", "koi8-u", "cp866", "cp874", "gb18030", "big5", "big5hkscs", "euc_jp"),
        *("iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949"),
    )
)
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")

# Signs of a wrong table: case that flips inside a word, C1 controls, box drawing,
# letters beside currency and typographic signs, rare Cyrillic in pairs.
_IMPLAUSIBLE = re.compile(
    r"[а-яёa-zà-ÿα-ω][А-ЯЁÀ-ÝΑ-Ω]|[\u0080-\u009f\ufffd\ue000-\uf8ff\u2500-\u259f]"
    r"|[^\W\d_][¤¦§¨©¬®°±²³´µ¶·¸¹º»¼½¾¿×÷†‡‰€™][^\W\d_]|[A-Za-z][а-яё]|[а-яё][A-Za-z]"
    r"|[À-ÿ]{4}|[ЂЃЅЈЉЊЋЌЎЏђѓѕјљњћќџ][ЂЃЅЈЉЊЋЌЎЏђѓѕјљњћќџ]|[Ѐ-ӿ][°±²Ѓѓ‡€‰‹ЊЌЋЏђљњќћџ][Ѐ-ӿ]"
)
_TOO_IMPLAUSIBLE = 0.06  # share of the characters beyond ASCII
_ASCII = re.compile(r"[\x00-\x7f]+")


def decode(page: RawPage) -> str:
    """The page's text; bytes no charset explains become U+FFFD.

    Raises PageError EMPTY or BINARY.
    """
    body = page.body
    if not body.strip(b" \t\r\n\f\0"):
        raise PageError(PageFault.EMPTY, "holds only white space")
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    _reject_binary(page)
    wide = _wide_encoding(body)
    if wide:
        return body.decode(wide, "replace")
    return _decode_utf8(body) or _decode_declared(page) or _decode_detected(page)


def _reject_binary(page: RawPage) -> None:
    kind = next((kind for magic, kind in _MAGIC if page.body.startswith(magic)), "")
    start = page.body[:_SAMPLE]
    if not kind and not _wide_encoding(page.body):
        controls = len(_CONTROL_BYTES.findall(start)) - start.count(b"\0")
        kind = "binary data" if controls > len(start) * 0.05 else ""
        kind = "binary data" if start.count(b"\0") > len(start) * 0.45 else kind
    if kind:
        message = f"not a page but {kind}; leave it out of the archive"
        raise PageError(PageFault.BINARY, message)


def _wide_encoding(body: bytes) -> str | None:
    """UTF-16 without a mark: every `<` (else every space) is beside a zero byte."""
    start = body[:_SAMPLE]
    if b"\0" not in start:
        return None
    for sign in (b"<", b" "):
        narrow = start.count(sign)
        most = 0.9 * narrow
        if narrow and start.count(sign + b"\0") > most and start[0::2].count(sign) > most:
            return "utf-16-le"
        if narrow and start.count(b"\0" + sign) > most and start[1::2].count(sign) > most:
            return "utf-16-be"
    return None


def _decode_utf8(body: bytes) -> str | None:
    """UTF-8, or UTF-8 with far fewer bad bytes than good sequences; else None."""
    if b"\x1b$" in body[:_SAMPLE] or b"\x1b(" in body[:_SAMPLE]:  # ISO-2022 is 7 bits too
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(_ASCII.sub("", text)) - bad
    return text if good > 4 * bad else None


def _decode_declared(page: RawPage) -> str | None:
    for label in _declared_labels(page):
        try:
            text = page.body.decode(_codec(label), "replace")
        except LookupError:
            continue
        if _implausibility(text) < _TOO_IMPLAUSIBLE:
            return text
    return None


def _declared_labels(page: RawPage) -> Iterator[str]:
    if page.charset:
        yield page.charset
    for match in _DECLARED.finditer(page.body[:_DECLARED_WITHIN]):
        yield match[1].decode("ascii", "replace")


def _codec(label: str) -> str:
    label = label.strip().lower()
    codec = codecs.lookup(_WHATWG.get(label, label))
    # rot13, base64 and the like are codecs too, but no charsets
    if not getattr(codec, "_is_text_encoding", True) or codec.name in {"idna", "punycode"}:
        raise LookupError(label)
    return codec.name


def _decode_detected(page: RawPage) -> str:
    """What the detector makes of the lines that are not ASCII, tags removed."""
    bare = _TAG.sub(b"\n", page.body[: 1 << 20])
    sample = b"\n".join(line for line in bare.splitlines() if not line.isascii())
    guesses = [codecs.lookup(guess.encoding).name for guess in from_bytes(sample[:_SAMPLE])]
    likely = [codec for codec in guesses if codec in _ON_THE_WEB][:6]
    candidates = dict.fromkeys([*likely, *_OFTEN_UNDECLARED])
    texts = (page.body.decode(codec, "replace") for codec in candidates)
    return min(texts, key=lambda text: (round(_implausibility(text), 2), _misfit(text)))


def _misfit(text: str) -> float:
    return round(misfit(_foreign_lines(text)), 2)


def _implausibility(text: str) -> float:
    """Share of the non-ASCII characters that hint at a wrong charset (0 is best)."""
    sample = _foreign_lines(text)
    foreign = _ASCII.sub("", sample)
    odd = len(_IMPLAUSIBLE.findall(sample))
    shouted = sum(map(str.isupper, foreign)) - sum(map(str.islower, foreign))
    return (odd + max(0, shouted)) / len(foreign) if foreign else 0.0


def _foreign_lines(text: str) -> str:
    lines = text[: 1 << 20].splitlines()
    return "\n".join(line for line in lines if not line.isascii())[:_SAMPLE]
