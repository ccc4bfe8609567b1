"""Raw page -> article: golden pages, laws, and pages made to hurt."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.errors import PageError, PageFault
from searchapp.extraction.page import extract_page
from searchapp.model import Article, PublicationDate, RawPage

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(path.parent for path in PAGES.glob("*/article.json"))
S1 = "The council of the harbour town voted on Monday evening to reopen the old ferry line."
S2 = "Residents of the eastern islands had asked for the crossing again and again since then."
S3 = "The first boat is to leave in April, provided that the pier is repaired before winter."
ARTICLE = f"<article><h1>Ferry line to reopen</h1><p>{S1}</p><p>{S2}</p><p>{S3}</p></article>"


def article(markup: str | bytes, url: str | None = None) -> Article:
    body = markup.encode() if isinstance(markup, str) else markup
    return extract_page(RawPage("/archive/page.html", body, url=url))


def as_json(found: Article) -> dict[str, object]:
    """The article as `article.json` has it: paragraphs apart, dates in words.

    Of `modified`, `captured` and `rejected` only what there is.
    """
    fields = vars(found) | {
        "text": found.text.split("\n\n"),
        "authors": list(found.authors),
        "published": in_words(found.published),
        "modified": in_words(found.modified),
        "captured": found.captured and found.captured.isoformat(),
        "rejected": [vars(rejected) for rejected in found.rejected],
    }
    rare = {"modified", "captured", "rejected"}
    return {name: value for name, value in fields.items() if value or name not in rare}


def in_words(date: PublicationDate | None) -> dict[str, str] | None:
    if date is None:
        return None
    return {"date": date.iso, "method": date.method, "confidence": date.confidence.value}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden_page(case: Path) -> None:
    expected = json.loads((case / "article.json").read_text(encoding="utf-8"))
    (page,) = case.glob("page.*")
    found = extract_page(RawPage(str(page), page.read_bytes(), **expected["given"]))
    assert as_json(found) == expected["article"]


def test_there_are_golden_pages() -> None:
    assert len(CASES) >= 12


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(alphabet="<>/=\"' abhp1!-{}[]%&;\n", max_size=300).map(str.encode),
        st.text(max_size=80).map(
            lambda text: f"<h1>{text}</h1>{ARTICLE}".encode("utf-8", "replace")
        ),
    )
)
def test_any_bytes_give_an_article_or_a_page_error(body: bytes) -> None:
    try:
        found = article(body)
    except PageError:
        return
    assert found.text.strip()
    assert found.title


@pytest.mark.parametrize("body", ["<html></html>", "<!-- nothing -->", "<script>x = 1</script>"])
def test_a_page_without_words_says_so(body: str) -> None:
    with pytest.raises(PageError, match=r"\Ano words in it") as caught:
        article(body)
    assert caught.value.fault is PageFault.NO_TEXT


def test_a_page_trafilatura_finds_nothing_in_is_kept() -> None:
    assert article("<p>Closed on Friday.").text == "Closed on Friday."
    assert article("<footer>Closed on Friday</footer>").text == "Closed on Friday"
    assert article("<html><title>Closed on Friday</title></html>").text == "Closed on Friday"


def test_a_body_that_only_json_ld_holds_is_found() -> None:
    node = json.dumps({"@type": "NewsArticle", "articleBody": f"{S1}\n{S2}\n{S3}"})
    found = article(f"<script type='application/ld+json'>{node}</script><p>Subscribe now.</p>")
    assert found.text == f"{S1}\n\n{S2}\n\n{S3}"


def test_a_line_said_twice_in_a_row_is_said_once() -> None:
    doubled = ARTICLE.replace(f"<p>{S2}</p>", "<p>Not so, he said.</p><p>Not so, he said.</p>")
    assert article(f"<html><body>{doubled}</body></html>").text.count("Not so") == 1


def test_a_repeated_lead_is_said_once() -> None:
    standfirst = "Residents of the eastern islands had asked for the crossing"
    marked = ARTICLE.replace("</h1>", f"</h1><p class='standfirst'>{standfirst}</p>")
    found = article(f"<html><body>{marked}</body></html>")
    assert found.lead == standfirst
    assert found.text == f"{S1}\n\n{S2}\n\n{S3}"


def test_a_standfirst_of_its_own_begins_the_text() -> None:
    standfirst = "After nine years the islands get their boat back"
    marked = ARTICLE.replace("</h1>", f"</h1><h2 class='article__subtitle'>{standfirst}</h2>")
    found = article(f"<html><body>{marked}</body></html>")
    assert found.text == f"{standfirst}\n\n{S1}\n\n{S2}\n\n{S3}"
    assert found.lead == standfirst


def test_tables_of_data_are_rows_of_cells() -> None:
    table = "<table><tr><th>Year</th><th>Boats</th></tr><tr><td>2020</td><td>12</td></tr></table>"
    found = article(
        f"<html><body>{ARTICLE.replace('</article>', table + '</article>')}</body></html>"
    )
    assert found.text.endswith("Year | Boats\n\n2020 | 12")


@pytest.mark.parametrize(
    ("head", "url", "site", "canonical"),
    [
        ("", None, None, None),
        ("", "https://WWW.Harbour.example/a", "harbour.example", None),
        (
            "<link rel=canonical href=/b>",
            "http://harbour.example/a",
            "harbour.example",
            "http://harbour.example/b",
        ),
        (
            "<meta property=og:url content=http://h.example/c>",
            None,
            "h.example",
            "http://h.example/c",
        ),
        ("<link rel=canonical href='http://[bad'>", None, None, None),
        ("<link rel=canonical href='javascript:alert(1)'>", None, None, None),
    ],
)
def test_addresses(head: str, url: str | None, site: str | None, canonical: str | None) -> None:
    found = article(f"<html><head>{head}</head><body>{ARTICLE}</body></html>", url)
    assert (found.site, found.canonical_url) == (site, canonical)
    assert found.url == (url or canonical)


def test_the_language_of_a_short_text_is_the_declared_one() -> None:
    assert article("<html lang=nb><p>Ferjen er i rute igjen i dag.</p>").language in {"nb", "no"}
    assert article("<html lang=en><p>Ok.</p>").language is None
    assert article(f"<html lang=fr><body>{ARTICLE}</body></html>").language == "en"


def hostile_pages() -> dict[str, str]:
    head = "<html lang=en><head><title>Ferry line to reopen</title>"
    return {
        "deep": "<div>" * 50_000 + ARTICLE,
        "deep beside": ARTICLE + "<div>" * 50_000 + "x",
        "lists": ARTICLE + "<ul><li>" * 20_000,
        "formatting": ARTICLE + "<b><i><font>x" * 10_000,
        "attributes": ARTICLE + "<div " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x</div>",
        "script": head + f"<script>{'1234567,' * 1_000_000}</script>" + ARTICLE,
        "json-ld": head + f"<script type='application/ld+json'>{'[' * 50_000}</script>" + ARTICLE,
        "data uri": ARTICLE + f"<img src='data:image/png;base64,{'QUJD' * 1_000_000}'>",
        "spaces": ARTICLE + f"<p>a{' ' * 1_000_000}b</p>",
        "digits": head + f"<title>{'1/' * 500_000}</title>" + ARTICLE,
        "times": ARTICLE + "<time datetime='2019-01-01'>1 Jan 2019</time>" * 10_000,
        "times in words": ARTICLE + f"<p>{'in <time>2 May 2019</time> and ' * 3_000}</p>",
        "author": head + f"<meta name=author content='{'By a and ' * 50_000}'>" + ARTICLE,
        "entities": ARTICLE + f"<p>&#0; &#xD800; &#x110000; &bogus; {'&amp;' * 100_000}</p>",
        "comment": ARTICLE + "<!-- " + "x " * 1_000_000,
    }


@pytest.mark.parametrize("name", hostile_pages())
def test_a_hostile_page_gives_its_article_soon(name: str) -> None:
    page = hostile_pages()[name]
    start = time.process_time()
    text = article(page).text
    assert time.process_time() - start < 10
    assert all(sentence in text for sentence in (S1, S2, S3))


def test_the_browser_s_mark_and_the_base_are_the_page_s_address() -> None:
    mark = "<!-- saved from url=(0042)https://www.bay-gazette.example/lamp.htm -->"
    assert (
        article(f"<!DOCTYPE html>{mark}{ARTICLE}").url == "https://www.bay-gazette.example/lamp.htm"
    )
    based = article(f"<base href='http://www.bay-gazette.example/lamp.htm'>{ARTICLE}")
    assert (based.url, based.site) == (
        "http://www.bay-gazette.example/lamp.htm",
        "bay-gazette.example",
    )


def test_mojibake_is_read_right() -> None:
    broken = ARTICLE.replace("ferry line.", "ferry line â€“ the â€œCafÃ©â€\x9d.")
    assert "the “Café”" in article(f"<meta charset=utf-8>{broken}").text


def test_cleaning_its_own_text_changes_nothing() -> None:
    for case in CASES:
        (page,) = case.glob("page.*")
        found = extract_page(RawPage(str(page), page.read_bytes()))
        again = article(f"{found.title}\n\n{found.text}")
        assert again.text == found.text, case.name
