"""Extraction, after `boilerplate`: the paragraphs and the page -> its lead, said once.

The lead is the standfirst when the page shows one, else the first paragraph.
"""

from lxml.html import HtmlElement

from searchapp.extraction.dom.class_names import attribute_matcher
from searchapp.extraction.metadata.page import Metadata
from searchapp.extraction.phrases import compile_pattern
from searchapp.extraction.template_residue import normalise_text, to_plain_line
from searchapp.extraction.text_measures import comparison_key

_STANDFIRST_CLASS = compile_pattern(r"(?:^|[\s_-]){standfirst_class}(?:$|[\s_-])")
_is_standfirst = attribute_matcher(_STANDFIRST_CLASS, "class")
_SHORTEST, _LONGEST = 40, 600  # characters of a lead, set by hand
_TAGS = ("p", "h2", "h3", "h4", "div", "span", "strong", "b", "em")


def find_lead(
    paragraphs: list[str], tree: HtmlElement, metadata: Metadata, title: str
) -> tuple[str, list[str]]:
    """The lead, and the paragraphs in which it is said exactly once.

    Where a paragraph of the body repeats the standfirst, the body keeps it and the
    standfirst alone goes; otherwise the paragraphs begin with it.
    """
    paragraphs = _drop_title(paragraphs, title)
    return merge_lead(_find_standfirst(tree, metadata, title), paragraphs)


def merge_lead(standfirst: str, paragraphs: list[str]) -> tuple[str, list[str]]:
    """As `find_lead`, for a standfirst that is known ("" for none)."""
    key = comparison_key(standfirst)
    if not key:
        return first_paragraph(paragraphs), paragraphs
    others = [paragraph for paragraph in paragraphs if comparison_key(paragraph) != key]
    if any(key in comparison_key(paragraph) for paragraph in others):
        return standfirst, others
    return standfirst, [standfirst, *others]


def first_paragraph(paragraphs: list[str]) -> str:
    """The first paragraph long enough to say something, or the first."""
    long = (paragraph for paragraph in paragraphs if len(paragraph) >= _SHORTEST)
    return next(long, paragraphs[0] if paragraphs else "")


def _drop_title(paragraphs: list[str], title: str) -> list[str]:
    if len(paragraphs) > 1 and comparison_key(paragraphs[0]) == comparison_key(title):
        return paragraphs[1:]
    return paragraphs


def _find_standfirst(tree: HtmlElement, metadata: Metadata, title: str) -> str:
    """A block that is marked as the standfirst, or says what the page's description says."""
    for element in tree.iter(*_TAGS):
        if _is_standfirst(element):
            text = " ".join("".join(element.itertext()).split())
            if _SHORTEST <= len(text) <= _LONGEST:
                return normalise_text(text)
    described = _descriptions(metadata) - {comparison_key(title)}
    body = tree.find(".//body") if described else None
    for text in () if body is None else body.itertext():
        if _SHORTEST <= len(text) <= 2 * _LONGEST and comparison_key(text) in described:
            return " ".join(normalise_text(text).split())
    return ""


def _descriptions(metadata: Metadata) -> set[str]:
    texts = [
        *metadata.json_ld_strings("description"),
        *metadata.meta_contents("og:description", "description", "twitter:description"),
    ]
    return {comparison_key(to_plain_line(text[: 2 * _LONGEST])) for text in texts} - {""}
