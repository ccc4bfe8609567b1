"""Under `charset`: charsets of East Asia, where a bad byte shall cost one character.

Their pairs have no marks: one byte lost, and a decoder reads the rest of the line
from the wrong halves. Of all ways to divide such a run, the one with the common
characters is taken (Viterbi).
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

CODECS = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"})
# The character set in whose first rows a codec's everyday characters are, and the last such row.
_EVERYDAY = {
    "gb18030": ("gb2312", 0xD7),
    "big5hkscs": ("big5", 0xC6),
    "cp932": ("euc_jp", 0xCF),
    "euc_jp": ("euc_jp", 0xCF),
    "cp949": ("euc_kr", 0xC8),
}
_RUN = re.compile(rb"[\x80-\xff][\x30-\xff]*")
_PAIR = 2
_MOST_DIVIDED = 1 << 16  # bytes of a page, ten microseconds each
_MOST_BYTES = 4
_PUNCTUATION = re.compile(r"[\u3000-\u303f\uff01-\uff60\u2010-\u2027·°×]")
_NO_CP932 = re.compile(r"[\uf8f0-\uf8f3]")  # what Python makes of bytes that cp932 lacks
_KANA = re.compile(r"[\u3041-\u30ff]")
_FREQUENT = frozenset(
    "的一是不了在人有我他这这個中大来來上国國个到说說们們为為子和你地出道也时時年得就那要下以生会會自着去之过過家学學对對可"
    "她里裡后後小么心多天而能好都然没沒日于起还還发發成事只作当當想看文无無开開手十用主行方又如前所本见見经經头頭面公同三"
    "已老从從动動两兩长長知民样樣现現分将將外但身些与與高意进進把法此实實回二理美点點月明其种種声聲全工己话話儿者向情部正"
    "名定女问問力机機给給等几幾很业業最间間新什打便位因重被走电電四第门門相次东東政海口使教西再平真听聽世气氣信北少关關并"
)


def decode_pairs(body: bytes, codec: str) -> str:
    """The body in a codec of one to four bytes a character; what is none becomes one U+FFFD."""
    text = _decode_strictly(body, codec)
    return "".join(_pieces(body, codec)) if text is None else text


def cost(text: str, codec: str) -> float:
    """What the text says against having been written in the codec, in nats as `alphabets.cost`."""
    counts = Counter(character for character in text if character > "\x7f")
    return sum(_cost(character, codec) * number for character, number in counts.items())


def _cost(character: str, codec: str) -> float:
    if character == "\ufffd":
        return 14.0
    if _KANA.match(character):
        return 4.0 if codec in {"cp932", "euc_jp"} else 13.0
    if not _is_everyday(character, codec):
        return 13.0
    if codec == "cp949":
        return 5.5
    return 5.0 if character in _FREQUENT or _PUNCTUATION.match(character) else 7.0


@lru_cache(1 << 14)
def _is_everyday(character: str, codec: str) -> bool:
    if _KANA.match(character) or _PUNCTUATION.match(character):
        return True
    charset, last = _EVERYDAY[codec]
    encoded = character.encode(charset, "ignore")
    first = 0xA4 if charset == "big5" else 0xB0
    return len(encoded) == _PAIR and first <= encoded[0] <= last


def _pieces(body: bytes, codec: str) -> Iterator[str]:
    end, divided = 0, 0
    for run in _RUN.finditer(body):
        yield body[end : run.start()].decode("ascii", "replace")
        text = _decode_strictly(run[0], codec)
        if text is None:
            divided += len(run[0])
            is_costly = divided > _MOST_DIVIDED
            text = run[0].decode(codec, "replace") if is_costly else _divide(run[0], codec)
        yield text
        end = run.end()
    yield body[end:].decode("ascii", "replace")


def _decode_strictly(body: bytes, codec: str) -> str | None:
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        return None
    return None if codec == "cp932" and _NO_CP932.search(text) else text


def _divide(run: bytes, codec: str) -> str:
    """The run divided into characters at the least cost."""
    best = [(0.0, 0, "")]  # cost, where the last character starts, the character
    for end in range(1, len(run) + 1):
        starts = range(max(0, end - _MOST_BYTES), end)
        ways = ((start, _character(run[start:end], codec)) for start in starts)
        best.append(
            min((best[start][0] + price, start, character) for start, (price, character) in ways)
        )
    characters, end = [], len(run)
    while end:
        _, start, character = best[end]
        characters.append(character)
        end = start
    return "".join(reversed(characters))


@lru_cache(1 << 14)
def _character(code: bytes, codec: str) -> tuple[float, str]:
    if len(code) == 1 and code < b"\x80":
        return 0.5, code.decode()
    character = _decode_strictly(code, codec)
    if character is None:
        return (6.0 if len(code) <= _PAIR else 99.0), "\ufffd"
    if len(character) > 1:
        return 99.0, character
    rare = 7.0 if len(code) == 1 else 5.0  # half-width katakana are rarer than ideographs
    return 1.0 if _is_everyday(character, codec) else rare, character
