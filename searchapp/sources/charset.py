"""A page's bytes -> text, whatever its charset claims.

Order: byte order mark, UTF-16 and UTF-32 by their zero bytes, the charsets of seven
bits by their escape sequences, UTF-8 (strict, then forgiving a few bad bytes), what
the transport and the page declare unless the bytes cannot be it, and last whatever
charset makes the likeliest text (`alphabets`, `multibyte`).
"""

import codecs
import re
from collections.abc import Iterator

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources import alphabets, multibyte
from searchapp.sources.charset_labels import codec_of, declared_labels
from searchapp.sources.seven_bits import decode_seven_bits, is_korean

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
_SAMPLE = 1 << 16  # bytes
_JUDGED = 1 << 11  # bytes
# What is left undeclared, and how far behind the first it starts (nats): browsers fall back on
# the first; codes of DOS and the Macintosh are rare. Of two that are equal, the one on the web.
_HANDICAPS = {"cp1252": 0.0, "cp1251": 5.0, "koi8-r": 6.0, "koi8-u": 6.0}
_HANDICAPS |= {f"cp125{part}": 4.0 for part in (0, 3, 4, 5, 6, 7)}
_HANDICAPS |= dict.fromkeys(("iso8859-2", "iso8859-7", "iso8859-15"), 5.0)
_HANDICAPS |= dict.fromkeys(("iso8859-5", "cp874", "mac_cyrillic"), 7.0)
_HANDICAPS |= {f"iso8859-{part}": 7.0 for part in (3, 4, 6, 10, 13, 14, 16)}
_HANDICAPS |= {"cp866": 9.0, "cp855": 10.0, "cp1258": 8.0}
_HANDICAPS |= dict.fromkeys(("cp850", "cp852", "mac_roman", "mac_latin2"), 16.0)
_HANDICAPS |= dict.fromkeys(multibyte.CODECS, 7.0)
_TAG = re.compile(rb"<[^<>]{0,2000}>")
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ASCII = re.compile(r"[\x00-\x7f]+")
_STORED_TWICE = re.compile(
    rb"\xc3[\x80-\xbf](?:[\xc2\xc3][\x80-\xbf]){4}"
)  # starts with a byte to seek
_WESTERN_RUN = re.compile(r"[\x80-\xff\u2013-\u203a]{5}")
_WESTERN = {chr(byte): byte for byte in range(256)}
_WESTERN |= {bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(256)}
_FEW_BAD = 3
_ORDINARY = 4.0  # nats a character
_ORDINARY_IDEOGRAPH = 7.5
_BELIEVED = 1.4, 30.0  # how many times, and nats, a declared charset may cost more than the best


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
    text = decode_seven_bits(body) or _decode_utf8(body)
    if text and _STORED_TWICE.search(body):
        return _repair_text(text)
    return text or _decode_likeliest(page)


def _reject_binary(page: RawPage) -> None:
    kind = next((kind for magic, kind in _MAGIC if page.body.startswith(magic)), "")
    start = page.body[:_SAMPLE]
    if not kind and not _wide_encoding(page.body) and not is_korean(start):
        controls = len(_CONTROL_BYTES.findall(start)) - start.count(b"\0")
        kind = "binary data" if controls > len(start) * 0.05 else ""
        kind = "binary data" if start.count(b"\0") > len(start) * 0.45 else kind
    if kind:
        message = f"not a page but {kind}; leave it out of the archive"
        raise PageError(PageFault.BINARY, message)


def _wide_encoding(body: bytes) -> str | None:
    """UTF-32 or UTF-16 without a mark, by where the zero bytes are."""
    start = body[:_SAMPLE]
    if b"\0" not in start:
        return None
    for encoding, zero in (("utf-32-le", 3), ("utf-32-be", 0)):
        if start[zero::4].count(0) > 0.95 * len(start) / 4 and _is_text(start, encoding, 4):
            return encoding
    utf16 = _utf16_encoding(start)
    return utf16 if utf16 and _is_text(start, utf16, 2) else None


def _is_text(start: bytes, encoding: str, width: int) -> bool:
    """Whether the bytes are characters; small numbers in a table have zero bytes too."""
    text = start.decode(encoding, "ignore")
    shown = sum(character.isprintable() or character.isspace() for character in text)
    return shown > 0.9 * len(start) / width


def _utf16_encoding(start: bytes) -> str | None:
    """Every `<` (else every space, or line feed) is beside a zero byte."""
    for sign in (b"<", b" ", b"\n"):
        narrow = start.count(sign)
        most = 0.9 * narrow
        if narrow and start.count(sign + b"\0") > most and start[0::2].count(sign) > most:
            return "utf-16-le"
        if narrow and start.count(b"\0" + sign) > most and start[1::2].count(sign) > most:
            return "utf-16-be"
    return None


def _decode_utf8(body: bytes) -> str | None:
    """UTF-8, or UTF-8 with far fewer bad bytes than good sequences; else None."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(_ASCII.sub("", text)) - bad
    return text if good > 4 * bad else None


def _decode_likeliest(page: RawPage) -> str:
    """The text as declared, unless another charset explains the bytes far better."""
    sample = _foreign_lines(page.body)
    declared = next(_declared_codecs(page), None)
    if declared and _is_ordinary(sample, declared):
        return _decode(page.body, declared)
    best, least = _likeliest(sample)
    times, more = _BELIEVED
    if declared and _cost(sample, declared) <= times * least + more:
        best = declared
    return _decode(page.body, best)


def _likeliest(sample: bytes) -> tuple[str, float]:
    costs = {codec: _cost(sample, codec) + handicap for codec, handicap in _HANDICAPS.items()}
    costs["utf-8"] = _cost(sample, "utf-8")
    best = min(costs, key=costs.__getitem__)
    return best, costs[best]


def _repair_text(text: str) -> str:
    """Another charset that was read as Western and stored as UTF-8, read as what it is."""
    lines = text.split("\n")
    bodies = {line: _bytes_read_as_western(line) for line in lines if _WESTERN_RUN.search(line)}
    sample = _foreign_lines(b"\n".join(bodies.values()))
    best, least = _likeliest(sample) if sample else ("cp1252", 0.0)
    times, more = _BELIEVED
    # UTF-8 that was read as Western is left to ftfy, which goes line by line.
    if best in {"cp1252", "utf-8"} or _cost(sample, "cp1252") <= times * least + 4 * more:
        return text
    return "\n".join(_decode(bodies[line], best) if bodies.get(line) else line for line in lines)


def _bytes_read_as_western(line: str) -> bytes:
    """The bytes that were read as Windows-1252 or Latin-1; none if some were not."""
    try:
        return bytes([_WESTERN[character] for character in line])
    except KeyError:
        return b""


def _declared_codecs(page: RawPage) -> Iterator[str]:
    """The codecs declared. UTF-8 is judged as if it were not: that was tried."""
    for label in declared_labels(page):
        try:
            codec = codec_of(label)
        except LookupError:
            continue
        if not codec.startswith("utf"):
            yield codec


def _decode(body: bytes, codec: str) -> str:
    return (
        multibyte.decode_pairs(body, codec)
        if codec in multibyte.CODECS
        else body.decode(codec, "replace")
    )


def _is_ordinary(sample: bytes, codec: str) -> bool:
    """Whether it reads so well that no other charset need be tried."""
    size = len(_ASCII.sub("", _decode(sample, codec)))
    most = _ORDINARY_IDEOGRAPH if codec in multibyte.CODECS else _ORDINARY
    return _cost(sample, codec) < most * size


def _cost(sample: bytes, codec: str) -> float:
    text = sample.decode(codec, "replace")
    if codec not in multibyte.CODECS | {"utf-8"}:
        return alphabets.cost(text)
    bad = text.count("\ufffd")
    if codec == "utf-8":  # a lost character leaves about two marks
        return 7.0 * bad + len(_ASCII.sub("", text))
    is_close = bad <= _FEW_BAD + len(text) / 50
    return multibyte.cost(_decode(sample, codec) if is_close else text, codec)


def _foreign_lines(body: bytes) -> bytes:
    """The start of what is not ASCII, tags removed; tags as well where only they are not."""
    for text in (_TAG.sub(b"\n", body[: 1 << 20]), body):
        lines = (line for line in text.splitlines() if not line.isascii())
        sample = b"\n".join(lines)[:_JUDGED]
        if sample:
            break
    return sample
