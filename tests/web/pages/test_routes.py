"""The pages over a real index, as a browser without JavaScript gets them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.conftest import DOCUMENTS, HOSTILE, HOSTILE_TITLE
from tests.web.page import Page, count, get, href, number, said
from tests.web.searches import Pairs, pairs

SEARCHES = (
    "/",
    "/search?q=harbour",
    "/search?q=harbour&place=Lindholm&site.not=site0.example",
    "/search?from=2023-02&to=2023-06&person.all=Ana+Petrova",
    "/search?undated=only&lang=sv",
    "/search?uncertain=include",
)
PAGES = (
    *SEARCHES,
    "/search?q=nowhere+to+be+found",
    "/search?q=harbour&page=99",
    "/search?page=x",
    "/documents/hostile",
    "/documents/story-001?q=harbour",
    "/documents/none",
    "/entities/person/Ana%20Petrova?q=harbour",
    "/entities/org/-2+3",
    "/entities/org/none",
    "/no/such/page",
)


def test_the_front_page_says_what_the_archive_holds(client: FlaskClient) -> None:
    page = get(client, "/")
    assert page.status == 200
    assert f"{len(DOCUMENTS)} saved pages, published from" in page.text
    assert "3 pages could not be read." in page.text
    assert page.total == len(DOCUMENTS)
    assert said(page.one("[role=status] h1")) == f"1–10 of {len(DOCUMENTS)} results"


def test_every_example_finds_something(client: FlaskClient) -> None:
    examples = get(client, "/").all(".examples a")
    assert len(examples) >= 3
    for example in examples:
        assert get(client, href(example)).total > 0, said(example)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_of_the_archive_or_the_address_becomes_markup(
    client: FlaskClient, address: str
) -> None:
    hostile = quote("\"'><script>alert(1)</script><img src=x onerror=alert(1)>")
    joint = "&" if "?" in address else "?"
    for page in (get(client, address), get(client, f"{address}{joint}q={hostile}")):
        assert [s for s in page.all("script") if not str(s.get("src")).startswith("/static/")] == []
        assert page.all("style, img, iframe, object, embed, base, [style], [srcdoc]") == []
        attributes = {name for tag in page.all("*") for name in tag.attrs}
        assert not [name for name in attributes if name.startswith("on")]
        schemes = {urlsplit(href(link)).scheme for link in page.all("[href]")}
        assert schemes <= {"", "http", "https"}


def test_hostile_titles_and_names_are_shown_as_they_are(client: FlaskClient) -> None:
    listed = get(client, f"/search?site={HOSTILE.article.site}")
    assert listed.titles == [HOSTILE_TITLE]
    assert [said(tag) for tag in listed.all(".hit .tag")] == ["-2+3"]
    saved = listed.follow(listed.one(".hit h3 a"))
    assert said(saved.one("h1")) == HOSTILE_TITLE
    assert "<b>markup</b>" in said(saved.one(".text"))
    assert "javascript:alert(1)" in said(saved.one(".about"))


def test_templates_never_turn_escaping_off() -> None:
    templates = Path(__file__).parents[3] / "templates"
    found = [
        path.name
        for path in sorted(templates.iterdir())
        if re.search(r"\|\s*safe|autoescape|Markup", path.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert len(list(templates.glob("*.html"))) > 5


@pytest.mark.parametrize("address", SEARCHES)
def test_every_count_is_the_number_of_hits_behind_its_link(
    client: FlaskClient, address: str
) -> None:
    page = get(client, address)
    followed = 0
    for facet in page.all(".facet:not(.timeline)"):
        if facet.select(".is-included"):
            continue  # within a facet values are joined by OR: a count is not the total
        for value in facet.select(".value.is-none"):
            there = page.follow(value.select_one(".choose"))  # type: ignore[arg-type]
            assert there.total == count(value), said(value)
            followed += 1
    assert followed > 5


@pytest.mark.parametrize("address", SEARCHES)
def test_every_period_and_the_undated_add_up_to_the_total(
    client: FlaskClient, address: str
) -> None:
    page = get(client, address)
    rows = page.all(".as-table tbody tr")
    undated = page.all(".timeline .value")
    for row in rows:
        there = page.follow(row.select_one("a"))  # type: ignore[arg-type]
        assert there.total == count(row), said(row)
    for value in undated:
        if "is-none" in value["class"]:
            assert page.follow(value.select_one("a")).total == count(value)  # type: ignore[arg-type]
    assert sum(count(one) for one in (*rows, *undated)) == page.total


def test_a_value_can_be_demanded_too_or_left_out(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour")
    value = page.one("#facet-person .value:nth-child(2)")
    require, exclude = value.select(".refine a")
    assert said(require).startswith("And also")
    assert page.follow(require).total == count(value)
    assert said(exclude).startswith("Exclude")
    without = page.follow(exclude)
    assert without.total == page.total - count(value)
    assert said(without.one("#facet-person .is-excluded .choose")).startswith("Remove filter")


def test_chosen_values_are_ticked_in_place_and_shown_as_chips(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&person=Ana+Petrova&lang.not=sv&from=2023-02-01")
    assert [said(chip) for chip in page.all(".chip")] == [
        "Remove filter person: Ana Petrova",
        "Remove filter not language: Swedish",
        "Remove filter from: 1 February 2023",
    ]
    assert said(page.one("#filters > summary")) == "Filters (3)"
    ticked = page.one("#facet-person .is-included .choose")
    chip = page.all(".chip")[0]
    assert href(ticked) == href(chip)
    left = page.follow(chip)
    assert [said(chip) for chip in left.all(".chip")] == [said(c) for c in page.all(".chip")[1:]]
    assert left.total > page.total
    cleared = page.follow(page.link("Clear all filters"))
    assert cleared.all(".chip") == []
    assert said(cleared.one("h1")).endswith("harbour")


def test_two_values_of_a_facet_are_joined_by_or(client: FlaskClient) -> None:
    one = get(client, "/search?site=site0.example")
    both = one.follow(one.link("site1.example 13 results", "#facet-site"))
    assert both.total == one.total + 13


def test_more_values_of_a_facet_are_a_link_away(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&facets=person:2,place:5&page=2")
    assert len(page.all("#facet-person .value")) == 2
    more = page.link("Show 2 more people")
    assert urlsplit(href(more)).fragment == "facet-person"
    there = page.follow(more)
    assert len(there.all("#facet-person .value")) == 4
    assert there.saved == page.saved
    assert there.all("#facet-person .more") == []


def test_values_of_a_long_facet_can_be_looked_for(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&facets=person:2,place:5&person.find=an&sort=-date")
    (value,) = page.all("#facet-person .value .name")
    assert said(value) == "Ana Petrova"
    box = page.one("#facet-person form.find")
    sent = {field["name"]: field["value"] for field in box.select("input")}
    assert sent == {
        "q": "harbour",
        "facets": "person:2,place:5",
        "sort": "-date",
        "person.find": "an",
    }
    every = page.follow(page.link("Show all people"))
    assert len(every.all("#facet-person .value")) == 2
    # Few values need no box, and one chosen ends the search for it.
    assert every.all("#facet-person form.find") == []
    chosen = page.follow(page.all("#facet-person .choose")[0])
    assert "find" not in chosen.address
    none = get(client, "/search?person.find=nobody")
    assert said(none.one("#facet-person .nothing")) == "No people with words that begin so"


def test_paging_shows_every_document_once(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&size=7")
    seen = list(page.saved)
    turned = 1
    while following := page.all(".pagination a[rel=next]"):
        assert page.one("head link[rel=next]")["href"] == href(following[0])
        page = page.follow(following[0])
        turned += 1
        assert said(page.one(".pagination [aria-current=page]")) == f"Page {turned}"
        seen += page.saved
    assert len(seen) == len(set(seen)) == page.total
    assert turned == -(-page.total // 7)
    first = page.follow(page.link("Page 1"))
    assert first.saved == seen[:7]


def test_a_page_past_the_end_leads_to_the_last(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&page=99")
    assert page.status == 200
    last = page.follow(page.link("Go to the last page, 4"))
    assert last.saved


def test_the_order_can_be_chosen(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour")
    assert said(page.one(".sorts [aria-current]")) == "Relevance"
    oldest = page.follow(page.link("Oldest"))
    dates = [str(time["datetime"]) for time in oldest.all(".hit time")]
    assert dates == sorted(dates)
    assert "Relevance" not in said(get(client, "/").one(".sorts ul"))


def test_nothing_found_says_what_to_drop_and_what_that_gives(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&place=Lindholm&site=evil.example")
    assert page.total == 0
    offers = page.all(".relaxations li")
    assert "site evil.example 40 results" in [said(offer) for offer in offers]
    for offer in offers:
        there = page.follow(offer.select_one("a"))  # type: ignore[arg-type]
        assert there.total == count(offer) > 0


def test_nothing_found_without_filters_says_how_to_ask(client: FlaskClient) -> None:
    page = get(client, "/search?q=zzzyyyxxx")
    assert "No results for" in said(page.one("h1"))
    assert "try fewer words" in said(page.one(".nothing"))


def test_a_misspelt_word_is_answered_at_once_with_the_way_back(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbuor&site.not=site0.example")
    right = get(client, "/search?q=harbour&site.not=site0.example")
    told = said(page.one(".correction"))
    assert told.startswith("No page has harbuor. Results for harbour.")
    assert (page.total, page.titles) == (right.total, right.titles)
    assert [said(one) for one in page.all(".correction em, .correction strong")] == [
        *("harbuor", "harbour", "harbuor")
    ]
    typed = page.follow(page.one(".correction a"))
    assert typed.total == 0
    assert "spelling=typed" in typed.address
    assert not typed.all(".correction")
    assert page.one("#q")["value"] == "harbuor"
    box = typed.one("form[role=search]")
    assert not box.select("[name=spelling]")


def test_links_of_a_corrected_page_lead_to_what_they_count(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbuor&person=ana+petrowa")
    assert said(page.one(".correction")).startswith(
        "No page has harbuor or the person ana petrowa. Results for harbour, Ana Petrova."
    )
    assert page.total == get(client, "/search?q=harbour&person=Ana+Petrova").total > 0
    assert "Ana Petrova" in said(page.one(".applied"))
    second = page.follow(page.one("link[rel=next]"))
    assert second.total == page.total
    assert not set(second.saved) & set(page.saved)
    without = next(link for link in page.all(".applied a.chip") if "Ana Petrova" in said(link))
    assert page.follow(without).total == get(client, "/search?q=harbour").total


def test_an_empty_page_says_which_word_no_page_has(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour+AND+xyzzyq")
    assert said(page.one(".unknown")) == "No page has xyzzyq."
    without = page.one(".relaxations a")
    assert said(without) == "the word xyzzyq"
    found = get(client, "/search?q=harbour").total
    assert page.follow(without).total == found
    assert number(said(page.one(".relaxations .count")).split()[0]) == found


def test_what_was_not_understood_is_said_and_the_page_still_answers(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour+(")
    assert page.status == 200
    assert "never closed" in said(page.one(".notice"))
    assert page.total > 0


def test_a_wrong_parameter_is_named_and_the_box_stays_usable(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&page=x&from=2023-13")
    assert page.status == 400
    named = [said(code) for code in page.all(".problems code")]
    assert named == ["from", "page"]
    assert page.one("[role=search] input[name=q]")["value"] == "harbour"


def test_without_an_index_the_page_says_what_to_run(indexless: FlaskClient) -> None:
    for address in ("/", "/search?q=harbour", "/documents/story-001"):
        page = get(indexless, address)
        assert page.status == 503
        assert page.response.headers["Retry-After"]
        assert said(page.one(".message code")) == "searchapp reindex PATH"
        assert page.one("[role=search] input[name=q]")


@pytest.mark.parametrize("address", ["/no/such/page", "/documents/none"])
def test_what_is_not_there_is_a_page_of_its_own(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    assert page.status == 404
    assert page.follow(page.link("See everything in the archive")).total == len(DOCUMENTS)


def test_a_saved_article_marks_its_entities_and_leads_back(client: FlaskClient) -> None:
    results = get(client, "/search?q=harbour&site=site1.example")
    page = results.follow(results.all(".hit h3 a")[0])
    document = next(d for d in DOCUMENTS if page.address.startswith(f"/documents/{d.id}?"))
    assert said(page.one("h1")) == document.article.title
    assert said(page.one(".text p")) == document.article.text
    for mention in page.all(".text a.entity"):
        found = page.follow(mention)
        assert f"/documents/{document.id}" in paths_of_all(found)
    assert page.follow(page.link("Back to the results")).saved == results.saved
    assert page.link("Similar pages")
    about = said(page.one(".about"))
    assert Path(document.path).name in about
    assert document.path not in about


def paths_of_all(page: Page) -> set[str]:
    seen = set(page.saved)
    while following := page.all(".pagination a[rel=next]"):
        page = page.follow(following[0])
        seen |= set(page.saved)
    return seen


def test_a_doubtful_date_says_so(client: FlaskClient) -> None:
    page = get(client, "/documents/hostile")
    assert "about March 2022 · uncertain" in said(page.one(".about"))
    assert "JSON-LD" in said(page.all(".about .how")[0])
    listed = get(client, "/search?site=evil.example")
    assert "about March 2022 · uncertain" in said(listed.one(".hit .meta"))


def test_published_modified_and_captured_are_told_apart(client: FlaskClient) -> None:
    rows = [said(row) for row in get(client, "/documents/hostile").all(".about dl > div")]
    published, modified, captured, rejected = rows[:4]
    assert published.startswith("Publishedabout March 2022 · uncertain")
    assert "low confidence" in published
    assert modified.startswith("Modified5 April 2022")
    assert "high confidence" in modified
    assert captured.startswith("Captured6 May 2022, 07:08 UTC")
    assert rejected.startswith("Not believed2031-01-01")
    assert rejected.endswith("after 2022-05-06 <b>")


def test_dates_lead_from_year_to_month_to_day_and_back(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&from=2023&to=2023")
    assert said(page.one(".chip")) == "Remove filter date: 2023"
    month = page.follow(page.all(".as-table tbody a")[0])
    assert said(month.one(".chip")) == "Remove filter date: February 2023"
    day = month.follow(month.all(".as-table tbody a")[0])
    assert re.fullmatch(r"Remove filter date: \d+ February 2023", said(day.one(".chip")))
    wider = [said(link) for link in day.all(".wider a")]
    assert wider == ["All dates", "2023", "February 2023"]
    assert day.follow(day.link("February 2023", ".wider")).total == month.total


def test_forms_carry_the_rest_of_the_search(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&site=site1.example&from=2023-02&sort=date&page=2")
    box = fields(page, "[role=search]")
    assert box == {
        "q": "harbour",
        "site": "site1.example",
        "from": "2023-02-01",
        "sort": "date",
    }
    between = fields(page, ".between")
    assert between == {"q": "harbour", "site": "site1.example", "sort": "date"} | {
        "from": "2023-02-01",
        "to": "",
    }


def fields(page: Page, form: str) -> dict[str, str]:
    inputs = page.all(f"{form} input[name]:not([type=checkbox])")
    return {str(field["name"]): str(field["value"]) for field in inputs}


def test_the_same_results_in_other_formats(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour&site=site1.example")
    formats = page.all(".formats a")
    assert [said(link) for link in formats] == ["JSON", "CSV", "JSON Lines", "Atom"]
    for link in formats:
        assert client.get(href(link)).status_code == 200
    assert client.get(href(formats[0])).json["total"] == page.total  # type: ignore[index]


@pytest.mark.parametrize("address", PAGES)
def test_everything_works_below_a_prefix(app: Flask, address: str) -> None:
    page = app.test_client().get(address, environ_overrides={"SCRIPT_NAME": "/archive"})
    paths = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
    assert paths
    assert [path for path in paths if not path.startswith("/archive/")] == []


@pytest.mark.parametrize("address", PAGES)
def test_the_structure_can_be_read_out(client: FlaskClient, address: str) -> None:
    page = get(client, address)
    assert page.one("html")["lang"] == "en"
    assert said(page.one("head title"))
    assert page.one("main")["id"] == "main"
    assert href(page.all("body a")[0]) == "#main"
    ids = [str(tag["id"]) for tag in page.all("[id]")]
    assert len(ids) == len(set(ids))
    levels = [int(tag.name[1]) for tag in page.all("h1, h2, h3, h4")]
    assert levels.count(1) == 1
    steps = pairwise(levels)
    assert all(after - before <= 1 for before, after in steps)
    for field in page.all("input:not([type=hidden])"):
        assert page.one(f'label[for="{field["id"]}"]')
    for tag in page.all("[aria-labelledby]"):
        assert set(str(tag["aria-labelledby"]).split()) <= set(ids)
    assert [link for link in page.all("a[href]:not([tabindex])") if not said(link)] == []


@settings(max_examples=40, deadline=None)
@given(pairs=pairs(), document=st.sampled_from([one.id for one in DOCUMENTS]))
def test_every_search_has_a_page_and_leads_back_from_an_article(
    client_forever: FlaskClient, pairs: Pairs, document: str
) -> None:
    shown = client_forever.get("/search", query_string=pairs)
    assert shown.status_code == 200
    assert client_forever.get(f"/documents/{document}", query_string=pairs).status_code == 200


def test_counts_have_their_unit_for_those_who_hear_them(client: FlaskClient) -> None:
    for shown in get(client, "/search?q=harbour").all(".choose .count"):
        words = said(shown).split()
        assert words[1] == ("result" if number(words[0]) == 1 else "results")


def test_foreign_headlines_name_their_language(client: FlaskClient) -> None:
    page = get(client, "/search?lang=sv")
    assert {str(title["lang"]) for title in page.all(".hit h3")} == {"sv"}
    assert all(title["dir"] == "auto" for title in page.all(".hit h3"))


def test_links_say_the_parameters_the_api_reads(client: FlaskClient) -> None:
    page = get(client, "/search?q=harbour")
    for link in page.all("#filters a[href]"):
        pairs = parse_qsl(urlsplit(href(link)).query)
        assert client.get("/api/v1/search", query_string=pairs).status_code == 200


@pytest.mark.parametrize("text", ["harbour ships " * 300, "harbuor ships " * 300, "harbour" * 400])
def test_a_long_query_leaves_room_for_its_results(client: FlaskClient, text: str) -> None:
    page = get(client, f"/search?q={quote(text)}")
    assert said(page.one(".summary h1")).rstrip("”").endswith("…")
    assert len(said(page.one(".summary"))) < 1_500
