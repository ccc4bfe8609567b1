"""Extraction, `textdump`, last step: the paragraphs -> the lead, and them with it letters once."""

import re
from itertools import accumulate

from searchapp.extraction.lead import first_paragraph, merge_lead
from searchapp.extraction.text_measures import letters_of
from searchapp.extraction.textdump.hard_wraps import SENTENCE_END
from searchapp.extraction.textdump.line_scores import SENTENCE

_REPEATED_WITHIN = 2
_SENTENCE_ENDS = re.compile(r"[.!?…。！？:;：；]")


def find_dump_lead(paragraphs: list[str], standfirst: str) -> tuple[str, list[str]]:
    """The lead, and the paragraphs with it letters once.

    Without a standfirst above them, a first paragraph that is repeated is one: right below,
    or anywhere if it has no stop, as headings have none.
    """
    if standfirst:
        return merge_lead(standfirst, paragraphs)
    lead = paragraphs[0] if paragraphs else ""
    below = paragraphs[1 : 1 + _REPEATED_WITHIN if SENTENCE_END.search(lead) else None]
    if len(lead) >= SENTENCE and any(_is_repeated_in(line, lead) for line in below):
        return lead, paragraphs[1:]
    return first_paragraph(paragraphs), paragraphs


def _is_repeated_in(line: str, lead: str) -> bool:
    """Whether the line has the lead in it, whole sentences of both: it may only begin alike."""
    letters, wanted = letters_of(line), letters_of(lead.rstrip("…."))
    end = letters.find(wanted) + len(wanted)
    ends = accumulate(len(letters_of(sentence)) for sentence in _SENTENCE_ENDS.split(line))
    return bool(wanted) and wanted in letters and (lead.endswith(("…", "...")) or end in set(ends))
