"""Words that stand in most texts of a language and tell none from another.

They are indexed and found like any word; only the ranking leaves them out, as long as
a query has other words. A list is of one language: German `die` says nothing, English
`die` does, and a query word is weighed in each language the archive has.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from searchapp.engines.analysis.spelling import fold
from searchapp.engines.analysis.stemming import language_code
from searchapp.engines.analysis.terms import query_terms
from searchapp.engines.whoosh_compat import stoplists

_SHORTEST_ACRONYM = 2
# By language in which they rank, words as they are typed.
RankingWords = Mapping[str | None, frozenset[str]]
# Words of questions that Whoosh's lists lack, and lists for languages that it has none for.
_MORE = {
    "ar": "من في على إلى الى عن مع هذا هذه ذلك التي الذي الذين هو هي هم كان كانت ما ماذا متى "
    "أين كيف لماذا هل كم أي و أو أن إن لا لم لن قد بعد قبل بين كل حول",
    "cs": "a i o u v ve z ze s se si k ke na do od po pro pri za je jsou byl byla bylo byli ze "
    "ten ta to ty kdo co kdy kde proc jak jaky jaka jake ktery ktera ktere kolik nebo ale",
    "da": "hvem hvornar hvorfor hvilken hvilket hvilke hvordan",
    "de": "wer wen wem wessen wann warum wieso weshalb woher wohin worüber wovon womit wurde "
    "wurden gibt",
    "el": "ο η το οι τα του της των τον την τους τις και σε στο στη στην στον στα στις στους με "
    "για από που πως να θα δεν μη ειναι ήταν ποιος ποια ποιο ποιοι ποιες τι πότε πού πώς "
    "γιατί πόσο πόσα",
    "en": "whose",
    "es": "quien quienes cuando donde porqué cual cuales como cuanto cuantos cuantas",
    "fa": "و در به از که این آن را با است برای یک تا بر هم نیز شد شده بود کرد چه کی کجا چرا "
    "چگونه چند آیا کدام",
    "fi": "milloin miten kuinka",
    "fr": "quoi quand où pourquoi quel quelle quels quelles comment combien a lequel laquelle",
    "he": "של את על עם אל מה מי מתי איפה היכן למה מדוע איך כמה איזה איזו האם הוא היא הם הן זה "
    "זו זאת אלה לא כי אם או גם כל היה היתה היו",
    "hi": "का की के में है हैं से को पर और ने कि यह वह था थी थे एक क्या कौन कब कहाँ क्यों कैसे "
    "किस किसने कितने कितनी भी तो ही",
    "hu": "kik hol melyik mennyi hány",
    "it": "cosa quando quali",
    "nl": "wanneer waar waarom welke welk hoeveel",
    "pl": "i w z na do o u od po za ze we się jest są był była było byli to ten ta te co kto "
    "kogo komu kiedy gdzie dlaczego jak jaki jaka jakie który która które ile czy nie "
    "oraz lub a dla przez",
    "pt": "quê onde porque quais quanto quantos é sobre",
    "ro": "și în la de cu pe din un o a al ai ale care ce cine când unde cum cât câți câte este "
    "sunt era nu sau dar pentru despre că se",
    "ru": "почему какие какое сколько",
    "tr": "zaman hangi kaç mi mı mu mü ve bir bu şu için ile de da kimin nereye nereden",
    "uk": "і й та а в у на з зі із до від за по про при для що хто кого коли де чому як який "
    "яка яке які скільки чи не це цей ця ці є був була було були або але",
}


@cache
def stop_words(language: str | None) -> frozenset[str]:
    """The words of a language by ISO 639-1 code, folded; none for one without a list."""
    code = language_code(language)
    return frozenset(map(fold, (*stoplists.get(code, ()), *_MORE.get(code, "").split())))


def is_stop_word(word: str, language: str | None) -> bool:
    """Whether a word as it is typed is one of a language's."""
    return _term(word) in stop_words(language)


@lru_cache(maxsize=10_000)
def _term(word: str) -> str:
    """The one term a word looks up; empty for one that looks up several."""
    terms, _ = query_terms(word)
    return terms[0].term if len(terms) == 1 else ""


def ranking_words(
    words: Sequence[str], languages: Sequence[str | None], *, alone: bool = True
) -> RankingWords:
    """The words of a query, as typed and in order, that rank, by language of the archive.

    Stop words do not: `the`, `who` in `who said what?`. But they do where there is nothing else
    (`alone`: the query has no phrases or patterns either), and as names (`names_among`). Texts
    whose language has no list are taken for the language most of the words are of.
    """
    names = names_among(words)
    found: dict[str | None, frozenset[str]] = {}
    for language in languages:
        telling = frozenset(w for w in words if w in names or not is_stop_word(w, language))
        if not stop_words(language):
            telling = frozenset(words) - silent_words(words, languages)
        found[language] = telling if telling or not alone else frozenset(words)
    return found


def silent_words(words: Sequence[str], languages: Sequence[str | None]) -> frozenset[str]:
    """The stop words of a query, of the language most of them are of: German `die`, not English."""
    names = names_among(words)
    found = [
        frozenset(w for w in words if w not in names and is_stop_word(w, code))
        for code in languages
    ]
    most = max(map(len, found), default=0)
    return frozenset().union(*(stops for stops in found if len(stops) == most))


def names_among(words: Sequence[str]) -> frozenset[str]:
    """The words written as names, as the others are not: `IT` and `Who`, not `WHO SAID`."""
    acronyms = {w for w in words if w.isupper() and len(w) >= _SHORTEST_ACRONYM}
    if acronyms >= set(words):
        return frozenset()
    capitals = {w for w in words[1:] if w.istitle() and w != words[0]}
    return frozenset(acronyms | (capitals if any(map(str.islower, words)) else set()))


def name_phrases(words: Sequence[str], languages: Sequence[str | None]) -> list[tuple[str, ...]]:
    """The runs of words that may be a name or a saying with stop words in it: `The Who`.

    A query of nothing but stop words is one; in others, words with capitals side by side are.
    """
    if any(all(is_stop_word(w, code) for w in words) for code in languages):
        return [tuple(words)] if len(words) > 1 else []
    names = names_among(words)
    runs: list[list[str]] = [[]]
    for n, word in enumerate(words):
        if word in names or (not n and word[:1].isupper()):
            runs[-1].append(word)
        else:
            runs.append([])
    return [tuple(run) for run in runs if len(run) > 1 and _has_stop_word(run[1:], languages)]


def _has_stop_word(words: Sequence[str], languages: Sequence[str | None]) -> bool:
    return any(is_stop_word(word, code) for word in words for code in languages)
