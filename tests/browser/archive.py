"""A small archive of our own writing, with all a layout has to bear."""

from __future__ import annotations

from datetime import date

from searchapp.model import (
    Article,
    Confidence,
    DatePrecision,
    Entity,
    EntityType,
    IndexedDocument,
    PublicationDate,
)

PLACES = ("Varnholm", "Port Oskar", "Lake Imre", "Tessaly", "Old Quay", "Northfield")
LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3


def report(number: int) -> IndexedDocument:
    """One of a run of ferry reports: a minister, a company, two places of six."""
    here, there = PLACES[number % 6], PLACES[number // 6 % 6]
    text = (
        f"The ferry from {here} to {there} will run again, the minister Edda Harlan said.\n\n"
        f"Crossing {number} was the first since the storm. Baltic Lines promised two more ships."
    )
    return IndexedDocument(
        id=f"report-{number:02}",
        path=f"/archive/ferries/report-{number:02}.html",
        article=Article(
            title=f"Ferry to {there} returns, report {number}",
            text=text,
            lead=text.partition("\n\n")[0],
            authors=(f"Reporter {number}",),
            language="en",
            site="harbour-post.example",
            url=f"https://harbour-post.example/{number}",
            published=PublicationDate(
                date(2021 + number % 2, 1 + number % 12, 1 + number),
                DatePrecision.DAY,
                "json-ld",
                Confidence.HIGH,
            ),
        ),
        entities=tuple(entities(text, here, there)),
    )


def entities(text: str, *places: str) -> list[Entity]:
    kinds = {"Edda Harlan": EntityType.PERSON, "Baltic Lines": EntityType.ORG}
    kinds |= dict.fromkeys(places, EntityType.PLACE)
    return [
        Entity(name, kind, ((text.index(name), text.index(name) + len(name)),))
        for name, kind in kinds.items()
    ]


ARABIC = IndexedDocument(
    id="arabic",
    path="/archive/arabic.html",
    article=Article(
        title="العبارة تعود إلى الميناء",
        text="قال الوزير إن العبارة ستعود إلى الميناء غدا.",
        language="ar",
        site="mina.example",
    ),
)
HOSTILE = IndexedDocument(
    id="hostile",
    path=f"/archive/{LONG}.html",
    article=Article(
        title=f"<script>document.title='owned'</script>{LONG}",
        text=f"{LONG}\n\n<img src=x onerror=\"document.title='owned'\"> A ferry.",
        authors=(LONG,),
        language="de",
        site=f"{LONG[:60].lower()}.example",
        url=f"https://a.example/{LONG}",
        published=PublicationDate(date(2020, 5, 1), DatePrecision.MONTH, "url", Confidence.LOW),
    ),
    entities=(Entity(LONG, EntityType.PERSON, ((0, len(LONG)),)),),
)
DOCUMENTS = (*(report(number) for number in range(24)), ARABIC, HOSTILE)
