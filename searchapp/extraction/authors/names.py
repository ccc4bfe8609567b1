"""Part of the cleaner: a line that names authors -> their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from searchapp.extraction.template_residue import plain
from searchapp.extraction.text_measures import bare

BY_WORDS = (
    "by|von|par|por|di|door|av|af|od|author|autor(?:in|ka|a)?|autore|autrice|auteure?|författare"
    "|forfatter|toimittaja|kirjoittanut|teksti?|text|yazan|yazar|haber|napsala?|autoři|piše|oprac\\."
    "|автор|текст|автори|γράφει|συντάκτης|επιμέλεια|του|της|بقلم|كتب|كتبت"
)
_LABEL = re.compile(
    r"\A(?:(?:written|posted|published|reported|story|text|words|review(?:ed)?|article|photos?"
    r"|opinion)\s+)?"
    rf"(?:{BY_WORDS}|作者|文|记者|撰文|記者)(?!\w)\s*[:：/]?\s*"
    r"|\A(?:作者|记者|記者|撰文|автор)\s*[:：]\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·、，\n]|\s/\s|,(?!\s*(?:jr|sr|phd|ph\.d|md|m\.d|mba)\b))\s*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s(?:&|and|und|et|y|e|og|och|en|i|и|та|και)\s", re.IGNORECASE)
_NO_NAME = re.compile(
    r"https?:|www\.|@|\d{3}|[<>{}=\\]"
    r"|\A(?:(?:wordpress)?admin|administrator|editors?|redaktion|redacción|redaction|redazione"
    r"|staff(?: writer)?|author|journalist|reporter|correspondent|by|none|null|undefined|unknown"
    r"|anonymous|guest|user|web ?master|\d* ?(?:minutes?|min)(?: read)?|published|updated|posted"
    r"|share|contact|about|home|news|read more|follow|редакция)\Z"
    r"|\s(?:editor|reporter|correspondent|writer|journalist|redakteur(?:in)?)\Z",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\s*[,(–—-]\s*(?:[\w-]+\s){0,3}(?:journalist|reporter|editor|writer|team|correspondent"
    r"|redakteur(?:in)?"
    r"|contributor|staff|korrespondent(?:in)?)\b.*\Z|\s+(?:기자|記者)(?:\s.*)?\Z"
    r"|\s+(?:last\s)?(?:updated|published|modified)\b.*\Z",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"(?:die |the |la |online-?|web-?)?(?:redaktion|redacción|redazione|rédaction|redakcja"
    r"|redaktionen|redactie|редакция|toimitus|redaksjonen|editorial (?:team|staff|board)"
    r"|staff(?: writer)?)",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"\b(?:e\.\s?V|Jr|Sr|Inc|Ltd|Co|S\.A|S\.p\.A|N\.V|B\.V)\.\Z")
_SINGLE = re.compile(r"(?![a-z]+\Z)[^\W_][\w.'’-]{1,29}")
_LONGEST_NAME, _MOST_WORDS, _MOST_AUTHORS = 60, 6, 20
_LONGEST_LIST = 2_000
_TELLING = 6


def clean_names(
    stated: Iterable[str], sites: set[str] | frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Names without labels, roles and repetitions; what cannot be a name is left out.

    `sites` are names of the site, letters only and case-folded.
    """
    names: dict[str, str] = {}
    for text in stated:
        for part in _parts(_LABEL.sub("", plain(text[:_LONGEST_LIST]))):
            name = _ROLE.sub("", _LABEL.sub("", part)).strip(" ,:;-–—|/\"'“”")
            name = name if _ABBREVIATED.search(name) else name.rstrip(". ")
            if _is_name(name) and not _is_site(name, sites):
                names.setdefault(bare(name), name)
    return tuple(names.values())[:_MOST_AUTHORS]


def is_label(text: str) -> bool:
    """Whether a text only announces a name: "By", "Autor:", "作者"."""
    return bool(text.strip(" :：\n\t")) and not _LABEL.sub("", f"{text.strip()} ").strip(" :：")


def is_one_name(name: str) -> bool:
    """Whether this could be the only name of somebody who signs with one: "Tom", "fri.juli"."""
    return _SINGLE.fullmatch(name) is not None and not _DESK.fullmatch(name)


def desks(lines: Iterable[str]) -> Iterator[str]:
    """The editors as a body, among lines that name an author."""
    for line in lines:
        name = _LABEL.sub("", plain(line[:_LONGEST_NAME])).strip(" .,:;-–—|/")
        if _DESK.fullmatch(name):
            yield name


def _parts(line: str) -> Iterator[str]:
    """The names in a list of them. "NNA and Post staff" is one: two people have two names each."""
    for part in _SPLIT.split(line):
        joined = _AND.split(part)
        yield from joined if all(len(name.split()) > 1 for name in joined) else [part]


def _is_site(name: str, sites: set[str] | frozenset[str]) -> bool:
    """Whether it is the site's name, or the one word of it that tells it from others."""
    key = bare(name)
    return key in sites or (
        len(key) >= _TELLING and " " not in name and any(key in s for s in sites)
    )


def _is_name(name: str) -> bool:
    plausible = 2 <= len(name) <= _LONGEST_NAME and len(name.split()) <= _MOST_WORDS  # noqa: PLR2004
    return plausible and any(map(str.isalpha, name)) and not _NO_NAME.search(name)
