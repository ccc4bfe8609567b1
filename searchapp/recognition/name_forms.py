"""The form of one name, seen alone: what belongs to it and what stands around it.

Beside the data's path: asked by `postprocess` and `coreference`. English forms
(titles, articles, possessives, legal forms of companies); names in other
languages pass through unchanged but for quotes and punctuation.
"""

import re
from functools import lru_cache

from searchapp.recognition.english import WORDS

_ARTICLE = r"(?:[Tt]he|THE|an?)\s+(?=\S)(?!Hague\b|HAGUE\b)"
_BEFORE = re.compile(
    rf"(?:[\s\"“”„«»‘’'`*/|•·–—,;:!?\-(\[{{<.#@&+=_]|{_ARTICLE}|"
    r"(?:[Aa]nti|[Ee]x|[Nn]on|[Pp]ost|[Pp]re|[Pp]ro)-(?=[A-Z]))+"
)
_COMPOUND = (
    r"[-‐–](?:[Bb]acked|[Bb]ased|[Bb]orn|[Bb]ound|[Cc]ontrolled|[Ee]ra|[Hh]eld|[Ll]ed|[Ll]isted|"
    r"[Mm]ade|[Oo]ccupied|[Oo]wned|[Rr]un|[Ss]tyle|[Tt]rained|[Ww]ide)"
)
_AFTER = re.compile(rf"(?:['’´`][sS]?|{_COMPOUND}|[\s\"“”„«»‘’'`*/|•·–—,;:!?\-(\[{{<>}}#@&+=_])+$")
_ABBREVIATED = re.compile(r"(?:^|[\s.,\-(])(?:[A-Z]|Bros|Co|Corp|Inc|Jr|Ltd|Sr|St)\.$")
_BRANDS = WORDS["brands"]

_TITLE = re.compile(
    r"""(?:(?:Adm|Admiral|Amb|Ambassador|Archbishop|Attorney|Baroness|Bishop|Brig|Brigadier|
    Capt|Captain|Cardinal|Chairman|Chairwoman|Chancellor|Chief|Col|Colonel|Commander|
    Congressman|Congresswoman|Count|Countess|Cpl|Dame|Defen[cs]e|Deputy|Director|Dr|Emir|Ex|
    Executive|Finance|Foreign|Former|Fr|Frau|Gen|General|Gov|Governor|Herr|Hon|Imam|Interior|Judge|
    Justice|King|Lady|Lieutenant|Lord|Lt|Maj|Major|Mayor|Minister|Miss|Mlle|Mme|Mr|Mrs|Ms|Officer|Pope|
    Premier|President|Prime|Prince|Princess|Prof|Professor|Queen|Rabbi|Rep|Representative|Rev|
    Reverend|Secretary|Sen|Senator|Señora?|Sergeant|Sgt|Sheikh|Signora?|Sir|Speaker|Sultan|Vice)\b
    (?:-(?:elect|designate))?\.?[\s\-]+(?:of\s+State\s+)?)+(?=[^\W\d_])""",
    re.VERBOSE,
)
_THRONE = re.compile(r"\b(Emperor|King|Pope|Prince|Princess|Queen|Sultan)\s$")
_REGNAL = re.compile(r"[^\W\d]\w*(?: [IVX]+)?")
_BODY = re.compile(
    r"\s(?:Agency|Association|Authority|Coastguard|Commission|Committee|Council|Federation|"
    r"Foundation|Institute|Ministry|Organi[sz]ation|Party|Police|Society|Trust|(?<!Soviet )Union)$"
)
_OF_SOMEWHERE = re.compile(
    r"\b(?:Academy|Bank|Board|Chamber|Church|Commission|Council|Court|Institute|Museum|Parliament|"
    r"University)$"
)
_UNFINISHED = re.compile(r"\s(?:and|for|in|of|on|&)$")
_COOPERATION = re.compile(r"-(?:ordination|operation|operative)\b")
_FINISH = re.compile(r"(?:\s(?:(?:for|in|of|on|the)\s){0,2}[A-Z][\w'’\-]{0,30}){1,5}")
_GIVEN_NAME_REST = re.compile(r"-[a-z]{2,5}\b")
_OFFICERS = re.compile(
    r"(?<!\bof)(?<!\bthe)\s+(?:CEO|[Cc]hief|(?:[Cc]o-?)?[Cc]hair(?:man|person|s|woman)?|"
    r"[Ll]eaders?|[Pp]resident|[Ss]ecretary|[Ss]pokes(?:man|person|woman))$"
)
_FORM = (
    r"[,\s]+(?:A/S|AB|AG|ASA|BV|B\.V|Co|Corp|(?<!Broadcasting )Corporation|"
    r"GmbH|Inc|Incorporated|KK|LLC|LLP|LP|L\.P|"
    r"Limited|Ltd|N\.V|NV|OAO|Oyj|PJSC|PLC|Plc|plc|Pty|S\.A|S\.p\.A|SA|SE|SpA)"
)
_LEGAL_FORM = re.compile(rf"{_FORM}\.?$")
_FORM_BEFORE = re.compile(r"^(?:AB|OAO|OOO|PAO|PT|ZAO)\s(?=[A-Z][a-z])")
_LEGAL_FORM_FOLLOWS = re.compile(rf"{_FORM}(?![\w\-])\.?(?! [A-Z])")
_BRANCH = re.compile(
    r"\s+(?:Air ?[Ll]ines|Airways|Energy|Industries|International|Motors?|Pharmaceuticals|Systems|"
    r"Technologies)$"
)
_GROUP = re.compile(r"\s+(?:&\s+Co|and\s+Company|Companies|Company|Group|Holdings?)\.?$")
_SMALL = WORDS["small"]
_UNSPEAKABLE = re.compile(r"[B-DF-HJ-NP-TV-XZ]{2,5}")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without articles, quotes, possessives and compound adjectives' second half.

    Empty when nothing of a name is left.
    """
    before = _BEFORE.match(text, start, end)
    start = before.end() if before else start
    name = _strip_end(text[start:end])
    return start, start + len(name)


def _strip_end(name: str) -> str:
    after = _AFTER.search(name)
    if after and not is_brand(name):
        name = name[: after.start()]
    for opening, closing in ("()", "[]"):
        if name.endswith(closing) and opening not in name:
            return _strip_end(name[:-1])
    if name.endswith(".") and not _ABBREVIATED.search(name):
        return _strip_end(name[:-1])
    return name


def is_brand(name: str) -> bool:
    """Whether the possessive is part of the name, as in `McDonald's`."""
    stem, apostrophe, rest = name.replace("’", "'").rpartition("'")
    return bool(apostrophe) and rest == "s" and stem.casefold() in _BRANDS


def title_end(name: str) -> int:
    """How many characters of titles and offices stand before the person's name."""
    title = _TITLE.match(name.title() if name.isupper() else name)
    return title.end() if title else 0


def strip_officers(name: str) -> str:
    """`OSCE Minsk Group Co-Chairs` as the group: its officers are not part of its name."""
    return _OFFICERS.sub("", name)


def capitalise_ministry(name: str) -> str:
    """`Russian foreign ministry` with the capitals of a name."""
    return to_title_case(name) if name.endswith(" ministry") else name


def add_throne(name: str, before: str) -> str:
    """`Pope Francis`, not `Francis`: who reigns has no surname to be known by."""
    throne = _THRONE.search(before)
    return f"{throne[1]} {name}" if throne and _REGNAL.fullmatch(name) else name


def given_name_rest(text: str, end: int) -> int:
    """How far a name cut at its hyphen goes on: `Moon Jae` of `Moon Jae-in`, three more."""
    rest = _GIVEN_NAME_REST.match(text, end)
    several = " " in text[:end]
    return len(rest[0]) if rest and several and not _AFTER.search(text[: rest.end()]) else 0


def organisation_rest(text: str, end: int) -> int:
    """How far a name that ends in `and`, or within `Co-operation`, goes on.

    Less than nothing when it ends in `and` and no name follows.
    """
    cut = _COOPERATION.match(text, end) if text[:end].endswith("Co") else None
    whole = cut.end() if cut else end
    form = _LEGAL_FORM_FOLLOWS.match(text, end)
    if form:
        return form.end() - end
    unfinished = _UNFINISHED.search(text, 0, end)
    if not unfinished and not cut:
        return 0
    rest = _FINISH.match(text, whole)
    if rest or cut:
        return (rest.end() if rest else whole) - end
    return unfinished.start() - end if unfinished else 0


def is_body(name: str) -> bool:
    """Whether the name says itself that it is an organisation's: `Norwegian Fishers' Union`."""
    return _BODY.search(name) is not None


def is_of_somewhere(name: str) -> bool:
    """Whether `of` and a place may complete the name: `Electoral Commission`, `Church`."""
    return _OF_SOMEWHERE.search(name) is not None


def strip_legal_form(name: str) -> str:
    """`Volkswagen AG` as `Volkswagen`, `AB Volvo` as `Volvo`."""
    return _LEGAL_FORM.sub("", _FORM_BEFORE.sub("", name)) or name


def has_legal_form(name: str) -> bool:
    """Whether a company's legal form ends the name."""
    return _LEGAL_FORM.search(name) is not None


def strip_group(name: str) -> str:
    """`Goldman Sachs Group` as `Goldman Sachs`: only with evidence that both are one."""
    return _GROUP.sub("", name) or name


def strip_branch(name: str) -> str:
    """`Amnesty International` as `Amnesty`: only with evidence that both are one."""
    return _BRANCH.sub("", name) or name


@lru_cache(maxsize=4096)
def acronyms(name: str) -> frozenset[str]:
    """The abbreviations a name of several words may have: `OSCE`, `UAE`, `DoD` as `DOD`."""
    expanded = re.sub(r"\b([A-Z])\.([A-Z])\.", r"\1 \2", name)  # `U.S.` has two initials
    words = [word for word in re.split(r"\s+", expanded) if word[:1].isalnum()]
    parts = [part for word in words for part in word.split("-")]
    lists = (words, parts, _content_words(words), _content_words(parts))
    made = {"".join(part[:1] for part in chosen).upper() for chosen in lists}
    return frozenset(acronym for acronym in made if len(acronym) > 1)


def _content_words(words: list[str]) -> list[str]:
    return [word for word in words if word.casefold() not in _SMALL]


def is_acronym(name: str) -> bool:
    """Two to six capitals, with or without full stops."""
    letters = name.replace(".", "").replace("&", "")
    return letters.isalpha() and letters.isupper() and len("EU") <= len(letters) <= len("UNESCO")


def to_title_case(name: str) -> str:
    """A name written in capitals as running text would write it: `Bank of America`, `NBC News`."""
    words = 0

    def recase(match: re.Match[str]) -> str:
        nonlocal words
        words += 1
        word = match.group()
        if _UNSPEAKABLE.fullmatch(word):
            return word
        small = word.casefold() in _SMALL and words > 1
        return word.lower() if small else word[0].upper() + word[1:].lower()

    return _WORD.sub(recase, name)


SHORTEST_TRANSLITERATED = 6
"""Of shorter names the skeletons are alike by chance."""


def skeleton(key: str) -> str:
    """What transliterations of one name share: `Zelensky`, `Zelenskyy` and `Zelenskiy`."""
    letters = key.replace("ph", "f").replace("w", "v").replace("y", "i")
    return re.sub(r"([a-z])\1+", r"\1", letters)
