"""Why these results: the query's parts, what the filters do, and what each hit has of it.

From `engines.explanation`, in words; shown only to those who ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from searchapp.engines.explanation import Clause, Explanation, FilterEffect, Reason
from searchapp.web.pages import wording


@dataclass(frozen=True)
class ClauseView:
    """A row of the table: a part of the query, its forms, and what it finds."""

    text: str
    forms: str
    documents: str
    hits: str


@dataclass(frozen=True)
class ExplanationView:
    """How the query was understood; `effects` and `nothing` are sentences."""

    clauses: tuple[ClauseView, ...]
    effects: tuple[str, ...]
    nothing: str


def explanation_view(explanation: Explanation) -> ExplanationView:
    """Say an explanation in words."""
    return ExplanationView(
        tuple(map(_clause, explanation.clauses)),
        tuple(map(_effect, explanation.filters)),
        explanation.nothing,
    )


def hit_reasons(reasons: Sequence[Reason]) -> str:
    """What a hit is there for, most telling first; empty where nothing ranks."""
    return ", ".join(_reason(one) for one in reasons if one.share or one.in_title)


def _clause(clause: Clause) -> ClauseView:
    forms = _forms(clause.forms) or "in its own form"
    if clause.silent:
        forms += "; too common to rank"
    return ClauseView(
        clause.text, forms, wording.number(clause.documents), wording.number(clause.hits)
    )


def _forms(forms: Sequence[str]) -> str:
    """Each stem once, with the languages that have it."""
    languages: dict[str, list[str]] = {}
    for form in forms:
        code, _, stem = form.rpartition(":")
        languages.setdefault(stem, []).extend([wording.language(code)] if code else [])
    said = (f"{s}… ({', '.join(names)})" if names else s for s, names in languages.items())
    return ", ".join(said)


def _effect(effect: FilterEffect) -> str:
    left_out = wording.quantity(effect.removes, "result") if effect.removes else "nothing"
    return f"{wording.FACETS[effect.field]}: the filter leaves out {left_out}"


def _reason(reason: Reason) -> str:
    place = ", in its title" if reason.in_title else ""
    return f"{reason.text} ({reason.share:.0%}{place})"
