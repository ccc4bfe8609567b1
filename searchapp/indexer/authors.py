"""Part of the cleaner: `Metadata` and the tree -> the names of the article's authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from searchapp.indexer.metadata import Metadata
from searchapp.indexer.residue import plain

_META = (
    "author",
    "article:author",
    "og:article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "byl",
    "authors",
    "article.author",
    "creator",
    "twitter:data1",
)
_LABEL = re.compile(
    r"\A(?:(?:written|posted|published|reported|story|text|words|review(?:ed)?|article|photos?"
    r"|opinion)\s+)?"
    r"(?:by|von|par|por|di|door|af|av|od|автор|текст|author|autor[ein]*|auteur|autore|作者|文|记者|撰文"
    r"|記者)\b\s*[:：/]?\s*"
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
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:(?:entry|post|article|story|meta|vcard|news)?[_-]*(?:author|autor|auteur"
    r"|writer|reporter)s?(?:[_-]*(?:name|link|title))?|by-?line|by|fn|автор)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BYLINE_TAGS = (
    "a",
    "span",
    "div",
    "p",
    "address",
    "strong",
    "cite",
    "em",
    "b",
    "i",
    "li",
    "h4",
    "h5",
    "h6",
)
_BY = re.compile(
    r"\s*(?:(?:written|posted|reported|story|text|words)\s+)?(?:by|von|par|por|di|door|av|af"
    r"|автор|текст|autor|autore|auteur|autorin|zdj\.|oprac\.)\s*[:：]?\s+(?=[^\W\d_])",
    re.IGNORECASE,
)
_BY_WITHIN = re.compile(r"\d{4}\s?[-–—|·]\s?(?:by|von|par|por)\s", re.IGNORECASE)
_NAME = re.compile(
    r"(?:(?:de[rnl]?|del|da|di|do|dos|du|la|le|van|von|vom|zu|bin|al|el|ter|ten|y|e|i)\s"
    r"|(?![a-zа-яёα-ωà-ÿ])[^\W\d_][\w.'’-]*\s){1,4}(?![a-zа-яёα-ωà-ÿ])[^\W\d_][\w.'’-]*"
    r"|[\u4e00-\u9fff·]{2,6}|[\uac00-\ud7af]{2,4}"
)
_LONGEST_BYLINE, _BYLINE_PARTS, _MOST_TEXTS = 100, 4, 1_500
_LONGEST_NAME, _MOST_WORDS, _MOST_AUTHORS = 60, 6, 20
_LONGEST_LIST = 2_000
_CHINESE_BYLINE = re.compile(
    r"(?:作者|记者|記者|撰文|文/)\s*[:：/]?\s*([\u4e00-\u9fff·]{2,4}(?:\s[\u4e00-\u9fff]{2,3})*)(?![\u4e00-\u9fff])"
)


def choose_authors(metadata: Metadata, tree: HtmlElement) -> tuple[str, ...]:
    """Names as the first source states them that states any; each once.

    Sources: JSON-LD, meta elements, elements marked `rel=author` or `itemprop=author`,
    what looks like a byline. A site that names itself as the author is one where
    nobody else is named.
    """
    sites = {_key(name) for name in metadata.site_names}
    stated = [
        list(metadata.structured("author")),
        list(metadata.structured("creator")),
        *(list(metadata.stated(name)) for name in _META),
        list(_marked(tree)),
    ]
    by_people = (clean_names(source, sites) for source in stated)
    found = next(filter(None, by_people), ()) or _byline(tree, sites)
    return found or next(filter(None, map(clean_names, stated)), ())


def clean_names(
    stated: Iterable[str], sites: set[str] | frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Names without labels, roles and repetitions; what cannot be a name is left out.

    `sites` are names of the site, letters only and case-folded.
    """
    names: dict[str, str] = {}
    for text in stated:
        for part in _parts(_LABEL.sub("", plain(text[:_LONGEST_LIST]))):
            name = _ROLE.sub("", _LABEL.sub("", part)).strip(" .,:;-–—|/\"'“”")
            if _is_name(name) and _key(name) not in sites:
                names.setdefault(_key(name), name)
    return tuple(names.values())[:_MOST_AUTHORS]


def _parts(line: str) -> Iterator[str]:
    """The names in a list of them. "NNA and Post staff" is one: two people have two names each."""
    for part in _SPLIT.split(line):
        joined = _AND.split(part)
        yield from joined if all(len(name.split()) > 1 for name in joined) else [part]


def _is_name(name: str) -> bool:
    plausible = 2 <= len(name) <= _LONGEST_NAME and len(name.split()) <= _MOST_WORDS  # noqa: PLR2004
    return plausible and any(map(str.isalpha, name)) and not _NO_NAME.search(name)


def _marked(tree: HtmlElement) -> Iterator[str]:
    marked = tree.xpath("(.//*[@rel='author' or @itemprop='author'])[position() <= 10]")
    for element in marked:
        named = element.xpath(".//*[@itemprop='name']")
        yield " ".join((named[0] if named else element).itertext())


def _byline(tree: HtmlElement, sites: set[str]) -> tuple[str, ...]:
    """The names in the first by-line: only what is written as names are, with capitals."""
    for line in _bylines(tree):
        if len(line) <= _LONGEST_BYLINE:
            names = tuple(filter(_NAME.fullmatch, clean_names([line], sites)))
            if names:
                return names
    return ()


def _bylines(tree: HtmlElement) -> Iterator[str]:
    """Elements that are named for the author, then lines such as `By Jane Doe`, then `作者：`."""
    for element in tree.iter(*_BYLINE_TAGS):
        if _NAMED.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            yield _first_words(element)
    body = tree.find(".//body")
    texts = [] if body is None else list(islice(body.itertext(), _MOST_TEXTS))
    yield from filter(_BY.match, texts)
    within = (_BY_WITHIN.search(text) for text in texts if len(text) <= _LONGEST_BYLINE)
    yield from (by.string[by.end() :] for by in within if by)
    match = _CHINESE_BYLINE.search(" ".join(texts))
    yield ";".join(match[1].split()) if match else ""


def _first_words(element: HtmlElement) -> str:
    """The element's first words; the next ones too where the first are but a label."""
    texts = (text.strip() for text in islice(element.itertext(), _BYLINE_PARTS))
    words = [text for text in texts if text]
    labelled = bool(words) and not _LABEL.sub("", f"{words[0]} ").strip(" :")
    return " ".join(words[: 2 if labelled else 1])


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
