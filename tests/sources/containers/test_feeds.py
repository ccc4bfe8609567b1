"""RSS and Atom -> entries."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from searchapp.errors import PageError, PageFault
from searchapp.model import RawPage
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.entries import Entry, Skipped, Unread
from tests.sources.containers.breaking import until_it_breaks
from tests.sources.containers.entries import the_page

LIMIT = 1 << 20
RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Herald</title>
<link>https://herald.example/</link><description>News</description>
<image><title>Herald</title></image>{items}</channel></rss>"""
ITEM = """<item><title>Café &amp;amp; ferry</title><link>https://herald.example/{n}</link>
<guid isPermaLink="false">id-{n}</guid><pubDate>Sun, 04 Oct 2020 23:30:00 +0300</pubDate>
<dc:creator>Ann Lee</dc:creator><description>Short.</description>
<content:encoded><![CDATA[<p>The ferry leaves at {n}.</p>]]></content:encoded></item>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Herald</title>
<updated>2021-01-01T00:00:00Z</updated>
<author><name>Editor</name></author>
<entry><title>One</title><id>tag:1</id><link rel="self" href="https://a.example/self"/>
<link href="https://a.example/1"/><updated>2021-01-01T00:00:00Z</updated>
<published>2020-10-04T00:20:00+03:00</published><author><name>Ann Lee</name></author>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>First &lt; <b>words</b></p></div>
</content></entry>
<entry><title>Two</title><id>tag:2</id><summary type="text">a &lt; b</summary></entry>
<entry><title>Three</title><id>tag:3</id></entry></feed>"""


def rss(*items: str, encoding: str = "utf-8") -> bytes:
    return RSS.format(items="".join(items), encoding=encoding).encode(encoding)


def read(directory: Path, data: bytes, name: str = "feed.xml") -> list[Entry]:
    path = directory / name
    path.write_bytes(data)
    return list(read_entries(str(path), LIMIT))


def test_an_item_says_what_it_knows(tmp_path: Path) -> None:
    page = the_page(read(tmp_path, rss(ITEM.format(n=1)), "feed.rss"))
    assert page.path == f"{tmp_path}/feed.rss#id-1"
    assert (page.url, page.title) == ("https://herald.example/1", "Café & ferry")
    assert (page.published, page.authors) == ("Sun, 04 Oct 2020 23:30:00 +0300", ("Ann Lee",))
    assert b"<p>The ferry leaves at 1.</p>" in page.body
    assert b"Short." not in page.body


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16"])
def test_the_declared_encoding_counts(tmp_path: Path, encoding: str) -> None:
    page = the_page(
        read(tmp_path, gzip.compress(rss(ITEM.format(n=1), encoding=encoding)), "a.rss.gz")
    )
    assert page.title == "Café & ferry"


def test_atom_is_read_and_updated_is_not_published(tmp_path: Path) -> None:
    one, two, three = read(tmp_path, ATOM.encode(), "feed.atom")
    assert isinstance(one, RawPage)
    assert (one.path.rpartition("#")[2], one.url) == ("tag:1", "https://a.example/1")
    assert (one.published, one.authors) == ("2020-10-04T00:20:00+03:00", ("Ann Lee",))
    assert one.modified == "2021-01-01T00:00:00Z"
    assert b"First &lt; <b>words</b>" in one.body
    assert isinstance(two, RawPage)
    assert (two.url, two.published, b"a &lt; b" in two.body) == (None, None, True)
    assert isinstance(three, Unread)
    assert three.error.fault is PageFault.NO_TEXT


def test_rdf_items_beside_the_channel_are_read(tmp_path: Path) -> None:
    data = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns="http://purl.org/rss/1.0/">
    <channel><title>x</title></channel><item><title>One</title>
    <description>Words</description></item></rdf:RDF>"""
    (page,) = read(tmp_path, data, "feed.rdf.xml")
    assert page.path.endswith("#1")  # type: ignore[union-attr]


def test_other_xml_is_counted(tmp_path: Path) -> None:
    data = b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url/></urlset>"
    assert read(tmp_path, data) == [Skipped("XML that is no feed")]


def test_markup_that_is_not_well_formed_is_read_on(tmp_path: Path) -> None:
    bad = "<item><title>A & B</title><description>caf&eacute; <b>unclosed</description></item>"
    entries = read(tmp_path, rss(bad, ITEM.format(n=2)))
    assert [isinstance(entry, RawPage) for entry in entries] == [True, True]


def test_a_feed_that_ends_early_gives_its_items_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss(*(ITEM.format(n=n) for n in range(50)))[:-900])
    found, error = until_it_breaks(path, LIMIT)
    assert len(found) == 48
    assert (error.fault, "ends in the middle" in str(error)) == (PageFault.DAMAGED, True)
    path.write_bytes(b"\0" * 100)
    with pytest.raises(PageError):
        list(read_entries(str(path), LIMIT))


def test_entities_neither_grow_nor_fetch(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    data = (
        f'<!DOCTYPE rss [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">{laughs}]>'
        "<rss><channel><item><title>x</title><description>words {}</description></item>"
        "</channel></rss>"
    )
    page = the_page(read(tmp_path, data.format("&f;").encode()))
    assert b"root:" not in page.body
    path.write_text(data.format("&l9;"))
    with pytest.raises(PageError):
        list(read_entries(str(path), LIMIT))


def test_depth_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(rss("<item><description>" + "<b>" * 100_000 + "</item>"))
    with pytest.raises(PageError):
        list(read_entries(str(path), LIMIT))


def test_memory_does_not_grow_with_the_items(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    items = (ITEM.format(n=n) + "<other>" + "x" * 900 + "</other>" for n in range(4_000))
    path.write_bytes(rss(*items))
    tracemalloc.start()
    assert sum(1 for _ in read_entries(str(path), LIMIT)) == 4_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * LIMIT
