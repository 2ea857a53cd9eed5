"""Load one county's demo into an empty database: structure, persons, accounts, example year; all of it or nothing."""

from __future__ import annotations

from datetime import date, time, timedelta

import sqlalchemy as sa

from govern import audit, mail
from govern.committees.models import Committee
from govern.committees.structure.importing import import_structure
from govern.committees.structure.reading import read_structure
from govern.config import Settings
from govern.db import db
from govern.demo.agreements import make_agreements
from govern.demo.concepts import make_concepts
from govern.demo.consultations import make_consultation
from govern.demo.counties import County
from govern.demo.gaps import make_gaps
from govern.demo.meetings import Surroundings
from govern.demo.persons import Cast
from govern.demo.planning import make_planning
from govern.demo.texts import Text, example_year
from govern.demo.year import make_year
from govern.documents.services.documents import Store
from govern.errors import DomainError
from govern.formats import at
from govern.meetings.services.dispatches import Post
from govern.meetings.services.papers import PaperStore
from govern.people.models import Body, Organisation
from govern.people.queries.accounts import find_body


def holds_demo(county: County) -> bool:
    """True if the database already holds the demo of ``county``, False if it is empty.

    Raises DomainError when it holds anything else: example data is never mixed with people's own.
    """
    body = find_body()
    if body is None:
        return False
    if not body.is_demo:
        raise DomainError(
            f"Diese Datenbank enthält schon eigene Daten ({body.name}). Beispieldaten werden nicht dazugeladen. "
            "Mit GOVERN_INSTANCE lässt sich ein anderer Ordner wählen."
        )
    if body.key != county.key:
        raise DomainError(
            f"Diese Datenbank enthält die Vorführung von {body.name}, nicht von {county.name}. "
            f"Jeder Kreis hat seine eigene Datenbank: make demo KREIS={county.key}"
        )
    return True


def load_demo(county: County, settings: Settings, *, today: date) -> None:
    """Load everything in the running transaction; the caller commits."""
    if holds_demo(county):
        return
    with audit.silent():
        import_structure(read_structure(county.file.read_bytes()), effective_on=today)
        body = find_body()
        assert body is not None  # noqa: S101 - the import made it
        _introduce(body, county)
        _load(body, county, settings, today)
        db.session.flush()


def _load(body: Body, county: County, settings: Settings, today: date) -> None:
    organisations = _organisations(county)
    committees = _committees(county)
    cast = Cast(body, county, today)
    cast.fill_seats(committees["highest"])
    cast.fill_circle(committees["circle1"])
    cast.fill_circle(committees["circle2"])
    db.session.flush()
    cast.open_accounts(committees["highest"], committees["circle1"], organisations)
    db.session.flush()
    words = {word: organisation.name for word, organisation in organisations.items()}
    words |= {"body": body.name, "house": county.house, "committee": committees["highest"].name,
              "address": settings.base_url}  # fmt: skip
    texts = example_year(words)
    around = Surroundings(
        today=today, host=settings.host, coordinator=cast.accounts["coordinator"], organisations=organisations,
        committees=committees,
        post=Post(body=body, host=settings.host, base_url=settings.base_url, key=settings.secret_key),
        store=PaperStore(folder=settings.files, most_bytes=settings.upload_megabytes * 1_000_000),
    )  # fmt: skip
    make_year(around, cast.accounts, texts)
    make_gaps(around, cast.accounts)
    make_planning(around, cast.accounts)
    make_concepts(committees["highest"], store=Store(around.store.folder, around.store.most_bytes),
                  by=cast.accounts["coordinator"], today=today)  # fmt: skip
    make_consultation(committees["highest"], by=cast.accounts["coordinator"], today=today)
    make_agreements(around, by=cast.accounts["coordinator"])
    for text in texts["mails"]:
        _queue(body, cast, text, settings.host, today)


def _introduce(body: Body, county: County) -> None:
    body.is_demo = True
    body.publishes_matters = True
    body.sender_name = f"KIM-Koordination {body.name}"
    body.sender_email = f"koordination@{county.domain}"
    body.imprint = (
        f"**{body.name}**, Musterplatz 1, 00000 Musterstadt\n\nDies ist eine Vorführung mit erfundenen Daten. "
        "Ein eigenes Impressum trägt die Administration unter „Einstellungen“ ein."
    )
    body.privacy_notice = (
        "Diese Vorführung läuft nur auf diesem Rechner und verarbeitet ausschließlich erfundene Daten. "
        "E-Mails werden nicht versandt; sie stehen im Postausgang."
    )
    body.accessibility_contact = f"KIM-Koordination {body.name}, Musterplatz 1, 00000 Musterstadt"
    body.accessibility_email = f"barrierefreiheit@{county.domain}"


def _organisations(county: County) -> dict[str, Organisation]:
    found = {o.key: o for o in db.session.scalars(sa.select(Organisation))}
    return {word: found[key] for word, key in county.organisations.items()}


def _committees(county: County) -> dict[str, Committee]:
    found = {c.key: c for c in db.session.scalars(sa.select(Committee))}
    circle1, circle2 = (found[key] for key in county.circles)
    return {"highest": next(c for c in found.values() if c.is_highest), "circle1": circle1, "circle2": circle2}


def _queue(body: Body, cast: Cast, text: Text, host: str, today: date) -> None:
    to = cast.accounts[text["to"]]
    queued = mail.queue(
        body_id=body.id, to_address=to.email, to_name=to.display_name, from_address=body.sender_email or to.email,
        from_name=body.sender_name, subject=text["subject"], text=text["text"] + "\n", host=mail.domain_of(host),
    )  # fmt: skip
    queued.created_at = queued.next_try_at = at(today - timedelta(days=1), time(8, 30))
