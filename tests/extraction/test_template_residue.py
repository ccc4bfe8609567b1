"""Template residue, escaping and invisible characters."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.extraction.template_residue import (
    is_about_templates,
    normalise_text,
    strip_residue,
    to_plain_line,
)


@pytest.mark.parametrize(
    "residue",
    [
        "{{ user.name }}",
        "{{dayPoint.date | date : 'd MMMM yyyy'}}",
        "{{{ body }}}",
        "{% if premium %}",
        "{# note #}",
        "<%= title %>",
        "[[item.title]]",
        "[[ $t('share') ]]",
        "${price}",
        "| date : 'd MMMM yyyy'",
        "d MMMM yyyy'}}",
        "MMMM yyyy'}}",
        "[convertkit form=1630175]",
        '[gallery ids="1,2" size="full"]',
        "[/caption]",
        "[CTA_MODULE]",
        "$$ARTICLEAD$$",
        "%3Cp%20class=%22x%22%3E",
        "&lt;/p&gt;",
        "<img class='logo' src='/logo.png'>",
        "&nbsp;",
    ],
)
def test_residue_goes_and_the_words_stay(residue: str) -> None:
    assert (
        to_plain_line(f"{residue} Ferry line to reopen {residue}").strip() == "Ferry line to reopen"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a set {1, 2} and a list [3]",
        "see [[Paris]] and [1]",
        "he [the mayor] said [sic] it [AP]",
        "from $$ to $$ a night",
        "a < b and c > d",
        "100 % of it, 5 $ {net}",
        "dates like 4 May 2020",
        "AT&T and R&D",
        "He earned $5 {sic}",
    ],
)
def test_words_that_look_alike_stay(text: str) -> None:
    assert strip_residue(text) == text


def test_invisible_characters_go() -> None:
    assert normalise_text("coun\u00adcil\u200b of\u00a0the\ufeff town\x00") == "council of the town"


def test_joiners_stay_where_they_carry_meaning() -> None:
    assert normalise_text("می\u200cخواهم") == "می\u200cخواهم"
    assert normalise_text("fer\u200cry") == "ferry"


def test_escaping_is_undone_twice() -> None:
    assert to_plain_line("AT&amp;amp;T &amp;quot;buys&amp;quot; ferry") == 'AT&T "buys" ferry'


def test_pages_about_templates_are_known() -> None:
    assert is_about_templates("Loops", "{% for x in y %}{{ x }}{% endfor %}")
    assert is_about_templates("In Jinja, {{ x }} prints. Jinja is small.", "")
    assert not is_about_templates("The council voted. {{ ad }} {{ ad }} {{ ad }}", "")
    assert not is_about_templates("Django or Angular? Angular or Django? {{ad=1}} {{ad=2}}", "")
    assert not is_about_templates("Jinja is a town in Uganda. Jinja lies on the Nile.", "")


@given(st.text())
def test_visible_is_idempotent(text: str) -> None:
    assert normalise_text(normalise_text(text)) == normalise_text(text)


@pytest.mark.parametrize(
    "piece",
    ["{{", "}}", "{%", "<%", "[[a", "${a", "%3Ca", "&lt;p ", "<a =", "<a ", "d MMMM ", "{{ a"],
)
def test_no_repetition_makes_it_slow(piece: str) -> None:
    start = time.process_time()
    strip_residue(piece * (200_000 // len(piece)))
    assert time.process_time() - start < 5
