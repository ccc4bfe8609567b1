"""Extraction, every step that reads text: what templates, editors and double escaping leave in it.

Markers of Angular, Vue, Handlebars, Jinja, Liquid, ERB, Polymer and JavaScript
template literals; date patterns such as `d MMMM yyyy'}}`; percent-escaped tags;
entities escaped twice; soft hyphens, zero-width characters and stray controls.
Every pattern is bounded, so that no input makes them slow.
"""

import html
import re
import unicodedata

from ftfy import fix_encoding
from lxml.html import HtmlElement

CODE_TAGS = ("pre", "code", "kbd", "samp", "textarea", "tt")
_MARKERS = re.compile(
    r"\{\{\{?[^{}]{0,300}\}\}\}?"
    r"|\{%[^%{}]{0,300}%\}"
    r"|\{#[^#{}]{0,300}#\}"
    r"|<%[^<>%]{0,300}%>"
    r"|\[\[\s{0,3}!?[a-z_$][\w$]{0,60}(?:[.|:(\[?][^\[\]]{0,120})?\s{0,3}\]\]"
    r"|\$\{[A-Za-z_!][^{}\n]{0,120}\}"
    r"|%3C/?\w(?:[\w./:=;,+&-]|%[0-9A-Fa-f]{2}){0,300}?%3E"
    r"|\$\$[A-Z][A-Z_]{3,40}\$\$"
    # shortcodes of WordPress, HubSpot and the like: with attributes, closing, or shouted
    r"|\[[a-z][\w-]{2,40}(?:\s{1,3}[a-z][\w-]{0,30}=(?:\"[^\"\[\]]{0,200}\"|'[^'\[\]]{0,200}'"
    r"|[^\s\[\]\"']{1,200})){1,20}\s{0,3}/?\]"
    r"|\[/[a-z][a-z_-]{2,40}\]|\[[A-Z]{2,20}(?:_[A-Z]{2,20}){1,4}\]"
)
_PATTERN = (
    r"(?:EEEE,?\s)?(?:d{1,2}[ ./,-]{1,2})?M{2,4}[ ./,-]{1,2}y{2,4}"
    r"(?:,?\s[Hh]{1,2}:mm(?::ss)?(?:\sa)?)?"
)
# What is left of a marker when one half of it was cut away; patterns first, as the words
# before one are not the marker's.
_LEFT_PATTERN = re.compile(
    rf"(?:\|\s?date\s{{0,3}}:?\s{{0,3}})?['\"“”‘’]?\b{_PATTERN}['\"“”‘’]?\s{{0,3}}\}}\}}?"
    rf"|\|\s?date\s{{0,3}}:\s{{0,3}}['\"“”‘’]?{_PATTERN}['\"“”‘’]?"
    rf"|^\s{{0,3}}{_PATTERN}['\"”’]\s{{0,3}}\}}{{0,2}}",
    re.MULTILINE,
)
_HALVES = re.compile(r"\{\{[^{}\n]{0,120}$|^[^{}\n]{0,60}\}\}", re.MULTILINE)
_TEMPLATE_LANGUAGES = re.compile(
    r"\b(?:jinja2?|nunjucks|handlebars(?:\.js)?"
    r"|(?:django|angular|vue|twig|liquid|mustache|smarty|erb|ejs|go)(?:'s)? templates?"
    r"|template (?:engine|language|literal|syntax|tag|variable)s?)\b",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]{2}")
_SIGNS = re.compile(r"[{}%]|\[[\[/A-Za-z]|\$\$|yy")
_DEEPEST_NESTING = 4  # layers of escaping, set by hand
_FEWEST_MARKERS = 2
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}\d{0,2}|#\d{2,6}|#[xX][0-9a-fA-F]{2,5});")
_TAG_NAME = (
    r"</?(?:p|br|b|i|em|strong|span|div|a|img|ul|ol|li|h[1-6]|font|iframe|script|figure|blockquote)"
)
_ESCAPED_TAG = re.compile(rf"{_TAG_NAME}(?:\s[^<>]{{0,500}})?/?>", re.IGNORECASE)
# Prose speaks of `<br>`, not of `<img src="...">`.
_TAG_WITH_ATTRIBUTES = re.compile(
    rf"{_TAG_NAME}\s[^<>=\n]{{0,200}}=[^<>]{{0,2000}}>", re.IGNORECASE
)
_INVISIBLE = re.compile(
    r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc]"
)
# Joiners carry meaning in Arabic and Indic scripts and in emoji, nowhere else.
_JOINER = re.compile(r"(?:(?<=[\u0000-\u058f\u1e00-\u1fff\u2000-\u20cf])|^)[\u200c\u200d]+")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# The two or three characters that letters, quotes and dashes turn into: `Ã©`, `â€™`, `Ð¿Ñ€`.
_MOJIBAKE_SIGNS = "ÂÃâÐÑ"
_MOJIBAKE = re.compile(
    f"[{_MOJIBAKE_SIGNS}](?:(?<=[ÂÃ])[\u0080-\u00bf\u2013-\u2122]|(?<=â)[€\u0080]"
    "|(?<=[ÐÑ])[\u0080-\u00bf\u0152-\u2122][ÐÑ][\u0080-\u00bf\u0152-\u2122])"
)
_BLANKS = re.compile(r"[^\S\n]+")
# Crude crawlers end a tag at the bracket in a quoted attribute, or cut a long one in two.
_TAG_END = re.compile(
    r"^(?=[^<\n]{0,3000}(?:\[&|[\w:-]=\"|\]:\w))[^<\n]{1,3000}[\w\])}%;/.-][\"']\s{0,2}/?>"
)
_TAG_START = re.compile(r"<[a-z]{1,10}\s[a-z][\w:-]{0,30}=[^<>]{0,20000}(?:>|\Z)", re.IGNORECASE)


def strip_cut_tags(line: str) -> str:
    """A line of a text dump without a tag too long for its crawler, or one cut in two."""
    if "=" not in line and "[&" not in line:
        return line
    line = _TAG_START.sub("", line) if "<" in line else line
    return _TAG_END.sub("", line) if ">" in line else line


def repair_mojibake(text: str) -> str:
    """The text with UTF-8 that was once read as a one-byte charset read right (ftfy).

    Only lines with signs of it are looked at.
    """
    signs = not text.isascii() and any(sign in text for sign in _MOJIBAKE_SIGNS)
    if not signs or not _MOJIBAKE.search(text):
        return text
    return "\n".join(
        fix_encoding(line) if _MOJIBAKE.search(line) else line for line in text.split("\n")
    )


def normalise_text(text: str) -> str:
    """The text as a reader sees it: NFC, no invisible characters, blanks as one space.

    Line breaks stay. `visible(visible(t)) == visible(t)`.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    text = _JOINER.sub("", _INVISIBLE.sub("", CONTROLS.sub("", text)))
    text = unicodedata.normalize("NFC", text.replace("\u2028", "\n").replace("\u2029", "\n"))
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n"))


def strip_residue(text: str) -> str:
    """The text without template markers and without further layers of escaping.

    Not for code: see `is_page_about_templates`.
    """
    for _ in range(_DEEPEST_NESTING):
        cleaned = _strip_outer_layer(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _strip_outer_layer(text: str) -> str:
    text = _TAG_WITH_ATTRIBUTES.sub(" ", text) if "<" in text else text
    unescaped = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if unescaped != text:  # a tag that was never escaped is one the text speaks of
        text = _ESCAPED_TAG.sub(" ", unescaped)
    if _SIGNS.search(text):
        text = _LEFT_PATTERN.sub(" ", _MARKERS.sub(" ", text))
        text = _HALVES.sub(" ", text)
    return text


def has_markers(text: str) -> bool:
    """Whether the text holds a whole template marker."""
    return _MARKERS.search(text) is not None


def has_inner_markers(text: str) -> bool:
    """Whether a template marker stands between words of the text."""
    return any(
        _LETTERS.search(text[: marker.start()]) and _LETTERS.search(text[marker.end() :])
        for marker in _MARKERS.finditer(text)
    )


def is_about_templates(prose: str, code: str) -> bool:
    """Whether a page is about templates, so that the markers are its subject.

    Either its code blocks hold several, or it holds some and names template
    languages more than once.
    """
    if len(_MARKERS.findall(code)) >= _FEWEST_MARKERS:
        return True
    named = len(_TEMPLATE_LANGUAGES.findall(prose))
    return named >= _FEWEST_MARKERS and has_markers(prose + code)


def to_plain_line(text: str, *, code: bool = False) -> str:
    """One line of text without markup, residue or invisible characters; for titles and names.

    `code` says that template markers are its subject and no residue.
    """
    text = _ESCAPED_TAG.sub(" ", html.unescape(text))
    cleaned = normalise_text(text if code else strip_residue(text)).replace("\n", " ")
    return _BLANKS.sub(" ", cleaned).strip()


def is_page_about_templates(tree: HtmlElement) -> bool:
    """Whether template markers are the page's subject."""
    code = " ".join(" ".join(block.itertext()) for block in tree.iter(*CODE_TAGS))
    return is_about_templates(" ".join(tree.itertext()), code)
