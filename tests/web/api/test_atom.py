"""The feed against RFC 4287: what it says a feed and an entry must have."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

A = "{http://www.w3.org/2005/Atom}"


def feed(client: FlaskClient, query: str = "") -> ET.Element:
    response = client.get(f"/api/v1/search.atom?{query}")
    assert response.status_code == 200
    assert response.mimetype == "application/atom+xml"
    return ET.fromstring(response.data)  # noqa: S314  our own feed


def text(element: ET.Element, name: str) -> str:
    (child,) = element.findall(A + name)
    assert child.text
    return child.text


def hrefs(element: ET.Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall(f"{A}link")}


def test_a_feed_has_what_atom_asks_for(client: FlaskClient) -> None:
    root = feed(client, "q=harbour")
    assert root.tag == f"{A}feed"
    assert text(root, "id").startswith("urn:uuid:")
    assert text(root, "title") == "searchapp: harbour"
    assert datetime.fromisoformat(text(root, "updated")).tzinfo
    assert root.find(f"{A}author/{A}name") is not None
    assert hrefs(root)["self"] == "/api/v1/search.atom?q=harbour&sort=-date"
    for entry in root.findall(f"{A}entry"):
        assert text(entry, "id").startswith("urn:uuid:")
        assert text(entry, "title").startswith("Harbour news")
        assert datetime.fromisoformat(text(entry, "updated")).tzinfo
        assert text(entry, "published") == text(entry, "updated")
        assert "harbour" in text(entry, "summary")
        assert set(hrefs(entry)) == {"alternate", "via"}


def test_entries_are_the_newest_first_whatever_the_sort(client: FlaskClient) -> None:
    entries = feed(client, "q=harbour&sort=date&size=5").findall(f"{A}entry")
    days = [text(entry, "updated") for entry in entries]
    newest = client.get("/api/v1/search?q=harbour&sort=-date&size=5").get_json()["results"]
    assert [day[:10] for day in days] == [one["published"]["date"] for one in newest]


def test_ids_are_distinct_and_stay_the_same(client: FlaskClient) -> None:
    first, again = feed(client, "size=30"), feed(client, "size=30")
    ids = [text(entry, "id") for entry in first.findall(f"{A}entry")]
    assert len(set(ids)) == len(ids) == 30
    assert ids == [text(entry, "id") for entry in again.findall(f"{A}entry")]
    assert text(first, "id") == text(again, "id") != text(feed(client, "q=storm"), "id")


def test_documents_without_a_sure_date_are_not_in_the_feed(client: FlaskClient) -> None:
    assert len(feed(client, "q=harbour&size=100").findall(f"{A}entry")) == 30
    assert feed(client, "q=storm").findall(f"{A}entry") == []
    assert len(feed(client, "q=storm&uncertain=include").findall(f"{A}entry")) == 1


def test_what_xml_cannot_write_is_replaced(client: FlaskClient) -> None:
    (entry,) = feed(client, "q=storm&uncertain=include").findall(f"{A}entry")
    assert "<script>" in text(entry, "title")
    assert "\ufffd" in text(entry, "summary")
    assert set(hrefs(entry)) == {"alternate"}


def test_links_lead_to_the_documents_under_the_prefix(client: FlaskClient) -> None:
    response = client.get("/api/v1/search.atom?q=harbour&size=1", base_url="https://localhost/x")
    root = ET.fromstring(response.data)  # noqa: S314  our own feed
    entry = root.find(f"{A}entry")
    assert entry is not None
    url = hrefs(entry)["alternate"]
    assert url.startswith("/x/documents/story-")
    assert client.get(urlsplit(url).path.removeprefix("/x")).status_code == 200


def test_an_unchanged_feed_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/api/v1/search.atom?q=harbour").headers["ETag"]
    again = client.get("/api/v1/search.atom?q=harbour", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
