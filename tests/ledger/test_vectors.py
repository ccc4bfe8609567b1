"""The vectors beside a ledger's rows: they go the way of the documents they are of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from searchapp.errors import PageFault
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.reader import LedgerReader
from searchapp.ledger.rows import ContainerResult, Failure, Fingerprint, PageResult, document_id
from searchapp.model import Article, Entity, EntityType
from searchapp.sources.listing import SourceFile

ARTICLE = Article("Ferry line to reopen", "The ferry to Elsin leaves in April.")
VECTOR = bytes(range(128)) * 3


def reading(path: str, article: Article = ARTICLE) -> PageResult:
    return PageResult(path, Fingerprint(1, 2, "h"), "v", article)


def missing(ledger: Ledger) -> list[str]:
    return [path for path, _ in ledger.vectors.missing()]


def made(directory: Path, *paths: str) -> Ledger:
    """A ledger whose documents all have a vector."""
    ledger = Ledger(directory)
    ledger.vectors.prepare()
    ledger.put(map(reading, paths))
    ledger.vectors.put((path, VECTOR) for path in paths)
    ledger.vectors.mark_written()
    return ledger


def test_documents_without_a_vector_are_told_by_path(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.vectors.prepare()
        paths = [f"/a/{n:04}" for n in range(250)]
        ledger.put(map(reading, paths))
        ledger.put([PageResult("/a/bad", Fingerprint(1, 2, "h"), "v", failure=_failure("/a/bad"))])
        assert missing(ledger) == paths
        assert next(ledger.vectors.missing())[1] == ARTICLE
        ledger.vectors.put((path, VECTOR) for path in paths[10:])
        assert missing(ledger) == paths[:10]
        assert ledger.vectors.count() == 240


def _failure(path: str) -> Failure:
    return Failure(path, PageFault.EMPTY, "the file is empty")


def test_vectors_come_by_id(tmp_path: Path) -> None:
    with made(tmp_path, "/a", "/b", "/c") as ledger:
        assert [id_ for id_, _ in ledger.vectors] == sorted(map(document_id, ("/a", "/b", "/c")))
        assert {vector for _, vector in ledger.vectors} == {VECTOR}


def test_another_article_has_no_vector_and_other_names_keep_it(tmp_path: Path) -> None:
    with made(tmp_path, "/a", "/b") as ledger:
        named = replace(reading("/a"), entities=(Entity("Elsin", EntityType.PLACE, ((13, 18),)),))
        ledger.put([named, reading("/b", replace(ARTICLE, title="Another"))])
        assert missing(ledger) == ["/b"]


def test_a_moved_document_keeps_its_vector(tmp_path: Path) -> None:
    with made(tmp_path, "/a", "/b") as ledger:
        ledger.move("/a", SourceFile("/new", 1, 2))
        assert ledger.vectors.unwritten
        assert [id_ for id_, _ in ledger.vectors] == sorted(map(document_id, ("/new", "/b")))
        assert missing(ledger) == []


def test_what_a_moved_container_holds_keeps_its_vectors(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.vectors.prepare()
        ledger.put([replace(reading("/a.zip#x"), container="/a.zip", run=1)])
        ledger.close_container(ContainerResult("/a.zip", Fingerprint(1, 2, "z"), "v", 1))
        ledger.vectors.put([("/a.zip#x", VECTOR)])
        ledger.move("/a.zip", SourceFile("/b.zip", 1, 2))
        assert [id_ for id_, _ in ledger.vectors] == [document_id("/b.zip#x")]


def test_a_vector_goes_with_its_document(tmp_path: Path) -> None:
    with made(tmp_path, "/a", "/b") as ledger:
        ledger.mark_gone(["/a"])
        assert [id_ for id_, _ in ledger.vectors] == [document_id("/b")]
        ledger.claim_pending()
        ledger.mark_indexed()
        ledger.forget_gone()
        ledger.put([reading("/a", replace(ARTICLE, title="Quite another page"))])
        assert missing(ledger) == ["/a"]


def test_vectors_of_another_model_count_as_none(tmp_path: Path) -> None:
    with made(tmp_path, "/a") as ledger:
        ledger._db.execute("UPDATE vector SET model = 'an older one'")
        assert missing(ledger) == ["/a"]
        assert (ledger.vectors.count(), list(ledger.vectors)) == (0, [])
        ledger.vectors.put([("/a", VECTOR)])
        assert ledger.vectors.count() == 1


def test_what_was_not_written_is_known_after_a_crash(tmp_path: Path) -> None:
    with made(tmp_path, "/a") as ledger:
        assert not ledger.vectors.unwritten
        ledger.vectors.put([("/a", VECTOR)])
    with Ledger(tmp_path) as ledger:
        assert ledger.vectors.unwritten
        ledger.vectors.mark_written()
        assert not ledger.vectors.unwritten


def test_a_ledger_that_never_had_vectors_has_none(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.put([reading("/a")])
        ledger.move("/a", SourceFile("/b", 1, 2))
        assert ledger.vectors.count() == 0
    with LedgerReader(tmp_path) as reader:
        assert reader.vectors.count() == 0
