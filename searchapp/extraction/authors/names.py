"""Extraction, `authors` and `textdump`: a line that names authors -> their names."""

import re
from collections.abc import Iterable, Iterator

from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.template_residue import to_plain_line
from searchapp.extraction.text_measures import comparison_key

_LABEL = compile_pattern(
    r"\A(?:(?:{story_by}|{work_by})\s+)?"
    r"(?:{by}|{author_word}|{byline_label}|{reporter_label}|{by_character})(?!\w)\s*[:：/]?\s*"
    r"|\A(?:{byline_label}|{reporter_label})\s*[:：]\s*"
)
_MADE_BY = compile_pattern(r"\A\s*{made_by}\s+{by}\s*[:：]?\s+")
_NETWORK = compile_pattern(r"\W*(?:(?:follow|on|via|auf|sur|en)\s+){0,2}{network}\W*")
_INITIALS = re.compile(r"\s\([a-zà-ÿ]{2,4}\)\Z")
_HOUSE = compile_pattern(r"\s|\A{agency}\Z")
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}")
_SPLIT = re.compile(
    r"\s*(?:[;|•·、，\n]|\s/\s|,(?!\s*(?:jr|sr|phd|ph\.d|md|m\.d|mba)\b))\s*",
    re.IGNORECASE,
)
_AND = compile_pattern(r"\s{and}\s")
_NO_NAME = compile_pattern(
    r"https?:|www\.|@|\d{3}|[<>{}=\\]|\A{not_a_name}\Z|\s{job}\Z",
)
_ROLE = compile_pattern(
    r"\s*[,(–—-]\s*(?:[\w-]+\s){0,3}(?:{job}|{role})\b.*\Z"
    r"|\s+{title_behind_name}(?:\s.*)?\Z"
    r"|\s+{stamp_behind_name}\b.*\Z"
)
_DESK = compile_pattern("{before_desk}?{desk}")
_ABBREVIATED = re.compile(r"\b(?:e\.\s?V|Jr|Sr|Inc|Ltd|Co|S\.A|S\.p\.A|N\.V|B\.V)\.\Z")
_SINGLE = re.compile(r"(?![a-z]+\Z)[^\W_][\w.'’-]{1,29}")
# Set by hand; `python bench/extraction.py` measures them as a set.
_LONGEST_NAME, _MOST_WORDS, _MOST_AUTHORS = 60, 6, 20  # characters, words, names
_LONGEST_LIST = 2_000  # characters
_DISTINCTIVE = 6  # letters of a word by which alone a site can be known


def clean_names(
    stated: Iterable[str], sites: set[str] | frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Names without labels, roles and repetitions; what cannot be a name is left out.

    `sites` are names of the site, letters only and case-folded.
    """
    names: dict[str, str] = {}
    for text in stated:
        for part in _split_names(_unlabel(to_plain_line(text[:_LONGEST_LIST]))):
            name = _INITIALS.sub("", _ROLE.sub("", _LABEL.sub("", part))).strip(" ,:;-–—|/\"'“”")
            name = name if _ABBREVIATED.search(name) else name.rstrip(". ")
            if _is_name(name) and not _is_site(name, sites):
                names.setdefault(comparison_key(name), name)
    return tuple(_without_houses(list(names.values())))[:_MOST_AUTHORS]


def _unlabel(line: str) -> str:
    return _LABEL.sub("", _MADE_BY.sub("", line))


def _without_houses(names: list[str]) -> list[str]:
    """Without agencies and houses in capitals behind people: "Jane Doe, AFP"."""
    people = [name for name in names if not (name.isupper() and _HOUSE.search(name))]
    return people if any(" " in name for name in people) else names


def is_made_by(line: str) -> bool:
    """Whether a line begins with "Created by" or the like."""
    return _MADE_BY.match(line) is not None


def is_network(name: str) -> bool:
    """Whether a name is that of a service with profiles: "Twitter"."""
    return _NETWORK.fullmatch(name) is not None


def is_domain(name: str) -> bool:
    """Whether a name is that of a host: "news.example"."""
    return _DOMAIN.fullmatch(name) is not None


def is_label(text: str) -> bool:
    """Whether a text only announces a name: "By", "Autor:", "作者"."""
    return bool(text.strip(" :：\n\t")) and not _LABEL.sub("", f"{text.strip()} ").strip(" :：")


def is_single_name(name: str) -> bool:
    """Whether this could be the only name of somebody who signs with one: "Tom", "fri.juli"."""
    return _SINGLE.fullmatch(name) is not None and not _DESK.fullmatch(name)


def find_desks(lines: Iterable[str]) -> Iterator[str]:
    """The editors as a body, among lines that name an author."""
    for line in lines:
        name = _LABEL.sub("", to_plain_line(line[:_LONGEST_NAME])).strip(" .,:;-–—|/")
        if _DESK.fullmatch(name):
            yield name


def _split_names(line: str) -> Iterator[str]:
    """The names in a list of them. "NNA and Post staff" is one: two people have two names each."""
    for part in _SPLIT.split(line):
        joined = _AND.split(part)
        yield from joined if all(len(name.split()) > 1 for name in joined) else [part]


def _is_site(name: str, sites: set[str] | frozenset[str]) -> bool:
    """Whether it is the site's name, or the one word of it that tells it from others."""
    key = comparison_key(name)
    return key in sites or (
        len(key) >= _DISTINCTIVE and " " not in name and any(key in s for s in sites)
    )


def _is_name(name: str) -> bool:
    plausible = 2 <= len(name) <= _LONGEST_NAME and len(name.split()) <= _MOST_WORDS  # noqa: PLR2004
    if is_network(name):
        return False
    return plausible and any(map(str.isalpha, name)) and not _NO_NAME.search(name)
