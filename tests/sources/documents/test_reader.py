"""Mail, MHTML, Markdown and PDF -> pages, and on to articles."""

from __future__ import annotations

import contextlib
import gzip
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.errors import PageError, PageFault
from searchapp.extraction.article import extract_article
from searchapp.extraction.page import extract_page
from searchapp.model import Article, Confidence, DatePrecision, PublicationDate, RawPage
from searchapp.sources.documents.reader import open_document

LIMIT = 1 << 20
PARAGRAPH = (
    "The council of the harbour town voted on Monday evening to reopen the old ferry line, "
    "which residents had asked for again and again, most recently in a petition."
)


def opened(name: str, body: bytes) -> RawPage:
    return open_document(RawPage(name, body), LIMIT)


def article(name: str, body: bytes) -> Article:
    return extract_page(opened(name, body))


def fault(name: str, body: bytes) -> PageFault:
    with pytest.raises(PageError) as caught:
        opened(name, body)
    return caught.value.fault


def mail(
    subject: str = "Café ferry", text: str = PARAGRAPH, html: str | None = None
) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, '"Lee, Ann" <ann@herald.example>'
    message["To"], message["Date"] = "all@herald.example", "Sun, 04 Oct 2020 23:30:00 +0300"
    message.set_content(text, cte="base64")
    if html:
        message.add_alternative(html, subtype="html", charset="iso-8859-1")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    return message


def pdf(*lines: str, title: str = "") -> bytes:
    """One page with a text layer (ISO 32000-1, section 7.5), written by hand."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    content = f"BT /F1 12 Tf 14 TL 40 700 Td {shown} ET" if lines else ""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
            " /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title ({title}) >>",
    ]
    data, offsets = "%PDF-1.4\n", []
    for number, written in enumerate(objects, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{written}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    return f"{data}xref\n0 7\n0000000000 65535 f \n{table}{trailer}".encode()


def test_a_mail_has_a_subject_a_sender_and_its_senders_day() -> None:
    found = article("a.eml", bytes(mail()))
    assert (found.title, found.authors, found.text) == ("Café ferry", ("Lee, Ann",), PARAGRAPH)
    day = date(2020, 10, 4)
    assert found.published == PublicationDate(day, DatePrecision.DAY, "record", Confidence.HIGH)


def test_the_html_of_a_mail_is_taken_before_its_text() -> None:
    found = article("a.eml", bytes(mail(html=f"<p>{PARAGRAPH}</p><p>Año nuevo, vida nueva.</p>")))
    assert found.text == f"{PARAGRAPH}\n\nAño nuevo, vida nueva."


def test_a_packed_mail_is_read() -> None:
    assert article("a.eml.gz", gzip.compress(bytes(mail()))).title == "Café ferry"


@pytest.mark.parametrize(
    "body",
    [
        b"Subject: =?x-unknown?Q?a?= b\nDate: never\nContent-Type: text/plain; charset=x-no\n\n",
        b"Subject: \xff\xfe\nFrom: =?utf-8?b?!!!?=\n\n",
        b"Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\n--x\n\n",
    ],
)
def test_a_careless_mail_is_read(body: bytes) -> None:
    assert PARAGRAPH in article("a.eml", body + PARAGRAPH.encode()).text


def test_a_mail_nested_very_deep_is_refused_or_read() -> None:
    head = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
    deep = "".join(head.format(n) for n in range(3000)) + "\nwords"
    with pytest.raises(PageError):
        opened("a.eml", b"Subject: x\n" + deep.encode())


def test_a_mail_without_words_says_so() -> None:
    message = EmailMessage()
    message["Subject"] = "Nothing"
    message.make_mixed()
    assert fault("a.eml", bytes(message)) is PageFault.EMPTY
    message.clear_content()
    message.set_content(" ")
    assert fault("a.eml", bytes(message)) is PageFault.EMPTY


def with_attachments(text: str = PARAGRAPH) -> EmailMessage:
    message = mail(text=text, html=f"<p>{text}</p>")
    for subtype, words in (("plain", "The tide was high."), ("html", "<p>The pier was shut.</p>")):
        message.add_attachment(words, subtype=subtype, filename=f"note.{subtype}")
    message.add_attachment(
        pdf("The ferry had sailed by noon."),
        maintype="application",
        subtype="pdf",
        filename="a.pdf",
    )
    forwarded = EmailMessage()
    forwarded["Subject"] = "The harbour master"
    forwarded.set_content("The harbour master was asleep.")
    message.add_attachment(forwarded)
    return message


@pytest.mark.parametrize("text", [PARAGRAPH, " "])
def test_what_a_mail_carries_is_read_or_named(text: str) -> None:
    found = extract_article(RawPage("a.eml", bytes(with_attachments(text))), LIMIT)
    assert found.title == "Café ferry"
    assert found.text.count(PARAGRAPH) == (text == PARAGRAPH)
    *_, png, plain, tide, html, pier, a_pdf, noon, _, asleep = found.text.split("\n\n")[-9:]
    assert png == "Attachment: a.png (image/png, 1 KB), not read"
    assert (plain, tide) == ("Attachment: note.plain (text/plain, 1 KB)", "The tide was high.")
    assert (html, pier) == ("Attachment: note.html (text/html, 1 KB)", "The pier was shut.")
    assert (a_pdf, noon) == (
        "Attachment: a.pdf (application/pdf, 1 KB)",
        "The ferry had sailed by noon.",
    )
    assert asleep == "The harbour master was asleep."
    assert "Attachment: The harbour master (message/rfc822, 1 KB)" in found.text


def test_an_attachment_that_cannot_be_read_says_why() -> None:
    message = mail()
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="b.pdf")
    found = extract_article(RawPage("a.eml", bytes(message)), LIMIT)
    assert "Attachment: b.pdf (application/pdf, 1 KB), not read: damaged" in found.text


def test_every_text_of_a_mail_in_pieces_is_read() -> None:
    message = mail(text="Before the picture.")
    message.add_attachment("After the picture.", disposition="inline")
    found = extract_article(RawPage("a.eml", bytes(message)), LIMIT)
    assert "Before the picture." in found.text
    assert "After the picture." in found.text


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_our_error(body: bytes) -> None:
    for name in ("a.eml", "a.mhtml", "a.md", "a.pdf"):
        with contextlib.suppress(PageError):
            extract_page(opened(name, body))


def test_a_saved_page_is_the_one_that_was_saved() -> None:
    body = (
        b"From: <Saved by Blink>\nSnapshot-Content-Location: https://herald.example/a\n"
        b"Subject: =?utf-8?Q?Ferry?=\nDate: Mon, 05 Oct 2020 08:00:00 -0000\n"
        b'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="B"\n\n'
        b"--B\nContent-Type: text/css\nContent-Location: https://herald.example/a.css\n\nb {}\n"
        b"--B\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n"
        b"Content-Location: https://herald.example/a\n\n"
        b'<html><meta charset=3D"utf-8"><title>Ferr=C3=BD</title><p>words=\n words</p></html>\n'
        b"--B\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0=\n--B--\n"
    )
    for name in ("a.mhtml", "a.mht", "a.eml"):
        page = opened(name, body)
        assert (page.url, page.title) == ("https://herald.example/a", None)
        assert page.captured == datetime(2020, 10, 5, 8, tzinfo=UTC)
        assert "<title>Ferrý</title><p>words words</p>" in page.body.decode()


@pytest.mark.parametrize(
    "front",
    [
        (
            "---\ntitle: 'The ferry: again'\nDate: 2020-10-04\nauthors: [Ann Lee, \"Bo\"]\n"
            "url: https://a.example/\ntags:\n  - x\n---\n"
        ),
        (
            '+++\ntitle = "The ferry: again"\ndate = 2020-10-04T23:30:00+03:00\n'
            'authors = ["Ann Lee", "Bo"]\nurl = "https://a.example/"\n[extra]\nx = 1\n+++\n'
        ),
    ],
)
def test_front_matter_says_what_it_knows(front: str) -> None:
    found = article("a.md", f"{front}# Heading\n\n{PARAGRAPH}\n\n| a | b |\n|---|---|\n".encode())
    assert (found.title, found.authors) == ("The ferry: again", ("Ann Lee", "Bo"))
    assert found.published is not None
    assert (found.published.iso, found.published.method) == ("2020-10-04", "record")
    assert found.url == "https://a.example/"
    assert PARAGRAPH in found.text


def test_markdown_is_rendered_not_shown() -> None:
    body = (
        f"# The ferry\n\nIt is *very* [old](https://a.example/).\n\n* one\n* two\n\n{PARAGRAPH}\n"
    )
    found = article("a.markdown", body.encode("utf-16"))
    assert found.title == "The ferry"
    assert "It is very old." in found.text
    assert PARAGRAPH in found.text


def test_a_pdf_with_a_text_layer_is_read() -> None:
    pytest.importorskip("pypdfium2")
    words = [PARAGRAPH[:60], PARAGRAPH[60:120], PARAGRAPH[120:]]
    found = article("a.pdf", pdf(*words, title="The ferry line"))
    assert found.title == "The ferry line"
    assert "".join(found.text.split()) == "".join(PARAGRAPH.split())
    assert article("a.bin", pdf(*words, title="Microsoft Word - x.doc")).title != "x.doc"


def test_a_pdf_that_cannot_be_read_says_why() -> None:
    pytest.importorskip("pypdfium2")
    assert fault("a.pdf", pdf()) is PageFault.NO_TEXT
    assert fault("a.pdf", b"%PDF-1.4 nonsense") is PageFault.DAMAGED
    assert fault("a.pdf", b"hello") is PageFault.DAMAGED


def test_without_the_extra_a_pdf_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pypdfium2", None)
    with pytest.raises(PageError, match=r"pip install 'searchapp\[pdf\]'") as caught:
        opened("a.pdf", pdf("words"))
    assert caught.value.fault is PageFault.MISSING_EXTRA


def test_a_packed_bomb_stops_at_the_limit() -> None:
    assert fault("x.zip#a.html.gz", gzip.compress(bytes(64 * LIMIT))) is PageFault.TOO_LARGE


def test_what_a_container_says_is_bounded_by_its_capture(tmp_path: Path) -> None:
    del tmp_path
    page = RawPage(
        "a", PARAGRAPH.encode(), published="2031-01-01", captured=datetime(2020, 1, 1, tzinfo=UTC)
    )
    assert extract_page(page).published is None


@pytest.mark.parametrize(
    ("text", "charset", "declared"),
    [
        ("Größe und Gewähr der Fähre: „fest zugesagt“.", "cp1252", ""),
        ("Größe und Gewähr der Fähre: „fest zugesagt“.", "cp1252", "us-ascii"),
        ("Größe und Gewähr der Fähre.", "utf-8", "iso-8859-1"),
        ("Совет города решил открыть старую линию.", "cp1251", ""),
        ("Совет города решил открыть старую линию.", "koi8-r", "koi8-r"),
        ("港町の議会は古いフェリー航路を再開することを決めた。", "iso2022_jp", ""),
        ("港口城市议会决定恢复停运九年的旧渡轮航线。", "hz", "hz-gb-2312"),
        ("ID3 tags, Größe and other words.", "utf-8", "utf-8"),
    ],
)
def test_the_charset_of_a_mail_is_told_as_a_pages_is(
    text: str, charset: str, declared: str
) -> None:
    kind = f"Content-Type: text/plain; charset={declared}\n" if declared else ""
    head = f"From: a@example.org\nSubject: Ferry\nMIME-Version: 1.0\n{kind}\n"
    body = opened("a.eml", head.encode() + f"{text}\n".encode(charset)).body
    assert text in body.decode()


def test_a_damaged_byte_of_a_mail_costs_a_character() -> None:
    head = b"Subject: Ferry\nContent-Type: text/plain; charset=gb2312\n\n"
    sentence = "港口城市议会决定恢复停运九年的旧渡轮航线。".encode("gb2312")
    body = opened("a.eml", head + sentence[:8] + b"\xff" + sentence[9:]).body.decode()
    assert "港口城市" in body
    assert "会决定恢复停运九年的旧渡轮航线。" in body
