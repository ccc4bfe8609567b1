from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.model import Article, Entity, EntityType, IndexedDocument
from searchapp.web.pages.article import ArticleView, article_view
from searchapp.web.params.search import Search

TEXT = "Anna Berg met Berg & Co.\n\nIn Oslo, Anna\nBerg spoke."


def view(text: str, *entities: Entity, lead: str = "") -> ArticleView:
    article = Article(title="A title", text=text, lead=lead)
    return article_view(IndexedDocument("1", "/a.html", article, entities), Search(), "")


def person(*mentions: tuple[int, int], name: str = "Anna Berg") -> Entity:
    return Entity(name, EntityType.PERSON, mentions)


def marked(shown: ArticleView) -> list[str]:
    return [span.text for part in shown.paragraphs for span in part.spans if span.href]


def test_mentions_lead_to_the_search_for_the_name() -> None:
    shown = view(TEXT, person((0, 9), (35, 44)))
    assert marked(shown) == ["Anna Berg", "Anna\nBerg"]
    first = shown.paragraphs[0].spans[0]
    assert (first.type, first.title) == ("person", "Person: Anna Berg")
    assert first.href == "/search?person=Anna+Berg"


def test_of_two_mentions_that_overlap_the_first_is_marked() -> None:
    shown = view(TEXT, person((5, 9), (0, 9)), Entity("Berg met", EntityType.ORG, ((5, 13),)))
    assert marked(shown) == ["Anna Berg"]


def test_a_mention_across_paragraphs_is_left_unmarked() -> None:
    shown = view(TEXT, person((14, 28)))
    assert marked(shown) == []
    assert len(shown.paragraphs) == 2


@given(
    st.text(alphabet="ab \n", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8),
)
def test_marking_changes_no_letter(text: str, mentions: list[tuple[int, int]]) -> None:
    inside = tuple((a, min(b, len(text))) for a, b in mentions)
    shown = view(text, person(*inside))
    joined = "\n\n".join("".join(span.text for span in part.spans) for part in shown.paragraphs)
    assert joined.replace("\n", "") == text.replace("\n", "")


def test_the_standfirst_is_set_apart_but_not_a_whole_body() -> None:
    lead, rest = "What happened.", "How it happened."
    shown = view(f"{lead}\n\n{rest}", lead=lead)
    assert [part.lead for part in shown.paragraphs] == [True, False]
    apart = view(rest, lead=lead)
    assert [(part.spans[0].text, part.lead) for part in apart.paragraphs] == [
        (lead, True),
        (rest, False),
    ]
    body = "So it went. " * 80
    assert not view(body, lead=body).paragraphs[0].lead


def test_names_come_most_mentioned_first() -> None:
    once, twice = person((0, 4), name="Once"), person((0, 4), (5, 9), name="Twice")
    shown = view(TEXT, once, twice)
    assert [(e.name, e.count, e.unit) for e in shown.mentioned[0].counts] == [
        ("Twice", "2", "mentions"),
        ("Once", "1", "mention"),
    ]


def test_a_long_article_with_many_mentions_takes_no_time() -> None:
    text = "Anna Berg spoke.\n\n" * 5_000
    entity = person(*((18 * n, 18 * n + 9) for n in range(5_000)))
    started = process_time()
    assert len(marked(view(text, entity))) == 5_000
    assert process_time() - started < 5


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ""),
        ("fi", "No model reads Finnish: only names on the watch-list are found."),
        (
            None,
            "No model reads a text of unknown language: only names on the watch-list are found.",
        ),
    ],
)
def test_a_language_no_model_reads_is_said_to_be_one(language: str | None, said: str) -> None:
    document = IndexedDocument("1", "/a.html", Article("", TEXT, language=language))
    assert article_view(document, Search(), "", {"en": "model"}).model_note == said


def test_a_text_of_unknown_language_is_read_by_no_model() -> None:
    shown = article_view(IndexedDocument("1", "/a.html", Article("", TEXT)), Search(), "", ())
    assert shown.model_note.startswith("No model reads a text of unknown language")
