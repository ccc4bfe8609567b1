"""Bylines -> names."""

from __future__ import annotations

import pytest

from searchapp.extraction.authors.names import clean_names
from searchapp.extraction.authors.selection import choose_authors
from searchapp.extraction.dom.parser import parse
from searchapp.extraction.metadata.page import read_metadata


@pytest.mark.parametrize(
    ("stated", "names"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("Von Jürgen Weiß und Änne Köhler", ("Jürgen Weiß", "Änne Köhler")),
        ("Jane Doe, Senior Political Editor", ("Jane Doe",)),
        ("Jane Doe; JANE DOE; John Roe", ("Jane Doe", "John Roe")),
        ("https://a.example/jane", ()),
        ("admin", ()),
        ("Harbour News", ()),
        ("作者：王建宏", ("王建宏",)),
        ("Sammy Davis, Jr.", ("Sammy Davis, Jr.",)),
    ],
)
def test_names_are_cleaned(stated: str, names: tuple[str, ...]) -> None:
    assert clean_names([stated], {"harbournews"}) == names


@pytest.mark.parametrize(
    "markup",
    [
        """<script type="application/ld+json">{"@graph":[{"@type":"Article","author":{"@id":"#j"}},
        {"@id":"#j","@type":"Person","name":"Jane Doe"}]}</script>""",
        "<meta name=author content='Jane Doe'>",
        "<p>By <a rel=author href=/jane>Jane Doe</a></p>",
        "<p itemprop=author><span itemprop=name>Jane Doe</span> reporter</p>",
    ],
)
def test_every_source_is_read(markup: str) -> None:
    tree = parse(f"<html><head></head><body>{markup}<p>Words</p></body></html>")
    assert choose_authors(read_metadata(tree, None), tree) == ("Jane Doe",)


def test_a_huge_byline_is_read_in_no_time() -> None:
    assert len(clean_names(["By a and " * 55_000])) <= 20


def authors(markup: str) -> tuple[str, ...]:
    tree = parse(markup)
    return choose_authors(read_metadata(tree, None), tree)


def test_an_agency_and_its_client_are_one_author() -> None:
    assert clean_names(["NNA and Post staff"]) == ("NNA and Post staff",)
    assert clean_names(["Jane Doe and John Roe"]) == ("Jane Doe", "John Roe")


@pytest.mark.parametrize(
    "byline",
    [
        "<div class='css-by'><span>Jane Doe</span><span>15 Jan 2020</span></div>",
        "<p class='article-byline'>By <b>Jane Doe</b></p>",
        "<font>Monday</font> <font>By Jane Doe</font>",
    ],
)
def test_a_byline_names_the_author(byline: str) -> None:
    assert authors(f"<body><h1>A story</h1>{byline}<p>It was cold.</p>") == ("Jane Doe",)


def test_words_in_a_byline_are_no_name() -> None:
    assert authors("<body><p class='byline'>About the author</p><p>It was cold.</p>") == ()


def test_a_site_that_names_itself_is_the_author_where_nobody_else_is() -> None:
    named = "content='Polly Barks'"
    head = f"<meta property='og:site_name' {named}><meta name=author {named}>"
    assert authors(head) == ("Polly Barks",)
    assert authors(f"{head}<body><p class='byline'>By Jane Doe</p>") == ("Jane Doe",)


@pytest.mark.parametrize(
    "byline",
    [
        "<p>Von Jane Doe</p>",
        "<p>Par Jane Doe</p>",
        "<p>Por Jane Doe</p>",
        "<p>di Jane Doe</p>",
        "<p>Door Jane Doe</p>",
        "<p>Av Jane Doe</p>",
        "<p>Autor: Jane Doe</p>",
        "<p>Автор: Jane Doe</p>",
        "<p>Текст: Jane Doe</p>",
        "<p>Kirjoittanut Jane Doe</p>",
        "<p>Napsal Jane Doe</p>",
        "<div>By</div><div>Jane Doe</div>",
        "<div class=meta>by <span>Jane Doe</span><span>6 min</span></div>",
        "<h5><a href='/blog/author/jane-doe'>Jane Doe</a></h5>",
        "<p style='text-align: right'><strong>Jane Doe</strong></p>",
        "<meta name=twitter:label2 content='Von'><meta name=twitter:data2 content='Jane Doe'>",
    ],
)
def test_bylines_of_many_kinds_and_languages(byline: str) -> None:
    assert authors(f"<body><h1>A story</h1>{byline}<p>It was cold.</p>") == ("Jane Doe",)


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("<p>（记者 胡晓蓉）</p>", "胡晓蓉"),
        ("<p>文：眉间尺</p>", "眉间尺"),
        ("<span class=author>Paramita (Guha) Ghosh</span>", "Paramita (Guha) Ghosh"),
        ("<span class=author>Tom</span>", "Tom"),
        ("<span class='byline author'>von Redaktion, </span>", "Redaktion"),
        ("<p>by <span>The Harbour Team</span></p>", "The Harbour Team"),
    ],
)
def test_names_that_are_not_two_latin_words(byline: str, name: str) -> None:
    assert authors(f"<body><h1>A story</h1>{byline}<p>It was cold.</p>") == (name,)


def test_an_organisation_gives_way_to_a_person_the_page_names() -> None:
    head = "<meta name=author content='Bund der Fischer e.V.'>"
    assert authors(f"{head}<body><h1>Fish</h1><em>Von Jane Doe</em>") == ("Jane Doe",)
    assert authors(f"{head}<body><h1>Fish</h1>") == ("Bund der Fischer e.V.",)


def test_the_author_of_an_image_is_not_the_story_s() -> None:
    node = '{"@type":"NewsArticle","author":{"name":"Jane Doe"}}'
    image = '{"@type":"CreativeWork","author":{"name":"Pictures GmbH"}}'
    script = f"<script type='application/ld+json'>[{node},{image}]</script>"
    assert authors(script) == ("Jane Doe",)


def test_words_of_the_story_are_no_byline() -> None:
    story = "<p>The library was made by <a href=/d>Daniel Doe</a> in a winter.</p><p>作者 如果</p>"
    assert authors(f"<body><h1>A story</h1>{story}") == ()


def test_a_site_whose_own_byline_comes_first_is_the_author() -> None:
    head = "<meta property='og:site_name' content='Harbour News'>"
    stated = "<meta name=author content='Harbour News'>"
    lines = "<p class=byline>Harbour News</p><p class=comment-author>John Roe</p>"
    assert authors(f"{head}{stated}<body><h1>A story</h1>{lines}") == ("Harbour News",)


@pytest.mark.parametrize(
    "byline",
    [
        "<p>Verfasst von Jane Doe</p>",
        "<p class=author>Rédigé par Jane Doe</p>",
        "<p class=author>Escrito por Jane Doe</p>",
        "<p class=author>Jane Doe (jdo)</p>",
        "<p class=author>Jane Doe, AFP</p>",
        "<p class=author>Von <a href='mailto:j@hn.example'>Jane Doe, HN INSELN</a></p>",
        "<a class=author href=https://facebook.example/hn>Facebook</a><p>Jane Doe</p>",
        "<p class=author>Follow on Instagram</p><p><b>Jane Doe</b></p>",
        "<meta name=author content='Harbour Tribune'><p>Jane Doe</p>",
        "<meta name=author content='hn.example'><p>Jane Doe</p>",
    ],
)
def test_writers_go_before_networks_agencies_and_houses(byline: str) -> None:
    story = "<p>The council of the harbour town voted on Monday evening to reopen the line.</p>"
    assert authors(f"<body><h1>A story</h1>{byline}{story}") == ("Jane Doe",)


def test_a_signature_goes_before_a_house() -> None:
    head = "<meta name=author content='Harbour Courier'>"
    story = "<p>The council of the harbour town voted on Monday to reopen the line.</p>" * 3
    signed = f"{head}<body><h1>A story</h1>{story}<p>Jane Doe and John Roe</p>"
    assert authors(signed) == ("Jane Doe", "John Roe")
    assert authors(f"{head}<body><h1>A story</h1>{story}") == ("Harbour Courier",)
    assert authors(f"<body><h1>A story</h1><p>Harbour Town</p>{story}") == ()


def test_names_in_json_ld_may_be_given_in_parts() -> None:
    people = '[{"givenName":"Jane","familyName":"Doe"},{"familyName":"Roe"}]'
    node = f'{{"@type":"NewsArticle","author":{people}}}'
    assert authors(f"<script type='application/ld+json'>{node}</script>") == ("Jane Doe", "Roe")


def test_who_posted_a_page_goes_before_whom_it_quotes() -> None:
    posted = "<div>Posted by <span>ferryman9</span> on Monday</div>"
    quote = "<p class=quote>By John Roe</p>"
    assert authors(f"<body><h1>A story</h1>{posted}<p>It was cold.</p>{quote}") == ("ferryman9",)
