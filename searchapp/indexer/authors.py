"""Part of the cleaner: `Metadata` and the tree -> the names of the article's authors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement
from trafilatura.metadata import extract_author

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
    r"\A(?:(?:written|posted|published|reported|story|text|words|review(?:ed)?|article|photos?|opinion)\s+)?"
    r"(?:by|von|par|por|di|door|af|av|od|автор|текст|author|autor[ein]*|auteur|autore|作者|文|记者|撰文|記者)\b\s*[:：/]?\s*"
    r"|\A(?:作者|记者|記者|撰文|автор)\s*[:：]\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r"\s*(?:[;|•·、，\n]|\s/\s|,(?!\s*(?:jr|sr|phd|ph\.d|md|m\.d|mba)\b)|\s&\s|\b(?:and|und|et|y|e|og|och|и|та)\b(?=\s+\S))\s*",
    re.IGNORECASE,
)
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
    r"\s*[,(–—-]\s*(?:[\w-]+\s){0,3}(?:journalist|reporter|editor|writer|team|correspondent|redakteur(?:in)?"
    r"|contributor|staff|korrespondent(?:in)?)\b.*\Z|\s+(?:기자|記者)(?:\s.*)?\Z"
    r"|\s+(?:last\s)?(?:updated|published|modified)\b.*\Z",
    re.IGNORECASE,
)
_LONGEST_NAME, _MOST_WORDS, _MOST_AUTHORS = 60, 6, 20
_LONGEST_LIST = 2_000
_CHINESE_BYLINE = re.compile(
    r"(?:作者|记者|記者|撰文|文/)\s*[:：/]?\s*([\u4e00-\u9fff·]{2,4}(?:\s[\u4e00-\u9fff]{2,3})*)(?![\u4e00-\u9fff])"
)


def choose_authors(metadata: Metadata, tree: HtmlElement) -> tuple[str, ...]:
    """Names as the first source states them that states any; each once.

    Sources: JSON-LD, meta elements, elements marked `rel=author` or
    `itemprop=author`, what looks like a byline.
    """
    sites = {_key(name) for name in metadata.site_names}
    for source in (
        metadata.structured("author"),
        metadata.structured("creator"),
        *((value for value in metadata.stated(name)) for name in _META),
        _marked(tree),
        _bylines(tree),
    ):
        names = clean_names(source, sites)
        if names:
            return names
    return ()


def clean_names(
    stated: Iterable[str], sites: set[str] | frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Names without labels, roles and repetitions; what cannot be a name is left out.

    `sites` are names of the site, letters only and case-folded.
    """
    names: dict[str, str] = {}
    for text in stated:
        for part in _SPLIT.split(_LABEL.sub("", plain(text[:_LONGEST_LIST]))):
            name = _ROLE.sub("", _LABEL.sub("", part)).strip(" .,:;-–—|/\"'“”")
            if _is_name(name) and _key(name) not in sites:
                names.setdefault(_key(name), name)
    return tuple(names.values())[:_MOST_AUTHORS]


def _is_name(name: str) -> bool:
    plausible = 2 <= len(name) <= _LONGEST_NAME and len(name.split()) <= _MOST_WORDS  # noqa: PLR2004
    return plausible and any(map(str.isalpha, name)) and not _NO_NAME.search(name)


def _marked(tree: HtmlElement) -> Iterator[str]:
    marked = tree.xpath("(.//*[@rel='author' or @itemprop='author'])[position() <= 10]")
    for element in marked:
        named = element.xpath(".//*[@itemprop='name']")
        yield " ".join((named[0] if named else element).itertext())


def _bylines(tree: HtmlElement) -> Iterator[str]:
    """What trafilatura takes for a byline, then `作者：` and the like in the page's start."""
    found = extract_author(tree)
    if found:
        yield from found.split("; ")
        return
    opening = " ".join(tree.itertext())[:20_000]
    match = _CHINESE_BYLINE.search(opening)
    if match:
        yield from match[1].split()


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
