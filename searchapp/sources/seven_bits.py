"""Under `charset`: East Asian text in seven bits, switched by escape sequences.

ISO-2022-JP (RFC 1468), ISO-2022-KR (RFC 1557) and HZ (RFC 1843). All bytes are ASCII,
so that UTF-8 would take them for text.
"""

import re

from searchapp.sources.multibyte import cost, decode_pairs

_HZ = re.compile(rb"~\{([^\n]*?)(?:~\}|(?=\n)|\Z)")
_HZ_OTHER = re.compile(rb"~(?:~|\n)")
_HIGH = bytes([*range(0x21), *(byte | 0x80 for byte in range(0x21, 0x100))])
_NOT_SEVEN_BITS = re.compile(rb"[\x80-\xff]")
_MOST_BAD = 0.01  # share of the bytes
_PLAUSIBLE = 6.8  # nats a character: one in ten is frequent


def is_korean(body: bytes) -> bool:
    """Whether the body announces ISO-2022-KR."""
    return b"\x1b$)C" in body and b"\x0e" in body


def decode_seven_bits(body: bytes) -> str | None:
    """The text, if the body switches between ASCII and an East Asian charset; else None."""
    if not ((b"\x1b" in body and b"\x1b$" in body) or (b"~" in body and b"~{" in body)):
        return None
    if len(_NOT_SEVEN_BITS.findall(body)) > 1 + _MOST_BAD * len(body):
        return None
    if is_korean(body):
        return _decode_korean(body.replace(b"\x1b$)C", b""))
    if b"\x1b$B" in body or b"\x1b$@" in body:
        return _decode_japanese(body)
    return _decode_hz(body)


def _decode_korean(body: bytes) -> str:
    parts = re.split(rb"([\x0e\x0f])", body)
    texts = [parts[0].decode("ascii", "replace")]
    for shift, part in zip(parts[1::2], parts[2::2], strict=True):
        codes = part.translate(_HIGH) if shift == b"\x0e" else part
        texts.append(decode_pairs(codes, "cp949"))
    return "".join(texts)


def _decode_japanese(body: bytes) -> str:
    try:
        return body.decode("iso2022_jp_ext")
    except UnicodeDecodeError:
        parts = re.split(rb"(\x1b(?:\$[@B]|\([BJIH]))", body)
    texts = [parts[0].decode("ascii", "replace")]
    for escape, part in zip(parts[1::2], parts[2::2], strict=True):
        if escape.startswith(b"\x1b$"):
            texts.append(decode_pairs(part.translate(_HIGH), "euc_jp"))
        else:
            codes = part.translate(_HIGH) if escape == b"\x1b(I" else part
            texts.append(decode_pairs(codes, "cp932"))
    return "".join(texts)


def _decode_hz(body: bytes) -> str | None:
    """HZ, if what stands in its braces is Chinese: the sign `~{` alone proves nothing."""
    chinese = b"".join(_HZ.findall(body)).translate(_HIGH)
    text = decode_pairs(chinese, "gb18030")
    if not text or cost(text, "gb18030") > _PLAUSIBLE * len(text):
        return None
    codes = _HZ_OTHER.sub(lambda sign: sign[0][1:].strip(b"\n"), _HZ.sub(_eight_bits, body))
    return decode_pairs(codes, "gb18030")


def _eight_bits(braces: re.Match[bytes]) -> bytes:
    return braces[1].translate(_HIGH)
