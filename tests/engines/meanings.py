"""A model of seven words, and vectors by it: for tests of what engines and faces make of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from searchapp.meaning import vector_file
from searchapp.meaning.model import DIMENSIONS, Vector
from searchapp.model import IndexedDocument

# Words by what they mean: one axis each.
MEANINGS = {
    "ferry": 0,
    "ship": 0,
    "boat": 0,
    "dinghy": 0,
    "quay": 1,
    "pier": 1,
    "budget": 2,
    "harbour": 3,
}


def embed(text: str) -> Vector:
    """A text's words on the axes of their meanings; one further axis for no such word."""
    vector = np.zeros(DIMENSIONS, np.float32)
    for word in text.lower().replace(".", " ").replace(",", " ").split():
        vector[MEANINGS.get(word, 9)] += 1 if word in MEANINGS else 0.1
    vector[8] += 0.01
    return vector / np.float32(np.linalg.norm(vector))


def write(path: Path, documents: Sequence[IndexedDocument]) -> None:
    """The file of the documents' vectors, in the place of the one that is there."""
    rows = sorted((d.id, d.article.text) for d in documents)
    quantised = ((id_, vector_file.quantise(embed(text))) for id_, text in rows)
    vector_file.write(path, quantised, len(rows))
