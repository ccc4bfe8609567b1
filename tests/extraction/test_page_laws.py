"""Laws of cleaning: what comes out of it goes through it unchanged; residue goes wherever it is."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.extraction.page import extract_page
from searchapp.model import Article, RawPage

SENTENCES = (
    "The county council approved a new ferry line between the two largest islands on Monday.",
    "Residents of the eastern islands had asked for the crossing again & again since then.",
    "“The first boat is to leave in April”, the harbour master said, “if the pier is repaired.”",
    "Der Kreistag hat am Montag eine neue Fähre zwischen den beiden größten Inseln beschlossen.",
    "Les habitants des îles de l'est l'avaient demandée à plusieurs reprises depuis lors.",
    "Совет округа одобрил в понедельник новую паромную линию между двумя островами.",
    "Το συμβούλιο ενέκρινε τη Δευτέρα μια νέα γραμμή ανάμεσα στα δύο μεγαλύτερα νησιά.",
    "Fares are < 20 crowns for residents, 100 % more for others, and free for those under 6.",
)
PARAGRAPHS = st.lists(
    st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=5, unique=True).map(" ".join),
    min_size=4,
    max_size=7,
    unique=True,
)
RESIDUE = (
    "{{ user.name }}",
    "{{day.date | date : 'd MMMM yyyy'}}",
    "d MMMM yyyy'}}",
    "{% if premium %}",
    "<%= title %>",
    "[[item.title]]",
    "%3Cp%20class=%22x%22%3E",
    "&amp;amp;nbsp;",
    "&amp;lt;br&amp;gt;",
    "\u00ad\u200b\ufeff",
)
TITLE = "Harbour town waits for its new ferry"


def as_page(title: str, paragraphs: list[str]) -> str:
    said = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<title>{title}</title><article><h1>{title}</h1>{said}</article>"


def cleaned(markup: str) -> Article:
    return extract_page(RawPage("page.html", markup.encode()))


@settings(max_examples=25, deadline=None)
@given(PARAGRAPHS)
def test_cleaning_is_idempotent_on_its_own_output(paragraphs: list[str]) -> None:
    once = cleaned(as_page(TITLE, [escape(paragraph) for paragraph in paragraphs]))
    rendered = as_page(escape(once.title), [escape(line) for line in once.text.split("\n\n")])
    assert cleaned(rendered) == once


@settings(max_examples=25, deadline=None)
@given(PARAGRAPHS, st.lists(st.sampled_from(RESIDUE), min_size=1, max_size=4), st.data())
def test_residue_between_the_words_changes_nothing(
    paragraphs: list[str], residue: list[str], data: st.DataObject
) -> None:
    plain = [escape(paragraph) for paragraph in paragraphs]
    words = [paragraph.split(" ") for paragraph in plain]
    for left_over in residue:
        place = data.draw(st.integers(0, len(words) - 1))
        words[place].insert(data.draw(st.integers(0, len(words[place]))), left_over)
    spoilt = [" ".join(line) for line in words]
    assert cleaned(as_page(TITLE, spoilt)).text == cleaned(as_page(TITLE, plain)).text


@pytest.mark.parametrize("residue", RESIDUE)
@pytest.mark.parametrize("where", ["before", "behind"])
def test_residue_goes_from_titles(residue: str, where: str) -> None:
    title = f"{residue} {TITLE}" if where == "before" else f"{TITLE} {residue}"
    found = cleaned(as_page(title, [*SENTENCES]))
    assert found.title == TITLE


def test_a_page_about_templates_keeps_its_code() -> None:
    code = "{% for line in lines %}{{ line.name }}{% endfor %}"
    found = cleaned(as_page("Loops in Jinja", [*SENTENCES[:3], f"<code>{code}</code>"]))
    assert code in found.text
