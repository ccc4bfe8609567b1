"""What the words of a question weigh: what it says again more, what only asks less.

Between a parsed query and the ranking of every engine. A few words are what their writer
wants, and weigh what BM25F says; so does everything but words side by side.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from searchapp.engines.analysis.spelling import fold
from searchapp.engines.analysis.stopwords import stop_words
from searchapp.engines.analysis.terms import query_terms
from searchapp.engines.query.tree import And, Node, Or, Word
from searchapp.engines.ranking import QUESTION_TERMS

# Chosen by leave-one-out, see docs/decisions/0011-relevance.md.
_REPEATED = 0.5
_REQUEST = 0.5
# Verbs and nouns of asking, not of what is asked about. Only the English ones were measured.
_REQUEST_WORDS = {
    "en": """
        know known knowing available information concern concerns concerning concerned describe
        described describes describing discuss discussed discussion interested interest interests
        find give given giving obtain obtained paper papers article articles report reports please
        done make made making exist exists existing anyone anything investigated investigate study
        studies studied considered use used using possible relevant deal deals dealing various
        number regard regarding related relate relating relation certain order want wanted like
        type types kind kinds several many much may must might will shall also else""",
    "de": """
        weiss wissen bekannt erfahren information informationen betrifft beschreiben beschrieben
        beschreibt beschreibung gibt geben gegeben finden gefunden suche artikel bericht berichte
        bitte untersucht untersuchen studie studien moglich verschiedene anzahl bezug bestimmte
        art arten mehrere viele""",
    "fr": """
        savoir sait connu connus connaitre information informations concerne concernant decrire
        decrit discute trouver trouve donner donne obtenir article articles rapport rapports existe
        existent etude etudes etudie utilise utiliser possible divers nombre relatif relatifs
        certains type types sorte plusieurs beaucoup""",
    "es": """
        saber sabe conocido informacion concierne describir describe descrito encontrar dar dado
        obtener articulo articulos informe informes existe existen estudio estudios estudiado usado
        usar posible varios numero relacionado relativo ciertos tipo tipos muchos""",
    "it": """
        sapere noto conosciuto informazione informazioni riguarda riguardo descrivere descrive
        descritto trovare dare dato ottenere articolo articoli rapporto esiste esistono studio studi
        usato usare possibile vari numero relativo certi tipo tipi molti""",
}


def term_weights(query: Node, languages: Sequence[str | None]) -> Mapping[str, float]:
    """What to multiply a term's score by; terms not named weigh 1. `languages`: the archive's.

    A term said n times in a question weighs 1 + 0.5 (n - 1), one that only asks half of that.
    """
    words = [word for word in _side_by_side(query) if _term(word)]
    said, written = (Counter(map(_term, found)) for found in (words, dict.fromkeys(words)))
    telling = [t for t in said if any(t not in stop_words(c) for c in languages or [None])]
    if len(telling) < QUESTION_TERMS:
        return {}
    asking = frozenset[str]().union(*map(_request_words, languages))
    # A term that is written in two ways (`wing`, `Wing`) is scored for each.
    weights = {
        t: (1 + _REPEATED * (said[t] - 1)) * (_REQUEST if t in asking else 1) / written[t]
        for t in telling
    }
    return {term: weight for term, weight in weights.items() if weight != 1}


def _side_by_side(query: Node) -> list[Word]:
    children = query.children if isinstance(query, And | Or) else ()
    return [child for child in children if isinstance(child, Word) and child.field is None]


def _term(word: Word) -> str:
    """The one term a word looks up; empty for another."""
    terms, _ = query_terms(word.text)
    return terms[0].term if len(terms) == 1 else ""


@cache
def _request_words(language: str | None) -> frozenset[str]:
    code = (language or "").partition("-")[0].lower()
    return frozenset(map(fold, _REQUEST_WORDS.get(code, "").split()))
