"""A consultation of the demo: a draft laid open to all members, with comments of institutions."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from govern.committees.models import Committee, Seat, seat_organisation
from govern.db import db
from govern.demo.texts import Text
from govern.documents.models import ConceptKind, Consultation, VersionState
from govern.documents.queries.consultations import find_section, fingerprint_of, list_invitees
from govern.documents.sections import SectionText
from govern.documents.services import comments, concepts, consultations, versions
from govern.documents.services.comments import Statement, Voice, Wish
from govern.formats import at
from govern.formats import today as real_today
from govern.people.models import Organisation, User

FILE = Path(__file__).with_name("consultations.yaml")


def make_consultation(committee: Committee, *, by: User, today: date) -> None:
    """Everything that `consultations.yaml` describes, filed under the highest committee."""
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    concept = concepts.create_concept(
        by.body, {"title": data["title"].format(body=by.body.name), "kind": ConceptKind.GUIDELINE,
                  "responsible_words": "KIM-Koordination"},
        [committee], responsible=committee, bases=[], by=by,
    )  # fmt: skip
    text = tuple(SectionText(s["heading"], s["text"].strip(), key=s["key"]) for s in data["sections"])
    draft = versions.record_version(concept, {"label": data["label"], "state": VersionState.DRAFT}, text=text, by=by)
    invitees = list_invitees([committee], [], today)
    until = today + timedelta(days=data["days"])
    laid_open = consultations.open_consultation(
        draft, consultations.Audience(committees=[committee]), invitees, until=max(until, real_today()),
        question=data["question"], shows_others=True, shown=fingerprint_of(invitees), by=by,
    )  # fmt: skip
    laid_open.opened_at = at(today - timedelta(days=data["opened_days_ago"]), laid_open.opened_at.time())
    for said, organisation in zip(data["comments"], _institutions(committee), strict=False):
        _write(laid_open, said, organisation, by)
    laid_open.until = until  # a demo made for a day of the past is over by now


def _write(consultation: Consultation, said: Text, organisation: Organisation, by: User) -> None:
    wish = Wish.CHANGE if "proposal" in said else Wish.REMARK
    comments.write_comment(
        consultation, find_section(consultation, said["section"]),
        Statement(wish=wish, quote=said.get("quote", ""), proposal=said.get("proposal", ""), text=said["text"]),
        voice=Voice(organisation.name, organisation.id), by=by,
    )  # fmt: skip


def _institutions(committee: Committee) -> list[Organisation]:
    of_seats = sa.select(seat_organisation.c.organisation_id).join(Seat, Seat.id == seat_organisation.c.seat_id)
    wanted = sa.select(Organisation).where(Organisation.id.in_(of_seats.where(Seat.committee_id == committee.id)))
    return list(db.session.scalars(wanted.order_by(Organisation.sort_name.desc(), Organisation.id)))
