"""Times suggestions while typing over many names: the CPU of each, and of the first after a commit.

    python bench/completion.py [--documents 1000000] [--names 300000] [--rounds 5] [--index DIR]

Documents have a title of six made-up words, no text, three people, an organisation and a place:
names of two words, rarer ones less often. Typed are beginnings, whole names, words in another
order, slips, other spellings, and what is hostile: without filters, with an organisation that
some 1 % of the documents have, and with dates that leave half of them. A text counts with the
median of its rounds; in each, a process that opened the archive anew and was asked once before
with these filters has not seen the text. `first` is what that first one took, files compared
with their checksums included. Then the first suggestion of a new process, and of one that was
asked before a commit of ten documents. With `--index` the archive is kept there, and used again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from searchapp.engines.base import BuildStamp, FieldFilter, Searcher, SearchRequest
from searchapp.engines.whoosh import WhooshEngine
from searchapp.model import (
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
)

PERSON, ORG, PLACE = EntityType.PERSON, EntityType.ORG, EntityType.PLACE
# Of all names: what is left are places.
SHARES = {PERSON: 0.7, ORG: 0.2, PLACE: 0.1}
HOSTILE = {
    "100,000 letters": "ab" * 50_000,
    "40,000 words": "ma so " * 20_000,
    "a script without spaces": "安倍晋三安倍晋三",
    "marks": "[.*+(?:a{9}){9}",
    "nothing like it": "qxzvwkjj jjqqxxzz",
}
# What was asked before: found as it is typed, and looked for with slips.
_WARM = ("s", "solbreg marrit")
FIRST_DAY, DAYS = date(2000, 1, 1), 7_300


def main() -> None:
    """Write the archive where it is not there, ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--names", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--first", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        directory = options.index or Path(folder)
        engine, names = WhooshEngine(directory), _names(options.names)
        if options.first:
            print(f"first in a new process: {_cpu(engine, _typed(names)['one slip']):.2f} ms")
            return
        if not engine.exists():
            _write(engine, names, options.documents)
        _print_table(engine, names, options.rounds)
        command = [sys.executable, __file__, "--first", "--index", str(directory)]
        subprocess.run([*command, "--names", str(options.names)], check=True)
        _print_after_commit(engine, names)


def _names(count: int) -> Mapping[EntityType, list[str]]:
    """Made-up names of two words by kind; words are shared, as those of people are."""
    random = np.random.default_rng(1)
    consonants = [*"bdfghklmnprstvz", "ch", "sch", "st"]
    syllables = [c + v for c in consonants for v in "aeiou"]
    words = sorted(
        {
            "".join(random.choice(syllables, int(random.integers(2, 5)))).capitalize() + end
            for end in ("", "n", "r", "l", "s", "rg", "ck", "nd")
            for _ in range(count // 16)
        }
    )
    random.shuffle(words)
    found: dict[EntityType, list[str]] = {}
    for kind, share in SHARES.items():
        first, second = random.zipf(1.1, (2, int(count * share * 2))) % len(words)
        made = dict.fromkeys(f"{words[a]} {words[b]}" for a, b in zip(first, second, strict=True))
        every = [
            *made,
            *(f"{words[-n % len(words)]} {words[n % len(words)]}" for n in range(count)),
        ]
        found[kind] = list(dict.fromkeys(every))[: int(count * share)]
    return found


def _documents(names: Mapping[EntityType, list[str]], count: int) -> Iterator[IndexedDocument]:
    random = np.random.default_rng(2)
    wanted = {PERSON: 3, ORG: 1, PLACE: 1}
    ranks = {}
    for kind, many in wanted.items():
        weights = 1 / (np.arange(len(names[kind])) + 10)
        ranks[kind] = random.choice(len(weights), (count, many), p=weights / weights.sum())
        ranks[kind][: len(weights), 0] = np.arange(min(count, len(weights)))  # each is in use
    titles = [word for name in names[PERSON][:20_000] for word in name.split()]
    places = random.zipf(1.3, (count, 6)) % len(titles)
    for n in range(count):
        day = FIRST_DAY + timedelta(days=int(n * 7919 % DAYS))
        published = PublicationDate(day, DatePrecision.DAY, "meta", Confidence.HIGH)
        article = Article(
            " ".join(titles[w] for w in places[n]),
            "",
            site=f"site-{n % 99}.example",
            published=published,
        )
        entities = tuple(
            Entity(names[kind][rank], kind, ())
            for kind in wanted
            for rank in dict.fromkeys(ranks[kind][n].tolist())
        )
        yield IndexedDocument(f"{n:07}", f"/{n}.html", article, entities)


def _write(engine: WhooshEngine, names: Mapping[EntityType, list[str]], count: int) -> None:
    started = time.perf_counter()
    with engine.rebuild() as writer:
        for document in _documents(names, count):
            writer.put(document)
        writer.commit(BuildStamp(datetime.now(UTC), 0))
    print(f"{count:,} documents written in {time.perf_counter() - started:.0f} s", flush=True)


def _typed(names: Mapping[EntityType, list[str]]) -> dict[str, str]:
    name = next(n for n in names[PERSON][500:] if min(map(len, n.split())) >= 8)
    first, last = name.lower().split()
    return {
        "one letter": "s",
        "two letters": first[:2],
        "four letters": last[:4],
        "a name": name,
        "its words the other way round": f"{last[:6]} {first[:3]}",
        "one slip": last[:3] + last[4] + last[3] + last[5:7],
        "two slips in each of two words": f"{_slip(first)} {_slip(last)}",
        "another spelling": last.replace("sch", "sh").replace("v", "w").replace("i", "y"),
        **HOSTILE,
    }


def _slip(word: str) -> str:
    return word[0] + word[2] + word[1] + word[3:5] + "x" + word[5:]


def _requests(names: Mapping[EntityType, list[str]]) -> dict[str, SearchRequest]:
    half = FIRST_DAY + timedelta(days=DAYS // 2)
    return {
        "no filters": SearchRequest(),
        "an organisation": SearchRequest(filters={"org": FieldFilter(any=(names[ORG][0],))}),
        "half the days": SearchRequest(first_day=half),
    }


def _print_table(engine: WhooshEngine, names: Mapping[EntityType, list[str]], rounds: int) -> None:
    for what, request in _requests(names).items():
        times = defaultdict[str, list[float]](list)
        for _ in range(rounds):
            searcher = engine.searcher()
            times["first"].append(sum(_timed(searcher, text, request) for text in _WARM))
            for kind, text in _typed(names).items():
                times[kind].append(_timed(searcher, text, request))
        for kind, taken in times.items():
            found = len(searcher.complete(_typed(names).get(kind, ""), 8, request))
            print(f"{what:16} {kind:32} {median(taken):7.2f} ms, {found} found", flush=True)


def _timed(searcher: Searcher, text: str, request: SearchRequest) -> float:
    started = time.process_time()
    searcher.complete(text, 8, request)
    return (time.process_time() - started) * 1000


def _cpu(engine: WhooshEngine, text: str) -> float:
    searcher = engine.searcher()
    searcher.info()
    return _timed(searcher, text, SearchRequest())


def _print_after_commit(engine: WhooshEngine, names: Mapping[EntityType, list[str]]) -> None:
    searcher, text = engine.searcher(), _typed(names)["one slip"]
    searcher.complete(text, 8)
    with engine.update() as writer:
        for n, document in enumerate(_documents(names, 10)):
            writer.put(
                IndexedDocument(f"new{n}", document.path, document.article, document.entities)
            )
        writer.commit(BuildStamp(datetime.now(UTC), 0))
    searcher.info()
    print(
        f"first after a commit of ten documents: {_timed(searcher, text, SearchRequest()):.2f} ms"
    )


if __name__ == "__main__":
    main()
