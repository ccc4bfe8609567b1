"""Under `charset`: how well a text's letters beyond ASCII fit one language.

Single-byte charsets put other letters on the same bytes, and each result looks
like words. But only the right one has letters that one language uses together.
"""

from collections import Counter
from functools import cache
from itertools import pairwise
from math import log

# The everyday letters, the commonest first.
_ALPHABETS = (
    "üäöß",  # German
    "éèàêçùâîôûïëœÿæ",  # French
    "óíáéñúü",  # Spanish, Irish
    "ãáçéíóêõâúàôü",  # Portuguese
    "àèùìòéóíî",  # Italian
    "àóéíèçúòïü",  # Catalan
    "ëéïóèêöüáàäîôû",  # Dutch
    "äåöé",  # Swedish, Finnish
    "åøæéóòô",  # Danish, Norwegian
    "íáðþóæéúöý",  # Icelandic
    "łąężśóćńź",  # Polish
    "íáěéšýřžčůúťďňó",  # Czech
    "áíéčžýúšťľôňóďäŕĺ",  # Slovak
    "áéöóőíüúű",  # Hungarian
    "ăîâşţșț",  # Romanian
    "čšžćđ",  # Croatian, Slovene
    "ëç",  # Albanian
    "ıüşğçö\u0307âîû",  # Turkish
    "ėąžšįųūčę",  # Lithuanian
    "āīēšņūļģžķč",  # Latvian
    "äõüöšž",  # Estonian
    "ŭĉĝĥĵŝ",  # Esperanto
    "ħżġċàù",  # Maltese
    "ŵŷâêîôûáéïö",  # Welsh
    "\u0301\u0300đưôơ\u0323\u0309âêă\u0303áàéèíóúùý",  # Vietnamese
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",  # Russian
    "оанивіертслкдумпзяьбгчйхжцюїшєщфґ",  # Ukrainian
    "аніеорстлкдвумяпыьзйўбгчжюцхшэёф",  # Belarusian
    "аиоентрсвлдкпмъзягбучщцйжхшюфьѝ",  # Bulgarian
    "аиоенрсјтукдвмлпгзбчњшжцљхћџђф",  # Serbian
    "аоиентрсвдклпмујзгбчшцжњфхќѓѕџљ",  # Macedonian
    "αοιετσνηυρπκμλςωδγθχφβίάόέήξώύψζϊΐϋΰ",  # Greek
    "יוהלאתרבשמנקחדםפעטגצזסןכךףץ",  # Hebrew
    "ايلمنروتبةعدسفهكقحجشصطخأذضىزئغثءظإؤآ",  # Arabic
    "اینردهتومبسشلکزفگعخقجحپآچطصغضظثذئژيك",  # Persian
    "านรอกเง่มยลวดทสต้ัะปีบคหแจขใไิพืุู์ชโถผซ็ธศณษภญฐฟฉฎฮํฤฝๆฌฆฑ๊ฏฒ๋ๅฺำ",  # Thai
)
# Costs are logarithms of rarity, set by `python -m bench.charsets`.
_FEW = 24  # letters, where a language writes most in ASCII
_FIRST = 2.2
_STEP = 0.11
_RAREST = 7.0
_OTHER_LETTER = 9.0
_SHOUTED = 0.7
_SIGNS = {
    **dict.fromkeys("·°½£€§©®×±¡¿ºª²³¼¾÷´¹µ¶†•™¢¥№،؟؛", 4.5),
    **dict.fromkeys("“”‘’„‚«»–—…\u00a0\u00ad", 4.0),
}
_PUNCTUATION = frozenset("“”‘’„‚«»–—…")
_WITHIN_WORDS = frozenset("·´’¡¿\u00ad\u00a0")
_BEHIND_WORDS = frozenset("²³ºª°™®©")
_OTHER_SIGN = 8.0
_NO_CHARACTER = 12.0
_LAST_LATIN = "\u024f"
_BLOCKS = (0x250, 0x370, 0x400, 0x530, 0x590, 0x600, 0xE00, 0xE80)  # where those of letters start


def cost(text: str) -> float:
    """What the text says against itself, in nats: characters beyond ASCII, and odd neighbours."""
    pairs = Counter(pairwise(text))
    odd = sum(_oddity(*pair) * number for pair, number in pairs.items() if not _is_ascii(pair))
    return odd + _rarity(text)


def _is_ascii(pair: tuple[str, str]) -> bool:
    return pair[0].isascii() and pair[1].isascii()


def _rarity(text: str) -> float:
    shouted = sum(x.isupper() for x in text if not x.isascii())
    counts = Counter(x for x in text.lower() if not x.isascii())
    letters = {x: number for x, number in counts.items() if _is_letter(x)}
    signs = sum(_sign(x) * number for x, number in counts.items() if x not in letters)
    fits = (
        sum(ranks.get(letter, _OTHER_LETTER) * number for letter, number in letters.items())
        for ranks in _RANKS
    )
    return _SHOUTED * shouted + signs + min(fits)


def _ranks(letters: str) -> dict[str, float]:
    if len(letters) < _FEW:
        return {letter: 2 + log(rank + 1) for rank, letter in enumerate(letters)}
    return {letter: min(_FIRST + _STEP * rank, _RAREST) for rank, letter in enumerate(letters)}


_RANKS = tuple(map(_ranks, _ALPHABETS))


@cache
def _is_letter(character: str) -> bool:
    if _is_accent(character) or "\u0e30" <= character <= "\u0e4e":
        return True
    return character.isalpha() and character not in _SIGNS


def _is_accent(character: str) -> bool:
    return "\u0300" <= character <= "\u036f"


@cache
def _sign(character: str) -> float:
    if character in _SIGNS:
        return _SIGNS[character]
    is_none = not character.isprintable() or character == "\ufffd"
    return _NO_CHARACTER if is_none or "\u2500" <= character <= "\u259f" else _OTHER_SIGN


@cache
def _oddity(first: str, second: str) -> float:
    """What is odd about two neighbours: case, script, accent on accent, signs within words."""
    if _is_letter(first) and _is_letter(second):
        if _block(first) != _block(second):
            return 5.0
        is_latin = not (first.isascii() or second.isascii()) and max(first, second) <= _LAST_LATIN
        return 2.5 * is_latin + 4.0 * (first.islower() and second.isupper())
    if first.isdigit() or second.isdigit():
        return 3.0 * (_is_letter(first) or _is_letter(second))
    return _sign_oddity(first, second)


def _sign_oddity(first: str, second: str) -> float:
    sign = second if _is_letter(first) else first
    if sign.isascii() or sign in _WITHIN_WORDS or not (_is_letter(first) or _is_letter(second)):
        return 0.0
    if sign in _PUNCTUATION:
        return 2.5 * (sign == first and second.islower())
    return 2.0 if sign == first else 1.0 * (sign not in _BEHIND_WORDS)


def _block(letter: str) -> int:
    return 0 if _is_accent(letter) else sum(ord(letter) >= start for start in _BLOCKS)
