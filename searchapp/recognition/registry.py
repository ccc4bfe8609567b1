"""Which recogniser each language has by the settings, and of what version; none is loaded.

Asked by `recogniser`, and by whoever compares versions and does not look for names.
"""

from collections.abc import Mapping
from importlib.metadata import EntryPoint

from searchapp.recognition import plugins, spacy_models
from searchapp.recognition.spacy_models import LanguageModel

# Raised whenever a rule changes what comes out: documents are then recognised again.
RULES_VERSION = "3"

READ_BY_MODEL = 500_000
"""Characters of a document that a model reads; what it finds there is found behind too."""


def locate(models: Mapping[str, str]) -> dict[str, LanguageModel | EntryPoint]:
    """A model or a plug-in for each language that has one. Raises ModelError."""
    return {
        language: plugins.find(source) or spacy_models.locate(language, source)
        for language, source in models.items()
        if source
    }


def version(located: Mapping[str, LanguageModel | EntryPoint]) -> str:
    """Models and rules: what a change of which makes entities out of date."""
    stamps = [
        f"{language}:{m.stamp if isinstance(m, LanguageModel) else plugins.stamp(m)}"
        for language, m in sorted(located.items())
    ]
    return " ".join([f"rules-{RULES_VERSION}", *stamps])
