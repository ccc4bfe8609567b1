"""Small inputs that stay as they are: containers, documents, and lines in many languages."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Mapping
from zlib import crc32

PAGE = (
    b"<html><head><title>Ferry line to reopen</title></head><body><article>"
    b"<h1>Ferry line to reopen</h1><p>The council of the harbour town voted on Monday evening to "
    b"reopen the old ferry line.</p></article></body></html>"
)
ROWS = b"""url,title,text,date,author
https://news.example/a,Ferry,"The ferry leaves.",2020-10-04,Ann Lee
https://news.example/b,Bridge,"The bridge, at last, is open.",2020-10-05,
"""
LINES = b"""{"url": "https://news.example/a", "title": "Ferry", "text": "The ferry leaves."}
{"text": "A bridge.", "date": "2020-10-04", "author": ["Ann Lee", "Bo Lind"]}
nonsense
"""
RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Herald</title><link>https://herald.example/</link>
<item><title>Caf\xc3\xa9 &amp;amp; ferry</title><link>https://herald.example/1</link>
<pubDate>Sun, 04 Oct 2020 23:30:00 +0300</pubDate>
<description>&lt;p&gt;The ferry leaves.&lt;/p&gt;</description></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Herald</title>
<entry><title>One</title><id>tag:1</id><link href="https://a.example/1"/>
<updated>2021-01-01T00:00:00Z</updated><published>2020-10-04T00:20:00+03:00</published>
<author><name>Ann Lee</name></author><summary type="text">a &lt; b</summary></entry></feed>"""
MAIL = b"""From: Ann Lee <ann@example.org>
To: bo@example.org
Subject: =?utf-8?q?Caf=C3=A9_and_ferry?=
Date: Sun, 04 Oct 2020 23:30:00 +0300
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: text/plain; charset=utf-8

The council of the harbour town voted on Monday evening to reopen the old ferry line.

--cut
Content-Type: text/html; charset=utf-8
Content-Disposition: attachment; filename=ferry.html

<p>The first boat is to leave in April, provided that the pier is repaired before winter.</p>
--cut--
"""
MARKDOWN = b"""# Ferry line to reopen

The council of the *harbour town* voted on Monday evening to reopen the [old ferry line](/a).

- The first boat is to leave in April.
- The pier is to be repaired before winter.
"""


def gzipped(body: bytes) -> bytes:
    """A gzip member (RFC 1952) of one stored block: the same bytes whatever Python and zlib."""
    length = len(body).to_bytes(2, "little")
    block = b"\1" + length + bytes(byte ^ 0xFF for byte in length) + body
    tail = crc32(body).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    return b"\x1f\x8b\b\0\0\0\0\0\0\xff" + block + tail


DOCUMENTS: Mapping[str, bytes] = {"ferry.eml": MAIL, "ferry.md": MARKDOWN}


def record(kind: str, url: str, content_type: str, block: bytes) -> bytes:
    """One WARC record (ISO 28500), its id told by its address and length."""
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2020-10-04T22:30:00Z\r\nWARC-Record-ID: <urn:test:{url}:{len(block)}>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(url: str, content_type: str, body: bytes, status: str = "200 OK") -> bytes:
    """A WARC record of an HTTP answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n\r\n".encode()
    return record("response", url, "application/http; msgtype=response", head + body)


WARC = (
    record("warcinfo", "urn:info", "application/warc-fields", b"software: test\r\n"),
    response("https://news.example/a", "text/html; charset=UTF-8", PAGE),
    response("https://news.example/b", "image/png", b"\x89PNG"),
    response("https://news.example/c", "text/html", b"", "301 Moved"),
    record("resource", "https://news.example/d", "text/html", PAGE),
)
FILES = {
    "a.html": PAGE,
    "новости/б.txt": "Паром снова ходит.".encode(),
    "b.html.gz": gzipped(PAGE),
    "photo.png": b"\x89PNG",
    "empty.html": b"",
    "rows.jsonl": LINES,
}


def zipped() -> bytes:
    """A ZIP of FILES."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, body in FILES.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 10, 4, 0, 0, 0)), body)
    return file.getvalue()


def tarred() -> bytes:
    """A tar of FILES."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, body in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return file.getvalue()


CONTAINERS: Mapping[str, bytes] = {
    "rows.csv": ROWS,
    "rows.tsv": ROWS.replace(b",", b"\t"),
    "rows.jsonl": LINES,
    "rows.jsonl.bz2": bz2.compress(LINES),
    "rows.jsonl.xz": lzma.compress(LINES),
    "feed.rss": RSS,
    "feed.atom": ATOM,
    "feed.xml": ATOM,
    "crawl.warc": b"".join(WARC),
    "crawl.warc.gz": b"".join(map(gzipped, WARC)),
    "pages.zip": zipped(),
    "pages.tar": tarred(),
    "pages.tgz": gzip.compress(tarred()),
}
FOREIGN: Mapping[str, str] = {
    "fr": "Mme Claire Dubois, ministre de l'Environnement, a quitté l'Allemagne. Dubois revient.",
    "de": "Bundeskanzlerin Angela Merkel reiste nach Frankreich. Die Siemens AG schwieg.",
    "es": "El presidente Pedro Sánchez visitó Alemania con la empresa Telefónica S.A. el lunes.",
    "ru": "Президент России Владимир Путин прибыл в Германию, сообщает ТАСС.",
}
SAMPLES: Mapping[str, str] = {
    "en": "COVID-19 cases in the U.S.: O'Brien's 3.5 boats, AT&T, C++, F-16s and 1,500 ferries.",
    "fr": "L'économie générale n'a pas changé aujourd'hui; les œuvres d'été coûtent 9/11.",
    "de": "Die Straßen der größten Häuser Düsseldorfs, Lampenanzünder-Gilde.",
    "es": "La niña corrió 2.000 kilómetros; el corazón, los corazones.",
    "it": "Nell'isola dell'amico le città cambiano quest'anno.",
    "pt": "As ações não são iguais às informações.",
    "nl": "De schepen varen naar 's-Hertogenbosch, zo'n reis.",
    "sv": "Färjan går till Örebro och båtarna till Åland.",
    "da": "Færgerne sejler til Ærø og Århus.",
    "no": "Båtene går til Tromsø og øyene.",
    "fi": "Laivat kulkevat saaristossa, yötä päivää.",
    "pl": "Łódź i łodzie płyną przez Gdańsk.",
    "hu": "A hajók Győrből és Pécsről jönnek.",
    "ro": "Știrile și țările noastre.",
    "tr": "İstanbul'un gemileri ışıklı kıyılarda.",
    "ru": "Ёлки и паромы; пароход шёл в Москву.",
    "uk": "Її п'ять кораблів пливуть до Києва.",
    "el": "Η Άγκυρα των πλοίων στις θάλασσες.",
    "ar": "السُّفُن تُبحِر إلى الإسكندريّة.",
    "he": "הסְּפִינוֹת מפליגות לחיפה, צה״ל.",
    "hi": "नौका हरिद्वार से चलती है।",
    "th": "เรือเฟอร์รี่ไปเกาะ",
    "ja": "東京都庁のフェリー、ﾌｪﾘｰ。",
    "ko": "서울에서 배가 떠난다.",
    "zh": "议会星期一晚上投票，重开渡轮。",
    "und": "soft\u00adhyphen ze\u200dro ﬁne ①② 𝒳 Ａｂｃ naïve e-mail@example.org",
}
