from __future__ import annotations

from pathlib import Path

from searchapp.indexer import new_extras
from searchapp.ledger.ledger import Ledger
from searchapp.ledger.rows import Fingerprint, PageResult
from searchapp.model import Article
from searchapp.sources.documents.pdf import NEEDS_EXTRA

VERSIONS = '{"readers":"1"}'


def test_what_was_read_without_an_extra_is_out_of_date_once_it_is_there(tmp_path: Path) -> None:
    lacking = Article("A mail", f"Words.\n\nAttachment: a.pdf, not read: {NEEDS_EXTRA}")
    with Ledger(tmp_path) as ledger:
        ledger.put(
            [
                PageResult("/lacking.eml", Fingerprint(1, 1, "a"), VERSIONS, lacking),
                PageResult("/whole.eml", Fingerprint(1, 1, "b"), VERSIONS, Article("T", "Words.")),
                PageResult("/b.zip", Fingerprint(1, 1, "c"), VERSIONS),
                PageResult(
                    "/b.zip#1", Fingerprint(1, 0, "d"), VERSIONS, lacking, container="/b.zip"
                ),
            ]
        )
        new_extras.outdate_for_new_extras(ledger)
        assert _versions(ledger) == {
            "/lacking.eml": "",
            "/whole.eml": VERSIONS,
            "/b.zip": "",
            "/b.zip#1": "",
        }
        ledger.put([PageResult("/lacking.eml", Fingerprint(1, 1, "a"), VERSIONS, lacking)])
        new_extras.outdate_for_new_extras(ledger)  # once is enough
        assert _versions(ledger)["/lacking.eml"] == VERSIONS


def _versions(ledger: Ledger) -> dict[str, str]:
    rows = ledger._db.execute("SELECT path, versions FROM source")
    return {path.decode(): versions for path, versions in rows}
