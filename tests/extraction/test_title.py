"""What a page calls itself -> its title."""

from __future__ import annotations

import pytest

from searchapp.extraction.dom.parser import parse
from searchapp.extraction.metadata.page import read_metadata
from searchapp.extraction.title import choose_title

URL = "https://www.harbour-news.example/ferry"


def title(markup: str, url: str | None = URL) -> str:
    return choose_title(read_metadata(parse(markup), url), url)


@pytest.mark.parametrize(
    "markup",
    [
        "<title>Ferry line to reopen | Harbour News</title>",
        "<title>Ferry line to reopen - Harbour News</title>",
        "<title>Harbour News: x - Ferry line to reopen</title><h1>Ferry line to reopen</h1>",
        "<title>Harbour News | Ferry line to reopen</title>",
        "<title>Ferry line to reopen | Islands | Anything</title>",
        "<title>Home</title><h1>Ferry line to reopen</h1>",
        "<h1>Log in</h1><h1>Ferry line to reopen</h1><title>Ferry line to reopen | X</title>",
        "<h1>Ferry line to reopen</h1>",
        "<title>Ferry line to reopen</title><h1>Islands Ferry line to reopen</h1>",
        "<title>{{ title }} Ferry line to re&shy;open</title>",
        "<script type='application/ld+json'>{broken</script><title>Ferry line to reopen</title>",
        """<script type="application/ld+json">{"@type":["NewsArticle"],
        "headline":"Ferry line to reopen"}</script><title>Boats | Islands</title>""",
    ],
)
def test_the_title_without_kicker_and_site(markup: str) -> None:
    assert title(markup) == "Ferry line to reopen"


def test_a_dash_within_the_title_stays() -> None:
    said = "Setback in the title race - Harbour City lose away"
    assert title(f"<title>{said}</title>") == said


def test_a_heading_that_names_the_site_is_not_the_title() -> None:
    assert (
        title("<h1>Harbour News</h1><title>Ferry line to reopen</title>") == "Ferry line to reopen"
    )


def test_a_page_that_states_none_has_none() -> None:
    assert title("<p>Some words</p>") == ""


def test_a_pair_of_guillemets_quotes_and_cuts_nothing() -> None:
    stated = "Naufrage : « J’ai gardé la main de ma sœur »"
    assert title(f"<title>{stated} – Harbour News</title>") == stated


@pytest.mark.parametrize(
    "stated", ["Bay Gazette - Nine chairs", "Nine chairs - Maren Valley Review"]
)
def test_the_part_that_the_page_shows_is_the_title(stated: str) -> None:
    tree = parse(f"<title>{stated}</title><body><b>Nine chairs</b><p>It was cold.</p>")
    assert choose_title(read_metadata(tree, None), None, tree) == "Nine chairs"


def test_the_host_s_name_before_a_colon_goes() -> None:
    assert title("<title>Harbour News: Forty days indoors</title>") == "Forty days indoors"
    assert title("<title>Brexit: forty days left</title>") == "Brexit: forty days left"


def test_what_two_statements_share_behind_their_own_kickers_is_the_title() -> None:
    markup = "<h1>Islands - Ferry line to reopen</h1><title>Ferries: Ferry line to reopen</title>"
    assert title(markup) == "Ferry line to reopen"


def test_a_statement_that_others_only_go_on_from_is_the_title() -> None:
    said = "<meta name=headline content='Ferry line to reopen'>"
    og = "<meta property='og:title' content='Ferry line to reopen-Islands'>"
    assert title(f"{og}{said}") == "Ferry line to reopen"


def test_the_only_heading_goes_before_what_is_written_for_search_engines() -> None:
    seo = "<title>Boats in 2025: all timetables compared</title>"
    assert title(f"{seo}<h1>When the ferry sails again</h1>") == "When the ferry sails again"
    slogan = "<title>Ferry line to reopen in May - News of all islands</title>"
    assert title(f"{slogan}<h1>News of all islands</h1>").startswith("Ferry line to reopen in May")


def test_a_number_before_the_title_is_no_kicker() -> None:
    heading = (
        "<h1>2025 ferry line timetable</h1><meta name=headline content='ferry line timetable'>"
    )
    assert title(heading) == "2025 ferry line timetable"


def test_a_name_of_the_site_that_the_heading_says_too_stays() -> None:
    said = "Best of Harbour 2022: the boats you liked most"
    site = "<meta property='og:site_name' content='Harbour'>"
    assert title(f"<title>{said}</title><h1>{said}</h1>{site}") == said


ABOUT = "How to use {{ name }} in Jinja"


@pytest.mark.parametrize(
    "markup",
    [
        f"<title>{ABOUT}</title><h1>{ABOUT}</h1>",
        f"<title>{ABOUT} | Harbour News</title><h1>How to use <code>{{{{ name }}}}</code> in Jinja",
        f"<title>{ABOUT}</title><p>Jinja prints it.</p>",
        f"<title>{ABOUT}</title><pre>{{% for boat in fleet %}}{{{{ boat }}}}</pre>",
    ],
)
def test_a_title_about_templates_keeps_its_code(markup: str) -> None:
    assert choose_title(read_metadata(parse(markup), URL), URL, parse(markup)) == ABOUT


@pytest.mark.parametrize("left", ["{{ title }}", "{{dayPoint.date | date : 'd MMMM yyyy'}}"])
@pytest.mark.parametrize("name", ["{} Ferry line to reopen", "Ferry line to reopen {}"])
def test_what_a_template_left_goes_wherever_it_is_said(left: str, name: str) -> None:
    said = name.format(left)
    markup = f"<title>{said}</title><h1>{said}</h1><p>The council voted. {left} {left}</p>"
    assert choose_title(read_metadata(parse(markup), URL), URL, parse(markup)) == (
        "Ferry line to reopen"
    )


def test_markers_between_words_of_the_head_alone_go() -> None:
    said = "Ferry line {{ x }} to reopen"
    markup = f"<title>{said}</title><meta property='og:title' content='{said}'>"
    assert title(markup) == "Ferry line to reopen"


def shown_title(markup: str) -> str:
    tree = parse(markup)
    return choose_title(read_metadata(tree, None), None, tree)


@pytest.mark.parametrize(
    "heading",
    [
        "Ferry line to reopen in May <span>3 April 2021 | <a href=/i>Islands</a></span>",
        "<span class=kicker>Islands</span> <span>Ferry line to reopen in May</span>",
        "<small class=category>Islands</small>Ferry line to reopen in May",
        "Ferry line to reopen in May <em class=byline>by Jane Roe</em>",
        "12.04.2021 Ferry line to reopen in May",
    ],
)
def test_nothing_is_run_into_the_headline(heading: str) -> None:
    markup = f"<title>Ferry line to reopen in May | HN</title><body><h1>{heading}</h1>"
    assert shown_title(markup) == "Ferry line to reopen in May"


def test_a_headline_that_is_stated_whole_is_not_cut_at_its_colon() -> None:
    said = "The islands wait for their ferry: five ways to end the wait"
    other = "<meta property='og:title' content='Stranded: five ways to end the wait'>"
    node = (
        f'<script type=\'application/ld+json\'>{{"@type":"Article","headline":"{said}"}}</script>'
    )
    assert title(f"<title>{said} | HN</title>{other}{node}<h1>{said}</h1>") == said


def test_a_section_above_the_story_is_not_its_title() -> None:
    page = (
        "<title>Aktuelles - Hafen</title><body><h1>Aktuelles</h1><article>{}<p>Words</p></article>"
    )
    assert shown_title(page.format("<h2>Neue Fähre für die Inseln</h2>")) == (
        "Neue Fähre für die Inseln"
    )
    assert shown_title(page.format("")) == "Aktuelles"


def test_what_three_statements_agree_on_goes_before_another_heading() -> None:
    said = "Ferry line: new boats for old harbours"
    head = f"<title>{said} | HN</title><meta property='og:title' content='{said}'>"
    node = (
        f'<script type=\'application/ld+json\'>{{"@type":"Article","headline":"{said}"}}</script>'
    )
    heading = "<h1>LIVE Islanders get their wish</h1>"
    assert title(f"{head}{node}{heading}") == said
    assert title(f"<title>{said} | HN</title>{heading}") == "LIVE Islanders get their wish"
