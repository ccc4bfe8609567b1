"""A term as the archive writes it, with its case and accents: Solberg, Łódź."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from searchapp.engines.analysis.terms import analyse, query_terms
from searchapp.engines.suggest.term_statistics import TermStatistics

# What is read for it; set by hand.
_DOCUMENTS, _OCCURRENCES, _CHARACTERS = 3, 3, 20_000


def surface_form(term: str, terms: TermStatistics) -> str:
    """How the texts write a term most often, the term itself where they do not tell.

    Raises IndexDamaged.
    """
    documents = terms.documents_with(term, _DOCUMENTS)
    return usual_form(term, (d.article.text or d.article.title for d in documents))


def usual_form(term: str, texts: Iterable[str]) -> str:
    """How some texts write a term most often; whole words in capitals count least."""
    forms = Counter(form for text in texts for form in _forms(term, text))
    fit = [form for form in forms if [t.term for t in query_terms(form)[0]] == [term]]
    return max(fit, key=lambda f: (not f.isupper(), forms[f], f.islower(), f), default=term)


def _forms(term: str, text: str) -> Iterator[str]:
    read = text[:_CHARACTERS]
    found = (read[t.start : t.end] for t in analyse(read) if t.term == term)
    return islice(found, _OCCURRENCES)
