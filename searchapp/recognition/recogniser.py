"""People, organisations and places: an Article to its Entities.

On the data's path behind `extraction`. A language model marks spans; `postprocess` mends
them, `missed` and `propagation` complete them, `coreference` gives each entity its
canonical name. Text in a language without a model has no entities: a model for another
language would invent some. docs/entities.md has the rules and their limits.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from searchapp.model import Article, Entity, EntityType
from searchapp.recognition import coreference, plugins, postprocess, registry, spacy_models
from searchapp.recognition.mentions import Mention
from searchapp.recognition.plugins import RecogniserPlugin
from searchapp.recognition.registry import READ_BY_MODEL
from searchapp.recognition.rules import missed, propagation
from searchapp.recognition.spacy_models import LanguageModel
from searchapp.recognition.truecasing import restore_case

_CHUNK = 10_000  # characters
_PARAGRAPH = re.compile(r"(?s).+?(?:\n\n+|\Z)")
# spaCy's tokenizer takes cubic time on a run of signs without a space.
_LONGEST_RUN = 100
_RUN = re.compile(rf"\S{{{_LONGEST_RUN},}}")

_TYPES = {
    "PER": EntityType.PERSON,
    "PERSON": EntityType.PERSON,
    "ORG": EntityType.ORG,
    "FAC": EntityType.PLACE,
    "GPE": EntityType.PLACE,
    "LOC": EntityType.PLACE,
}
# Names of other kinds: nothing else is to be found inside them.
_OTHER_NAMES = frozenset({"EVENT", "LAW", "PRODUCT", "WORK_OF_ART"})


@dataclass(frozen=True)
class Recogniser:
    """Finds the people, organisations and places an article names, by its language.

    `version` is of models and rules: what a change of which makes entities out of date.
    """

    pipelines: Mapping[str, Any]
    plugins: Mapping[str, RecogniserPlugin]
    version: str

    def recognise(self, article: Article) -> tuple[Entity, ...]:
        """The entities in order of first mention, each with all its mentions in `text`."""
        language, text = article.language, article.text
        plugin = self.plugins.get(language or "")
        if plugin:
            return plugin.recognise(article)
        if language is None or language not in self.pipelines:
            return ()
        marked = list(_find_mentions(self.pipelines[language], text))
        marked = postprocess.repair_mentions(text, marked, language)
        found = propagation.propagate(text, missed.add_missed(text, marked, language))
        return coreference.resolve_entities(text, found, language)


def load_recogniser(models: Mapping[str, str]) -> Recogniser:
    """A recogniser with the models loaded, by language: package names, paths or entry points.

    An empty name means no model. Takes about a second per model. Raises
    ModelError when one is missing, altered, of another version or of another language.
    """
    located = registry.locate(models)
    pipelines: dict[str, Any] = {}
    loaded: dict[str, RecogniserPlugin] = {}
    for language, model in located.items():
        if isinstance(model, LanguageModel):
            pipelines[language] = spacy_models.load(model)
        else:
            loaded[language] = plugins.load(language, model)
    return Recogniser(pipelines, loaded, registry.version(located))


def _find_mentions(pipeline: Any, text: str) -> Iterator[Mention]:
    """What the model marks, chunk by chunk: its memory grows with the length of a text."""
    readable = _RUN.sub(_break_run, restore_case(text))
    offset = 0
    for chunk in _chunks(readable):
        if offset >= READ_BY_MODEL:
            return
        # A model takes a step per word, for all paragraphs of a chunk at once.
        for paragraph in pipeline.pipe(_PARAGRAPH.findall(chunk), batch_size=len(chunk)):
            for span in paragraph.ents:
                kind = _TYPES.get(span.label_)
                if kind or span.label_ in _OTHER_NAMES:
                    yield Mention(offset + span.start_char, offset + span.end_char, kind)
            offset += len(paragraph.text)


def _chunks(text: str) -> Iterator[str]:
    """Pieces of at most `_CHUNK` characters, cut after a paragraph, a line or a word."""
    start = 0
    while len(text) - start > _CHUNK:
        limit = start + _CHUNK
        cuts = (text.rfind(sign, start, limit) + len(sign) for sign in ("\n\n", "\n", " "))
        end = next((cut for cut in cuts if cut > start + _CHUNK // 2), limit)
        yield text[start:end]
        start = end
    yield text[start:]


def _break_run(run: re.Match[str]) -> str:
    """A run without spaces, as long, in a form the tokenizer reads in linear time.

    In ASCII it is an address or noise, and one word of no meaning will do. Scripts
    written without spaces keep their letters and lose punctuation and symbols.
    """
    if run[0].isascii():
        return "x" * len(run[0])
    return "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in run[0])
