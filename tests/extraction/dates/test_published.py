"""A page's statements -> its publication date."""

from __future__ import annotations

import json
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


@pytest.mark.parametrize(
    "line",
    [
        "<span class='date'>27 January 2022</span>",
        "<p>Published: 27 January 2022</p>",
        "<p>Erschienen am 27. Januar 2022</p>",
        "<p>By Jane Roe, posted on 27 January 2022</p>",
        "<b>Publication date:</b><div>27 January 2022</div>",
        "<p>Fecha de publicación: 27 de enero de 2022</p>",
    ],
)
def test_a_day_called_that_of_publication_goes_before_a_meta_element(line: str) -> None:
    found = the_date(meta("date", "2021-12-20"), line)
    assert (found.iso, found.method, found.confidence) == ("2022-01-27", "text", Confidence.HIGH)


OTHER_DAYS = [
    "<p>27 January 2022</p>",
    "<p>Received: 27 January 2022</p>",
    "<p>Where and when: 27 January 2022, town hall</p>",
    "<p>Apply by 27 January 2022</p>",
    "<p>Einsendeschluss: 27. Januar 2022</p>",
    "<p>Prise le 27 janvier 2022</p>",
    "<p>Delivery date: 27 January 2022</p>",
    "<p>File photo, 27 January 2022</p>",
    "<p>报名截止日期：2022年1月27日</p>",
    "<p>Picture taken on 27 January 2022</p>",
    "<p>Her first book was published on 27 January 2022.</p>",
    "<p>The line closed on <b>27 January 2022</b> for good.</p>",
    "<h2>The storm of 27 January 2022 recalled</h2>",
    "<figure><img src=a><figcaption>Published 27 January 2022</figcaption></figure>",
    "<div class='wp-caption'><i><span>27 January 2022</span></i></div>",
    "<p>27 January 2022 – 3 March 2023</p>",
    "<span class='event-date'>27 January 2022</span>",
]


@pytest.mark.parametrize("line", OTHER_DAYS)
def test_another_day_by_the_headline_does_not_go_before_what_the_page_states(line: str) -> None:
    found = the_date(meta("date", "2021-12-20"), line)
    assert (found.iso, found.method, found.confidence) == ("2021-12-20", "meta", Confidence.HIGH)


@pytest.mark.parametrize("line", [line for line in OTHER_DAYS[1:] if "class" not in line])
def test_a_day_of_something_else_is_not_certain_on_an_undated_page(line: str) -> None:
    found = published(body=line)
    assert found is None or found.confidence is Confidence.LOW


def test_three_kinds_of_statement_outvote_one() -> None:
    url = "https://a.example/2020/10/04/ferry"
    wrong = json_ld("2017-01-31") + meta("date", "2020-10-04")
    assert the_date(wrong, "<div class='date'>4 October 2020</div>", url=url).iso == "2020-10-04"
    assert the_date(wrong, url=url).iso == "2017-01-31"


def test_a_day_of_change_one_day_later_is_not_the_local_day_of_publication() -> None:
    stated = node(datePublished="2020-10-04T15:20:00Z", dateModified="2020-10-05T07:10:00Z")
    found = the_date(stated, "<time datetime='2020-10-05T07:10:00Z'>5.10.2020 9:10</time>")
    assert (found.iso, found.method) == ("2020-10-04", "json-ld")


def test_a_day_that_ends_the_title_of_the_window_goes_before_a_caption() -> None:
    markup = (
        "<title>Ferry line to reopen | HN | 12.05.2021</title><h1>Ferry line to reopen</h1>"
        f"<div class=picBox><p>The quay on 10.05.2021</p></div>{PARAGRAPHS}"
    )
    found = extract_page(RawPage("a.html", markup.encode())).published
    assert found is not None
    assert (found.iso, found.confidence) == ("2021-05-12", Confidence.HIGH)


def test_a_day_within_a_sentence_is_the_storys_and_its_words_stay() -> None:
    told = "The quay was built before <time datetime='1921-03-02'>2 March 1921</time> by the town."
    article = cleaned(body=f"{PARAGRAPHS}<p>{told}</p>")
    assert article.published is None
    assert "built before 2 March 1921 by the town" in article.text


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
    found = cleaned(head=head + meta("pubdate", "1385-03-02"), captured=captured)
    assert found.published is None
    assert found.modified is None
    rejected = {(one.date, one.method): one.reason for one in found.rejected}
    assert list(rejected) == [
        ("2031-10-04", "json-ld"),
        ("1385-03-02", "meta"),
        ("1970-01-01", "meta"),
        ("2032-01-01", "json-ld"),
    ]
    assert "2020-10-07, when the page was captured" in rejected["2031-10-04", "json-ld"]
    assert "printed" in rejected["1385-03-02", "meta"]
    assert "zero" in rejected["1970-01-01", "meta"]
    assert rejected["2032-01-01", "json-ld"].startswith("as a day of change: after")


@pytest.mark.parametrize("day", ["1989-12-31", "1985-03-02", "1931-07-09", "1605-09-12"])
def test_a_day_before_the_web_is_believed_when_the_page_states_it(day: str) -> None:
    url = "https://papers.example/42"
    for head in (meta("article:published_time", f"{day}T05:00:00Z"), json_ld(day)):
        found = the_date(head=head, url=url)
        assert (found.iso, found.confidence) == (day, Confidence.HIGH)
    page = RawPage("a#1", PARAGRAPHS.encode(), url, media_type="text/html", published=day)
    row = extract_page(page).published
    assert row is not None
    assert row.iso == day


def test_a_guess_at_a_day_before_the_web_is_not_believed() -> None:
    assert the_date(body="<p>2 March 1985</p>").iso == "1985-03-02"
    assert (
        published(after="<footer><p>Society founded in the spring, 4 May 1892</p></footer>") is None
    )
    assert published(body="<p>1 January 1970</p>") is None
    assert published(head=meta("date", "1899-12-30")) is None


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
