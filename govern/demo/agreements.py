"""Agreements of the demo: one for everybody, one to be reviewed and about to end, one negotiated; a town has none."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from govern.db import db
from govern.demo.meetings import Surroundings
from govern.documents.models import AgreementKind, AgreementState, PartyRole
from govern.documents.services import agreements
from govern.documents.services.agreements import Turn
from govern.documents.services.documents import Store
from govern.formats import today
from govern.people.models import Organisation, User

FILE = Path(__file__).with_name("agreements.yaml")


def make_agreements(around: Surroundings, *, by: User) -> None:
    """Everything that `agreements.yaml` describes; the last municipality by name stays without.

    Dated by the day it really is: what was signed cannot lie in the future, whatever day a demo is made for.
    """
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    towns = db.session.scalars(
        sa.select(Organisation)
        .where(Organisation.is_municipality, Organisation.ended_on.is_(None))
        .order_by(Organisation.sort_name, Organisation.id)
    ).all()
    known = {"welfare": around.organisations["welfare"], "ki": around.organisations["ki"]}
    for town in towns[:-1]:
        _make(data["with_towns"], town, known, around, by)
    for text in data["others"]:
        _make(text, known[text["with"]], known, around, by)


def _make(
    text: dict[str, Any], partner: Organisation, known: dict[str, Organisation], around: Surroundings, by: User
) -> None:
    def day(name: str) -> date | None:
        return today() + timedelta(days=text[name]) if name in text else None

    ends_on = day("ends_in")
    begun_on = today() - timedelta(days=text["days_ago"])
    parties = {PartyRole(text["role"]): [partner.id]}
    parties.setdefault(PartyRole(text["own_role"]), []).append(known["ki"].id)
    made = agreements.create_agreement(
        by.body,
        {
            "title": text["title"].format(partner=partner.name), "kind": AgreementKind(text["kind"]),
            "valid_from": begun_on.isoformat() if text["states"][-1] == "in_force" else None,
            "valid_to": ends_on.isoformat() if ends_on is not None else None, "review_on": day("review_in"),
            "notice_period": text.get("notice"), "responsible_id": known["ki"].id,
            "is_public": text.get("is_public", False), "lead_days": 42,
        },
        parties, Turn(AgreementState(text["states"][0]), (begun_on - timedelta(days=60)).isoformat()), by=by,
    )  # fmt: skip
    for number, state in enumerate(text["states"][1:], start=1):
        agreements.change_state(made, Turn(AgreementState(state), begun_on.isoformat()), after=number, by=by)
    store = Store(around.store.folder, around.store.most_bytes)
    agreements.add_text(
        made, {"label": text["label"], "status_date": begun_on.isoformat()[:7], "text": text["text"],
               "is_signed": text["states"][-1] != "negotiation"},
        upload=None, store=store, after=0, by=by,
    )  # fmt: skip
    if "reviewed" in text:
        agreements.record_review(made, today() - timedelta(days=340), text["reviewed"], day("review_in"),
                                 after=0, by=by)  # fmt: skip
