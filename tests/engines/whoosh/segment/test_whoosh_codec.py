"""Whoosh itself opens an index of ours, lists what is in it and finds what we find."""

from __future__ import annotations

from pathlib import Path

from whoosh.index import open_dir
from whoosh.query.compound import And
from whoosh.query.terms import Prefix, Term

from searchapp.document_json import loads
from searchapp.engines.base import SearchRequest
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from searchapp.engines.whoosh.directory.builds import Builds
from searchapp.engines.whoosh.segment.whoosh_codec import INDEX_NAME
from tests.engines.documents import commit, document

ARCHIVE = [
    document("one", "the ferry sails", title="Ferry"),
    document("two", "ferries sail at noon"),
    document("three", "the harbour is shut"),
]


def test_whoosh_opens_our_index_and_agrees(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    commit(engine, [*ARCHIVE, document("gone", "a ferry that sank")])
    commit(engine, [document("four", "no ferry")], deleted=["gone"])
    index = open_dir(str(Builds(tmp_path).live()), indexname=INDEX_NAME)
    held = {d.id: d for d in (*ARCHIVE, document("four", "no ferry"))}
    with index.searcher() as theirs:
        assert theirs.doc_count() == 4
        stored = [loads(fields["document"]) for fields in theirs.documents()]
        assert {d.id: d for d in stored} == held
        for query, ours in [
            (Term("text", "ferry"), 'text:"ferry"'),
            (Term("text_stems", "en:ferri"), "text:ferry"),
            (Prefix("text", "ferr"), "text:ferr*"),
            (And([Term("text", "the"), Term("text", "harbour")]), 'text:"the" text:"harbour"'),
        ]:
            found = {loads(hit["document"]).id for hit in theirs.search(query, limit=None)}
            answer = engine.searcher().search(SearchRequest(parse(ours).node))
            assert found == {hit.document.id for hit in answer.hits}
            assert found
