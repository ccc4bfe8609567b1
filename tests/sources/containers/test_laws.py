"""Any bytes under any name -> articles, or our error: nothing else, whatever was damaged."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchapp.errors import PageError
from searchapp.extraction.article import extract_article
from searchapp.model import Article, RawPage
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.entries import Revisit, Skipped, Unread
from searchapp.sources.formats import is_container
from searchapp.sources.listing import read_page

LIMIT = 1 << 20
HTML = (
    b"<html><head><title>Ferry</title><meta name=date content=2020-10-04></head><body><article>"
    b"<h1>Ferry</h1><p>By Ann Lee</p><p>The council of the harbour town voted on Monday.</p>"
    b"</article></body></html>"
)
MAIL = (
    b"Subject: Ferry\nFrom: Ann Lee <a@b.example>\nDate: Sun, 04 Oct 2020 10:00:00 +0300\n"
    b'Content-Type: multipart/mixed; boundary="x"\n\n'
    b"--x\nContent-Type: text/plain\n\nIt was late.\n"
    b"--x\nContent-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n"
    + HTML
    + b"\n--x\nContent-Type: message/rfc822\n\nSubject: Inner\n\nInner words.\n--x--\n"
)
FEED = (
    b'<rss version="2.0"><channel><item><title>Ferry</title><link>https://a.example/1</link>'
    b"<pubDate>Sun, 04 Oct 2020 10:00:00 GMT</pubDate><description>&lt;p&gt;Late.</description>"
    b"</item></channel></rss>"
)
ROW = json.dumps({"url": "https://a.example/1", "text": "It was late.", "date": "2020-10-04"})


def warc() -> bytes:
    def record(kind: str, block: bytes) -> bytes:
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://a.example/\r\n"
            "WARC-Date: 2020-10-04T10:00:00Z\r\nContent-Type: application/http\r\n"
            f"WARC-Payload-Digest: sha1:A\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        return head.encode() + block + b"\r\n\r\n"

    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    return record("response", http + HTML) + record("revisit", http)


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ferry.html", HTML)
        archive.writestr("rows.jsonl", ROW)
        archive.writestr("archive/a.warc", warc())
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("ferry.html")
        member.size = len(HTML)
        archive.addfile(member, io.BytesIO(HTML))
    return file.getvalue()


def zstd(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    packed: bytes = zstandard.ZstdCompressor().compress(data)
    return packed


WHOLE: dict[str, Callable[[], bytes]] = {
    "a.html": lambda: HTML,
    "a.html.gz": lambda: gzip.compress(HTML),
    "a.txt": lambda: b"Ferry\n\ndate 2020-10-04\n\nThe council of the harbour town voted.",
    "a.md": lambda: b"---\ntitle: Ferry\ndate: 2020-10-04\n---\n# Ferry\n\nIt was *late*.",
    "a.eml": lambda: MAIL,
    "a.mhtml": lambda: MAIL.replace(b"mixed", b"related").replace(b"attachment", b"inline"),
    "a.warc": warc,
    "a.warc.gz": lambda: gzip.compress(warc()),
    "a.warc.zst": lambda: zstd(warc()),
    "a.zip": zipped,
    "a.wacz": zipped,
    "a.tar": tarred,
    "a.tar.xz": lambda: lzma.compress(tarred()),
    "a.tar.zst": lambda: zstd(tarred()),
    "a.jsonl": ROW.encode,
    "a.jsonl.bz2": lambda: bz2.compress(ROW.encode()),
    "a.csv": lambda: b"url,text,date\nhttps://a.example/1,It was late.,2020-10-04\n",
    "a.rss": lambda: FEED,
}


def everything(path: Path) -> int:
    """How many articles are in a file; fails when reading raises or gives anything else."""
    pages: list[RawPage] = []
    try:
        if is_container(path.name):
            for entry in read_entries(str(path), LIMIT):
                assert isinstance(entry, RawPage | Unread | Skipped | Revisit)
                pages += [entry] if isinstance(entry, RawPage) else []
        else:
            pages.append(read_page(str(path), LIMIT))
    except PageError:
        pass
    return sum(map(is_article, pages))


def is_article(page: RawPage) -> bool:
    try:
        article = extract_article(page, LIMIT)
    except PageError:
        return False
    assert isinstance(article, Article)
    assert article.text
    article.text.encode()
    return True


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_holds_an_article(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(WHOLE[name]())
    assert everything(path) >= 1


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.parametrize("name", WHOLE)
def test_any_bytes_are_articles_or_our_error(
    name: str, data: st.DataObject, tmp_path: Path
) -> None:
    whole = WHOLE[name]()
    start = data.draw(st.integers(0, len(whole)), label="start")
    end = data.draw(st.integers(start, min(len(whole), start + 60)), label="end")
    instead = data.draw(st.binary(max_size=60), label="instead")
    cut = data.draw(st.sampled_from([None, None, len(whole) // 2, 40]), label="cut")
    path = tmp_path / name
    path.write_bytes((whole[:start] + instead + whole[end:])[:cut])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in the worker
        everything(path)
