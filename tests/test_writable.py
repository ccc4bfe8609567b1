"""Text is made writable where it enters, and nothing else about it changes."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.errors import PageError
from searchapp.extraction.article import extract_article
from searchapp.model import Article, Attachment, RawPage
from searchapp.sources.compression import MIB
from searchapp.sources.containers.rows import page_from_row
from searchapp.writable import well_formed, with_writable_text, writable

ANY_TEXT = st.text(st.characters())


@given(ANY_TEXT)
def test_what_is_writable_has_utf_8_and_xml_and_stays(text: str) -> None:
    made = writable(text)
    assert made.encode().decode() == made == writable(made)
    assert ET.fromstring(f"<t>{made.translate({38: 32, 60: 32, 13: 10})}</t>") is not None  # noqa: S314 - our own


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"])))
def test_writable_text_is_not_touched(text: str) -> None:
    assert writable(text) is text
    assert well_formed(text) is text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a \ud83d b", "a \ufffd b"),
        ("\udc00 Petrova", "\ufffd Petrova"),
        ("\ud83d\ude00!", "😀!"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("one\x0btwo\x85three", "one two three"),
        ("be\x07ll\x9b", "bell"),
        ("\ufffe\U0010ffff\ufdd0", "\ufffd\ufffd\ufffd"),
        ("tab\tline\nreturn\r", "tab\tline\nreturn\r"),
        ("שלום 👩‍👧 𝔘", "שלום 👩‍👧 𝔘"),
    ],
)
def test_what_becomes_of_text(text: str, expected: str) -> None:
    assert writable(text) == expected


def test_bytes_ids_and_paths_stay() -> None:
    page = RawPage("\udcff.html", b"\xff", url="a\ud800", authors=("\x07b",))
    page = replace(page, attachments=(Attachment("n\udfff", "text/plain", b"\x00"),))
    made = with_writable_text(page)
    assert (made.path, made.body, made.url, made.authors) == (page.path, b"\xff", "a\ufffd", ("b",))
    assert made.attachments == (Attachment("n\ufffd", "text/plain", b"\x00"),)


FIELDS = ("url", "title", "date", "author", "modified", "captured", "text")


@given(st.dictionaries(st.sampled_from(FIELDS), ANY_TEXT), st.booleans())
def test_a_row_gives_a_writable_article(fields: dict[str, str], markup: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    words = "The harbour opened again."
    row = {**fields, "html": f"<p>{words}</p>"} if markup else {**fields, "maintext": words}
    row["text"] = f"{words} {fields.get('text', '')}"
    with contextlib.suppress(PageError):  # controls, most of it: taken for no page
        assert_writable(extract_article(page_from_row(row, "/a#1", MIB), MIB))


@pytest.mark.parametrize("bad", ["\ud83d", "\ufffe", "\x07", "\x9b", "\U0001ffff"])
def test_documents_of_every_kind_give_writable_articles(bad: str) -> None:
    escaped = json.dumps(bad)[1:-1]
    number = f"&#{ord(bad)};"
    raw = bad.encode("utf-8", "surrogatepass")
    state = json.dumps({"@type": "NewsArticle", "headline": f"A {bad} b", "author": f"Ana {bad} P"})
    pages = {
        "a.md": b'---\ntitle: "T %s"\nauthor: "Ana %s P"\n---\nThe harbour opened.' % (raw, raw),
        "b.md": f'---\ntitle: "T {escaped}"\nauthor: "Ana {escaped}"\n---\nThe harbour.'.encode(),
        "c.html": f'<html lang="{number}"><script type="application/ld+json">{state}</script>'
        f'<title>T {number}</title><link rel="canonical" href="https://a.example/{number}">'
        f"<p>The harbour {number} opened again on Monday.</p>".encode(),
        "d.html": b"<title>T %s</title><p>The harbour %s opened.</p>" % (raw, raw),
        "e.txt": b"The harbour %s opened\n\nBy Ana %s Petrova\n\nOn Monday." % (raw, raw),
        "f.eml": b"From: Ana %s <a@b.example>\nSubject: T %s\n\nThe harbour %s." % (raw, raw, raw),
        "g.eml": b"From: =?utf-8?Q?%s?= <a@b.example>\nSubject: =?utf-8?Q?T=ED=A0=BD?=\n"
        b"Content-Type: text/plain; charset=utf-7\n\nThe harbour +2D0- opened." % raw,
    }
    for name, body in pages.items():
        page = RawPage(f"/{name}", body + b" The harbour opened again on Monday." * 5)
        assert_writable(extract_article(page, MIB))


def assert_writable(article: Article) -> None:
    assert with_writable_text(article) == article
