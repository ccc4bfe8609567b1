"""Searches of the example archive as people type them: what they want comes first.

Judged by reading the pages, whatever finds them: 3 is about the thing asked for, 2 has a
good part about it, 1 says something of it. Pages in other languages count for what they
say. nDCG@10 as in `bench/relevance.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from types import ModuleType

import pytest

from searchapp.engines.base import Engine, SearchRequest
from searchapp.engines.query import parse
from searchapp.engines.whoosh import WhooshEngine
from searchapp.errors import PageError
from searchapp.extraction.article import extract_article
from searchapp.model import IndexedDocument, RawPage
from searchapp.sources.containers.reader import read_entries
from searchapp.sources.formats import is_container
from searchapp.sources.listing import read_page
from tests.benches import CHECKOUT, load_bench
from tests.engines.documents import commit

ARCHIVE = CHECKOUT / "examples" / "archive"
_MIB = 1 << 20
# A hundredth below what was measured when it was set.
FLOOR, FLOOR_OF_EACH = 0.685, 0.33
JUDGEMENTS: dict[str, dict[str, int]] = {
    "lamplighter stolen": {
        "grindal-bay-gazette/2020/lamp.htm": 3,
        "nna-wire/2021/20210511-1820.txt": 3,
        "hafenbote/2021/lampenanzünder-gefunden.html": 3,
        "clippings/lamplighter returns (mobile).html": 2,
        "grindal-bay-gazette/2003/museum.htm": 1,
    },
    "polaris bow door": {
        "clippings/渡轮 haddad report summary.html": 3,
        "port-elsin-herald/2021/polaris-verdict.html": 3,
        "hafenbote/2019/polaris-werft.html": 3,
        "quayside-business/2021/nordlys-settlement.html": 2,
        "port-elsin-herald/2019/ferry-polaris saved 1640.html": 2,
        "port-elsin-herald/2019/ferry-polaris saved 11-11.html": 1,
        "grindal-bay-gazette/1998/polaris.htm": 1,
        "clippings/O'Brien interview.html": 1,
    },
    "Viktor Halden arrested": {
        "nna-wire/2020/20200213-1630.txt": 3,
        "halverton-post/2020/halden-arrested.amp.html": 3,
        "grindal-bay-gazette/2020/halden.htm": 3,
        "la-gaviota/2020/detención Halden.html": 3,
        "la-gaviota/2020/entrega a Kestria.html": 1,
        "la-gaviota/2020/extradicion-aplazada.html": 1,
    },
    "ostrovgrad crossing reopen": {
        "nna-wire/2020/20201011-2250.txt": 3,
        "nna-wire/2020/20201004-1911.txt": 3,
        "press-office-kestria/2020/ostrovgrad-joint-statement.html": 3,
        "courrier-saint-aubrin/2020/ostrovgrad pourparlers.xhtml": 3,
        "вестник-островграда/2020/десять-пунктов.htm": 3,
        "вестник-островграда/2021/шлагбаум-подняли.shtml": 3,
        "port-elsin-herald/2021/ostrovgrad-bridge-market.html.gz": 2,
        "nna-wire/2019/20190621-0915.txt": 1,
    },
    "okafor report": {
        "port-elsin-herald/2021/okafor-report.html": 3,
        "courrier-saint-aubrin/2021/rapport-okafor.html": 3,
        "halverton-post/2021/weiss-interview.amp.html": 2,
        "port-elsin-herald/2019/okafor-inquiry-opens.html": 1,
        "clippings/Ποιος είναι ο Okafor.htm": 1,
        "halverton-post/2021/new-contract.amp.html": 1,
        "crawls/radio-elsin-2022-11.warc.gz#1952": 1,
    },
    "wind farm fishermen cables": {
        "nna-wire/2021/20210128-1407.txt": 3,
        "grindal-bay-gazette/2020/hearing.htm": 3,
        "grindal-bay-gazette/2021/settlement.htm": 3,
        "quayside-business/2021/first-power.html": 2,
        "hafenbote/2020/windkraft-cuxhaven.html": 2,
        "clippings/O'Brien interview.html": 2,
        "press-office-kestria/2020/skerry-bank-consent.html": 1,
        "quayside-business/2019/vestwind-wins-skerry-bank.html": 1,
    },
    "run on the savings bank": {
        "quayside-business/2020/run-on-ksb.html": 3,
        "port-elsin-herald/2020/ksb-where-the-money-went.html": 2,
        "nna-wire/2021/20210617-1315.txt": 1,
        "nna-wire/2020/20200213-1630.txt": 1,
        "halverton-post/2020/halden-arrested.amp.html": 1,
        "grindal-bay-gazette/2020/halden.htm": 1,
    },
    "compensation savers": {
        "press-office-kestria/2021/remarks-savers.html": 3,
        "crawls/savers-committee 7.eml": 3,
        "nna-wire/2020/2020-12 review.txt": 1,
    },
    "hannah weiss warning letters": {
        "port-elsin-herald/2019/maren-bridge-engineer-warning.html": 3,
        "halverton-post/2021/weiss-interview.amp.html": 3,
        "port-elsin-herald/2019/okafor-inquiry-opens.html": 2,
        "port-elsin-herald/2021/okafor-report.html": 2,
        "courrier-saint-aubrin/2021/rapport-okafor.html": 2,
        "nna-wire/2019/20190318-1042.txt": 1,
    },
    "Maren Bridge open": {
        "halverton-post/2022/bridge-reopens.amp.html": 3,
        "crawls/radio-elsin-2022-11.warc.gz#1952": 3,
        "halverton-post/2021/new-contract.amp.html": 1,
    },
    '"Maren Bridge" closed': {
        "nna-wire/2019/20190318-1042.txt": 3,
        "press-office-kestria/2019/maren-bridge-closure.html": 3,
        "halverton-post/2019/bridge-traders.amp.html": 2,
        "port-elsin-herald/2019/brandvik-denies-hiding-reports.html": 1,
        "port-elsin-herald/2021/okafor-report.html": 1,
    },
    "covid-19 hospital": {
        "halverton-post/2020/raman-wards.amp.html": 3,
        "saltmarsh-notes/2020/forty-days.html": 2,
        "nna-wire/2020/2020-12 review.txt": 1,
    },
    "terns skerry bank": {
        "saltmarsh-notes/2005/skerry-terns.html": 3,
        "saltmarsh-notes/2019/sixty-two-windmills.html": 2,
        "crawls/saltmarsh-notes-2022.jsonl#1": 2,
    },
    "extradición Halden": {
        "la-gaviota/2020/extradicion-aplazada.html": 3,
        "la-gaviota/2020/entrega a Kestria.html": 3,
        "la-gaviota/2020/detención Halden.html": 2,
    },
    "Остер мост": {
        "вестник-островграда/2019/закрыт-мост.html": 3,
        "вестник-островграда/2020/десять-пунктов.htm": 3,
        "вестник-островграда/2021/шлагбаум-подняли.shtml": 3,
        "вестник-островграда/2020/столкновение-на-озере.html": 1,
    },
}


def pages() -> Iterator[RawPage]:
    """Every page of the example archive, by its path from there."""
    for path in sorted(path for path in ARCHIVE.rglob("*") if path.is_file()):
        if is_container(path.name):
            yield from (e for e in read_entries(str(path), _MIB) if isinstance(e, RawPage))
        else:
            try:
                yield read_page(str(path), _MIB)
            except PageError:
                assert path.name == "harbour-lights-festival.html.gz"  # it is cut off


def documents() -> Iterator[IndexedDocument]:
    for page in pages():
        name = Path(page.path).relative_to(ARCHIVE).as_posix()
        yield IndexedDocument(name, page.path, extract_article(page, _MIB))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    made = WhooshEngine(tmp_path_factory.mktemp("index"))
    commit(made, documents())
    return made


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return load_bench("relevance", monkeypatch)


def test_what_people_want_comes_first(engine: Engine, bench: ModuleType) -> None:
    scores = {}
    searcher = engine.searcher()
    for query, grades in JUDGEMENTS.items():
        hits = searcher.search(SearchRequest(parse(query).node)).hits
        scores[query] = bench.ndcg([hit.document.id for hit in hits], grades)
    low = {query: score for query, score in scores.items() if score < FLOOR_OF_EACH}
    assert mean(scores.values()) >= FLOOR, scores
    assert low == {}


def test_every_judged_page_is_in_the_archive(engine: Engine) -> None:
    judged = {id_ for grades in JUDGEMENTS.values() for id_ in grades}
    assert judged <= {hit.document.id for hit in engine.searcher().scan(SearchRequest())}
