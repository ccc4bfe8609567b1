"""Under `charset`: the charset that a page declares, under its WHATWG meaning.

Labels follow the WHATWG Encoding Standard, section 4.2.
"""

import codecs
import re
from collections.abc import Iterator

from searchapp.model import RawPage

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
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 1 << 16  # bytes


def declared_labels(page: RawPage) -> Iterator[str]:
    """What the transport and the page declare, in this order."""
    if page.charset:
        yield page.charset
    for match in _DECLARED.finditer(page.body[:_DECLARED_WITHIN]):
        yield match[1].decode("ascii", "replace")


def codec_of(label: str) -> str:
    """The codec that a label names.

    Raises LookupError where it names none.
    """
    label = label.strip().lower()
    codec = codecs.lookup(_WHATWG.get(label, label))
    # rot13, base64 and the like are codecs too, but no charsets
    if not getattr(codec, "_is_text_encoding", True) or codec.name in {"idna", "punycode"}:
        raise LookupError(label)
    return codec.name
