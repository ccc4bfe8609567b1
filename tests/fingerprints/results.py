"""What each step with a version number makes of fixed inputs, the same on every platform."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import spacy

from searchapp import sources
from searchapp.engines.analysis import terms
from searchapp.engines.analysis.stemming import stemmer
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.segment import schema as index_schema
from searchapp.engines.whoosh.segment.array_file import ArrayFile
from searchapp.engines.whoosh.segment.docstore import read_document
from searchapp.extraction.article import extract_article
from searchapp.indexer import versions
from searchapp.ledger import schema as ledger_schema
from searchapp.model import Article, RawPage
from searchapp.recognition import registry
from searchapp.recognition.recogniser import Recogniser
from searchapp.sources.containers.reader import read_entries
from tests.engines.documents import commit, document
from tests.fingerprints.inputs import CONTAINERS, DOCUMENTS, FOREIGN, SAMPLES

Cases = Iterator[tuple[str, Any]]
TESTS = Path(__file__).parents[1]
ANNOTATED = TESTS.parent / "examples" / "annotated"
_MARK = re.compile(r"\[\[([^|\]]+)\|([POL])(?:\|[^\]]+)?\]\]")
_LABELS = {"P": "PERSON", "O": "ORG", "L": "LOC"}
_MIB = 1 << 20


@dataclass(frozen=True)
class Step:
    """A step: where its version is written, what that is now, and its results by case."""

    constant: str
    version: str
    cases: Callable[[], Cases]


def articles() -> Cases:
    """The article of each page in `tests/pages`, and of each kind of document."""
    for case in sorted((TESTS / "pages").glob("*/article.json")):
        given = json.loads(case.read_text(encoding="utf-8"))["given"]
        (page,) = case.parent.glob("page.*")
        raw = RawPage(f"/archive/{page.name}", page.read_bytes(), **given)
        yield case.parent.name, plain(extract_article(raw, _MIB))
    for name, body in DOCUMENTS.items():
        yield name, plain(extract_article(RawPage(f"/archive/{name}", body), _MIB))


def entities() -> Cases:
    """What the rules make of a model's marks: of two in three names people marked.

    The marks are set by a list in a pipeline without a model, which is the same everywhere.
    """
    texts = {path.stem: path.read_text(encoding="utf-8") for path in ANNOTATED.glob("*.txt")}
    names = sorted({found for text in texts.values() for found in _MARK.findall(text)})
    kept = [{"label": _LABELS[kind], "pattern": name} for name, kind in names]
    english, other = spacy.blank("xx"), spacy.blank("xx")
    ruler: Any = english.add_pipe("entity_ruler")
    ruler.add_patterns([mark for number, mark in enumerate(kept) if number % 3])
    recogniser = Recogniser({"en": english, **dict.fromkeys(FOREIGN, other)}, {}, "")
    for topic, text in sorted(texts.items()):
        for part in text.split("=== ")[1:]:
            name, _, marked = part.partition("\n")
            article = Article("", _MARK.sub(r"\1", marked).strip(), language="en")
            yield f"{topic}/{name}", plain(recogniser.recognise(article))
    for language, text in FOREIGN.items():
        article = Article("", text, language=language)
        yield language, plain(recogniser.recognise(article))


def entries() -> Cases:
    """The entries of a small container of each format."""
    with tempfile.TemporaryDirectory() as folder:
        for name, body in CONTAINERS.items():
            path = Path(folder, name)
            path.write_bytes(body)
            yield name, [plain(e, folder) for e in read_entries(str(path), _MIB)]


def plain(value: Any, folder: str = "") -> Any:
    """A value as JSON has it: fields by name, bytes as Latin-1, paths without a folder."""
    match value:
        case bytes():
            return value.decode("latin-1")
        case tuple():
            return [plain(one, folder) for one in value]
        case str():
            return value.removeprefix(f"{folder}/")
        case Exception():
            return str(value)
        case _ if hasattr(value, "__dataclass_fields__"):
            fields = {k: plain(v, folder) for k, v in vars(value).items() if v}
            return {"kind": type(value).__name__, **fields}
        case _:
            return str(value)


def index_terms() -> Cases:
    """The terms and stems of a line in each language, and what its words look up."""
    for language, text in SAMPLES.items():
        stem = stemmer(language)
        tokens = [[*token, stem(token.term)] for token in terms.analyse(text)]
        yield language, [tokens, [terms.query_terms(word) for word in text.split()]]


def index_format() -> Cases:
    """The fields of the index, and the arrays of a segment of three documents."""
    made = index_schema.schema()
    yield "fields", {n: [type(f).__name__, type(f.format).__name__] for n, f in made.items()}
    with tempfile.TemporaryDirectory() as folder:
        commit(WhooshEngine(Path(folder)), _archive())
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        yield "files", sorted({path.suffix for path in files if path.suffix})
        (contents,) = [path.read_bytes() for path in files if path.suffix == ".toc"]
        yield "pickled", sorted({m.decode() for m in re.findall(rb"searchapp[\w.]+", contents)})
        (segment,) = [path for path in files if path.suffix == ".arrays"]
        file = ArrayFile(segment)
        for name in sorted(file._arrays):
            # What zlib makes of a document is its own affair, what comes out again is not.
            packed = name.startswith("stored.") and name != "stored.slot"
            data = 0 if packed else crc32(file[name].tobytes())
            yield name, [file.dtype(name).str, data]
        yield "documents", [read_document(file, number).decode() for number in range(3)]


def _archive() -> Iterator[Any]:
    yield document("b", "ferry ferry bridge", title="Ferry", day="2020-10-04", person=("Ada", "Bo"))
    yield document("a", "bridge harbour", day="2021", certain=False, site="a.example", org=("X",))
    yield document("c", "crane", language="fr", authors=("Ada",), place=("Oslo",))


def tables() -> Cases:
    """The SQL of the ledger's tables, without its comments."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder, "ledger"))
        ledger_schema.prepare(db)
        rows = db.execute("SELECT name, sql FROM sqlite_master WHERE sql != '' ORDER BY name")
        yield from [(name, " ".join(re.sub("--.*", "", sql).split())) for name, sql in rows]
        db.close()


STEPS: Mapping[str, Step] = {
    "cleaner": Step("searchapp.indexer.versions.CLEANER", versions.CLEANER, articles),
    "rules": Step("searchapp.recognition.registry.RULES_VERSION", registry.RULES_VERSION, entities),
    "sources": Step("searchapp.sources.VERSION", sources.VERSION, entries),
    "analysis": Step("searchapp.engines.analysis.terms.VERSION", terms.VERSION, index_terms),
    "index": Step(
        "searchapp.engines.whoosh.segment.schema.VERSION", index_schema.VERSION, index_format
    ),
    "ledger": Step("searchapp.ledger.schema.VERSION", str(ledger_schema.VERSION), tables),
}
