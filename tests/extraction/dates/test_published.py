"""A page's statements -> its publication date."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from searchapp.extraction.page import extract_page
from searchapp.model import Article, Confidence, PublicationDate, RawPage

PARAGRAPHS = (
    "<p>The council of the harbour town voted on Monday evening to reopen the ferry line.</p>"
    "<p>Residents of the eastern islands had asked for the crossing again and again.</p>"
)


def published(
    head: str = "",
    body: str = "",
    after: str = "",
    url: str | None = None,
    captured: datetime | None = None,
) -> PublicationDate | None:
    return cleaned(head, body, after, url, captured).published


def the_date(*arguments: Any, **named: Any) -> PublicationDate:
    """The same, of a page that has one."""
    found = published(*arguments, **named)
    assert found is not None, "the page has no date"
    return found


def cleaned(
    head: str = "",
    body: str = "",
    after: str = "",
    url: str | None = None,
    captured: datetime | None = None,
) -> Article:
    article = f"<article><h1>Ferry line to reopen</h1>{body}{PARAGRAPHS}</article>{after}"
    markup = (
        f"<html lang='en'><head><title>Ferry line to reopen</title>{head}</head>"
        f"<body>{article}</body></html>"
    )
    page = RawPage("/archive/ferry.html", markup.encode(), url=url, captured=captured)
    return extract_page(page)


def json_ld(value: str) -> str:
    return node(datePublished=value)


def node(**stated: str) -> str:
    article = json.dumps({"@type": "NewsArticle", **stated})
    return f"<script type='application/ld+json'>{article}</script>"


def meta(name: str, content: str) -> str:
    return f"<meta name='{name}' content='{content}'>"


@pytest.mark.parametrize(
    ("given", "iso", "method"),
    [
        ({"head": json_ld("2020-10-04") + meta("date", "2020-10-05")}, "2020-10-04", "json-ld"),
        ({"head": meta("article:published_time", "2020-10-04T08:00Z")}, "2020-10-04", "meta"),
        ({"head": meta("DC.date.issued", "2020-10")}, "2020-10", "meta"),
        ({"head": meta("date", "2020")}, "2020", "meta"),
        ({"body": "<time datetime='2020-10-04'>Sunday</time>"}, "2020-10-04", "time-element"),
        (
            {"body": "<span itemprop='datePublished' content='2020-10-04'></span>"},
            "2020-10-04",
            "time-element",
        ),
        ({"url": "https://a.example/2020/10/04/ferry"}, "2020-10-04", "url"),
        ({"url": "https://a.example/news/2020-10-04-ferry"}, "2020-10-04", "url"),
        ({"url": "https://a.example/2020/10/ferry"}, "2020-10", "url"),
        ({"body": "<div>Posted on October 4, 2020 by Jane</div>"}, "2020-10-04", "text"),
    ],
)
def test_each_method_is_named(given: dict[str, str], iso: str, method: str) -> None:
    found = the_date(**given)
    assert (found.iso, found.method, found.confidence) == (iso, method, Confidence.HIGH)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"after": "<footer>© 2019 Harbour News, founded 4 May 1992</footer>"},
        {"head": meta("viewport", "width=2020")},
        {"body": "<p>Last updated: October 4, 2020</p>"},
        {"head": meta("article:modified_time", "2020-10-04")},
    ],
)
def test_an_undated_page_gets_no_certain_date(given: dict[str, str]) -> None:
    found = published(**given)  # type: ignore[arg-type]
    assert found is None or found.confidence is Confidence.LOW


def test_the_time_of_another_story_is_not_taken() -> None:
    others = "".join(f"<div><time datetime='2020-10-0{n}'></time></div>" for n in (1, 2, 3))
    found = published(after=f"<div>{'<p>filler</p>' * 40}{others}</div>")
    assert found is None or found.confidence is Confidence.LOW


def test_impossible_dates_are_passed_over() -> None:
    early, late = meta("date", "1970-01-01"), json_ld("2199-01-01")
    assert published(head=early + late) is None
    found = the_date(head=early + late + meta("pubdate", "2020-10-04"))
    assert found.iso == "2020-10-04"


def test_nothing_is_published_after_its_capture_but_for_time_zones() -> None:
    captured = datetime(2020, 10, 3, 20, tzinfo=UTC)
    assert the_date(head=json_ld("2020-10-04"), captured=captured).iso == "2020-10-04"
    assert published(head=json_ld("2020-10-05"), captured=captured) is None


def test_the_day_is_the_publishers_own() -> None:
    found = the_date(head=json_ld("2020-10-04T00:16:15+03:00"))
    assert found.iso == "2020-10-04"


def test_a_stamp_in_utc_gives_way_to_the_day_the_page_shows() -> None:
    stamp = json_ld("2020-10-05T01:30:00Z")
    shown = published(head=stamp, body="<time>October 4, 2020</time>")
    unrelated = published(head=stamp, body="<time>October 1, 2020</time>")
    assert [found and found.iso for found in (shown, unrelated)] == ["2020-10-04", "2020-10-05"]


def test_a_date_that_can_be_read_two_ways_is_doubtful() -> None:
    found = the_date(head=meta("date", "03/04/2020"))
    assert found.confidence is Confidence.LOW


def test_a_certain_date_wins_over_a_doubtful_one() -> None:
    found = the_date(head=meta("date", "03/04/2020"), body="<div>4 March 2020</div>")
    assert (found.iso, found.confidence) == ("2020-03-04", Confidence.HIGH)


def test_a_day_shown_by_the_headline_goes_before_a_meta_element() -> None:
    found = the_date(meta("date", "2021-12-20"), "<span>27 January 2022</span>")
    assert (found.iso, found.method, found.confidence) == ("2022-01-27", "text", Confidence.HIGH)


def test_a_day_shown_by_the_headline_does_not_go_before_json_ld() -> None:
    found = the_date(json_ld("2021-12-20"), "<span>Updated 27 January 2022</span>")
    assert found.iso == "2021-12-20"


def test_a_dateline_dates_the_page() -> None:
    line = "<p>GRINDAL BAY, 22 August 1998. - The new ferry came round the Skerry at ten past two, "
    found = the_date(body=f"{line}with every flag she owns, and the town went down.</p>")
    assert (found.iso, found.method) == ("1998-08-22", "dateline")


@pytest.mark.parametrize(
    "line",
    ["January 2020", "Published in the January 2020 issue", "Quarterly · Winter · January 2020"],
)
def test_a_month_in_a_line_by_the_headline_is_a_month(line: str) -> None:
    found = the_date(body=f"<div>{line}</div>")
    assert (found.iso, found.confidence) == ("2020-01", Confidence.HIGH)


def test_a_month_in_a_list_of_months_is_none() -> None:
    assert published(after="<ul><li><a href='/a'>January 2020</a></li></ul>") is None


def test_one_day_in_elements_named_for_dates_is_the_page_s_own() -> None:
    stamp = "<div class='post-date'>3 May 2021</div>"
    found = the_date(after=f"<p>{'A long paragraph. ' * 40}</p>" * 3 + stamp)
    assert (found.iso, found.confidence) == ("2021-05-03", Confidence.HIGH)


def test_many_days_in_elements_named_for_dates_are_other_stories() -> None:
    stamps = "".join(f"<div class='post-date'>{day} May 2021</div>" for day in (3, 4, 5))
    found = published(after=f"<p>{'A long paragraph. ' * 40}</p>" * 30 + stamps)
    assert found is None or found.confidence is Confidence.LOW


def test_when_a_page_without_an_article_was_made_is_a_guess() -> None:
    node = '{"@type":"WebPage","datePublished":"2015-06-04"}'
    found = the_date(f"<script type='application/ld+json'>{node}</script>")
    assert found.confidence is Confidence.LOW


def test_a_day_in_a_table_page_is_found_by_its_title_in_bold() -> None:
    markup = (
        "<TITLE>Bay Gazette - Lamp stolen</TITLE><TABLE><TR><TD><B>Lamp stolen</B><BR>"
        f"<FONT>Monday, 17 August 2020 - by Edwin Marlowe</FONT>{PARAGRAPHS}</TABLE>"
    )
    found = extract_page(RawPage("/archive/lamp.htm", markup.encode()))
    assert found.title == "Lamp stolen"
    assert found.published is not None
    assert (found.published.iso, found.published.confidence) == ("2020-08-17", Confidence.HIGH)


@pytest.mark.parametrize(
    ("given", "iso", "method"),
    [
        (
            {"head": node(datePublished="2020-10-04", dateModified="2020-10-06")},
            "2020-10-06",
            "json-ld",
        ),
        ({"head": meta("article:modified_time", "2020-10-06T23:30+02:00")}, "2020-10-06", "meta"),
        (
            {"body": "<span itemprop='dateModified' content='2020-10-06'></span>"},
            "2020-10-06",
            "time-element",
        ),
        ({"body": "<p>Updated: October 6, 2020</p>"}, "2020-10-06", "text"),
        ({"body": "<p>October 4, 2020 | Last updated October 6, 2020</p>"}, "2020-10-06", "text"),
        ({"body": "<p>2020年10月6日更新</p>"}, "2020-10-06", "text"),
        ({"body": "<p>Обновлено 6 октября 2020</p>"}, "2020-10-06", "text"),
    ],
)
def test_the_day_of_change_is_another_thing(given: dict[str, str], iso: str, method: str) -> None:
    found = cleaned(given.get("head", ""), given.get("body", ""))
    assert found.modified is not None
    assert (found.modified.iso, found.modified.method) == (iso, method)
    assert (
        found.published is None or found.published.iso != iso or found.published.confidence == "low"
    )


def test_a_line_with_both_days_states_both() -> None:
    found = cleaned(body="<p>October 4, 2020 | Last updated October 6, 2020</p>")
    assert found.published is not None
    assert (found.published.iso, found.published.confidence) == ("2020-10-04", "high")


def test_the_capture_is_what_the_container_knew() -> None:
    captured = datetime(2020, 10, 7, 20, tzinfo=UTC)
    assert cleaned(captured=captured).captured == captured
    assert cleaned(captured=captured).published is None


def test_impossible_dates_are_named_with_the_reason() -> None:
    captured = datetime(2020, 10, 7, 20, tzinfo=UTC)
    head = node(datePublished="2031-10-04", dateModified="2032-01-01") + meta("date", "1970-01-01")
    found = cleaned(head=head + meta("pubdate", "1985-03-02"), captured=captured)
    assert found.published is None
    assert found.modified is None
    rejected = {(one.date, one.method): one.reason for one in found.rejected}
    assert list(rejected) == [
        ("2031-10-04", "json-ld"),
        ("1985-03-02", "meta"),
        ("1970-01-01", "meta"),
        ("2032-01-01", "json-ld"),
    ]
    assert "2020-10-07, when the page was captured" in rejected["2031-10-04", "json-ld"]
    assert "no web" in rejected["1985-03-02", "meta"]
    assert "zero" in rejected["1970-01-01", "meta"]
    assert rejected["2032-01-01", "json-ld"].startswith("as a day of change: after")


def test_a_day_before_the_web_is_believed_when_the_text_says_so() -> None:
    stated = meta("date", "1985-03-02")
    assert published(head=stated) is None
    found = the_date(head=stated, body="<p>2 March 1985</p>")
    assert (found.iso, found.confidence) == ("1985-03-02", "high")
    assert published(body="<p>1 January 1970</p>") is None


def test_a_row_that_was_never_on_the_web_may_be_old() -> None:
    page = RawPage("a#1", PARAGRAPHS.encode(), media_type="text/html", published="1923-05-04")
    found = extract_page(page).published
    assert found is not None
    assert found.iso == "1923-05-04"
    elsewhere = extract_page(replace(page, url="https://a.example/"))
    assert elsewhere.published is None
    assert [one.date for one in elsewhere.rejected] == ["1923-05-04"]


def test_a_day_that_is_the_day_of_change_too_and_nowhere_shown_is_doubtful() -> None:
    both = node(datePublished="Jun 24, 2020", dateModified="Jun 24, 2020")
    found = the_date(head=both)
    assert (found.iso, found.confidence) == ("2020-06-24", "low")
    shown = the_date(head=both, body="<div>August 25, 2019</div>")
    assert (shown.iso, shown.confidence) == ("2019-08-25", "high")
    same = the_date(head=both, body="<div>June 24, 2020</div>")
    assert same.confidence == "high"


def test_a_story_that_begins_with_its_day_in_brackets_is_dated() -> None:
    story = "The council of the harbour town voted on Monday evening to reopen the ferry line, and"
    found = the_date(body=f"<p>(21 November 2022) {story} {story} the pier.</p>")
    assert (found.iso, found.method) == ("2022-11-21", "dateline")


def test_precision_is_kept() -> None:
    for text, iso in (("2020", "2020"), ("2020-10", "2020-10"), ("2020-10-04", "2020-10-04")):
        found = the_date(head=meta("date", text))
        assert found.iso == iso
