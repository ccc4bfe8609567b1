"""Which of two candidate texts is kept, and on what signals."""

from __future__ import annotations

from searchapp.extraction.body.agreement import choose_text, has_overlap, measure_agreement
from searchapp.extraction.text_measures import text_width, total_width

STORY = [f"The {word} paragraph of the story says something at some length." for word in "abcdefg"]
COMMENTS = [f"Reader {number} did not like a word of what was written above." for number in (1, 2)]


def test_agreement_is_the_share_of_each_text_in_the_other() -> None:
    assert measure_agreement(STORY, STORY) == (1, 1)
    assert measure_agreement(STORY, COMMENTS) == (0, 0)
    both = measure_agreement(STORY[:3], STORY)
    assert (both.first, round(both.second, 1)) == (1, 0.4)


def test_a_text_agrees_with_a_good_part_of_itself_only() -> None:
    assert has_overlap(STORY, STORY[:4])
    assert not has_overlap(STORY, STORY[:1])
    assert not has_overlap(STORY, COMMENTS * 5)


def test_on_a_page_that_marks_its_parts_the_rules_win() -> None:
    assert choose_text([*STORY, *COMMENTS], STORY, marked_up=True) == [*STORY, *COMMENTS]


def test_on_an_old_page_what_both_found_wins() -> None:
    assert choose_text([*STORY, *COMMENTS], STORY, marked_up=False) == STORY


def test_a_small_part_of_an_old_page_does_not_win() -> None:
    whole = [f"{line} Part {number}." for number in range(3) for line in STORY]
    assert choose_text(whole, whole[:5], marked_up=False) == whole


def test_on_an_old_page_what_stands_in_both_goes_before_either() -> None:
    teasers = [line.replace("Reader", "Teaser") for line in COMMENTS]
    found = choose_text([*STORY, *teasers], [*STORY, *COMMENTS], marked_up=False)
    assert found == STORY


def test_an_ideograph_says_as_much_as_three_letters() -> None:
    assert (text_width("ferry"), text_width("轮渡"), total_width(["轮渡", "ab"])) == (5, 6, 8)


def test_of_two_parts_of_a_page_the_larger_one_wins() -> None:
    assert choose_text(COMMENTS, STORY, marked_up=True) == STORY
    assert choose_text(STORY, COMMENTS * 2, marked_up=True) == STORY
