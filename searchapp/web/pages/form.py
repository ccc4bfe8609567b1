"""The search box: what it holds and what it carries along."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from searchapp.web.params import refine
from searchapp.web.params.search import KEPT, Search, to_pairs
from searchapp.web.params.urls import Representation

# Of the search box: how the words before were to be taken is not carried on to others.
_OWN = ("q", "match", "spelling")


@dataclass(frozen=True)
class FormView:
    """A form that sends the search on: its own fields, and the rest as hidden ones.

    `suggest` is the address of suggestions within the search, but for the text being typed.
    """

    action: str
    home: str
    q: str
    hidden: tuple[tuple[str, str], ...]
    suggest: str


def bare_form(q: str, root: str) -> FormView:
    """Return the box of a page that has no search to carry along."""
    return FormView(
        f"{root}{Representation.HTML.value}", f"{root}/", q, (), f"{root}/api/v1/suggest"
    )


def search_form(search: Search, root: str, own: tuple[str, ...] = _OWN) -> FormView:
    """Return a form with some fields of its own; the rest of the search goes along."""
    pairs = to_pairs(refine.page(search, 1))
    hidden = tuple((name, value) for name, value in pairs if name not in own)
    kept = urlencode([pair for pair in pairs if pair[0] in KEPT], errors="replace")
    bare = bare_form(search.q, root)
    suggest = f"{bare.suggest}?{kept}" if kept else bare.suggest
    return replace(bare, hidden=hidden, suggest=suggest)
