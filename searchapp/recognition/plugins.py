"""Recognisers of one's own, found by entry point instead of a spaCy model.

Beside the data's path: `registry` asks here before `spacy_models`. An installed
distribution names a function in the group `searchapp.recognisers`; the setting
`models.LANGUAGE` names the entry point. The function takes nothing and gives an object whose
`recognise(article)` returns the article's entities.
"""

from importlib.metadata import EntryPoint, entry_points
from typing import Protocol

from searchapp.errors import ModelError
from searchapp.model import Article, Entity

GROUP = "searchapp.recognisers"


class RecogniserPlugin(Protocol):
    """What an entry point's function gives; made once per worker process."""

    def recognise(self, article: Article) -> tuple[Entity, ...]:
        """The entities in order of first mention, each with all its mentions in `text`."""


def find(source: str) -> EntryPoint | None:
    """The entry point of that name, if an installed distribution has one; not loaded."""
    return next(iter(entry_points(group=GROUP, name=source)), None)


def stamp(plugin: EntryPoint) -> str:
    """Name and version: a change of which makes its entities out of date."""
    return f"{plugin.name}-{plugin.dist.version if plugin.dist else 'unversioned'}"


def load(language: str, plugin: EntryPoint) -> RecogniserPlugin:
    """The recogniser the entry point makes. Raises ModelError when it cannot."""
    try:
        made: RecogniserPlugin = plugin.load()()
    except Exception as error:
        raise ModelError(
            f"models.{language}: the recogniser {plugin.name} ({plugin.value}) cannot be made: "
            f"{type(error).__name__}: {error}; mend or uninstall it, or name another model"
        ) from error
    if not hasattr(made, "recognise"):
        raise ModelError(
            f"models.{language}: what {plugin.value} gives has no method recognise(article)"
        )
    return made
