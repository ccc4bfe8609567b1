"""Extraction, second step: an element tree -> what the page states about itself.

Nothing is judged here: titles, authors and dates are chosen from these statements
in `title`, `authors` and `dates`.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from searchapp.extraction.dom.class_names import attribute_matcher
from searchapp.extraction.metadata.json_ld import Node, find_article_nodes, iter_strings
from searchapp.extraction.text_measures import comparison_key

META_NAMES: Mapping[str, Sequence[str]] = tomllib.loads(
    files(__package__).joinpath("meta_names.toml").read_text(encoding="utf-8")
)
"""The names of the meta elements that state an `author`, a day `published` or `modified`."""
_MAX_HEADINGS = 20
_is_beside = attribute_matcher(
    re.compile(
        r"(?:^|[\s_-])(?:kicker|overline|eyebrow|topline|roofline|dachzeile|spitzmarke|surtitle"
        r"|surtitre|antetitulo|occhiello|category|section|rubrik|date|time|meta|byline|author)"
        r"(?:$|[\s_-])",
        re.IGNORECASE,
    ),
    "class",
)
_FEW_WORDS = 3
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Metadata:
    """A page's statements, in document order.

    `articles` are JSON-LD nodes; `meta` maps a lower-case `name`, `property` or
    `itemprop` to its contents; `headings` are the texts of the `h1` elements;
    `base_url` is what the page gives its links to be relative to.
    """

    articles: tuple[Node, ...]
    meta: Mapping[str, tuple[str, ...]]
    title: str
    headings: tuple[str, ...]
    language: str | None
    canonical_url: str | None
    base_url: str | None = None

    def meta_contents(self, *names: str) -> Iterator[str]:
        """The contents of the named meta elements, in the order of the names."""
        for name in names:
            yield from self.meta.get(name, ())

    def json_ld_strings(self, *properties: str) -> Iterator[str]:
        """The strings of these JSON-LD properties, property by property."""
        for name in properties:
            for node in self.articles:
                yield from iter_strings(node.get(name))

    @property
    def site_names(self) -> tuple[str, ...]:
        """What the site calls itself, for recognising it in titles and bylines."""
        named = self.meta_contents("og:site_name", "application-name", "twitter:site", "publisher")
        return tuple(
            dict.fromkeys([*named, *self.json_ld_strings("publisher", "sourceOrganization")])
        )


def read_metadata(tree: HtmlElement, url: str | None) -> Metadata:
    """Collect a page's statements; `url` is what relative links are relative to."""
    scripts = tree.iterfind(".//script[@type='application/ld+json']")
    meta = _meta(tree)
    articles = find_article_nodes(script.text or "" for script in scripts)
    title = _text(tree.find(".//title"))
    headlines = (text for node in articles for text in iter_strings(node.get("headline")))
    said = comparison_key(" ".join([title, *meta.get("og:title", ()), *headlines]))
    headings = (_heading_text(heading, said) for heading in tree.findall(".//h1")[:_MAX_HEADINGS])
    return Metadata(
        articles=articles,
        meta=meta,
        title=title,
        headings=tuple(filter(None, headings)),
        language=_language(tree, meta),
        canonical_url=_canonical_url(tree, meta, url),
        base_url=_base_url(tree),
    )


def _meta(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for element in tree.iterfind(".//meta[@content]"):
        content = _SPACE.sub(" ", element.get("content")).strip()
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = element.get(attribute)
            if name and content:
                found[name.strip().lower()].append(content)
    return {name: tuple(dict.fromkeys(contents)) for name, contents in found.items()}


def _text(element: HtmlElement | None) -> str:
    return "" if element is None else _SPACE.sub(" ", " ".join(element.itertext())).strip()


def _heading_text(heading: HtmlElement, said: str) -> str:
    """The heading without parts named for kickers, days or authors that nothing else says."""
    besides = {part for part in heading if _is_beside(part) and _key(part) not in said}
    parts = [heading.text or ""]
    for part in heading:
        parts += ["" if part in besides else " ".join(part.itertext()), part.tail or ""]
    kept = _SPACE.sub(" ", " ".join(parts)).strip(" -–—|•·:/")
    return kept if besides and len(kept.split()) >= _FEW_WORDS else _text(heading)


def _key(element: HtmlElement) -> str:
    return comparison_key("".join(element.itertext()))


def _language(tree: HtmlElement, meta: Mapping[str, tuple[str, ...]]) -> str | None:
    stated = [tree.get("lang"), *meta.get("content-language", ()), *meta.get("og:locale", ())]
    codes = (re.match(r"[A-Za-z]{2}(?![A-Za-z])", code.strip()) for code in stated if code)
    return next((code[0].lower() for code in codes if code), None)


def _canonical_url(
    tree: HtmlElement, meta: Mapping[str, tuple[str, ...]], url: str | None
) -> str | None:
    links = tree.iterfind(".//link[@rel][@href]")
    canonical = (link.get("href") for link in links if link.get("rel").lower() == "canonical")
    base = url or next(iter(meta.get("og:url", ())), "")
    candidates = [*canonical, *meta.get("og:url", ())]
    return next(filter(None, (absolute_url(link, base) for link in candidates)), None)


def _base_url(tree: HtmlElement) -> str | None:
    bases = tree.iterfind(".//base[@href]")
    return next(filter(None, (absolute_url(base.get("href"), "") for base in bases)), None)


_SAVED_FROM = re.compile(
    r"<!--\s*saved from url=\(\d{1,6}\)(https?://[^\s<>]{1,2000}?)\s*-->", re.IGNORECASE
)
_MARK_WITHIN = 20_000  # characters


def read_saved_from(markup: str) -> str | None:
    """The address in the mark that browsers write into a page they save."""
    mark = _SAVED_FROM.search(markup[:_MARK_WITHIN])
    return absolute_url(mark[1], "") if mark else None


def absolute_url(link: str, base: str) -> str | None:
    """The link as an http(s) URL; None when it cannot be one."""
    try:
        url = urljoin(base, link.strip())
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None


def site_of(url: str | None) -> str | None:
    """The URL's host, lower case, without `www.`; None without a URL."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
