"""What one request may cost: two seconds of CPU and 200 MB, or it is refused.

Against an index of 5,000 documents of very frequent words, with the worst that a request can
say of each kind. `SEARCHAPP_ATTACKS` is how many generated ones are tried.
"""

from __future__ import annotations

import os
import random
import tracemalloc
from time import thread_time
from urllib.parse import quote_plus, urlencode

import pytest
from flask.testing import FlaskClient

from searchapp.config import Settings
from searchapp.engines.query import MAX_WORDS, parse
from searchapp.engines.whoosh import WhooshEngine
from searchapp.model import FACET_FIELDS
from searchapp.web.app import LONGEST_ADDRESS, create_app
from searchapp.web.params.search import FILTERS, MOST_FILTER_TEXT, MOST_VALUES, PARAMETERS
from tests.engines.documents import commit, document

SECONDS, BYTES = 2.0, 200 << 20
# The engine's budget is below what a request may cost: what goes over it is refused.
QUERY_SECONDS = 1.0
TRIED = int(os.environ.get("SEARCHAPP_ATTACKS", "200"))
TEXT = "the a of the harbour in the a-b a to the the of a-a " * 12
ADDRESSES = (
    "/search", "/api/v1/search", "/api/v1/search.csv", "/api/v1/search.jsonl",
    "/api/v1/search.atom", "/api/v1/suggest", "/documents/d1", "/documents/long",
    "/documents/long/similar", "/entities/person/Ana%201", "/api/v1/entities/person/Ana%201",
)  # fmt: skip
WORDS = (
    "the",
    "a",
    "of",
    "harbour",
    "a-b",
    "th*",
    "*e*",
    "the~",
    "th~2",
    "?h?",
    "nothing",
    "x" * 90,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    directory = tmp_path_factory.mktemp("costs")
    engine = WhooshEngine(directory, query_seconds=QUERY_SECONDS)
    documents = [
        document(
            f"d{n}",
            TEXT,
            title=f"The harbour {n}",
            day=f"{1000 + n % 1000}-{1 + n % 12:02}-{1 + n % 28:02}",
            person=(f"Ana {n % 1500}", f"Bo {n % 7}"),
            site=f"s{n % 900}.example",
            authors=(f"Eva {n % 1200}",),
        )
        for n in range(5_000)
    ]
    documents.append(document("long", "the a harbour " * 70_000, title="Long", person=("Ana 1",)))
    commit(engine, documents)
    return create_app(engine, Settings(index_dir=directory)).test_client(use_cookies=False)


def check_cost(client: FlaskClient, address: str) -> int:
    """The status of an answer that is within the bounds, or a refusal; returns its length."""
    before = thread_time()
    response = client.get(address)
    size = len(response.data)
    spent = thread_time() - before
    assert response.status_code in {200, 303, 304, 400, 404}, address[:200]
    assert spent <= SECONDS or response.status_code == 400, (address[:200], spent)
    return size


def joined(mark: str) -> list[str]:
    return [mark.join([word] * count) for word in ("a", "the") for count in (100, 1_000, 3_000)]


WORST = [
    *(f"/search?q={quote_plus(text)}" for mark in "-~/.'@&:" for text in joined(mark)),
    *(f'/search?q="{quote_plus(" ".join(["the"] * n))}"' for n in (2, 10, 100, 600, 2_000)),
    *(f'/search?q="{quote_plus(" ".join(["the", "a"] * n))}"~1000' for n in (10, 100, 600)),
    "/search?q=" + quote_plus(" ".join(f'"the a{n}"' for n in range(300))),
    "/search?q=" + quote_plus(" OR ".join(["(the -a)", "NOT of"] * 300)),
    "/search?q=" + quote_plus(" ".join(f"{c}*" for c in "thaofin" * 100)),
    "/search?q=" + quote_plus(" ".join("*" + "a*" * n for n in range(1, 60))),
    "/search?q=" + quote_plus("(" * 2_000 + "the"),
    "/search?q=" + "-" * 5_000 + "the",
    "/search?q=the&facets=date:day&uncertain=include",
    "/api/v1/search?facets=date:day&size=100",
    "/api/v1/search?" + urlencode({"facets": ",".join(f"{f}:1000" for f in FACET_FIELDS)}),
    "/search?" + urlencode({"facets": "author:1000,person:1000", "q": "the " * 400}),
    "/api/v1/search?page=1000000000",
    "/api/v1/search?page=10000&size=1",
    "/api/v1/search?cursor=" + "A" * 8_000,
    "/api/v1/search?from=0001&to=9999&facets=date:day",
    "/api/v1/search?from=" + "9" * 5_000,
    "/api/v1/search?facets=" + ",".join(["person:1000"] * 600),
    "/api/v1/search?facets=person:10&person.find=" + "a+" * 3_000,
    "/api/v1/suggest?size=50&q=" + "a+" * 3_000,
    "/api/v1/suggest?size=50&q=" + "a-" * 3_000,
    "/search?" + "&" * 8_000,
    "/search?" + "&".join(f"x{n}=1" for n in range(1_000)),
]  # fmt: skip


@pytest.mark.parametrize("address", WORST, ids=range(len(WORST)))
def test_the_worst_of_each_kind_is_answered_or_refused(client: FlaskClient, address: str) -> None:
    check_cost(client, address)


def test_generated_requests_are_answered_or_refused(client: FlaskClient) -> None:
    chance = random.Random(11)  # noqa: S311 - examples, the same each time
    for _ in range(TRIED):
        check_cost(client, generated(chance))


def generated(chance: random.Random) -> str:
    pairs = [("q", chance.choice((" ", " OR ", "-", "~", '" "')).join(
        chance.choices(WORDS, k=chance.choice((1, 5, 50, 400)))
    ))]  # fmt: skip
    if chance.random() < 0.3:
        pairs[0] = ("q", f'"{pairs[0][1]}"~{chance.randrange(2_000)}')
    filters = range(chance.choice((0, 2, 60, 99)))
    pairs += [(chance.choice(FILTERS), f"Ana {chance.randrange(2_000)}") for _ in filters]
    if chance.random() < 0.3:
        pairs.append(("facets", "person:1000,author:1000,date:" + chance.choice(("day", "auto"))))
    if chance.random() < 0.2:
        pairs.append((chance.choice(PARAMETERS), "9" * chance.choice((1, 9, 4_000))))
    return f"{chance.choice(ADDRESSES)}?{urlencode(pairs)}"


@pytest.mark.parametrize("address", [WORST[24 + n] for n in range(12)], ids=range(12))
def test_memory_is_bounded(client: FlaskClient, address: str) -> None:
    client.get("/search?q=the")  # what a snapshot keeps is no request's
    tracemalloc.start()
    try:
        client.get(address).get_data()
        assert tracemalloc.get_traced_memory()[1] <= BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("count", [MOST_VALUES + 1, 250, 1_000])
def test_more_values_than_may_be_are_refused_by_name(client: FlaskClient, count: int) -> None:
    pairs = urlencode([("person", f"v{n}") for n in range(count)])
    response = client.get(f"/api/v1/search?{pairs}")
    assert response.status_code == 400
    assert response.get_json()["errors"][0]["parameter"] == "person"
    assert client.get(f"/search?{pairs}").status_code == 400


def test_links_do_not_grow_with_the_square_of_the_request(client: FlaskClient) -> None:
    few = check_cost(client, "/search?q=nothing")
    length = MOST_FILTER_TEXT // MOST_VALUES
    pairs = urlencode([("person", f"{n:x<{length}}") for n in range(MOST_VALUES)])
    most = check_cost(client, f"/search?{pairs}")
    assert client.get(f"/search?{pairs}").status_code == 200
    assert most < few + 1_000_000
    long = urlencode([("person", f"{n:x<200}") for n in range(40)])
    assert client.get(f"/search?{long}").status_code == 400


def test_a_day_for_each_link_of_a_long_search_is_refused(client: FlaskClient) -> None:
    long = "the " * 1_500
    response = client.get("/api/v1/search", query_string={"q": long, "facets": "date:day"})
    assert response.status_code == 400
    assert "values" in response.get_json()["detail"]
    assert client.get("/api/v1/search?facets=date:day").status_code == 200


def test_an_address_has_a_length(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=" + "x" * LONGEST_ADDRESS)
    assert response.status_code == 400
    assert response.get_json()["errors"][0]["parameter"] == "q"
    assert client.get("/search?q=" + "x" * (LONGEST_ADDRESS - 50)).status_code == 200


@pytest.mark.parametrize("mark", ["-", "/", "~", "'", "@"])
def test_parts_of_a_word_count_as_words(mark: str) -> None:
    parsed = parse(mark.join("a" * (MAX_WORDS + 1)))
    assert f"at most {MAX_WORDS} words" in " ".join(p.message for p in parsed.warnings)
    assert not parse(mark.join("a" * 100) + " b").warnings or mark == "~"
