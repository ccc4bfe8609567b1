"""A page as its reader sees it: headings, links, counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOTAL = re.compile(r"(?:[\d,]+(?:–[\d,]+)? of )?([\d,]+) results?\b")


@dataclass(frozen=True)
class Page:
    """One answer, parsed; `follow` goes where a link of it leads."""

    client: FlaskClient
    address: str
    response: TestResponse
    tree: BeautifulSoup

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return said(self.tree.body)

    @property
    def total(self) -> int:
        """The number of results the heading states."""
        heading = said(self.one("h1"))
        if heading.startswith("No results"):
            return 0
        stated = TOTAL.match(heading)
        assert stated, heading
        return number(stated[1])

    @property
    def titles(self) -> list[str]:
        return [said(link) for link in self.all(".hit h3 a")]

    @property
    def saved(self) -> list[str]:
        """The documents listed, by path."""
        return [href(link).partition("?")[0] for link in self.all(".hit h3 a")]

    def one(self, selector: str) -> Tag:
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} of {selector} on {self.address}"
        return found[0]

    def all(self, selector: str) -> list[Tag]:
        return list(self.tree.select(selector))

    def link(self, text: str, within: str = "body") -> Tag:
        """The only link said like that."""
        found = [link for link in self.all(f"{within} a[href]") if said(link) == text]
        assert len(found) == 1, f"{len(found)} links say {text!r} on {self.address}"
        return found[0]

    def follow(self, link: Tag) -> Page:
        return get(self.client, urljoin(self.address, href(link)))


def get(client: FlaskClient, address: str) -> Page:
    response = client.get(address)
    return Page(client, address, response, BeautifulSoup(response.text, "lxml"))


def said(tag: Tag | None) -> str:
    """What is read out: the accessible name where there is one, else the text."""
    assert tag is not None
    return str(tag.get("aria-label") or " ".join(tag.get_text().split()))


def href(tag: Tag) -> str:
    return str(tag["href"])


def number(text: str) -> int:
    return int(text.replace(",", ""))


def count(tag: Tag) -> int:
    """The count a facet's value shows."""
    shown = tag.select_one(".count")
    assert shown is not None
    return number(said(shown).split()[0])
